/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff.h"
#include "digest.h"

#include <stdlib.h>
#include <string.h>

/* A part of a record, by what it is found on the other side. */
struct side_part {
	struct gp_record rows;
	const char *machine, *tool; /* system or host; "": not known */
	size_t at;                  /* among those of its record */
	bool is_paired;
};

struct side {
	GP_LIST(struct side_part) parts;
};

static const char *meta_of(const struct gp_record *part, const char *id)
{
	const char *value = gp_record_meta(part, id);

	return value ? value : "";
}

static int by_machine(const void *a, const void *b)
{
	const struct side_part *first = a, *second = b;
	int r = strcmp(first->machine, second->machine);

	if (!r)
		r = strcmp(first->tool, second->tool);
	return r ? r : (first->at > second->at) - (first->at < second->at);
}

static int by_place(const void *a, const void *b)
{
	size_t first = ((const struct side_part *)a)->at;
	size_t second = ((const struct side_part *)b)->at;

	return (first > second) - (first < second);
}

static void sort_side(struct side *side, int (*compare)(const void *a, const void *b))
{
	if (side->parts.n > 1)
		qsort(side->parts.items, side->parts.n, sizeof(*side->parts.items), compare);
}

static struct side side_of(struct gp_arena *arena, const struct gp_record *record)
{
	struct gp_record part = {0};
	struct side side = {0};

	while (gp_record_part(record, &part)) {
		const char *system = meta_of(&part, "system");

		*gp_push(arena, &side.parts) = (struct side_part){.rows = part,
			.machine = *system ? system : meta_of(&part, "host"),
			.tool = meta_of(&part, "tool"),
			.at = side.parts.n};
	}
	sort_side(&side, by_machine);
	return side;
}

/* Where both say what system they are, its name counts for nothing. */
static const char *machines_of(
	struct gp_arena *arena, const struct gp_record *before, const struct gp_record *after)
{
	static const char *const ids[] = {"system", "host"};
	const char *was = meta_of(before, "host"), *is = meta_of(after, "host");

	for (size_t i = 0; i < GP_ARRAY_SIZE(ids); i++) {
		const char *first = meta_of(before, ids[i]), *second = meta_of(after, ids[i]);

		if (!*first || !*second)
			continue;
		if (gp_equal(first, second))
			return NULL;
		return gp_equal(was, is) ? gp_printf(arena, "%s, then %s", first, second)
					 : gp_printf(arena, "%s, then %s", was, is);
	}
	return NULL;
}

/* Either may be NULL. */
static void take_pair(struct gp_arena *arena, struct gp_diff *diff, struct side_part *before,
	struct side_part *after)
{
	const struct side_part *known = after ? after : before;
	struct gp_diff_part *part = gp_push(arena, &diff->parts);

	part->name = meta_of(&known->rows, "host");
	part->tool = known->tool;
	if (before)
		before->is_paired = true;
	if (after)
		after->is_paired = true;
	if (before && after) {
		part->machines = machines_of(arena, &before->rows, &after->rows);
		gp_diff_pair(arena, &before->rows, &after->rows, part);
	} else {
		part->only = after ? "after" : "before";
		part->n = 1;
	}
	diff->n += part->n;
}

static int by_names(const struct side_part *a, const struct side_part *b)
{
	int r = strcmp(a->machine, b->machine);

	return r ? r : strcmp(a->tool, b->tool);
}

static void pair_by_machine(
	struct gp_arena *arena, struct gp_diff *diff, struct side *before, struct side *after)
{
	size_t i = 0, k = 0;

	while (i < before->parts.n && k < after->parts.n) {
		int r = by_names(&before->parts.items[i], &after->parts.items[k]);

		if (r == 0)
			take_pair(arena, diff, &before->parts.items[i], &after->parts.items[k]);
		i += r <= 0;
		k += r >= 0;
	}
}

static size_t unpaired(const struct side *side)
{
	size_t n = 0;

	gp_each (part, &side->parts)
		n += !part->is_paired;
	return n;
}

static struct side_part *next_unpaired(struct side *side, size_t *at)
{
	while (*at < side->parts.n && side->parts.items[*at].is_paired)
		++*at;
	return *at < side->parts.n ? &side->parts.items[(*at)++] : NULL;
}

/* What has no like: by its order, where there are as many on either side. */
static void pair_the_rest(
	struct gp_arena *arena, struct gp_diff *diff, struct side *before, struct side *after)
{
	bool by_order = unpaired(before) == unpaired(after);
	struct side_part *was, *is;
	size_t i = 0, k = 0;

	sort_side(before, by_place);
	sort_side(after, by_place);
	while (by_order && (was = next_unpaired(before, &i)) && (is = next_unpaired(after, &k)))
		take_pair(arena, diff, was, is);
	while ((is = next_unpaired(after, &k)))
		take_pair(arena, diff, NULL, is);
	while ((was = next_unpaired(before, &i)))
		take_pair(arena, diff, was, NULL);
}

struct gp_diff gp_diff(
	struct gp_arena *arena, const struct gp_record *before, const struct gp_record *after)
{
	struct side first = side_of(arena, before), second = side_of(arena, after);
	struct gp_diff diff = {0};

	pair_by_machine(arena, &diff, &first, &second);
	pair_the_rest(arena, &diff, &first, &second);
	gp_diff_words(arena, &diff);
	return diff;
}
