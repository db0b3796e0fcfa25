/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "text-bench.h"
#include "text-grid.h"

#include <ctype.h>
#include <string.h>

#define UNKNOWNS_SHOWN   4
#define REJECTIONS_SHOWN 3

static const char *upper(const struct gp_page *page, const char *text)
{
	char *copy = gp_strdup(page->arena, gp_page_safe(page, text));

	for (char *letter = copy; *letter; letter++)
		*letter = (char)toupper((unsigned char)*letter);
	return copy;
}

void gp_text_bench_stamp(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	if (bench->quick)
		gp_page_wrap(page, 0, "", GP_SGR_YELLOW,
			gp_printf(page->arena, "NOT FOR COMPARISON: %s",
				gp_page_safe(page, bench->quick)));
	if (bench->interrupted)
		gp_page_wrap(page, 0, "", GP_SGR_YELLOW,
			gp_printf(page->arena, "INTERRUPTED: %s",
				gp_page_safe(page, bench->interrupted)));
}

static void put_sides(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	struct gp_strings lines = gp_bench_side_lines(page->arena, bench);

	if (!bench->sides.n)
		return;
	gp_page_section(page, "Measured on");
	for (size_t i = 0; i < lines.n; i++)
		gp_page_wrap(page, 4, "  ", GP_SGR_PLAIN, gp_page_safe(page, lines.items[i]));
	if (bench->settings.n)
		gp_page_wrap(page, 4, "  ", GP_SGR_PLAIN,
			gp_page_safe(page, gp_join(page->arena, &bench->settings, ", ")));
}

static void put_list(const struct gp_page *page, const char *mark, const char *sgr,
	const struct gp_strings *list)
{
	for (size_t i = 0; i < list->n; i++)
		gp_page_wrap(page, *mark ? 4 : 0, mark, sgr, gp_page_safe(page, list->items[i]));
}

static void put_confounders(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	put_list(page, "", GP_SGR_YELLOW, &bench->cautions);
	if (!bench->confounders.n)
		return;
	gp_page_wrap(page, 0, "", GP_SGR_YELLOW,
		"The sides differ in more than what is compared; the ratios show all of it together:");
	gp_each (confounder, &bench->confounders)
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_page_safe(page, gp_printf(page->arena, "%s: %s", confounder->what,
						   confounder->text)));
}

static const char *verdict_color(const char *verdict)
{
	if (gp_equal(verdict, "better"))
		return "green";
	if (gp_equal(verdict, "worse"))
		return "red";
	return gp_equal(verdict, "inconclusive") ? "yellow" : NULL;
}

static const char *n_of(const struct gp_page *page, const struct gp_bench_value *value)
{
	if (!value->n)
		return "";
	return gp_printf(
		page->arena, "%zu%s", value->n, strstr(value->method, "low n") ? " (low)" : "");
}

/* Why there is no verdict, and with --verbose all that is said. */
static void put_notes(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	struct gp_strings notes = gp_bench_notes(page->arena, bench, page->style->verbose);

	if (notes.n || bench->remarks.n)
		fputc('\n', page->out);
	put_list(page, "- ", GP_SGR_PLAIN, &notes);
	put_list(page, "- ", GP_SGR_PLAIN, &bench->remarks);
	if (page->style->verbose)
		put_list(page, "- ", GP_SGR_PLAIN, &bench->noise);
}

/* Of one workload, or of all (NULL). */
static struct gp_grid comparisons_of(
	const struct gp_page *page, const struct gp_bench_digest *bench, const char *workload)
{
	struct gp_grid grid = {.n_columns = 7,
		.heads = {workload ? upper(page, workload) : "COMPARED", "METRIC", "SIDES", "RATIO",
			"INTERVAL", "N", "VERDICT"},
		.right = {[3] = true, [5] = true}};
	bool several = gp_bench_several_sides(bench);

	gp_each (comparison, &bench->comparisons) {
		const char *name =
			gp_printf(page->arena, "%s%s%s", workload ? "" : comparison->workload,
				workload ? "" : " ", comparison->variant);

		if (workload && !gp_equal(comparison->workload, workload))
			continue;
		*gp_push(page->arena, &grid.rows) = (struct gp_grid_row){
			.cells = {gp_page_safe(page, name), gp_page_safe(page, comparison->metric),
				several ? gp_page_safe(page, comparison->sides) : "",
				gp_page_safe(page, gp_bench_ratio(page->arena, comparison)),
				gp_bench_interval(page->arena, &comparison->ratio),
				n_of(page, &comparison->ratio),
				gp_page_safe(page, comparison->verdict)},
			.color = verdict_color(comparison->verdict)};
	}
	return grid;
}

/* One table, where the page is wide enough for it; else one for each workload. */
static int put_ratios(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	struct gp_grid grid = comparisons_of(page, bench, NULL);
	struct gp_strings workloads = {0};
	int r = 0;

	if (gp_grid_fits(page, &grid))
		return gp_grid_show(page, &grid);
	gp_each (comparison, &bench->comparisons)
		gp_strings_add_once(page->arena, &workloads, comparison->workload);
	for (size_t i = 0; !r && i < workloads.n; i++) {
		grid = comparisons_of(page, bench, workloads.items[i]);
		r = gp_grid_show(page, &grid);
	}
	return r;
}

static int put_comparisons(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	int r;

	if (!bench->comparisons.n)
		return 0;
	gp_page_section(page, "Comparison");
	put_confounders(page, bench);
	gp_page_wrap(
		page, 0, "", GP_SGR_PLAIN, gp_page_safe(page, gp_bench_ratios(page->arena, bench)));
	r = put_ratios(page, bench);
	if (!r)
		put_notes(page, bench);
	return r;
}

static bool one_subject(const struct gp_bench_digest *bench)
{
	gp_each (side, &bench->sides)
		if (!gp_equal(side->subject, bench->sides.items->subject))
			return false;
	return true;
}

/* Which of several sides, in few words. */
static const char *where(const struct gp_page *page, const struct gp_bench_digest *bench,
	const struct gp_bench_experiment *experiment)
{
	if (bench->sides.n < 2)
		return "";
	return gp_page_safe(page, one_subject(bench) ? experiment->mode : experiment->subject);
}

static void add_experiment(const struct gp_page *page, const struct gp_bench_digest *bench,
	const struct gp_bench_experiment *experiment, struct gp_grid *grid)
{
	const struct gp_bench_metric *primary = experiment->primary;
	const struct gp_bench_value *value = &primary->value;

	*gp_push(page->arena, &grid->rows) = (struct gp_grid_row){
		.cells = {gp_page_safe(page, experiment->variant), where(page, bench, experiment),
			gp_page_safe(page, gp_bench_primary(page->arena, primary)),
			gp_bench_interval(page->arena, value), n_of(page, value),
			gp_bench_in(page->arena, experiment, "cpu", "ms/frame"),
			gp_bench_in(page->arena, experiment, "init", "ms")}};
}

static int put_workload(
	const struct gp_page *page, const struct gp_bench_digest *bench, const char *workload)
{
	struct gp_grid grid = {.n_columns = 7,
		.heads = {upper(page, workload), "ON", "MEASURED", "INTERVAL", "N", "CPU MS/FRAME",
			"INIT MS"},
		.right = {[2] = true, [4] = true, [5] = true, [6] = true}};

	gp_each (experiment, &bench->experiments)
		if (gp_equal(experiment->workload, workload) && experiment->primary)
			add_experiment(page, bench, experiment, &grid);
	return gp_grid_show(page, &grid);
}

static int put_latency(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	static const char *const names[] = {"p50", "p95", "p99", "p99-9", "max", "missed"};
	struct gp_grid grid = {.n_columns = 9,
		.heads = {"LATENCY", "ON", "IN", "P50", "P95", "P99", "P99.9", "MAX", "MISSED %"}};

	for (size_t i = 3; i < grid.n_columns; i++)
		grid.right[i] = true;
	gp_each (experiment, &bench->experiments) {
		const char *unit = gp_bench_latency_unit(experiment);
		struct gp_grid_row *row;

		if (!unit)
			continue;
		row = gp_push(page->arena, &grid.rows);
		row->cells[0] = gp_page_safe(page,
			gp_printf(page->arena, "%s %s", experiment->workload, experiment->variant));
		row->cells[1] = where(page, bench, experiment);
		row->cells[2] = gp_page_safe(page, unit);
		for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
			row->cells[i + 3] = gp_bench_in(page->arena, experiment, names[i],
				gp_equal(names[i], "missed") ? "%" : unit);
	}
	return gp_grid_show(page, &grid);
}

/* Why there are not more: of the fewest that were refused. */
static const char *refusal_of(
	const struct gp_page *page, const struct gp_bench_experiment *experiment)
{
	gp_each (point, &experiment->streams)
		if (strstr(point->text, ": "))
			return gp_printf(page->arena, "; %.0f %s", point->x, point->text);
	return "";
}

static void put_streams(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	bool headed = false;

	gp_each (experiment, &bench->experiments) {
		struct gp_strings words = {0};

		gp_each (point, &experiment->streams)
			gp_strings_add(page->arena, &words,
				gp_printf(page->arena, "%.0f: %.2fx", point->x, point->y));
		if (!words.n)
			continue;
		if (!headed)
			gp_page_section(page, "Streams at once, and the slowest of real time");
		headed = true;
		gp_page_wrap(page, 4, "  ", GP_SGR_PLAIN,
			gp_page_safe(page, gp_printf(page->arena, "%s: %s%s",
						   gp_bench_title(page->arena, bench, experiment),
						   gp_join(page->arena, &words, ", "),
						   refusal_of(page, experiment))));
	}
}

static const char *rejection_of(const struct gp_page *page, const struct gp_bench_digest *bench,
	const struct gp_bench_experiment *experiment, const struct gp_bench_rejection *rejection)
{
	return gp_page_safe(page,
		gp_printf(page->arena, "%s: %s", gp_bench_title(page->arena, bench, experiment),
			gp_bench_rejected(page->arena, rejection)));
}

static void put_rejections(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	if (bench->n_rejected)
		gp_page_section(page, "Does not count");
	gp_each (experiment, &bench->experiments) {
		size_t n = experiment->rejections.n;
		size_t most = page->style->verbose || n <= REJECTIONS_SHOWN ? n : REJECTIONS_SHOWN;

		for (size_t i = 0; i < most; i++)
			gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
				rejection_of(
					page, bench, experiment, &experiment->rejections.items[i]));
		if (n > most)
			gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
				gp_printf(page->arena, "%zu more of it: --verbose", n - most));
	}
	if (bench->cannots.n)
		gp_page_section(page, "Cannot be measured here");
	gp_each (cannot, &bench->cannots)
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_page_safe(page, gp_printf(page->arena, "%s: %s",
						   gp_bench_some(page->arena, &cannot->experiments),
						   cannot->why)));
}

static void put_metrics(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	gp_each (experiment, &bench->experiments) {
		if (!experiment->metrics.n)
			continue;
		gp_page_section(
			page, gp_page_safe(page, gp_bench_title(page->arena, bench, experiment)));
		gp_each (metric, &experiment->metrics)
			gp_page_wrap(page, 4, "  ", GP_SGR_PLAIN,
				gp_page_safe(page,
					gp_printf(page->arena, "%s: %s%s%s%s",
						metric->kind ? metric->kind->title : metric->name,
						gp_bench_quantity(page->arena, metric),
						metric->is_telemetry ? " (mean)" : "",
						*metric->value.method ? ", " : "",
						metric->value.method)));
	}
}

static void put_beside(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	if (bench->beside.n)
		gp_page_section(page, "Watched beside");
	put_list(page, "  ", GP_SGR_PLAIN, &bench->beside);
}

static void put_unknowns(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	size_t most = page->style->verbose ? bench->unknowns.n : UNKNOWNS_SHOWN;

	if (bench->unknowns.n)
		gp_page_section(page, "Could not be watched");
	for (size_t i = 0; i < bench->unknowns.n && i < most; i++)
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_page_safe(page,
				gp_printf(page->arena, "%s: %s", bench->unknowns.items[i].name,
					*bench->unknowns.items[i].why ? bench->unknowns.items[i].why
								      : "no reason is given")));
	if (bench->unknowns.n > most)
		gp_page_wrap(page, 4, "- ", GP_SGR_PLAIN,
			gp_printf(page->arena, "%zu more: --verbose", bench->unknowns.n - most));
}

int gp_text_bench(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	int r;

	put_sides(page, bench);
	r = put_comparisons(page, bench);
	for (size_t i = 0; !r && i < bench->workloads.n; i++)
		r = put_workload(page, bench, bench->workloads.items[i]);
	if (!r)
		r = put_latency(page, bench);
	if (r)
		return r;
	put_streams(page, bench);
	put_rejections(page, bench);
	if (page->style->verbose) {
		put_metrics(page, bench);
		put_beside(page, bench);
	}
	put_unknowns(page, bench);
	if (bench->left_out)
		gp_page_wrap(page, 0, "", GP_SGR_PLAIN,
			gp_printf(page->arena, "%zu rows are malformed or too many, and left out.",
				bench->left_out));
	return 0;
}

void gp_text_bench_quiet(const struct gp_page *page, const struct gp_bench_digest *bench)
{
	gp_text_bench_stamp(page, bench);
	gp_each (experiment, &bench->experiments)
		gp_each (rejection, &experiment->rejections)
			gp_page_line(page, 0, GP_SGR_PLAIN,
				gp_printf(page->arena, "invalid: %s",
					rejection_of(page, bench, experiment, rejection)));
	gp_each (comparison, &bench->comparisons)
		if (gp_equal(comparison->verdict, "worse"))
			gp_page_line(page, 0, GP_SGR_PLAIN,
				gp_page_safe(
					page, gp_printf(page->arena, "worse: %s %s, %s: %s, %s",
						      comparison->workload, comparison->variant,
						      comparison->metric,
						      gp_bench_ratio(page->arena, comparison),
						      gp_bench_interval(
							      page->arena, &comparison->ratio))));
}
