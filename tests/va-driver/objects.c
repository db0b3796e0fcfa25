/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "objects.h"

#include <stdlib.h>

#define MOST_OBJECTS 0x100000u /* below the distance of two bases */

static unsigned int free_number(const struct gp_table *table)
{
	unsigned int i = 0;

	while (i < table->n && table->items[i] != NULL)
		i++;
	return i;
}

static int grow(struct gp_table *table)
{
	unsigned int n = table->n != 0 ? 2 * table->n : 64;
	void **items = n <= MOST_OBJECTS ? realloc(table->items, n * sizeof(*items)) : NULL;

	if (items == NULL)
		return -1;
	for (unsigned int i = table->n; i < n; i++)
		items[i] = NULL;
	table->items = items;
	table->n = n;
	return 0;
}

VAGenericID gp_table_add(struct gp_table *table, void *item)
{
	unsigned int number = free_number(table);

	if (number == table->n && grow(table) < 0)
		return VA_INVALID_ID;
	table->items[number] = item;
	return table->base + number;
}

void *gp_table_get(const struct gp_table *table, VAGenericID id)
{
	/* An id below the base wraps around to a number that is too large. */
	VAGenericID number = id - table->base;

	return number < table->n ? table->items[number] : NULL;
}

void *gp_table_take(struct gp_table *table, VAGenericID id)
{
	void *item = gp_table_get(table, id);

	if (item != NULL)
		table->items[id - table->base] = NULL;
	return item;
}

void *gp_table_take_any(struct gp_table *table)
{
	for (unsigned int i = 0; i < table->n; i++)
		if (table->items[i] != NULL)
			return gp_table_take(table, table->base + i);
	free(table->items);
	table->items = NULL;
	table->n = 0;
	return NULL;
}
