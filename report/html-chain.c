/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-chain.h"
#include "html-lanes.h"

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

/* No chain begins further down a part of the page than this, in bytes. */
#define CHAINS_UNTIL (150u << 10)

static void put_start(const struct gp_canvas *canvas)
{
	size_t width = gp_canvas_width(canvas), height = gp_canvas_height(canvas);

	gp_html_put(canvas->html,
		"<svg class=\"chain %s\" role=\"img\" viewBox=\"0 0 %zu %zu\" "
		"style=\"max-width:%zupx\">\n<title>%s</title>\n<desc>",
		canvas->is_tall ? "tall" : "broad", width, height, width, gp_canvas_title(canvas));
	gp_each (lane, &canvas->joint->lanes) {
		if (gp_canvas_has_heads(canvas))
			gp_html_put(canvas->html,
				"%s%s: ", lane == canvas->joint->lanes.items ? "" : ". ",
				gp_canvas_whose(canvas, lane));
		gp_each (link, &lane->chain->links)
			gp_html_put(canvas->html, "%s%s: %s",
				link == lane->chain->links.items ? "" : "; ", link->name,
				gp_canvas_says(canvas, link));
	}
	gp_html_put(canvas->html, "</desc>\n");
}

static void put_head(const struct gp_track *track)
{
	const struct gp_canvas *canvas = track->canvas;

	if (gp_canvas_has_heads(canvas))
		gp_html_put(canvas->html, "<text class=\"whose\" x=\"%zu\" y=\"%zu\">%s</text>\n",
			track->left + (canvas->is_tall ? 30 : 0), track->top - 6,
			gp_canvas_label(canvas, track->lane));
}

static void put_mark(const struct gp_canvas *canvas, enum gp_link_state state, size_t x, size_t y)
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

/* A line to x: what leads to it is drawn before, from its last 18 on it may be broken. */
static void put_flat_end(const struct gp_track *track, bool broken, size_t x, size_t y)
{
	struct gp_html *html = track->canvas->html;

	if (broken)
		gp_html_put(html,
			"h5M%zu %zuh-5\"/>"
			"<path class=\"gap\" d=\"M%zu %zul-3 12m6-12l-3 12\"/>\n",
			x, y, x - 9, y - 6);
	else
		gp_html_put(html, "H%zu\"/>", x);
}

static void put_broad_line(const struct gp_track *track, size_t i)
{
	size_t to = track->left + i * GP_LANE_CELL, y = track->top + 18;

	gp_html_put(track->canvas->html, "<path class=\"%s\" d=\"M%zu %zu",
		gp_track_is_lost(track, i) ? "lost" : "line", to - (GP_LANE_CELL - GP_LANE_BOX), y);
	put_flat_end(track, gp_track_is_broken(track, i), to, y);
}

/* From the end of one machine down, back to the left, and down to where the next one begins. */
static void put_broad_way(const struct gp_track *track)
{
	const struct gp_canvas *canvas = track->canvas;
	struct gp_track from;

	if (!track->lane->depth)
		return;
	from = gp_track(canvas, track->lane->from);
	gp_html_put(canvas->html, "<path class=\"%s\" d=\"M%zu %zuh8V%zuH%zuV%zu",
		track->lane->is_lost ? "lost" : "line", gp_track_right(&from), from.top + 18,
		gp_track_bottom(&from) + 3, track->left - 18, track->top + 18);
	put_flat_end(track, gp_track_begins_broken(track, &from), track->left, track->top + 18);
}

static void put_first_id(const struct gp_track *track, size_t i)
{
	size_t n = track->chain->links.n, edge = track->left + i * GP_LANE_CELL,
	       middle = edge + GP_LANE_BOX / 2;
	const char *anchor = "middle";

	if (i < 2) {
		anchor = "start";
		middle = edge;
	} else if (i + 2 >= n) {
		anchor = "end";
		middle = edge + GP_LANE_BOX;
	}
	gp_html_put(track->canvas->html,
		"<text class=\"id\" x=\"%zu\" y=\"%zu\" text-anchor=\"%s\">%s</text>\n", middle,
		track->top + 78, anchor,
		gp_canvas_id(track->canvas, track->chain->links.items[i].id));
}

static void put_broad_lane(const struct gp_track *track)
{
	const struct gp_canvas *canvas = track->canvas;

	put_head(track);
	put_broad_way(track);
	for (size_t i = 0; i < track->chain->links.n; i++) {
		const struct gp_link *link = &track->chain->links.items[i];
		size_t left = track->left + i * GP_LANE_CELL;

		if (i)
			put_broad_line(track, i);
		gp_html_put(canvas->html,
			"<g class=\"%s\"><rect x=\"%zu\" y=\"%zu\" width=\"%zu\" height=\"32\" "
			"rx=\"5\"/><text x=\"%zu\" y=\"%zu\" text-anchor=\"middle\">%s</text>",
			gp_link_word(link->state), left, track->top + 2, (size_t)GP_LANE_BOX,
			left + GP_LANE_BOX / 2, track->top + 23, link->name);
		put_mark(canvas, link->state, left + 18, track->top + 50);
		gp_html_put(canvas->html,
			"<text class=\"word\" x=\"%zu\" y=\"%zu\">%s</text></g>\n", left + 32,
			track->top + 55, gp_link_word(link->state));
		if (link == track->chain->first)
			put_first_id(track, i);
	}
}

/* The same as put_flat_end(), downwards; from: where the line begins that may be broken. */
static void put_steep_end(
	const struct gp_track *track, bool broken, size_t x, size_t from, size_t to)
{
	struct gp_html *html = track->canvas->html;

	if (broken)
		gp_html_put(html,
			"v%zuM%zu %zuv-%zu\"/>"
			"<path class=\"gap\" d=\"M%zu %zul12-3m-12 7l12-3\"/>\n",
			(to - from - 12) / 2, x, to, (to - from - 12) / 2, x - 6,
			from + (to - from) / 2);
	else
		gp_html_put(html, "V%zu\"/>", to);
}

static void put_tall_line(const struct gp_track *track, size_t i)
{
	size_t to = track->top + i * GP_LANE_ROW + 8, from = to - 30, x = track->left + 10;

	gp_html_put(track->canvas->html, "<path class=\"%s\" d=\"M%zu %zu",
		gp_track_is_lost(track, i) ? "lost" : "line", x, from);
	put_steep_end(track, gp_track_is_broken(track, i), x, from, to);
}

static void put_tall_way(const struct gp_track *track)
{
	const struct gp_canvas *canvas = track->canvas;
	size_t x = track->left + 10, y = track->top - 10;
	struct gp_track from;

	if (!track->lane->depth)
		return;
	from = gp_track(canvas, track->lane->from);
	gp_html_put(canvas->html, "<path class=\"%s\" d=\"M%zu %zuV%zuH%zu",
		track->lane->is_lost ? "lost" : "line", from.left + 10,
		from.top + (from.chain->links.n - 1) * GP_LANE_ROW + 26, y, x);
	put_steep_end(track, gp_track_begins_broken(track, &from), x, y, track->top + 8);
}

static void put_tall_lane(const struct gp_track *track)
{
	const struct gp_canvas *canvas = track->canvas;

	put_head(track);
	put_tall_way(track);
	for (size_t i = 0; i < track->chain->links.n; i++) {
		const struct gp_link *link = &track->chain->links.items[i];
		size_t top = track->top + i * GP_LANE_ROW;

		if (i)
			put_tall_line(track, i);
		gp_html_put(canvas->html, "<g class=\"%s\">", gp_link_word(link->state));
		put_mark(canvas, link->state, track->left + 10, top + 17);
		gp_html_put(canvas->html,
			"<text x=\"%zu\" y=\"%zu\">%s</text>"
			"<text class=\"word\" x=\"%zu\" y=\"%zu\">%s</text></g>\n",
			track->left + 30, top + 14, link->name, track->left + 30, top + 31,
			gp_link_word(link->state));
		if (link == track->chain->first)
			gp_html_put(canvas->html,
				"<text class=\"id\" x=\"%zu\" y=\"%zu\">%s</text>\n",
				track->left + 66, top + 31, gp_canvas_id(canvas, link->id));
	}
}

static void put_picture(const struct gp_canvas *canvas)
{
	put_start(canvas);
	for (size_t i = 0; i < canvas->joint->lanes.n; i++) {
		struct gp_track track = gp_track(canvas, i);

		if (canvas->is_tall)
			put_tall_lane(&track);
		else
			put_broad_lane(&track);
	}
	gp_html_put(canvas->html, "</svg>\n");
}

static void put_words(const struct gp_canvas *canvas)
{
	gp_html_put(canvas->html, "<details>\n<summary>The same in words</summary>\n");
	gp_each (lane, &canvas->joint->lanes) {
		if (gp_canvas_has_heads(canvas))
			gp_html_put(canvas->html, "<p>%s</p>\n", gp_canvas_whose(canvas, lane));
		gp_html_put(canvas->html, "<ol>\n");
		gp_each (link, &lane->chain->links)
			gp_html_put(canvas->html, "<li>%s: %s</li>\n", link->name,
				gp_canvas_says(canvas, link));
		gp_html_put(canvas->html, "</ol>\n");
	}
	gp_html_put(canvas->html,
		"<p>A link is ok where nothing was found to be wrong with it.</p>\n"
		"</details>\n");
}

void gp_html_joint(struct gp_html *html, struct gp_arena *arena, const struct gp_joint *joint)
{
	const struct gp_canvas broad = {html, arena, joint, false},
			       tall = {html, arena, joint, true};

	put_picture(&broad);
	put_picture(&tall);
	put_words(&broad);
}

static void put_chain(struct gp_html *html, struct gp_arena *arena, const struct gp_chain *chain)
{
	struct gp_lane lane = {.whose = "", .chain = chain};
	struct gp_joint joint = {.lanes = {&lane, 1}};

	if (*chain->subject) {
		gp_html_put(html, "<p class=\"tag\"><code>%s</code>", chain->subject);
		if (*chain->modes)
			gp_html_put(html, ", %s", chain->modes);
		gp_html_put(html, "</p>\n");
	}
	gp_html_joint(html, arena, &joint);
}

void gp_html_chains(
	struct gp_html *html, struct gp_arena *arena, const struct gp_chains *chains, size_t level)
{
	size_t left_out = chains->left_out;

	if (!chains->list.n)
		return;
	gp_html_open_section(html, "The chain", level);
	gp_each (chain, &chains->list)
		if (html->written < CHAINS_UNTIL)
			put_chain(html, arena, chain);
		else
			left_out++;
	gp_html_left_out(html, left_out, "GPUs");
	gp_html_close_section(html);
}
