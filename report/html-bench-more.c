/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-chart.h"
#include "html-sheet.h"

#define REJECTIONS_MOST 60

static void put_latency_table(const struct gp_html_sheet *sheet)
{
	static const char *const names[] = {"p50", "p95", "p99", "p99-9", "max", "missed"};
	size_t left_out = 0;

	gp_html_sheet_open_table(
		sheet, "Latencies", "Experiment;In;#p50;#p95;#p99;#p99.9;#Max;#Missed %");
	gp_each (experiment, &sheet->bench->experiments) {
		const char *unit = gp_bench_latency_unit(experiment);

		if (!unit || !gp_html_sheet_has_room(sheet, &left_out))
			continue;
		gp_html_put(sheet->html, "<tr><th scope=\"row\">%s</th><td>%s</td>",
			gp_html_sheet_title(sheet, experiment), unit);
		for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
			gp_html_put(sheet->html, "<td class=\"number\">%s</td>",
				gp_bench_in(sheet->arena, experiment, names[i],
					gp_equal(names[i], "missed") ? "%" : unit));
		gp_html_put(sheet->html, "</tr>\n");
	}
	gp_html_sheet_close_table(sheet, left_out);
}

/* What the curves show, in numbers. */
static void put_curve_table(const struct gp_html_sheet *sheet)
{
	size_t left_out = 0;

	gp_html_put(sheet->html, "<details><summary>The curves in numbers</summary>\n");
	gp_html_sheet_open_table(sheet, "Percentiles", "Experiment;#Percentile;#Value;In");
	gp_each (experiment, &sheet->bench->experiments)
		gp_each (histogram, &experiment->histograms)
			gp_each (point, &histogram->curve)
				if (gp_html_sheet_has_room(sheet, &left_out))
					gp_html_put(sheet->html,
						"<tr><td>%s</td><td class=\"number\">%s</td>"
						"<td class=\"number\">%s</td><td>%s</td></tr>\n",
						gp_html_sheet_title(sheet, experiment),
						gp_printf(sheet->arena, "%.4g", point->x),
						gp_printf(sheet->arena, "%.4g", point->y),
						histogram->unit);
	gp_html_sheet_close_table(sheet, left_out);
	gp_html_put(sheet->html, "</details>\n");
}

/* Those of a workload, as many as can be told apart, that are in one unit. */
static bool put_latency_chart(
	const struct gp_html_sheet *sheet, const char *workload, const char *unit)
{
	struct gp_curves curves = {.title = gp_printf(sheet->arena, "%s: time by percentile",
					   gp_html_sheet_label(sheet, workload)),
		.x_title = "percentile",
		.y_title = unit,
		.percentiles = true};

	gp_each (experiment, &sheet->bench->experiments)
		gp_each (histogram, &experiment->histograms)
			if (gp_equal(experiment->workload, workload) &&
				gp_equal(histogram->unit, unit))
				*gp_push(sheet->arena, &curves.list) = (struct gp_curve){
					gp_html_sheet_label(
						sheet, gp_html_sheet_title(sheet, experiment)),
					histogram->curve.items, histogram->curve.n};
	if (gp_html_sheet_has_room(sheet, &(size_t){0}))
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

void gp_html_sheet_latency(const struct gp_html_sheet *sheet)
{
	const struct gp_strings *workloads = &sheet->bench->workloads;
	bool table, curves = false;

	if (!has_latency(sheet->bench, &table))
		return;
	gp_html_open_section(sheet->html, "Latency", sheet->level);
	if (table)
		put_latency_table(sheet);
	for (size_t i = 0; i < workloads->n && i < GP_HTML_CHARTS_MOST; i++) {
		curves |= put_latency_chart(sheet, workloads->items[i], "ms");
		curves |= put_latency_chart(sheet, workloads->items[i], "us");
	}
	if (curves)
		put_curve_table(sheet);
	gp_html_close_section(sheet->html);
}

/* Of several curves each would have its own. */
static void mark_limit(const struct gp_html_sheet *sheet, struct gp_curves *curves)
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

void gp_html_sheet_streams(const struct gp_html_sheet *sheet)
{
	struct gp_curves curves = {.title = "The slowest stream, by how many run at once",
		.x_title = "streams at once",
		.y_title = "slowest stream, of real time",
		.mark = 1,
		.mark_said = "real time"};
	size_t left_out = 0;

	gp_each (experiment, &sheet->bench->experiments)
		if (experiment->streams.n)
			*gp_push(sheet->arena, &curves.list) = (struct gp_curve){
				gp_html_sheet_label(sheet, gp_html_sheet_title(sheet, experiment)),
				experiment->streams.items, experiment->streams.n};
	if (!curves.list.n)
		return;
	mark_limit(sheet, &curves);
	gp_html_open_section(sheet->html, "Streams at once", sheet->level);
	if (gp_html_sheet_has_room(sheet, &(size_t){0}))
		gp_html_curves(sheet->html, sheet->arena, &curves);
	gp_html_sheet_open_table(sheet, "Streams", "Experiment;#Streams;#Slowest");
	gp_each (experiment, &sheet->bench->experiments)
		gp_each (point, &experiment->streams)
			if (gp_html_sheet_has_room(sheet, &left_out))
				gp_html_put(sheet->html,
					"<tr><td>%s</td><td class=\"number\">%s</td>"
					"<td class=\"number\">%sx</td></tr>\n",
					gp_html_sheet_title(sheet, experiment),
					gp_printf(sheet->arena, "%.0f", point->x),
					gp_printf(sheet->arena, "%.2f", point->y));
	gp_html_sheet_close_table(sheet, left_out);
	gp_html_close_section(sheet->html);
}

static void put_rejections(const struct gp_html_sheet *sheet)
{
	struct gp_strings lines = {0}, cannots = {0};
	size_t left_out = 0;

	gp_each (experiment, &sheet->bench->experiments)
		gp_each (rejection, &experiment->rejections)
			if (lines.n < REJECTIONS_MOST)
				gp_strings_add(sheet->arena, &lines,
					gp_printf(sheet->arena, "%s: %s",
						gp_html_sheet_title(sheet, experiment),
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
		gp_html_open_section(sheet->html, "Does not count", sheet->level);
		gp_html_sheet_list(sheet, &lines);
		gp_html_close_section(sheet->html);
	}
	if (cannots.n) {
		gp_html_open_section(sheet->html, "Cannot be measured here", sheet->level);
		gp_html_sheet_list(sheet, &cannots);
		gp_html_close_section(sheet->html);
	}
}

static void put_metrics(const struct gp_html_sheet *sheet)
{
	size_t left_out = 0;

	gp_html_put(sheet->html, "<details><summary>Metrics and telemetry</summary>\n");
	gp_html_sheet_open_table(sheet, "Metrics", "Experiment;Metric;Value;Method");
	gp_each (experiment, &sheet->bench->experiments)
		gp_each (metric, &experiment->metrics)
			if (gp_html_sheet_has_room(sheet, &left_out))
				gp_html_put(sheet->html,
					"<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
					gp_html_sheet_title(sheet, experiment),
					metric->kind ? metric->kind->title : metric->name,
					gp_bench_quantity(sheet->arena, metric),
					metric->is_telemetry ? "mean of the runs"
							     : metric->value.method);
	gp_each (unknown, &sheet->bench->unknowns)
		if (gp_html_sheet_has_room(sheet, &left_out))
			gp_html_put(sheet->html,
				"<tr><td>%s</td><td>%s</td><td>unknown</td><td>%s</td></tr>\n",
				gp_bench_some(sheet->arena, &unknown->experiments), unknown->name,
				unknown->why);
	gp_html_sheet_close_table(sheet, left_out);
	gp_html_put(sheet->html, "</details>\n");
}

static void put_beside(const struct gp_html_sheet *sheet)
{
	gp_html_put(sheet->html, "<details><summary>Watched beside, on both sides</summary>\n");
	gp_html_sheet_list(sheet, &sheet->bench->beside);
	gp_html_put(sheet->html, "</details>\n");
}

static bool has_metrics(const struct gp_bench_digest *bench)
{
	gp_each (experiment, &bench->experiments)
		if (experiment->metrics.n)
			return true;
	return bench->unknowns.n;
}

static void put_details(const struct gp_html_sheet *sheet)
{
	bool metrics = has_metrics(sheet->bench);

	if (!metrics && !sheet->bench->beside.n && !sheet->bench->left_out)
		return;
	gp_html_open_section(sheet->html, "All that was measured and watched", sheet->level);
	if (metrics)
		put_metrics(sheet);
	if (sheet->bench->beside.n)
		put_beside(sheet);
	if (sheet->bench->left_out)
		gp_html_put(sheet->html,
			"<p>%zu rows are malformed or too many, and left out.</p>\n",
			sheet->bench->left_out);
	gp_html_close_section(sheet->html);
}

void gp_html_sheet_rest(const struct gp_html_sheet *sheet)
{
	put_rejections(sheet);
	put_details(sheet);
}
