/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/table.h"

#include <string.h>

#define FIRST_ROOM 64

uint64_t gp_hash(const void *data, size_t size)
{
	const unsigned char *bytes = data;
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3;
	return hash;
}

/* The slot where name is, or where it would go. */
static size_t slot_of(const struct gp_table *table, const char *name, size_t size, uint64_t hash)
{
	size_t mask = table->room - 1, slot = (size_t)(hash ^ hash >> 32) & mask;

	for (; table->slots[slot]; slot = (slot + 1) & mask) {
		const struct gp_table_item *item = &table->list.items[table->slots[slot] - 1];

		if (item->hash == hash && item->size == size && !memcmp(item->name, name, size))
			break;
	}
	return slot;
}

static void make_room(struct gp_arena *arena, struct gp_table *table)
{
	if (table->list.n * 2 < table->room)
		return;
	table->room = table->room ? table->room * 4 : FIRST_ROOM;
	table->slots = gp_alloc(arena, table->room, sizeof(*table->slots));
	for (size_t i = 0; i < table->list.n; i++) {
		const struct gp_table_item *item = &table->list.items[i];

		table->slots[slot_of(table, item->name, item->size, item->hash)] = (uint32_t)i + 1;
	}
}

struct gp_table_item *gp_table_find(const struct gp_table *table, const char *name, size_t size)
{
	size_t slot;

	if (!table->room)
		return NULL;
	slot = slot_of(table, name, size, gp_hash(name, size));
	return table->slots[slot] ? &table->list.items[table->slots[slot] - 1] : NULL;
}

struct gp_table_item *gp_table_at(
	struct gp_arena *arena, struct gp_table *table, const char *name, size_t size)
{
	struct gp_table_item *item = gp_table_find(table, name, size);
	uint64_t hash = gp_hash(name, size);
	char *copy;

	if (item)
		return item;
	make_room(arena, table);
	copy = gp_alloc(arena, size + 1, 1);
	if (size)
		memcpy(copy, name, size);
	item = gp_push(arena, &table->list);
	*item = (struct gp_table_item){.name = copy, .size = size, .hash = hash};
	table->slots[slot_of(table, copy, size, hash)] = (uint32_t)table->list.n;
	return item;
}
