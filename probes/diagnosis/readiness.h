/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_READINESS_H
#define GP_READINESS_H

#include "diagnosis/diagnosis.h"
#include "gpu/support.h"

/* NVIDIA's own driver hands its GPU to containers without one. */
bool gp_lacks_node(const struct gp_facts *facts, const struct gp_function *gpu);

/* ---- inside a guest or a container that is no host: readiness-inside.c */

/* The modes that there is something to say about. */
unsigned gp_modes_inside(const struct gp_case *c, const struct gp_function *gpu);
/* Not where it was passed in another mode; not known where a container sees no nodes. */
enum gp_support gp_supports_inside(struct gp_arena *arena, const struct gp_case *c,
	const struct gp_function *gpu, enum gp_mode mode, const char **ret_why);
/* What it lacks and no check has to explain, or NULL. */
const char *gp_missing_inside(
	struct gp_arena *arena, const struct gp_case *c, const struct gp_function *gpu);
/* What to expect of one that is ready. */
const char *gp_ready_inside(struct gp_arena *arena, const struct gp_case *c,
	const struct gp_function *gpu, enum gp_mode mode);

#endif
