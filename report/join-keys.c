/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "join.h"

#include <stdlib.h>
#include <string.h>

void gp_keys_add(struct gp_joining *joining, struct gp_keys *keys, size_t machine, const char *name,
	const char *id, const char *as)
{
	if (*id)
		*gp_push(joining->arena, &keys->list) = (struct gp_key){name, id, as, machine};
}

static int in_order(const void *a, const void *b)
{
	const struct gp_key *first = a, *second = b;
	int order = strcmp(first->id, second->id);

	if (!order)
		order = strcmp(first->name, second->name);
	return order ? order
		     : (first->machine > second->machine) - (first->machine < second->machine);
}

void gp_keys_sort(struct gp_keys *keys)
{
	if (keys->list.n > 1)
		qsort(keys->list.items, keys->list.n, sizeof(*keys->list.items), in_order);
}

size_t gp_keys_end(const struct gp_keys *keys, size_t start)
{
	const struct gp_key *items = keys->list.items;
	size_t end = start + 1;

	while (end < keys->list.n && gp_equal(items[end].id, items[start].id) &&
		gp_equal(items[end].name, items[start].name))
		end++;
	return end;
}

static size_t choose(struct gp_joining *joining, const struct gp_keys *keys, size_t start)
{
	struct gp_key *items = keys->list.items;
	size_t best = start, end = gp_keys_end(keys, start);

	for (size_t i = start + 1; i < end; i++) {
		if (gp_same_as(joining, items[i].machine) !=
			gp_same_as(joining, items[start].machine))
			return GP_NOBODY;
		if (gp_joining_prefers(joining, items[i].machine, items[best].machine))
			best = i;
	}
	for (size_t i = start; i < end; i++)
		if (items[i].machine == items[best].machine &&
			!gp_equal(items[i].as, items[best].as))
			items[best].as = "";
	return best;
}

void gp_keys_choose(struct gp_joining *joining, struct gp_keys *keys)
{
	gp_keys_sort(keys);
	keys->chosen = gp_alloc(joining->arena, keys->list.n + 1, sizeof(*keys->chosen));
	for (size_t i = 0; i < keys->list.n; i = gp_keys_end(keys, i))
		keys->chosen[i] = choose(joining, keys, i);
}

const struct gp_key *gp_keys_chosen(const struct gp_keys *keys, const char *id)
{
	size_t from = 0, to = keys->list.n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (strcmp(keys->list.items[middle].id, id) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	if (from == keys->list.n || !gp_equal(keys->list.items[from].id, id) ||
		keys->chosen[from] == GP_NOBODY)
		return NULL;
	return &keys->list.items[keys->chosen[from]];
}
