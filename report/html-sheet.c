/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-sheet.h"

#include <string.h>

/* No row begins further down a part of the page than this, in bytes. */
#define ROWS_UNTIL (140u << 10)
#define LABEL_MOST 60

/* Heads that begin with # are of numbers. */
void gp_html_sheet_open_table(
	const struct gp_html_sheet *sheet, const char *name, const char *heads)
{
	struct gp_strings list = gp_split(sheet->arena, heads, ";");

	gp_html_put(sheet->html,
		"<div class=\"wide\" role=\"group\" aria-label=\"%s\" tabindex=\"0\"><table>\n<thead><tr>",
		name);
	for (size_t i = 0; i < list.n; i++)
		gp_html_put(sheet->html, "<th scope=\"col\" class=\"%s\">%s</th>",
			list.items[i][0] == '#' ? "number" : "word",
			list.items[i] + (list.items[i][0] == '#'));
	gp_html_put(sheet->html, "</tr></thead>\n<tbody>\n");
}

void gp_html_sheet_close_table(const struct gp_html_sheet *sheet, size_t left_out)
{
	gp_html_put(sheet->html, "</tbody>\n</table></div>\n");
	gp_html_left_out(sheet->html, left_out, "rows");
}

bool gp_html_sheet_has_room(const struct gp_html_sheet *sheet, size_t *left_out)
{
	bool room = sheet->html->written < ROWS_UNTIL;

	*left_out += !room;
	return room;
}

const char *gp_html_sheet_title(
	const struct gp_html_sheet *sheet, const struct gp_bench_experiment *experiment)
{
	return gp_bench_title(sheet->arena, sheet->bench, experiment);
}

void gp_html_sheet_list(const struct gp_html_sheet *sheet, const struct gp_strings *list)
{
	size_t left_out = 0;

	if (!list->n)
		return;
	gp_html_put(sheet->html, "<ul>\n");
	for (size_t i = 0; i < list->n; i++)
		if (gp_html_sheet_has_room(sheet, &left_out))
			gp_html_put(sheet->html, "<li>%s</li>\n", list->items[i]);
	if (left_out)
		gp_html_put(sheet->html, "<li>%zu more are left out here</li>\n", left_out);
	gp_html_put(sheet->html, "</ul>\n");
}

const char *gp_html_sheet_label(const struct gp_html_sheet *sheet, const char *text)
{
	return gp_printable(sheet->arena, text, strlen(text), LABEL_MOST);
}
