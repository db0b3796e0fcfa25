/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff.h"
#include "digest.h"

#include <stdlib.h>
#include <string.h>

/* A side of a pair: its rows of a kind that count, sorted. */
struct rows {
	const struct gp_row **items;
	size_t n;
};

struct pair {
	struct gp_arena *arena;
	struct gp_record before, after;
	struct gp_diff_part *part;
	struct rows causes_before, causes_after;
	const char *mode; /* that is wanted, or "" */
};

/* What says nothing of the machine: another with each run, or drawn from what is looked at. */
static const char *const ignored_meta[] = {
	"schema", "time", "source", "boot", "ask", "label", "session", "seed", "end", NULL};
static const char *const ignored_facts[] = {"kernel.log", NULL};
static const char *const ignored_starts[] = {"beside.", "compare.", "telemetry."};

static bool is_meta(const struct gp_row *row)
{
	return gp_equal(row->kind, "meta");
}

static bool is_ignored(const struct gp_row *row)
{
	if (is_meta(row))
		return gp_is_one_of(row->id, ignored_meta);
	for (size_t i = 0; i < GP_ARRAY_SIZE(ignored_starts); i++)
		if (gp_starts_with(row->id, ignored_starts[i]))
			return true;
	return gp_is_one_of(row->id, ignored_facts);
}

static int by_key(const struct gp_row *a, const struct gp_row *b)
{
	int r = strcmp(a->kind, b->kind);

	if (!r)
		r = strcmp(a->id, b->id);
	return r ? r : strcmp(a->subject, b->subject);
}

/* What is said of a thing: where this is the same, nothing has changed. */
static int by_content(const struct gp_row *a, const struct gp_row *b)
{
	bool is_fact = is_meta(a) || gp_equal(a->kind, "fact");
	int r = strcmp(a->verdict, b->verdict);

	if (!r && is_fact)
		r = strcmp(a->value, b->value);
	if (!r && is_fact)
		r = strcmp(a->unit, b->unit);
	if (!r && (is_fact || (gp_equal(a->kind, "readiness") && !gp_equal(a->verdict, "ready"))))
		r = strcmp(a->text, b->text);
	return r;
}

static int compare_rows(const void *a, const void *b)
{
	const struct gp_row *first = *(const struct gp_row *const *)a;
	const struct gp_row *second = *(const struct gp_row *const *)b;
	int r = by_key(first, second);

	if (!r)
		r = by_content(first, second);
	return r ? r : (first > second) - (first < second);
}

static struct rows rows_of(
	struct gp_arena *arena, const struct gp_record *part, const char *kind, const char *other)
{
	struct rows rows = {gp_alloc(arena, part->n + 1, sizeof(*rows.items)), 0};

	for (size_t i = 0; i < part->n; i++) {
		const struct gp_row *row = &part->items[i];

		if (gp_equal(row->kind, kind) || (other && gp_equal(row->kind, other)))
			if (!is_ignored(row))
				rows.items[rows.n++] = row;
	}
	if (rows.n > 1)
		qsort(rows.items, rows.n, sizeof(*rows.items), compare_rows);
	return rows;
}

static int compare_keys(const void *a, const void *b)
{
	const struct gp_row *first = *(const struct gp_row *const *)a;
	const struct gp_row *second = *(const struct gp_row *const *)b;
	int r = strcmp(first->id, second->id);

	return r ? r : strcmp(first->subject, second->subject);
}

/* The row of the same id and subject. */
static bool has_row(const struct rows *rows, const struct gp_row *row)
{
	return rows->n &&
	       bsearch(&row, rows->items, rows->n, sizeof(*rows->items), compare_keys) != NULL;
}

#define NOT_TOLD -1

/* How bad a finding is; NOT_TOLD: nobody knows. */
static int badness(const struct gp_row *row)
{
	if (gp_equal(row->verdict, "fail"))
		return 2;
	if (gp_equal(row->verdict, "warn"))
		return 1;
	if (gp_equal(row->verdict, "unknown"))
		return NOT_TOLD;
	return gp_equal(row->verdict, "skip") && gp_starts_with(row->text, "blocked by ") ? NOT_TOLD
											  : 0;
}

static bool is_new_cause(const struct pair *pair, const struct gp_row *row)
{
	return has_row(&pair->causes_after, row) && !has_row(&pair->causes_before, row);
}

static bool is_gone_cause(const struct pair *pair, const struct gp_row *row)
{
	return has_row(&pair->causes_before, row) && !has_row(&pair->causes_after, row);
}

/* The group of a finding; GP_N_DIFF_GROUPS: a cause says it. */
static enum gp_diff_group group_of_finding(
	const struct pair *pair, const struct gp_row *before, const struct gp_row *after)
{
	int was = before ? badness(before) : 0, is = after ? badness(after) : 0;

	if (after && is > 0 && is_new_cause(pair, after))
		return GP_N_DIFF_GROUPS;
	if (before && was > 0 && is == 0 && is_gone_cause(pair, before))
		return GP_N_DIFF_GROUPS;
	if (!before || !after)
		return GP_DIFF_FINDING;
	if (was == NOT_TOLD || is == NOT_TOLD)
		return is != NOT_TOLD    ? GP_DIFF_TOLD
		       : was != NOT_TOLD ? GP_DIFF_LOST
					 : GP_DIFF_FINDING;
	return is > was ? GP_DIFF_BROKEN : is < was ? GP_DIFF_MENDED : GP_DIFF_FINDING;
}

static enum gp_diff_group group_of(
	const struct pair *pair, const struct gp_row *before, const struct gp_row *after)
{
	const struct gp_row *row = before ? before : after;

	if (gp_equal(row->kind, "readiness"))
		return GP_DIFF_READINESS;
	if (gp_equal(row->kind, "cause"))
		return !before ? GP_DIFF_NEW : !after ? GP_DIFF_GONE : GP_DIFF_CAUSE;
	if (gp_equal(row->kind, "finding"))
		return group_of_finding(pair, before, after);
	return GP_DIFF_FACT;
}

/* Of facts these are looked at first. */
static const char *const first_facts[] = {"host", "product", "distribution", "kernel", "version",
	"kernel.cmdline", "module.parameter", "modprobe.line", "gpu.driver", "bench.driver", NULL};

static size_t place_of(const char *id, const char *const *list)
{
	size_t i = 0;

	while (list[i] && !gp_equal(list[i], id))
		i++;
	return i;
}

/* In a group: 0 is what matters most. */
static size_t class_of(
	const struct pair *pair, const struct gp_row *before, const struct gp_row *after)
{
	const struct gp_row *row = after ? after : before;

	if (gp_equal(row->kind, "readiness"))
		return !before || !after || gp_equal(before->verdict, after->verdict) ? 2
		       : gp_listed(pair->mode, row->id)                               ? 0
										      : 1;
	if (gp_equal(row->kind, "cause"))
		return gp_equal(row->verdict, "fail") ? 0 : 1;
	if (gp_equal(row->kind, "finding"))
		return (size_t)(badness(row) < 0 ? 2 : 2 - badness(row));
	return place_of(row->id, first_facts) + (before && after ? 0 : GP_ARRAY_SIZE(first_facts));
}

static size_t rank_of(
	const struct pair *pair, const struct gp_row *before, const struct gp_row *after)
{
	size_t at = after ? (size_t)(after - pair->after.items)
			  : pair->after.n + (size_t)(before - pair->before.items);

	return class_of(pair, before, after) * (pair->before.n + pair->after.n) + at;
}

static void add(const struct pair *pair, const struct gp_row *before, const struct gp_row *after)
{
	enum gp_diff_group group = group_of(pair, before, after);

	if (group == GP_N_DIFF_GROUPS)
		return;
	*gp_push(pair->arena, &pair->part->groups[group]) =
		(struct gp_difference){before, after, rank_of(pair, before, after)};
	pair->part->n++;
}

/*
 * Of one id and subject: what both have in common goes; of what is left as many before as after are
 * changes, and else the ones are gone and the others new.
 */
static void compare_key(const struct pair *pair, struct rows before, struct rows after)
{
	size_t i = 0, k = 0, n = 0, m = 0;

	while (i < before.n || k < after.n) {
		int r = i == before.n  ? 1
			: k == after.n ? -1
				       : by_content(before.items[i], after.items[k]);

		if (r < 0)
			before.items[n++] = before.items[i++];
		else if (r > 0)
			after.items[m++] = after.items[k++];
		else
			i++, k++;
	}
	for (i = 0; n == m && i < n; i++)
		add(pair, before.items[i], after.items[i]);
	for (i = 0; n != m && i < n; i++)
		add(pair, before.items[i], NULL);
	for (i = 0; n != m && i < m; i++)
		add(pair, NULL, after.items[i]);
}

/* The first rows of one key. */
static struct rows run_of(const struct rows *rows, const struct gp_row *key)
{
	struct rows run = {rows->items, 0};

	while (run.n < rows->n && by_key(rows->items[run.n], key) == 0)
		run.n++;
	return run;
}

static void skip(struct rows *rows, size_t n)
{
	rows->items += n;
	rows->n -= n;
}

static void compare_sorted(const struct pair *pair, struct rows before, struct rows after)
{
	while (before.n || after.n) {
		const struct gp_row *key =
			!after.n || (before.n && by_key(before.items[0], after.items[0]) < 0)
				? before.items[0]
				: after.items[0];
		struct rows was = run_of(&before, key), is = run_of(&after, key);

		skip(&before, was.n);
		skip(&after, is.n);
		compare_key(pair, was, is);
	}
}

static void compare_kind(const struct pair *pair, const char *kind, const char *other)
{
	compare_sorted(pair, rows_of(pair->arena, &pair->before, kind, other),
		rows_of(pair->arena, &pair->after, kind, other));
}

static int by_rank(const void *a, const void *b)
{
	size_t first = ((const struct gp_difference *)a)->rank;
	size_t second = ((const struct gp_difference *)b)->rank;

	return (first > second) - (first < second);
}

static void compare_groups(struct pair *pair)
{
	pair->causes_before = rows_of(pair->arena, &pair->before, "cause", NULL);
	pair->causes_after = rows_of(pair->arena, &pair->after, "cause", NULL);
	compare_kind(pair, "readiness", NULL);
	compare_kind(pair, "cause", NULL);
	compare_kind(pair, "finding", NULL);
	compare_kind(pair, "fact", "meta");
	for (size_t i = 0; i < GP_N_DIFF_GROUPS; i++)
		if (pair->part->groups[i].n > 1)
			qsort(pair->part->groups[i].items, pair->part->groups[i].n,
				sizeof(struct gp_difference), by_rank);
}

static int by_title(const void *a, const void *b)
{
	return strcmp(((const struct gp_diff_center *)a)->title,
		((const struct gp_diff_center *)b)->title);
}

struct centers {
	struct gp_diff_center *items; /* of one side: in before */
	size_t n;
};

static struct centers centers_of(struct gp_arena *arena, const struct gp_record *part)
{
	const struct gp_bench_digest *bench = gp_bench_digest(arena, part);
	struct centers centers = {
		gp_alloc(arena, bench->experiments.n + 1, sizeof(*centers.items)), 0};

	gp_each (experiment, &bench->experiments)
		if (experiment->primary && experiment->primary->value.is_known)
			centers.items[centers.n++] = (struct gp_diff_center){
				gp_printf(arena, "%s %s on %s", experiment->workload,
					experiment->variant,
					gp_bench_side_name(
						arena, experiment->subject, experiment->mode)),
				gp_bench_primary(arena, experiment->primary), NULL};
	if (centers.n > 1)
		qsort(centers.items, centers.n, sizeof(*centers.items), by_title);
	return centers;
}

static void compare_centers(const struct pair *pair)
{
	struct centers before, after;
	size_t i = 0, k = 0;

	if (!gp_has_bench(&pair->before) && !gp_has_bench(&pair->after))
		return;
	before = centers_of(pair->arena, &pair->before);
	after = centers_of(pair->arena, &pair->after);
	while (i < before.n || k < after.n) {
		int r = i == before.n  ? 1
			: k == after.n ? -1
				       : by_title(&before.items[i], &after.items[k]);
		struct gp_diff_center center = r > 0 ? after.items[k] : before.items[i];

		center.before = r > 0 ? NULL : center.before;
		center.after = r < 0 ? NULL : after.items[k].before;
		i += r <= 0;
		k += r >= 0;
		if (!gp_equal(center.before, center.after))
			*gp_push(pair->arena, &pair->part->centers) = center;
	}
}

void gp_diff_pair(struct gp_arena *arena, const struct gp_record *before,
	const struct gp_record *after, struct gp_diff_part *part)
{
	struct pair pair = {.arena = arena, .before = *before, .after = *after, .part = part};
	const char *mode = gp_record_meta(after, "mode");

	pair.mode = mode ? mode : "";
	compare_groups(&pair);
	compare_centers(&pair);
}
