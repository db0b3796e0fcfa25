/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CMDLINE_H
#define GP_CMDLINE_H

#include "base/text.h"

#define GP_CMDLINE_FILE "/proc/cmdline"

/*
 * A kernel command line, split as the kernel's parse_args() does (kernel/params.c): words between
 * white space, double quotes protecting it, everything behind "--" left to init.
 */
struct gp_param {
	const char *raw;   /* as it stands: intel_iommu=on */
	const char *name;  /* intel_iommu; dashes as they stand */
	const char *value; /* without quotes; NULL where there is no "=" */
};

struct gp_cmdline {
	struct gp_param *items;
	size_t n;
};

struct gp_cmdline gp_cmdline_parse(struct gp_arena *arena, const char *text);

/* Dashes and underscores are one and the same in parameter and module names. */
bool gp_same_name(const char *a, const char *b);

/* The last parameter of that name, which is the one that counts, or NULL. */
const struct gp_param *gp_cmdline_last(const struct gp_cmdline *cmdline, const char *name);
/* Whether that word, name=value, stands there. */
bool gp_cmdline_has(const struct gp_cmdline *cmdline, const char *raw);
/* Whether any parameter of that name has this option in its comma-separated value. */
bool gp_cmdline_option(const struct gp_cmdline *cmdline, const char *name, const char *option);

#endif
