/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "markdown-bench.h"

#include <stdarg.h>

#define CELL_MOST 300
#define LINE_MOST 1000

static const char *text(const struct gp_markdown *markdown, const char *raw)
{
	return gp_markdown_text(markdown->arena, raw, CELL_MOST);
}

static const char *n_of(struct gp_arena *arena, const struct gp_bench_value *value)
{
	return value->n ? gp_printf(arena, "%zu", value->n) : "";
}

/* A row of cells, NULL behind the last. */
static void add_row(
	const struct gp_markdown *markdown, struct gp_strings *rows, const char *first, ...)
{
	struct gp_strings cells = {0};
	va_list args;

	va_start(args, first);
	for (const char *cell = first; cell; cell = va_arg(args, const char *))
		gp_strings_add(markdown->arena, &cells, cell);
	va_end(args);
	gp_strings_add(markdown->arena, rows, gp_markdown_row(markdown->arena, &cells));
}

static void put_table(struct gp_markdown *markdown, const char *heading, const char *heads,
	unsigned int right, const struct gp_strings *rows, const char *more)
{
	struct gp_strings list = gp_split(markdown->arena, heads, ";");

	gp_markdown_section(markdown,
		gp_printf(markdown->arena, "\n%s\n\n%s", heading,
			gp_markdown_head(markdown->arena, &list, right)),
		rows, "", more, 0);
}

void gp_markdown_bench_stamp(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	if (bench->quick)
		gp_markdown_put(
			markdown, gp_printf(markdown->arena, "\n**Not for comparison: %s**\n",
					  text(markdown, bench->quick)));
	if (bench->interrupted)
		gp_markdown_put(markdown, gp_printf(markdown->arena, "\n**Interrupted: %s**\n",
						  text(markdown, bench->interrupted)));
}

/* A list of raw lines. */
static void put_list(struct gp_markdown *markdown, const char *before,
	const struct gp_strings *list, const char *more)
{
	struct gp_strings lines = {0};

	for (size_t i = 0; i < list->n; i++)
		gp_strings_add(markdown->arena, &lines,
			gp_printf(markdown->arena, "- %s\n",
				gp_markdown_text(markdown->arena, list->items[i], LINE_MOST)));
	gp_markdown_section(markdown, before, &lines, "", more, 0);
}

static void put_sides(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	struct gp_strings lines = gp_bench_side_lines(markdown->arena, bench);

	if (lines.n && bench->settings.n)
		gp_strings_add(
			markdown->arena, &lines, gp_join(markdown->arena, &bench->settings, ", "));
	put_list(markdown, "\n### Measured on\n\n", &lines, "lines");
}

static void put_comparisons(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	struct gp_arena *arena = markdown->arena;
	struct gp_strings confounders = {0}, rows = {0}, notes;

	if (!bench->comparisons.n)
		return;
	gp_markdown_put(markdown, "\n### Comparison\n");
	put_list(markdown, "\n", &bench->cautions, "cautions");
	gp_each (confounder, &bench->confounders)
		gp_strings_add(arena, &confounders,
			gp_printf(arena, "%s: %s", confounder->what, confounder->text));
	put_list(markdown,
		"\nThe sides differ in more than what is compared; the ratios show all of it "
		"together:\n\n",
		&confounders, "differences");
	gp_each (comparison, &bench->comparisons)
		add_row(markdown, &rows,
			text(markdown, gp_bench_compared(arena, bench, comparison)),
			text(markdown, comparison->metric),
			text(markdown, gp_bench_ratio(arena, comparison)),
			gp_bench_interval(arena, &comparison->ratio),
			n_of(arena, &comparison->ratio), text(markdown, comparison->verdict),
			text(markdown, comparison->ratio.method), NULL);
	put_table(markdown, gp_markdown_text(arena, gp_bench_ratios(arena, bench), 0),
		"Compared;Metric;Ratio;Interval;n;Verdict;Method", 1 << 2 | 1 << 4, &rows,
		"comparisons");
	notes = gp_bench_notes(arena, bench, true);
	put_list(markdown, "\n", &notes, "notes");
	put_list(markdown, "\n", &bench->remarks, "remarks");
	put_list(markdown, "\n", &bench->noise, "remarks");
}

static void put_experiments(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	struct gp_arena *arena = markdown->arena;
	struct gp_strings rows = {0};

	gp_each (experiment, &bench->experiments)
		if (experiment->primary)
			add_row(markdown, &rows,
				text(markdown, gp_bench_title(arena, bench, experiment)),
				text(markdown, gp_bench_primary(arena, experiment->primary)),
				gp_bench_interval(arena, &experiment->primary->value),
				n_of(arena, &experiment->primary->value),
				gp_bench_in(arena, experiment, "cpu", "ms/frame"),
				gp_bench_in(arena, experiment, "init", "ms"), NULL);
	put_table(markdown, "### Benchmarks", "Experiment;Measured;Interval;n;CPU ms/frame;Init ms",
		1 << 1 | 1 << 3 | 1 << 4 | 1 << 5, &rows, "experiments");
}

static void put_latency(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	static const char *const names[] = {"p50", "p95", "p99", "p99-9", "max"};
	struct gp_arena *arena = markdown->arena;
	struct gp_strings rows = {0};

	gp_each (experiment, &bench->experiments) {
		const char *unit = gp_bench_latency_unit(experiment);
		struct gp_strings cells = {0};

		if (!unit)
			continue;
		gp_strings_add(
			arena, &cells, text(markdown, gp_bench_title(arena, bench, experiment)));
		gp_strings_add(arena, &cells, text(markdown, unit));
		for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
			gp_strings_add(
				arena, &cells, gp_bench_in(arena, experiment, names[i], unit));
		gp_strings_add(arena, &cells, gp_bench_in(arena, experiment, "missed", "%"));
		gp_strings_add(arena, &rows, gp_markdown_row(arena, &cells));
	}
	put_table(markdown, "### Latency", "Experiment;In;p50;p95;p99;p99.9;Max;Missed %", 0xfc,
		&rows, "latencies");
}

static void put_streams(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	struct gp_arena *arena = markdown->arena;
	struct gp_strings rows = {0};

	gp_each (experiment, &bench->experiments)
		gp_each (point, &experiment->streams)
			add_row(markdown, &rows,
				text(markdown, gp_bench_title(arena, bench, experiment)),
				gp_printf(arena, "%.0f", point->x),
				gp_printf(arena, "%.2fx", point->y), NULL);
	put_table(markdown, "### Streams at once", "Experiment;Streams;Slowest, of real time", 6,
		&rows, "points");
}

static void put_rejections(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	struct gp_arena *arena = markdown->arena;
	struct gp_strings lines = {0}, cannots = {0};

	gp_each (experiment, &bench->experiments)
		gp_each (rejection, &experiment->rejections)
			gp_strings_add(arena, &lines,
				gp_printf(arena, "%s: %s", gp_bench_title(arena, bench, experiment),
					gp_bench_rejected(arena, rejection)));
	put_list(markdown, "\n### Does not count\n\n", &lines, "reasons");
	gp_each (cannot, &bench->cannots)
		gp_strings_add(arena, &cannots,
			gp_printf(arena, "%s: %s", gp_bench_some(arena, &cannot->experiments),
				cannot->why));
	put_list(markdown, "\n### Cannot be measured here\n\n", &cannots, "reasons");
}

static void put_metrics(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	struct gp_arena *arena = markdown->arena;
	struct gp_strings rows = {0},
			  heads = gp_split(arena, "Experiment;Metric;Value;Method", ";");

	gp_each (experiment, &bench->experiments)
		gp_each (metric, &experiment->metrics)
			add_row(markdown, &rows,
				text(markdown, gp_bench_title(arena, bench, experiment)),
				text(markdown, metric->kind ? metric->kind->title : metric->name),
				text(markdown, gp_bench_quantity(arena, metric)),
				metric->is_telemetry ? "mean"
						     : text(markdown, metric->value.method),
				NULL);
	gp_each (unknown, &bench->unknowns)
		add_row(markdown, &rows,
			text(markdown, gp_bench_some(arena, &unknown->experiments)),
			text(markdown, unknown->name), "unknown", text(markdown, unknown->why),
			NULL);
	for (size_t i = 0; i < bench->beside.n; i++)
		add_row(markdown, &rows, "", "watched beside",
			text(markdown, bench->beside.items[i]), "", NULL);
	gp_markdown_section(markdown,
		gp_printf(arena,
			"\n<details><summary>All that was measured and watched</summary>\n\n%s",
			gp_markdown_head(arena, &heads, 0)),
		&rows, "\n</details>\n", "rows", 0);
}

void gp_markdown_bench(struct gp_markdown *markdown, const struct gp_bench_digest *bench)
{
	put_sides(markdown, bench);
	put_comparisons(markdown, bench);
	put_experiments(markdown, bench);
	put_latency(markdown, bench);
	put_streams(markdown, bench);
	put_rejections(markdown, bench);
	put_metrics(markdown, bench);
	if (bench->left_out)
		gp_markdown_put(
			markdown, gp_printf(markdown->arena,
					  "\n%zu rows are malformed or too many, and left out.\n",
					  bench->left_out));
}
