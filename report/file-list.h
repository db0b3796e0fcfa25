/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FILE_LIST_H
#define GP_FILE_LIST_H

#include <stdio.h>

#include "base/text.h"

/*
 * Appends the names in a list of files: one a line, or each ended by a NUL byte where there is any,
 * as find -print0 writes them. Empty ones are left out. 0, or -errno of the stream, -EFBIG where it
 * is no list that a person has.
 */
int gp_file_list(struct gp_arena *arena, FILE *in, struct gp_strings *names);

#endif
