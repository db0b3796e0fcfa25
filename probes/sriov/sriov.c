/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sriov/sriov.h"

#include <stdlib.h>
#include <string.h>

#define DEVICES      "/sys/bus/pci/devices"
#define MOST_VFS     256
#define FIRST_VF_BAR 7 /* line of `resource`, from 0: PCI_IOV_RESOURCES of linux/pci.h */

static const char *attribute(
	struct gp_machine *machine, const struct gp_function *function, const char *name)
{
	return gp_printf(gp_machine_arena(machine), DEVICES "/%s/%s", function->address, name);
}

static void read_vf_bars(struct gp_machine *machine, struct gp_pf *pf)
{
	const char *line;

	pf->resource = gp_read_text(machine, attribute(machine, pf->function, "resource"));
	line = pf->resource.value;
	for (size_t i = 0; i < FIRST_VF_BAR + GP_ARRAY_SIZE(pf->bars) && *line; i++) {
		if (i >= FIRST_VF_BAR) {
			struct gp_bar *bar = &pf->bars[pf->n_bars++];
			char *end;

			bar->start = strtoull(line, &end, 16);
			bar->end = strtoull(end, &end, 16);
			bar->flags = strtoull(end, &end, 16);
		}
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

static void read_vfs(struct gp_machine *machine, const struct gp_pci *pci, struct gp_pf *pf)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	uint64_t most = pf->numvfs.value < MOST_VFS ? pf->numvfs.value : MOST_VFS;

	for (uint64_t i = 0; i < most; i++) {
		const char *name = gp_printf(arena, "virtfn%llu", (unsigned long long)i);
		struct gp_text_value link =
			gp_read_link_name(machine, attribute(machine, pf->function, name));

		if (gp_is_present(&link.from))
			*gp_push(arena, &pf->vfs) =
				(struct gp_vf){link.value, gp_pci_find(pci, link.value)};
	}
}

static void read_profiles(struct gp_machine *machine, struct gp_pf *pf)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	pf->admin = gp_read_names(machine, attribute(machine, pf->function, "sriov_admin"));
	gp_each (name, &pf->admin.value) {
		const char *dir = attribute(
			machine, pf->function, gp_printf(arena, "sriov_admin/%s/profile", *name));
		struct gp_vf_profile *profile;

		if (!gp_starts_with(*name, "pf") && !gp_starts_with(*name, "vf"))
			continue;
		if (pf->profiles.n > MOST_VFS)
			break;
		profile = gp_push(arena, &pf->profiles);
		profile->name = *name;
		profile->exec_quantum =
			gp_read_line(machine, gp_printf(arena, "%s/exec_quantum_ms", dir));
		profile->preempt_timeout =
			gp_read_line(machine, gp_printf(arena, "%s/preempt_timeout_us", dir));
		profile->priority =
			gp_read_line(machine, gp_printf(arena, "%s/sched_priority", dir));
	}
}

static struct gp_number_value number(
	struct gp_machine *machine, const struct gp_pf *pf, const char *name)
{
	return gp_read_number(machine, attribute(machine, pf->function, name), 10);
}

static void read_pf(struct gp_machine *machine, const struct gp_pci *pci, struct gp_pf *pf)
{
	const char *path;

	if (!gp_is_present(&pf->totalvfs.from))
		return;
	if (gp_machine_realpath(machine,
		    gp_printf(gp_machine_arena(machine), DEVICES "/%s", pf->function->address),
		    &path) == 0)
		pf->path = path;
	pf->numvfs = number(machine, pf, "sriov_numvfs");
	pf->autoprobe = number(machine, pf, "sriov_drivers_autoprobe");
	pf->offset = number(machine, pf, "sriov_offset");
	pf->stride = number(machine, pf, "sriov_stride");
	pf->vf_device = gp_read_line(machine, attribute(machine, pf->function, "sriov_vf_device"));
	read_vf_bars(machine, pf);
	read_vfs(machine, pci, pf);
	if (pf->function->kind != GP_GPU_NONE)
		read_profiles(machine, pf);
}

void gp_sriov_collect(struct gp_machine *machine, const struct gp_pci *pci, struct gp_sriov *ret)
{
	static const char *const memory[] = {"MemAvailable:", NULL};

	*ret = (struct gp_sriov){0};
	gp_each (function, pci) {
		struct gp_pf pf = {.function = function,
			.path = gp_printf(
				gp_machine_arena(machine), DEVICES "/%s", function->address),
			.vf_device = {.value = ""},
			.resource = {.value = ""}};

		if (gp_pci_is_vf(function) || gp_pci_is_bridge(function))
			continue;
		pf.totalvfs = number(machine, &pf, "sriov_totalvfs");
		if (function->kind == GP_GPU_NONE && !gp_is_present(&pf.totalvfs.from))
			continue;
		read_pf(machine, pci, &pf);
		*gp_push(gp_machine_arena(machine), ret) = pf;
	}
	ret->meminfo = gp_read_matching(machine, "/proc/meminfo", memory, 1);
	gp_makers_collect(machine, &ret->makers);
}

const struct gp_pf *gp_sriov_pf(const struct gp_sriov *sriov, const struct gp_function *function)
{
	size_t low = 0, high = sriov->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sriov->items[middle].function < function)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sriov->n && sriov->items[low].function == function ? &sriov->items[low] : NULL;
}

static bool may_be_about(const struct gp_vf_maker *maker, const struct gp_function *pf)
{
	if (maker->address)
		return strcmp(maker->address, pf->address) == 0;
	return !maker->device_id || maker->device_id == pf->device_id;
}

const struct gp_vf_maker *gp_sriov_next_maker(
	const struct gp_sriov *sriov, const struct gp_function *pf, const struct gp_vf_maker *after)
{
	bool seen = !after;

	gp_each (maker, &sriov->makers) {
		if (seen && may_be_about(maker, pf))
			return maker;
		seen |= maker == after;
	}
	return NULL;
}

/* The kernel's answer; before it is there: the VFs of Intel's iGPUs come right behind them. */
static uint64_t or_one(const struct gp_number_value *number)
{
	return gp_is_present(&number->from) && number->value ? number->value : 1;
}

/* The digits up to a separator, which is stepped over. */
static bool take_hex(const char **at, char end, uint64_t *ret)
{
	char *behind;

	*ret = strtoull(*at, &behind, 16);
	if (behind == *at || *behind != end)
		return false;
	*at = behind + (end != '\0');
	return true;
}

/* DDDD:BB:DD.F as its domain and the 16 bits by which the bus knows it. */
static bool routing_id(const char *address, uint64_t *ret_domain, uint64_t *ret_id)
{
	uint64_t bus, device, function;

	if (!take_hex(&address, ':', ret_domain) || !take_hex(&address, ':', &bus) ||
		!take_hex(&address, '.', &device) || !take_hex(&address, '\0', &function))
		return false;
	*ret_id = bus << 8 | device << 3 | function;
	return bus <= 0xff && device <= 0x1f && function <= 7;
}

bool gp_sriov_would_have(const struct gp_pf *pf, const struct gp_pci *pci, const char *address)
{
	const struct gp_function *function = pf->function, *there;
	uint64_t most = pf->totalvfs.value, stride = or_one(&pf->stride), domain, id;
	uint64_t first = ((uint64_t)function->bus << 8 | (uint64_t)function->device << 3 |
				 function->function) +
			 or_one(&pf->offset);

	if (!most && function->vendor_id == 0x8086 && function->function == 0)
		most = 7;
	if (!routing_id(address, &domain, &id) || domain != function->domain || id < first ||
		(id - first) % stride || (id - first) / stride >= most)
		return false;
	there = gp_pci_find(pci, address);
	return !there || gp_equal(there->pf, function->address);
}

uint64_t gp_sriov_memory(const struct gp_sriov *sriov)
{
	const char *digits = strpbrk(sriov->meminfo.value, "0123456789");
	unsigned long long kib = digits ? strtoull(digits, NULL, 10) : 0;

	return kib < UINT64_MAX >> 10 ? (uint64_t)kib << 10 : 0;
}
