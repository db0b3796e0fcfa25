/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "record.h"
#include "render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *draw(const struct gp_record *record, const struct gp_face *face, bool verbose)
{
	const struct gp_style style = {.verbose = verbose, .width = verbose ? 80 : 30};
	char *bytes = NULL;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	if (!out || gp_render(face, record, &style, out) || fclose(out))
		abort();
	return bytes;
}

/* What was read and written once is written the same after it is read again. */
static void check_round_trip(const char *csv)
{
	struct gp_record again = {.arena = gp_arena_new()};
	FILE *in = fmemopen((void *)(uintptr_t)csv, strlen(csv), "r");
	char *second;

	if (!in || gp_record_read_csv(&again, in, NULL))
		abort();
	fclose(in);
	second = draw(&again, gp_face_find("csv"), false);
	if (strcmp(csv, second) != 0)
		abort();
	free(second);
	gp_arena_free(again.arena);
}

static void draw_diff(const struct gp_diff *diff)
{
	for (size_t i = 0; i < gp_n_diff_faces; i++) {
		const struct gp_style style = {.verbose = true, .width = 30};
		char *bytes = NULL;
		size_t size;
		FILE *out = open_memstream(&bytes, &size);

		if (!out || gp_diff_faces[i].render(diff, &style, out) || fclose(out))
			abort();
		if (strchr(bytes, '\033'))
			abort();
		free(bytes);
	}
}

/* Nothing differs from itself; from its second half whatever. */
static void check_diff(const struct gp_record *record)
{
	struct gp_record half = *record;
	struct gp_diff diff;

	diff = gp_diff(record->arena, record, record);
	if (diff.n)
		abort();
	draw_diff(&diff);
	half.items += record->n / 2;
	half.n -= record->n / 2;
	diff = gp_diff(record->arena, record, &half);
	draw_diff(&diff);
	diff = gp_diff(record->arena, &half, record);
	draw_diff(&diff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_record record = {.arena = gp_arena_new()};
	const char *why = NULL;
	FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;

	if (in && gp_record_read_csv(&record, in, &why) == 0) {
		for (size_t i = 0; i < gp_n_faces; i++) {
			char *bytes = draw(&record, &gp_faces[i], i % 2);

			if (gp_equal(gp_faces[i].name, "csv"))
				check_round_trip(bytes);
			if (!gp_equal(gp_faces[i].name, "csv") && strchr(bytes, '\033'))
				abort();
			free(bytes);
		}
		check_diff(&record);
	} else if (in && (!why || strchr(why, '\n'))) {
		abort();
	}
	if (in)
		fclose(in);
	gp_arena_free(record.arena);
	return 0;
}
