/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <string.h>

const char *const gp_column_names[GP_N_COLUMNS] = {
	[GP_COL_KIND] = "kind",
	[GP_COL_HOST] = "host",
	[GP_COL_LAYER] = "layer",
	[GP_COL_ID] = "id",
	[GP_COL_SUBJECT] = "subject",
	[GP_COL_MODE] = "mode",
	[GP_COL_VERDICT] = "verdict",
	[GP_COL_VALUE] = "value",
	[GP_COL_UNIT] = "unit",
	[GP_COL_TEXT] = "text",
	[GP_COL_SOURCE] = "source",
};

/* The cells of a row lie one behind the other in one piece of memory. */
void gp_record_add(struct gp_record *record, const struct gp_row *row)
{
	struct gp_row copy;
	size_t size = 0;
	char *end;

	for (size_t i = 0; i < GP_N_COLUMNS; i++)
		if (row->cells[i] && *row->cells[i])
			size += strlen(row->cells[i]) + 1;
	end = gp_alloc(record->arena, size, 1);
	for (size_t i = 0; i < GP_N_COLUMNS; i++) {
		copy.cells[i] = "";
		if (!row->cells[i] || !*row->cells[i])
			continue;
		copy.cells[i] = end;
		end = stpcpy(end, row->cells[i]) + 1;
	}
	*gp_push(record->arena, record) = copy;
}

const char *gp_record_meta(const struct gp_record *record, const char *id)
{
	const struct gp_row *row = NULL;

	while ((row = gp_record_next(record, "meta", row)))
		if (gp_equal(row->id, id))
			return row->value;
	return NULL;
}

const struct gp_row *gp_record_next(
	const struct gp_record *record, const char *kind, const struct gp_row *after)
{
	for (size_t i = after ? (size_t)(after - record->items) + 1 : 0; i < record->n; i++)
		if (gp_equal(record->items[i].kind, kind))
			return &record->items[i];
	return NULL;
}

bool gp_part_begins(struct gp_part_edge *edge, const struct gp_row *row)
{
	bool is_meta = gp_equal(row->kind, "meta");
	bool tool = is_meta && gp_equal(row->id, "tool");
	bool schema = is_meta && gp_equal(row->id, "schema");

	if ((tool && edge->tool) || (schema && edge->schema)) {
		*edge = (struct gp_part_edge){.tool = tool, .schema = schema};
		return true;
	}
	edge->tool |= tool;
	edge->schema |= schema;
	return false;
}

bool gp_record_part(const struct gp_record *record, struct gp_record *part)
{
	bool first = !part->arena;
	size_t start = first ? 0 : (size_t)(part->items - record->items) + part->n, end;
	struct gp_part_edge edge = {0};

	if (!first && start == record->n)
		return false;
	for (end = start; end < record->n; end++)
		if (gp_part_begins(&edge, &record->items[end]))
			break;
	part->arena = record->arena;
	part->items = record->n ? &record->items[start] : NULL;
	part->n = end - start;
	return true;
}
