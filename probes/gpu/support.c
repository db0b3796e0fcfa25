/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gpu/support.h"

enum gp_support gp_gpu_supports(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, unsigned mode, const char **ret_why)
{
	(void)arena;
	(void)facts;
	(void)gpu;
	(void)mode;
	*ret_why = "";
	return GP_SUPPORT_UNKNOWN;
}
