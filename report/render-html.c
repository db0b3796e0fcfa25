/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"
#include "fleet.h"
#include "html-chain.h"
#include "html-chart.h"
#include "html-family.h"
#include "html-machine.h"
#include "html-overview.h"
#include "html-style.h"
#include "html-write.h"
#include "render.h"

#include <string.h>

#define TITLE_MOST 200 /* bytes */

#define POLICY "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

static const char *short_title(struct gp_arena *arena, const char *text)
{
	return gp_printable(arena, text, strlen(text), TITLE_MOST);
}

static void put_family(struct gp_html *html, const struct gp_fleet *fleet,
	const struct gp_family *family, size_t level)
{
	struct gp_arena *arena;
	struct gp_kindred kindred;

	if (family->members.n == 1) {
		gp_html_machine(html, fleet, family->members.items[0].machine, NULL, level);
		return;
	}
	arena = gp_arena_new();
	kindred = gp_kindred(arena, fleet, family);
	gp_html_family(html, arena, &kindred, level);
	for (size_t i = 0; i < kindred.kin.n; i++) {
		const struct gp_kin *kin = gp_kin_in_turn(&kindred, i);

		gp_html_machine(html, fleet, kin->member->machine, kin, level + 1);
	}
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
			short_title(
				arena, gp_kindred(arena, fleet, fleet->families.items).headline));
	else
		gp_html_put(html, "%s%s%s", short_title(arena, machine->name),
			*machine->name ? ": " : "", short_title(arena, machine->headline));
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
	const char *time = fleet->machines.n > 1 ? "" : machine->time;

	gp_html_put(html, "</main>\n<footer>\n<p>%s %s%s%s</p>\n</footer>\n</body>\n</html>\n",
		*machine->tool ? machine->tool : "gpupass", machine->version, *time ? ", " : "",
		time);
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
