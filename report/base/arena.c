/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
	struct piece *next;
	max_align_t data[];
};

struct gp_arena {
	struct piece *pieces;
};

static _Noreturn void out_of_memory(void)
{
	fputs("gpupass: out of memory\n", stderr);
	exit(2);
}

struct gp_arena *gp_arena_new(void)
{
	struct gp_arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		out_of_memory();
	return arena;
}

void gp_arena_free(struct gp_arena *arena)
{
	if (!arena)
		return;
	for (struct piece *piece = arena->pieces, *next; piece; piece = next) {
		next = piece->next;
		free(piece);
	}
	free(arena);
}

void *gp_alloc(struct gp_arena *arena, size_t count, size_t size)
{
	struct piece *piece;
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes) ||
		__builtin_add_overflow(bytes, sizeof(*piece), &bytes))
		out_of_memory();
	piece = calloc(1, bytes);
	if (!piece)
		out_of_memory();
	piece->next = arena->pieces;
	arena->pieces = piece;
	return piece->data;
}

void *gp_memdup(struct gp_arena *arena, const void *data, size_t size)
{
	void *copy = gp_alloc(arena, size, 1);

	if (size)
		memcpy(copy, data, size);
	return copy;
}

char *gp_strndup(struct gp_arena *arena, const char *text, size_t size)
{
	size_t length = strnlen(text, size);
	char *copy = gp_alloc(arena, length + 1, 1);

	memcpy(copy, text, length);
	return copy;
}

char *gp_strdup(struct gp_arena *arena, const char *text)
{
	return gp_strndup(arena, text, strlen(text));
}

char *gp_vprintf(struct gp_arena *arena, const char *format, va_list args)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, args);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		out_of_memory();
	text = gp_alloc(arena, (size_t)length + 1, 1);
	vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

char *gp_printf(struct gp_arena *arena, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	text = gp_vprintf(arena, format, args);
	va_end(args);
	return text;
}

void *gp_grow(struct gp_arena *arena, void *items, size_t n, size_t size)
{
	void *roomier;

	if (n & (n - 1))
		return items;
	roomier = gp_alloc(arena, n ? n * 2 : 1, size);
	if (n)
		memcpy(roomier, items, n * size);
	return roomier;
}
