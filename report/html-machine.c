/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-machine.h"
#include "html-bench.h"
#include "html-chain.h"
#include "html-details.h"
#include "html-family.h"

#include <string.h>

/* None of these begins further down a machine's part of the page than this, in bytes. */
#define GPUS_UNTIL       (100u << 10)
#define HINDRANCES_UNTIL (130u << 10)
#define REASONS_UNTIL    (160u << 10)

#define LONG_FROM (40u << 10)

#define WORD_MOST 40 /* bytes of a mode or a verdict */

/* Of no GPU nothing is good. */
static const char *outlook_of(const struct gp_digest *digest)
{
	if (digest->outlook == GP_OUTLOOK_GOOD && !digest->gpus.n && !digest->only_bench)
		return "none";
	return gp_html_outlook(digest->outlook);
}

static void put_head(const struct gp_html_machine *machine)
{
	const struct gp_digest *digest = &machine->digest;
	const char *note = gp_kin_note(machine->arena, machine->kin);

	gp_html_put(machine->html,
		"<header class=\"head %s\">\n<p class=\"outlook\">%s</p>\n<h%zu>%s</h%zu>\n",
		outlook_of(digest), gp_digest_outlook(digest), machine->level, digest->headline,
		machine->level);
	if (*note)
		gp_html_put(machine->html, "<p class=\"mend\">%s</p>\n", note);
	gp_html_put(machine->html, "<div class=\"machine\">\n");
	for (size_t i = 0; i < digest->machine.n; i++)
		gp_html_put(machine->html, "<p>%s</p>\n", digest->machine.items[i]);
	gp_html_put(machine->html, "</div>\n</header>\n");
}

static const char *readiness_class(const char *verdict)
{
	if (gp_equal(verdict, "ready"))
		return "good";
	if (gp_equal(verdict, "blocked"))
		return "bad";
	return gp_equal(verdict, "unknown") ? "warn" : "none";
}

static const char *word(const struct gp_html_machine *machine, const char *text)
{
	return gp_printable(machine->arena, text, strlen(text), WORD_MOST);
}

static void put_gpu(const struct gp_html_machine *machine, const struct gp_digest_gpu *gpu)
{
	gp_html_put(machine->html, "<tr><th scope=\"row\"><code>%s</code> <small>%s</small><small>",
		gpu->address, *gpu->name ? gpu->name : "unnamed");
	if (*gpu->kind && !gp_equal(gpu->kind, "gpu"))
		gp_html_put(machine->html, "%s, ", gpu->kind);
	if (*gpu->id)
		gp_html_put(machine->html, "%s, ", gpu->id);
	gp_html_put(machine->html, "driver %s", *gpu->driver ? gpu->driver : "not known");
	if (*gpu->group)
		gp_html_put(machine->html, ", group %s", gpu->group);
	if (*gpu->node)
		gp_html_put(machine->html, ", node %s", gpu->node);
	gp_html_put(machine->html, "</small></th>");
	for (size_t mode = 0; mode < machine->digest.modes.n; mode++) {
		const struct gp_row *row = gpu->readiness[mode];

		gp_html_put(machine->html, "<td data-mode=\"%s\">",
			word(machine, machine->digest.modes.items[mode]));
		if (row)
			gp_html_put(machine->html, "<span class=\"v %s\">%s</span>",
				readiness_class(row->verdict), word(machine, row->verdict));
		else
			gp_html_put(machine->html, "<span class=\"tag\">not asked</span>");
		gp_html_put(machine->html, "</td>");
	}
	gp_html_put(machine->html, "</tr>\n");
}

static void put_hindrances(const struct gp_html_machine *machine)
{
	const struct gp_digest *digest = &machine->digest;
	size_t i = 0;

	if (digest->hindrances.n)
		gp_html_put(machine->html, "<ul>\n");
	for (; i < digest->hindrances.n && machine->html->written < HINDRANCES_UNTIL; i++) {
		const struct gp_hindrance *hindrance = &digest->hindrances.items[i];

		gp_html_put(machine->html, "<li>%s<strong>%s</strong> %s: %s</li>\n",
			gp_hindrance_whose(machine->arena, digest, hindrance),
			gp_join(machine->arena, &hindrance->modes, ", "), hindrance->verdict,
			hindrance->text);
	}
	if (digest->hindrances.n)
		gp_html_put(machine->html, "</ul>\n");
	gp_html_left_out(machine->html, digest->hindrances.n - i, "hindrances");
}

static void put_readiness(const struct gp_html_machine *machine)
{
	const struct gp_digest *digest = &machine->digest;
	size_t i = 0;

	if (!digest->gpus.n)
		return;
	gp_html_open_section(machine->html, "What each GPU is ready for", machine->level + 1);
	gp_html_put(
		machine->html, "<table class=\"matrix\">\n<thead><tr><th scope=\"col\">GPU</th>");
	for (size_t mode = 0; mode < digest->modes.n; mode++)
		gp_html_put(machine->html, "<th scope=\"col\"><span class=\"%s\">%s</span></th>",
			gp_listed(digest->mode, digest->modes.items[mode]) ? "wanted" : "mode",
			word(machine, digest->modes.items[mode]));
	gp_html_put(machine->html, "</tr></thead>\n<tbody>\n");
	for (; i < digest->gpus.n && machine->html->written < GPUS_UNTIL; i++)
		put_gpu(machine, &digest->gpus.items[i]);
	gp_html_put(machine->html, "</tbody>\n</table>\n");
	gp_html_left_out(machine->html, digest->gpus.n - i, "GPUs");
	put_hindrances(machine);
	gp_html_close_section(machine->html);
}

static void put_unknowns(const struct gp_html_machine *machine)
{
	const struct gp_digest *digest = &machine->digest;
	size_t i = 0;

	if (!digest->unknowns.n)
		return;
	gp_html_open_section(machine->html, "What could not be measured", machine->level + 1);
	gp_html_put(machine->html, "<ul>\n");
	for (; i < digest->unknowns.n && machine->html->written < REASONS_UNTIL; i++) {
		const struct gp_reason *reason = &digest->unknowns.items[i];

		gp_html_put(machine->html, "<li>%s <span class=\"tag\"><code>%s</code>",
			*reason->text ? reason->text : "no reason is given",
			gp_join(machine->arena, &reason->ids, ", "));
		if (reason->n > reason->ids.n)
			gp_html_put(machine->html, " and %zu more", reason->n - reason->ids.n);
		gp_html_put(machine->html, "</span></li>\n");
	}
	gp_html_put(machine->html, "</ul>\n");
	gp_html_left_out(machine->html, digest->unknowns.n - i, "reasons");
	gp_html_close_section(machine->html);
}

static void put_chains(const struct gp_html_machine *machine)
{
	struct gp_chains chains;

	/* Those of a family are drawn with the others', and of no GPU there is none to draw. */
	if (machine->kin || (!machine->digest.gpus.n && !machine->digest.fails.n))
		return;
	chains = gp_chains(machine->arena, machine->part, &machine->digest);
	gp_html_chains(machine->html, machine->arena, &chains, machine->level + 1);
}

void gp_html_machine(struct gp_html *html, const struct gp_fleet *fleet, size_t machine,
	const struct gp_kin *kin, size_t level)
{
	struct gp_html_machine share = {.html = html,
		.arena = gp_arena_new(),
		.part = &fleet->machines.items[machine].record,
		.kin = kin,
		.number = machine + 1,
		.level = level};

	share.digest = gp_digest(share.arena, share.part);
	html->written = 0;
	gp_html_put(html, "<article id=\"m%zu\">\n", share.number);
	put_head(&share);
	put_readiness(&share);
	share.is_long = html->written > LONG_FROM;
	gp_html_first_cause(&share);
	put_chains(&share);
	gp_html_plan(&share);
	gp_html_other_causes(&share);
	if (share.digest.bench)
		gp_html_bench(html, share.arena, share.digest.bench, level + 1);
	put_unknowns(&share);
	gp_html_findings(html, share.arena, &share.digest, share.part, level + 1);
	gp_html_facts(html, share.arena, &share.digest, share.part, level + 1);
	gp_html_put(html, "</article>\n");
	gp_arena_free(share.arena);
}
