/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OPENCL_CHECK_HELP_H
#define GP_OPENCL_CHECK_HELP_H

#include "check.h"

/* What several checks of this layer share. */

/* What keeps a driver of OpenCL from its GPU, or from answering. */
#define GP_CL_NEEDS                                                                   \
	"dri-node-missing", "not-in-render", "node-cgroup-denied", "ocl-icd-crashed", \
		"ocl-icd-hangs"

typedef void gp_look_at_compute(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu);

/*
 * Looks at each GPU that this machine drives itself. Skips, saying why, where there is none, or
 * where nothing is known of OpenCL here.
 */
void gp_each_compute(const struct gp_case *c, struct gp_findings *out, gp_look_at_compute *look);
/* Whether anything is known of OpenCL here; else one finding says that it is not. */
bool gp_opencl_is_known(const struct gp_case *c, struct gp_findings *out);

/*
 * The modes of what was found from number `before` on: on a host it is about its own programs
 * alone, as containers bring their own OpenCL; what somebody pasted may come from one.
 */
void gp_opencl_narrow(const struct gp_case *c, struct gp_findings *out, size_t before);
/* Somebody wants OpenCL: a program missed it, or its output is all that is known. */
const char *gp_opencl_is_asked_for(const struct gp_case *c, struct gp_findings *out);

/* Whether OpenCL has a device of this GPU: 1, 0, -1 not known. */
int gp_opencl_serves(const struct gp_case *c, const struct gp_function *gpu);
/* That device, or NULL. */
const struct gp_cl_device *gp_opencl_device(const struct gp_case *c, const struct gp_function *gpu);
/* Whether any platform has a device of that type ("gpu"). */
bool gp_opencl_has_type(const struct gp_opencl *opencl, const char *type);
/* No GPU is known here, and PCI was not seen: one may be there all the same. */
bool gp_may_have_gpu(const struct gp_case *c);
/* The whole ICD made for GPUs of that vendor alone, or NULL. */
const struct gp_icd *gp_opencl_icd_for(const struct gp_opencl *opencl, uint16_t vendor);
const struct gp_cl_platform *gp_opencl_platform(
	const struct gp_opencl *opencl, enum gp_cl_kind kind);
/* "PoCL, Mesa's Clover" */
const char *gp_opencl_platform_names(struct gp_arena *arena, const struct gp_opencl *opencl);

/* Installs what serves this GPU; NULL: any. */
void gp_mend_opencl(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu);
/* What to do about the compute-runtime, in words: many distributions have no package that helps. */
void gp_mend_newer_neo(struct gp_findings *out, struct gp_finding *finding, const char *since);
void gp_mend_neo(struct gp_findings *out, struct gp_finding *finding, const char *words);

#endif
