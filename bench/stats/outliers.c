/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats.h"

#include <math.h>
#include <string.h>

#define FEWEST   5
#define MOST_Z   3.5
#define NORMAL_Z 0.6745 /* the third quartile of the normal distribution */
#define FENCE    1.5

static double median_distance(const double *values, size_t n, double median)
{
	double distances[GP_STATS_MOST];

	for (size_t i = 0; i < n; i++)
		distances[i] = fabs(values[i] - median);
	gp_sort(distances, n);
	return gp_quantile(distances, n, 0.5);
}

size_t gp_outliers(const double *values, size_t n, bool *is_outlier)
{
	double sorted[GP_STATS_MOST], median, mad, low, high, reach;
	size_t found = 0;

	if (is_outlier)
		memset(is_outlier, 0, n * sizeof(*is_outlier));
	if (n < FEWEST || n > GP_STATS_MOST)
		return 0;
	memcpy(sorted, values, n * sizeof(*sorted));
	gp_sort(sorted, n);
	median = gp_quantile(sorted, n, 0.5);
	mad = median_distance(values, n, median);
	low = gp_quantile(sorted, n, 0.25);
	high = gp_quantile(sorted, n, 0.75);
	reach = FENCE * (high - low);
	for (size_t i = 0; i < n; i++) {
		bool is_far = NORMAL_Z * fabs(values[i] - median) > MOST_Z * mad ||
			      values[i] < low - reach || values[i] > high + reach;

		found += is_far;
		if (is_outlier)
			is_outlier[i] = is_far;
	}
	return found;
}
