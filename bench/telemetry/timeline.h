/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TIMELINE_H
#define GP_TIMELINE_H

#include <stdbool.h>

#include "base/arena.h"

/* What one quantity was, over time: CLOCK_MONOTONIC, nanoseconds, rising. */
struct gp_point {
	int64_t at;
	double value; /* NAN, of a level: it could not be read */
};

/* When there are so many, every second one goes. */
#define GP_TIMELINE_MOST 65536
/* Nanoseconds that a level is taken to last where nothing more is heard. */
#define GP_TIMELINE_HOLD 4000000000

struct gp_timeline {
	GP_LIST(struct gp_point) points;
};

void gp_timeline_add(struct gp_arena *arena, struct gp_timeline *series, int64_t at, double value);

/*
 * By how much a counter grew between two times; between two points it grows evenly. *ret_seconds:
 * of them, how many it was seen. False: it was not seen at all.
 */
bool gp_timeline_growth(const struct gp_timeline *series, int64_t from, int64_t to, double *ret,
	double *ret_seconds);

/* A level between two times; it stays what it is up to the next point. */
struct gp_level {
	double seconds; /* it was known */
	double counted; /* of these, without the zeros that were left out */
	double mean, low, high;
};

/* When the value was read that a level had at a time; the time, where there was none. */
int64_t gp_timeline_since(const struct gp_timeline *series, int64_t at);

struct gp_level gp_timeline_level(
	const struct gp_timeline *series, int64_t from, int64_t to, bool without_zeros);

#endif
