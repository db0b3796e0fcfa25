/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <string.h>

#include "check.h"
#include "run/run.h"
#include "stats/stats.h"
#include "telemetry/gauges.h"
#include "to-record.h"

#define CONFIDENCE 0.95

struct writer {
	const struct gp_bench_run *run;
	struct gp_record *record;
	struct gp_arena *arena;
	const char *host;
};

static struct writer writer_of(const struct gp_bench_run *run, struct gp_record *record)
{
	return (struct writer){run, record, record->arena, gp_record_host(&run->facts.platform)};
}

/* A row about an experiment; the caller fills in the rest. */
static struct gp_row row_of(const struct writer *w, const char *kind,
	const struct gp_experiment *experiment, const char *last)
{
	const struct gp_target *target = experiment->target;

	return (struct gp_row){.kind = kind,
		.host = w->host,
		.layer = gp_layer_names[GP_LAYER_BENCH],
		.id = gp_printf(
			w->arena, "%s.%s.%s", experiment->workload, experiment->variant, last),
		.subject = target->subject,
		.mode = gp_modes_name(w->arena, target->mode)};
}

static const char *number(const struct writer *w, double value)
{
	return gp_printf(w->arena, "%.9g", value);
}

/* ---- samples */

static const char *source_of(const struct writer *w, const struct gp_sample *sample)
{
	if (sample->pair)
		return gp_printf(w->arena, "run %u pair %u", sample->run, sample->pair);
	return gp_printf(w->arena, "run %u", sample->run);
}

static void write_metric(
	const struct writer *w, const struct gp_sample *sample, const struct gp_metric *metric)
{
	struct gp_row row = row_of(w, "run", sample->experiment, metric->name);
	bool is_valid = sample->state == GP_SAMPLE_VALID;

	row.verdict = is_valid ? "valid" : "invalid";
	row.value = number(w, metric->value);
	row.unit = metric->unit;
	row.text = is_valid && metric->text ? metric->text : sample->why;
	row.source = source_of(w, sample);
	if (metric->streams)
		row.source = gp_printf(w->arena, "%s streams %u", row.source, metric->streams);
	gp_record_add(w->record, &row);
}

static void write_gauge(
	const struct writer *w, const struct gp_sample *sample, const struct gp_gauge *gauge)
{
	const struct gp_metric metric = {.name = gauge->name,
		.value = gauge->value,
		.unit = gauge->unit,
		.text = gp_gauge_reasons(w->arena, gauge)};

	write_metric(w, sample, &metric);
}

static void write_failed(const struct writer *w, const struct gp_sample *sample)
{
	struct gp_row row = row_of(w, "run", sample->experiment, "failed");

	row.verdict = "invalid";
	row.text = sample->why;
	row.source = source_of(w, sample);
	gp_record_add(w->record, &row);
}

static void write_histogram(const struct writer *w, const struct gp_sample *sample,
	const struct gp_histogram *histogram)
{
	struct gp_row row = row_of(
		w, "run", sample->experiment, gp_printf(w->arena, "%s-histogram", histogram->name));
	struct gp_strings buckets = {0};
	uint64_t n = 0;

	gp_each (bucket, &histogram->buckets) {
		n += bucket->n;
		gp_strings_add(w->arena, &buckets,
			gp_printf(w->arena, "%.9g:%llu", bucket->from,
				(unsigned long long)bucket->n));
	}
	row.verdict = "valid";
	row.value = gp_printf(w->arena, "%llu", (unsigned long long)n);
	row.unit = histogram->unit;
	row.text = gp_join(w->arena, &buckets, " ");
	row.source = source_of(w, sample);
	gp_record_add(w->record, &row);
}

static void write_sample(const struct writer *w, const struct gp_sample *sample)
{
	if (sample->state == GP_SAMPLE_FAILED) {
		write_failed(w, sample);
		return;
	}
	gp_each (metric, &sample->metrics)
		write_metric(w, sample, metric);
	gp_each (gauge, &sample->gauges.list)
		if (!gauge->unknown)
			write_gauge(w, sample, gauge);
	/* Its text is the buckets: there is no room to say why it does not count. */
	if (sample->state != GP_SAMPLE_VALID)
		return;
	gp_each (histogram, &sample->histograms)
		write_histogram(w, sample, histogram);
}

/* ---- what workers and telemetry say of themselves: the same in each run, mostly */

static void write_fact(const struct writer *w, const struct gp_experiment *experiment,
	const char *id, const char *value, const char *text)
{
	struct gp_row row = row_of(w, "fact", experiment, "");

	row.id = id;
	row.value = value;
	row.text = text;
	row.source = gp_printf(w->arena, "%s.%s", experiment->workload, experiment->variant);
	gp_each (other, w->record)
		if (strcmp(other->kind, "fact") == 0 && gp_equal(other->id, id) &&
			gp_equal(other->value, value) && gp_equal(other->text, text ? text : "") &&
			gp_equal(other->subject, row.subject) &&
			gp_equal(other->source, row.source))
			return;
	gp_record_add(w->record, &row);
}

static void write_sample_facts(const struct writer *w, const struct gp_sample *sample)
{
	gp_each (about, &sample->about)
		write_fact(w, sample->experiment, gp_printf(w->arena, "bench.%s", about->key),
			about->text, NULL);
	gp_each (check, &sample->checks)
		if (sample->run == 1)
			write_fact(w, sample->experiment, "bench.check", *check, NULL);
	gp_each (gauge, &sample->gauges.list)
		if (gauge->unknown)
			write_fact(w, sample->experiment,
				gp_printf(w->arena, "telemetry.%s", gauge->name), "unknown",
				gauge->unknown);
}

/* ---- statistics of this side */

static size_t collect_values(const struct gp_bench_run *run, const struct gp_experiment *experiment,
	const char *name, double *ret)
{
	size_t n = 0;

	gp_each (sample, &run->samples) {
		const struct gp_metric *metric = gp_sample_metric(sample, name);

		if (sample->experiment == experiment && sample->state == GP_SAMPLE_VALID &&
			metric && n < GP_STATS_MOST)
			ret[n++] = metric->value;
	}
	return n;
}

static const char *interval_says(const struct writer *w, const struct gp_estimate *estimate)
{
	static const char *const methods[] = {[GP_METHOD_T] = "Student's t, low n",
		[GP_METHOD_SIGNED_RANK] = "signed ranks",
		[GP_METHOD_BOOTSTRAP] = "bootstrap"};

	if (estimate->method == GP_METHOD_NONE)
		return gp_printf(w->arena, "n = %zu, too few for an interval", estimate->n);
	return gp_printf(w->arena, "%.4g %% interval %.6g to %.6g, n = %zu, %s",
		estimate->confidence * 100, estimate->low, estimate->high, estimate->n,
		methods[estimate->method]);
}

static void write_stat(const struct writer *w, const struct gp_experiment *experiment,
	const struct gp_metric *metric, double *values)
{
	size_t n = collect_values(w->run, experiment, metric->name, values);
	struct gp_row row = row_of(w, "stat", experiment, metric->name);
	struct gp_estimate center;

	if (!n)
		return;
	center = gp_level(values, n, CONFIDENCE);
	row.value = number(w, center.value);
	row.unit = metric->unit;
	row.text = interval_says(w, &center);
	gp_record_add(w->record, &row);
}

/* The metrics of the first valid sample are those of all. */
static const struct gp_sample *first_valid(
	const struct gp_bench_run *run, const struct gp_experiment *experiment)
{
	gp_each (sample, &run->samples)
		if (sample->experiment == experiment && sample->state == GP_SAMPLE_VALID)
			return sample;
	return NULL;
}

static void write_stats(const struct writer *w)
{
	double *values = gp_alloc(w->arena, GP_STATS_MOST, sizeof(*values));

	gp_each (experiment, &w->run->experiments) {
		const struct gp_sample *sample = first_valid(w->run, experiment);

		if (sample)
			gp_each (metric, &sample->metrics)
				if (!metric->streams)
					write_stat(w, experiment, metric, values);
	}
}

/* ---- all together */

static void write_targets(const struct writer *w)
{
	gp_each (target, &w->run->bench.targets) {
		struct gp_row row = {.kind = "fact",
			.host = w->host,
			.layer = gp_layer_names[GP_LAYER_BENCH],
			.subject = target->subject,
			.mode = gp_modes_name(w->arena, target->mode)};

		row.id = "bench.target";
		row.value = target->name;
		gp_record_add(w->record, &row);
		row.id = "bench.mode";
		row.value = row.mode;
		row.text = target->mode_because;
		gp_record_add(w->record, &row);
	}
}

void gp_sample_to_record(
	const struct gp_bench_run *run, const struct gp_sample *sample, struct gp_record *record)
{
	struct writer w = writer_of(run, record);

	write_sample_facts(&w, sample);
	write_sample(&w, sample);
}

void gp_bench_to_record(const struct gp_bench_run *run, struct gp_record *record)
{
	struct writer w = writer_of(run, record);

	gp_bench_meta_to_record(run, record);
	write_targets(&w);
	gp_bench_machine_facts(run, record);
	gp_each (experiment, &run->experiments)
		if (experiment->cannot)
			write_fact(&w, experiment, "bench.cannot", "cannot", experiment->cannot);
	gp_each (sample, &run->samples)
		write_sample_facts(&w, sample);
	write_stats(&w);
	gp_each (sample, &run->samples)
		write_sample(&w, sample);
}
