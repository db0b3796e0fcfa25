/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <csv.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MOST   ((size_t)1 << 20)
#define PART_MOST   ((size_t)64 << 20)
#define RECORD_MOST ((size_t)512 << 20)
#define CHUNK       16384

/*
 * The rows of a part are gathered before they are handed over. Their cells lie NUL-terminated in
 * text, one behind the other, and behind them those of the row that is being read.
 */
struct reader {
	struct gp_arena *arena; /* of the message */
	const struct gp_record_taker *taker;
	struct csv_parser parser;
	struct gp_part_edge edge;
	char *text;
	size_t used, room;
	uint32_t (*rows)[GP_N_COLUMNS]; /* where in text each cell begins */
	size_t n_rows, rows_room;
	uint32_t cells[GP_N_COLUMNS]; /* the same of the row being read */
	size_t n_cells;
	size_t row;  /* the row being read, the header is 1 */
	bool any;    /* a row besides headers */
	bool quoted; /* each cell is, as we write them */
	char last;   /* byte */
	bool at_end; /* no bytes are left: a short row is a cut one */
	int error;
	const char *message;
};

static void __attribute__((format(printf, 3, 4)))
refuse(struct reader *reader, int error, const char *format, ...)
{
	va_list args;

	if (reader->error)
		return;
	va_start(args, format);
	reader->error = error;
	reader->message = gp_vprintf(reader->arena, format, args);
	va_end(args);
}

/* items with room for n of that size, or NULL: it is said. */
static void *with_room(struct reader *reader, void *items, size_t *room, size_t n, size_t size)
{
	size_t roomier = *room ? *room : 4096;
	void *moved;

	if (n <= *room)
		return items;
	while (roomier < n)
		roomier *= 2;
	moved = reallocarray(items, roomier, size);
	if (!moved)
		refuse(reader, -ENOMEM, "no memory for row %zu", reader->row);
	else
		*room = roomier;
	return moved;
}

static bool fits(struct reader *reader, size_t size)
{
	if (size > CELL_MOST)
		refuse(reader, -EBADMSG, "row %zu has a cell of more than 1 MiB", reader->row);
	else if (reader->n_cells == GP_N_COLUMNS)
		refuse(reader, -EBADMSG, "row %zu has more than %d cells", reader->row,
			GP_N_COLUMNS);
	return !reader->error;
}

static bool has_room(struct reader *reader, size_t size)
{
	char *text;

	if (size <= reader->room - reader->used)
		return true;
	text = with_room(reader, reader->text, &reader->room, reader->used + size, 1);
	reader->text = text ? text : reader->text;
	return text != NULL;
}

static void take_cell(void *cell, size_t size, void *data)
{
	struct reader *reader = data;
	const char *bytes = cell;

	if (reader->error || !fits(reader, size) || !has_room(reader, size + 1))
		return;
	if (size && *bytes == '\'') {
		bytes++;
		size--;
	}
	reader->cells[reader->n_cells++] = (uint32_t)reader->used;
	if (size)
		memcpy(reader->text + reader->used, bytes, size);
	reader->used += size;
	reader->text[reader->used++] = '\0';
}

static struct gp_row row_of(const struct reader *reader, const uint32_t cells[GP_N_COLUMNS])
{
	struct gp_row row;

	for (size_t i = 0; i < GP_N_COLUMNS; i++)
		row.cells[i] = reader->text + cells[i];
	return row;
}

/* The memory of the rows is there again, and the row that is being read stands at its front. */
static void forget_rows(struct reader *reader)
{
	uint32_t start = reader->n_cells ? reader->cells[0] : (uint32_t)reader->used;

	memmove(reader->text, reader->text + start, reader->used - start);
	for (size_t i = 0; i < reader->n_cells; i++)
		reader->cells[i] -= start;
	reader->used -= start;
	reader->n_rows = 0;
}

/* What the doctor and its probes write has a row that says it was written to its end. */
static bool has_its_end(const struct gp_record *part)
{
	const char *tool = gp_record_meta(part, "tool");

	if (!tool || !(gp_equal(tool, "gpupass-doctor") || gp_starts_with(tool, "gpupass-probe-")))
		return true;
	return gp_record_meta(part, "end") != NULL;
}

static void hand_over(struct reader *reader)
{
	struct gp_record part = {.arena = gp_arena_new(), .n = reader->n_rows};
	int r = 0;

	part.items = gp_alloc(part.arena, part.n, sizeof(*part.items));
	for (size_t i = 0; i < part.n; i++)
		part.items[i] = row_of(reader, reader->rows[i]);
	if (has_its_end(&part))
		r = reader->taker->take(reader->taker, &part);
	else
		refuse(reader, -EBADMSG, "cut off before row %zu", reader->row);
	if (r)
		refuse(reader, r, "%s", "");
	gp_arena_free(part.arena);
	forget_rows(reader);
}

static bool is_header(const struct gp_row *row)
{
	for (size_t i = 0; i < GP_N_COLUMNS; i++)
		if (!gp_equal(row->cells[i], gp_column_names[i]))
			return false;
	return true;
}

static void refuse_schema(struct reader *reader, const char *schema)
{
	refuse(reader, -EPROTONOSUPPORT,
		"row %zu: record schema %s, this program reads " GP_RECORD_SCHEMA, reader->row,
		gp_printable(reader->arena, schema, strlen(schema), 20));
}

static void keep_row(struct reader *reader)
{
	size_t size = reader->used + reader->n_rows * sizeof(struct gp_row);
	void *rows = with_room(reader, reader->rows, &reader->rows_room, reader->n_rows + 1,
		sizeof(*reader->rows));

	if (!rows)
		return;
	reader->rows = rows;
	memcpy(reader->rows[reader->n_rows++], reader->cells, sizeof(reader->cells));
	if (size > PART_MOST)
		refuse(reader, -EFBIG, "row %zu: one machine has more than %zu MiB", reader->row,
			PART_MOST >> 20);
}

static void take_row(struct reader *reader, const struct gp_row *row)
{
	if (is_header(row)) { /* files that were put together keep theirs */
		reader->used = reader->cells[0];
		return;
	}
	if (gp_equal(row->kind, "meta") && gp_equal(row->id, "schema") &&
		!gp_equal(row->value, GP_RECORD_SCHEMA))
		refuse_schema(reader, row->value);
	reader->any = true;
	if (gp_part_begins(&reader->edge, row))
		hand_over(reader);
	keep_row(reader);
}

static void refuse_length(struct reader *reader)
{
	if (reader->at_end && reader->n_cells < GP_N_COLUMNS)
		refuse(reader, -EBADMSG, "cut off in row %zu", reader->row);
	else
		refuse(reader, -EBADMSG, "row %zu has %zu cells instead of %d", reader->row,
			reader->n_cells, GP_N_COLUMNS);
}

static void end_row(int terminator, void *data)
{
	struct reader *reader = data;
	bool whole = reader->n_cells == GP_N_COLUMNS;
	struct gp_row row = {0};

	(void)terminator;
	if (reader->error)
		return;
	if (whole)
		row = row_of(reader, reader->cells);
	if (reader->row == 1 && !(whole && is_header(&row)))
		refuse(reader, -EBADMSG,
			"no gpupass record: the first row is not kind,host,layer,id,subject,...");
	else if (whole)
		take_row(reader, &row);
	else
		refuse_length(reader);
	reader->row++;
	reader->n_cells = 0;
}

static void feed(struct reader *reader, const char *bytes, size_t size)
{
	struct csv_parser *parser = &reader->parser;
	const char *nul = memchr(bytes, '\0', size);

	size = nul ? (size_t)(nul - bytes) : size;
	if (csv_parse(parser, bytes, size, take_cell, end_row, reader) != size)
		refuse(reader, csv_error(parser) == CSV_EPARSE ? -EBADMSG : -ENOMEM,
			csv_error(parser) == CSV_EPARSE ? "row %zu has a stray quote"
							: "no memory for row %zu",
			reader->row);
	if (nul)
		refuse(reader, -EBADMSG, "row %zu has a NUL byte", reader->row);
	if (csv_get_buffer_size(parser) > CELL_MOST + CHUNK)
		fits(reader, CELL_MOST + 1);
}

static size_t skip_bom(const char *bytes, size_t size)
{
	return size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
}

static void read_rows(struct reader *reader, FILE *in)
{
	char bytes[CHUNK];
	bool first = true;
	size_t size;

	errno = 0;
	while (!reader->error && (size = fread(bytes, 1, sizeof(bytes), in)) > 0) {
		size_t skip = first ? skip_bom(bytes, size) : 0;

		if (first)
			reader->quoted = skip < size && bytes[skip] == '"';
		reader->last = bytes[size - 1];
		first = false;
		feed(reader, bytes + skip, size - skip);
	}
	if (reader->error)
		return;
	reader->at_end = true;
	if (ferror(in))
		refuse(reader, errno ? -errno : -EIO, "cannot be read: %s",
			strerror(errno ? errno : EIO));
	else if (first)
		refuse(reader, -EBADMSG, "empty: there is no record in it");
	else if (reader->quoted && !strchr("\"\r\n", reader->last))
		refuse(reader, -EBADMSG, "cut off in row %zu", reader->row);
	else if (csv_fini(&reader->parser, take_cell, end_row, reader))
		refuse(reader, -EBADMSG, "cut off in row %zu", reader->row);
	else if (!reader->any)
		refuse(reader, -EBADMSG, "no gpupass record: there is no row in it");
}

int gp_record_each_csv(struct gp_arena *arena, FILE *in, const struct gp_record_taker *taker,
	const char **ret_error)
{
	struct reader reader = {.arena = arena, .taker = taker, .row = 1};

	if (csv_init(&reader.parser, CSV_STRICT | CSV_STRICT_FINI))
		refuse(&reader, -EINVAL, "libcsv cannot be set up");
	csv_set_blk_size(&reader.parser, 4096);
	read_rows(&reader, in);
	csv_free(&reader.parser);
	if (!reader.error)
		hand_over(&reader);
	free(reader.text);
	free(reader.rows);
	if (reader.error && ret_error)
		*ret_error = reader.message;
	return reader.error;
}

/* All parts, in one record. */
struct whole {
	struct gp_record *record;
	size_t size;
};

static int keep(const struct gp_record_taker *taker, const struct gp_record *part)
{
	struct whole *whole = taker->data;

	for (size_t i = 0; i < part->n; i++) {
		for (size_t column = 0; column < GP_N_COLUMNS; column++)
			whole->size += strlen(part->items[i].cells[column]);
		gp_record_add(whole->record, &part->items[i]);
	}
	whole->size += part->n * sizeof(*part->items);
	return whole->size > RECORD_MOST ? -EFBIG : 0;
}

int gp_record_read_csv(struct gp_record *record, FILE *in, const char **ret_error)
{
	struct whole whole = {.record = record};
	const struct gp_record_taker taker = {.take = keep, .data = &whole};
	const struct gp_record before = *record;
	const char *why = "";
	int r = gp_record_each_csv(record->arena, in, &taker, &why);

	if (!r)
		return 0;
	*record = before;
	if (ret_error)
		*ret_error =
			*why ? why
			     : gp_printf(record->arena, "more than %zu MiB", RECORD_MOST >> 20);
	return r;
}
