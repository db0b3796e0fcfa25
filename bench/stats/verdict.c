/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

static enum gp_comparison against(
	const struct gp_estimate *estimate, double low, double high, bool higher_is_better)
{
	if (estimate->method == GP_METHOD_NONE || !(estimate->low <= estimate->high) ||
		!isfinite(estimate->low) || !isfinite(estimate->high))
		return GP_INCONCLUSIVE;
	if (estimate->low > high)
		return higher_is_better ? GP_BETTER : GP_WORSE;
	if (estimate->high < low)
		return higher_is_better ? GP_WORSE : GP_BETTER;
	return estimate->low >= low && estimate->high <= high ? GP_EQUAL : GP_INCONCLUSIVE;
}

enum gp_comparison gp_compare_ratio(
	const struct gp_estimate *ratio, double band, bool higher_is_better)
{
	if (!(band >= 0 && band < 1))
		return GP_INCONCLUSIVE;
	return against(ratio, 1 - band, 1 / (1 - band), higher_is_better);
}

enum gp_comparison gp_compare_difference(
	const struct gp_estimate *difference, double band, bool higher_is_better)
{
	if (!(band >= 0))
		return GP_INCONCLUSIVE;
	return against(difference, -band, band, higher_is_better);
}

double gp_geometric_mean(const double *values, size_t n)
{
	double mean = 0;

	if (!n)
		return NAN;
	for (size_t i = 0; i < n; i++) {
		if (!(values[i] > 0 && isfinite(values[i])))
			return NAN;
		mean += (log(values[i]) - mean) / (double)(i + 1);
	}
	return exp(mean);
}

struct ranked {
	double p;
	size_t i;
};

static int by_p(const void *a, const void *b)
{
	const struct ranked *one = a, *other = b;

	return (one->p > other->p) - (one->p < other->p);
}

/* From the smallest on, each times how many there are from it on, and none below the last. */
int gp_holm(double *p, size_t n)
{
	struct ranked *ranked = calloc(n ? n : 1, sizeof(*ranked));
	size_t known = 0;
	double last = 0;

	if (!ranked)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		if (!isnan(p[i]))
			ranked[known++] = (struct ranked){p[i], i};
	qsort(ranked, known, sizeof(*ranked), by_p);
	for (size_t i = 0; i < known; i++) {
		last = fmax(last, fmin(1, ranked[i].p * (double)(known - i)));
		p[ranked[i].i] = last;
	}
	free(ranked);
	return 0;
}
