/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "page.h"

#include <stdint.h>
#include <string.h>
#include <wchar.h>

#define PROSE_WIDEST 100

unsigned gp_page_width(const struct gp_page *page)
{
	unsigned width = page->style->width ? page->style->width : 80;

	return width < 20 ? 20 : width;
}

/* The code point at text, which is valid UTF-8 and not at its end. */
static uint32_t point_at(const char *text, size_t *ret_length)
{
	const unsigned char *byte = (const unsigned char *)text;
	size_t length = *byte < 0x80 ? 1 : *byte < 0xe0 ? 2 : *byte < 0xf0 ? 3 : 4;
	uint32_t point = length == 1 ? *byte : *byte & (0x7fu >> length);

	for (size_t i = 1; i < length; i++)
		point = point << 6 | (byte[i] & 0x3fu);
	*ret_length = length;
	return point;
}

const char *gp_page_safe(const struct gp_page *page, const char *text)
{
	const char *shown = gp_printable(page->arena, text, strlen(text), 0), *at = shown;
	char *ascii, *end;
	size_t length;

	if (page->style->utf8)
		return shown;
	while ((unsigned char)*at < 0x80 && *at)
		at++;
	if (!*at)
		return shown;
	end = ascii = gp_alloc(page->arena, strlen(shown) * 5 + 1, 1);
	for (at = shown; *at; at += length) {
		uint32_t point = point_at(at, &length);

		if (point < 0x80)
			*end++ = *at;
		else
			end += sprintf(end, "\\u{%x}", point);
	}
	return ascii;
}

static unsigned columns_of(uint32_t point)
{
	int columns = point < 0x80 ? 1 : wcwidth((wchar_t)point);

	return columns < 0 ? 1 : (unsigned)columns;
}

unsigned gp_page_columns(const char *safe)
{
	unsigned columns = 0;

	for (size_t length; *safe; safe += length)
		columns += columns_of(point_at(safe, &length));
	return columns;
}

const char *gp_page_tail(const char *safe, unsigned columns)
{
	unsigned left = gp_page_columns(safe);

	for (size_t length; left > columns; safe += length)
		left -= columns_of(point_at(safe, &length));
	return safe;
}

/* How many bytes of text go on a line of that many columns: whole words, where one fits. */
static size_t line_length(const char *text, unsigned columns)
{
	size_t at = 0, word_end = 0, length;
	unsigned used = 0;

	while (text[at]) {
		used += columns_of(point_at(text + at, &length));
		if (used > columns && text[at] == ' ')
			return at;
		if (used > columns)
			return word_end ? word_end : at ? at : length;
		at += length;
		if (text[at] == ' ' && text[at - 1] != ' ')
			word_end = at;
	}
	return at;
}

static void put_styled(const struct gp_page *page, const char *sgr, const char *text, size_t size)
{
	bool styled = page->style->color && *sgr && size;

	if (styled)
		fprintf(page->out, "\033[%sm", sgr);
	fwrite(text, 1, size, page->out);
	if (styled)
		fputs("\033[0m", page->out);
}

void gp_page_wrap(const struct gp_page *page, unsigned indent, const char *mark, const char *sgr,
	const char *safe)
{
	unsigned width = gp_page_width(page), marked = gp_page_columns(mark);

	width = width > PROSE_WIDEST ? PROSE_WIDEST : width;
	indent = indent < width / 2 ? indent : width / 2;
	marked = marked < indent ? marked : indent;
	fprintf(page->out, "%*s%.*s", (int)(indent - marked), "", (int)line_length(mark, marked),
		mark);
	for (;;) {
		size_t size = line_length(safe, width - indent);

		put_styled(page, sgr, safe, size);
		fputc('\n', page->out);
		safe += size;
		safe += strspn(safe, " ");
		if (!*safe)
			return;
		fprintf(page->out, "%*s", (int)indent, "");
	}
}

void gp_page_put(const struct gp_page *page, const char *sgr, const char *safe)
{
	put_styled(page, sgr, safe, strlen(safe));
}

void gp_page_line(const struct gp_page *page, unsigned indent, const char *sgr, const char *safe)
{
	fprintf(page->out, "%*s", (int)indent, "");
	gp_page_put(page, sgr, safe);
	fputc('\n', page->out);
}

void gp_page_section(const struct gp_page *page, const char *heading)
{
	fputc('\n', page->out);
	gp_page_wrap(page, 0, "", GP_SGR_BOLD, heading);
}
