/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench-digest.h"

#include <stdlib.h>
#include <string.h>

/* A record is somebody else's file: what is looked up row by row stays small. */
#define EXPERIMENTS_MOST 256
#define METRICS_MOST     64
#define RUNS_MOST        4096
#define REJECTIONS_MOST  16
#define HISTOGRAMS_MOST  4
#define POINTS_MOST      256
#define COMPARISONS_MOST 512

static const char histogram_suffix[] = "-histogram";

bool gp_has_bench(const struct gp_record *part)
{
	return gp_record_next(part, "run", NULL) || gp_record_next(part, "stat", NULL);
}

const struct gp_bench_metric *gp_bench_metric(
	const struct gp_bench_experiment *experiment, const char *name)
{
	gp_each (metric, &experiment->metrics)
		if (gp_equal(metric->name, name))
			return metric;
	return NULL;
}

const char *gp_bench_latency_unit(const struct gp_bench_experiment *experiment)
{
	static const char *const names[] = {"p50", "p95", "p99", "p99-9", "max"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
		if (gp_bench_metric(experiment, names[i]))
			return gp_bench_metric(experiment, names[i])->unit;
	return gp_bench_metric(experiment, "missed") ? "" : NULL;
}

static bool is_it(const struct gp_bench_experiment *experiment, const struct gp_row *row,
	const char *const id[3])
{
	return gp_equal(experiment->variant, id[1]) && gp_equal(experiment->workload, id[0]) &&
	       gp_equal(experiment->subject, row->subject) && gp_equal(experiment->mode, row->mode);
}

/* Rows of one experiment mostly stand together: the last one is looked at first. */
static struct gp_bench_experiment *experiment_of(struct gp_arena *arena,
	struct gp_bench_digest *bench, const struct gp_row *row, const char *const id[3])
{
	struct gp_bench_experiment *experiment;

	for (size_t i = bench->experiments.n; i > 0; i--)
		if (is_it(&bench->experiments.items[i - 1], row, id))
			return &bench->experiments.items[i - 1];
	if (bench->experiments.n == EXPERIMENTS_MOST || !gp_bench_side_of(arena, bench, row))
		return NULL;
	experiment = gp_push(arena, &bench->experiments);
	experiment->workload = id[0];
	experiment->variant = id[1];
	experiment->subject = row->subject;
	experiment->mode = row->mode;
	gp_strings_add_once(arena, &bench->workloads, id[0]);
	return experiment;
}

static struct gp_bench_metric *metric_of(struct gp_arena *arena,
	struct gp_bench_experiment *experiment, const struct gp_row *row, const char *name)
{
	struct gp_bench_metric *metric;

	gp_each (known, &experiment->metrics)
		if (gp_equal(known->name, name))
			return known;
	if (experiment->metrics.n == METRICS_MOST)
		return NULL;
	metric = gp_push(arena, &experiment->metrics);
	metric->name = name;
	metric->unit = row->unit;
	metric->kind = gp_metric_kind(name);
	metric->value.method = metric->value.notes = metric->value.text = "";
	return metric;
}

/* "run 2" of "run 2 streams 8" */
static const char *run_of(struct gp_arena *arena, const char *source)
{
	const char *streams = strstr(source, " streams ");

	return streams ? gp_strndup(arena, source, (size_t)(streams - source)) : source;
}

static bool take_rejection(struct gp_arena *arena, struct gp_bench_experiment *experiment,
	const struct gp_row *row, bool failed)
{
	struct gp_bench_rejection *rejection = NULL;
	const char *run = run_of(arena, row->source);

	gp_each (known, &experiment->rejections)
		if (known->failed == failed && gp_equal(known->why, row->text))
			rejection = known;
	if (!rejection) {
		if (experiment->rejections.n == REJECTIONS_MOST)
			return false;
		rejection = gp_push(arena, &experiment->rejections);
		rejection->why = row->text;
		rejection->run = run;
		rejection->failed = failed;
	}
	/* One run is invalid in each of its metrics, and with each number of streams. */
	if (!rejection->n || !gp_equal(rejection->last, run))
		rejection->n++;
	rejection->last = run;
	return true;
}

static bool take_histogram(struct gp_arena *arena, struct gp_bench_experiment *experiment,
	const struct gp_row *row, const char *metric)
{
	struct gp_bench_histogram *histogram = NULL;
	size_t size = strlen(metric) - strlen(histogram_suffix);

	gp_each (known, &experiment->histograms)
		if (strlen(known->name) == size && strncmp(known->name, metric, size) == 0 &&
			gp_equal(known->unit, row->unit))
			histogram = known;
	if (!histogram) {
		if (experiment->histograms.n == HISTOGRAMS_MOST)
			return false;
		histogram = gp_push(arena, &experiment->histograms);
		histogram->name = gp_strndup(arena, metric, size);
		histogram->unit = row->unit;
	}
	return gp_bench_add_buckets(arena, row->text, histogram);
}

/* Of several tries with as many streams, the worst. */
static bool take_streams(struct gp_arena *arena, struct gp_bench_experiment *experiment,
	unsigned int streams, const struct gp_row *row, const char *metric)
{
	double value;

	if (!gp_equal(metric, "slowest"))
		return true; /* the curve and the limit say it */
	if (!gp_bench_parse_number(row->value, &value))
		return false;
	gp_each (point, &experiment->streams)
		if (point->x == (double)streams) {
			point->y = value < point->y ? value : point->y;
			return true;
		}
	if (experiment->streams.n == POINTS_MOST)
		return false;
	*gp_push(arena, &experiment->streams) =
		(struct gp_bench_point){.x = streams, .y = value, .text = row->text};
	return true;
}

static bool take_value(struct gp_arena *arena, struct gp_bench_experiment *experiment,
	const struct gp_row *row, const char *name)
{
	struct gp_bench_metric *metric;
	double value;

	if (!gp_bench_parse_number(row->value, &value))
		return false;
	metric = metric_of(arena, experiment, row, name);
	if (!metric || metric->runs.n == RUNS_MOST || !gp_equal(metric->unit, row->unit))
		return false;
	*gp_push(arena, &metric->runs) = value;
	return true;
}

static bool take_run(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	struct gp_bench_experiment *experiment;
	unsigned int streams = gp_bench_parse_streams(row->source);
	const char *id[3];

	if (!gp_bench_parse_id(arena, row->id, id) ||
		!(experiment = experiment_of(arena, bench, row, id)))
		return false;
	if (!gp_equal(row->verdict, "valid") && gp_ends_with(id[2], histogram_suffix))
		return true; /* the metrics of that run say why */
	if (!gp_equal(row->verdict, "valid"))
		return take_rejection(arena, experiment, row, gp_equal(id[2], "failed"));
	if (streams)
		return take_streams(arena, experiment, streams, row, id[2]);
	if (gp_ends_with(id[2], histogram_suffix))
		return take_histogram(arena, experiment, row, id[2]);
	return take_value(arena, experiment, row, id[2]);
}

static struct gp_bench_value value_of(struct gp_arena *arena, const struct gp_row *row)
{
	struct gp_bench_value value = {0};

	value.is_known = gp_bench_parse_number(row->value, &value.value);
	gp_bench_parse_estimate(arena, row->text, &value);
	if (value.has_interval && (value.value < value.low || value.value > value.high))
		value.has_interval = false; /* it is not one of this */
	return value;
}

static bool take_comparison(struct gp_arena *arena, struct gp_bench_digest *bench,
	const struct gp_row *row, const char *const id[3])
{
	struct gp_bench_comparison *comparison;

	if (bench->comparisons.n == COMPARISONS_MOST)
		return false;
	comparison = gp_push(arena, &bench->comparisons);
	*comparison = (struct gp_bench_comparison){.workload = id[0],
		.variant = id[1],
		.metric = id[2],
		.subject = row->subject,
		.mode = row->mode,
		.verdict = row->verdict,
		.sides = row->source,
		.kind = gp_metric_kind(id[2]),
		.unit = row->unit,
		.ratio = value_of(arena, row)};
	bench->n_better += gp_equal(row->verdict, "better");
	bench->n_equal += gp_equal(row->verdict, "equal");
	bench->n_worse += gp_equal(row->verdict, "worse");
	bench->n_inconclusive += gp_equal(row->verdict, "inconclusive");
	return true;
}

static bool take_stat(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	struct gp_bench_experiment *experiment;
	struct gp_bench_metric *metric;
	const char *id[3];

	if (!gp_bench_parse_id(arena, row->id, id))
		return false;
	if (*row->verdict)
		return take_comparison(arena, bench, row, id);
	experiment = experiment_of(arena, bench, row, id);
	metric = experiment ? metric_of(arena, experiment, row, id[2]) : NULL;
	if (!metric)
		return false;
	metric->value = value_of(arena, row);
	metric->unit = row->unit;
	return true;
}

static bool take_row(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	if (gp_equal(row->kind, "run"))
		return take_run(arena, bench, row);
	if (gp_equal(row->kind, "stat"))
		return take_stat(arena, bench, row);
	return !gp_equal(row->kind, "fact") || gp_bench_fact(arena, bench, row);
}

static int by_value(const void *a, const void *b)
{
	double first = *(const double *)a, second = *(const double *)b;

	return (first > second) - (first < second);
}

static double mean_of(const double *values, size_t n)
{
	double mean = 0;

	for (size_t i = 0; i < n; i++)
		mean += values[i] / (double)n;
	return mean;
}

static double median_of(struct gp_arena *arena, const double *values, size_t n)
{
	double *sorted = gp_memdup(arena, values, n * sizeof(*values));

	qsort(sorted, n, sizeof(*sorted), by_value);
	return n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
}

/* What is watched is not summed up by statistics: what is in no table is told by that. */
static bool is_telemetry(const struct gp_bench_metric *metric)
{
	return metric->kind ? metric->kind->is_telemetry
			    : !metric->value.is_known && !*metric->value.text;
}

static void summarise(struct gp_arena *arena, struct gp_bench_metric *metric)
{
	const double *values = metric->runs.items;
	size_t n = metric->runs.n;

	metric->is_telemetry = is_telemetry(metric);
	if (metric->value.is_known || *metric->value.text || !n)
		return;
	metric->value.is_known = true;
	metric->value.n = n;
	metric->value.value =
		metric->is_telemetry ? mean_of(values, n) : median_of(arena, values, n);
}

static int by_x(const void *a, const void *b)
{
	return by_value(
		&((const struct gp_bench_point *)a)->x, &((const struct gp_bench_point *)b)->x);
}

static const struct gp_bench_metric *first_of(
	const struct gp_bench_experiment *experiment, const char *const *names, size_t n)
{
	const struct gp_bench_metric *metric = NULL;

	for (size_t i = 0; i < n && !metric; i++)
		metric = gp_bench_metric(experiment, names[i]);
	return metric;
}

/* What an experiment is for: the first of these that it has. */
static const struct gp_bench_metric *primary_of(const struct gp_bench_experiment *experiment)
{
	static const char *const paced[] = {"p99", "p95", "p50", "missed"};
	static const char *const names[] = {
		"count", "bandwidth", "touched", "flops", "launch", "fps", "p99"};
	const struct gp_bench_metric *metric =
		gp_bench_metric(experiment, "missed")
			? first_of(experiment, paced, GP_ARRAY_SIZE(paced))
			: first_of(experiment, names, GP_ARRAY_SIZE(names));

	if (metric)
		return metric;
	gp_each (other, &experiment->metrics)
		if (!other->is_telemetry)
			return other;
	return NULL;
}

static void finish(struct gp_arena *arena, struct gp_bench_digest *bench)
{
	gp_each (experiment, &bench->experiments) {
		gp_each (metric, &experiment->metrics)
			summarise(arena, metric);
		gp_each (histogram, &experiment->histograms)
			gp_bench_merge(arena, histogram);
		if (experiment->streams.n > 1)
			qsort(experiment->streams.items, experiment->streams.n,
				sizeof(*experiment->streams.items), by_x);
		gp_each (rejection, &experiment->rejections)
			bench->n_rejected += rejection->n;
		experiment->primary = primary_of(experiment);
	}
}

struct gp_bench_digest *gp_bench_digest(struct gp_arena *arena, const struct gp_record *part)
{
	struct gp_bench_digest *bench = gp_new(arena, struct gp_bench_digest);

	for (size_t i = 0; i < part->n; i++)
		bench->left_out += !take_row(arena, bench, &part->items[i]);
	/* Of what is known only now. */
	for (size_t i = 0; i < part->n; i++)
		if (gp_equal(part->items[i].kind, "fact"))
			gp_bench_about(arena, bench, &part->items[i]);
	finish(arena, bench);
	gp_bench_words(arena, part, bench);
	return bench;
}
