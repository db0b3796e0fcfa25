/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GAUGES_H
#define GP_GAUGES_H

#include "sample.h"

/* Of a window, what has to be seen of a quantity for it to be known. */
#define GP_SEEN_SHARE 0.9

void gp_gauge_known(struct gp_arena *arena, struct gp_gauges *gauges, const char *name,
	const char *unit, double value, const char *source);
void gp_gauge_unknown(struct gp_arena *arena, struct gp_gauges *gauges, const char *name,
	const char *unit, const char *why, const char *source);
/* "pl1, thermal" of a source "pl1, thermal: /sys/...", or "". */
const char *gp_gauge_reasons(struct gp_arena *arena, const struct gp_gauge *gauge);
/* NULL where seconds are enough of the window; else why not. */
const char *gp_gauge_unseen(struct gp_arena *arena, double seconds, int64_t from, int64_t to);

#endif
