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

struct gp_drawing;
struct gp_fleet;

/*
 * A face of the record: draws it, and nothing but it, to a stream. What comes from outside never
 * acts: no escape sequence, no tag, no formula. Each function: 0, or -errno of the stream.
 */
struct gp_face {
	const char *name;   /* what --format calls it */
	const char *ending; /* of a file's name: ".html" */
	/* Either each machine is written as it comes, */
	int (*begin)(struct gp_drawing *drawing);
	int (*take)(struct gp_drawing *drawing, const struct gp_record *part);
	int (*end)(struct gp_drawing *drawing);
	/* or all of them once they are known. */
	int (*draw)(const struct gp_fleet *fleet, const struct gp_style *style, FILE *out);
};

extern const struct gp_face gp_faces[];
extern const size_t gp_n_faces;

/* The face of that name, or NULL. */
const struct gp_face *gp_face_find(const char *name);

/* The face for a file of that name, by its ending; otherwise, and of NULL, text. */
const struct gp_face *gp_face_for_file(const char *path);

/* "text, csv, html, markdown, json, prometheus" */
char *gp_face_names(struct gp_arena *arena);

/*
 * Fills in color, utf8 and width for what stands behind out: a terminal's own width, 80 elsewhere.
 * when is "auto" (a terminal, NO_COLOR unset or empty), "always" or "never"; else -EINVAL.
 * utf8 follows the locale that the program has set.
 */
int gp_style_for(struct gp_style *style, FILE *out, const char *when);

/* -errno where writing to the stream has failed, as far as a write more tells; else 0. */
int gp_stream_error(FILE *stream);

/*
 * A face at work: machines are handed to it one after the other, as many as there are. A part may
 * be gone once it is taken. The end writes what is still to be written; free is always needed.
 */
struct gp_drawing {
	const struct gp_face *face;
	const struct gp_style *style;
	FILE *out;
	struct gp_arena *arena; /* until it is freed */
	size_t n;               /* machines so far */
	void *state;            /* the face's own */
};

/* style and out have to outlive it. */
int gp_drawing_begin(struct gp_drawing *drawing, const struct gp_face *face,
	const struct gp_style *style, FILE *out);
/* from: the file it was read from, or NULL. */
int gp_drawing_take(struct gp_drawing *drawing, const struct gp_record *part, const char *from);
int gp_drawing_end(struct gp_drawing *drawing);
void gp_drawing_free(struct gp_drawing *drawing);

/* All parts of a record at once. */
int gp_render(const struct gp_face *face, const struct gp_record *record,
	const struct gp_style *style, FILE *out);

/* What the faces are made of. */
int gp_draw_text(const struct gp_fleet *fleet, const struct gp_style *style, FILE *out);
int gp_draw_html(const struct gp_fleet *fleet, const struct gp_style *style, FILE *out);
/* At most 65,536 characters, as a ticket takes them. */
int gp_draw_markdown(const struct gp_fleet *fleet, const struct gp_style *style, FILE *out);
/* As record.schema.json says: the whole record, its empty cells left out. */
int gp_json_begin(struct gp_drawing *drawing);
int gp_json_take(struct gp_drawing *drawing, const struct gp_record *part);
int gp_json_end(struct gp_drawing *drawing);
/* The text format that Prometheus reads, for node_exporter's textfile collector. */
int gp_prometheus_begin(struct gp_drawing *drawing);
int gp_prometheus_take(struct gp_drawing *drawing, const struct gp_record *part);
int gp_prometheus_end(struct gp_drawing *drawing);

#endif
