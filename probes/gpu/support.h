/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SUPPORT_H
#define GP_SUPPORT_H

#include "facts.h"
#include "gpu/models.h"

enum gp_support { GP_SUPPORT_UNKNOWN, GP_SUPPORTED, GP_NOT_SUPPORTED };

/*
 * Whether this GPU's hardware, with any driver there is, can be used in the mode (one bit of enum
 * gp_mode); what the machine shows (sriov_totalvfs, mdev types) counts more than the table.
 * *ret_why is one line for a person: "Rocket Lake has neither GVT-g nor SR-IOV; full or container".
 */
enum gp_support gp_gpu_supports(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, unsigned mode, const char **ret_why);

/* mdev types; or, of NVIDIA's from kernel 6.8 on, VFs that become vGPUs. */
bool gp_gpu_offers_vgpus(const struct gp_facts *facts, const struct gp_function *gpu);
/* Where the hardware can be shared in this mode and the driver that has it here does not: why. */
const char *gp_gpu_waits_for_driver(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, unsigned mode);

/* "Rocket Lake", "GA102 (Ampere)", "the GPU 8086:ffff" */
const char *gp_gpu_title(struct gp_arena *arena, const struct gp_function *gpu);
/* "i915 (out of tree, from kernel 6.1) or xe (with force_probe, from kernel 6.18)" */
const char *gp_driver_ways(struct gp_arena *arena, const struct gp_driver_since *ways);

#endif
