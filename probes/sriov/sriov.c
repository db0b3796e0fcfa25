/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sriov/sriov.h"

#include <stdio.h>
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
	gp_each (pf, sriov)
		if (pf->function == function)
			return pf;
	return NULL;
}

const struct gp_vf_maker *gp_sriov_next_maker(
	const struct gp_sriov *sriov, const struct gp_function *pf, const struct gp_vf_maker *after)
{
	bool seen = !after;

	gp_each (maker, &sriov->makers) {
		if (seen && (!maker->address || strcmp(maker->address, pf->address) == 0))
			return maker;
		seen |= maker == after;
	}
	return NULL;
}

/* Where the function keeps no such numbers, its VFs come right behind it: as an iGPU's do. */
static bool has_routing_id(const struct gp_pf *pf, const char *address)
{
	const struct gp_function *function = pf->function;
	uint64_t offset =
		gp_is_present(&pf->offset.from) && pf->offset.value ? pf->offset.value : 1;
	uint64_t stride =
		gp_is_present(&pf->stride.from) && pf->stride.value ? pf->stride.value : 1;
	uint64_t first =
		(uint64_t)function->bus << 8 | (uint64_t)function->device << 3 | function->function;
	uint64_t most = pf->totalvfs.value;

	if (!gp_is_present(&pf->totalvfs.from) || !most)
		most = 7 - function->function;
	for (uint64_t i = 0; i < most && i < MOST_VFS && offset <= 0xffff && stride <= 0xffff;
		i++) {
		uint64_t id = first + offset + i * stride;
		char name[32];

		(void)snprintf(name, sizeof(name), "%04x:%02x:%02x.%x", function->domain,
			(unsigned)(id >> 8 & 0xffff), (unsigned)(id >> 3 & 0x1f),
			(unsigned)(id & 7));
		if (strcmp(name, address) == 0)
			return true;
	}
	return false;
}

bool gp_sriov_would_have(const struct gp_pf *pf, const struct gp_pci *pci, const char *address)
{
	const struct gp_function *there = gp_pci_find(pci, address);

	if (there)
		return there->pf && strcmp(there->pf, pf->function->address) == 0;
	return has_routing_id(pf, address);
}

uint64_t gp_sriov_memory(const struct gp_sriov *sriov)
{
	const char *digits = strpbrk(sriov->meminfo.value, "0123456789");
	unsigned long long kib = digits ? strtoull(digits, NULL, 10) : 0;

	return kib < UINT64_MAX >> 10 ? (uint64_t)kib << 10 : 0;
}
