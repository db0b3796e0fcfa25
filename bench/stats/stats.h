/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_STATS_H
#define GP_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Statistics: pure functions of numbers. Nothing here allocates from an arena, reads a clock or
 * keeps a state; what is random takes a seed. tests/stats checks them against R, and against
 * brute force where R only approximates.
 */

enum gp_method {
	GP_METHOD_NONE,        /* no interval: too few values, or nothing to tell it from */
	GP_METHOD_T,           /* fewer than six: Student's t, on logarithms for ratios: "low n" */
	GP_METHOD_SIGNED_RANK, /* Hodges-Lehmann estimate, exact Wilcoxon signed-rank interval */
	GP_METHOD_BOOTSTRAP,   /* whole runs resampled; for percentiles */
};

struct gp_estimate {
	double value;      /* NaN: there is none */
	double low, high;  /* equal to value where there is no interval */
	double confidence; /* that the method attains: 0.96875 for six pairs; 0: no interval */
	double p;          /* of no difference, two-sided: from 0, or a ratio from 1; NaN: none */
	size_t n;
	enum gp_method method;
};

/* More values than these give no estimate. */
#define GP_STATS_MOST 10000

/*
 * Where the middle of these values lies.
 *
 * The median of all means of two (Walsh averages, each value with itself too), between the kth
 * smallest and the kth largest of them, where k is the largest rank that still covers as asked:
 * for 95 % there is one from six values on. The null distribution is exact up to GP_EXACT_MOST
 * values and normal, with continuity correction, above. Nothing is assumed but symmetry; with ties
 * the interval covers more, not less.
 *
 * Fewer values: the mean and Student's t, which assumes the normal distribution; values that are
 * all the same say nothing about their spread, and have no interval. One: no interval. A value that
 * is not finite: no estimate.
 */
struct gp_estimate gp_center(const double *values, size_t n, double confidence);
/* The same on their logarithms where all are above 0: no interval of a speed reaches 0. */
struct gp_estimate gp_level(const double *values, size_t n, double confidence);
#define GP_EXACT_MOST 200

/*
 * What B is of A, from pairs: the center of log(b/a), back as a ratio. With a value that is not
 * above 0 there is no estimate.
 */
struct gp_estimate gp_ratio(const double *a, const double *b, size_t n, double confidence);

enum gp_comparison { GP_BETTER, GP_EQUAL, GP_WORSE, GP_INCONCLUSIVE };

/*
 * band: 0.01 calls equal what lies within 0.99 and 1/0.99. Better and worse only where the interval
 * lies wholly outside, equal only where wholly inside.
 */
enum gp_comparison gp_compare_ratio(
	const struct gp_estimate *ratio, double band, bool higher_is_better);
/* The same of a difference of percentages: equal within band on both sides of 0. */
enum gp_comparison gp_compare_difference(
	const struct gp_estimate *difference, double band, bool higher_is_better);

/* NaN where a value is not above 0, or there is none. */
double gp_geometric_mean(const double *values, size_t n);

/* Holm's step-down adjustment of p-values, in place; NaN stays NaN and does not count. 0, or
   -ENOMEM. */
int gp_holm(double *p, size_t n);

/*
 * Values that lie apart from the others: by the distance from the median (modified z-score above
 * 3.5, Iglewicz and Hoaglin 1993) or by Tukey's fences (1.5 interquartile ranges). To be pointed
 * out, never dropped. is_outlier may be NULL. Fewer than five values have none.
 */
size_t gp_outliers(const double *values, size_t n, bool *is_outlier);

/* ---- order.c */

void gp_sort(double *values, size_t n);
/* By linear interpolation between sorted values (R's type 7); at least one. */
double gp_quantile(const double *sorted, size_t n, double q);

/* ---- distributions.c */

/* P(-t < T < t) of Student's t with so many degrees of freedom, and its inverse. */
double gp_student(double t, unsigned int freedom);
double gp_student_quantile(double probability, unsigned int freedom);
/* P(Z < z), and its inverse. */
double gp_normal(double z);
double gp_normal_quantile(double probability);

/* ---- signed-rank.c */

/* P(W <= w) of the signed-rank statistic of n values without ties. */
double gp_signed_rank(size_t w, size_t n);
/*
 * The rank, from 1, of the Walsh average that an interval begins with, and what that one covers. 0:
 * there is none that covers so much.
 */
size_t gp_signed_rank_limit(size_t n, double confidence, double *ret_attained);
/* The kth smallest, from 1, of the Walsh averages of sorted, finite values. */
double gp_walsh_average(const double *sorted, size_t n, size_t k);
/* How many Walsh averages are at most this. */
size_t gp_walsh_count(const double *sorted, size_t n, double most);

/* ---- random.c: xoshiro256** 1.0, seeded by splitmix64 (Blackman and Vigna, public domain) */
struct gp_random {
	uint64_t state[4];
};

struct gp_random gp_random_seeded(uint64_t seed);
uint64_t gp_random_next(struct gp_random *random);
/* Below `below` (not 0), each as likely as the other. */
uint64_t gp_random_below(struct gp_random *random, uint64_t below);
/* From 0 up to 1, without 1. */
double gp_random_unit(struct gp_random *random);
double gp_random_normal(struct gp_random *random);

/* ---- percentiles.c */

/* Values in buckets, from the lowest on: how many fell from one edge up to the next. */
struct gp_counts_from {
	double from;
	uint64_t n;
};

/* How the values of one run, times of frames, are spread. */
struct gp_run_spread {
	const struct gp_counts_from *buckets;
	size_t n;
	double exact; /* the wanted quantile of this run, as the run itself gave it; NaN: unknown */
	double max;   /* NaN: unknown */
};

/*
 * What a quantile (0.99) of all values of B is of that of A, from runs in pairs: the interval by
 * resampling whole pairs GP_RESAMPLES times. Values within a run are not independent of each other,
 * runs are. The percentile interval is expanded for few runs (Hesterberg 2015), never
 * narrower than the signed-rank interval of the runs' own quantiles, and where one of those is
 * known from buckets alone, wider by a bucket. Six pairs at least. p is not given.
 */
struct gp_estimate gp_quantile_ratio(const struct gp_run_spread *a, const struct gp_run_spread *b,
	size_t n, double quantile, double confidence, uint64_t seed);
#define GP_RESAMPLES 10000

#endif
