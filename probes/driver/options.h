/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRIVER_OPTIONS_H
#define GP_DRIVER_OPTIONS_H

#include "check.h"

/* What a module was told, by modprobe.d and by the command line, which comes later and so counts.
 */
struct gp_option {
	const char *module, *name;
	const char *value;                    /* "" without one */
	const char *where;                    /* evidence: the file, the line and its text */
	const struct gp_param *param;         /* of the command line, or NULL */
	const struct gp_directive *directive; /* else of modprobe.d */
};

struct gp_options {
	struct gp_option *items;
	size_t n;
};

/* In the order in which they are heeded. modprobe.d says nothing to a module that is built in. */
struct gp_options gp_options_of(
	const struct gp_case *c, struct gp_arena *arena, const char *module);
/* The one of that name that counts, or NULL. */
const struct gp_option *gp_option_last(const struct gp_options *options, const char *name);
/* A step that says it otherwise, as "enable_guc=3"; NULL: not at all. */
void gp_mend_option(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_option *option, const char *instead);

#endif
