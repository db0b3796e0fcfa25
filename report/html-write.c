/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-write.h"
#include "base/text.h"

#include <stdarg.h>
#include <string.h>

/* Of one text; the last pieces of a page must not make it much larger than it is to be. */
#define TEXT_MOST   2000
#define SHORT_MOST  500
#define SHORT_AFTER (150u << 10)

static const char *reference(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

char *gp_html_escape(struct gp_arena *arena, const char *text, size_t limit)
{
	const char *shown = gp_printable(arena, text, strlen(text), limit);
	char *escaped = gp_alloc(arena, strlen(shown) * strlen("&quot;") + 1, 1), *end = escaped;

	for (; *shown; shown++) {
		const char *name = reference(*shown);

		if (name)
			end = stpcpy(end, name);
		else
			*end++ = *shown;
	}
	return escaped;
}

static void put_bytes(struct gp_html *html, const char *bytes, size_t size)
{
	html->written += fwrite(bytes, 1, size, html->out);
}

static void put_escaped(struct gp_html *html, const char *text)
{
	struct gp_arena *arena = gp_arena_new();
	size_t most = html->written < SHORT_AFTER ? TEXT_MOST : SHORT_MOST;
	const char *escaped = gp_html_escape(arena, text, most);

	put_bytes(html, escaped, strlen(escaped));
	gp_arena_free(arena);
}

void gp_html_put(struct gp_html *html, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*format) {
		size_t size = strcspn(format, "%");
		int length;

		put_bytes(html, format, size);
		format += size;
		if (gp_starts_with(format, "%zu")) {
			length = fprintf(html->out, "%zu", va_arg(args, size_t));
			html->written += length > 0 ? (size_t)length : 0;
			format += 3;
		} else if (gp_starts_with(format, "%s")) {
			put_escaped(html, va_arg(args, const char *));
			format += 2;
		} else if (*format) {
			put_bytes(html, "%", 1);
			format += format[1] == '%' ? 2 : 1;
		}
	}
	va_end(args);
}

void gp_html_open_section(struct gp_html *html, const char *heading, size_t level)
{
	gp_html_put(html, "<section>\n<h%zu>%s</h%zu>\n", level, heading, level);
}

void gp_html_close_section(struct gp_html *html)
{
	gp_html_put(html, "</section>\n");
}

void gp_html_left_out(struct gp_html *html, size_t n, const char *what)
{
	if (n)
		gp_html_put(html, "<p>%zu more %s are left out here.</p>\n", n, what);
}
