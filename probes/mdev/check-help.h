/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MDEV_CHECK_HELP_H
#define GP_MDEV_CHECK_HELP_H

#include "check.h"
#include "mdev/gvt.h"

/* What several checks of this layer share. */

typedef void gp_look_at_gvt(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu);

/* Looks at each GPU that GVT-g may split; skips where there is none. */
void gp_each_gvt(const struct gp_case *c, struct gp_findings *out, gp_look_at_gvt *look);

/* Whether the kernel offers types of vGPUs for this GPU. */
bool gp_has_mdev_types(const struct gp_case *c, const struct gp_function *gpu);
/* "i915-GVTg_V5_4, i915-GVTg_V5_8" */
const char *gp_mdev_type_names(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_function *gpu);

/* Whether i915 runs with enable_gvt, as far as can be told. */
enum gp_gvt_state { GP_GVT_UNKNOWN, GP_GVT_OFF, GP_GVT_ON };
enum gp_gvt_state gp_gvt_state(
	const struct gp_case *c, struct gp_findings *out, const char **ret_evidence);

/* Whether kvmgt can be had: 1 it is loaded or there is a file, 0 there is none, -1 not known. */
int gp_has_kvmgt(const struct gp_case *c);

const char *gp_log_evidence(struct gp_findings *out, const struct gp_log_hit *hit);

/* Sets a parameter of i915 where it is set already, else on the command line. */
void gp_mend_i915(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const char *name, const char *value);

/* Where that setting of a VM stands, and what it says. */
const char *gp_passed_evidence(struct gp_findings *out, const struct gp_passed *passed);
/*
 * The setting with this function's own address and, unless NULL, that type of vGPU; what does not
 * go with vGPUs is left out.
 */
const char *gp_hostpci(struct gp_arena *arena, const struct gp_passed *passed,
	const struct gp_function *gpu, const char *type);

#endif
