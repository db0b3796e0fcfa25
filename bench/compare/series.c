/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/sides.h"

#include <stdlib.h>
#include <string.h>

#include "bench-digest.h"

bool gp_is_metric_id(const char *id)
{
	size_t workload = strcspn(id, "."), variant, metric;

	if (!workload || !id[workload])
		return false;
	variant = strcspn(id + workload + 1, ".");
	if (!variant || !id[workload + 1 + variant])
		return false;
	metric = strlen(id + workload + 1 + variant + 1);
	return metric && !strchr(id + workload + 1 + variant + 1, '.');
}

/* One of several measurements of a run, as that of so many streams at once: no value of all. */
static bool is_point(const struct gp_row *row)
{
	return strstr(row->source, " streams ") != NULL;
}

/* The number behind a word of "run 3 pair 3"; 0: there is none. */
static unsigned int number_after(const char *source, const char *word)
{
	const char *found = strstr(source, word);
	size_t digits;

	if (!found || (found != source && found[-1] != ' '))
		return 0;
	found += strlen(word);
	digits = strspn(found, "0123456789");
	if (!digits || digits > 9 || (found[digits] && found[digits] != ' '))
		return 0;
	return (unsigned int)strtoul(found, NULL, 10);
}

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_series(const struct gp_value *a, const struct gp_value *b)
{
	int order = strcmp(a->row->subject, b->row->subject);

	return order ? order : strcmp(a->row->id, b->row->id);
}

static int in_order(const void *one, const void *other)
{
	const struct gp_value *a = one, *b = other;
	int order = by_series(a, b);

	if (!order)
		order = by_number(a->part, b->part);
	if (!order)
		order = by_number(a->pair, b->pair);
	if (!order)
		order = by_number(a->run, b->run);
	return order ? order : (a->row > b->row) - (a->row < b->row);
}

static struct gp_value value_of(const struct gp_row *row, size_t part)
{
	struct gp_value value = {.row = row, .part = part};

	value.is_valid =
		gp_bench_parse_number(row->value, &value.value) && gp_equal(row->verdict, "valid");
	value.run = number_after(row->source, "run ");
	value.pair = number_after(row->source, "pair ");
	return value;
}

struct gp_series_list gp_series_of(struct gp_arena *arena, const struct gp_compare_side *side)
{
	GP_LIST(struct gp_value) all = {0};
	struct gp_series_list list = {0};

	for (size_t i = 0; i < side->parts.n; i++) {
		const struct gp_row *row = NULL;

		while ((row = gp_record_next(&side->parts.items[i].part->rows, "run", row))) {
			if (!gp_is_metric_id(row->id))
				list.malformed++;
			else if (!is_point(row))
				*gp_push(arena, &all) = value_of(row, i);
		}
	}
	if (all.n)
		qsort(all.items, all.n, sizeof(*all.items), in_order);
	for (size_t i = 0; i < all.n; i++) {
		struct gp_value *value = &all.items[i];

		if (!i || by_series(value - 1, value))
			*gp_push(arena, &list) = (struct gp_series){
				value->row->id, value->row->subject, value->row->unit, value, 0};
		list.items[list.n - 1].n++;
	}
	return list;
}

const struct gp_series *gp_series_find(
	const struct gp_series_list *list, const char *id, const char *subject)
{
	size_t low = 0, high = list->n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct gp_series *series = &list->items[middle];
		int order = strcmp(subject, series->subject);

		if (!order)
			order = strcmp(id, series->id);
		if (!order)
			return series;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}
