/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "record.h"

#include <csv.h>
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

/* A cell as it is written: quoted, each quote in it doubled, and whatever stands behind it. */
static int write_cell(FILE *out, enum gp_column column, const char *cell)
{
	char fixed[512], *bytes = fixed, *end = fixed;
	size_t size = strlen(cell), most = 2 * size + sizeof("\"'\",");

	if (most > sizeof(fixed)) {
		bytes = end = malloc(most);
		if (!bytes)
			return -ENOMEM;
	}
	end += csv_write(bytes, most, cell, size);
	if (could_run(column, cell)) {
		memmove(bytes + 2, bytes + 1, (size_t)(end - bytes) - 1);
		bytes[1] = '\'';
		end++;
	}
	*end++ = column + 1 == GP_N_COLUMNS ? '\n' : ',';
	errno = 0;
	size = (size_t)(end - bytes);
	size -= fwrite(bytes, 1, size, out);
	if (bytes != fixed)
		free(bytes);
	return !size ? 0 : errno ? -errno : -EIO;
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
