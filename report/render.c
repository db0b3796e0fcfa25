/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render.h"
#include "fleet.h"
#include "overview.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int begin_csv(struct gp_drawing *drawing)
{
	return gp_record_write_csv_header(drawing->out);
}

static int take_csv(struct gp_drawing *drawing, const struct gp_record *part)
{
	return gp_record_write_csv_rows(part, drawing->out);
}

static int end_csv(struct gp_drawing *drawing)
{
	(void)drawing;
	return 0;
}

const struct gp_face gp_faces[] = {
	{.name = "text", .ending = ".txt", .draw = gp_draw_text},
	{.name = "csv", .ending = ".csv", .begin = begin_csv, .take = take_csv, .end = end_csv},
	{.name = "html", .ending = ".html", .draw = gp_draw_html},
	{.name = "markdown", .ending = ".md", .draw = gp_draw_markdown},
	{.name = "json",
		.ending = ".json",
		.begin = gp_json_begin,
		.take = gp_json_take,
		.end = gp_json_end},
	{.name = "prometheus",
		.ending = ".prom",
		.begin = gp_prometheus_begin,
		.take = gp_prometheus_take,
		.end = gp_prometheus_end},
};

const size_t gp_n_faces = GP_ARRAY_SIZE(gp_faces);

const struct gp_face *gp_face_find(const char *name)
{
	for (size_t i = 0; i < gp_n_faces; i++)
		if (gp_equal(gp_faces[i].name, name))
			return &gp_faces[i];
	return NULL;
}

const struct gp_face *gp_face_for_file(const char *path)
{
	for (size_t i = 0; path && i < gp_n_faces; i++)
		if (gp_ends_with(path, gp_faces[i].ending))
			return &gp_faces[i];
	return gp_face_find("text");
}

char *gp_face_names(struct gp_arena *arena)
{
	struct gp_strings names = {0};

	for (size_t i = 0; i < gp_n_faces; i++)
		gp_strings_add(arena, &names, gp_faces[i].name);
	return gp_join(arena, &names, ", ");
}

int gp_drawing_begin(struct gp_drawing *drawing, const struct gp_face *face,
	const struct gp_style *style, FILE *out)
{
	struct gp_fleet *fleet;

	*drawing = (struct gp_drawing){
		.face = face, .style = style, .out = out, .arena = gp_arena_new()};
	errno = 0;
	if (!face->draw)
		return face->begin(drawing);
	fleet = gp_new(drawing->arena, struct gp_fleet);
	*fleet = gp_fleet_new(drawing->arena);
	drawing->state = fleet;
	return 0;
}

int gp_drawing_take(struct gp_drawing *drawing, const struct gp_record *part, const char *from)
{
	int r = 0;

	if (drawing->face->draw)
		gp_fleet_take(drawing->state, part, from);
	else
		r = drawing->face->take(drawing, part);
	drawing->n++;
	return r;
}

int gp_drawing_end(struct gp_drawing *drawing)
{
	int r;

	errno = 0;
	if (!drawing->face->draw) {
		r = drawing->face->end(drawing);
	} else {
		gp_fleet_settle(drawing->state);
		gp_overview_order(drawing->state);
		r = drawing->face->draw(drawing->state, drawing->style, drawing->out);
	}
	return r ? r : gp_stream_error(drawing->out);
}

void gp_drawing_free(struct gp_drawing *drawing)
{
	if (drawing->face && drawing->face->draw)
		gp_fleet_free(drawing->state);
	gp_arena_free(drawing->arena);
	*drawing = (struct gp_drawing){0};
}

int gp_render(const struct gp_face *face, const struct gp_record *record,
	const struct gp_style *style, FILE *out)
{
	struct gp_record part = {0};
	struct gp_drawing drawing;
	int r = gp_drawing_begin(&drawing, face, style, out);

	while (!r && gp_record_part(record, &part))
		r = gp_drawing_take(&drawing, &part, NULL);
	if (!r)
		r = gp_drawing_end(&drawing);
	gp_drawing_free(&drawing);
	return r;
}

int gp_stream_error(FILE *stream)
{
	int before = errno;

	if (!ferror(stream))
		return 0;
	/* errno may be of something since: what was put behind it fails in the same way. */
	errno = 0;
	if (fflush(stream) == 0)
		errno = before;
	return errno ? -errno : -EIO;
}

static bool wants_color(const char *when, bool terminal)
{
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM");

	if (!gp_equal(when, "auto"))
		return gp_equal(when, "always");
	return terminal && !(none && *none) && !gp_equal(term, "dumb");
}

int gp_style_for(struct gp_style *style, FILE *out, const char *when)
{
	int fd = fileno(out);
	bool terminal = fd >= 0 && isatty(fd);
	struct winsize size;

	if (!gp_equal(when, "auto") && !gp_equal(when, "always") && !gp_equal(when, "never"))
		return -EINVAL;
	style->color = wants_color(when, terminal);
	style->utf8 = gp_equal(nl_langinfo(CODESET), "UTF-8");
	style->width = 80;
	if (terminal && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col)
		style->width = size.ws_col;
	return 0;
}
