/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OBJECTS_H
#define GP_OBJECTS_H

#include <va/va.h>

/*
 * Objects that a program knows by number. The kinds have different bases, so that a number of one
 * kind is never taken for one of another.
 */
struct gp_table {
	VAGenericID base;
	void **items; /* NULL where a number is free */
	unsigned int n;
};

/* The number of a new object, or VA_INVALID_ID where there is no memory for one more. */
VAGenericID gp_table_add(struct gp_table *table, void *item);

/* NULL for what is no number of an object here. */
void *gp_table_get(const struct gp_table *table, VAGenericID id);

/* The same, and the number is free again. */
void *gp_table_take(struct gp_table *table, VAGenericID id);

/* Any object that is left, taken out; NULL when there is none, and the table is freed. */
void *gp_table_take_any(struct gp_table *table);

#endif
