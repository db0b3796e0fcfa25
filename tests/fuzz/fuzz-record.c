/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <jansson.h>
#include <locale.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "record.h"
#include "render.h"

#define TICKET_MOST 65536

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(const char *csv);

/* Plain, as on a terminal, and in one line a cause. */
static struct gp_style styles[] = {
	{.width = 30},
	{.width = 80, .verbose = true},
	{.width = 25, .quiet = true},
};

static char *draw(
	const struct gp_record *record, const struct gp_face *face, const struct gp_style *style)
{
	char *bytes = NULL;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	if (!out || gp_render(face, record, style, out) || fclose(out))
		abort();
	return bytes;
}

/* Nothing in it acts in a terminal, and it is text. */
static void check_text(struct gp_arena *arena, const char *bytes)
{
	if (gp_valid_utf8(arena, bytes) != bytes)
		abort();
	for (; *bytes; bytes++)
		if ((unsigned char)*bytes < ' ' && *bytes != '\n')
			abort();
}

static void check_json(const char *bytes)
{
	json_t *root = json_loads(bytes, 0, NULL);

	if (!root)
		abort();
	json_decref(root);
}

static void check_face(struct gp_arena *arena, const struct gp_face *face, const char *bytes)
{
	if (gp_equal(face->name, "csv")) {
		check_round_trip(bytes);
		return;
	}
	check_text(arena, bytes);
	if (gp_equal(face->name, "json"))
		check_json(bytes);
	if (gp_equal(face->name, "markdown") && strlen(bytes) > TICKET_MOST)
		abort();
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
	second = draw(&again, gp_face_find("csv"), &styles[0]);
	if (strcmp(csv, second) != 0)
		abort();
	free(second);
	gp_arena_free(again.arena);
}

static void draw_diff(struct gp_arena *arena, const struct gp_diff *diff)
{
	for (size_t i = 0; i < gp_n_diff_faces * GP_ARRAY_SIZE(styles); i++) {
		const struct gp_diff_face *face = &gp_diff_faces[i / GP_ARRAY_SIZE(styles)];
		char *bytes = NULL;
		size_t size;
		FILE *out = open_memstream(&bytes, &size);

		if (!out || face->render(diff, &styles[i % GP_ARRAY_SIZE(styles)], out) ||
			fclose(out))
			abort();
		check_text(arena, bytes);
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
	draw_diff(record->arena, &diff);
	half.items += record->n / 2;
	half.n -= record->n / 2;
	diff = gp_diff(record->arena, record, &half);
	draw_diff(record->arena, &diff);
	diff = gp_diff(record->arena, &half, record);
	draw_diff(record->arena, &diff);
}

static void check_faces(const struct gp_record *record)
{
	for (size_t i = 0; i < gp_n_faces * GP_ARRAY_SIZE(styles); i++) {
		const struct gp_face *face = &gp_faces[i / GP_ARRAY_SIZE(styles)];
		char *bytes = draw(record, face, &styles[i % GP_ARRAY_SIZE(styles)]);

		check_face(record->arena, face, bytes);
		free(bytes);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_record record = {.arena = gp_arena_new()};
	const char *why = NULL;
	FILE *in = size ? fmemopen((void *)(uintptr_t)data, size, "r") : NULL;

	/* Tables are drawn in the locale's encoding. */
	styles[1].utf8 = styles[2].utf8 = setlocale(LC_CTYPE, "C.UTF-8") != NULL;
	if (in && gp_record_read_csv(&record, in, &why) == 0) {
		check_faces(&record);
		check_diff(&record);
	} else if (in && (!why || strchr(why, '\n'))) {
		abort();
	}
	if (in)
		fclose(in);
	gp_arena_free(record.arena);
	return 0;
}
