/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GUEST_CHECK_HELP_H
#define GP_GUEST_CHECK_HELP_H

#include "check.h"

/* What several checks of this layer share. */

/* Its driver has it and came through: it made a render node, which NVIDIA's own need not. */
bool gp_guest_is_driven(const struct gp_case *c, const struct gp_function *gpu);
/* Says what the absence of a log line is worth: a pass, or unknown where the log is not whole. */
void gp_guest_silence(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const char *text);

#endif
