/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "compare/result.h"

static const char *const verdicts[] = {[GP_BETTER] = "better",
	[GP_EQUAL] = "equal",
	[GP_WORSE] = "worse",
	[GP_INCONCLUSIVE] = "inconclusive"};

const char *gp_result_number(struct gp_arena *arena, double value)
{
	return isfinite(value) ? gp_printf(arena, "%.4g", value) : "";
}

const char *gp_result_sides(const struct gp_comparing *c)
{
	return gp_printf(c->arena, "%s, %s", c->a->name, c->b->name);
}

/* ---- each side by itself */

/* Runs of several sessions are not independent: an interval of all would be too narrow. */
static void write_side(const struct gp_comparing *c, const struct gp_result *result,
	const struct gp_series *series, const char *mode, const double *values, size_t n,
	struct gp_record *ret)
{
	struct gp_estimate center = gp_level(values, n, GP_COMPARE_CONFIDENCE);
	const char *text = gp_printf(c->arena, "n = %zu", n);

	if (center.method != GP_METHOD_NONE && result->paired.design == GP_DESIGN_PAIRS)
		text = gp_printf(c->arena, "95 %% interval %s to %s, n = %zu",
			gp_result_number(c->arena, center.low),
			gp_result_number(c->arena, center.high), n);
	if (isfinite(center.value))
		gp_record_add(ret, &(struct gp_row){.kind = "stat",
					   .layer = "bench",
					   .id = series->id,
					   .subject = series->subject,
					   .mode = mode,
					   .value = gp_result_number(c->arena, center.value),
					   .unit = series->unit,
					   .text = text});
}

static void write_sides(
	const struct gp_comparing *c, const struct gp_result *result, struct gp_record *ret)
{
	const struct gp_target_pair *target = result->target;

	/* Rows that could not be told apart are left out. */
	if (gp_equal(target->a, target->b) && gp_equal(target->mode_a, target->mode_b))
		return;
	write_side(c, result, result->a, target->mode_a, result->paired.a.items, result->paired.a.n,
		ret);
	write_side(c, result, result->b, target->mode_b, result->paired.b.items, result->paired.b.n,
		ret);
}

/* ---- comparisons */

static const char *method(const struct gp_comparing *c, const struct gp_result *result)
{
	const struct gp_estimate *e = &result->estimate;
	const char *of = result->paired.design == GP_DESIGN_SESSIONS ? "session means, " : "";

	switch (e->method) {
	case GP_METHOD_T:
		return gp_printf(c->arena, "%sStudent's t, low n", of);
	case GP_METHOD_SIGNED_RANK:
		return gp_printf(c->arena, "%s%s signed ranks (%.1f %%)", of,
			e->n > GP_EXACT_MOST ? "normal" : "exact", e->confidence * 100);
	case GP_METHOD_BOOTSTRAP:
		return "runs resampled";
	case GP_METHOD_NONE:
	default:
		return result->paired.design == GP_DESIGN_APART ? "not measured in turn"
								: "no interval";
	}
}

static const char *estimate_says(const struct gp_comparing *c, const struct gp_result *result)
{
	const struct gp_estimate *e = &result->estimate;
	const char *value = gp_result_number(c->arena, e->value), *interval = "";

	if (e->method != GP_METHOD_NONE)
		interval = gp_printf(c->arena, ", 95 %% interval %s to %s",
			gp_result_number(c->arena, e->low), gp_result_number(c->arena, e->high));
	if (!isfinite(e->value))
		value = "no ratio";
	else if (result->is_difference)
		value = gp_printf(c->arena, "%s points from A", value);
	else
		value = gp_printf(c->arena, "%sx of A", value);
	return gp_printf(c->arena, "%s%s, n = %zu, %s", value, interval, e->n, method(c, result));
}

static const char *says(const struct gp_comparing *c, const struct gp_result *result)
{
	struct gp_strings words = {0};

	gp_strings_add(c->arena, &words, estimate_says(c, result));
	if (*result->why)
		gp_strings_add(c->arena, &words, result->why);
	if (result->would_do)
		gp_strings_add(c->arena, &words,
			gp_printf(c->arena, "about %zu pairs would tell", result->would_do));
	gp_each (note, &result->paired.notes)
		gp_strings_add(c->arena, &words, *note);
	if (result->outliers)
		gp_strings_add(c->arena, &words,
			gp_printf(c->arena, "%zu outlier%s, kept", result->outliers,
				result->outliers > 1 ? "s" : ""));
	if (isfinite(result->estimate.p) && result->estimate.method != GP_METHOD_NONE)
		gp_strings_add(c->arena, &words,
			gp_printf(c->arena, "p = %.2g, of all that is compared %.2g (Holm)",
				result->estimate.p, result->p_of_all));
	return gp_join(c->arena, &words, "; ");
}

static void write_comparison(
	const struct gp_comparing *c, const struct gp_result *result, struct gp_record *ret)
{
	gp_record_add(ret, &(struct gp_row){.kind = "stat",
				   .layer = "bench",
				   .id = result->b->id,
				   .subject = result->target->b,
				   .mode = result->target->mode_b,
				   .verdict = verdicts[result->verdict],
				   .value = gp_result_number(c->arena, result->estimate.value),
				   .unit = result->is_difference ? "points" : "x",
				   .text = says(c, result),
				   .source = gp_result_sides(c)});
}

void gp_results_to_record(const struct gp_comparing *c, struct gp_record *ret)
{
	gp_write_facts(c, ret);
	gp_each (result, &c->results) {
		write_sides(c, result, ret);
		write_comparison(c, result, ret);
		gp_write_noise(c, result, ret);
	}
}
