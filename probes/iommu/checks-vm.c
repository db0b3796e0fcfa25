/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What QEMU could not set up of a VM's memory, and a vIOMMU that cannot be. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iommu/checks.h"
#include "vm/check-help.h"
#include "kernel/check-help.h"

#define CLIENT_BITS 39 /* of addresses, where the IOMMU's own width is not known */

/* Both logs, one after the other: QEMU's own words may be in either. */
static const struct gp_log_hit *next_said(
	const struct gp_case *c, enum gp_log_id id, const struct gp_log_hit *after)
{
	const struct gp_log *logs[] = {&c->facts->vms.log, &c->facts->kernel.klog};

	for (size_t i = 0; i < GP_ARRAY_SIZE(logs); i++) {
		bool is_here = after && logs[i]->n && after >= logs[i]->items &&
			       after < logs[i]->items + logs[i]->n;
		const struct gp_log_hit *hit =
			!after || is_here ? gp_log_next(logs[i], id, after) : NULL;

		if (hit)
			return hit;
		if (is_here)
			after = NULL;
	}
	return NULL;
}

/* The address in vfio_container_dma_map(0x55.., 0x380000000000, 0x10000, 0x7f..) = -22 */
static bool mapped_address(const struct gp_log_hit *hit, uint64_t *ret)
{
	const char *call = strstr(hit->text, "dma_map("), *comma = call ? strchr(call, ',') : NULL;
	char *end;

	if (!comma)
		return false;
	*ret = strtoull(comma + 1, &end, 16);
	return end != comma + 1;
}

/* With RAM the VM does not start; with a BAR devices cannot reach each other directly. */
static bool stops_the_vm(const struct gp_log_hit *hit)
{
	return strstr(hit->text, "memory listener initialization failed") ||
	       strstr(hit->text, "failed to setup container") || strstr(hit->text, "pc.ram");
}

/* The hardest of the lines about an address that the IOMMU cannot reach. */
static const struct gp_log_hit *beyond_reach(const struct gp_case *c, unsigned bits)
{
	const struct gp_log_hit *hit = NULL, *worst = NULL;

	while ((hit = next_said(c, GP_LOG_MAP_INVALID, hit))) {
		uint64_t address;

		if (!mapped_address(hit, &address) || (bits < 64 && address >> bits == 0))
			continue;
		if (!worst || (stops_the_vm(hit) && !stops_the_vm(worst)))
			worst = hit;
	}
	return worst;
}

/* The VM's cpu setting, with so many bits. */
static const char *cpu_setting(struct gp_arena *arena, const struct gp_vm *vm, unsigned bits)
{
	const char *cpu = gp_vm_get(&vm->settings, "cpu");
	struct gp_strings given = gp_split(arena, cpu ? cpu : "host", ","), kept = {0};

	gp_each (property, &given)
		if (!strstr(*property, "phys-bits="))
			gp_strings_add(arena, &kept, *property);
	return gp_printf(arena, "--cpu %s,phys-bits=%u", gp_join(arena, &kept, ","), bits);
}

static void mend_width(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_log_hit *hit, unsigned bits)
{
	const struct gp_vm *vm = gp_vms_said_by(&c->facts->vms, hit);

	if (vm) {
		finding->subject = vm->name;
		gp_mend_vm(out, finding, vm,
			&(struct gp_vm_remedy){cpu_setting(out->arena, vm, bits),
				gp_printf(out->arena,
					"<maxphysaddr mode='passthrough' limit='%u'/> in <cpu>",
					bits),
				gp_printf(out->arena, "-cpu host,host-phys-bits-limit=%u", bits)});
		return;
	}
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "cpu",
			gp_printf(out->arena,
				"Limit the addresses that the VM uses: QEMU -cpu "
				"host,host-phys-bits-limit=%u; libvirt <maxphysaddr "
				"mode='passthrough' limit='%u'/> in <cpu>.",
				bits, bits),
			0});
}

static void width(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_iommu *iommu = &c->facts->iommu;
	unsigned known = gp_iommu_address_bits(iommu), cpu = c->facts->kernel.cpu_address_bits;
	unsigned bits = known ? known : CLIENT_BITS;
	const struct gp_log_hit *hit = beyond_reach(c, bits);

	if (hit) {
		bool stops = stops_the_vm(hit);
		struct gp_finding *finding = gp_find(out, stops ? GP_FAIL : GP_WARN,
			gp_evidence(out, hit->source, hit->text),
			stops ? "the VM's memory lies beyond the %u bits of address that the IOMMU "
				"can translate"
			      : "a device's memory lies beyond the %u bits of address that the IOMMU "
				"can translate: devices of the VM cannot reach it, all else works",
			bits);
		mend_width(c, out, finding, hit, bits);
	} else if (known && cpu > known) {
		gp_find(out, GP_NOTE,
			gp_printf(out->arena, "%s: %s", iommu->cap.from.path, iommu->cap.value),
			"the IOMMU translates addresses of %u bits, the CPU has %u: should a VM "
			"fail with VFIO_MAP_DMA, limit its physical address bits",
			known, cpu);
	} else if (known) {
		gp_find(out, GP_PASS, iommu->cap.from.path,
			"the IOMMU translates addresses of %u bits", known);
	} else {
		gp_find(out, GP_SKIP, iommu->cap.from.path,
			"the width of VT-d's addresses is not said here, and QEMU has not "
			"complained");
	}
}

/* The kernel's line is vfio's or iommufd's; others have such a limit too. */
static bool is_about_vms(const struct gp_log_hit *hit)
{
	return strstr(hit->text, "vfio") || strstr(hit->text, "VFIO") ||
	       strstr(hit->text, "iommufd") || strstr(hit->text, "iopt_") ||
	       strstr(hit->text, "cannot limit locked memory");
}

static const struct gp_log_hit *unlockable(const struct gp_case *c)
{
	static const enum gp_log_id ids[] = {GP_LOG_MEMLOCK, GP_LOG_MAP_NO_MEMORY};

	for (size_t i = 0; i < GP_ARRAY_SIZE(ids); i++) {
		const struct gp_log_hit *hit = NULL;

		while ((hit = next_said(c, ids[i], hit)))
			if (is_about_vms(hit))
				return hit;
	}
	return NULL;
}

static void memlock(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = unlockable(c);
	const struct gp_vm *vm = hit ? gp_vms_said_by(&c->facts->vms, hit) : NULL;
	struct gp_finding *finding;

	if (!hit) {
		gp_find(out, GP_PASS, c->facts->kernel.klog.source,
			"nothing says that a VM's memory could not be locked");
		return;
	}
	finding = gp_find(out, GP_FAIL, gp_evidence(out, hit->source, hit->text),
		"the VM's memory could not be locked, as a device that reaches it needs");
	if (vm)
		finding->subject = vm->name;
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "memory",
			c->facts->platform.libvirt
				? "Raise the limit: <memtune><hard_limit unit='GiB'>N</hard_limit>"
				  "</memtune> by virsh edit, N the VM's memory and at least 1 more."
				: "Raise the limit of the process that starts QEMU "
				  "(LimitMEMLOCK=infinity in its service, or ulimit -l unlimited), or "
				  "give the VM less memory than the host has free.",
			0});
}

/* The GPU that the VM takes, or NULL. */
static const struct gp_function *gpu_of(const struct gp_case *c, const struct gp_vm *vm)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		gp_each (passed, &vm->passed)
			if (gp_passed_takes(passed, c->gpus[i]))
				return c->gpus[i];
	return NULL;
}

/* Its machine setting, where that wants Intel's vIOMMU without the machine that has it. */
static const struct gp_vm_setting *wrong_machine(struct gp_arena *arena, const struct gp_vm *vm)
{
	const struct gp_vm_setting *machine = gp_vm_setting(&vm->settings, "machine");
	const char *type, *viommu;

	if (!machine)
		return NULL;
	viommu = gp_vm_property(arena, machine->value, "viommu", false);
	type = gp_vm_property(arena, machine->value, "type", true);
	if (!gp_equal(viommu, "intel") || (type && strstr(type, "q35")))
		return NULL;
	return machine;
}

static void say_wrong_machine(const struct gp_case *c, struct gp_findings *out,
	const struct gp_vm *vm, const struct gp_vm_setting *machine)
{
	const struct gp_function *gpu = gpu_of(c, vm);
	struct gp_finding *finding = gp_find(out, gpu ? GP_FAIL : GP_NOTE,
		gp_evidence(
			out, gp_vm_place(out->arena, vm->source, machine->line), machine->value),
		"%s asks for Intel's vIOMMU, which only the machine type q35 has: it does not "
		"start",
		vm->name);

	finding->subject = vm->name;
	finding->gpu = gpu;
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_VM, vm->name, "--machine q35,viommu=intel", 0});
}

static void viommu(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = next_said(c, GP_LOG_VIOMMU_Q35, NULL);
	size_t before = out->n;

	gp_each (vm, &c->facts->vms) {
		const struct gp_vm_setting *machine = wrong_machine(out->arena, vm);

		if (machine)
			say_wrong_machine(c, out, vm, machine);
	}
	if (out->n != before)
		return;
	if (hit && !gp_vms_said_by(&c->facts->vms, hit)) {
		struct gp_finding *finding = gp_find(out, GP_FAIL,
			gp_evidence(out, hit->source, hit->text),
			"a VM asks for Intel's vIOMMU, which only the machine type q35 has");
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "machine",
				"Give the VM the machine type q35: qm set ID --machine "
				"q35,viommu=intel.",
				0});
		return;
	}
	if (c->facts->vms.n)
		gp_find(out, GP_PASS, c->facts->vms.from.path,
			"no VM asks for a vIOMMU that its machine type lacks");
	else
		gp_find(out, GP_SKIP, c->facts->vms.from.path, "no VM of Proxmox's is known here");
}

static const struct gp_check checks[] = {
	{
		.id = "iova-39bit",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "the VM uses addresses that the IOMMU cannot translate",
		.why = "VT-d of Intel's client processors translates addresses of 39 bits, and a guest "
		       "that is told of more places devices or memory beyond.",
		.mend = "Tell the guest of no more address bits than the IOMMU has.",
		.reference = "VT-d specification 11.4.2: MGAW; QEMU, docs/igd-assign.txt",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {"iommu-absent"},
		.run = width,
	},
	{
		.id = "memlock",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "the VM's memory may not be locked",
		.why = "A device may write to any page of the VM at any time, so all of its memory has "
		       "to stay in place, and that is limited for each process.",
		.mend = "Raise the limit on locked memory for QEMU, or give the VM less memory.",
		.reference =
			"Linux, drivers/vfio/vfio_iommu_type1.c; libvirt, formatdomain: memtune",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {"iommu-absent"},
		.run = memlock,
	},
	{
		.id = "viommu-machine",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "Intel's vIOMMU without the machine type q35",
		.why = "Proxmox refuses to start a VM that asks for Intel's vIOMMU on the older machine "
		       "type.",
		.mend = "Give the VM the machine type q35.",
		.reference = "Proxmox qemu-server, PVE::QemuServer::Machine",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.run = viommu,
	},
};

const struct gp_check_table gp_iommu_vm_checks = {checks, GP_ARRAY_SIZE(checks)};
