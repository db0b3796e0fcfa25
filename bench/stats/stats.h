/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_STATS_H
#define GP_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Statistics: pure functions of numbers. Nothing here allocates from an arena, reads a clock or
 * keeps a state; what is random takes a seed.
 */

enum gp_method {
	GP_METHOD_NONE,        /* too few values for an interval */
	GP_METHOD_T,           /* fewer than six: Student's t, on logarithms for ratios: "low n" */
	GP_METHOD_SIGNED_RANK, /* Hodges-Lehmann estimate, exact Wilcoxon signed-rank interval */
	GP_METHOD_BOOTSTRAP,   /* whole runs resampled; for percentiles */
};

struct gp_estimate {
	double value;
	double low, high;  /* equal to value where there is no interval */
	double confidence; /* that the method attains: 0.96875 for six pairs; 0: no interval */
	size_t n;
	enum gp_method method;
};

/* Where the middle of these values lies. Finite values, at most GP_STATS_MOST. */
#define GP_STATS_MOST 10000
struct gp_estimate gp_center(const double *values, size_t n, double confidence);

/* What B is of A, from pairs: the center of log(b/a), back as a ratio. All values above 0. */
struct gp_estimate gp_ratio(const double *a, const double *b, size_t n, double confidence);

enum gp_comparison { GP_BETTER, GP_EQUAL, GP_WORSE, GP_INCONCLUSIVE };

/*
 * band: 0.01 calls equal what lies within 0.99 and 1/0.99. Better and worse only where the interval
 * lies wholly outside, equal only where wholly inside.
 */
enum gp_comparison gp_compare_ratio(
	const struct gp_estimate *ratio, double band, bool higher_is_better);

#endif
