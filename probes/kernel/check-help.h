/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_KERNEL_CHECK_HELP_H
#define GP_KERNEL_CHECK_HELP_H

#include "check.h"

/* What several checks of this layer share. */

/* True, with a finding, where the running command line could not be read. */
bool gp_cmdline_unknown(const struct gp_case *c, struct gp_findings *out);
/* A log that does not reach back to the start of the machine proves nothing by silence. */
struct gp_finding *gp_find_log_unknown(const struct gp_case *c, struct gp_findings *out);
/* The words of the kernel's line about unknown parameters. */
struct gp_strings gp_unknown_params(struct gp_arena *arena, const struct gp_log_hit *hit);

#endif
