/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_OVERVIEW_H
#define GP_HTML_OVERVIEW_H

#include "html-write.h"
#include "overview.h"

/* For the page's style element, where there are several families. */
extern const char *const gp_html_overview_style;

/* What stands before all machines. Their own parts are #m1, #m2, ... by their numbers. */
void gp_html_overview(
	struct gp_html *html, struct gp_arena *arena, const struct gp_overview *overview);

/* A family's part of the page is folded, below the worst that is said in it. */
void gp_html_overview_open_fold(
	struct gp_html *html, const struct gp_overview *overview, const struct gp_family *family);
void gp_html_overview_close_fold(struct gp_html *html);

#endif
