/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HTML_CHART_H
#define GP_HTML_CHART_H

#include "bench-digest.h"
#include "html-write.h"

/*
 * Charts as SVG in the page. Places are in percent of the width and text is not scaled, so they
 * can be read on a telephone too. Colour is never all that tells things apart. Each has the role
 * of an image and a title; a table with the same numbers stands beside it.
 */

/* A dot with its whisker: a center and its interval. */
struct gp_whisker {
	const char *label, *said; /* "transcode h264-1080p", "0.86x worse" */
	const char *look;         /* a class: "good", "bad", "warn", "none" */
	struct gp_bench_value value;
};

struct gp_whiskers {
	const char *title;
	bool ratios; /* on a logarithmic scale, 1 marked; else from 0 */
	GP_LIST(struct gp_whisker) rows;
};

/* Rows whose value is not known are left out; nothing where no row is left. */
void gp_html_whiskers(
	struct gp_html *html, struct gp_arena *arena, const struct gp_whiskers *whiskers);

struct gp_curve {
	const char *label;
	const struct gp_bench_point *points;
	size_t n;
};

#define GP_CURVES_MOST 6 /* that can be told apart */

struct gp_curves {
	const char *title, *x_title, *y_title;
	bool percentiles; /* x is one: the closer to 100, the more room */
	double mark;      /* a value of y that matters, with its words; 0: none */
	const char *mark_said;
	double x_mark; /* the same of x */
	const char *x_mark_said;
	GP_LIST(struct gp_curve) list;
};

/* The first GP_CURVES_MOST of those that have two points; nothing where there is none. */
void gp_html_curves(struct gp_html *html, struct gp_arena *arena, const struct gp_curves *curves);

extern const char *const gp_html_chart_style;

#endif
