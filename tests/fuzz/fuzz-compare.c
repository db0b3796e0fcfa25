/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench-digest.h"
#include "compare/compare.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The parts of a record are files of two sides in turn, unless they have labels. */
static struct gp_compare_parts sides_of(const struct gp_record *record)
{
	struct gp_compare_parts parts = {0};
	size_t i = 0;

	gp_compare_add(record->arena, &parts, "", record);
	gp_each (part, &parts)
		part->name = i++ % 2 ? "b" : "a";
	return parts;
}

/* A verdict has a ratio that is a number, within its interval. */
static void check(const struct gp_row *row)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_bench_value value = {0};
	bool is_told = !gp_equal(row->verdict, "inconclusive");

	if (*row->value &&
		(!gp_bench_parse_number(row->value, &value.value) || !isfinite(value.value)))
		abort();
	gp_bench_parse_estimate(arena, row->text, &value);
	if (is_told && (!*row->value || !value.has_interval || value.n < 2))
		abort();
	if (value.has_interval && (value.value < value.low || value.value > value.high))
		abort();
	gp_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct gp_compare_options options = {.band = 0.01, .seed = 1};
	struct gp_record record = {.arena = gp_arena_new()}, compared = {.arena = record.arena};
	const char *why = NULL;
	FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;

	if (in && gp_record_read_csv(&record, in, &why) == 0) {
		struct gp_compare_parts parts = sides_of(&record);
		const struct gp_row *row = NULL;

		if (gp_compare_records(
			    record.arena, parts.items, parts.n, &options, &compared, &why) &&
			(!why || !*why || strchr(why, '\n')))
			abort();
		while ((row = gp_record_next(&compared, "stat", row)))
			if (*row->verdict)
				check(row);
	}
	if (in)
		fclose(in);
	gp_arena_free(record.arena);
	return 0;
}
