/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ARENA_H
#define GP_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Memory that is given back all at once.
 *
 * Every value that outlives a function hangs in an arena, so nothing has an owner to be argued
 * about: facts, findings and records are valid until their arena is freed. Each piece is a malloc
 * of its own, so that the sanitizers see its edges.
 *
 * Memory that cannot be had ends the program with one line and exit status 2: inputs are capped
 * long before that. No function here returns NULL.
 */
struct gp_arena;

struct gp_arena *gp_arena_new(void);
void gp_arena_free(struct gp_arena *arena); /* NULL is fine */

/* count * size zeroed bytes. */
void *gp_alloc(struct gp_arena *arena, size_t count, size_t size);
void *gp_memdup(struct gp_arena *arena, const void *data, size_t size);
char *gp_strdup(struct gp_arena *arena, const char *text);
char *gp_strndup(struct gp_arena *arena, const char *text, size_t size);
char *gp_printf(struct gp_arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *gp_vprintf(struct gp_arena *arena, const char *format, va_list args)
	__attribute__((format(printf, 2, 0)));

/* One zeroed object of a type. */
#define gp_new(arena, type) ((type *)gp_alloc(arena, 1, sizeof(type)))

#define GP_ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/*
 * A list that grows: struct { ITEM *items; size_t n; }, zeroed at first.
 * gp_push() appends a zeroed item and gives its address, which holds until the next push.
 * gp_each() walks it.
 */
#define GP_LIST(type)        \
	struct {             \
		type *items; \
		size_t n;    \
	}

#define gp_push(arena, list)                                                               \
	((list)->items = gp_grow(arena, (list)->items, (list)->n, sizeof(*(list)->items)), \
		&(list)->items[(list)->n++])

#define gp_each(item, list)                                      \
	for (__typeof__((list)->items + 0) item = (list)->items; \
		(list)->n && item < (list)->items + (list)->n; item++)

/* Room for item number n: a new block at each power of two, the old items copied over. */
void *gp_grow(struct gp_arena *arena, void *items, size_t n, size_t size);

#endif
