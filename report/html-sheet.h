/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_SHEET_H
#define GP_HTML_SHEET_H

#include <stdbool.h>

#include "bench-digest.h"
#include "html-write.h"

/* The benchmark's part of a page that is being written; level is that of its sections' headings. */
struct gp_html_sheet {
	struct gp_html *html;
	struct gp_arena *arena;
	const struct gp_bench_digest *bench;
	size_t level;
};

/* name: for those who hear it. heads: "Experiment;#n", those with # are of numbers. */
void gp_html_sheet_open_table(
	const struct gp_html_sheet *sheet, const char *name, const char *heads);
/* left_out: rows. */
void gp_html_sheet_close_table(const struct gp_html_sheet *sheet, size_t left_out);
/* Whether there is room for one more row; where not, it is counted. */
bool gp_html_sheet_has_room(const struct gp_html_sheet *sheet, size_t *left_out);

/* As far as there is room. */
void gp_html_sheet_list(const struct gp_html_sheet *sheet, const struct gp_strings *list);

const char *gp_html_sheet_title(
	const struct gp_html_sheet *sheet, const struct gp_bench_experiment *experiment);

/* Short enough for a chart. */
const char *gp_html_sheet_label(const struct gp_html_sheet *sheet, const char *text);

/* ---- html-bench-more.c */

#define GP_HTML_CHARTS_MOST 6

void gp_html_sheet_latency(const struct gp_html_sheet *sheet);
void gp_html_sheet_streams(const struct gp_html_sheet *sheet);
/* What does not count, what cannot be run, and all numbers, folded. */
void gp_html_sheet_rest(const struct gp_html_sheet *sheet);

#endif
