/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/compare.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "bench-digest.h"
#include "compare/result.h"

static void meta(struct gp_record *ret, const char *id, const char *value, const char *source)
{
	gp_record_add(
		ret, &(struct gp_row){.kind = "meta", .id = id, .value = value, .source = source});
}

static const char *quick_of(struct gp_arena *arena, const struct gp_compare_sides *sides)
{
	gp_each (side, sides) {
		const char *quick = gp_compare_meta(arena, side, "quick");

		if (*quick)
			return gp_printf(arena, "%s: %s", side->name, quick);
	}
	return "";
}

static void write_meta(struct gp_arena *arena, const struct gp_compare_sides *sides,
	const struct gp_compare_options *options, struct gp_record *ret)
{
	const char *quick = quick_of(arena, sides);

	meta(ret, "schema", GP_RECORD_SCHEMA, "");
	meta(ret, "tool", "gpupass-bench", "");
	meta(ret, "version", GP_VERSION, "");
	if (options->time)
		meta(ret, "time", options->time, "");
	if (*quick)
		meta(ret, "quick", quick, "");
	gp_each (side, sides)
		meta(ret, "side", side->name, side->source);
	meta(ret, "band", gp_printf(arena, "%.6g", options->band * 100), "");
	meta(ret, "seed", gp_printf(arena, "%llu", (unsigned long long)options->seed), "");
}

static bool is_measured(const char *metric)
{
	return !gp_ends_with(metric, "-histogram") && !gp_equal(metric, "failed");
}

static int add_result(struct gp_comparing *c, const struct gp_target_pair *target,
	const struct gp_series *a, const char **ret_error)
{
	const struct gp_series *b = gp_series_find(&c->series_b, a->id, target->b);
	const char *metric = strrchr(a->id, '.') + 1;
	const struct gp_metric_kind *kind = gp_metric_kind(metric);
	struct gp_result *result;

	if (!b || !is_measured(metric))
		return 0;
	if (!gp_equal(a->unit, b->unit)) {
		*ret_error = gp_printf(c->arena,
			"not the same was measured: %s is in %s for %s and in %s for %s",
			gp_printable(c->arena, a->id, strlen(a->id), 80),
			gp_printable(c->arena, a->unit, strlen(a->unit), 20), c->a->name,
			gp_printable(c->arena, b->unit, strlen(b->unit), 20), c->b->name);
		return -EINVAL;
	}
	result = kind && !kind->is_telemetry ? gp_push(c->arena, &c->results)
					     : gp_push(c->arena, &c->beside);
	result->a = a;
	result->b = b;
	result->target = target;
	result->kind = kind;
	result->variant = gp_strndup(c->arena, a->id, (size_t)(metric - 1 - a->id));
	gp_result_measure(c, result);
	return 0;
}

static int add_results(struct gp_comparing *c, const char **ret_error)
{
	int r = 0;

	gp_each (target, &c->targets)
		for (size_t i = 0; !r && i < c->series_a.n; i++)
			if (gp_equal(c->series_a.items[i].subject, target->a))
				r = add_result(c, target, &c->series_a.items[i], ret_error);
	if (!r && !c->results.n && !c->beside.n) {
		*ret_error =
			gp_printf(c->arena, "%s and %s have nothing in common that was measured",
				c->a->name, c->b->name);
		r = -EINVAL;
	}
	return r;
}

/* The chance to find a difference where there is none grows with how many are looked for. */
static void adjust_for_all(struct gp_comparing *c)
{
	double *p = gp_alloc(c->arena, c->results.n, sizeof(*p));
	size_t i = 0;

	gp_each (result, &c->results)
		p[i++] = result->estimate.p;
	if (gp_holm(p, c->results.n) == 0) {
		i = 0;
		gp_each (result, &c->results)
			result->p_of_all = p[i++];
	}
}

static int compare_two(struct gp_arena *arena, const struct gp_compare_options *options,
	const struct gp_compare_sides *sides, size_t other, struct gp_record *ret,
	const char **ret_error)
{
	struct gp_comparing c = {.arena = arena,
		.options = options,
		.a = &sides->items[0],
		.b = &sides->items[other],
		.quick = quick_of(arena, sides)};
	int r;

	*ret_error = gp_find_obstacle(arena, c.a, c.b);
	if (*ret_error)
		return -EINVAL;
	c.series_a = gp_series_of(arena, c.a);
	c.series_b = gp_series_of(arena, c.b);
	c.targets = gp_pair_targets(arena, c.a, c.b, &c.left_out);
	c.differences = gp_find_differences(arena, c.a, c.b);
	c.is_alike = gp_compare_alike(arena, c.a, c.b);
	r = add_results(&c, ret_error);
	if (r)
		return r;
	adjust_for_all(&c);
	gp_results_to_record(&c, ret);
	return 0;
}

int gp_compare_records(struct gp_arena *arena, const struct gp_compare_part *parts, size_t n,
	const struct gp_compare_options *options, struct gp_record *ret, const char **ret_error)
{
	struct gp_compare_sides sides = {0};
	int r = gp_compare_sides_of(arena, parts, n, &sides, ret_error);

	if (r)
		return r;
	write_meta(arena, &sides, options, ret);
	for (size_t i = 1; !r && i < sides.n; i++)
		r = compare_two(arena, options, &sides, i, ret, ret_error);
	return r;
}

bool gp_compare_is_worse(const struct gp_record *record)
{
	const struct gp_row *row = NULL;

	while ((row = gp_record_next(record, "stat", row)))
		if (gp_equal(row->verdict, "worse"))
			return true;
	return false;
}
