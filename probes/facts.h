/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FACTS_H
#define GP_FACTS_H

#include "container/container.h"
#include "driver/modules.h"
#include "driver/nvidia.h"
#include "drm/nodes.h"
#include "firmware/firmware.h"
#include "iommu/iommu.h"
#include "kernel/kernel.h"
#include "mdev/mdev.h"
#include "pci/functions.h"
#include "platform/platform.h"
#include "sriov/sriov.h"
#include "vfio/vfio.h"
#include "vm/vm.h"

/* All that the reader found, before anyone judges. Gathered once; lives in the machine's arena. */
struct gp_facts {
	struct gp_platform platform;
	struct gp_firmware firmware;
	struct gp_kernel kernel;
	struct gp_iommu iommu;
	struct gp_pci pci;
	struct gp_vms vms;
	struct gp_vfio vfio;
	struct gp_mdev mdev;
	struct gp_sriov sriov;
	struct gp_modules modules;
	struct gp_nvidia nvidia;
	struct gp_nodes nodes;
	struct gp_containers containers;
};

/* pci_ids: file with the names of PCI devices, NULL for the system's. */
void gp_facts_collect(struct gp_machine *machine, const char *pci_ids, struct gp_facts *ret);

#endif
