/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_WORDS_H
#define GP_WORDS_H

#include <stdbool.h>

/* Whether a parameter of that name has to do with giving a GPU away. */
bool gp_param_matters(const char *name);
/*
 * The parameter that this one may be a slip of: at most two letters apart (a swap counts as one)
 * from a parameter that matters, and not that parameter itself. NULL where there is none.
 */
const char *gp_param_meant(const char *name);

#endif
