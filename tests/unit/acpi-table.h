/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEST_ACPI_TABLE_H
#define GP_TEST_ACPI_TABLE_H

/*
 * For tests of ACPI decoders: tables put together byte by byte, and real ones damaged in every
 * place. Include after cmocka.h.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/acpi.h"

#define MOST_BYTES 0x10000

struct table {
	uint8_t data[0x20000];
	size_t n;
	size_t structure; /* where the open structure begins */
};

static inline void put(struct table *table, size_t size, uint64_t value)
{
	assert_true(table->n + size <= sizeof(table->data));
	for (size_t i = 0; i < size; i++)
		table->data[table->n++] = (uint8_t)(value >> (8 * i));
}

static inline void put_text(struct table *table, size_t size, const char *text)
{
	size_t length = strlen(text);

	for (size_t i = 0; i < size; i++)
		put(table, 1, i < length ? (uint8_t)text[i] : 0);
}

static inline void set(struct table *table, size_t at, size_t size, uint64_t value)
{
	for (size_t i = 0; i < size; i++)
		table->data[at + i] = (uint8_t)(value >> (8 * i));
}

static inline void begin_table(struct table *table, const char *signature)
{
	table->n = 0;
	put_text(table, 4, signature);
	put(table, 4, 0);
	put(table, 1, 1);
	put(table, 1, 0);
	put_text(table, 6, "GPTEST");
	put_text(table, 8, "UNITTEST");
	put(table, 4, 7);
	put_text(table, 4, "GPGP");
	put(table, 4, 9);
}

/* The length of both DMAR's and IVRS' structures is at byte 2. */
static inline void end_structure(struct table *table)
{
	set(table, table->structure + 2, 2, table->n - table->structure);
}

static inline void sum_table(struct table *table)
{
	uint8_t sum = 0;

	table->data[9] = 0;
	for (size_t i = 0; i < table->n; i++)
		sum = (uint8_t)(sum + table->data[i]);
	table->data[9] = (uint8_t)-sum;
}

static inline void end_table(struct table *table)
{
	set(table, 4, 4, table->n);
	sum_table(table);
}

static inline bool has_problem(
	const struct gp_acpi_problems *problems, size_t offset, const char *text)
{
	for (size_t i = 0; i < problems->n; i++)
		if (problems->items[i].offset == offset &&
			strcmp(problems->items[i].text, text) == 0)
			return true;
	for (size_t i = 0; i < problems->n; i++)
		print_message(
			"found: %zu %s\n", problems->items[i].offset, problems->items[i].text);
	print_message("not found: %zu %s\n", offset, text);
	return false;
}

/* Decodes an exact heap copy of the bytes, so that a read past them is seen. */
typedef void decode_bytes(
	struct gp_arena *arena, const uint8_t *data, size_t size, struct gp_acpi_problems *ret);

static inline void assert_damage_is_seen(decode_bytes *decode, const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	uint8_t *copy = gp_memdup(arena, data, size);
	struct gp_acpi_problems problems = {0};

	decode(arena, copy, size, &problems);
	assert_true(problems.n > 0);
	for (size_t i = 0; i < problems.n; i++)
		assert_true(problems.items[i].offset <= size);
	gp_arena_free(arena);
}

/* Cut off at every byte; then each bit wrong in turn. */
static inline void damage_everywhere(decode_bytes *decode, uint8_t *data, size_t size)
{
	for (size_t length = 0; length < size; length++)
		assert_damage_is_seen(decode, data, length);
	for (size_t i = 0; i < size * 8; i++) {
		uint8_t bit = (uint8_t)(1u << (i % 8));

		data[i / 8] ^= bit;
		assert_damage_is_seen(decode, data, size);
		data[i / 8] ^= bit;
	}
}

/* Every real table of a kind ("dmar", "ivrs"); skips the test where there are none. */
static inline void damage_real_tables(const char *kind, decode_bytes *decode)
{
	const char *shared = getenv("GPUPASS_SHARED");
	struct gp_arena *arena;
	struct dirent *entry;
	uint8_t *data;
	char path[4096];
	size_t n = 0;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/acpi/%s", shared ? shared : "../shared", kind);
	dir = opendir(path);
	if (!dir) {
		print_message("%s is not there: set GPUPASS_SHARED\n", path);
		skip();
	}
	arena = gp_arena_new();
	data = gp_alloc(arena, MOST_BYTES, 1);
	while ((entry = readdir(dir))) {
		FILE *file;

		if (!strstr(entry->d_name, ".bin"))
			continue;
		snprintf(path, sizeof(path), "%s/acpi/%s/%.200s", shared ? shared : "../shared",
			kind, entry->d_name);
		file = fopen(path, "rb");
		assert_non_null(file);
		damage_everywhere(decode, data, fread(data, 1, MOST_BYTES, file));
		fclose(file);
		n++;
	}
	closedir(dir);
	gp_arena_free(arena);
	assert_true(n > 0);
	print_message("%zu real %s tables damaged\n", n, kind);
}

#endif
