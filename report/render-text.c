/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"
#include "fleet.h"
#include "page.h"
#include "render.h"
#include "text-bench.h"
#include "text-family.h"
#include "text-overview.h"
#include "text-tables.h"

#include <errno.h>
#include <string.h>

/* On a first screen; --verbose shows the rest. */
#define HINDRANCES_SHOWN 4
#define REASONS_SHOWN    4

/* Of more of them, only what is said of all together. */
#define FAMILIES_SHOWN 8
#define VERDICT_WIDEST 7 /* "unknown" */

static const char *outlook_sgr(enum gp_outlook outlook)
{
	if (outlook == GP_OUTLOOK_BAD)
		return GP_SGR_RED;
	return GP_SGR_BOLD;
}

static const char *verdict_sgr(const char *verdict)
{
	if (gp_equal(verdict, "fail"))
		return GP_SGR_RED;
	if (gp_equal(verdict, "warn") || gp_equal(verdict, "unknown"))
		return GP_SGR_YELLOW;
	return GP_SGR_PLAIN;
}

static const char *joined(const struct gp_page *page, const struct gp_strings *list)
{
	return gp_page_safe(page, gp_join(page->arena, list, ", "));
}

static bool is_shown(const struct gp_page *page, const struct gp_digest *digest,
	const struct gp_hindrance *hindrance)
{
	return page->style->verbose || !*digest->mode || hindrance->is_wanted;
}

/* What stands in the way, once for all GPUs and modes that share it. */
static void put_hindrances(const struct gp_page *page, const struct gp_digest *digest)
{
	size_t most = page->style->verbose ? digest->hindrances.n : HINDRANCES_SHOWN, n = 0;

	for (size_t i = 0; i < digest->hindrances.n; i++) {
		const struct gp_hindrance *hindrance = &digest->hindrances.items[i];

		if (!is_shown(page, digest, hindrance) || n++ >= most)
			continue;
		gp_page_wrap(page, 4, "  ", GP_SGR_PLAIN,
			gp_printf(page->arena, "%s%s %s: %s",
				gp_page_safe(
					page, gp_hindrance_whose(page->arena, digest, hindrance)),
				joined(page, &hindrance->modes),
				gp_page_safe(page, hindrance->verdict),
				gp_page_safe(page, hindrance->text)));
	}
	if (n > most)
		gp_page_wrap(page, 2, "", GP_SGR_PLAIN,
			gp_printf(page->arena, "and %zu more: --verbose", n - most));
}

static void put_left_out(const struct gp_page *page, size_t n, const char *what)
{
	if (n)
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_printf(page->arena, "%zu more %s are not shown", n, what));
}

static void put_evidence(const struct gp_page *page, const char *source)
{
	if (*source)
		gp_page_wrap(page, 4, "", GP_SGR_PLAIN,
			gp_printf(page->arena, "Seen: %s", gp_page_safe(page, source)));
}

static const char *name_of(const struct gp_page *page, const struct gp_row *row)
{
	return gp_page_safe(page,
		gp_printf(page->arena, "%s%s%s", row->id, *row->subject ? ", " : "", row->subject));
}

static const char *title_of(const struct gp_page *page, const struct gp_cause *cause)
{
	return gp_printf(page->arena, "%s (%s)", gp_page_safe(page, cause->title),
		name_of(page, cause->row));
}

static void put_fails(const struct gp_page *page, const struct gp_digest *digest)
{
	if (digest->fails.n)
		gp_page_section(page, "What is wrong");
	for (size_t i = 0; i < digest->fails.n; i++) {
		const struct gp_cause *cause = &digest->fails.items[i];

		gp_page_wrap(page, 4, gp_printf(page->arena, "%zu. ", i + 1), GP_SGR_BOLD,
			title_of(page, cause));
		if (*cause->why)
			gp_page_wrap(page, 4, "", GP_SGR_PLAIN, gp_page_safe(page, cause->why));
		put_evidence(page, cause->row->source);
	}
}

/* A here document ends at the start of a line, so it is not indented. */
static void put_step_text(const struct gp_page *page, const struct gp_row *step)
{
	unsigned indent = strstr(step->text, "<<") ? 0 : 6;
	const char *text = step->text;

	while (*text) {
		size_t size = strcspn(text, "\n");
		const char *line = gp_page_safe(page, gp_strndup(page->arena, text, size));

		if (gp_step_is_command(step))
			gp_page_line(page, *line ? indent : 0, GP_SGR_PLAIN, line);
		else
			gp_page_wrap(page, 4, "", GP_SGR_PLAIN, line);
		text += size + (text[size] == '\n');
	}
}

static void put_plan(const struct gp_page *page, const struct gp_digest *digest)
{
	if (digest->steps.n)
		gp_page_section(page, "What to do");
	for (size_t i = 0; i < digest->steps.n; i++) {
		const struct gp_row *step = digest->steps.items[i];

		gp_page_wrap(page, 4, gp_printf(page->arena, "%zu. ", i + 1), GP_SGR_BOLD,
			gp_page_safe(page, gp_step_title(page->arena, step)));
		put_step_text(page, step);
	}
	put_left_out(page, digest->steps_left_out, "steps");
}

static void put_warns(const struct gp_page *page, const struct gp_digest *digest)
{
	if (digest->warns.n)
		gp_page_section(page, "Warnings");
	for (size_t i = 0; i < digest->warns.n; i++) {
		const struct gp_cause *cause = &digest->warns.items[i];

		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN, title_of(page, cause));
		if (!page->style->verbose)
			continue;
		if (*cause->why)
			gp_page_wrap(page, 4, "", GP_SGR_PLAIN, gp_page_safe(page, cause->why));
		put_evidence(page, cause->row->source);
	}
	put_left_out(page, digest->causes_left_out, "causes");
}

static void put_unknowns(const struct gp_page *page, const struct gp_digest *digest)
{
	size_t most = page->style->verbose ? digest->unknowns.n : REASONS_SHOWN;

	if (digest->unknowns.n)
		gp_page_section(page, "Could not be measured");
	for (size_t i = 0; i < digest->unknowns.n && i < most; i++) {
		const struct gp_reason *reason = &digest->unknowns.items[i];
		size_t others = reason->n - reason->ids.n;

		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_printf(page->arena, "%s (%s%s)",
				*reason->text ? gp_page_safe(page, reason->text)
					      : "no reason is given",
				joined(page, &reason->ids),
				reason->n > reason->ids.n
					? gp_printf(page->arena, " and %zu more", others)
					: ""));
	}
	if (digest->unknowns.n > most)
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_printf(page->arena, "%zu more: --verbose", digest->unknowns.n - most));
}

static void put_asks(const struct gp_page *page, const struct gp_digest *digest)
{
	if (digest->asks.n)
		gp_page_section(page, "To settle more, paste the output of");
	for (size_t i = 0; i < digest->asks.n; i++) {
		const struct gp_row *ask = digest->asks.items[i];
		struct gp_strings ids = gp_split(page->arena, ask->source, ";");

		gp_page_line(page, 2, GP_SGR_BOLD, gp_page_safe(page, ask->value));
		gp_page_wrap(page, 6, "", GP_SGR_DIM, joined(page, &ids));
	}
}

static void count(struct gp_arena *arena, struct gp_strings *words, size_t n, const char *what)
{
	if (n)
		gp_strings_add(arena, words, gp_printf(arena, "%zu %s", n, what));
}

static void put_counts(const struct gp_page *page, const struct gp_digest *digest)
{
	const struct gp_counts *counts = &digest->counts;
	struct gp_strings words = {0};

	count(page->arena, &words, counts->fail, "failed");
	count(page->arena, &words, counts->warn, counts->warn > 1 ? "warnings" : "warning");
	count(page->arena, &words, counts->note, "worth knowing");
	count(page->arena, &words, counts->pass, "passed");
	count(page->arena, &words, counts->unknown, "not measured");
	count(page->arena, &words, counts->waiting, "waiting for what is wrong");
	count(page->arena, &words, counts->skip, "not applicable");
	if (!words.n)
		return;
	fputc('\n', page->out);
	gp_page_wrap(page, 0, "", GP_SGR_PLAIN,
		gp_printf(page->arena, "Checks: %s.%s", gp_join(page->arena, &words, ", "),
			page->style->verbose ? "" : " --verbose lists them."));
	if (digest->steps.n && *digest->mode)
		gp_page_wrap(page, 0, "", GP_SGR_PLAIN,
			"gpupass-doctor --plan writes these steps as a script, --explain ID says more.");
	if (!*digest->mode && digest->modes.n)
		gp_page_wrap(page, 0, "", GP_SGR_PLAIN,
			"gpupass-doctor --mode MODE says what a mode needs here.");
}

static void put_finding(const struct gp_page *page, const struct gp_row *row)
{
	const char *verdict = gp_page_safe(page, row->verdict);

	if (gp_page_columns(verdict) > VERDICT_WIDEST)
		verdict = gp_printable(page->arena, verdict, strlen(verdict), VERDICT_WIDEST - 3);
	gp_page_wrap(page, 11, gp_printf(page->arena, "  %-7s  ", verdict),
		verdict_sgr(row->verdict),
		gp_printf(page->arena, "%s%s%s", name_of(page, row), *row->text ? ": " : "",
			gp_page_safe(page, row->text)));
	if (*row->source)
		gp_page_wrap(page, 11, "", GP_SGR_DIM, gp_page_safe(page, row->source));
}

static void put_fact(const struct gp_page *page, const struct gp_row *row)
{
	const char *parts[] = {row->subject, *row->subject ? " " : "", row->id, " = ", row->value,
		*row->unit ? " " : "", row->unit, *row->text ? " " : "", row->text,
		*row->source ? "  (" : "", row->source, *row->source ? ")" : ""};
	struct gp_strings line = {.items = parts, .n = GP_ARRAY_SIZE(parts)};

	gp_page_wrap(
		page, 4, "  ", GP_SGR_PLAIN, gp_page_safe(page, gp_join(page->arena, &line, "")));
}

/* There may be many: what is made for one row goes with it. */
static void put_alone(const struct gp_page *page, const struct gp_row *row,
	void (*put)(const struct gp_page *page, const struct gp_row *row))
{
	struct gp_page alone = *page;

	alone.arena = gp_arena_new();
	put(&alone, row);
	gp_arena_free(alone.arena);
}

/* All rows of a kind, layer by layer; those without a layer come last. */
static void put_layers(const struct gp_page *page, const struct gp_digest *digest,
	const struct gp_record *part, const char *kind,
	void (*put)(const struct gp_page *page, const struct gp_row *row))
{
	for (size_t i = 0; i <= digest->layers.n; i++) {
		const char *layer = i < digest->layers.n ? digest->layers.items[i] : NULL;
		const struct gp_row *row = NULL;
		bool headed = false;

		while ((row = gp_record_next(part, kind, row))) {
			if (layer ? !gp_equal(row->layer, layer)
				  : gp_strings_has(&digest->layers, row->layer))
				continue;
			if (!headed)
				gp_page_section(
					page, gp_printf(page->arena, "%s: %ss",
						      layer ? gp_page_safe(page, layer) : "others",
						      kind));
			headed = true;
			put_alone(page, row, put);
		}
	}
}

static int put_bench(const struct gp_page *page, const struct gp_digest *digest)
{
	if (!digest->only_bench) {
		fputc('\n', page->out);
		gp_text_bench_stamp(page, digest->bench);
	}
	return gp_text_bench(page, digest->bench);
}

static int put_part(
	const struct gp_page *page, const struct gp_record *part, const struct gp_kin *kin)
{
	struct gp_digest digest = gp_digest(page->arena, part);
	const char *note = gp_kin_note(page->arena, kin);
	int r;

	if (digest.only_bench)
		gp_text_bench_stamp(page, digest.bench);
	gp_page_wrap(page, 0, "", outlook_sgr(digest.outlook), gp_page_safe(page, digest.headline));
	if (*note)
		gp_page_wrap(page, 0, "", GP_SGR_BOLD, gp_page_safe(page, note));
	if (digest.machine.n)
		fputc('\n', page->out);
	for (size_t i = 0; i < digest.machine.n; i++)
		gp_page_wrap(
			page, 0, "", GP_SGR_PLAIN, gp_page_safe(page, digest.machine.items[i]));
	r = gp_text_gpus(page, &digest);
	if (!r)
		r = gp_text_readiness(page, &digest);
	if (r)
		return r;
	put_hindrances(page, &digest);
	put_fails(page, &digest);
	put_plan(page, &digest);
	put_warns(page, &digest);
	if (digest.bench && (r = put_bench(page, &digest)))
		return r;
	put_asks(page, &digest);
	/* Of what was pasted nearly all is unknown. */
	if (!digest.asks.n || page->style->verbose)
		put_unknowns(page, &digest);
	if (page->style->verbose) {
		put_layers(page, &digest, part, "finding", put_finding);
		put_layers(page, &digest, part, "fact", put_fact);
	}
	put_counts(page, &digest);
	return 0;
}

/* "fail: VT-d is turned off (some-check)", of several machines with "pve1: " before it. */
static void put_quiet_causes(const struct gp_page *page, const struct gp_kin *kin,
	const char *verdict, const struct gp_cause *causes, size_t n)
{
	const char *whose = kin ? gp_printf(page->arena, "%s: ", kin->call) : "";

	for (size_t i = 0; i < n; i++)
		gp_page_line(page, 0, GP_SGR_PLAIN,
			gp_printf(page->arena, "%s%s: %s", gp_page_safe(page, whose), verdict,
				title_of(page, &causes[i])));
}

/* One line for each cause: nothing, where there is none. */
static void put_quiet(
	const struct gp_page *page, const struct gp_record *part, const struct gp_kin *kin)
{
	struct gp_digest digest = gp_digest(page->arena, part);

	put_quiet_causes(page, kin, "fail", digest.fails.items, digest.fails.n);
	put_quiet_causes(page, kin, "warn", digest.warns.items, digest.warns.n);
	if (digest.bench)
		gp_text_bench_quiet(page, digest.bench);
}

static int put_machine(const struct gp_machine *machine, const struct gp_kin *kin,
	const struct gp_style *style, FILE *out)
{
	struct gp_page page = {.arena = gp_arena_new(), .style = style, .out = out};
	int r = 0;

	if (style->quiet)
		put_quiet(&page, &machine->record, kin);
	else
		r = put_part(&page, &machine->record, kin);
	gp_arena_free(page.arena);
	return r;
}

static void put_space(const struct gp_page *page)
{
	if (!page->style->quiet)
		fputs("\n\n", page->out);
}

/* The page's arena is the family's. */
static int put_family(
	const struct gp_page *page, const struct gp_fleet *fleet, const struct gp_family *family)
{
	struct gp_kindred kindred = {0};
	int r = 0;

	if (family->members.n == 1)
		return put_machine(&fleet->machines.items[family->members.items[0].machine], NULL,
			page->style, page->out);
	kindred = gp_kindred(page->arena, fleet, family);
	if (!page->style->quiet)
		r = gp_text_family(page, &kindred);
	for (size_t i = 0; !r && i < kindred.kin.n; i++) {
		const struct gp_kin *kin = gp_kin_in_turn(&kindred, i);

		put_space(page);
		r = put_machine(kin->machine, kin, page->style, page->out);
	}
	return r;
}

static bool is_in_full(const struct gp_fleet *fleet, const struct gp_style *style)
{
	if (!gp_overview_is_due(fleet))
		return true;
	if (!fleet->kept || style->quiet)
		return false;
	return style->verbose || fleet->families.n <= FAMILIES_SHOWN;
}

static void put_overview(const struct gp_fleet *fleet, const struct gp_style *style, FILE *out)
{
	struct gp_page page = {.arena = gp_arena_new(), .style = style, .out = out};
	struct gp_overview overview = gp_overview(page.arena, fleet);

	if (style->quiet)
		gp_text_overview_quiet(&page, &overview);
	else
		gp_text_overview(&page, &overview, is_in_full(fleet, style));
	gp_arena_free(page.arena);
}

int gp_draw_text(const struct gp_fleet *fleet, const struct gp_style *style, FILE *out)
{
	bool due = gp_overview_is_due(fleet);
	int r = 0;

	if (due)
		put_overview(fleet, style, out);
	if (!is_in_full(fleet, style))
		return gp_stream_error(out);
	gp_each (family, &fleet->families) {
		struct gp_page page = {.arena = gp_arena_new(), .style = style, .out = out};

		if (due || family != fleet->families.items)
			put_space(&page);
		r = r ? r : put_family(&page, fleet, family);
		gp_arena_free(page.arena);
	}
	return r ? r : gp_stream_error(out);
}
