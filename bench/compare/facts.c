/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "compare/result.h"

static void fact(const struct gp_comparing *c, struct gp_record *ret, const char *id,
	const char *value, const char *unit, const char *text, const char *source)
{
	gp_record_add(ret, &(struct gp_row){.kind = "fact",
				   .layer = "bench",
				   .id = id,
				   .value = value,
				   .unit = unit,
				   .text = text,
				   .source = source ? source : gp_result_sides(c)});
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

/* Frames, bytes, streams: what a mode costs is said of these first. */
static bool is_yield(const struct gp_result *result)
{
	return result->kind && result->kind->higher_is_better;
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

		if (is_first && n > 1 && is_yield(result))
			fact(c, ret, "compare.geometric-mean",
				gp_result_number(c->arena, gp_geometric_mean(values, n)), "x",
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
		both = gp_printf(c->arena, "A: %s; B: %s", gp_result_number(c->arena, a),
			gp_result_number(c->arena, b));
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

void gp_write_noise(
	const struct gp_comparing *c, const struct gp_result *result, struct gp_record *ret)
{
	const struct gp_estimate *e = &result->estimate;
	double width = result->is_difference ? e->high - e->low : (e->high - e->low) * 100;

	if (c->is_alike && e->method != GP_METHOD_NONE && is_yield(result))
		fact(c, ret, "compare.noise-floor", gp_printf(c->arena, "%.3g", width),
			result->is_difference ? "points" : "%",
			gp_printf(c->arena,
				"as wide is the interval of one side against itself, "
				"n = %zu",
				e->n),
			result->a->id);
}

void gp_write_facts(const struct gp_comparing *c, struct gp_record *ret)
{
	write_cautions(c, ret);
	write_differences(c, ret);
	write_beside(c, ret);
	write_means(c, ret);
}
