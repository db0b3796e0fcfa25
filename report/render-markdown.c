/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"
#include "fleet.h"
#include "markdown-bench.h"
#include "markdown-family.h"
#include "markdown-overview.h"
#include "markdown-write.h"
#include "render.h"

/* GitHub takes no comment of more than 65,536 characters. */
#define BYTES_MOST 65000
#define PARTS_MOST 8    /* that share what is left of it */
#define PART_LEAST 8000 /* bytes: with less there is no next one */

#define CELL_MOST    300
#define PROSE_MOST   1000
#define COMMAND_MOST 8000

struct sheet {
	struct gp_markdown *markdown;
	struct gp_arena *arena;
	const struct gp_record *part;
	const struct gp_kin *kin; /* NULL: it stands by itself */
	struct gp_digest digest;
};

static const char *text(const struct sheet *sheet, const char *raw)
{
	return gp_markdown_text(sheet->arena, raw, CELL_MOST);
}

static const char *code(const struct sheet *sheet, const char *raw)
{
	return gp_markdown_code(sheet->arena, raw, CELL_MOST, false);
}

static const char *cell(const struct sheet *sheet, const char *raw)
{
	return gp_markdown_code(sheet->arena, raw, CELL_MOST, true);
}

static void put_head(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	const char *note = gp_kin_note(sheet->arena, sheet->kin);
	struct gp_strings lines = {0};

	gp_markdown_put(sheet->markdown,
		gp_printf(sheet->arena, "## %s\n",
			gp_markdown_text(sheet->arena, digest->headline, PROSE_MOST)));
	if (*note)
		gp_markdown_put(
			sheet->markdown, gp_printf(sheet->arena, "\n**%s**\n", text(sheet, note)));
	if (digest->bench)
		gp_markdown_bench_stamp(sheet->markdown, digest->bench);
	for (size_t i = 0; i < digest->machine.n; i++)
		gp_strings_add(sheet->arena, &lines,
			gp_printf(sheet->arena, "- %s\n", text(sheet, digest->machine.items[i])));
	gp_markdown_section(sheet->markdown, "\n", &lines, "", "lines", 0);
}

static void put_gpus(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	struct gp_strings heads = gp_split(sheet->arena, "GPU;Device;Driver;Group;Node", ";");
	struct gp_strings rows = {0};

	for (size_t i = 0; i < digest->gpus.n; i++) {
		const struct gp_digest_gpu *gpu = &digest->gpus.items[i];
		const char *cells[] = {cell(sheet, gpu->address),
			text(sheet, *gpu->name ? gpu->name : "unnamed"),
			*gpu->driver ? cell(sheet, gpu->driver) : "not known",
			text(sheet, gpu->group), cell(sheet, gpu->node)};
		struct gp_strings row = {.items = cells, .n = GP_ARRAY_SIZE(cells)};

		gp_strings_add(sheet->arena, &rows, gp_markdown_row(sheet->arena, &row));
	}
	gp_markdown_section(sheet->markdown,
		gp_printf(sheet->arena, "\n%s", gp_markdown_head(sheet->arena, &heads, 0)), &rows,
		"", "GPUs", 0);
}

static void add_readiness(
	const struct sheet *sheet, struct gp_strings *rows, const struct gp_digest_gpu *gpu)
{
	struct gp_strings cells = {0};
	bool any = false;

	gp_strings_add(sheet->arena, &cells, cell(sheet, gpu->address));
	for (size_t mode = 0; mode < sheet->digest.modes.n; mode++) {
		const struct gp_row *row = gpu->readiness[mode];

		any |= row != NULL;
		gp_strings_add(sheet->arena, &cells, row ? text(sheet, row->verdict) : "-");
	}
	if (any)
		gp_strings_add(sheet->arena, rows, gp_markdown_row(sheet->arena, &cells));
}

static void put_readiness(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	struct gp_strings heads = {0}, rows = {0}, lines = {0};

	gp_strings_add(sheet->arena, &heads, "Readiness");
	for (size_t mode = 0; mode < digest->modes.n; mode++)
		gp_strings_add(sheet->arena, &heads, text(sheet, digest->modes.items[mode]));
	for (size_t i = 0; i < digest->gpus.n && digest->modes.n; i++)
		add_readiness(sheet, &rows, &digest->gpus.items[i]);
	gp_markdown_section(sheet->markdown,
		gp_printf(sheet->arena, "\n%s", gp_markdown_head(sheet->arena, &heads, 0)), &rows,
		"", "GPUs", 0);
	for (size_t i = 0; i < digest->hindrances.n; i++) {
		const struct gp_hindrance *hindrance = &digest->hindrances.items[i];

		gp_strings_add(sheet->arena, &lines,
			gp_printf(sheet->arena, "- %s%s %s: %s\n",
				text(sheet, gp_hindrance_whose(sheet->arena, digest, hindrance)),
				text(sheet, gp_join(sheet->arena, &hindrance->modes, ", ")),
				text(sheet, hindrance->verdict), text(sheet, hindrance->text)));
	}
	gp_markdown_section(sheet->markdown, "\n", &lines, "", "hindrances", 0);
}

/* "(`some-check`, `0000:01:00.0`)" */
static const char *name_of(const struct sheet *sheet, const struct gp_row *row)
{
	return gp_printf(sheet->arena, "(%s%s%s)", code(sheet, row->id), *row->subject ? ", " : "",
		code(sheet, row->subject));
}

static const char *cause_of(
	const struct sheet *sheet, const struct gp_cause *cause, const char *mark)
{
	const char *why = gp_markdown_text(sheet->arena, cause->why, PROSE_MOST);
	const char *seen = gp_markdown_code(sheet->arena, cause->row->source, PROSE_MOST, false);

	return gp_printf(sheet->arena, "\n%s%s %s%s%s%s%s\n", mark,
		gp_markdown_text(sheet->arena, cause->title, PROSE_MOST),
		name_of(sheet, cause->row), *why ? "\n\n" : "", why, *seen ? "\n\nSeen: " : "",
		seen);
}

static void put_fails(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	struct gp_strings pieces = {0};

	for (size_t i = 0; i < digest->fails.n; i++)
		gp_strings_add(sheet->arena, &pieces,
			cause_of(sheet, &digest->fails.items[i],
				gp_printf(sheet->arena, "**%zu.** ", i + 1)));
	gp_markdown_section(sheet->markdown, "\n### What is wrong\n", &pieces, "", "causes", 0);
}

static void put_plan(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	struct gp_strings pieces = {0};

	for (size_t i = 0; i < digest->steps.n; i++) {
		const struct gp_row *step = digest->steps.items[i];
		const char *what = "";

		if (*step->text && gp_step_is_command(step))
			what = gp_markdown_fence(sheet->arena, step->text, COMMAND_MOST);
		else if (*step->text)
			what = gp_printf(sheet->arena, "%s\n",
				gp_markdown_text(sheet->arena, step->text, PROSE_MOST));
		gp_strings_add(sheet->arena, &pieces,
			gp_printf(sheet->arena, "\n**%zu.** %s\n%s%s", i + 1,
				text(sheet, gp_step_title(sheet->arena, step)), *what ? "\n" : "",
				what));
	}
	gp_markdown_section(sheet->markdown, "\n### What to do\n", &pieces, "", "steps",
		digest->steps_left_out);
}

static void put_warns(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	struct gp_strings pieces = {0};

	for (size_t i = 0; i < digest->warns.n; i++)
		gp_strings_add(sheet->arena, &pieces,
			gp_printf(sheet->arena, "- %s %s\n",
				gp_markdown_text(
					sheet->arena, digest->warns.items[i].title, PROSE_MOST),
				name_of(sheet, digest->warns.items[i].row)));
	gp_markdown_section(sheet->markdown, "\n### Warnings\n\n", &pieces, "", "causes",
		digest->causes_left_out);
}

static void put_asks(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	struct gp_strings lines = {0};

	for (size_t i = 0; i < digest->asks.n; i++)
		gp_strings_add(sheet->arena, &lines, digest->asks.items[i]->value);
	if (lines.n)
		gp_markdown_put(sheet->markdown,
			gp_printf(sheet->arena, "\n### To settle more, paste the output of\n\n%s",
				gp_markdown_fence(sheet->arena, gp_join(sheet->arena, &lines, "\n"),
					COMMAND_MOST)));
}

static void put_unknowns(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	struct gp_strings pieces = {0};

	for (size_t i = 0; i < digest->unknowns.n; i++) {
		const struct gp_reason *reason = &digest->unknowns.items[i];
		size_t others = reason->n - reason->ids.n;

		gp_strings_add(sheet->arena, &pieces,
			gp_printf(sheet->arena, "- %s (%s%s)\n",
				*reason->text ? text(sheet, reason->text) : "no reason is given",
				code(sheet, gp_join(sheet->arena, &reason->ids, ", ")),
				others ? gp_printf(sheet->arena, " and %zu more", others) : ""));
	}
	gp_markdown_section(sheet->markdown,
		"\n<details><summary>Could not be measured</summary>\n\n", &pieces,
		"\n</details>\n", "reasons", 0);
}

static const char *finding_of(const struct sheet *sheet, const struct gp_row *row)
{
	const char *cells[] = {text(sheet, row->verdict), cell(sheet, row->id),
		cell(sheet, row->subject), text(sheet, row->text), cell(sheet, row->source)};
	struct gp_strings list = {.items = cells, .n = GP_ARRAY_SIZE(cells)};

	return gp_markdown_row(sheet->arena, &list);
}

static const char *fact_of(const struct sheet *sheet, const struct gp_row *row)
{
	const char *value = gp_printf(sheet->arena, "%s%s%s%s%s", row->value, *row->unit ? " " : "",
		row->unit, *row->text ? " " : "", row->text);
	const char *cells[] = {cell(sheet, row->id), cell(sheet, row->subject), text(sheet, value),
		cell(sheet, row->source)};
	struct gp_strings list = {.items = cells, .n = GP_ARRAY_SIZE(cells)};

	return gp_markdown_row(sheet->arena, &list);
}

/* More cannot fit, and need not be escaped. */
#define ROWS_MOST 2000

/* What does not apply to a machine helps nobody in its ticket. */
static bool is_shown(const struct gp_row *row)
{
	return !gp_equal(row->kind, "finding") || !gp_equal(row->verdict, "skip");
}

static void put_folded(const struct sheet *sheet, const char *kind, const char *heads,
	const char *(*row_of)(const struct sheet *sheet, const struct gp_row *row))
{
	struct gp_strings names = gp_split(sheet->arena, heads, ";"), rows = {0};
	const struct gp_row *row = NULL;
	size_t n = 0, skipped = 0;

	while ((row = gp_record_next(sheet->part, kind, row))) {
		if (!is_shown(row))
			skipped++;
		else if (n++ < ROWS_MOST)
			gp_strings_add(sheet->arena, &rows, row_of(sheet, row));
	}
	gp_markdown_section(sheet->markdown,
		gp_printf(sheet->arena, "\n<details><summary>%zu %s%s%s</summary>\n\n%s", n, kind,
			n == 1 ? "" : "s",
			skipped ? gp_printf(sheet->arena, " (%zu more do not apply)", skipped) : "",
			gp_markdown_head(sheet->arena, &names, 0)),
		&rows, "\n</details>\n", gp_printf(sheet->arena, "%ss", kind), n - rows.n);
}

/* in_full: with all findings and facts, where nobody else needs the room. */
static void put_part(struct gp_markdown *markdown, const struct gp_record *part,
	const struct gp_kin *kin, bool in_full)
{
	struct sheet sheet = {
		.markdown = markdown, .arena = gp_arena_new(), .part = part, .kin = kin};

	markdown->arena = sheet.arena;
	sheet.digest = gp_digest(sheet.arena, part);
	put_head(&sheet);
	put_gpus(&sheet);
	put_readiness(&sheet);
	put_fails(&sheet);
	put_plan(&sheet);
	put_warns(&sheet);
	if (sheet.digest.bench)
		gp_markdown_bench(markdown, sheet.digest.bench);
	put_asks(&sheet);
	put_unknowns(&sheet);
	if (in_full) {
		put_folded(&sheet, "finding", "Verdict;Check;Subject;What;Evidence", finding_of);
		put_folded(&sheet, "fact", "Fact;Subject;Value;Source", fact_of);
	}
	gp_arena_free(sheet.arena);
}

/* Half of what there is room for, where machines follow. */
static void put_overview(struct gp_markdown *markdown, const struct gp_fleet *fleet)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_overview overview = gp_overview(arena, fleet);

	markdown->arena = arena;
	markdown->most = fleet->kept ? BYTES_MOST / 2 : BYTES_MOST;
	gp_markdown_overview(markdown, &overview);
	gp_arena_free(arena);
}

/* How far it has come: what one does not need is there for the next. */
struct ticket {
	struct gp_markdown markdown;
	const struct gp_fleet *fleet;
	size_t left; /* machines */
};

static void put_line(struct ticket *ticket)
{
	ticket->markdown.written += (size_t)fprintf(ticket->markdown.out, "\n---\n\n");
}

static bool is_full(const struct ticket *ticket)
{
	return BYTES_MOST - ticket->markdown.written < PART_LEAST;
}

static void put_machine(struct ticket *ticket, size_t machine, const struct gp_kin *kin)
{
	struct gp_markdown *markdown = &ticket->markdown;
	size_t parts = ticket->left < PARTS_MOST ? ticket->left : PARTS_MOST, share;

	if (is_full(ticket))
		return;
	if (ticket->markdown.written)
		put_line(ticket);
	share = (BYTES_MOST - markdown->written) / parts;
	markdown->most = markdown->written + (share > PART_LEAST ? share : PART_LEAST);
	put_part(markdown, &ticket->fleet->machines.items[machine].record, kin,
		!gp_overview_is_due(ticket->fleet));
	ticket->left--;
}

static void put_family(struct ticket *ticket, const struct gp_family *family)
{
	struct gp_arena *arena;
	struct gp_kindred kindred;

	if (family->members.n == 1)
		put_machine(ticket, family->members.items[0].machine, NULL);
	if (family->members.n == 1 || is_full(ticket))
		return;
	arena = gp_arena_new();
	kindred = gp_kindred(arena, ticket->fleet, family);
	if (ticket->markdown.written)
		put_line(ticket);
	ticket->markdown.arena = arena;
	ticket->markdown.most = BYTES_MOST;
	gp_markdown_family(&ticket->markdown, &kindred);
	for (size_t i = 0; i < kindred.kin.n; i++) {
		const struct gp_kin *kin = gp_kin_in_turn(&kindred, i);

		put_machine(ticket, kin->member->machine, kin);
	}
	gp_arena_free(arena);
}

int gp_draw_markdown(const struct gp_fleet *fleet, const struct gp_style *style, FILE *out)
{
	struct ticket ticket = {.markdown = {.out = out}, .fleet = fleet};

	(void)style;
	if (gp_overview_is_due(fleet))
		put_overview(&ticket.markdown, fleet);
	if (!fleet->kept)
		return gp_stream_error(out);
	gp_each (family, &fleet->families)
		ticket.left += family->members.n;
	gp_each (family, &fleet->families)
		put_family(&ticket, family);
	if (ticket.left)
		fprintf(out, "\n%zu more records left out.\n", ticket.left);
	return gp_stream_error(out);
}
