/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text-overview.h"

#include <string.h>

/* --verbose shows the rest. */
#define FAILS_SHOWN 12
#define WARNS_SHOWN 6

#define ROWS_MOST 200

/* Bytes of a name and of a layer's. */
#define NAME_MOST  120
#define LAYER_MOST 20

/* Columns of what a row ends in; where fewer are left to the name, rows become words. */
#define OUTCOME_MOST 30
#define NAME_LEAST   14

static const struct {
	char mark;
	const char *sgr;
} looks[] = {
	[GP_LINK_NONE] = {' ', GP_SGR_PLAIN},
	[GP_LINK_OK] = {'.', GP_SGR_GREEN},
	[GP_LINK_UNKNOWN] = {'?', GP_SGR_YELLOW},
	[GP_LINK_WARNS] = {'!', GP_SGR_YELLOW},
	[GP_LINK_WAITS] = {'w', GP_SGR_DIM},
	[GP_LINK_FAILS] = {'X', GP_SGR_RED},
};

struct sheet {
	const struct gp_page *page;
	const struct gp_overview *overview;
	size_t n_rows;          /* that are shown */
	bool files_only;        /* of names that need them: the two are too long */
	bool in_words;          /* there is no room for columns */
	unsigned name, outcome; /* columns */
};

static const char *cut(const struct sheet *sheet, const char *text, size_t most)
{
	const char *safe = gp_page_safe(sheet->page, text);

	return gp_printable(sheet->page->arena, safe, strlen(safe), most);
}

/* ---- causes */

static const char *places_of(const struct sheet *sheet, const struct gp_cause_group *group)
{
	struct gp_overview_places places = gp_overview_places(sheet->overview, group);
	struct gp_arena *arena = sheet->page->arena;
	struct gp_strings names = {0};

	for (size_t i = 0; i < places.n; i++)
		gp_strings_add(arena, &names, cut(sheet, places.rows[i]->full, NAME_MOST));
	return gp_printf(
		arena, "%s%s", gp_join(arena, &names, ", "), gp_overview_others(arena, &places));
}

static const char *title_of(const struct sheet *sheet, const struct gp_cause_group *group)
{
	return gp_page_safe(
		sheet->page, gp_printf(sheet->page->arena, "%s (%s)",
				     gp_overview_title(sheet->page->arena, group), group->id));
}

static void put_group(const struct sheet *sheet, const struct gp_cause_group *group)
{
	const char *first = gp_overview_first(sheet->page->arena, group);

	gp_page_wrap(sheet->page, 4, "- ", GP_SGR_BOLD, title_of(sheet, group));
	gp_page_wrap(sheet->page, 4, "", GP_SGR_PLAIN,
		gp_printf(sheet->page->arena, "%s%s%s: %s",
			gp_overview_reach(sheet->page->arena, group), *first ? ", " : "", first,
			places_of(sheet, group)));
}

static void put_groups(const struct sheet *sheet, bool fails, const char *heading, size_t most)
{
	size_t n = 0;

	most = sheet->page->style->verbose ? SIZE_MAX : most;
	gp_each (group, &sheet->overview->fleet->causes) {
		if (group->fails != fails)
			continue;
		if (!n)
			gp_page_section(sheet->page, heading);
		if (n++ < most)
			put_group(sheet, group);
	}
	if (n > most)
		gp_page_wrap(sheet->page, 4, "- ", GP_SGR_PLAIN,
			gp_printf(sheet->page->arena, "%zu more: --verbose", n - most));
}

/* ---- the matrix */

static const char *start_of(const struct sheet *sheet, const char *safe, unsigned columns)
{
	size_t size = strlen(safe);

	while (size && gp_page_columns(gp_strndup(sheet->page->arena, safe, size)) > columns) {
		size--;
		while (size && ((unsigned char)safe[size] & 0xc0) == 0x80)
			size--;
	}
	return gp_strndup(sheet->page->arena, safe, size);
}

static const char *name_of(const struct sheet *sheet, const struct gp_overview_row *row)
{
	struct gp_arena *arena = sheet->page->arena;

	if (!*row->file)
		return cut(sheet, row->name, NAME_MOST);
	/* A file that is too long is told by its end. */
	if (sheet->files_only)
		return gp_page_tail(gp_page_safe(sheet->page, row->file), NAME_MOST);
	return gp_printf(arena, "%s (%s)", cut(sheet, row->name, NAME_MOST),
		gp_page_tail(gp_page_safe(sheet->page, row->file), NAME_MOST));
}

static unsigned indent_of(const struct gp_overview_row *row)
{
	return row->depth > 3 ? 6 : 2 * (unsigned)row->depth;
}

/* In the columns that there are. */
static const char *fitted_name(const struct sheet *sheet, const struct gp_overview_row *row)
{
	struct gp_arena *arena = sheet->page->arena;
	const char *name = name_of(sheet, row);
	unsigned room = sheet->name - indent_of(row);

	if (gp_page_columns(name) <= room)
		return name;
	return *row->file ? gp_printf(arena, "...%s", gp_page_tail(name, room - 3))
			  : gp_printf(arena, "%s...", start_of(sheet, name, room - 3));
}

/* The columns of all but the names. */
static unsigned measure(struct sheet *sheet)
{
	sheet->name = (unsigned)strlen("MACHINE");
	sheet->outcome = (unsigned)strlen("MEND FIRST");
	for (size_t i = 0; i < sheet->n_rows; i++) {
		const struct gp_overview_row *row = &sheet->overview->rows.items[i];
		unsigned name = indent_of(row) + gp_page_columns(name_of(sheet, row));
		unsigned outcome = gp_page_columns(cut(sheet, row->outcome, OUTCOME_MOST - 3));

		sheet->name = name > sheet->name ? name : sheet->name;
		sheet->outcome = outcome > sheet->outcome ? outcome : sheet->outcome;
	}
	return 2 + 2 * (unsigned)sheet->overview->layers.n + 1 + sheet->outcome;
}

static void settle(struct sheet *sheet)
{
	unsigned width = gp_page_width(sheet->page), others = measure(sheet);

	if (sheet->name + others <= width)
		return;
	sheet->in_words = others + NAME_LEAST > width;
	sheet->files_only = !sheet->in_words;
	measure(sheet);
	if (sheet->name + others > width)
		sheet->name = width > others ? width - others : 0;
}

static void put_padded(const struct sheet *sheet, const char *sgr, const char *safe, unsigned width)
{
	unsigned columns = gp_page_columns(safe);

	gp_page_put(sheet->page, sgr, safe);
	fprintf(sheet->page->out, "%*s", (int)(columns < width ? width - columns : 0), "");
}

/* The names of the layers, each with a line down to its column. */
static void put_heads(const struct sheet *sheet)
{
	const struct gp_overview *overview = sheet->overview;
	const struct gp_page *page = sheet->page;
	size_t n = overview->layers.n;

	for (size_t i = 0; i <= n; i++) {
		put_padded(sheet, GP_SGR_BOLD, i == n ? "MACHINE" : "", sheet->name + 2);
		for (size_t before = 0; before < i; before++)
			gp_page_put(page, GP_SGR_DIM, before + 1 < i ? "| " : "|");
		if (i)
			fputc(' ', page->out);
		gp_page_put(page, GP_SGR_BOLD,
			i == n ? " MEND FIRST"
			       : cut(sheet,
					 overview->fleet->layers.items[overview->layers.items[i]],
					 LAYER_MOST));
		fputc('\n', page->out);
	}
}

static void put_row(const struct sheet *sheet, const struct gp_overview_row *row)
{
	const struct gp_page *page = sheet->page;

	fprintf(page->out, "%*s", (int)indent_of(row), "");
	put_padded(sheet, GP_SGR_PLAIN, fitted_name(sheet, row), sheet->name + 2 - indent_of(row));
	gp_each (layer, &sheet->overview->layers) {
		char mark[] = {looks[row->machine->states[*layer]].mark, '\0'};

		gp_page_put(page, looks[row->machine->states[*layer]].sgr, mark);
		fputc(' ', page->out);
	}
	fputc(' ', page->out);
	gp_page_put(page, row->is_id ? GP_SGR_BOLD : GP_SGR_PLAIN,
		cut(sheet, row->outcome, OUTCOME_MOST - 3));
	fputc('\n', page->out);
}

/* Where there is no room for columns. */
static void put_words(const struct sheet *sheet, const struct gp_overview_row *row)
{
	struct gp_arena *arena = sheet->page->arena;
	struct gp_strings parts = {0};

	for (enum gp_link_state state = GP_LINK_FAILS; state > GP_LINK_OK; state--) {
		struct gp_strings layers = {0};

		gp_each (layer, &sheet->overview->layers)
			if (row->machine->states[*layer] == state)
				gp_strings_add(arena, &layers,
					cut(sheet, sheet->overview->fleet->layers.items[*layer],
						LAYER_MOST));
		if (layers.n)
			gp_strings_add(arena, &parts,
				gp_printf(arena, "%s %s", gp_join(arena, &layers, ", "),
					gp_link_word(state)));
	}
	gp_strings_add(arena, &parts, gp_page_safe(sheet->page, row->outcome));
	gp_page_wrap(sheet->page, indent_of(row) + 2, "", GP_SGR_PLAIN,
		gp_printf(arena, "%s: %s", name_of(sheet, row), gp_join(arena, &parts, "; ")));
}

static void put_legend(const struct sheet *sheet)
{
	struct gp_strings marks = {0};

	for (size_t state = GP_LINK_OK; state <= GP_LINK_FAILS; state++)
		gp_strings_add(sheet->page->arena, &marks,
			gp_printf(sheet->page->arena, "%c %s", looks[state].mark,
				gp_link_word((enum gp_link_state)state)));
	gp_page_wrap(sheet->page, 0, "", GP_SGR_PLAIN, gp_join(sheet->page->arena, &marks, "   "));
	fputc('\n', sheet->page->out);
}

static void put_matrix(struct sheet *sheet)
{
	size_t n = sheet->overview->rows.n;
	const char *rest;

	sheet->n_rows = n < ROWS_MOST ? n : ROWS_MOST;
	settle(sheet);
	gp_page_section(sheet->page, "Layer by layer");
	if (!sheet->in_words) {
		put_legend(sheet);
		put_heads(sheet);
	}
	for (size_t i = 0; i < sheet->n_rows; i++)
		if (sheet->in_words)
			put_words(sheet, &sheet->overview->rows.items[i]);
		else
			put_row(sheet, &sheet->overview->rows.items[i]);
	rest = gp_overview_rest(sheet->page->arena, sheet->overview, sheet->n_rows);
	if (*rest)
		gp_page_wrap(sheet->page, 0, "", GP_SGR_PLAIN, rest);
}

void gp_text_overview(const struct gp_page *page, const struct gp_overview *overview, bool in_full)
{
	struct sheet sheet = {.page = page, .overview = overview};

	gp_page_wrap(page, 0, "", overview->outlook == GP_OUTLOOK_BAD ? GP_SGR_RED : GP_SGR_BOLD,
		overview->headline);
	for (size_t i = 0; i < overview->notes.n; i++)
		gp_page_wrap(page, 0, "", GP_SGR_PLAIN, overview->notes.items[i]);
	put_groups(&sheet, true, "What is wrong, and where", FAILS_SHOWN);
	put_groups(&sheet, false, "Warnings", WARNS_SHOWN);
	put_matrix(&sheet);
	if (!in_full && overview->fleet->kept) {
		fputc('\n', page->out);
		gp_page_wrap(page, 0, "", GP_SGR_PLAIN,
			"--verbose shows each in full; gpupass-report with the record of one "
			"machine alone shows that one.");
	}
}

void gp_text_overview_quiet(const struct gp_page *page, const struct gp_overview *overview)
{
	struct sheet sheet = {.page = page, .overview = overview};

	gp_each (row, &overview->rows)
		if (row->machine->outlook != GP_OUTLOOK_GOOD && !row->machine->is_older)
			gp_page_line(page, 0, GP_SGR_PLAIN,
				gp_printf(page->arena, "%s: %s: %s", gp_page_safe(page, row->full),
					gp_page_safe(page, row->outcome),
					gp_page_safe(page, row->machine->headline)));
	gp_each (group, &overview->fleet->causes)
		gp_page_line(page, 0, GP_SGR_PLAIN,
			gp_printf(page->arena, "%s: %s, %s", group->fails ? "fail" : "warn",
				title_of(&sheet, group), gp_overview_reach(page->arena, group)));
}
