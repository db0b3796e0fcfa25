/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "facts.h"

void gp_facts_collect(struct gp_machine *machine, const char *pci_ids, struct gp_facts *ret)
{
	*ret = (struct gp_facts){0};
	gp_kernel_collect_cmdline(machine, &ret->kernel);
	gp_platform_collect(machine, &ret->kernel.cmdline, &ret->platform);
	gp_kernel_collect(machine, ret->platform.kernel, &ret->kernel);
	gp_firmware_collect(machine, &ret->firmware);
	gp_iommu_collect(machine, &ret->iommu);
	gp_pci_collect(machine, pci_ids, &ret->pci);
	gp_vms_collect(machine, &ret->vms);
	gp_vfio_collect(gp_machine_arena(machine), &ret->kernel, &ret->vfio);
	gp_mdev_collect(machine, &ret->pci, &ret->mdev);
	gp_sriov_collect(machine, &ret->pci, &ret->sriov);
	gp_modules_collect_files(machine, ret->platform.kernel, &ret->modules);
	gp_nvidia_collect(machine, &ret->nvidia);
	gp_nodes_collect(machine, &ret->nodes);
	gp_containers_collect(machine, &ret->vms, &ret->containers);
}
