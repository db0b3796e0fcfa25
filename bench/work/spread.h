/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SPREAD_H
#define GP_SPREAD_H

#include <stddef.h>
#include <stdint.h>

/* How values of one kind, times of frames for instance, are spread: what a worker says of them. */
struct gp_spread {
	float *values; /* the first so many; NULL: none are kept */
	size_t n, most;
	double max;
	uint64_t dropped; /* no numbers, and what came when there was no more room */
};

#define GP_SPREAD_MOST ((size_t)4 << 20)
#define GP_SPREAD_P99                                                              \
	101 /* values from which on p99 is said: it is not the maximum in disguise \
	     */

/*
 * Makes room once, so that nothing is allocated while time is taken; most: at most so many values
 * will come, GP_SPREAD_MOST where that is not known. 0, or -ENOMEM.
 */
int gp_spread_begin(struct gp_spread *spread, size_t most);
void gp_spread_end(struct gp_spread *spread);

/* Finite and not negative, or it is dropped. */
void gp_spread_add(struct gp_spread *spread, double value);

/* The value that so many of 100 do not exceed (nearest rank); sorts. NaN where there is none. */
double gp_spread_percentile(struct gp_spread *spread, double percent);

/*
 * Lines "metric p50", p95, p99, p99-9 and max, each only from so many values on that it is not the
 * maximum in disguise, p99-9 from 10,000; and one "histogram NAME", in buckets of 5 %; "about
 * NAME-kept" where more came than are kept. Nothing where there are no values.
 */
void gp_spread_say(struct gp_spread *spread, const char *name, const char *unit);

#endif
