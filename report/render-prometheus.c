/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "digest.h"
#include "prometheus-write.h"
#include "render.h"

#include <string.h>
#include <time.h>

#define PARTS_MOST 256
/* What a Prometheus takes from one target without complaint, and far more than a machine has. */
#define SERIES_MOST 10000

enum family {
	INFO,
	LAST_RUN,
	GPU_INFO,
	READINESS,
	FINDINGS,
	LAYER_WORST,
	CAUSE,
	BENCH_QUICK,
	BENCH_INTERRUPTED,
	BENCH_RUNS,
	BENCH_CENTER,
	BENCH_LOW,
	BENCH_HIGH,
	BENCH_RATIO,
	BENCH_RATIO_LOW,
	BENCH_RATIO_HIGH,
	BENCH_COMPARISON,
	LEFT_OUT,
	N_FAMILIES
};

static const struct gp_prometheus_family families[] = {
	[INFO] = {.name = "gpupass_info", .help = "What was run, and where."},
	[LAST_RUN] = {.name = "gpupass_last_run_timestamp_seconds",
		.help = "When it was run, in seconds since 1970."},
	[GPU_INFO] = {.name = "gpupass_gpu_info", .help = "What is known of a GPU."},
	[READINESS] = {.name = "gpupass_readiness",
		.help = "Whether a GPU is ready for a mode: 1 for the verdict that holds."},
	[FINDINGS] = {.name = "gpupass_findings", .help = "Findings of a layer with a verdict."},
	[LAYER_WORST] = {.name = "gpupass_layer_worst",
		.help = "The worst verdict of a layer: 1 for the one that holds."},
	[CAUSE] = {.name = "gpupass_cause", .help = "What is wrong; rank 1 is to be mended first."},
	[BENCH_QUICK] = {.name = "gpupass_bench_quick",
		.help = "1: a quick benchmark, not for comparison."},
	[BENCH_INTERRUPTED] = {.name = "gpupass_bench_interrupted",
		.help = "1: the benchmark did not come to its end."},
	[BENCH_RUNS] = {.name = "gpupass_bench_runs", .help = "Runs that are valid, or invalid."},
	[BENCH_CENTER] = {.name = "gpupass_bench_center",
		.help = "What was measured: the estimate of its centre, in the unit of the label."},
	[BENCH_LOW] = {.name = "gpupass_bench_low", .help = "Low end of the centre's interval."},
	[BENCH_HIGH] = {.name = "gpupass_bench_high", .help = "High end of the centre's interval."},
	[BENCH_RATIO] = {.name = "gpupass_bench_ratio",
		.help = "One side against the other: times, or points where unit says so."},
	[BENCH_RATIO_LOW] = {.name = "gpupass_bench_ratio_low",
		.help = "Low end of the ratio's interval."},
	[BENCH_RATIO_HIGH] = {.name = "gpupass_bench_ratio_high",
		.help = "High end of the ratio's interval."},
	[BENCH_COMPARISON] = {.name = "gpupass_bench_comparison",
		.help = "What a comparison comes to: 1 for the verdict that holds."},
	[LEFT_OUT] = {.name = "gpupass_series_left_out",
		.help = "Series left out: the same as another, or too many."},
	[N_FAMILIES] = {0},
};

/* One part of the record, and what all of its series say. */
struct sheet {
	struct gp_prometheus *out;
	struct gp_arena *arena;
	const struct gp_record *part;
	const char *host, *tool, *record;
};

#define LABEL(n, v) ((struct gp_prometheus_label){.name = n, .value = v})
#define ADD(sheet, family, value, ...) \
	add(sheet, family, value, (const struct gp_prometheus_label[]){__VA_ARGS__, {0}})

static void add(const struct sheet *sheet, enum family family, double value,
	const struct gp_prometheus_label *labels)
{
	struct gp_prometheus_label all[GP_PROMETHEUS_LABELS_MOST] = {LABEL("host", sheet->host),
		LABEL("tool", sheet->tool), LABEL("record", sheet->record)};
	size_t n = 3;

	for (; labels->name && n + 1 < GP_ARRAY_SIZE(all); labels++)
		all[n++] = *labels;
	gp_prometheus_add(sheet->out, &sheet->out->families[family], all, value);
}

/* A series for each verdict, so that none disappears when another holds; NULL ends them. */
static void add_states(const struct sheet *sheet, enum family family, const char *verdict,
	const char *const *verdicts, const struct gp_prometheus_label *labels)
{
	struct gp_prometheus_label all[GP_PROMETHEUS_LABELS_MOST] = {0};
	size_t n = 0;

	while (labels[n].name && n + 2 < GP_ARRAY_SIZE(all)) {
		all[n] = labels[n];
		n++;
	}
	for (; *verdicts; verdicts++) {
		all[n] = LABEL("verdict", *verdicts);
		add(sheet, family, gp_equal(verdict, *verdicts), all);
	}
}

static const char *meta_of(const struct sheet *sheet, const char *id)
{
	return gp_record_meta(sheet->part, id);
}

static void put_info(const struct sheet *sheet)
{
	const char *time = meta_of(sheet, "time"), *end;
	struct tm when = {0};

	ADD(sheet, INFO, 1, LABEL("version", meta_of(sheet, "version")),
		LABEL("role", meta_of(sheet, "role")), LABEL("mode", meta_of(sheet, "mode")),
		LABEL("kernel", meta_of(sheet, "kernel")),
		LABEL("distribution", meta_of(sheet, "distribution")),
		LABEL("label", meta_of(sheet, "label")));
	end = time ? strptime(time, "%Y-%m-%dT%H:%M:%SZ", &when) : NULL;
	if (end && !*end)
		ADD(sheet, LAST_RUN, (double)timegm(&when), {0});
}

static void put_gpu(
	const struct sheet *sheet, const struct gp_digest *digest, const struct gp_digest_gpu *gpu)
{
	/* A verdict that is none of these is as good as unknown. */
	static const char *const verdicts[] = {"ready", "blocked", "unsupported", "unknown", NULL};

	ADD(sheet, GPU_INFO, 1, LABEL("gpu", gpu->address), LABEL("name", gpu->name),
		LABEL("driver", gpu->driver), LABEL("kind", gpu->kind), LABEL("id", gpu->id));
	for (size_t mode = 0; mode < digest->modes.n; mode++) {
		const struct gp_row *row = gpu->readiness[mode];
		const struct gp_prometheus_label labels[] = {LABEL("gpu", gpu->address),
			LABEL("mode", digest->modes.items[mode]),
			LABEL("wanted",
				gp_listed(gpu->wanted, digest->modes.items[mode]) ? "yes" : "no"),
			{0}};

		if (row)
			add_states(sheet, READINESS,
				gp_is_one_of(row->verdict, verdicts) ? row->verdict : "unknown",
				verdicts, labels);
	}
}

/* Verdicts of findings, the worst first. */
static const char *const finding_verdicts[] = {
	"fail", "warn", "unknown", "note", "pass", "skip", NULL};
#define N_FINDING_VERDICTS (GP_ARRAY_SIZE(finding_verdicts) - 1)

static void put_layer(const struct sheet *sheet, const char *layer)
{
	size_t counts[N_FINDING_VERDICTS] = {0}, worst = N_FINDING_VERDICTS;
	const struct gp_row *row = NULL;

	while ((row = gp_record_next(sheet->part, "finding", row)))
		for (size_t i = 0; i < N_FINDING_VERDICTS && gp_equal(row->layer, layer); i++)
			counts[i] += gp_equal(row->verdict, finding_verdicts[i]);
	for (size_t i = N_FINDING_VERDICTS; i > 0; i--)
		worst = counts[i - 1] ? i - 1 : worst;
	if (worst == N_FINDING_VERDICTS)
		return;
	for (size_t i = 0; i < N_FINDING_VERDICTS; i++)
		ADD(sheet, FINDINGS, (double)counts[i], LABEL("layer", layer),
			LABEL("verdict", finding_verdicts[i]));
	add_states(sheet, LAYER_WORST, finding_verdicts[worst], finding_verdicts,
		(const struct gp_prometheus_label[]){LABEL("layer", layer), {0}});
}

static void put_cause(const struct sheet *sheet, const struct gp_row *row)
{
	ADD(sheet, CAUSE, 1, LABEL("id", row->id), LABEL("layer", row->layer),
		LABEL("subject", row->subject), LABEL("mode", row->mode),
		LABEL("verdict", row->verdict), LABEL("rank", row->value));
}

/* Behind a centre's family stand those of its interval's ends. */
static void put_value(const struct sheet *sheet, enum family center,
	const struct gp_bench_value *value, const struct gp_prometheus_label *labels)
{
	if (!value->is_known)
		return;
	add(sheet, center, value->value, labels);
	if (!value->has_interval)
		return;
	add(sheet, center + 1, value->low, labels);
	add(sheet, center + 2, value->high, labels);
}

static void put_runs(const struct sheet *sheet, const struct gp_bench_experiment *experiment)
{
	size_t valid = 0, invalid = 0;

	gp_each (metric, &experiment->metrics)
		valid = metric->runs.n > valid ? metric->runs.n : valid;
	gp_each (rejection, &experiment->rejections)
		invalid += rejection->n;
	for (int i = 0; i < 2; i++)
		ADD(sheet, BENCH_RUNS, (double)(i ? invalid : valid),
			LABEL("workload", experiment->workload),
			LABEL("variant", experiment->variant),
			LABEL("subject", experiment->subject), LABEL("mode", experiment->mode),
			LABEL("verdict", i ? "invalid" : "valid"));
}

static void put_experiment(const struct sheet *sheet, const struct gp_bench_experiment *experiment)
{
	put_runs(sheet, experiment);
	gp_each (metric, &experiment->metrics) {
		const struct gp_prometheus_label labels[] = {
			LABEL("workload", experiment->workload),
			LABEL("variant", experiment->variant), LABEL("metric", metric->name),
			LABEL("unit", metric->unit), LABEL("subject", experiment->subject),
			LABEL("mode", experiment->mode), {0}};

		put_value(sheet, BENCH_CENTER, &metric->value, labels);
	}
}

static void put_comparison(const struct sheet *sheet, const struct gp_bench_comparison *comparison)
{
	static const char *const verdicts[] = {"better", "equal", "worse", "inconclusive", NULL};
	const struct gp_prometheus_label labels[] = {LABEL("workload", comparison->workload),
		LABEL("variant", comparison->variant), LABEL("metric", comparison->metric),
		LABEL("unit", comparison->unit), LABEL("subject", comparison->subject),
		LABEL("mode", comparison->mode), LABEL("sides", comparison->sides), {0}};

	put_value(sheet, BENCH_RATIO, &comparison->ratio, labels);
	add_states(sheet, BENCH_COMPARISON,
		gp_is_one_of(comparison->verdict, verdicts) ? comparison->verdict : "inconclusive",
		verdicts, labels);
}

static void put_bench(const struct sheet *sheet, const struct gp_bench_digest *bench)
{
	const struct gp_prometheus_label label[] = {LABEL("label", bench->label), {0}};

	add(sheet, BENCH_QUICK, bench->quick != NULL, label);
	add(sheet, BENCH_INTERRUPTED, bench->interrupted != NULL, label);
	gp_each (experiment, &bench->experiments)
		put_experiment(sheet, experiment);
	gp_each (comparison, &bench->comparisons)
		put_comparison(sheet, comparison);
}

static void put_part(const struct sheet *sheet)
{
	struct gp_digest digest = gp_digest(sheet->arena, sheet->part);

	put_info(sheet);
	gp_each (gpu, &digest.gpus)
		put_gpu(sheet, &digest, gpu);
	gp_each (layer, &digest.layers)
		put_layer(sheet, *layer);
	gp_each (cause, &digest.fails)
		put_cause(sheet, cause->row);
	gp_each (cause, &digest.warns)
		put_cause(sheet, cause->row);
	if (digest.bench)
		put_bench(sheet, digest.bench);
}

/* Of several records of one tool and machine the second says record="2", and so on. */
static const char *record_of(
	struct gp_arena *arena, struct gp_strings *known, const struct sheet *sheet)
{
	const char *key = gp_printf(arena, "%s\n%s", sheet->host, sheet->tool);
	size_t before = 0;

	gp_each (other, known)
		before += gp_equal(*other, key);
	gp_strings_add(arena, known, key);
	return before ? gp_printf(arena, "%zu", before + 1) : NULL;
}

static struct sheet sheet_of(struct gp_prometheus *prometheus, const struct gp_record *part)
{
	const char *host = gp_record_meta(part, "host"), *tool = gp_record_meta(part, "tool");

	if (!host)
		host = part->n ? part->items[0].host : "";
	return (struct sheet){
		.out = prometheus, .part = part, .host = host, .tool = tool ? tool : ""};
}

/* What is known after each of the parts. */
struct collection {
	struct gp_prometheus prometheus;
	struct gp_strings known; /* host and tool of each part */
	struct sheet first;      /* the first part, as far as its labels go */
};

int gp_prometheus_begin(struct gp_drawing *drawing)
{
	struct collection *all = gp_new(drawing->arena, struct collection);

	all->prometheus = (struct gp_prometheus){.arena = drawing->arena, .most = SERIES_MOST};
	all->prometheus.families = gp_memdup(drawing->arena, families, sizeof(families));
	drawing->state = all;
	return 0;
}

int gp_prometheus_take(struct gp_drawing *drawing, const struct gp_record *part)
{
	struct collection *all = drawing->state;
	struct sheet sheet = sheet_of(&all->prometheus, part);

	if (drawing->n >= PARTS_MOST) {
		all->prometheus.left_out++;
		return 0;
	}
	if (!drawing->n)
		all->first = (struct sheet){.out = &all->prometheus,
			.host = gp_strdup(drawing->arena, sheet.host),
			.tool = gp_strdup(drawing->arena, sheet.tool)};
	sheet.record = record_of(drawing->arena, &all->known, &sheet);
	sheet.arena = gp_arena_new();
	put_part(&sheet);
	gp_arena_free(sheet.arena);
	return 0;
}

/* Several files may lie in one folder for the collector: this one series, too, says whose it is. */
int gp_prometheus_end(struct gp_drawing *drawing)
{
	struct collection *all = drawing->state;

	gp_prometheus_unite(&all->prometheus);
	all->prometheus.most++;
	ADD(&all->first, LEFT_OUT, (double)all->prometheus.left_out, {0});
	gp_prometheus_write(&all->prometheus, drawing->out);
	return gp_stream_error(drawing->out);
}
