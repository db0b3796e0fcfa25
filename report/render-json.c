/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render.h"

#include <errno.h>
#include <jansson.h>

/*
 * Row by row: there is never a tree of the whole record. All is ASCII, so that no terminal and no
 * reader's guess about encodings matters; a JSON parser gives every valid character back. JSON
 * cannot hold broken UTF-8: such bytes become the text \xNN.
 */
static json_t *object_of(struct gp_arena *arena, const struct gp_row *row)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < GP_N_COLUMNS; i++) {
		if (i != GP_COL_KIND && !*row->cells[i])
			continue;
		if (json_object_set_new_nocheck(object, gp_column_names[i],
			    json_string_nocheck(gp_valid_utf8(arena, row->cells[i])))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static int write_row(const struct gp_row *row, FILE *out)
{
	struct gp_arena *arena = gp_arena_new();
	json_t *object = object_of(arena, row);
	int r = 0;

	if (!object)
		r = -ENOMEM;
	else if (json_dumpf(object, out, JSON_COMPACT | JSON_ENSURE_ASCII))
		r = ferror(out) ? gp_stream_error(out) : -ENOMEM;
	json_decref(object);
	gp_arena_free(arena);
	return r;
}

int gp_json_begin(struct gp_drawing *drawing)
{
	fputs("{\"schema\":" GP_RECORD_SCHEMA ",\"rows\":[", drawing->out);
	drawing->state = gp_new(drawing->arena, bool);
	return gp_stream_error(drawing->out);
}

int gp_json_take(struct gp_drawing *drawing, const struct gp_record *part)
{
	bool *has_rows = drawing->state;
	int r = 0;

	for (size_t i = 0; !r && i < part->n; i++) {
		fputs(*has_rows ? ",\n" : "\n", drawing->out);
		*has_rows = true;
		r = write_row(&part->items[i], drawing->out);
	}
	return r;
}

int gp_json_end(struct gp_drawing *drawing)
{
	fputs("\n]}\n", drawing->out);
	return gp_stream_error(drawing->out);
}
