/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What shares the GPU's IOMMU group. */
#include "iommu/checks.h"
#include "kernel/configured.h"
#include "vfio/check-help.h"
#include "vfio/check-said.h"

static bool is_stranger(const struct gp_function *gpu, const struct gp_function *other)
{
	return gp_pci_same_group(gpu, other) && !gp_pci_same_slot(gpu, other) &&
	       !gp_pci_is_bridge(other);
}

/* False where the GPU's group is not known; a finding says why. */
static bool has_group(struct gp_findings *out, const struct gp_function *gpu)
{
	if (gp_is_present(&gpu->group.from))
		return true;
	if (gp_is_absent(&gpu->group.from)) {
		gp_find_gpu(
			out, GP_SKIP, gpu, gpu->group.from.path, "the GPU is in no IOMMU group");
		return false;
	}
	gp_find_gpu_unknown(out, gpu, &gpu->group.from);
	return false;
}

/* Strangers in its group that group-contains-host-device speaks of: what a VM manager would take.
 */
static size_t n_host_uses(const struct gp_case *c, const struct gp_function *gpu)
{
	size_t n = 0;

	gp_each (other, &c->facts->pci)
		n += is_stranger(gpu, other) && other->host_use;
	return n;
}

static void say_not_viable(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_strings *names)
{
	struct gp_finding *finding = gp_find_gpu(out, gp_unless_managed(c, gpu, GP_FAIL), gpu,
		gp_printf(out->arena, "/sys/kernel/iommu_groups/%s/devices", gpu->group.value),
		"IOMMU group %s of the GPU also holds %s, which the host uses", gpu->group.value,
		gp_join(out->arena, names, ", "));

	finding->subject = gp_printf(out->arena, "group/%s", gpu->group.value);
	if (finding->verdict == GP_WARN && names->n == n_host_uses(c, gpu))
		finding->waits_for = "group-contains-host-device";
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			"Put the card into another slot, best one wired to the CPU: devices behind one bridge without "
			"ACS, or behind a conventional PCI bridge, cannot be told apart.",
			0});
}

/* A kernel that starts VT-d by itself may leave the processor's graphics out until it is told. */
static bool waits_to_be_told(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_param *by;

	return gpu->vendor_id == 0x8086 && !gpu->bus &&
	       gp_intel_iommu_said(&c->facts->kernel.cmdline, &by) < 0;
}

/* True, with a finding, where the IOMMU is on and the GPU is nevertheless in no group. */
static bool is_left_out(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct gp_finding *finding;

	if (!gp_is_absent(&gpu->group.from) || gp_iommu_in_use(&c->facts->iommu) != 1 ||
		!c->facts->iommu.n)
		return false;
	finding = gp_find_gpu(out, GP_FAIL, gpu, gpu->group.from.path,
		"other devices are in IOMMU groups and this GPU is in none: no IOMMU looks after it");
	if (waits_to_be_told(c, gpu)) {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD, "intel_iommu=on", "", 0});
		return true;
	}
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			"Take igfx_off off the kernel command line if it is there; otherwise update "
			"the firmware: its table leaves this GPU out.",
			0});
	return true;
}

/* Whether it is known which group it is in, and who has the others in it. */
static bool is_group_seen(const struct gp_case *c, const struct gp_function *gpu)
{
	if (gpu->group.from.presence == GP_UNREADABLE)
		return false;
	gp_each (other, &c->facts->pci)
		if (gp_pci_same_group(gpu, other) && !gp_pci_is_bridge(other) &&
			other->driver_from.presence == GP_UNREADABLE)
			return false;
	return !c->facts->pci.is_partial;
}

/*
 * QEMU's word, where the groups themselves cannot be seen; a group that is seen has changed since.
 * True where that settles it for this GPU; NULL: for devices that are not known here.
 */
static bool not_viable_by_log(const struct gp_case *c, const struct gp_said_list *list,
	struct gp_findings *out, const struct gp_function *gpu)
{
	bool any = false;

	gp_each (said, list) {
		struct gp_finding *finding;

		if (said->gpu != gpu || (gpu && is_group_seen(c, gpu)))
			continue;
		any = true;
		finding = gp_find_said(out, GP_FAIL, said,
			"QEMU found a device in the IOMMU group that the host still holds");
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, said->address,
				"List the group (ls /sys/bus/pci/devices/ADDRESS/iommu_group/devices) "
				"and bind all of it but bridges to vfio-pci; or put the card into "
				"another slot.",
				0});
	}
	return any;
}

static void group_viable(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_said_list said = gp_said_of(c, out->arena, GP_LOG_NOT_VIABLE);

	not_viable_by_log(c, &said, out, NULL);
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];
		struct gp_strings names = {0};

		if (not_viable_by_log(c, &said, out, gpu) || is_left_out(c, out, gpu) ||
			!has_group(out, gpu))
			continue;
		gp_each (other, &c->facts->pci) {
			if (!is_stranger(gpu, other) || !gp_pci_is_native(other))
				continue;
			gp_strings_add(out->arena, &names,
				gp_printf(out->arena, "%s (%s, driver %s)", other->address,
					other->name, other->driver));
		}
		if (names.n)
			say_not_viable(c, out, gpu, &names);
		else
			gp_find_gpu(out, GP_PASS, gpu, gpu->group.from.path,
				"no stranger in IOMMU group %s is held by the host",
				gpu->group.value);
	}
	if (!c->n_gpus && !said.n)
		gp_find(out, GP_SKIP, "", "there is no GPU to give away");
}

static void group_host_device(const struct gp_case *c, struct gp_findings *out)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];
		bool found = false;

		if (!has_group(out, gpu))
			continue;
		gp_each (other, &c->facts->pci) {
			struct gp_finding *finding;

			if (!is_stranger(gpu, other) || !other->host_use)
				continue;
			found = true;
			finding = gp_find_gpu(out, GP_FAIL, gpu,
				gp_printf(out->arena, "/sys/kernel/iommu_groups/%s/devices/%s",
					gpu->group.value, other->address),
				"starting a VM with this GPU would take %s from the host: %s",
				other->address, other->host_use);
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_MANUAL, gpu->address,
					"Do not start that VM. Put the card into another slot, or "
					"move the disk or network to another controller.",
					0});
		}
		if (!found)
			gp_find_gpu(out, GP_PASS, gpu, gpu->group.from.path,
				"no disk or network of the host in IOMMU group %s",
				gpu->group.value);
	}
	if (!c->n_gpus)
		gp_find(out, GP_SKIP, "", "there is no GPU to give away");
}

static const struct gp_check checks[] = {
	{
		.id = "group-not-viable",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "the GPU shares its IOMMU group with a device that the host uses",
		.why = "A group is given away whole or not at all: the IOMMU cannot keep its members "
		       "apart.",
		.mend = "Bind the others to vfio-pci as well, or move the card to another slot.",
		.reference = "Linux, Documentation/driver-api/vfio.rst: groups",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {"iommu-absent", "igfx-off-leftover"},
		.run = group_viable,
	},
	{
		.id = "group-contains-host-device",
		.layer = GP_LAYER_IOMMU,
		.ceiling = GP_FAIL,
		.title = "the GPU's IOMMU group holds a disk or network of the host",
		.why = "Proxmox binds the whole group when the VM starts: the host would lose its disk "
		       "or its network at that moment.",
		.mend = "Do not start the VM; move the card to another slot.",
		.reference = "Proxmox pve-common, PVE::SysFSTools",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_HANDED_OVER,
		.needs = {"iommu-absent"},
		.run = group_host_device,
	},
};

const struct gp_check_table gp_iommu_group_checks = {checks, GP_ARRAY_SIZE(checks)};
