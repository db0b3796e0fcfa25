/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OPENCL_NEO_H
#define GP_OPENCL_NEO_H

#include "check.h"
#include "gpu/models.h"

/* Which versions of Intel's compute-runtime (NEO) serve which GPU. */

/* YEAR.WEEK.BUILD.FIX, as "22.43.24595.41"; distributions may leave out the last. */
struct gp_neo_version {
	unsigned part[4];
	size_t n;
};

/* False where the text does not begin with a version. */
bool gp_neo_parse(const char *text, struct gp_neo_version *ret);
/* By the parts that both have: negative, 0, positive. */
int gp_neo_compare(const struct gp_neo_version *a, const struct gp_neo_version *b);

/* The NEO of a machine. */
struct gp_neo {
	bool is_known;
	struct gp_neo_version version;
	const char *text;   /* "22.43.24595.41" */
	const char *source; /* who says so */
};

/* The version of the one for current GPUs, from its devices or from dpkg. */
struct gp_neo gp_neo_installed(const struct gp_case *c, struct gp_arena *arena);

/* Gen8, Gen9 and Gen11, which went into packages of their own with 24.35.30872.22. */
bool gp_neo_is_legacy(const struct gp_gpu_model *model);
/* No NEO ever served it. */
bool gp_neo_is_never(const struct gp_gpu_model *model);
/* The first that serves it, "23.05"; NULL: all of today do, or it is not known. */
const char *gp_neo_since(const struct gp_gpu_model *model, struct gp_neo_version *ret);
extern const size_t gp_neo_platform_count;

#endif
