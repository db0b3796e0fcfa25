/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRIVER_CHECK_HELP_H
#define GP_DRIVER_CHECK_HELP_H

#include "check.h"

/* What several checks of this layer share. */

typedef void gp_look_at_driven(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu);

/*
 * Looks at each GPU of the vendor (0: any) that this machine is to drive itself: neither at VFs,
 * which a host makes for others, nor at what is on vfio-pci or meant for a VM as a whole. Skips,
 * saying why, where there is none.
 */
void gp_each_driven(
	const struct gp_case *c, struct gp_findings *out, uint16_t vendor, gp_look_at_driven *look);

/* A directive that keeps its module from being loaded: blacklist, or install /bin/false. */
bool gp_bars_module(const struct gp_directive *directive);
/* modprobe.blacklist= or module_blacklist= */
bool gp_is_blacklist(const struct gp_param *param);
bool gp_is_barred(const struct gp_kernel *kernel, struct gp_arena *arena, const char *module);
/* The step that rebuilds the initrd, and the reboot behind it. */
void gp_mend_reboot(struct gp_findings *out, struct gp_finding *finding, bool initrd);

/* Nobody is known to want a GPU, and settings of VMs that may do cannot be read. */
bool gp_may_be_for_a_vm(const struct gp_case *c);

#endif
