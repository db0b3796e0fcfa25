/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PAGE_H
#define GP_PAGE_H

#include <stdio.h>

#include "render.h"

/*
 * Text on a terminal: made safe, wrapped on words, coloured where the style says so. The arena
 * holds what a page needs while it is written.
 */
struct gp_page {
	struct gp_arena *arena;
	const struct gp_style *style;
	FILE *out;
};

/* Select Graphic Rendition parameters (ECMA-48). */
#define GP_SGR_PLAIN  ""
#define GP_SGR_BOLD   "1"
#define GP_SGR_DIM    "2"
#define GP_SGR_RED    "1;31"
#define GP_SGR_GREEN  "32"
#define GP_SGR_YELLOW "33"

/* The columns there are; never fewer than 20. */
unsigned gp_page_width(const struct gp_page *page);

/* One line that cannot act on a terminal; ASCII only, unless the style says UTF-8. */
const char *gp_page_safe(const struct gp_page *page, const char *text);

/* The columns a safe text takes. */
unsigned gp_page_columns(const char *safe);
/* As much of its end as takes no more than that. */
const char *gp_page_tail(const char *safe, unsigned columns);

/*
 * A safe text from column indent on, with mark before its first line ("1. "), wrapped at the
 * width, but never wider than 100 columns. A word that is longer than a line is broken.
 */
void gp_page_wrap(const struct gp_page *page, unsigned indent, const char *mark, const char *sgr,
	const char *safe);

/* A piece of a line. */
void gp_page_put(const struct gp_page *page, const char *sgr, const char *safe);

/* A line for itself, not wrapped. */
void gp_page_line(const struct gp_page *page, unsigned indent, const char *sgr, const char *safe);

/* An empty line, then a heading. */
void gp_page_section(const struct gp_page *page, const char *heading);

#endif
