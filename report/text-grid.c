/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text-grid.h"

#include <errno.h>

struct libscols_table *gp_grid_new(const struct gp_page *page)
{
	struct libscols_table *table = scols_new_table();

	if (!table)
		return NULL;
	scols_table_set_stream(table, page->out);
	scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table, gp_page_width(page));
	scols_table_set_column_separator(table, "  ");
	scols_table_enable_noencoding(table, 1);
	scols_table_enable_colors(table, page->style->color);
	return table;
}

int gp_grid_column(struct libscols_table *table, const char *name, double width, int flags)
{
	struct libscols_column *column = scols_table_new_column(table, name, width, flags);

	if (!column)
		return -ENOMEM;
	scols_cell_set_color(scols_column_get_header(column), "bold");
	return 0;
}

void gp_grid_print(const struct gp_page *page, struct libscols_table *table, int *r)
{
	if (!*r) {
		fputc('\n', page->out);
		*r = scols_print_table(table);
	}
	scols_unref_table(table);
}

/* The widest cell of a column, its head counted; 0 where no row has anything. */
static unsigned columns_of(const struct gp_grid *grid, size_t column)
{
	unsigned most = 0, head = gp_page_columns(grid->heads[column]);

	gp_each (row, &grid->rows) {
		unsigned columns = gp_page_columns(row->cells[column]);

		most = columns > most ? columns : most;
	}
	return most && most < head ? head : most;
}

static size_t last_cell(const struct gp_grid *grid, const struct gp_grid_row *row)
{
	size_t last = grid->n_columns - 1;

	while (last && !*row->cells[last])
		last--;
	return last;
}

static void show_lines(const struct gp_page *page, const struct gp_grid *grid)
{
	fputc('\n', page->out);
	gp_each (row, &grid->rows) {
		struct gp_strings words = {0};

		for (size_t i = 1; i < grid->n_columns; i++)
			if (*row->cells[i])
				gp_strings_add(page->arena, &words,
					gp_printf(page->arena, "%s %s", grid->heads[i],
						row->cells[i]));
		gp_page_wrap(page, 2, "", GP_SGR_PLAIN,
			gp_printf(page->arena, "%s %s: %s", grid->heads[0], row->cells[0],
				gp_join(page->arena, &words, ", ")));
	}
}

static int add_row(struct libscols_table *table, const struct gp_grid *grid,
	const struct gp_grid_row *row, const unsigned *widths)
{
	struct libscols_line *line = scols_table_new_line(table, NULL);
	int r = line ? 0 : -ENOMEM;
	size_t at = 0;

	for (size_t i = 0; !r && i < grid->n_columns; i++) {
		if (!widths[i])
			continue;
		r = scols_line_set_data(line, at, *row->cells[i] ? row->cells[i] : "-");
		if (!r && row->color && i == last_cell(grid, row))
			r = scols_cell_set_color(scols_line_get_cell(line, at), row->color);
		at++;
	}
	return r;
}

static unsigned measure(const struct gp_grid *grid, unsigned widths[GP_GRID_COLUMNS])
{
	unsigned total = 0;

	for (size_t i = 0; i < grid->n_columns; i++) {
		widths[i] = columns_of(grid, i);
		total += widths[i] ? widths[i] + 2 : 0;
	}
	return total ? total - 2 : 0;
}

bool gp_grid_fits(const struct gp_page *page, const struct gp_grid *grid)
{
	unsigned widths[GP_GRID_COLUMNS];

	return measure(grid, widths) <= gp_page_width(page);
}

int gp_grid_show(const struct gp_page *page, const struct gp_grid *grid)
{
	unsigned widths[GP_GRID_COLUMNS] = {0}, total = measure(grid, widths);
	struct libscols_table *table;
	int r = 0;

	if (!total)
		return 0;
	if (total > gp_page_width(page)) {
		show_lines(page, grid);
		return 0;
	}
	table = gp_grid_new(page);
	if (!table)
		return -ENOMEM;
	for (size_t i = 0; !r && i < grid->n_columns; i++)
		if (widths[i])
			r = gp_grid_column(
				table, grid->heads[i], 0, grid->right[i] ? SCOLS_FL_RIGHT : 0);
	gp_each (row, &grid->rows)
		r = r ? r : add_row(table, grid, row, widths);
	gp_grid_print(page, table, &r);
	return r;
}
