/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-overview.h"
#include "html-family.h"

#include <string.h>

const char *const gp_html_overview_style =
	".groups{list-style:none;padding:0}.groups li{margin:.7rem 0}\n"
	".groups h3,.groups p{margin:0;font-size:1rem;text-wrap:wrap}\n"
	".fleet{overflow:auto;max-height:90vh;scroll-padding:7rem 0 0 12rem}\n"
	".fleet:focus-visible{outline:2px solid currentColor;outline-offset:2px}\n"
	".fleet table{border-collapse:separate;border-spacing:0;width:auto;min-width:100%;"
	"margin:0}\n"
	".fleet th,.fleet td{font-size:.875rem;line-height:1.25rem;padding:.1875rem .25rem;"
	"vertical-align:middle;overflow-wrap:normal}\n"
	".fleet thead th{position:sticky;top:0;z-index:1;background:var(--ground);"
	"vertical-align:bottom;padding-bottom:.4rem}\n"
	".fleet thead span{writing-mode:vertical-rl;transform:rotate(180deg)}\n"
	".fleet tr th:first-child{position:sticky;left:0;z-index:1;background:var(--ground);"
	"min-width:8rem;width:100%;padding-left:0;overflow-wrap:anywhere;font-weight:400}\n"
	".fleet thead tr th:first-child{z-index:2;font-weight:600}\n"
	".fleet tbody tr .d1{padding-left:1.2rem}.fleet tbody tr .d2{padding-left:2.4rem}\n"
	".fleet td:nth-child(2),.fleet th:nth-child(2){padding-right:.75rem;white-space:nowrap}\n"
	".fleet b,.legend b{display:inline-block;vertical-align:middle;overflow:hidden;"
	"width:1.5rem;height:1.5rem;font:650 .9375rem/1.375rem system-ui,sans-serif;"
	"text-align:center;border:1px solid;border-radius:.3rem;color:var(--muted)}\n"
	".fleet b::before,.legend b::before{content:'?';display:block}\n"
	".fleet .ok::before,.legend .ok::before{content:'\\2713'}\n"
	".fleet .warns::before,.legend .warns::before{content:'!'}\n"
	".fleet .fails::before,.legend .fails::before{content:'\\2715'}\n"
	".fleet .waits::before,.legend .waits::before{content:'\\2026'}\n"
	".fleet .ok,.legend .ok{color:var(--good);border-color:var(--line)}\n"
	".fleet .warns,.legend .warns{color:var(--warn);background:var(--warn-ground)}\n"
	".fleet .fails,.legend .fails{color:var(--bad);background:var(--bad-ground)}\n"
	".legend span{white-space:nowrap;margin-right:1rem}\n"
	".fleet+.fold,section+.fold{margin-top:2rem}.fold>summary{padding:.6rem 0}.fold article{margin:1rem 0 3rem}\n"
	"@media (max-width:40rem){.fleet tr th:first-child{max-width:9rem;width:auto}"
	".fleet{scroll-padding-left:9rem}.fleet tbody tr .d1{padding-left:.6rem}"
	".fleet tbody tr .d2{padding-left:1.2rem}"
	".fleet td:nth-child(2),.fleet th:nth-child(2){min-width:6.5rem;"
	"padding-right:.4rem;white-space:normal}"
	".fleet td:nth-child(2){max-width:6.75rem;overflow-wrap:anywhere}}\n"
	"@media print{.fleet{max-height:none;overflow:visible}"
	".fleet thead th,.fleet tr th:first-child{position:static;width:auto}"
	".fleet td:nth-child(2),.fleet th:nth-child(2){white-space:normal;overflow-wrap:anywhere}}\n";

/* A page of 10,000 machines stays under 1 MB. */
#define CAUSES_OPEN  8
#define CAUSES_MOST  100
#define CAUSES_UNTIL (200u << 10)
#define ROWS_MOST    1000
#define ROWS_UNTIL   (900u << 10)

/* Bytes of a name and of a layer's. */
#define NAME_MOST  80
#define LAYER_MOST 20

struct sheet {
	struct gp_html *html;
	struct gp_arena *arena;
	const struct gp_overview *overview;
};

static const char *cut(const struct sheet *sheet, const char *text, size_t most)
{
	return gp_printable(sheet->arena, text, strlen(text), most);
}

static void put_head(const struct sheet *sheet)
{
	gp_html_put(sheet->html,
		"<header class=\"head %s\">\n<h1>%s</h1>\n<div class=\"machine\">\n",
		gp_html_outlook(sheet->overview->outlook), sheet->overview->headline);
	for (size_t i = 0; i < sheet->overview->notes.n; i++)
		gp_html_put(sheet->html, "<p>%s</p>\n", sheet->overview->notes.items[i]);
	gp_html_put(sheet->html, "</div>\n</header>\n");
}

/* Its own part of the page, where there is one. */
static void put_link(const struct sheet *sheet, const struct gp_overview_row *row, const char *name)
{
	if (sheet->overview->fleet->kept)
		gp_html_put(sheet->html, "<a href=\"#m%zu\">%s</a>", row->number,
			cut(sheet, name, NAME_MOST));
	else
		gp_html_put(sheet->html, "%s", cut(sheet, name, NAME_MOST));
}

static void put_places(const struct sheet *sheet, const struct gp_cause_group *group)
{
	struct gp_overview_places places = gp_overview_places(sheet->overview, group);

	for (size_t i = 0; i < places.n; i++) {
		gp_html_put(sheet->html, "%s", i ? ", " : "");
		put_link(sheet, places.rows[i], places.rows[i]->full);
	}
	gp_html_put(sheet->html, "%s", gp_overview_others(sheet->arena, &places));
}

static void put_group(const struct sheet *sheet, const struct gp_cause_group *group)
{
	const char *first = gp_overview_first(sheet->arena, group);

	gp_html_put(sheet->html,
		"<li><h3>%s</h3>\n<p><code class=\"tag\">%s</code> <strong>%s</strong>%s%s: ",
		gp_overview_title(sheet->arena, group), group->id,
		gp_overview_reach(sheet->arena, group), *first ? ", " : "", first);
	put_places(sheet, group);
	gp_html_put(sheet->html, "</p></li>\n");
}

/* Numbers from to to - 1 of the causes that fail, or that do not; how many are shown. */
static size_t put_list(const struct sheet *sheet, bool fails, size_t from, size_t to)
{
	size_t n = 0, shown = 0;

	gp_html_put(sheet->html, "<ul class=\"groups\">\n");
	gp_each (group, &sheet->overview->fleet->causes) {
		if (group->fails != fails || n++ < from || n > to ||
			sheet->html->written > CAUSES_UNTIL)
			continue;
		put_group(sheet, group);
		shown++;
	}
	gp_html_put(sheet->html, "</ul>\n");
	return shown;
}

static void put_groups(const struct sheet *sheet, bool fails, const char *heading)
{
	size_t n = 0, shown;

	gp_each (group, &sheet->overview->fleet->causes)
		n += group->fails == fails;
	if (!n)
		return;
	gp_html_open_section(sheet->html, heading, 2);
	shown = put_list(sheet, fails, 0, CAUSES_OPEN);
	if (n > shown) {
		gp_html_put(sheet->html, "<details>\n<summary>%zu more</summary>\n", n - shown);
		shown += put_list(sheet, fails, CAUSES_OPEN, CAUSES_MOST);
		if (n > shown)
			gp_html_put(sheet->html, "<p>%zu more are left out here.</p>\n", n - shown);
		gp_html_put(sheet->html, "</details>\n");
	}
	gp_html_close_section(sheet->html);
}

static void put_legend(const struct sheet *sheet)
{
	static const enum gp_link_state states[] = {
		GP_LINK_OK, GP_LINK_WARNS, GP_LINK_FAILS, GP_LINK_WAITS, GP_LINK_UNKNOWN};

	gp_html_put(sheet->html, "<p class=\"legend tag\">");
	for (size_t i = 0; i < GP_ARRAY_SIZE(states); i++)
		gp_html_put(sheet->html,
			"<span><b class=\"%s\" aria-hidden=\"true\"></b> %s</span> ",
			gp_link_word(states[i]), gp_link_word(states[i]));
	gp_html_put(sheet->html, "</p>\n");
}

static void put_heads(const struct sheet *sheet)
{
	const struct gp_overview *overview = sheet->overview;

	gp_html_put(sheet->html,
		"<div class=\"fleet\" role=\"group\" aria-label=\"Machines and layers\" "
		"tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Machine</th>"
		"<th scope=\"col\">Mend first</th>");
	gp_each (layer, &overview->layers)
		gp_html_put(sheet->html, "<th scope=\"col\"><span>%s</span></th>",
			cut(sheet, overview->fleet->layers.items[*layer], LAYER_MOST));
	gp_html_put(sheet->html, "</tr></thead>\n<tbody>\n");
}

static void put_row(const struct sheet *sheet, const struct gp_overview_row *row)
{
	gp_html_put(sheet->html, "<tr><th scope=\"row\" class=\"d%zu\">",
		row->depth > 2 ? (size_t)2 : row->depth);
	put_link(sheet, row, row->name);
	if (*row->file)
		gp_html_put(sheet->html, " <small>%s</small>", cut(sheet, row->file, NAME_MOST));
	gp_html_put(sheet->html, row->is_id ? "</th><td><code>%s</code></td>" : "</th><td>%s</td>",
		cut(sheet, row->outcome, NAME_MOST));
	gp_each (layer, &sheet->overview->layers) {
		enum gp_link_state state = row->machine->states[*layer];
		const char *word = gp_link_word(state);

		if (state == GP_LINK_NONE)
			gp_html_put(sheet->html, "<td></td>");
		else
			gp_html_put(sheet->html, "<td><b class=\"%s\">%s</b></td>", word, word);
	}
	gp_html_put(sheet->html, "</tr>\n");
}

static void put_matrix(const struct sheet *sheet)
{
	const struct gp_overview *overview = sheet->overview;
	size_t n = 0;

	gp_html_open_section(sheet->html, "Layer by layer", 2);
	put_legend(sheet);
	put_heads(sheet);
	while (n < overview->rows.n && n < ROWS_MOST && sheet->html->written < ROWS_UNTIL)
		put_row(sheet, &overview->rows.items[n++]);
	gp_html_put(sheet->html, "</tbody>\n</table></div>\n");
	if (n < overview->rows.n)
		gp_html_put(
			sheet->html, "<p>%s</p>\n", gp_overview_rest(sheet->arena, overview, n));
	gp_html_close_section(sheet->html);
}

void gp_html_overview(
	struct gp_html *html, struct gp_arena *arena, const struct gp_overview *overview)
{
	struct sheet sheet = {.html = html, .arena = arena, .overview = overview};

	html->written = 0;
	put_head(&sheet);
	put_groups(&sheet, true, "What is wrong, and where");
	put_groups(&sheet, false, "Warnings");
	put_matrix(&sheet);
}

static bool is_worse(const struct gp_machine *machine, const struct gp_machine *than)
{
	if (machine->is_older || than->is_older)
		return !machine->is_older;
	return machine->outlook > than->outlook;
}

void gp_html_overview_open_fold(
	struct gp_html *html, const struct gp_overview *overview, const struct gp_family *family)
{
	const struct gp_overview_row *first =
		overview->by_machine[family->members.items[0].machine];
	const struct gp_overview_row *worst = first;
	const char *outlook;

	for (size_t i = 1; i < family->members.n; i++)
		if (is_worse(first[i].machine, worst->machine))
			worst = &first[i];
	outlook =
		worst->machine->is_older ? "none" : gp_html_outlook_badge(worst->machine->outlook);
	gp_html_put(html,
		"<details class=\"fold\">\n<summary>%s <small class=\"v %s\">%s</small> "
		"<span>%s%s%s",
		first->full, outlook, gp_overview_word(worst->machine),
		worst == first ? "" : worst->name, worst == first ? "" : ": ",
		worst->machine->headline);
	if (family->members.n > 1)
		gp_html_put(html, " (and %zu more)", family->members.n - 1);
	gp_html_put(html, "</span></summary>\n");
}

void gp_html_overview_close_fold(struct gp_html *html)
{
	gp_html_put(html, "</details>\n");
}
