/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_WRITE_H
#define GP_HTML_WRITE_H

#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"

/* A page being written, and how much of it there is. */
struct gp_html {
	FILE *out;
	size_t written; /* bytes, since this was last set to 0: of one machine */
};

/*
 * The one way from a cell into a page: printable text, with the five characters that mean
 * something to HTML as references, so that it is inert between tags and in quoted attributes.
 * Cut after limit bytes (0: no limit).
 */
char *gp_html_escape(struct gp_arena *arena, const char *text, size_t limit);

/*
 * Markup with text in it: %s is escaped (and cut after 2,000 bytes; after 500 where much is written
 * already), %zu is a number, %% a percent sign; there is nothing else. The format itself is markup.
 */
void gp_html_put(struct gp_html *html, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A section with its heading, at that level. */
void gp_html_open_section(struct gp_html *html, const char *heading, size_t level);
void gp_html_close_section(struct gp_html *html);

/* "12 more causes are left out here."; of none nothing. */
void gp_html_left_out(struct gp_html *html, size_t n, const char *what);

#endif
