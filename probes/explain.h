/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_EXPLAIN_H
#define GP_EXPLAIN_H

#include <stdio.h>

#include "check.h"

/* What the tables say of the checks themselves: --list-checks and --explain. */

/* A line for each check of these layers (set of enum gp_layer): id, layer, ceiling, title. */
void gp_list_checks(unsigned layers, FILE *out);
void gp_explain_check(struct gp_arena *arena, const struct gp_check *check, FILE *out);

#endif
