/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats.h"

#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

void gp_sort(double *values, size_t n)
{
	if (n)
		qsort(values, n, sizeof(*values), ascending);
}

double gp_quantile(const double *sorted, size_t n, double q)
{
	double at = q * (double)(n - 1);
	size_t i = (size_t)at;

	if (i + 1 >= n)
		return sorted[n - 1];
	return sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]);
}
