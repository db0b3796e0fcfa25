/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts.h"

#include <errno.h>

/* All drivers in one go: those of one device behind each other, others at the same time. */
static void try_drivers(
	struct gp_machine *machine, const struct gp_reading *how, struct gp_facts *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_attempts attempts = {0};

	if (how->tries)
		gp_drm_attempts(arena, ret, &attempts);
	if (how->tries & GP_TRIES_VAAPI)
		gp_vaapi_attempts(arena, &ret->nodes, &ret->pci, ret->platform.roles & GP_ROLE_HOST,
			&attempts);
	if (how->tries & GP_TRIES_OPENCL)
		gp_opencl_attempts(arena, ret, &attempts);
	if (attempts.n)
		gp_machine_attempt(machine, &attempts);
	gp_drm_collect(machine, &attempts, ret, &ret->drm);
	gp_vaapi_collect(machine, &attempts, &ret->vaapi);
	gp_opencl_collect_tried(machine, &attempts, &ret->opencl);
	gp_said_collect(machine, &attempts, &ret->said);
}

/* Whoever said a line of a ticket, it is not told: those of VM managers are among the others. */
static void share_log(struct gp_arena *arena, const struct gp_log *from, struct gp_log *to)
{
	if (!from->n)
		return;
	*to = *from;
	to->items = gp_memdup(arena, from->items, from->n * sizeof(*from->items));
}

void gp_facts_collect(
	struct gp_machine *machine, const struct gp_reading *how, struct gp_facts *ret)
{
	*ret = (struct gp_facts){.is_partial = gp_machine_is_partial(machine)};
	ret->parts = ret->is_partial ? machine : NULL;
	gp_kernel_collect_cmdline(machine, &ret->kernel);
	gp_platform_collect(machine, &ret->kernel.cmdline, &ret->platform);
	gp_kernel_collect(machine, ret->platform.kernel, &ret->kernel);
	gp_firmware_collect(machine, &ret->firmware);
	gp_iommu_collect(machine, &ret->iommu);
	gp_pci_collect(machine, how->pci_ids, &ret->pci);
	gp_vms_collect(machine, &ret->vms);
	if (ret->is_partial)
		share_log(gp_machine_arena(machine), &ret->kernel.klog, &ret->vms.log);
	gp_vfio_collect(gp_machine_arena(machine), &ret->kernel, &ret->vfio);
	gp_mdev_collect(machine, &ret->pci, &ret->mdev);
	gp_sriov_collect(machine, &ret->pci, &ret->sriov);
	gp_modules_collect_files(machine, ret->platform.kernel, &ret->modules);
	gp_nvidia_collect(machine, &ret->nvidia);
	gp_nodes_collect(machine, &ret->nodes);
	gp_accounts_collect(machine, &ret->accounts);
	gp_opencl_collect(machine, &ret->nodes, &ret->opencl);
	gp_guest_collect(machine, ret, &ret->guest);
	try_drivers(machine, how, ret);
	gp_containers_collect(machine, &ret->vms, &ret->containers);
}

bool gp_facts_saw(const struct gp_facts *facts, const char *path)
{
	struct gp_stat stat;

	return !facts->parts || gp_machine_stat(facts->parts, path, &stat) != -ENODATA;
}
