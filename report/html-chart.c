/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-chart.h"

#include <math.h>
#include <stdlib.h>

const char *const gp_html_chart_style =
	".chart{display:block;width:100%;overflow:visible;margin:.75rem 0;max-width:44rem}\n"
	".chart text{font-size:13px;fill:var(--text)}\n"
	".chart text.muted{fill:var(--muted);font-size:12px}\n"
	".chart line,.chart polyline{stroke:var(--line);stroke-width:1;fill:none}\n"
	".chart .is{stroke:var(--text);stroke-width:2}\n"
	".chart circle{fill:var(--text)}\n"
	".chart .one{stroke:var(--muted);stroke-dasharray:3 3}\n"
	".chart .good .is{stroke:var(--good)}.chart .good circle,.chart .good text.said"
	"{fill:var(--good)}\n"
	".chart .bad .is{stroke:var(--bad)}.chart .bad circle,.chart .bad text.said"
	"{fill:var(--bad)}\n"
	".chart .warn .is{stroke:var(--warn)}.chart .warn circle,.chart .warn text.said"
	"{fill:var(--warn)}\n"
	"@media(max-width:40rem){.chart text.said{transform:translateY(32px)}}\n"
	".chart .c0{stroke:var(--text)}.chart .c1{stroke:var(--bad);stroke-dasharray:8 4}\n"
	".chart .c2{stroke:var(--good);stroke-dasharray:2 3}"
	".chart .c3{stroke:var(--warn);stroke-dasharray:10 3 2 3}\n"
	".chart .c4{stroke:var(--muted)}.chart .c5{stroke:var(--muted);stroke-dasharray:5 5}\n"
	".chart [class^=c]{stroke-width:2}\n"
	".legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;"
	"font-size:.875rem}\n"
	".legend svg{display:inline-block;width:2.5rem;height:.75rem;margin:0 .5rem 0 0;"
	"vertical-align:middle}\n"
	".wide{overflow-x:auto}\n"
	".wide td,.wide th{overflow-wrap:normal}\n"
	"td.number,thead th.number{text-align:right;font-variant-numeric:tabular-nums;"
	"white-space:nowrap}\n"
	"td.span,thead th.word+th.number+th.word{white-space:nowrap;padding-left:.5rem}\n"
	".stamp{font-weight:650;color:var(--warn);background:var(--warn-ground);"
	"padding:.4rem .7rem;border-radius:.3rem}\n";

#define ROW  50
#define AXIS 22

/* Of what an axis can tell: a record may hold any number. */
#define LEAST 1e-9
#define MOST  1e15

static const char *number(struct gp_arena *arena, double value)
{
	return gp_printf(arena, "%.2f", value);
}

/* ---- dots and whiskers */

struct scale {
	double from, to;
	bool ratios;
};

static double on(const struct scale *scale, double value)
{
	if (scale->ratios)
		return log(fmax(value, LEAST));
	return fmin(fmax(value, -MOST), MOST);
}

/* In percent of the width; what lies outside is at the edge. */
static double place(const struct scale *scale, double value)
{
	double at = (on(scale, value) - scale->from) / (scale->to - scale->from);

	return 1 + 98 * (at < 0 ? 0 : at > 1 ? 1 : at);
}

static struct scale scale_of(const struct gp_whiskers *whiskers)
{
	struct scale scale = {.ratios = whiskers->ratios};
	double room;

	gp_each (row, &whiskers->rows) {
		const struct gp_bench_value *value = &row->value;
		double low = on(&scale, value->has_interval ? value->low : value->value);
		double high = on(&scale, value->has_interval ? value->high : value->value);

		if (!value->is_known)
			continue;
		scale.from = low < scale.from ? low : scale.from;
		scale.to = high > scale.to ? high : scale.to;
	}
	room = (scale.to - scale.from) * 0.05;
	scale.to += room;
	scale.from -= scale.ratios || scale.from < 0 ? room : 0;
	if (scale.to - scale.from <= 0)
		scale.to = scale.from + 1;
	return scale;
}

static void put_whisker(struct gp_html *html, struct gp_arena *arena, const struct scale *scale,
	const struct gp_whisker *row, size_t y)
{
	const struct gp_bench_value *value = &row->value;
	const char *origin = number(arena, place(scale, scale->ratios ? 1 : 0));

	gp_html_put(html,
		"<g class=\"%s\"><text x=\"0\" y=\"%zu\">%s</text>"
		"<text class=\"said\" x=\"100%%\" y=\"%zu\" text-anchor=\"end\">%s</text>"
		"<line x1=\"0\" x2=\"100%%\" y1=\"%zu\" y2=\"%zu\"/>"
		"<line class=\"one\" x1=\"%s%%\" x2=\"%s%%\" y1=\"%zu\" y2=\"%zu\"/>",
		row->look, y + 15, row->label, y + 15, row->said, y + 29, y + 29, origin, origin,
		y + 20, y + 38);
	if (value->has_interval)
		gp_html_put(html,
			"<line class=\"is\" x1=\"%s%%\" x2=\"%s%%\" y1=\"%zu\" y2=\"%zu\"/>"
			"<line class=\"is\" x1=\"%s%%\" x2=\"%s%%\" y1=\"%zu\" y2=\"%zu\"/>"
			"<line class=\"is\" x1=\"%s%%\" x2=\"%s%%\" y1=\"%zu\" y2=\"%zu\"/>",
			number(arena, place(scale, value->low)),
			number(arena, place(scale, value->high)), y + 29, y + 29,
			number(arena, place(scale, value->low)),
			number(arena, place(scale, value->low)), y + 25, y + 33,
			number(arena, place(scale, value->high)),
			number(arena, place(scale, value->high)), y + 25, y + 33);
	gp_html_put(html, "<circle cx=\"%s%%\" cy=\"%zu\" r=\"4.5\"/></g>\n",
		number(arena, place(scale, value->value)), y + 29);
}

static void put_ends(
	struct gp_html *html, struct gp_arena *arena, const struct scale *scale, size_t y)
{
	double low = scale->ratios ? exp(scale->from) : scale->from;
	double high = scale->ratios ? exp(scale->to) : scale->to;
	double equal = place(scale, 1);

	/* Where "equal" stands, no end of the scale does. */
	if (!scale->ratios || equal > 20)
		gp_html_put(html, "<text class=\"muted\" x=\"0\" y=\"%zu\">%s%s</text>", y,
			gp_printf(arena, "%.3g", low), scale->ratios ? "x" : "");
	if (!scale->ratios || equal < 80)
		gp_html_put(html,
			"<text class=\"muted\" x=\"100%%\" y=\"%zu\" text-anchor=\"end\">%s%s</text>",
			y, gp_printf(arena, "%.3g", high), scale->ratios ? "x" : "");
	if (scale->ratios)
		gp_html_put(html,
			"<text class=\"muted\" x=\"%s%%\" y=\"%zu\" text-anchor=\"%s\">equal</text>",
			number(arena, equal), y,
			equal < 10   ? "start"
			: equal > 90 ? "end"
				     : "middle");
}

void gp_html_whiskers(
	struct gp_html *html, struct gp_arena *arena, const struct gp_whiskers *whiskers)
{
	struct scale scale = scale_of(whiskers);
	size_t n = 0, y = 0;

	gp_each (row, &whiskers->rows)
		n += row->value.is_known;
	if (!n)
		return;
	gp_html_put(html,
		"<svg class=\"chart\" role=\"img\" height=\"%zu\" aria-label=\"%s\">"
		"<title>%s</title>\n",
		n * ROW + AXIS, whiskers->title, whiskers->title);
	gp_each (row, &whiskers->rows) {
		if (!row->value.is_known)
			continue;
		put_whisker(html, arena, &scale, row, y);
		y += ROW;
	}
	put_ends(html, arena, &scale, y + 17);
	gp_html_put(html, "</svg>\n");
}

/* ---- curves */

#define LEFT   11 /* percent, for the numbers of y */
#define RIGHT  97
#define TOP    24
#define HEIGHT 180

struct plot {
	struct gp_html *html;
	struct gp_arena *arena;
	const struct gp_curves *curves;
	double x_from, x_to, y_to;
};

static bool is_drawn(const struct gp_curve *curve)
{
	return curve->n >= 2;
}

static double x_on(const struct plot *plot, double x)
{
	return plot->curves->percentiles ? -log10(1 - (x < 99.999 ? x : 99.999) / 100) : x;
}

/* 0 to 1 */
static double x_at(const struct plot *plot, double x)
{
	return (x_on(plot, x) - plot->x_from) / (plot->x_to - plot->x_from);
}

static double y_at(const struct plot *plot, double y)
{
	double at = y / plot->y_to;

	return at < 0 ? 0 : at > 1 ? 1 : at;
}

static void measure(struct plot *plot)
{
	size_t n = 0;
	bool first = true;

	plot->y_to = plot->curves->mark;
	gp_each (curve, &plot->curves->list) {
		if (!is_drawn(curve) || n++ == GP_CURVES_MOST)
			continue;
		for (size_t i = 0; i < curve->n; i++) {
			double x = x_on(plot, curve->points[i].x), y = curve->points[i].y;

			plot->x_from = first || x < plot->x_from ? x : plot->x_from;
			plot->x_to = first || x > plot->x_to ? x : plot->x_to;
			plot->y_to = y > plot->y_to ? y : plot->y_to;
			first = false;
		}
	}
	plot->y_to = plot->y_to > 0 ? plot->y_to * 1.05 : 1;
	plot->y_to = fmin(fmax(plot->y_to, LEAST), MOST); /* steps have to get on */
	if (plot->x_to <= plot->x_from)
		plot->x_to = plot->x_from + 1;
}

/* 1, 2 or 5 times a power of ten: three to six of them. */
static double step_of(double range)
{
	double step = pow(10, floor(log10(range / 3)));

	if (range / step >= 15)
		return step * 5;
	return range / step >= 6 ? step * 2 : step;
}

static void put_y_axis(const struct plot *plot)
{
	double step = step_of(plot->y_to);

	for (double y = 0; y <= plot->y_to; y += step) {
		const char *at = number(plot->arena, TOP + HEIGHT * (1 - y_at(plot, y)));

		gp_html_put(plot->html,
			"<line x1=\"%zu%%\" x2=\"%zu%%\" y1=\"%s\" y2=\"%s\"/>"
			"<text class=\"muted\" x=\"%zu%%\" y=\"%s\" dx=\"-6\" dy=\"4\" "
			"text-anchor=\"end\">%s</text>\n",
			(size_t)LEFT, (size_t)RIGHT, at, at, (size_t)LEFT, at,
			gp_printf(plot->arena, "%.4g", y));
	}
}

static void put_x_tick(const struct plot *plot, double x)
{
	if (x_on(plot, x) < plot->x_from || x_on(plot, x) > plot->x_to)
		return;
	gp_html_put(plot->html,
		"<text class=\"muted\" x=\"%s%%\" y=\"%zu\" text-anchor=\"middle\">%s</text>\n",
		number(plot->arena, LEFT + (RIGHT - LEFT) * x_at(plot, x)),
		(size_t)(TOP + HEIGHT + 17), gp_printf(plot->arena, "%.4g", x));
}

static void put_x_axis(const struct plot *plot)
{
	static const double percents[] = {0, 50, 75, 90, 95, 99, 99.9, 99.99};
	double step;

	if (plot->curves->percentiles) {
		for (size_t i = 0; i < GP_ARRAY_SIZE(percents); i++)
			put_x_tick(plot, percents[i]);
		return;
	}
	step = step_of(plot->x_to - plot->x_from);
	step = plot->x_to - plot->x_from <= 12 || step < 1 ? 1 : step;
	for (double x = ceil(plot->x_from / step) * step; x <= plot->x_to; x += step)
		put_x_tick(plot, x);
}

static void put_mark(const struct plot *plot)
{
	const char *at = number(plot->arena, TOP + HEIGHT * (1 - y_at(plot, plot->curves->mark)));

	if (plot->curves->mark > 0)
		gp_html_put(plot->html,
			"<line class=\"one\" x1=\"%zu%%\" x2=\"%zu%%\" y1=\"%s\" y2=\"%s\"/>"
			"<text class=\"muted\" x=\"%zu%%\" y=\"%s\" dy=\"-5\" "
			"text-anchor=\"end\">%s</text>\n",
			(size_t)LEFT, (size_t)RIGHT, at, at, (size_t)RIGHT, at,
			plot->curves->mark_said);
}

static void put_x_mark(const struct plot *plot)
{
	double x = plot->curves->x_mark;
	const char *at = number(plot->arena, LEFT + (RIGHT - LEFT) * x_at(plot, x));

	if (x > 0 && x_on(plot, x) >= plot->x_from && x_on(plot, x) <= plot->x_to)
		gp_html_put(plot->html,
			"<line class=\"one\" x1=\"%s%%\" x2=\"%s%%\" y1=\"%zu\" y2=\"%zu\"/>"
			"<text class=\"muted\" x=\"%s%%\" y=\"%zu\" dx=\"-5\" "
			"text-anchor=\"end\">%s</text>\n",
			at, at, (size_t)TOP, (size_t)(TOP + HEIGHT), at, (size_t)(TOP + 12),
			plot->curves->x_mark_said);
}

static void put_curve(const struct plot *plot, const struct gp_curve *curve, size_t look)
{
	gp_html_put(plot->html,
		"<polyline class=\"c%zu\" vector-effect=\"non-scaling-stroke\" points=\"", look);
	for (size_t i = 0; i < curve->n; i++)
		gp_html_put(plot->html, "%s,%s ",
			number(plot->arena, 1000 * x_at(plot, curve->points[i].x)),
			number(plot->arena, HEIGHT * (1 - y_at(plot, curve->points[i].y))));
	gp_html_put(plot->html, "\"/>\n");
}

static void put_legend(const struct plot *plot)
{
	size_t n = 0;

	gp_html_put(plot->html, "<ul class=\"legend\">\n");
	gp_each (curve, &plot->curves->list)
		if (is_drawn(curve) && n < GP_CURVES_MOST)
			gp_html_put(plot->html,
				"<li><svg class=\"chart\" aria-hidden=\"true\"><line class=\"c%zu\" "
				"x1=\"0\" x2=\"100%%\" y1=\"50%%\" y2=\"50%%\"/></svg>%s</li>\n",
				n++, curve->label);
	gp_html_put(plot->html, "</ul>\n");
}

void gp_html_curves(struct gp_html *html, struct gp_arena *arena, const struct gp_curves *curves)
{
	struct plot plot = {.html = html, .arena = arena, .curves = curves};
	size_t n = 0;

	gp_each (curve, &curves->list)
		n += is_drawn(curve);
	if (!n)
		return;
	measure(&plot);
	gp_html_put(html,
		"<svg class=\"chart\" role=\"img\" height=\"%zu\" aria-label=\"%s\">"
		"<title>%s</title>\n<text class=\"muted\" x=\"0\" y=\"12\">%s</text>\n",
		(size_t)(TOP + HEIGHT + 40), curves->title, curves->title, curves->y_title);
	put_y_axis(&plot);
	put_x_axis(&plot);
	gp_html_put(html,
		"<text class=\"muted\" x=\"%zu%%\" y=\"%zu\" text-anchor=\"end\">%s</text>\n",
		(size_t)RIGHT, (size_t)(TOP + HEIGHT + 35), curves->x_title);
	put_mark(&plot);
	put_x_mark(&plot);
	gp_html_put(html,
		"<svg x=\"%zu%%\" y=\"%zu\" width=\"%zu%%\" height=\"%zu\" "
		"viewBox=\"0 0 1000 %zu\" preserveAspectRatio=\"none\">\n",
		(size_t)LEFT, (size_t)TOP, (size_t)(RIGHT - LEFT), (size_t)HEIGHT, (size_t)HEIGHT);
	n = 0;
	gp_each (curve, &curves->list)
		if (is_drawn(curve) && n < GP_CURVES_MOST)
			put_curve(&plot, curve, n++);
	gp_html_put(html, "</svg></svg>\n");
	put_legend(&plot);
}
