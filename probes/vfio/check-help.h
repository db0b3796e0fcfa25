/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VFIO_CHECK_HELP_H
#define GP_VFIO_CHECK_HELP_H

#include "check.h"

/* What several checks of this layer share. */

/* Needs of whatever vfio-pci is to have: a device that is in no IOMMU group it does not take. */
#define GP_HAS_A_GROUP "iommu-absent", "igfx-off-leftover"

/* Where the plan puts lines of its own. */
#define GP_MODPROBE_CONF "/etc/modprobe.d/gpupass.conf"
#define GP_TMPFILES_CONF "/etc/tmpfiles.d/gpupass.conf"

typedef void gp_look_at_gpu(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu);

/* Looks at each GPU of the case, at VFs only where the check is about them; skips where none. */
void gp_each_gpu(const struct gp_case *c, struct gp_findings *out, gp_look_at_gpu *look);
bool gp_is_on_vfio(const struct gp_function *function);
/* A VM manager takes the device itself when the VM starts, so before that it is no fault. */
enum gp_verdict gp_unless_managed(
	const struct gp_case *c, const struct gp_function *gpu, enum gp_verdict verdict);
/*
 * The ids of this GPU and of what is in the way beside it, added to ids. False where one of them
 * names a function elsewhere too, so that only addresses will do.
 */
bool gp_slot_ids(const struct gp_case *c, struct gp_arena *arena, const struct gp_function *gpu,
	struct gp_strings *ids);
/* Binds the slot by addresses: said in words, as it is a package's job. */
void gp_mend_by_address(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_function *gpu);
/* Binds the slot by ids, before the host's drivers; by addresses where ids will not do. */
void gp_mend_whole_slot(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_function *gpu);
/* Has vfio-pci loaded before each driver of the host's that has a function of the slot. */
void gp_mend_order(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu);
/* Takes an id of a GPU, which is not to be vfio-pci's, out of the list that names it; restarts. */
void gp_mend_claim(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_vfio_id *claim);
/* A function beside the GPU that would keep its group from being viable. */
bool gp_is_in_the_way(const struct gp_function *gpu, const struct gp_function *other);

#endif
