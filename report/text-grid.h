/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEXT_GRID_H
#define GP_TEXT_GRID_H

#include <libsmartcols.h>

#include "page.h"

/* A table of a page's, empty; NULL: no memory. */
struct libscols_table *gp_grid_new(const struct gp_page *page);
/* 0 or -ENOMEM. */
int gp_grid_column(struct libscols_table *table, const char *name, double width, int flags);
/* An empty line, then the table, where *r is 0 until now. */
void gp_grid_print(const struct gp_page *page, struct libscols_table *table, int *r);

#define GP_GRID_COLUMNS 9

/*
 * The same at once: safe heads and cells, "" where there is nothing. Columns in which no row has
 * anything are left out. Where the page is too narrow, each row becomes lines of words: the first
 * cell, then the others by their heads.
 */
struct gp_grid {
	size_t n_columns;
	const char *heads[GP_GRID_COLUMNS];
	bool right[GP_GRID_COLUMNS];
	GP_LIST(struct gp_grid_row {
		const char *cells[GP_GRID_COLUMNS];
		const char *color; /* of its last cell that is not empty; NULL: none */
	})
	rows;
};

/* Whether it is as wide as the page at most. */
bool gp_grid_fits(const struct gp_page *page, const struct gp_grid *grid);

/* 0 or -errno. A grid without rows is not printed. */
int gp_grid_show(const struct gp_page *page, const struct gp_grid *grid);

#endif
