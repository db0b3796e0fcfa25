/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "bench-digest.h"
#include "compare/result.h"

#define PAIRS_MOST 1000

static const char suffix[] = "-histogram";

static double quantile_named(const char *metric)
{
	static const struct {
		const char *name;
		double quantile;
	} quantiles[] = {{"p50", 0.50}, {"p95", 0.95}, {"p99", 0.99}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(quantiles); i++)
		if (gp_equal(metric, quantiles[i].name))
			return quantiles[i].quantile;
	return NAN;
}

static bool is_of(const struct gp_series *series, const char *subject, const char *variant)
{
	size_t length = strlen(variant);

	return gp_equal(series->subject, subject) && strncmp(series->id, variant, length) == 0 &&
	       series->id[length] == '.';
}

/* The one histogram in the metric's unit of the same experiment: it lies beside it. */
static const struct gp_series *histogram_beside(
	const struct gp_series_list *list, const struct gp_series *metric, const char *variant)
{
	const struct gp_series *first = metric, *found = NULL;

	while (first > list->items && is_of(first - 1, metric->subject, variant))
		first--;
	for (; first < list->items + list->n && is_of(first, metric->subject, variant); first++) {
		if (!gp_ends_with(first->id, suffix) || !gp_equal(first->unit, metric->unit))
			continue;
		if (found)
			return NULL;
		found = first;
	}
	return found;
}

static const struct gp_value *in_pair(const struct gp_series *series, const struct gp_value *like)
{
	for (size_t i = 0; i < series->n; i++)
		if (series->items[i].part == like->part && series->items[i].pair == like->pair)
			return &series->items[i];
	return NULL;
}

static bool spread_of(struct gp_arena *arena, const struct gp_value *value, double exact,
	struct gp_run_spread *ret)
{
	struct gp_bench_histogram histogram = {0};
	struct gp_counts_from *buckets;
	size_t n = 0;

	if (!value || !value->is_valid ||
		!gp_bench_add_buckets(arena, value->row->text, &histogram))
		return false;
	gp_bench_merge(arena, &histogram);
	buckets = gp_alloc(arena, histogram.buckets.n, sizeof(*buckets));
	gp_each (bucket, &histogram.buckets)
		buckets[n++] = (struct gp_counts_from){bucket->from, bucket->n};
	*ret = (struct gp_run_spread){buckets, n, exact, NAN};
	return true;
}

/* Which value of a series a row of a pair is. */
static const struct gp_value *value_of(const struct gp_series *series, const struct gp_row *row)
{
	for (size_t i = 0; i < series->n; i++)
		if (series->items[i].row == row)
			return &series->items[i];
	return NULL;
}

static bool spreads_of(struct gp_arena *arena, const struct gp_series *metric,
	const struct gp_series *histograms, const struct gp_row *row, struct gp_run_spread *ret)
{
	const struct gp_value *value = row ? value_of(metric, row) : NULL;

	return value && spread_of(arena, in_pair(histograms, value), value->value, ret);
}

bool gp_result_percentile(const struct gp_comparing *c, struct gp_result *result)
{
	double quantile = result->kind ? quantile_named(result->kind->name) : NAN;
	const struct gp_series *a, *b;
	size_t n = result->paired.pairs.n, i = 0;
	struct gp_run_spread *of_a, *of_b;
	struct gp_estimate ratio;

	if (isnan(quantile) || n > PAIRS_MOST)
		return false;
	a = histogram_beside(&c->series_a, result->a, result->variant);
	b = histogram_beside(&c->series_b, result->b, result->variant);
	if (!a || !b)
		return false;
	of_a = gp_alloc(c->arena, n, sizeof(*of_a));
	of_b = gp_alloc(c->arena, n, sizeof(*of_b));
	gp_each (pair, &result->paired.pairs) {
		if (!spreads_of(c->arena, result->a, a, pair->row_a, &of_a[i]) ||
			!spreads_of(c->arena, result->b, b, pair->row_b, &of_b[i]))
			return false;
		i++;
	}
	ratio = gp_quantile_ratio(of_a, of_b, n, quantile, GP_COMPARE_CONFIDENCE, c->options->seed);
	if (ratio.method != GP_METHOD_BOOTSTRAP)
		return false;
	ratio.p = result->estimate.p;
	result->estimate = ratio;
	return true;
}
