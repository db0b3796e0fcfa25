/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-chain.h"

#include <string.h>

const char *const gp_html_chain_style =
	".chain{display:block;width:100%;margin:.5rem 0;overflow:visible}\n"
	".chain text{font-size:13px;fill:var(--text)}\n"
	".chain .id{font:12px ui-monospace,'Cascadia Mono','DejaVu Sans Mono',monospace}\n"
	".chain rect{fill:var(--soft);stroke:var(--line)}\n"
	".chain path{fill:none;stroke:var(--muted);stroke-width:2}\n"
	".chain .lost{stroke-dasharray:2 4}.chain .gap{stroke:var(--bad);stroke-width:2.5}\n"
	".chain circle{fill:var(--muted)}\n"
	".chain .mark{stroke:var(--ground)}.chain text.mark{fill:var(--ground);stroke:none;"
	"font-weight:700}\n"
	".chain .word{fill:var(--muted)}\n"
	".chain .ok rect{fill:var(--good-ground);stroke:var(--good)}"
	".chain .ok circle,.chain .ok .word{fill:var(--good)}\n"
	".chain .warns rect{fill:var(--warn-ground);stroke:var(--warn)}"
	".chain .warns circle,.chain .warns .word{fill:var(--warn)}\n"
	".chain .fails rect{fill:var(--bad-ground);stroke:var(--bad);stroke-width:2}"
	".chain .fails circle,.chain .fails .word,.chain .id{fill:var(--bad)}\n"
	".chain .fails .word{font-weight:650}\n"
	".chain .waits rect,.chain .unknown rect{stroke:var(--muted);stroke-dasharray:4 3}\n"
	".chain.tall{display:none}\n"
	"@media screen and (max-width:48rem){.chain.broad{display:none}"
	".chain.tall{display:block}}\n"
	"@media print{.chain{break-inside:avoid;print-color-adjust:exact;"
	"-webkit-print-color-adjust:exact}}\n";

#define CELL 110 /* of the broad picture: a link and the line before it */
#define BOX  92
#define ROW  48 /* of the tall one */

/* No chain begins further down a machine's part of the page than this, in bytes. */
#define CHAINS_UNTIL (150u << 10)

#define ID_MOST 36 /* bytes of an id in a picture */

struct canvas {
	struct gp_html *html;
	struct gp_arena *arena;
	const struct gp_chain *chain;
};

static const char *short_id(const struct canvas *canvas, const char *id)
{
	return gp_printable(canvas->arena, id, strlen(id), ID_MOST);
}

static const char *said(const struct canvas *canvas, const struct gp_link *link)
{
	const char *word = gp_link_word(link->state);

	if (link->state == GP_LINK_OK)
		return word;
	return gp_printf(canvas->arena, "%s (%s%s)", word,
		link->state == GP_LINK_WAITS ? "for " : "", short_id(canvas, link->id));
}

static const char *title_of(const struct canvas *canvas)
{
	const struct gp_chain *chain = canvas->chain;
	const char *of = *chain->subject ? chain->subject : "this machine";
	const char *modes = *chain->modes ? gp_printf(canvas->arena, ", %s", chain->modes) : "";

	return gp_printf(canvas->arena, "The chain of %s%s, from %s to %s", of, modes,
		chain->links.items[0].name, chain->links.items[chain->links.n - 1].name);
}

static void put_start(const struct canvas *canvas, const char *look, size_t width, size_t height)
{
	gp_html_put(canvas->html,
		"<svg class=\"chain %s\" role=\"img\" viewBox=\"0 0 %zu %zu\" "
		"style=\"max-width:%zupx\">\n<title>%s</title>\n<desc>",
		look, width, height, width, title_of(canvas));
	gp_each (link, &canvas->chain->links)
		gp_html_put(canvas->html, "%s%s: %s",
			link == canvas->chain->links.items ? "" : "; ", link->name,
			said(canvas, link));
	gp_html_put(canvas->html, "</desc>\n");
}

static void put_mark(const struct canvas *canvas, enum gp_link_state state, size_t x, size_t y)
{
	gp_html_put(canvas->html, "<circle cx=\"%zu\" cy=\"%zu\" r=\"8\"/>", x, y);
	if (state == GP_LINK_OK)
		gp_html_put(
			canvas->html, "<path class=\"mark\" d=\"M%zu %zul3 3 5-6\"/>", x - 4, y);
	else if (state == GP_LINK_FAILS)
		gp_html_put(canvas->html, "<path class=\"mark\" d=\"M%zu %zul7 7m0-7l-7 7\"/>",
			x - 4, y - 4);
	else if (state == GP_LINK_WAITS)
		gp_html_put(canvas->html, "<path class=\"mark\" d=\"M%zu %zuv8m4-8v8\"/>", x - 2,
			y - 4);
	else
		gp_html_put(canvas->html,
			"<text class=\"mark\" x=\"%zu\" y=\"%zu\" text-anchor=\"middle\">%s</text>",
			x, y + 5, state == GP_LINK_WARNS ? "!" : "?");
}

/* Behind the first broken link nothing comes through. */
static bool is_lost(const struct gp_chain *chain, size_t i)
{
	for (size_t before = 0; before < i; before++)
		if (chain->links.items[before].state == GP_LINK_FAILS)
			return true;
	return false;
}

/* The line from link i - 1 to link i is broken where link i is, or the very first. */
static bool is_broken(const struct gp_chain *chain, size_t i)
{
	return chain->links.items[i].state == GP_LINK_FAILS ||
	       (i == 1 && chain->links.items[0].state == GP_LINK_FAILS);
}

static void put_broad_line(const struct canvas *canvas, size_t i)
{
	size_t from = (i - 1) * CELL + BOX + 2, to = i * CELL + 2, y = 18;
	const char *look = is_lost(canvas->chain, i) ? "lost" : "line";

	if (!is_broken(canvas->chain, i))
		gp_html_put(
			canvas->html, "<path class=\"%s\" d=\"M%zu %zuH%zu\"/>", look, from, y, to);
	else
		gp_html_put(canvas->html,
			"<path class=\"%s\" d=\"M%zu %zuh5M%zu %zuh-5\"/>"
			"<path class=\"gap\" d=\"M%zu %zul-3 12m6-12l-3 12\"/>\n",
			look, from, y, to, y, from + 9, y - 6);
}

static void put_first_id(const struct canvas *canvas, size_t i)
{
	size_t n = canvas->chain->links.n, middle = i * CELL + 2 + BOX / 2;
	size_t edge = i * CELL + 2;
	const char *anchor = "middle";

	if (i < 2) {
		anchor = "start";
		middle = edge;
	} else if (i + 2 >= n) {
		anchor = "end";
		middle = edge + BOX;
	}
	gp_html_put(canvas->html,
		"<text class=\"id\" x=\"%zu\" y=\"78\" text-anchor=\"%s\">%s</text>\n", middle,
		anchor, short_id(canvas, canvas->chain->links.items[i].id));
}

static void put_broad(const struct canvas *canvas)
{
	const struct gp_chain *chain = canvas->chain;

	put_start(canvas, "broad", (chain->links.n - 1) * CELL + BOX + 4, chain->first ? 84 : 64);
	for (size_t i = 0; i < chain->links.n; i++) {
		const struct gp_link *link = &chain->links.items[i];
		size_t left = i * CELL + 2;

		if (i)
			put_broad_line(canvas, i);
		gp_html_put(canvas->html,
			"<g class=\"%s\"><rect x=\"%zu\" y=\"2\" width=\"%zu\" height=\"32\" "
			"rx=\"5\"/><text x=\"%zu\" y=\"23\" text-anchor=\"middle\">%s</text>",
			gp_link_word(link->state), left, (size_t)BOX, left + BOX / 2, link->name);
		put_mark(canvas, link->state, left + 18, 50);
		gp_html_put(canvas->html, "<text class=\"word\" x=\"%zu\" y=\"55\">%s</text></g>\n",
			left + 32, gp_link_word(link->state));
		if (link == chain->first)
			put_first_id(canvas, i);
	}
	gp_html_put(canvas->html, "</svg>\n");
}

static void put_tall_line(const struct canvas *canvas, size_t i)
{
	size_t from = (i - 1) * ROW + 26, to = i * ROW + 8;
	const char *look = is_lost(canvas->chain, i) ? "lost" : "line";

	if (!is_broken(canvas->chain, i))
		gp_html_put(canvas->html, "<path class=\"%s\" d=\"M10 %zuV%zu\"/>", look, from, to);
	else
		gp_html_put(canvas->html,
			"<path class=\"%s\" d=\"M10 %zuv9M10 %zuv-9\"/>"
			"<path class=\"gap\" d=\"M4 %zul12-3m-12 7l12-3\"/>\n",
			look, from, to, from + 15);
}

static void put_tall(const struct canvas *canvas)
{
	const struct gp_chain *chain = canvas->chain;

	put_start(canvas, "tall", 320, chain->links.n * ROW - 6);
	for (size_t i = 0; i < chain->links.n; i++) {
		const struct gp_link *link = &chain->links.items[i];

		if (i)
			put_tall_line(canvas, i);
		gp_html_put(canvas->html, "<g class=\"%s\">", gp_link_word(link->state));
		put_mark(canvas, link->state, 10, i * ROW + 17);
		gp_html_put(canvas->html,
			"<text x=\"30\" y=\"%zu\">%s</text>"
			"<text class=\"word\" x=\"30\" y=\"%zu\">%s</text></g>\n",
			i * ROW + 14, link->name, i * ROW + 31, gp_link_word(link->state));
		if (link == chain->first)
			gp_html_put(canvas->html,
				"<text class=\"id\" x=\"66\" y=\"%zu\">%s</text>\n", i * ROW + 31,
				short_id(canvas, link->id));
	}
	gp_html_put(canvas->html, "</svg>\n");
}

static void put_words(const struct canvas *canvas)
{
	gp_html_put(canvas->html, "<details>\n<summary>The same in words</summary>\n<ol>\n");
	gp_each (link, &canvas->chain->links)
		gp_html_put(canvas->html, "<li>%s: %s</li>\n", link->name, said(canvas, link));
	gp_html_put(canvas->html,
		"</ol>\n<p>A link is ok where nothing was found to be wrong with it.</p>\n"
		"</details>\n");
}

static void put_chain(const struct canvas *canvas, bool named)
{
	const struct gp_chain *chain = canvas->chain;

	if (named) {
		gp_html_put(canvas->html, "<p class=\"tag\"><code>%s</code>", chain->subject);
		if (*chain->modes)
			gp_html_put(canvas->html, ", %s", chain->modes);
		gp_html_put(canvas->html, "</p>\n");
	}
	put_broad(canvas);
	put_tall(canvas);
	put_words(canvas);
}

void gp_html_chains(
	struct gp_html *html, struct gp_arena *arena, const struct gp_chains *chains, size_t level)
{
	size_t left_out = chains->left_out;

	if (!chains->list.n)
		return;
	gp_html_put(html, "<section>\n<h%zu>The chain</h%zu>\n", level, level);
	gp_each (chain, &chains->list)
		if (html->written < CHAINS_UNTIL)
			put_chain(&(struct canvas){html, arena, chain}, *chain->subject != '\0');
		else
			left_out++;
	if (left_out)
		gp_html_put(html, "<p>%zu more GPUs are left out here.</p>\n", left_out);
	gp_html_put(html, "</section>\n");
}
