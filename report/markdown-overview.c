/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "markdown-overview.h"

#include <string.h>

#define CAUSES_MOST 100

/* More cannot fit, and need not be escaped. */
#define ROWS_MOST 1000

#define NAME_MOST  80
#define PROSE_MOST 300

struct sheet {
	struct gp_markdown *markdown;
	struct gp_arena *arena;
	const struct gp_overview *overview;
};

static const char *text(const struct sheet *sheet, const char *raw, size_t most)
{
	return gp_markdown_text(sheet->arena, raw, most);
}

static void put_head(const struct sheet *sheet)
{
	struct gp_strings lines = {0};

	gp_markdown_put(
		sheet->markdown, gp_printf(sheet->arena, "## %s\n",
					 text(sheet, sheet->overview->headline, PROSE_MOST)));
	for (size_t i = 0; i < sheet->overview->notes.n; i++)
		gp_strings_add(sheet->arena, &lines,
			gp_printf(sheet->arena, "- %s\n",
				text(sheet, sheet->overview->notes.items[i], PROSE_MOST)));
	gp_markdown_section(sheet->markdown, "\n", &lines, "", "lines", 0);
}

static const char *places_of(const struct sheet *sheet, const struct gp_cause_group *group)
{
	struct gp_overview_places places = gp_overview_places(sheet->overview, group);
	struct gp_strings names = {0};

	for (size_t i = 0; i < places.n; i++)
		gp_strings_add(sheet->arena, &names, text(sheet, places.rows[i]->full, NAME_MOST));
	return gp_printf(sheet->arena, "%s%s", gp_join(sheet->arena, &names, ", "),
		gp_overview_others(sheet->arena, &places));
}

static const char *group_of(const struct sheet *sheet, const struct gp_cause_group *group)
{
	const char *first = gp_overview_first(sheet->arena, group);

	return gp_printf(sheet->arena, "- **%s** (%s) %s%s%s: %s\n",
		text(sheet, gp_overview_title(sheet->arena, group), PROSE_MOST),
		gp_markdown_code(sheet->arena, group->id, NAME_MOST, false),
		gp_overview_reach(sheet->arena, group), *first ? ", " : "", first,
		places_of(sheet, group));
}

static void put_groups(const struct sheet *sheet, bool fails, const char *heading)
{
	struct gp_strings pieces = {0};
	size_t left_out = 0;

	gp_each (group, &sheet->overview->fleet->causes) {
		if (group->fails != fails)
			continue;
		if (pieces.n < CAUSES_MOST)
			gp_strings_add(sheet->arena, &pieces, group_of(sheet, group));
		else
			left_out++;
	}
	gp_markdown_section(sheet->markdown, gp_printf(sheet->arena, "\n### %s\n\n", heading),
		&pieces, "", "causes", left_out);
}

/* "ok"; what is not is set apart. */
static const char *word_of(const struct sheet *sheet, enum gp_link_state state)
{
	const char *word = gp_link_word(state);

	if (state == GP_LINK_NONE)
		return "";
	return state == GP_LINK_FAILS ? gp_printf(sheet->arena, "**%s**", word) : word;
}

static const char *row_of(const struct sheet *sheet, const struct gp_overview_row *row)
{
	struct gp_strings cells = {0};
	const char *inside = row->depth ? "&emsp;" : "", *name = text(sheet, row->name, NAME_MOST);

	if (*row->file)
		name = gp_printf(sheet->arena, "%s (%s)", name, text(sheet, row->file, NAME_MOST));
	gp_strings_add(sheet->arena, &cells, gp_printf(sheet->arena, "%s%s", inside, name));
	gp_each (layer, &sheet->overview->layers)
		gp_strings_add(sheet->arena, &cells, word_of(sheet, row->machine->states[*layer]));
	gp_strings_add(sheet->arena, &cells,
		row->is_id ? gp_markdown_code(sheet->arena, row->outcome, NAME_MOST, true)
			   : text(sheet, row->outcome, NAME_MOST));
	return gp_markdown_row(sheet->arena, &cells);
}

static void put_matrix(const struct sheet *sheet)
{
	const struct gp_overview *overview = sheet->overview;
	struct gp_strings heads = {0}, rows = {0};

	gp_strings_add(sheet->arena, &heads, "Machine");
	gp_each (layer, &overview->layers)
		gp_strings_add(sheet->arena, &heads,
			text(sheet, overview->fleet->layers.items[*layer], NAME_MOST));
	gp_strings_add(sheet->arena, &heads, "Mend first");
	gp_each (row, &overview->rows)
		if (rows.n < ROWS_MOST)
			gp_strings_add(sheet->arena, &rows, row_of(sheet, row));
	gp_markdown_section(sheet->markdown,
		gp_printf(sheet->arena, "\n### Layer by layer\n\n%s",
			gp_markdown_head(sheet->arena, &heads, 0)),
		&rows, "", "machines", overview->rows.n - rows.n);
}

void gp_markdown_overview(struct gp_markdown *markdown, const struct gp_overview *overview)
{
	struct sheet sheet = {.markdown = markdown, .arena = markdown->arena, .overview = overview};
	size_t most = markdown->most;

	put_head(&sheet);
	/* Machines have their share. */
	markdown->most = most / 2;
	put_groups(&sheet, true, "What is wrong, and where");
	put_groups(&sheet, false, "Warnings");
	markdown->most = most;
	put_matrix(&sheet);
}
