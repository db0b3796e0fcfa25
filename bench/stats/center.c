/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats.h"

#include <math.h>
#include <string.h>

static struct gp_estimate no_interval(double value, size_t n)
{
	return (struct gp_estimate){.value = value, .low = value, .high = value, .p = NAN, .n = n};
}

static double mean_of(const double *values, size_t n)
{
	double mean = 0;

	for (size_t i = 0; i < n; i++)
		mean += (values[i] - mean) / (double)(i + 1);
	return mean;
}

static struct gp_estimate by_t(const double *sorted, size_t n, double confidence)
{
	double mean = mean_of(sorted, n), squares = 0, error, t;

	if (sorted[0] == sorted[n - 1])
		return no_interval(sorted[0], n);
	for (size_t i = 0; i < n; i++)
		squares += (sorted[i] - mean) * (sorted[i] - mean);
	error = sqrt(squares / (double)(n - 1) / (double)n);
	t = gp_student_quantile(confidence, (unsigned int)n - 1);
	if (!isfinite(error) || error == 0)
		return no_interval(mean, n);
	return (struct gp_estimate){
		.value = mean,
		.low = mean - t * error,
		.high = mean + t * error,
		.confidence = confidence,
		.p = 1 - gp_student(fabs(mean) / error, (unsigned int)n - 1),
		.n = n,
		.method = GP_METHOD_T,
	};
}

/* How many Walsh averages do not lie on the far side of 0, in terms of the null distribution. */
static double rank_p(const double *sorted, size_t n)
{
	size_t all = n * (n + 1) / 2;
	size_t not_above = gp_walsh_count(sorted, n, 0);
	size_t not_below = all - gp_walsh_count(sorted, n, nextafter(0, -1));
	double p = 2 * gp_signed_rank(not_above < not_below ? not_above : not_below, n);

	return p < 1 ? p : 1;
}

static struct gp_estimate by_ranks(const double *sorted, size_t n, double confidence)
{
	size_t all = n * (n + 1) / 2, k;
	double attained;

	k = gp_signed_rank_limit(n, confidence, &attained);
	if (!k)
		return by_t(sorted, n, confidence);
	return (struct gp_estimate){
		.value = gp_walsh_average(sorted, n, (all + 1) / 2) * 0.5 +
			 gp_walsh_average(sorted, n, all / 2 + 1) * 0.5,
		.low = gp_walsh_average(sorted, n, k),
		.high = gp_walsh_average(sorted, n, all + 1 - k),
		.confidence = attained,
		.p = rank_p(sorted, n),
		.n = n,
		.method = GP_METHOD_SIGNED_RANK,
	};
}

struct gp_estimate gp_center(const double *values, size_t n, double confidence)
{
	double sorted[GP_STATS_MOST];

	if (!n || n > GP_STATS_MOST)
		return no_interval(NAN, n);
	for (size_t i = 0; i < n; i++)
		if (!isfinite(values[i]))
			return no_interval(NAN, n);
	memcpy(sorted, values, n * sizeof(*sorted));
	gp_sort(sorted, n);
	return n == 1 ? no_interval(sorted[0], n) : by_ranks(sorted, n, confidence);
}

static struct gp_estimate of_logs(const double *logs, size_t n, double confidence)
{
	struct gp_estimate estimate = gp_center(logs, n, confidence);

	estimate.value = exp(estimate.value);
	estimate.low = exp(estimate.low);
	estimate.high = exp(estimate.high);
	return estimate;
}

struct gp_estimate gp_level(const double *values, size_t n, double confidence)
{
	double logs[GP_STATS_MOST];

	for (size_t i = 0; i < n && n <= GP_STATS_MOST; i++) {
		if (!(values[i] > 0))
			return gp_center(values, n, confidence);
		logs[i] = log(values[i]);
	}
	if (n < 2 || n > GP_STATS_MOST)
		return gp_center(values, n, confidence);
	return of_logs(logs, n, confidence);
}

struct gp_estimate gp_ratio(const double *a, const double *b, size_t n, double confidence)
{
	double logs[GP_STATS_MOST];

	if (n > GP_STATS_MOST)
		return no_interval(NAN, n);
	for (size_t i = 0; i < n; i++)
		logs[i] = a[i] > 0 && b[i] > 0 ? log(b[i]) - log(a[i]) : NAN;
	return of_logs(logs, n, confidence);
}
