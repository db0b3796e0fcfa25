/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"
#include "fleet.h"
#include "html-bench.h"
#include "html-chain.h"
#include "html-chart.h"
#include "html-details.h"
#include "html-family.h"
#include "html-overview.h"
#include "html-style.h"
#include "html-write.h"
#include "render.h"

#include <string.h>

#define MENDERS_MOST 16

/* None of these begins further down a machine's part of the page than this, in bytes. */
#define GPUS_UNTIL       (100u << 10)
#define HINDRANCES_UNTIL (130u << 10)
#define STEPS_UNTIL      (150u << 10)
#define CAUSES_UNTIL     (150u << 10)
#define REASONS_UNTIL    (160u << 10)

/* In bytes. */
#define WORD_MOST    40 /* a mode, a verdict */
#define TITLE_MOST   200
#define COMMAND_MOST 8000

#define POLICY "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

/* One machine's share of a page; level is the one of its own heading. */
struct sheet {
	struct gp_html *html;
	struct gp_arena *arena;
	const struct gp_record *part;
	struct gp_digest digest;
	const struct gp_kin *kin; /* NULL: it stands by itself */
	size_t number, level;
};

static void put_head(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	const char *note = gp_kin_note(sheet->arena, sheet->kin);

	gp_html_put(sheet->html,
		"<header class=\"head %s\">\n<p class=\"outlook\">%s</p>\n<h%zu>%s</h%zu>\n",
		gp_html_outlook(digest->outlook), gp_digest_outlook(digest), sheet->level,
		digest->headline, sheet->level);
	if (*note)
		gp_html_put(sheet->html, "<p class=\"mend\">%s</p>\n", note);
	gp_html_put(sheet->html, "<div class=\"machine\">\n");
	for (size_t i = 0; i < digest->machine.n; i++)
		gp_html_put(sheet->html, "<p>%s</p>\n", digest->machine.items[i]);
	gp_html_put(sheet->html, "</div>\n</header>\n");
}

static void open_section(const struct sheet *sheet, const char *heading)
{
	gp_html_put(sheet->html, "<section>\n<h%zu>%s</h%zu>\n", sheet->level + 1, heading,
		sheet->level + 1);
}

static void close_section(const struct sheet *sheet)
{
	gp_html_put(sheet->html, "</section>\n");
}

static void put_left_out(const struct sheet *sheet, size_t n, const char *what)
{
	if (n)
		gp_html_put(sheet->html, "<p>%zu more %s are left out here.</p>\n", n, what);
}

static const char *readiness_class(const char *verdict)
{
	if (gp_equal(verdict, "ready"))
		return "good";
	if (gp_equal(verdict, "blocked"))
		return "bad";
	return gp_equal(verdict, "unknown") ? "warn" : "none";
}

static const char *cut(struct gp_arena *arena, const char *text, size_t most)
{
	return gp_printable(arena, text, strlen(text), most);
}

static const char *word(const struct sheet *sheet, const char *text)
{
	return cut(sheet->arena, text, WORD_MOST);
}

static void put_gpu(const struct sheet *sheet, const struct gp_digest_gpu *gpu)
{
	gp_html_put(sheet->html, "<tr><th scope=\"row\"><code>%s</code> <small>%s</small><small>",
		gpu->address, *gpu->name ? gpu->name : "unnamed");
	if (*gpu->kind && !gp_equal(gpu->kind, "gpu"))
		gp_html_put(sheet->html, "%s, ", gpu->kind);
	if (*gpu->id)
		gp_html_put(sheet->html, "%s, ", gpu->id);
	gp_html_put(sheet->html, "driver %s", *gpu->driver ? gpu->driver : "not known");
	if (*gpu->group)
		gp_html_put(sheet->html, ", group %s", gpu->group);
	if (*gpu->node)
		gp_html_put(sheet->html, ", node %s", gpu->node);
	gp_html_put(sheet->html, "</small></th>");
	for (size_t mode = 0; mode < sheet->digest.modes.n; mode++) {
		const struct gp_row *row = gpu->readiness[mode];

		gp_html_put(sheet->html, "<td data-mode=\"%s\">",
			word(sheet, sheet->digest.modes.items[mode]));
		if (row)
			gp_html_put(sheet->html, "<span class=\"v %s\">%s</span>",
				readiness_class(row->verdict), word(sheet, row->verdict));
		else
			gp_html_put(sheet->html, "<span class=\"tag\">not asked</span>");
		gp_html_put(sheet->html, "</td>");
	}
	gp_html_put(sheet->html, "</tr>\n");
}

static void put_hindrances(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	size_t i = 0;

	if (digest->hindrances.n)
		gp_html_put(sheet->html, "<ul>\n");
	for (; i < digest->hindrances.n && sheet->html->written < HINDRANCES_UNTIL; i++) {
		const struct gp_hindrance *hindrance = &digest->hindrances.items[i];

		gp_html_put(sheet->html, "<li>%s<strong>%s</strong> %s: %s</li>\n",
			gp_hindrance_whose(sheet->arena, digest, hindrance),
			gp_join(sheet->arena, &hindrance->modes, ", "), hindrance->verdict,
			hindrance->text);
	}
	if (digest->hindrances.n)
		gp_html_put(sheet->html, "</ul>\n");
	put_left_out(sheet, digest->hindrances.n - i, "hindrances");
}

static void put_readiness(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	size_t i = 0;

	if (!digest->gpus.n)
		return;
	open_section(sheet, "What each GPU is ready for");
	gp_html_put(sheet->html, "<table class=\"matrix\">\n<thead><tr><th scope=\"col\">GPU</th>");
	for (size_t mode = 0; mode < digest->modes.n; mode++)
		gp_html_put(sheet->html, "<th scope=\"col\"><span class=\"%s\">%s</span></th>",
			gp_listed(digest->mode, digest->modes.items[mode]) ? "wanted" : "mode",
			word(sheet, digest->modes.items[mode]));
	gp_html_put(sheet->html, "</tr></thead>\n<tbody>\n");
	for (; i < digest->gpus.n && sheet->html->written < GPUS_UNTIL; i++)
		put_gpu(sheet, &digest->gpus.items[i]);
	gp_html_put(sheet->html, "</tbody>\n</table>\n");
	put_left_out(sheet, digest->gpus.n - i, "GPUs");
	put_hindrances(sheet);
	close_section(sheet);
}

/* "In the plan: step 1, step 3", as links. */
static void put_menders(const struct sheet *sheet, const struct gp_cause *cause)
{
	const char *before = "<p class=\"tag\">In the plan: ";
	size_t n = 0;

	for (size_t i = 0; i < sheet->digest.steps.n && n < MENDERS_MOST; i++) {
		if (!gp_listed(sheet->digest.steps.items[i]->source, cause->row->id))
			continue;
		fputs(n++ ? ", " : before, sheet->html->out);
		gp_html_put(sheet->html, "<a href=\"#m%zu-step%zu\">step %zu</a>", sheet->number,
			i + 1, i + 1);
	}
	if (n)
		gp_html_put(sheet->html, "</p>\n");
}

static void put_cause(const struct sheet *sheet, const struct gp_cause *cause)
{
	const struct gp_row *row = cause->row;

	gp_html_put(sheet->html,
		"<div class=\"cause\">\n<h%zu>%s</h%zu>\n<p class=\"tag\"><code>%s</code>",
		sheet->level + 2, cause->title, sheet->level + 2, row->id);
	if (*row->layer)
		gp_html_put(sheet->html, ", layer %s", row->layer);
	if (*row->subject)
		gp_html_put(sheet->html, ", <code>%s</code>", row->subject);
	gp_html_put(sheet->html, "</p>\n");
	if (*cause->why)
		gp_html_put(sheet->html, "<p>%s</p>\n", cause->why);
	if (*row->source)
		gp_html_put(sheet->html,
			"<p class=\"seen\"><span>Seen:</span> <code>%s</code></p>\n", row->source);
	put_menders(sheet, cause);
	gp_html_put(sheet->html, "</div>\n");
}

/* Causes from, from + 1, ... up to to, as far as the page has room. */
static size_t put_causes(
	const struct sheet *sheet, const struct gp_cause *causes, size_t from, size_t to)
{
	for (; from < to && sheet->html->written < CAUSES_UNTIL; from++)
		put_cause(sheet, &causes[from]);
	return to - from;
}

static void put_first(const struct sheet *sheet)
{
	if (!sheet->digest.fails.n)
		return;
	open_section(sheet, "What to mend first");
	put_cause(sheet, &sheet->digest.fails.items[0]);
	close_section(sheet);
}

static void put_others(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;

	if (digest->fails.n < 2)
		return;
	open_section(sheet, "What else is wrong");
	put_left_out(sheet, put_causes(sheet, digest->fails.items, 1, digest->fails.n), "causes");
	close_section(sheet);
}

static void put_warns(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	size_t left;

	if (!digest->warns.n)
		return;
	open_section(sheet, "Warnings");
	left = put_causes(sheet, digest->warns.items, 0, digest->warns.n);
	put_left_out(sheet, left + digest->causes_left_out, "causes");
	close_section(sheet);
}

static void put_lines(const struct sheet *sheet, const char *text)
{
	size_t all = strlen(text);

	if (all > COMMAND_MOST) {
		gp_html_put(sheet->html, "(%zu bytes, too much to show here)\n", all);
		return;
	}
	while (*text) {
		size_t size = strcspn(text, "\n");

		gp_html_put(sheet->html, "%s\n", gp_strndup(sheet->arena, text, size));
		text += size + (text[size] == '\n');
	}
}

static void put_step(const struct sheet *sheet, size_t i)
{
	const struct gp_row *step = sheet->digest.steps.items[i];
	bool command = gp_step_is_command(step);
	struct gp_strings ids = gp_split(sheet->arena, step->source, ";");

	gp_html_put(sheet->html, "<li id=\"m%zu-step%zu\"><h%zu>%s</h%zu>\n", sheet->number, i + 1,
		sheet->level + 2, gp_step_title(sheet->arena, step), sheet->level + 2);
	if (*step->text) {
		gp_html_put(sheet->html, command ? "<pre><code>" : "<p>");
		put_lines(sheet, step->text);
		gp_html_put(sheet->html, command ? "</code></pre>\n" : "</p>\n");
	}
	if (ids.n)
		gp_html_put(sheet->html, "<p class=\"tag\">For <code>%s</code></p>\n",
			gp_join(sheet->arena, &ids, ", "));
	gp_html_put(sheet->html, "</li>\n");
}

static void put_plan(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	size_t i = 0;

	if (!digest->steps.n)
		return;
	open_section(sheet, "The plan");
	gp_html_put(sheet->html, "<ol class=\"plan\">\n");
	for (; i < digest->steps.n && sheet->html->written < STEPS_UNTIL; i++)
		put_step(sheet, i);
	gp_html_put(sheet->html, "</ol>\n");
	put_left_out(sheet, digest->steps.n - i + digest->steps_left_out, "steps");
	close_section(sheet);
}

static void put_unknowns(const struct sheet *sheet)
{
	const struct gp_digest *digest = &sheet->digest;
	size_t i = 0;

	if (!digest->unknowns.n)
		return;
	open_section(sheet, "What could not be measured");
	gp_html_put(sheet->html, "<ul>\n");
	for (; i < digest->unknowns.n && sheet->html->written < REASONS_UNTIL; i++) {
		const struct gp_reason *reason = &digest->unknowns.items[i];

		gp_html_put(sheet->html, "<li>%s <span class=\"tag\"><code>%s</code>",
			*reason->text ? reason->text : "no reason is given",
			gp_join(sheet->arena, &reason->ids, ", "));
		if (reason->n > reason->ids.n)
			gp_html_put(sheet->html, " and %zu more", reason->n - reason->ids.n);
		gp_html_put(sheet->html, "</span></li>\n");
	}
	gp_html_put(sheet->html, "</ul>\n");
	put_left_out(sheet, digest->unknowns.n - i, "reasons");
	close_section(sheet);
}

static void put_chains(const struct sheet *sheet)
{
	struct gp_chains chains;

	if (sheet->kin) /* they are a part of what is said of all */
		return;
	chains = gp_chains(sheet->arena, sheet->part, &sheet->digest);
	gp_html_chains(sheet->html, sheet->arena, &chains, sheet->level + 1);
}

static void put_part(struct gp_html *html, const struct gp_fleet *fleet, size_t machine,
	const struct gp_kin *kin, size_t level)
{
	struct sheet sheet = {.html = html,
		.arena = gp_arena_new(),
		.part = &fleet->machines.items[machine].record,
		.kin = kin,
		.number = machine + 1,
		.level = level};

	sheet.digest = gp_digest(sheet.arena, sheet.part);
	html->written = 0;
	gp_html_put(html, "<article id=\"m%zu\">\n", sheet.number);
	put_head(&sheet);
	put_readiness(&sheet);
	if (sheet.digest.bench)
		gp_html_bench(html, sheet.arena, sheet.digest.bench, level + 1);
	put_first(&sheet);
	put_chains(&sheet);
	put_plan(&sheet);
	put_others(&sheet);
	put_warns(&sheet);
	put_unknowns(&sheet);
	gp_html_findings(html, sheet.arena, &sheet.digest, sheet.part, level + 1);
	gp_html_facts(html, sheet.arena, &sheet.digest, sheet.part, level + 1);
	gp_html_put(html, "</article>\n");
	gp_arena_free(sheet.arena);
}

static void put_family(struct gp_html *html, const struct gp_fleet *fleet,
	const struct gp_family *family, size_t level)
{
	struct gp_arena *arena;
	struct gp_kindred kindred;

	if (family->members.n == 1) {
		put_part(html, fleet, family->members.items[0].machine, NULL, level);
		return;
	}
	arena = gp_arena_new();
	kindred = gp_kindred(arena, fleet, family);
	gp_html_family(html, arena, &kindred, level);
	gp_each (kin, &kindred.kin)
		put_part(html, fleet, kin->member->machine, kin, level + 1);
	gp_arena_free(arena);
}

static const struct gp_machine *first_of(const struct gp_fleet *fleet)
{
	return &fleet->machines.items[fleet->families.items[0].members.items[0].machine];
}

/* They are all one, whose headline is that of the page. */
static bool is_one_family(const struct gp_fleet *fleet)
{
	return fleet->families.n == 1 && fleet->kept;
}

static void put_title(struct gp_html *html, const struct gp_fleet *fleet)
{
	const struct gp_machine *machine = first_of(fleet);
	struct gp_arena *arena = gp_arena_new();

	if (!is_one_family(fleet))
		gp_html_put(html, "gpupass: %zu records", fleet->machines.n);
	else if (fleet->families.items[0].members.n > 1)
		gp_html_put(html, "%s",
			cut(arena, gp_kindred(arena, fleet, fleet->families.items).headline,
				TITLE_MOST));
	else
		gp_html_put(html, "%s%s%s", cut(arena, machine->name, TITLE_MOST),
			*machine->name ? ": " : "", cut(arena, machine->headline, TITLE_MOST));
	gp_arena_free(arena);
}

static void put_styles(struct gp_html *html, const struct gp_fleet *fleet)
{
	bool diagnosis = false, bench = false, joined = false;

	gp_each (machine, &fleet->machines) {
		diagnosis |= !machine->only_bench;
		bench |= machine->has_bench;
	}
	gp_each (family, &fleet->families)
		joined |= family->members.n > 1;
	for (size_t i = 0; gp_html_style[i]; i++)
		fputs(gp_html_style[i], html->out);
	if (diagnosis)
		fputs(gp_html_chain_style, html->out);
	if (bench)
		fputs(gp_html_chart_style, html->out);
	if (joined)
		fputs(gp_html_family_style, html->out);
	if (gp_overview_is_due(fleet))
		fputs(gp_html_overview_style, html->out);
}

static void put_start(struct gp_html *html, const struct gp_fleet *fleet)
{
	gp_html_put(html,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY "\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	put_title(html, fleet);
	gp_html_put(html, "</title>\n<style>\n");
	put_styles(html, fleet);
	gp_html_put(html, "</style>\n</head>\n<body>\n<main>\n");
	if (!is_one_family(fleet) && !gp_overview_is_due(fleet))
		gp_html_put(html, "<h1>%zu records</h1>\n", fleet->machines.n);
}

static void put_footer(struct gp_html *html, const struct gp_fleet *fleet)
{
	const struct gp_machine *machine = first_of(fleet);

	gp_html_put(html, "</main>\n<footer>\n<p>%s %s%s%s</p>\n</footer>\n</body>\n</html>\n",
		*machine->tool ? machine->tool : "gpupass", machine->version,
		*machine->time ? ", " : "", machine->time);
}

/* All of them first, then each folded, if they are few. */
static void put_families(struct gp_html *html, const struct gp_fleet *fleet)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_overview overview = gp_overview(arena, fleet);

	gp_html_overview(html, arena, &overview);
	if (fleet->kept) {
		gp_each (family, &fleet->families) {
			gp_html_overview_open_fold(html, &overview, family);
			put_family(html, fleet, family, 2);
			gp_html_overview_close_fold(html);
		}
	}
	gp_arena_free(arena);
}

int gp_draw_html(const struct gp_fleet *fleet, const struct gp_style *style, FILE *out)
{
	struct gp_html html = {.out = out};

	(void)style;
	put_start(&html, fleet);
	if (gp_overview_is_due(fleet)) {
		put_families(&html, fleet);
	} else {
		gp_each (family, &fleet->families)
			put_family(&html, fleet, family, is_one_family(fleet) ? 1 : 2);
	}
	put_footer(&html, fleet);
	return gp_stream_error(out);
}
