/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "html-bench.h"
#include "html-chart.h"
#include "html-sheet.h"

#define WHISKERS_MOST 24 /* in a chart */

static const char *n_of(const struct gp_html_sheet *sheet, const struct gp_bench_value *value)
{
	return value->n ? gp_printf(sheet->arena, "%zu", value->n) : "";
}

static void put_stamps(const struct gp_html_sheet *sheet)
{
	if (sheet->bench->quick)
		gp_html_put(sheet->html, "<p class=\"stamp\">Not for comparison: %s</p>\n",
			sheet->bench->quick);
	if (sheet->bench->interrupted)
		gp_html_put(sheet->html, "<p class=\"stamp\">Interrupted: %s</p>\n",
			sheet->bench->interrupted);
}

static void put_sides(const struct gp_html_sheet *sheet)
{
	struct gp_strings lines = gp_bench_side_lines(sheet->arena, sheet->bench);

	if (!lines.n)
		return;
	gp_html_open_section(sheet->html, "Measured on", sheet->level);
	gp_html_sheet_list(sheet, &lines);
	if (sheet->bench->settings.n)
		gp_html_put(sheet->html, "<p class=\"tag\">%s</p>\n",
			gp_join(sheet->arena, &sheet->bench->settings, ", "));
	gp_html_close_section(sheet->html);
}

static const char *look_of(const char *verdict)
{
	if (gp_equal(verdict, "better"))
		return "good";
	if (gp_equal(verdict, "worse"))
		return "bad";
	return gp_equal(verdict, "inconclusive") ? "warn" : "none";
}

static void put_confounders(const struct gp_html_sheet *sheet)
{
	struct gp_strings lines = {0};

	gp_html_sheet_list(sheet, &sheet->bench->cautions);
	gp_each (confounder, &sheet->bench->confounders)
		gp_strings_add(sheet->arena, &lines,
			gp_printf(sheet->arena, "%s: %s", confounder->what, confounder->text));
	if (lines.n)
		gp_html_put(sheet->html,
			"<p class=\"stamp\">The sides differ in more than what is compared; the "
			"ratios show all of it together:</p>\n");
	gp_html_sheet_list(sheet, &lines);
}

static void put_ratio_chart(const struct gp_html_sheet *sheet)
{
	struct gp_whiskers whiskers = {
		.title = "Ratios of the comparisons, with their intervals", .ratios = true};

	gp_each (comparison, &sheet->bench->comparisons) {
		struct gp_whisker *row;

		if (whiskers.rows.n == WHISKERS_MOST || comparison->ratio.value <= 0 ||
			!gp_equal(comparison->unit, "x"))
			continue;
		row = gp_push(sheet->arena, &whiskers.rows);
		row->label = gp_html_sheet_label(
			sheet, gp_printf(sheet->arena, "%s, %s",
				       gp_bench_compared(sheet->arena, sheet->bench, comparison),
				       comparison->metric));
		row->said = gp_printf(sheet->arena, "%s %s",
			gp_bench_ratio(sheet->arena, comparison), comparison->verdict);
		row->look = look_of(comparison->verdict);
		row->value = comparison->ratio;
	}
	if (gp_html_sheet_has_room(sheet, &(size_t){0}))
		gp_html_whiskers(sheet->html, sheet->arena, &whiskers);
}

static void put_comparisons(const struct gp_html_sheet *sheet)
{
	struct gp_strings notes;
	size_t left_out = 0;

	if (!sheet->bench->comparisons.n)
		return;
	gp_html_open_section(sheet->html, "Comparison", sheet->level);
	put_confounders(sheet);
	gp_html_put(sheet->html, "<p>%s</p>\n", gp_bench_ratios(sheet->arena, sheet->bench));
	put_ratio_chart(sheet);
	gp_html_sheet_open_table(
		sheet, "Comparisons", "Compared;Metric;#Ratio;Interval;#n;Verdict;Method");
	gp_each (comparison, &sheet->bench->comparisons)
		if (gp_html_sheet_has_room(sheet, &left_out))
			gp_html_put(sheet->html,
				"<tr><th scope=\"row\">%s</th><td>%s</td>"
				"<td class=\"number\">%s</td><td class=\"span\">%s</td>"
				"<td class=\"number\">%s</td><td><span class=\"v %s\">%s</span></td>"
				"<td>%s</td></tr>\n",
				gp_bench_compared(sheet->arena, sheet->bench, comparison),
				comparison->metric, gp_bench_ratio(sheet->arena, comparison),
				gp_bench_interval(sheet->arena, &comparison->ratio),
				n_of(sheet, &comparison->ratio), look_of(comparison->verdict),
				comparison->verdict, comparison->ratio.method);
	gp_html_sheet_close_table(sheet, left_out);
	notes = gp_bench_notes(sheet->arena, sheet->bench, true);
	gp_html_sheet_list(sheet, &notes);
	gp_html_sheet_list(sheet, &sheet->bench->remarks);
	gp_html_sheet_list(sheet, &sheet->bench->noise);
	gp_html_close_section(sheet->html);
}

/* Those of a workload that share the unit of its first. */
static void put_center_chart(const struct gp_html_sheet *sheet, const char *workload)
{
	struct gp_whiskers whiskers = {.title = gp_printf(sheet->arena, "%s, with intervals",
					       gp_html_sheet_label(sheet, workload))};
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
		row->label = gp_html_sheet_label(sheet, gp_html_sheet_title(sheet, experiment));
		row->said = gp_html_sheet_label(sheet, gp_bench_primary(sheet->arena, primary));
		row->look = "none";
		row->value = primary->value;
	}
	if (whiskers.rows.n > 1 && gp_html_sheet_has_room(sheet, &(size_t){0}))
		gp_html_whiskers(sheet->html, sheet->arena, &whiskers);
}

static void put_experiments(const struct gp_html_sheet *sheet)
{
	size_t left_out = 0, n = 0;

	gp_each (experiment, &sheet->bench->experiments)
		n += experiment->primary != NULL;
	if (!n)
		return;
	gp_html_open_section(sheet->html, "Benchmarks", sheet->level);
	gp_html_sheet_open_table(
		sheet, "Benchmarks", "Experiment;#Measured;Interval;#n;#CPU ms/frame;#Init ms");
	gp_each (experiment, &sheet->bench->experiments) {
		const struct gp_bench_metric *primary = experiment->primary;

		if (!primary || !gp_html_sheet_has_room(sheet, &left_out))
			continue;
		gp_html_put(sheet->html,
			"<tr><th scope=\"row\">%s</th><td class=\"number\">%s</td>"
			"<td class=\"span\">%s</td><td class=\"number\">%s</td>"
			"<td class=\"number\">%s</td><td class=\"number\">%s</td></tr>\n",
			gp_html_sheet_title(sheet, experiment),
			gp_bench_primary(sheet->arena, primary),
			gp_bench_interval(sheet->arena, &primary->value),
			n_of(sheet, &primary->value),
			gp_bench_in(sheet->arena, experiment, "cpu", "ms/frame"),
			gp_bench_in(sheet->arena, experiment, "init", "ms"));
	}
	gp_html_sheet_close_table(sheet, left_out);
	for (size_t i = 0; i < sheet->bench->workloads.n && i < GP_HTML_CHARTS_MOST; i++)
		put_center_chart(sheet, sheet->bench->workloads.items[i]);
	gp_html_close_section(sheet->html);
}

void gp_html_bench(struct gp_html *html, struct gp_arena *arena,
	const struct gp_bench_digest *bench, size_t level)
{
	struct gp_html_sheet sheet = {.html = html, .arena = arena, .bench = bench, .level = level};

	put_stamps(&sheet);
	put_sides(&sheet);
	put_comparisons(&sheet);
	put_experiments(&sheet);
	gp_html_sheet_latency(&sheet);
	gp_html_sheet_streams(&sheet);
	gp_html_sheet_rest(&sheet);
}
