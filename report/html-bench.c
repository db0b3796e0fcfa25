/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-bench.h"
#include "html-chart.h"

/* No row begins further down a part of the page than this, in bytes. */
#define ROWS_UNTIL      (140u << 10)
#define WHISKERS_MOST   24 /* in a chart */
#define CHARTS_MOST     6
#define REJECTIONS_MOST 60

struct sheet {
	struct gp_html *html;
	struct gp_arena *arena;
	const struct gp_bench_digest *bench;
	size_t level;
};

static void open_section(const struct sheet *sheet, const char *heading)
{
	gp_html_put(
		sheet->html, "<section>\n<h%zu>%s</h%zu>\n", sheet->level, heading, sheet->level);
}

static void close_section(const struct sheet *sheet)
{
	gp_html_put(sheet->html, "</section>\n");
}

/* Heads that begin with # are of numbers. */
static void open_table(const struct sheet *sheet, const char *name, const char *heads)
{
	struct gp_strings list = gp_split(sheet->arena, heads, ";");

	gp_html_put(sheet->html,
		"<div class=\"wide\" role=\"region\" aria-label=\"%s\" tabindex=\"0\"><table>\n<thead><tr>",
		name);
	for (size_t i = 0; i < list.n; i++)
		gp_html_put(sheet->html, "<th scope=\"col\" class=\"%s\">%s</th>",
			list.items[i][0] == '#' ? "number" : "word",
			list.items[i] + (list.items[i][0] == '#'));
	gp_html_put(sheet->html, "</tr></thead>\n<tbody>\n");
}

static void close_table(const struct sheet *sheet, size_t left_out)
{
	gp_html_put(sheet->html, "</tbody>\n</table></div>\n");
	if (left_out)
		gp_html_put(sheet->html, "<p>%zu more rows are left out here.</p>\n", left_out);
}

static bool has_room(const struct sheet *sheet, size_t *left_out)
{
	bool room = sheet->html->written < ROWS_UNTIL;

	*left_out += !room;
	return room;
}

static const char *title(const struct sheet *sheet, const struct gp_bench_experiment *experiment)
{
	return gp_bench_title(sheet->arena, sheet->bench, experiment);
}

static const char *n_of(const struct sheet *sheet, const struct gp_bench_value *value)
{
	return value->n ? gp_printf(sheet->arena, "%zu", value->n) : "";
}

static void put_stamps(const struct sheet *sheet)
{
	if (sheet->bench->quick)
		gp_html_put(sheet->html, "<p class=\"stamp\">Not for comparison: %s</p>\n",
			sheet->bench->quick);
	if (sheet->bench->interrupted)
		gp_html_put(sheet->html, "<p class=\"stamp\">Interrupted: %s</p>\n",
			sheet->bench->interrupted);
}

static void put_list(const struct sheet *sheet, const struct gp_strings *list)
{
	if (list->n)
		gp_html_put(sheet->html, "<ul>\n");
	for (size_t i = 0; i < list->n; i++)
		gp_html_put(sheet->html, "<li>%s</li>\n", list->items[i]);
	if (list->n)
		gp_html_put(sheet->html, "</ul>\n");
}

static void put_sides(const struct sheet *sheet)
{
	struct gp_strings lines = gp_bench_side_lines(sheet->arena, sheet->bench);

	if (!lines.n)
		return;
	open_section(sheet, "Measured on");
	put_list(sheet, &lines);
	if (sheet->bench->settings.n)
		gp_html_put(sheet->html, "<p class=\"tag\">%s</p>\n",
			gp_join(sheet->arena, &sheet->bench->settings, ", "));
	close_section(sheet);
}

static const char *look_of(const char *verdict)
{
	if (gp_equal(verdict, "better"))
		return "good";
	if (gp_equal(verdict, "worse"))
		return "bad";
	return gp_equal(verdict, "inconclusive") ? "warn" : "none";
}

static void put_confounders(const struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->bench->cautions.n; i++)
		gp_html_put(sheet->html, "<p class=\"stamp\">%s</p>\n",
			sheet->bench->cautions.items[i]);
	if (!sheet->bench->confounders.n)
		return;
	gp_html_put(sheet->html,
		"<p class=\"stamp\">The sides differ in more than what is compared; the ratios show "
		"all of it together:</p>\n<ul>\n");
	gp_each (confounder, &sheet->bench->confounders)
		gp_html_put(sheet->html, "<li><strong>%s</strong>: %s</li>\n", confounder->what,
			confounder->text);
	gp_html_put(sheet->html, "</ul>\n");
}

static void put_ratio_chart(const struct sheet *sheet)
{
	struct gp_whiskers whiskers = {
		.title = "Ratios of the comparisons, with their intervals", .ratios = true};

	gp_each (comparison, &sheet->bench->comparisons) {
		struct gp_whisker *row;

		if (whiskers.rows.n == WHISKERS_MOST || comparison->ratio.value <= 0 ||
			!gp_equal(comparison->unit, "x"))
			continue;
		row = gp_push(sheet->arena, &whiskers.rows);
		row->label = gp_printf(sheet->arena, "%s %s, %s", comparison->workload,
			comparison->variant, comparison->metric);
		row->said = gp_printf(sheet->arena, "%s %s",
			gp_bench_ratio(sheet->arena, comparison), comparison->verdict);
		row->look = look_of(comparison->verdict);
		row->value = comparison->ratio;
	}
	gp_html_whiskers(sheet->html, sheet->arena, &whiskers);
}

static void put_comparisons(const struct sheet *sheet)
{
	size_t left_out = 0;

	if (!sheet->bench->comparisons.n)
		return;
	open_section(sheet, "Comparison");
	put_confounders(sheet);
	gp_html_put(sheet->html, "<p>%s</p>\n", gp_bench_ratios(sheet->arena, sheet->bench));
	put_ratio_chart(sheet);
	open_table(sheet, "Comparisons", "Compared;Metric;#Ratio;Interval;#n;Verdict;Method");
	gp_each (comparison, &sheet->bench->comparisons)
		if (has_room(sheet, &left_out))
			gp_html_put(sheet->html,
				"<tr><th scope=\"row\">%s %s</th><td>%s</td>"
				"<td class=\"number\">%s</td><td class=\"span\">%s</td>"
				"<td class=\"number\">%s</td><td><span class=\"v %s\">%s</span></td>"
				"<td>%s<small>%s</small></td></tr>\n",
				comparison->workload, comparison->variant, comparison->metric,
				gp_bench_ratio(sheet->arena, comparison),
				gp_bench_interval(sheet->arena, &comparison->ratio),
				n_of(sheet, &comparison->ratio), look_of(comparison->verdict),
				comparison->verdict, comparison->ratio.method,
				comparison->ratio.notes);
	close_table(sheet, left_out);
	put_list(sheet, &sheet->bench->remarks);
	close_section(sheet);
}

/* Those of a workload that share the unit of its first. */
static void put_center_chart(const struct sheet *sheet, const char *workload)
{
	struct gp_whiskers whiskers = {
		.title = gp_printf(sheet->arena, "%s, with intervals", workload)};
	const char *unit = NULL;

	gp_each (experiment, &sheet->bench->experiments) {
		const struct gp_bench_metric *primary = experiment->primary;
		struct gp_whisker *row;

		if (!gp_equal(experiment->workload, workload) || !primary ||
			!primary->value.is_known || primary->value.value < 0)
			continue;
		unit = unit ? unit : primary->unit;
		if (!gp_equal(unit, primary->unit) || whiskers.rows.n == WHISKERS_MOST)
			continue;
		row = gp_push(sheet->arena, &whiskers.rows);
		row->label = title(sheet, experiment);
		row->said = gp_bench_primary(sheet->arena, primary);
		row->look = "none";
		row->value = primary->value;
	}
	if (whiskers.rows.n > 1)
		gp_html_whiskers(sheet->html, sheet->arena, &whiskers);
}

static void put_experiments(const struct sheet *sheet)
{
	size_t left_out = 0, n = 0;

	gp_each (experiment, &sheet->bench->experiments)
		n += experiment->primary != NULL;
	if (!n)
		return;
	open_section(sheet, "Benchmarks");
	open_table(sheet, "Benchmarks", "Experiment;#Measured;Interval;#n;#CPU ms/frame;#Init ms");
	gp_each (experiment, &sheet->bench->experiments) {
		const struct gp_bench_metric *primary = experiment->primary;

		if (!primary || !has_room(sheet, &left_out))
			continue;
		gp_html_put(sheet->html,
			"<tr><th scope=\"row\">%s</th><td class=\"number\">%s</td>"
			"<td class=\"span\">%s</td><td class=\"number\">%s</td>"
			"<td class=\"number\">%s</td><td class=\"number\">%s</td></tr>\n",
			title(sheet, experiment), gp_bench_primary(sheet->arena, primary),
			gp_bench_interval(sheet->arena, &primary->value),
			n_of(sheet, &primary->value),
			gp_bench_in(sheet->arena, experiment, "cpu", "ms/frame"),
			gp_bench_in(sheet->arena, experiment, "init", "ms"));
	}
	close_table(sheet, left_out);
	for (size_t i = 0; i < sheet->bench->workloads.n && i < CHARTS_MOST; i++)
		put_center_chart(sheet, sheet->bench->workloads.items[i]);
	close_section(sheet);
}

static void put_latency_table(const struct sheet *sheet)
{
	static const char *const names[] = {"p50", "p95", "p99", "p99-9", "max", "missed"};
	size_t left_out = 0;

	open_table(sheet, "Latencies", "Experiment;In;#p50;#p95;#p99;#p99.9;#Max;#Missed %");
	gp_each (experiment, &sheet->bench->experiments) {
		const char *unit = gp_bench_latency_unit(experiment);

		if (!unit || !has_room(sheet, &left_out))
			continue;
		gp_html_put(sheet->html, "<tr><th scope=\"row\">%s</th><td>%s</td>",
			title(sheet, experiment), unit);
		for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
			gp_html_put(sheet->html, "<td class=\"number\">%s</td>",
				gp_bench_in(sheet->arena, experiment, names[i],
					gp_equal(names[i], "missed") ? "%" : unit));
		gp_html_put(sheet->html, "</tr>\n");
	}
	close_table(sheet, left_out);
}

/* What the curves show, in numbers. */
static void put_curve_table(const struct sheet *sheet)
{
	size_t left_out = 0;

	gp_html_put(sheet->html, "<details><summary>The curves in numbers</summary>\n");
	open_table(sheet, "Percentiles", "Experiment;#Percentile;#Value;In");
	gp_each (experiment, &sheet->bench->experiments)
		gp_each (histogram, &experiment->histograms)
			gp_each (point, &histogram->curve)
				if (has_room(sheet, &left_out))
					gp_html_put(sheet->html,
						"<tr><td>%s</td><td class=\"number\">%s</td>"
						"<td class=\"number\">%s</td><td>%s</td></tr>\n",
						title(sheet, experiment),
						gp_printf(sheet->arena, "%.4g", point->x),
						gp_printf(sheet->arena, "%.4g", point->y),
						histogram->unit);
	close_table(sheet, left_out);
	gp_html_put(sheet->html, "</details>\n");
}

/* Those of a workload, as many as can be told apart, that are in one unit. */
static bool put_latency_chart(const struct sheet *sheet, const char *workload, const char *unit)
{
	struct gp_curves curves = {
		.title = gp_printf(sheet->arena, "%s: time by percentile", workload),
		.x_title = "percentile",
		.y_title = unit,
		.percentiles = true};

	gp_each (experiment, &sheet->bench->experiments)
		gp_each (histogram, &experiment->histograms)
			if (gp_equal(experiment->workload, workload) &&
				gp_equal(histogram->unit, unit))
				*gp_push(sheet->arena, &curves.list) =
					(struct gp_curve){title(sheet, experiment),
						histogram->curve.items, histogram->curve.n};
	gp_html_curves(sheet->html, sheet->arena, &curves);
	return curves.list.n;
}

static bool has_latency(const struct gp_bench_digest *bench, bool *ret_table)
{
	bool any = false;

	*ret_table = false;
	gp_each (experiment, &bench->experiments) {
		*ret_table |= gp_bench_latency_unit(experiment) != NULL;
		any |= experiment->histograms.n > 0;
	}
	return any || *ret_table;
}

static void put_latency(const struct sheet *sheet)
{
	const struct gp_strings *workloads = &sheet->bench->workloads;
	bool table, curves = false;

	if (!has_latency(sheet->bench, &table))
		return;
	open_section(sheet, "Latency");
	if (table)
		put_latency_table(sheet);
	for (size_t i = 0; i < workloads->n && i < CHARTS_MOST; i++) {
		curves |= put_latency_chart(sheet, workloads->items[i], "ms");
		curves |= put_latency_chart(sheet, workloads->items[i], "us");
	}
	if (curves)
		put_curve_table(sheet);
	close_section(sheet);
}

/* Of several curves each would have its own. */
static void mark_limit(const struct sheet *sheet, struct gp_curves *curves)
{
	gp_each (experiment, &sheet->bench->experiments) {
		const struct gp_bench_metric *count = gp_bench_metric(experiment, "count");

		if (curves->list.n != 1 || !experiment->streams.n || !count ||
			!count->value.is_known)
			continue;
		curves->x_mark = count->value.value;
		curves->x_mark_said = gp_printf(
			sheet->arena, "limit %s", gp_bench_number(sheet->arena, &count->value));
	}
}

static void put_streams(const struct sheet *sheet)
{
	struct gp_curves curves = {.title = "The slowest stream, by how many run at once",
		.x_title = "streams at once",
		.y_title = "slowest stream, of real time",
		.mark = 1,
		.mark_said = "real time"};
	size_t left_out = 0;

	gp_each (experiment, &sheet->bench->experiments)
		if (experiment->streams.n)
			*gp_push(sheet->arena, &curves.list) =
				(struct gp_curve){title(sheet, experiment),
					experiment->streams.items, experiment->streams.n};
	if (!curves.list.n)
		return;
	mark_limit(sheet, &curves);
	open_section(sheet, "Streams at once");
	gp_html_curves(sheet->html, sheet->arena, &curves);
	open_table(sheet, "Streams", "Experiment;#Streams;#Slowest");
	gp_each (experiment, &sheet->bench->experiments)
		gp_each (point, &experiment->streams)
			if (has_room(sheet, &left_out))
				gp_html_put(sheet->html,
					"<tr><td>%s</td><td class=\"number\">%s</td>"
					"<td class=\"number\">%sx</td></tr>\n",
					title(sheet, experiment),
					gp_printf(sheet->arena, "%.0f", point->x),
					gp_printf(sheet->arena, "%.2f", point->y));
	close_table(sheet, left_out);
	close_section(sheet);
}

static void put_rejections(const struct sheet *sheet)
{
	struct gp_strings lines = {0}, cannots = {0};
	size_t left_out = 0;

	gp_each (experiment, &sheet->bench->experiments)
		gp_each (rejection, &experiment->rejections)
			if (lines.n < REJECTIONS_MOST)
				gp_strings_add(sheet->arena, &lines,
					gp_printf(sheet->arena, "%s: %s", title(sheet, experiment),
						gp_bench_rejected(sheet->arena, rejection)));
			else
				left_out++;
	gp_each (cannot, &sheet->bench->cannots)
		gp_strings_add(sheet->arena, &cannots,
			gp_printf(sheet->arena, "%s: %s",
				gp_bench_some(sheet->arena, &cannot->experiments), cannot->why));
	if (left_out)
		gp_strings_add(sheet->arena, &lines,
			gp_printf(sheet->arena, "%zu more are left out here", left_out));
	if (lines.n) {
		open_section(sheet, "Does not count");
		put_list(sheet, &lines);
		close_section(sheet);
	}
	if (cannots.n) {
		open_section(sheet, "Cannot be measured here");
		put_list(sheet, &cannots);
		close_section(sheet);
	}
}

static bool has_metrics(const struct gp_bench_digest *bench)
{
	gp_each (experiment, &bench->experiments)
		if (experiment->metrics.n)
			return true;
	return bench->unknowns.n || bench->left_out;
}

static void put_metrics(const struct sheet *sheet)
{
	size_t left_out = 0;

	if (!has_metrics(sheet->bench))
		return;
	open_section(sheet, "All that was measured and watched");
	gp_html_put(sheet->html, "<details><summary>Metrics and telemetry</summary>\n");
	open_table(sheet, "Metrics", "Experiment;Metric;Value;Method");
	gp_each (experiment, &sheet->bench->experiments)
		gp_each (metric, &experiment->metrics)
			if (has_room(sheet, &left_out))
				gp_html_put(sheet->html,
					"<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
					title(sheet, experiment),
					metric->kind ? metric->kind->title : metric->name,
					gp_bench_quantity(sheet->arena, metric),
					metric->is_telemetry ? "mean of the runs"
							     : metric->value.method);
	gp_each (unknown, &sheet->bench->unknowns)
		gp_html_put(sheet->html,
			"<tr><td></td><td>%s</td><td>unknown</td><td>%s</td></tr>\n", unknown->name,
			unknown->why);
	close_table(sheet, left_out);
	gp_html_put(sheet->html, "</details>\n");
	if (sheet->bench->left_out)
		gp_html_put(sheet->html,
			"<p>%zu rows are malformed or too many, and left out.</p>\n",
			sheet->bench->left_out);
	close_section(sheet);
}

void gp_html_bench(struct gp_html *html, struct gp_arena *arena,
	const struct gp_bench_digest *bench, size_t level)
{
	struct sheet sheet = {.html = html, .arena = arena, .bench = bench, .level = level};

	put_stamps(&sheet);
	put_sides(&sheet);
	put_comparisons(&sheet);
	put_experiments(&sheet);
	put_latency(&sheet);
	put_streams(&sheet);
	put_rejections(&sheet);
	put_metrics(&sheet);
}
