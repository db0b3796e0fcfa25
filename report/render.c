/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "render.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

const struct gp_face gp_faces[] = {
	{.name = "text", .render = gp_render_text},
	{.name = "csv", .render = gp_render_csv},
	{.name = "html", .render = gp_render_html},
	{.name = "markdown", .render = gp_render_markdown},
	{.name = "json", .render = gp_render_json},
	{.name = "prometheus", .render = gp_render_prometheus},
};

const size_t gp_n_faces = GP_ARRAY_SIZE(gp_faces);

const struct gp_face *gp_face_find(const char *name)
{
	for (size_t i = 0; i < gp_n_faces; i++)
		if (gp_equal(gp_faces[i].name, name))
			return &gp_faces[i];
	return NULL;
}

char *gp_face_names(struct gp_arena *arena)
{
	struct gp_strings names = {0};

	for (size_t i = 0; i < gp_n_faces; i++)
		gp_strings_add(arena, &names, gp_faces[i].name);
	return gp_join(arena, &names, ", ");
}

int gp_render_csv(const struct gp_record *record, const struct gp_style *style, FILE *out)
{
	(void)style;
	return gp_record_write_csv(record, out);
}

int gp_stream_error(FILE *stream)
{
	if (!ferror(stream))
		return 0;
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
