/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "compare/result.h"

static const char *const verdicts[] = {[GP_BETTER] = "better",
	[GP_EQUAL] = "equal",
	[GP_WORSE] = "worse",
	[GP_INCONCLUSIVE] = "inconclusive"};

static const char *number(struct gp_arena *arena, double value)
{
	return isfinite(value) ? gp_printf(arena, "%.4g", value) : "";
}

static const char *sides(const struct gp_comparing *c)
{
	return gp_printf(c->arena, "%s, %s", c->a->name, c->b->name);
}

static void fact(const struct gp_comparing *c, struct gp_record *ret, const char *id,
	const char *value, const char *unit, const char *text, const char *source)
{
	gp_record_add(ret, &(struct gp_row){.kind = "fact",
				   .layer = "bench",
				   .id = id,
				   .value = value,
				   .unit = unit,
				   .text = text,
				   .source = source ? source : sides(c)});
}

/* ---- what differs */

/* "A: EncSlice; B: EncSliceLP", with which experiments, where it is not of the machine. */
static void write_differences(const struct gp_comparing *c, struct gp_record *ret)
{
	gp_each (difference, &c->differences) {
		const char *of = gp_join(c->arena, &difference->variants, ", ");

		fact(c, ret, gp_printf(c->arena, "confounder.%s", difference->key),
			gp_printf(c->arena, "A: %s; B: %s", difference->a, difference->b), "",
			*of ? gp_printf(c->arena, "A: %s; B: %s (%s)", difference->a, difference->b,
				      gp_printable(c->arena, of, strlen(of), 200))
			    : "",
			NULL);
	}
}

static bool is_apart(const struct gp_comparing *c)
{
	gp_each (result, &c->results)
		if (result->paired.design == GP_DESIGN_APART)
			return true;
	return false;
}

static void write_cautions(const struct gp_comparing *c, struct gp_record *ret)
{
	if (c->is_alike)
		fact(c, ret, "compare.alike", "A/A", "",
			gp_printf(c->arena,
				"Both sides are the same system since the same boot, in the same mode: "
				"what differs is noise.%s",
				is_apart(c) ? ""
					    : " One of 20 intervals misses 1 by chance; more say "
					      "that the machine is not fit to be measured."),
			NULL);
	if (is_apart(c))
		fact(c, ret, "confounder.order", "A: first; B: later", "",
			"one side was measured after the other: what the machine did meanwhile is "
			"part of the ratios, and there is no verdict. `run --session` (where a "
			"reboot stands between) or `compare --interleave` measures in turn.",
			NULL);
	gp_each (left_out, &c->left_out)
		fact(c, ret, "compare.left-out", *left_out, "", "", NULL);
	if (c->series_a.malformed + c->series_b.malformed)
		fact(c, ret, "compare.left-out",
			gp_printf(c->arena, "%zu run rows that are malformed",
				c->series_a.malformed + c->series_b.malformed),
			"", "", NULL);
}

/* ---- each side by itself */

/* Runs of several sessions are not independent: an interval of all would be too narrow. */
static void write_side(const struct gp_comparing *c, const struct gp_result *result,
	const struct gp_series *series, const char *mode, const double *values, size_t n,
	struct gp_record *ret)
{
	struct gp_estimate center = gp_center(values, n, GP_COMPARE_CONFIDENCE);
	const char *text = gp_printf(c->arena, "n = %zu", n);

	if (center.method != GP_METHOD_NONE && result->paired.design == GP_DESIGN_PAIRS)
		text = gp_printf(c->arena, "95 %% interval %s to %s, n = %zu",
			number(c->arena, center.low), number(c->arena, center.high), n);
	if (isfinite(center.value))
		gp_record_add(ret, &(struct gp_row){.kind = "stat",
					   .layer = "bench",
					   .id = series->id,
					   .subject = series->subject,
					   .mode = mode,
					   .value = number(c->arena, center.value),
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
	const char *value = number(c->arena, e->value), *interval = "";

	if (e->method != GP_METHOD_NONE)
		interval = gp_printf(c->arena, ", 95 %% interval %s to %s",
			number(c->arena, e->low), number(c->arena, e->high));
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
				   .value = number(c->arena, result->estimate.value),
				   .unit = result->is_difference ? "points" : "x",
				   .text = says(c, result),
				   .source = sides(c)});
}

static void write_noise(
	const struct gp_comparing *c, const struct gp_result *result, struct gp_record *ret)
{
	const struct gp_estimate *e = &result->estimate;
	double width = result->is_difference ? e->high - e->low : (e->high - e->low) * 100;

	if (c->is_alike && e->method != GP_METHOD_NONE)
		fact(c, ret, "compare.noise-floor", gp_printf(c->arena, "%.3g", width),
			result->is_difference ? "points" : "%",
			gp_printf(c->arena,
				"as wide is the interval of one side against itself, "
				"n = %zu",
				e->n),
			result->a->id);
}

/* ---- all of one metric, and what was watched */

static size_t ratios_of(
	const struct gp_comparing *c, const struct gp_result *like, double *values, bool *ret_first)
{
	size_t workload = 0, n = 0;

	while (like->a->id[workload] != '.')
		workload++;
	*ret_first = false;
	gp_each (result, &c->results) {
		const char *name = gp_strndup(c->arena, result->a->id, workload + 1);

		if (result->kind != like->kind || !gp_starts_with(like->a->id, name) ||
			!gp_equal(result->target->a, like->target->a) || result->is_difference ||
			!isfinite(result->estimate.value))
			continue;
		if (!n)
			*ret_first = result == like;
		values[n++] = result->estimate.value;
	}
	return n;
}

#define MEANS_MOST 300 /* results: each is looked at with each other */

static void write_means(const struct gp_comparing *c, struct gp_record *ret)
{
	double values[MEANS_MOST];

	if (c->results.n > MEANS_MOST)
		return;
	gp_each (result, &c->results) {
		bool is_first;
		size_t n = ratios_of(c, result, values, &is_first);
		const char *workload = gp_split(c->arena, result->a->id, ".").items[0];

		if (is_first && n > 1)
			fact(c, ret, "compare.geometric-mean",
				number(c->arena, gp_geometric_mean(values, n)), "x",
				gp_printf(c->arena, "of %zu ratios, no interval", n),
				gp_printf(c->arena, "%s.%s", workload, result->kind->name));
	}
}

/* What changes how fast a device is, where it was not the same: by a twentieth, or by a point. */
static bool explains(const char *name, const char *unit, double a, double b)
{
	double least = gp_equal(unit, "%") ? 1 : 0.05 * fmax(fabs(a), fabs(b));

	if (!strstr(name, "frequency") && !strstr(name, "throttled") && !gp_equal(name, "steal"))
		return false;
	return fabs(a - b) > least;
}

static void write_beside(const struct gp_comparing *c, struct gp_record *ret)
{
	gp_each (result, &c->beside) {
		const struct gp_paired *paired = &result->paired;
		double a = gp_center(paired->a.items, paired->a.n, GP_COMPARE_CONFIDENCE).value;
		double b = gp_center(paired->b.items, paired->b.n, GP_COMPARE_CONFIDENCE).value;
		const char *name = result->a->id + strlen(result->variant) + 1, *both;

		if (!isfinite(a) || !isfinite(b))
			continue;
		both = gp_printf(
			c->arena, "A: %s; B: %s", number(c->arena, a), number(c->arena, b));
		fact(c, ret, gp_printf(c->arena, "beside.%s", name), both, result->a->unit, "",
			result->variant);
		if (explains(name, result->a->unit, a, b))
			fact(c, ret, gp_printf(c->arena, "confounder.%s", name), both,
				result->a->unit,
				gp_printf(c->arena, "%s %s (%s)", both, result->a->unit,
					result->variant),
				NULL);
	}
}

void gp_results_to_record(const struct gp_comparing *c, struct gp_record *ret)
{
	write_cautions(c, ret);
	write_differences(c, ret);
	write_beside(c, ret);
	write_means(c, ret);
	gp_each (result, &c->results) {
		write_sides(c, result, ret);
		write_comparison(c, result, ret);
		write_noise(c, result, ret);
	}
}
