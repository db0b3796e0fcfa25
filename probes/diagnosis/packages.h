/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PACKAGES_H
#define GP_PACKAGES_H

#include "platform/platform.h"

/*
 * What a distribution calls the package that something is in. key: what is needed, as a check
 * names it ("kernel-headers"). NULL: this distribution is not known to have it, or is not known.
 */
const char *gp_package_name(
	struct gp_arena *arena, const struct gp_platform *platform, const char *key);
/* "apt-get install NAME"; for a script (which cannot answer) with unattended true. */
const char *gp_package_command(struct gp_arena *arena, const struct gp_platform *platform,
	const char *name, bool unattended);

#endif
