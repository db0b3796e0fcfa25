/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TABLE_H
#define GP_TABLE_H

#include "base/arena.h"

/* Values by name, any bytes; zeroed at first. Names are kept in the order they came. */
struct gp_table_item {
	const char *name; /* NUL behind it */
	size_t size;
	uint64_t hash;
	void *value;
};

struct gp_table {
	GP_LIST(struct gp_table_item) list;
	uint32_t *slots; /* number in list plus one; 0: free */
	size_t room;
};

/* What is at name, put there zeroed where it is new; holds until the next call. */
struct gp_table_item *gp_table_at(
	struct gp_arena *arena, struct gp_table *table, const char *name, size_t size);

/* NULL: not there. */
struct gp_table_item *gp_table_find(const struct gp_table *table, const char *name, size_t size);

/* FNV-1a, 64 bit. */
uint64_t gp_hash(const void *data, size_t size);

#endif
