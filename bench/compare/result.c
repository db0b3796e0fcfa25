/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/result.h"

#include <math.h>

#define WOULD_DO_MOST 1000

static double center_of(const double *values, size_t n)
{
	return gp_center(values, n, GP_COMPARE_CONFIDENCE).value;
}

/* The two sides by themselves: there is no interval that would mean anything. */
static void estimate_apart(struct gp_result *result)
{
	const struct gp_paired *paired = &result->paired;
	double a = center_of(paired->a.items, paired->a.n);
	double b = center_of(paired->b.items, paired->b.n), value;

	value = result->is_difference ? b - a : a > 0 && b > 0 ? b / a : NAN;
	result->estimate = (struct gp_estimate){.value = value,
		.low = value,
		.high = value,
		.p = NAN,
		.n = paired->a.n < paired->b.n ? paired->a.n : paired->b.n};
}

static void estimate_pairs(const struct gp_comparing *c, struct gp_result *result)
{
	size_t n = result->paired.pairs.n, i = 0;
	double *a = gp_alloc(c->arena, n, sizeof(*a)), *b = gp_alloc(c->arena, n, sizeof(*b));
	double *apart = gp_alloc(c->arena, n, sizeof(*apart));

	gp_each (pair, &result->paired.pairs) {
		a[i] = pair->a;
		b[i] = pair->b;
		apart[i++] =
			result->is_difference ? pair->b - pair->a : log(pair->b) - log(pair->a);
	}
	result->estimate = result->is_difference ? gp_center(apart, n, GP_COMPARE_CONFIDENCE)
						 : gp_ratio(a, b, n, GP_COMPARE_CONFIDENCE);
	if (isfinite(result->estimate.value))
		result->outliers = gp_outliers(apart, n, NULL);
	if (result->estimate.method == GP_METHOD_SIGNED_RANK && !result->is_difference)
		gp_result_percentile(c, result);
}

/* A difference that there is no verdict with, of this experiment or the machine. */
static const char *voided(const struct gp_comparing *c, const struct gp_result *result)
{
	if (c->differences.is_cut)
		return "more differs between the sides than is looked at";
	gp_each (difference, &c->differences)
		if (difference->is_void &&
			(!difference->variants.n ||
				gp_strings_has(&difference->variants, result->variant)))
			return gp_printf(c->arena, "different %s: %s, %s", difference->key,
				difference->a, difference->b);
	return NULL;
}

static const char *why_no_interval(const struct gp_comparing *c, const struct gp_result *result)
{
	const struct gp_estimate *estimate = &result->estimate;

	if (estimate->n == 0)
		return "no run is valid on both sides";
	if (estimate->n > GP_STATS_MOST)
		return gp_printf(c->arena, "more than %d runs", GP_STATS_MOST);
	if (!isfinite(estimate->value))
		return "a value is not above 0: no ratio";
	if (estimate->n == 1)
		return result->paired.design == GP_DESIGN_SESSIONS
			       ? "one session of each: no interval yet"
			       : "one run: no interval";
	if (result->paired.design == GP_DESIGN_APART)
		return ""; /* said once for all */
	return "all pairs the same: no spread to tell from";
}

/* Values that never differ, such as no missed deadline on either side, have no interval. */
static bool is_same_each_time(const struct gp_result *result)
{
	const struct gp_estimate *e = &result->estimate;

	return e->method == GP_METHOD_NONE && e->n > 1 && e->n <= GP_STATS_MOST &&
	       result->paired.design != GP_DESIGN_APART &&
	       fabs(e->value - (result->is_difference ? 0 : 1)) < 1e-12;
}

/* The width shrinks with the root of the number of pairs. */
static size_t would_do(const struct gp_result *result, double band)
{
	const struct gp_estimate *e = &result->estimate;
	double edge = result->is_difference ? band * 100 : -log(1 - band), half, off, reach, n;

	if (result->is_difference) {
		half = (e->high - e->low) / 2;
		off = fabs(e->value);
	} else {
		half = log(e->high / e->low) / 2;
		off = fabs(log(e->value));
	}
	reach = fabs(off - edge);
	n = ceil((double)e->n * half * half / (reach * reach));
	return n > (double)e->n && n <= WOULD_DO_MOST ? (size_t)n : 0;
}

static void judge(const struct gp_comparing *c, struct gp_result *result)
{
	double band = c->options->band;
	const char *why = *c->quick ? "quick: not for comparison" : voided(c, result);
	bool higher = result->kind && result->kind->higher_is_better;

	result->verdict = GP_INCONCLUSIVE;
	if (!why && is_same_each_time(result)) {
		result->verdict = GP_EQUAL;
		result->why = "the same in all pairs";
		return;
	}
	if (!why && result->estimate.method == GP_METHOD_NONE)
		why = why_no_interval(c, result);
	result->why = why ? why : "";
	if (why)
		return;
	result->verdict = result->is_difference
				  ? gp_compare_difference(&result->estimate, band * 100, higher)
				  : gp_compare_ratio(&result->estimate, band, higher);
	if (result->verdict == GP_INCONCLUSIVE)
		result->would_do = would_do(result, band);
}

void gp_result_measure(const struct gp_comparing *c, struct gp_result *result)
{
	result->is_difference = gp_equal(result->a->unit, "%");
	result->paired =
		gp_pair_values(c->arena, c->a, c->b, result->a, result->b, !result->is_difference);
	if (result->paired.design == GP_DESIGN_APART)
		estimate_apart(result);
	else
		estimate_pairs(c, result);
	judge(c, result);
}
