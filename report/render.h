/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_RENDER_H
#define GP_RENDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "record.h"

/* How a face is to be drawn. All zero is plain ASCII, 80 columns, neither verbose nor quiet. */
struct gp_style {
	bool color;
	bool utf8; /* the reader of the stream understands UTF-8; otherwise ASCII only */
	bool verbose;
	bool quiet;
	unsigned width; /* columns; 0 means 80 */
};

/*
 * A face of the record: draws it, and nothing but it, to a stream. What comes from outside never
 * acts: no escape sequence, no tag, no formula. 0, or -errno of the stream.
 */
struct gp_face {
	const char *name; /* what --format calls it */
	int (*render)(const struct gp_record *record, const struct gp_style *style, FILE *out);
};

extern const struct gp_face gp_faces[];
extern const size_t gp_n_faces;

/* The face of that name, or NULL. */
const struct gp_face *gp_face_find(const char *name);

/* "text, csv, html, markdown, json, prometheus" */
char *gp_face_names(struct gp_arena *arena);

/*
 * Fills in color, utf8 and width for what stands behind out: a terminal's own width, 80 elsewhere.
 * when is "auto" (a terminal, NO_COLOR unset or empty), "always" or "never"; else -EINVAL.
 * utf8 follows the locale that the program has set.
 */
int gp_style_for(struct gp_style *style, FILE *out, const char *when);

/* -errno where writing to the stream has failed, as far as errno (0 before) still knows; else 0. */
int gp_stream_error(FILE *stream);

int gp_render_text(const struct gp_record *record, const struct gp_style *style, FILE *out);
int gp_render_csv(const struct gp_record *record, const struct gp_style *style, FILE *out);
int gp_render_html(const struct gp_record *record, const struct gp_style *style, FILE *out);
/* At most 65,536 characters, as a ticket takes them. */
int gp_render_markdown(const struct gp_record *record, const struct gp_style *style, FILE *out);
/* As record.schema.json says: the whole record, its empty cells left out. */
int gp_render_json(const struct gp_record *record, const struct gp_style *style, FILE *out);
/* The text format that Prometheus reads, for node_exporter's textfile collector. */
int gp_render_prometheus(const struct gp_record *record, const struct gp_style *style, FILE *out);

#endif
