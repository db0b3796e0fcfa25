/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GPU_TABLES_H
#define GP_GPU_TABLES_H

#include "base/arena.h"
#include "gpu/models.h"

/* The tables behind gp_gpu_model(). */

/* A driver and its first kernel, in the braces of a struct gp_driver_since. */
#define GP_SINCE(name, first_major, first_minor) \
	.driver = name, .major = first_major, .minor = first_minor

/* An Intel id and its group: CFL_S_GT2 is INTEL_CFL_S_GT2_IDS of the kernel's header. */
struct gp_intel_id {
	uint16_t device;
	const char *group;
};

/* Both sorted by id, no id twice. */
extern const struct gp_intel_id gp_intel_ids[]; /* intel-ids.c, generated */
extern const size_t gp_intel_id_count;
extern const struct gp_intel_id gp_intel_more[]; /* intel-more.c: counts more */
extern const size_t gp_intel_more_count;

/*
 * A platform is of a group where its name is the group's, or the start of it up to a `_`: CFL is of
 * CFL_S_GT2. The first that fits counts, so the particular stands before the general.
 */
struct gp_intel_platform {
	const char *group;
	struct gp_gpu_model model;
};

extern const struct gp_intel_platform gp_intel_platforms[];
extern const size_t gp_intel_platform_count;

/* The models of a range of device ids; the first range that fits counts. */
struct gp_model_range {
	uint16_t first, last;
	struct gp_gpu_model model;
};

extern const struct gp_model_range gp_amd_models[], gp_nvidia_models[];
extern const size_t gp_amd_model_count, gp_nvidia_model_count;

#endif
