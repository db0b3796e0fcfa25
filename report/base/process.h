/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PROCESS_H
#define GP_PROCESS_H

#include <stdbool.h>

#include "base/arena.h"

/* What every program begins with. */

/*
 * Files that are opened must not become the standard streams: these fail where they were closed.
 * False where that cannot be had.
 */
bool gp_fill_standard_streams(void);

/* ISO 8601, UTC: now, or SOURCE_DATE_EPOCH where builds and tests want the same bytes twice. */
const char *gp_time_stamp(struct gp_arena *arena);

#endif
