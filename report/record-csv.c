/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MOST   ((size_t)1 << 20)
#define RECORD_MOST ((size_t)512 << 20)
#define PART_MOST   ((size_t)64 << 20)
#define CHUNK       16384

/* [+-]digits[.digits][e[+-]digits] */
static bool is_number(const char *text)
{
	static const char digits[] = "0123456789";
	size_t n;

	text += *text == '+' || *text == '-';
	n = strspn(text, digits);
	text += n;
	if (*text == '.') {
		size_t fraction = strspn(text + 1, digits);

		n += fraction;
		text += 1 + fraction;
	}
	if (!n)
		return false;
	if (*text == 'e' || *text == 'E') {
		text += text[1] == '+' || text[1] == '-' ? 2 : 1;
		n = strspn(text, digits);
		text += n;
	}
	return n && !*text;
}

static bool could_run(enum gp_column column, const char *cell)
{
	if (!*cell || !strchr("=+-@\t\r'", *cell))
		return false;
	return column != GP_COL_VALUE || !is_number(cell);
}

static int write_cell(FILE *out, enum gp_column column, const char *cell)
{
	char *guarded = NULL;
	int r;

	if (could_run(column, cell)) {
		if (asprintf(&guarded, "'%s", cell) < 0)
			return -ENOMEM;
		cell = guarded;
	}
	errno = 0;
	r = csv_fwrite(out, cell, strlen(cell)) == EOF ||
	    putc(column + 1 == GP_N_COLUMNS ? '\n' : ',', out) == EOF;
	r = r ? -(errno ? errno : EIO) : 0;
	free(guarded);
	return r;
}

static int write_row(FILE *out, const char *const cells[GP_N_COLUMNS])
{
	int r = 0;

	for (unsigned column = 0; !r && column < GP_N_COLUMNS; column++)
		r = write_cell(out, column, cells[column]);
	return r;
}

int gp_record_write_csv_header(FILE *out)
{
	return write_row(out, gp_column_names);
}

int gp_record_write_csv_rows(const struct gp_record *record, FILE *out)
{
	int r = 0;

	for (size_t i = 0; !r && i < record->n; i++)
		r = write_row(out, record->items[i].cells);
	return r;
}

int gp_record_write_csv(const struct gp_record *record, FILE *out)
{
	int r = gp_record_write_csv_header(out);

	return r ? r : gp_record_write_csv_rows(record, out);
}

/* One row is gathered at a time: its cells lie NUL-terminated in text, one behind the other. */
struct reader {
	struct gp_arena *arena;              /* of the message */
	struct gp_record *record;            /* that gets the rows */
	const struct gp_record_taker *taker; /* NULL: all of them stay in the record */
	struct gp_part_edge edge;
	size_t part_size; /* bytes that the record holds */
	struct csv_parser parser;
	char *text;
	size_t used, room;
	size_t starts[GP_N_COLUMNS];
	size_t n_cells;
	size_t row;  /* the row being read, the header is 1 */
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

static bool make_room(struct reader *reader, size_t size)
{
	size_t room = reader->room ? reader->room : 4096;
	char *text;

	if (size <= reader->room - reader->used)
		return true;
	while (room - reader->used < size)
		room *= 2;
	text = realloc(reader->text, room);
	if (!text) {
		refuse(reader, -ENOMEM, "no memory for row %zu", reader->row);
		return false;
	}
	reader->text = text;
	reader->room = room;
	return true;
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

static void take_cell(void *cell, size_t size, void *data)
{
	struct reader *reader = data;
	const char *bytes = cell;

	if (reader->error || !fits(reader, size) || !make_room(reader, size + 1))
		return;
	if (size && memchr(bytes, 0, size)) {
		refuse(reader, -EBADMSG, "row %zu has a NUL byte", reader->row);
		return;
	}
	if (size && *bytes == '\'') {
		bytes++;
		size--;
	}
	reader->starts[reader->n_cells++] = reader->used;
	if (size)
		memcpy(reader->text + reader->used, bytes, size);
	reader->text[reader->used + size] = 0;
	reader->used += size + 1;
}

static bool is_header(const struct reader *reader, const struct gp_row *row)
{
	bool same = reader->n_cells == GP_N_COLUMNS;

	for (size_t i = 0; same && i < GP_N_COLUMNS; i++)
		same = gp_equal(row->cells[i], gp_column_names[i]);
	return same;
}

static void hand_over(struct reader *reader)
{
	struct gp_record *part = reader->record;
	int r = reader->taker->take(reader->taker, part);

	if (r)
		refuse(reader, r, "%s", "");
	gp_arena_free(part->arena);
	*part = (struct gp_record){.arena = gp_arena_new()};
	reader->part_size = 0;
}

static void keep_row(struct reader *reader, const struct gp_row *row)
{
	if (reader->taker && gp_part_begins(&reader->edge, row))
		hand_over(reader);
	reader->part_size += sizeof(*row) + reader->used;
	if (reader->taker && reader->part_size > PART_MOST)
		refuse(reader, -EFBIG, "row %zu: one machine has more than %zu MiB", reader->row,
			PART_MOST >> 20);
	else
		gp_record_add(reader->record, row);
}

static void take_row(struct reader *reader, const struct gp_row *row)
{
	if (reader->at_end && reader->n_cells < GP_N_COLUMNS)
		refuse(reader, -EBADMSG, "cut off in row %zu", reader->row);
	else if (reader->n_cells != GP_N_COLUMNS)
		refuse(reader, -EBADMSG, "row %zu has %zu cells instead of %d", reader->row,
			reader->n_cells, GP_N_COLUMNS);
	else if (gp_equal(row->kind, "meta") && gp_equal(row->id, "schema") &&
		 !gp_equal(row->value, GP_RECORD_SCHEMA))
		refuse(reader, -EPROTONOSUPPORT,
			"row %zu: record schema %s, this program reads " GP_RECORD_SCHEMA,
			reader->row,
			gp_printable(reader->arena, row->value, strlen(row->value), 20));
	else if (!is_header(reader, row)) /* files that were joined keep theirs */
		keep_row(reader, row);
}

static void end_row(int terminator, void *data)
{
	struct reader *reader = data;
	struct gp_row row = {0};

	(void)terminator;
	if (reader->error)
		return;
	for (size_t i = 0; i < reader->n_cells; i++)
		row.cells[i] = reader->text + reader->starts[i];
	if (reader->row > 1)
		take_row(reader, &row);
	else if (!is_header(reader, &row))
		refuse(reader, -EBADMSG,
			"no gpupass record: the first row is not kind,host,layer,id,subject,...");
	reader->row++;
	reader->n_cells = 0;
	reader->used = 0;
}

static void feed(struct reader *reader, const char *bytes, size_t size)
{
	struct csv_parser *parser = &reader->parser;

	if (csv_parse(parser, bytes, size, take_cell, end_row, reader) != size)
		refuse(reader, csv_error(parser) == CSV_EPARSE ? -EBADMSG : -ENOMEM,
			csv_error(parser) == CSV_EPARSE ? "row %zu has a stray quote"
							: "no memory for row %zu",
			reader->row);
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
	size_t size, total = 0;

	errno = 0;
	while (!reader->error && (size = fread(bytes, 1, sizeof(bytes), in)) > 0) {
		size_t skip = total ? 0 : skip_bom(bytes, size);

		total += size;
		feed(reader, bytes + skip, size - skip);
		if (!reader->taker && total > RECORD_MOST)
			refuse(reader, -EFBIG, "more than %zu MiB", RECORD_MOST >> 20);
	}
	if (reader->error)
		return;
	reader->at_end = true;
	if (ferror(in))
		refuse(reader, errno ? -errno : -EIO, "cannot be read: %s",
			strerror(errno ? errno : EIO));
	else if (!total)
		refuse(reader, -EBADMSG, "empty: there is no record in it");
	else if (csv_fini(&reader->parser, take_cell, end_row, reader))
		refuse(reader, -EBADMSG, "cut off in row %zu", reader->row);
	else if (reader->row == 1)
		refuse(reader, -EBADMSG, "no gpupass record: there is no row in it");
}

static int read_csv(struct reader *reader, FILE *in, const char **ret_error)
{
	if (csv_init(&reader->parser, CSV_STRICT | CSV_STRICT_FINI))
		refuse(reader, -EINVAL, "libcsv cannot be set up");
	csv_set_blk_size(&reader->parser, 4096);
	read_rows(reader, in);
	csv_free(&reader->parser);
	free(reader->text);
	if (reader->error && ret_error)
		*ret_error = reader->message;
	return reader->error;
}

int gp_record_read_csv(struct gp_record *record, FILE *in, const char **ret_error)
{
	struct reader reader = {.arena = record->arena, .record = record, .row = 1};
	const struct gp_record before = *record;
	int r = read_csv(&reader, in, ret_error);

	if (r)
		*record = before;
	return r;
}

int gp_record_each_csv(struct gp_arena *arena, FILE *in, const struct gp_record_taker *taker,
	const char **ret_error)
{
	struct gp_record part = {.arena = gp_arena_new()};
	struct reader reader = {.arena = arena, .record = &part, .taker = taker, .row = 1};
	int r = read_csv(&reader, in, ret_error);

	if (!r && (r = taker->take(taker, &part)) && ret_error)
		*ret_error = "";
	gp_arena_free(part.arena);
	return r;
}
