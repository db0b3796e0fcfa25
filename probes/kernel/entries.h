/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ENTRIES_H
#define GP_ENTRIES_H

#include "machine/read.h"

/*
 * The options lines of the boot loader's entries: files that kernel-install, grubby or a person
 * made from the settings (Boot Loader Specification, type 1). An empty list: there are none.
 */
struct gp_entries {
	struct gp_text_value *items; /* the lines of one entry */
	size_t n;
};

void gp_entries_collect(struct gp_machine *machine, struct gp_entries *ret);
/* Whether some entry passes this parameter. */
bool gp_entries_have(const struct gp_entries *entries, const char *raw);

#endif
