/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "compare/sides.h"

struct pairing {
	struct gp_arena *arena;
	const struct gp_compare_side *side_a, *side_b;
	const struct gp_series *a, *b;
	bool as_logs;
	struct gp_paired *paired;
	size_t left_out;
};

static bool has_pairs(const struct gp_series *series)
{
	for (size_t i = 0; i < series->n; i++)
		if (series->items[i].pair)
			return true;
	return false;
}

/* Runs of one part of A were taken in turn with those of the same part of B, of the same session.
 */
static bool parts_belong(const struct pairing *p, size_t part)
{
	return part < p->side_a->parts.n && part < p->side_b->parts.n &&
	       gp_equal(p->side_a->parts.items[part].session, p->side_b->parts.items[part].session);
}

static int by_pair(const struct gp_value *a, const struct gp_value *b)
{
	if (a->part != b->part)
		return a->part < b->part ? -1 : 1;
	return (a->pair > b->pair) - (a->pair < b->pair);
}

/* How many from i on have the same part and pair. */
static size_t same_pair(const struct gp_series *series, size_t i)
{
	size_t n = 0;

	while (i + n < series->n && by_pair(&series->items[i], &series->items[i + n]) == 0)
		n++;
	return n;
}

static void take_pair(struct pairing *p, const struct gp_value *a, const struct gp_value *b)
{
	if (!a->pair || !a->is_valid || !b->is_valid || !parts_belong(p, a->part))
		p->left_out++;
	else
		*gp_push(p->arena, &p->paired->pairs) =
			(struct gp_value_pair){a->value, b->value, a->row, b->row};
}

/* What is there twice on a side belongs to nothing for certain. */
static void pair_runs(struct pairing *p)
{
	size_t i = 0, k = 0;

	while (i < p->a->n && k < p->b->n) {
		const struct gp_value *a = &p->a->items[i], *b = &p->b->items[k];
		int order = by_pair(a, b);
		size_t n_a = order <= 0 ? same_pair(p->a, i) : 0;
		size_t n_b = order >= 0 ? same_pair(p->b, k) : 0;

		if (n_a == 1 && n_b == 1)
			take_pair(p, a, b);
		else
			p->left_out++;
		i += n_a;
		k += n_b;
	}
	for (; i < p->a->n; i += same_pair(p->a, i))
		p->left_out++;
	for (; k < p->b->n; k += same_pair(p->b, k))
		p->left_out++;
}

/* ---- sessions */

static bool has_sessions(const struct gp_compare_side *side)
{
	gp_each (part, &side->parts)
		if (!*part->session || !part->session_step)
			return false;
	return true;
}

/* Of the valid runs of a part; NaN where there are none, or one has no logarithm. */
static double session_mean(const struct pairing *p, const struct gp_series *series, size_t part)
{
	double mean = 0;
	size_t n = 0;

	for (size_t i = 0; i < series->n; i++) {
		const struct gp_value *value = &series->items[i];

		if (value->part != part || !value->is_valid)
			continue;
		n++;
		mean += ((p->as_logs ? log(value->value) : value->value) - mean) / (double)n;
	}
	if (!n)
		return NAN;
	return p->as_logs ? exp(mean) : mean;
}

static const struct gp_compare_step *step_in(
	const struct gp_compare_side *side, const char *session, unsigned int step, size_t *ret_n)
{
	const struct gp_compare_step *found = NULL;

	gp_each (part, &side->parts) {
		if (part->session_step != step || !gp_equal(part->session, session))
			continue;
		found = part;
		++*ret_n;
	}
	return found;
}

/* The session beside this one of A's: 1 and 2 belong together, 3 and 4, and so on. */
static void pair_session(struct pairing *p, const struct gp_compare_step *a)
{
	unsigned int beside = a->session_step % 2 ? a->session_step + 1 : a->session_step - 1;
	size_t n_a = 0, n_b = 0, others = 0;
	const struct gp_compare_step *b = step_in(p->side_b, a->session, beside, &n_b);
	double mean_a, mean_b;

	step_in(p->side_a, a->session, a->session_step, &n_a);
	step_in(p->side_b, a->session, a->session_step, &others);
	step_in(p->side_a, a->session, beside, &others);
	if (!b || n_a != 1 || n_b != 1 || others) {
		p->left_out++;
		return;
	}
	mean_a = session_mean(p, p->a, (size_t)(a - p->side_a->parts.items));
	mean_b = session_mean(p, p->b, (size_t)(b - p->side_b->parts.items));
	if (isfinite(mean_a) && isfinite(mean_b))
		*gp_push(p->arena, &p->paired->pairs) =
			(struct gp_value_pair){mean_a, mean_b, NULL, NULL};
	else
		p->left_out++;
}

static void pair_sessions(struct pairing *p)
{
	gp_each (a, &p->side_a->parts)
		pair_session(p, a);
}

/* ---- all */

static size_t invalid_in(const struct gp_series *series)
{
	size_t n = 0;

	for (size_t i = 0; i < series->n; i++)
		n += !series->items[i].is_valid;
	return n;
}

static void collect_valid(struct pairing *p)
{
	for (size_t i = 0; i < p->a->n; i++)
		if (p->a->items[i].is_valid)
			*gp_push(p->arena, &p->paired->a) = p->a->items[i].value;
	for (size_t i = 0; i < p->b->n; i++)
		if (p->b->items[i].is_valid)
			*gp_push(p->arena, &p->paired->b) = p->b->items[i].value;
}

static void note(struct pairing *p, const char *of, size_t n, const char *why)
{
	if (n)
		gp_strings_add(p->arena, &p->paired->notes,
			gp_printf(p->arena, "%zu %s%s left out%s", n, of, n > 1 ? "s" : "", why));
}

struct gp_paired gp_pair_values(struct gp_arena *arena, const struct gp_compare_side *side_a,
	const struct gp_compare_side *side_b, const struct gp_series *a, const struct gp_series *b,
	bool as_logs)
{
	struct gp_paired paired = {0};
	struct pairing p = {.arena = arena,
		.side_a = side_a,
		.side_b = side_b,
		.a = a,
		.b = b,
		.as_logs = as_logs,
		.paired = &paired};

	collect_valid(&p);
	if (has_pairs(a) && has_pairs(b)) {
		paired.design = GP_DESIGN_PAIRS;
		pair_runs(&p);
		note(&p, "pair", p.left_out, ": a run is invalid or missing");
		return paired;
	}
	if (has_sessions(side_a) && has_sessions(side_b)) {
		paired.design = GP_DESIGN_SESSIONS;
		pair_sessions(&p);
		note(&p, "session", p.left_out, ": there is no other beside it");
	}
	note(&p, "invalid run", invalid_in(a) + invalid_in(b), "");
	return paired;
}
