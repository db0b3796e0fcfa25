/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/sides.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_MOST       120
#define VALUES_MOST      8
#define DIFFERENCES_MOST 200
#define VARIANTS_MOST    100 /* of each */
#define CLIPS_MOST       200

/* What a difference in it means; what is in no table and differs is said. */
enum weight {
	SAID,
	IGNORED,  /* of this run or this place, or what is compared itself */
	VOIDING,  /* the work is another: no verdict */
	REFUSING, /* the work is another, by what the user asked for */
};

static const struct {
	const char *key;
	enum weight weight;
} weights[] = {
	{"clip-codec", REFUSING},
	{"clip-frames", REFUSING},
	{"clip-hash", REFUSING},
	{"clip-rate", REFUSING},
	{"clip-size", REFUSING},
	{"cannot", IGNORED},
	{"check", IGNORED},
	{"event-time-ratio", IGNORED},
	{"loop-bytes", IGNORED},
	{"loop-frames", IGNORED},
	{"mode", IGNORED},
	{"node", IGNORED},
	{"offers", IGNORED},
	{"pci", IGNORED},
	{"queued", IGNORED},
	{"counted", VOIDING},
	{"entrypoint", VOIDING},
	{"preset", VOIDING},
	{"scene", VOIDING},
};

static enum weight weight_of(const char *key)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(weights); i++)
		if (gp_equal(weights[i].key, key))
			return weights[i].weight;
	return SAID;
}

/* Meta rows that matter: those of the settings, and those of the machine. */
static const struct {
	const char *id;
	enum weight weight;
} metas[] = {
	{"seconds", REFUSING},
	{"warmup", REFUSING},
	{"kernel", SAID},
	{"role", SAID},
	{"version", SAID},
	{"quick", SAID},
	{"interrupted", SAID},
};

/* ---- what a side says of itself */

struct about {
	const char *key, *variant, *value; /* value: all of them, sorted */
	size_t order;
};

struct abouts {
	struct about *items;
	size_t n;
};

static int by_key(const struct about *a, const struct about *b)
{
	int order = strcmp(a->key, b->key);

	return order ? order : strcmp(a->variant, b->variant);
}

static int in_order(const void *one, const void *other)
{
	const struct about *a = one, *b = other;
	int order = by_key(a, b);

	if (!order)
		order = strcmp(a->value, b->value);
	return order ? order : (a->order > b->order) - (a->order < b->order);
}

/* Facts of one kind that differ within a side become one: "EncSlice, EncSliceLP". */
static struct abouts join(struct gp_arena *arena, const struct abouts *all)
{
	struct abouts joined = {0};
	struct gp_strings values = {0};

	for (size_t i = 0; i < all->n; i++) {
		const struct about *about = &all->items[i];

		if (!i || by_key(about - 1, about)) {
			*gp_push(arena, &joined) = *about;
			values.n = 0;
		}
		if (values.n < VALUES_MOST)
			gp_strings_add_once(arena, &values, about->value);
		if (i + 1 == all->n || by_key(about, about + 1))
			joined.items[joined.n - 1].value = gp_join(arena, &values, ", ");
	}
	return joined;
}

static const char *shown(struct gp_arena *arena, const char *text)
{
	return gp_printable(arena, text, strlen(text), VALUE_MOST);
}

/* "transcode.h264-1080p"; "": the row is about the target or the machine, its source a file. */
static const char *variant_of(const struct gp_row *row)
{
	return strchr(row->source, '.') && !strchr(row->source, '/') ? row->source : "";
}

/* "yes (it takes 158 us)": what it takes is another each time. */
static const char *value_of(struct gp_arena *arena, const struct gp_row *row)
{
	if (gp_starts_with(row->value, "yes (") || gp_starts_with(row->value, "no ("))
		return gp_strndup(arena, row->value, strcspn(row->value, " "));
	return row->value;
}

/* What the processor is like matters to each target, too. */
static bool is_about(const struct gp_row *row, const char *subject)
{
	if (!gp_starts_with(row->id, "bench."))
		return false;
	return !*row->subject || gp_equal(row->subject, subject) ||
	       (gp_equal(row->subject, "cpu") && !*variant_of(row));
}

static struct abouts abouts_of(
	struct gp_arena *arena, const struct gp_compare_side *side, const char *subject)
{
	struct abouts all = {0};

	gp_each (part, &side->parts) {
		const struct gp_row *row = NULL;

		while ((row = gp_record_next(&part->part->rows, "fact", row)))
			if (is_about(row, subject))
				*gp_push(arena, &all) = (struct about){row->id + strlen("bench."),
					variant_of(row), value_of(arena, row), all.n};
	}
	if (all.n)
		qsort(all.items, all.n, sizeof(*all.items), in_order);
	return join(arena, &all);
}

/* ---- differences */

static struct gp_difference *difference_of(struct gp_arena *arena, struct gp_differences *list,
	const char *key, const char *a, const char *b)
{
	struct gp_difference *difference;

	gp_each (other, list)
		if (gp_equal(other->key, key) && gp_equal(other->a, a) && gp_equal(other->b, b))
			return other;
	if (list->n == DIFFERENCES_MOST)
		return NULL;
	difference = gp_push(arena, list);
	*difference = (struct gp_difference){.key = key, .a = a, .b = b};
	return difference;
}

/* False: there are too many already. */
static bool add_variant(
	struct gp_arena *arena, struct gp_difference *difference, const char *variant)
{
	if (!difference)
		return false;
	if (!*variant || gp_strings_has(&difference->variants, variant))
		return true;
	if (difference->variants.n == VARIANTS_MOST)
		return false;
	gp_strings_add(arena, &difference->variants, variant);
	return true;
}

static void add(struct gp_arena *arena, struct gp_differences *list, const struct about *a,
	const struct about *b)
{
	enum weight weight = weight_of(a->key);
	bool is_void = weight == VOIDING || weight == REFUSING;
	struct gp_difference *difference;

	if (weight == IGNORED || gp_equal(a->value, b->value))
		return;
	difference = difference_of(
		arena, list, shown(arena, a->key), shown(arena, a->value), shown(arena, b->value));
	if (difference)
		difference->is_void = is_void;
	if (!add_variant(arena, difference, a->variant) && is_void)
		list->is_cut = true;
}

/* What one side alone says is no difference: the other may not have been able to tell. */
static void compare_abouts(struct gp_arena *arena, struct gp_differences *list,
	const struct abouts *a, const struct abouts *b)
{
	size_t i = 0, k = 0;

	while (i < a->n && k < b->n) {
		int order = by_key(&a->items[i], &b->items[k]);

		if (order == 0)
			add(arena, list, &a->items[i], &b->items[k]);
		i += order <= 0;
		k += order >= 0;
	}
}

/* Of two lists of words, those that the other one lacks. */
static const char *words_without(struct gp_arena *arena, const char *text, const char *other)
{
	struct gp_strings words = gp_split(arena, text, " "), others = gp_split(arena, other, " ");
	struct gp_strings left = {0};

	gp_each (word, &words)
		if (!gp_strings_has(&others, *word))
			gp_strings_add(arena, &left, *word);
	return left.n ? gp_join(arena, &left, " ") : "nothing besides";
}

static void compare_environments(struct gp_arena *arena, struct gp_differences *list,
	const struct gp_compare_side *a, const struct gp_compare_side *b)
{
	const char *of_a = gp_compare_meta(arena, a, "environment");
	const char *of_b = gp_compare_meta(arena, b, "environment");

	if (!gp_equal(of_a, of_b))
		difference_of(arena, list, "environment",
			shown(arena, words_without(arena, of_a, of_b)),
			shown(arena, words_without(arena, of_b, of_a)));
}

static void compare_metas(struct gp_arena *arena, struct gp_differences *list,
	const struct gp_compare_side *a, const struct gp_compare_side *b)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(metas); i++) {
		const char *of_a = gp_compare_meta(arena, a, metas[i].id);
		const char *of_b = gp_compare_meta(arena, b, metas[i].id);

		if (metas[i].weight == SAID && !gp_equal(of_a, of_b))
			difference_of(arena, list, metas[i].id,
				*of_a ? shown(arena, of_a) : "not said",
				*of_b ? shown(arena, of_b) : "not said");
	}
}

struct gp_differences gp_find_differences(
	struct gp_arena *arena, const struct gp_compare_side *a, const struct gp_compare_side *b)
{
	struct gp_strings left_out = {0};
	struct gp_target_pairs targets = gp_pair_targets(arena, a, b, &left_out);
	struct gp_differences list = {0};

	compare_metas(arena, &list, a, b);
	compare_environments(arena, &list, a, b);
	gp_each (target, &targets) {
		struct abouts of_a = abouts_of(arena, a, target->a);
		struct abouts of_b = abouts_of(arena, b, target->b);

		compare_abouts(arena, &list, &of_a, &of_b);
	}
	return list;
}

/* ---- obstacles */

static const char *different_metas(struct gp_arena *arena, const struct gp_compare_side *a,
	const struct gp_compare_side *b, const char *id)
{
	const char *of_a = gp_compare_meta(arena, a, id), *of_b = gp_compare_meta(arena, b, id);

	if (gp_equal(of_a, of_b) || !*of_a || !*of_b)
		return NULL;
	return gp_printf(arena, "not the same was measured: %s is %s for %s and %s for %s",
		shown(arena, id), shown(arena, of_a), a->name, shown(arena, of_b), b->name);
}

static const char *different_clips(
	struct gp_arena *arena, const struct gp_compare_side *a, const struct gp_compare_side *b)
{
	size_t left = CLIPS_MOST;

	gp_each (part, &a->parts) {
		const struct gp_row *row = NULL;

		while (left && (row = gp_record_next(&part->part->rows, "meta", row))) {
			const char *why = NULL;

			if (gp_starts_with(row->id, "clip.") && left--)
				why = different_metas(arena, a, b, row->id);
			if (why)
				return why;
		}
	}
	return NULL;
}

const char *gp_find_obstacle(
	struct gp_arena *arena, const struct gp_compare_side *a, const struct gp_compare_side *b)
{
	struct gp_differences list = gp_find_differences(arena, a, b);
	const char *why;

	for (size_t i = 0; i < GP_ARRAY_SIZE(metas); i++)
		if (metas[i].weight == REFUSING &&
			(why = different_metas(arena, a, b, metas[i].id)))
			return why;
	gp_each (difference, &list)
		if (weight_of(difference->key) == REFUSING)
			return gp_printf(arena,
				"not the same was measured: the %s of %s is %s for %s and %s for %s",
				difference->key,
				difference->variants.n ? shown(arena, difference->variants.items[0])
						       : "a clip",
				difference->a, a->name, difference->b, b->name);
	return different_clips(arena, a, b);
}
