/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FACTS_H
#define GP_FACTS_H

#include "container/container.h"
#include "driver/modules.h"
#include "driver/nvidia.h"
#include "drm/drm.h"
#include "firmware/firmware.h"
#include "guest/guest.h"
#include "iommu/iommu.h"
#include "kernel/kernel.h"
#include "log/said.h"
#include "mdev/mdev.h"
#include "opencl/opencl.h"
#include "pci/functions.h"
#include "platform/platform.h"
#include "sriov/sriov.h"
#include "vaapi/vaapi.h"
#include "vfio/vfio.h"
#include "vm/vm.h"

/* All that the reader found, before anyone judges. Gathered once; lives in the machine's arena. */
struct gp_facts {
	bool is_partial;          /* only parts of the machine were seen: gp_machine_is_partial() */
	struct gp_machine *parts; /* ... which ones: gp_facts_saw(); NULL: all of it was seen */
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
	struct gp_vaapi vaapi;
	struct gp_accounts accounts;
	struct gp_drm drm;
	struct gp_opencl opencl;
	struct gp_guest guest;
	struct gp_log said; /* by programs that use a GPU */
	struct gp_containers containers;
};

/* Which drivers are tried, in programs of their own; render nodes are opened for any of them. */
enum gp_tries {
	GP_TRIES_NODES = 1 << 0,
	GP_TRIES_VAAPI = 1 << 1,
	GP_TRIES_OPENCL = 1 << 2,
	GP_TRIES_ALL = (1 << 3) - 1,
};

/* How to look. */
struct gp_reading {
	const char *pci_ids; /* file with the names of PCI devices, NULL for the system's */
	unsigned tries;      /* set of enum gp_tries */
};

void gp_facts_collect(
	struct gp_machine *machine, const struct gp_reading *how, struct gp_facts *ret);

/*
 * Whether it is known of that path what it is, or that it is not there. Of a machine that was seen
 * as a whole that holds of every path.
 */
bool gp_facts_saw(const struct gp_facts *facts, const char *path);

#endif
