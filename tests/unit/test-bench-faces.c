/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest.h"
#include "outside-code.h"
#include "record-rows.h"
#include "render.h"

#define HOSTILE                                                                          \
	"\x1b]0;x\a</td></svg><script>alert(1)</script>\"'&|`\xff\xe2\x80\xae\n@all #1 " \
	"%s%n"

static struct gp_arena *arena_of(void **state)
{
	return ((struct gp_record *)*state)->arena;
}

static char *rendered(
	const struct gp_record *record, const char *face, const struct gp_style *style)
{
	char *bytes, *copy;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	assert_int_equal(gp_face_find(face)->render(record, style, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(bytes), size);
	copy = gp_strdup(record->arena, bytes);
	free(bytes);
	return copy;
}

static char *as(const struct gp_record *record, const char *face)
{
	return rendered(record, face, &(struct gp_style){0});
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static void in_this_order(const char *text, const char *first, const char *second)
{
	has(text, first);
	has(text, second);
	assert_true(strstr(text, first) < strstr(text, second));
}

static void row(struct gp_record *record, const char *kind, const char *id, const char *verdict,
	const char *value, const char *unit, const char *text, const char *source)
{
	gp_record_add(record, &(struct gp_row){.kind = kind,
				      .layer = "bench",
				      .id = id,
				      .subject = OTHER,
				      .mode = "vf",
				      .verdict = verdict,
				      .value = value,
				      .unit = unit,
				      .text = text,
				      .source = source});
}

static void run(struct gp_record *record, const char *id, const char *value, const char *unit,
	const char *source)
{
	row(record, "run", id, "valid", value, unit, "", source);
}

static void add_transcode(struct gp_record *record)
{
	run(record, "transcode.h264-1080p.fps", "58.1", "frames/s", "run 1");
	run(record, "transcode.h264-1080p.fps", "58.9", "frames/s", "run 2");
	run(record, "transcode.h264-1080p.fps", "59.6", "frames/s", "run 3");
	row(record, "stat", "transcode.h264-1080p.fps", "", "58.8734", "frames/s",
		"95 % interval 58.11 to 59.62, n = 12, signed-rank", "");
}

static const struct gp_bench_digest *digested(void **state)
{
	return gp_bench_digest(arena_of(state), *state);
}

static void test_numbers(void **state)
{
	static const char *const bad[] = {"", "nan", "inf", "-inf", "0x10", "1e999", "1 ", " 1",
		"1,5", "1x", "--1", "e5", "unknown", "+", "."};
	double value = 7;

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(bad); i++)
		if (gp_bench_parse_number(bad[i], &value))
			fail_msg("%s is read as %f", bad[i], value);
	assert_true(value == 7);
	assert_true(gp_bench_parse_number("-1.5e2", &value) && value == -150);
}

static void test_ids(void **state)
{
	static const char *const bad[] = {"", ".", "..", "a.b", "a.b.", ".b.c", "a..c", "a.b.c.d"};
	const char *id[3];

	for (size_t i = 0; i < GP_ARRAY_SIZE(bad); i++)
		assert_false(gp_bench_parse_id(arena_of(state), bad[i], id));
	assert_true(gp_bench_parse_id(arena_of(state), "render.fill.p99-9", id));
	assert_string_equal(id[0], "render");
	assert_string_equal(id[1], "fill");
	assert_string_equal(id[2], "p99-9");
}

static void test_estimates(void **state)
{
	struct gp_bench_value value = {0};

	gp_bench_parse_estimate(arena_of(state),
		"95 % interval 0.91 to 0.95, n = 4, t on logarithms, low n", &value);
	assert_true(value.has_interval && value.low == 0.91 && value.high == 0.95);
	assert_int_equal(value.n, 4);
	assert_string_equal(value.method, "t on logarithms, low n");

	value = (struct gp_bench_value){0};
	gp_bench_parse_estimate(arena_of(state), "95 % interval 2 to 1, n = -4", &value);
	assert_false(value.has_interval);
	assert_int_equal(value.n, 0);
	gp_bench_parse_estimate(arena_of(state), "interval nan to 1, n = 99999999999", &value);
	assert_false(value.has_interval);
	assert_int_equal(value.n, 0);
	assert_int_equal(gp_bench_parse_streams("run 1 streams 4"), 4);
	assert_int_equal(gp_bench_parse_streams("run 1 streams -4"), 0);
	assert_int_equal(gp_bench_parse_streams("run 1 streams 99999999999999999999"), 0);
	assert_int_equal(gp_bench_parse_streams("run 3 pair 3"), 0);
}

/* The digits follow the interval. */
static void test_rounding(void **state)
{
	static const struct {
		double value, low, high;
		const char *number, *interval;
	} cases[] = {
		{58.8734, 58.11, 59.62, "58.9", "58.1 to 59.6"},
		{0.9312, 0.912, 0.954, "0.93", "0.91 to 0.95"},
		{0.99814, 0.9962, 1.0021, "0.998", "0.996 to 1.002"},
		{1432.4, 1380.2, 1490.9, "1432", "1380 to 1491"},
		{100, 98.7, 101.3, "100.0", "98.7 to 101.3"},
		{7, 7, 7, "7", "7 to 7"},
		{38.1234, 38.1234, 38.1234, "38.1", "38.1 to 38.1"},
		{-0.001, -0.2, 0.2, "0.0", "-0.2 to 0.2"},
		{1e300, 1e299, 1e301, "1e+300", "1e+299 to 1e+301"},
		{0, 0, 0, "0", "0 to 0"},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct gp_bench_value value = {.is_known = true,
			.has_interval = true,
			.value = cases[i].value,
			.low = cases[i].low,
			.high = cases[i].high};

		assert_string_equal(gp_bench_number(arena_of(state), &value), cases[i].number);
		assert_string_equal(gp_bench_interval(arena_of(state), &value), cases[i].interval);
	}
	assert_string_equal(gp_bench_number(arena_of(state),
				    &(struct gp_bench_value){.is_known = true, .value = 231.877}),
		"232");
	assert_string_equal(
		gp_bench_number(arena_of(state), &(struct gp_bench_value){0}), "unknown");
}

static void test_histograms_are_merged(void **state)
{
	struct gp_record *record = *state;
	const struct gp_bench_histogram *histogram;

	row(record, "run", "latency.l.latency-histogram", "valid", "40", "ms", "2:30 4:10",
		"run 1");
	row(record, "run", "latency.l.latency-histogram", "valid", "60", "ms", "1:20 2:40",
		"run 2");
	row(record, "run", "latency.l.latency-histogram", "valid", "1", "ms", "1:1 nan:3", "run 3");
	row(record, "run", "latency.l.latency-histogram", "valid", "1", "ms", "1:-1", "run 4");
	row(record, "run", "latency.l.latency-histogram", "valid", "1", "ms",
		"1:99999999999999999999", "run 5");
	row(record, "run", "latency.l.latency-histogram", "invalid", "1", "ms", "9:1000", "run 6");
	assert_int_equal(digested(state)->left_out, 3);
	histogram = digested(state)->experiments.items->histograms.items;
	assert_int_equal(histogram->n, 100);
	assert_int_equal(histogram->buckets.n, 3);
	assert_true(histogram->buckets.items[1].from == 2 && histogram->buckets.items[1].n == 70);
	gp_each (point, &histogram->curve) {
		double y = point->x < 20 ? 1 : point->x < 90 ? 2 : 4;

		if (point->y != y)
			fail_msg("percentile %f: %f", point->x, point->y);
		/* Ten values lie beyond it at least. */
		assert_true(point->x <= 90);
	}
}

static void test_one_side(void **state)
{
	struct gp_record *record = *state;
	const struct gp_bench_experiment *experiment;

	add_transcode(record);
	run(record, "transcode.h264-1080p.busy-video", "90", "%", "run 1");
	run(record, "transcode.h264-1080p.busy-video", "94", "%", "run 2");
	experiment = digested(state)->experiments.items;
	assert_int_equal(digested(state)->experiments.n, 1);
	assert_string_equal(experiment->primary->name, "fps");
	assert_int_equal(experiment->primary->value.n, 12);
	assert_true(gp_bench_metric(experiment, "busy-video")->is_telemetry);
	assert_true(gp_bench_metric(experiment, "busy-video")->value.value == 92);
	assert_string_equal(digested(state)->headline,
		"transcode h264-1080p on " OTHER " (vf): 58.9 frames/s, 58.1 to 59.6.");
}

static void test_without_statistics(void **state)
{
	struct gp_record *record = *state;
	const struct gp_bench_value *value;

	run(record, "transcode.a.fps", "10", "frames/s", "run 1");
	run(record, "transcode.a.fps", "1000", "frames/s", "run 2");
	run(record, "transcode.a.fps", "20", "frames/s", "run 3");
	run(record, "transcode.a.fps", "nan", "frames/s", "run 4");
	run(record, "transcode.a.fps", "7", "GB/s", "run 5");
	value = &digested(state)->experiments.items->primary->value;
	assert_true(value->is_known && value->value == 20 && !value->has_interval);
	assert_int_equal(value->n, 3);
	assert_int_equal(digested(state)->left_out, 2);
}

static void test_invalid_runs(void **state)
{
	struct gp_record *record = *state;
	const struct gp_bench_experiment *experiment;
	char *text;

	add_transcode(record);
	row(record, "run", "transcode.h264-1080p.fps", "invalid", "900", "frames/s", "on llvmpipe",
		"run 4");
	row(record, "run", "transcode.h264-1080p.cpu", "invalid", "900", "ms/frame", "on llvmpipe",
		"run 4");
	row(record, "run", "transcode.h264-1080p.fps", "invalid", "900", "frames/s", "on llvmpipe",
		"run 5");
	row(record, "run", "transcode.av1.failed", "invalid", "", "", "no such profile", "run 1");
	experiment = digested(state)->experiments.items;
	assert_int_equal(experiment->rejections.n, 1);
	assert_int_equal(experiment->rejections.items->n, 2);
	assert_int_equal(experiment->primary->runs.n, 3);
	text = as(record, "text");
	has(text, "  - transcode h264-1080p: 2 runs are invalid: on llvmpipe (first: run 4)\n");
	has(text, "  - transcode av1: 1 run failed: no such profile (run 1)\n");
	has(text, "1 of 2 experiments were measured");
	assert_string_equal(rendered(record, "text", &(struct gp_style){.quiet = true}),
		"invalid: transcode h264-1080p: 2 runs are invalid: on llvmpipe (first: run 4)\n"
		"invalid: transcode av1: 1 run failed: no such profile (run 1)\n");
}

static void test_streams(void **state)
{
	struct gp_record *record = *state;
	const struct gp_bench_experiment *experiment;

	run(record, "streams.a.slowest", "1.9", "x", "run 1 streams 4");
	run(record, "streams.a.slowest", "1.7", "x", "run 2 streams 4");
	run(record, "streams.a.slowest", "4", "x", "run 1 streams 2");
	run(record, "streams.a.fps", "1", "frames/s", "run 1 streams 2");
	row(record, "stat", "streams.a.count", "", "4", "streams", "n = 3", "");
	experiment = digested(state)->experiments.items;
	assert_int_equal(experiment->streams.n, 2);
	assert_true(experiment->streams.items[0].x == 2 && experiment->streams.items[1].y == 1.7);
	assert_string_equal(experiment->primary->name, "count");
	has(as(record, "text"), "streams a: 2: 4.00x, 4: 1.70x\n");
	has(as(record, "html"), "limit 4</text>");
}

static void test_invalid_with_any_number_of_streams(void **state)
{
	struct gp_record *record = *state;

	row(record, "run", "streams.a.slowest", "invalid", "1", "x", "none held",
		"run 1 streams 1");
	row(record, "run", "streams.a.slowest", "invalid", "1", "x", "none held",
		"run 1 streams 2");
	row(record, "run", "streams.a.slowest", "invalid", "1", "x", "none held",
		"run 2 streams 1");
	has(as(record, "text"), "streams a: 2 runs are invalid: none held (first: run 1)\n");
}

static void add_comparison(struct gp_record *record)
{
	row(record, "stat", "transcode.h264-1080p.fps", "worse", "0.9312", "x",
		"95 % interval 0.912 to 0.954, n = 12, signed-rank", "A, B");
	row(record, "stat", "render.fill.fps", "inconclusive", "1.01", "x",
		"95 % interval 0.95 to 1.07, n = 4, t on logarithms, low n", "A, B");
	row(record, "fact", "confounder.driver", "", "", "", "i915 against xe", "A, B");
}

/* An axis of such numbers had no end. */
static void test_axes_of_any_numbers(void **state)
{
	static const char *const edges[][2] = {{"0:5 4.94066e-324:5", "0"},
		{"1.7e308:5 1.75e308:5", "1.79e308"}, {"-1.7e308:5 -1e-320:5", "-1.79e308"}};
	struct gp_record *record = *state;

	for (size_t i = 0; i < GP_ARRAY_SIZE(edges); i++) {
		const char *name = gp_printf(record->arena, "transcode.%zu.latency-histogram", i);

		row(record, "run", name, "valid", "10", "ms", edges[i][0], "run 1");
		run(record, gp_printf(record->arena, "streams.%zu.slowest", i), edges[i][1], "x",
			"run 1 streams 1");
		run(record, gp_printf(record->arena, "streams.%zu.slowest", i), edges[i][1], "x",
			"run 1 streams 2");
		has(as(record, "html"), "</html>");
	}
}

static void test_comparison(void **state)
{
	struct gp_record *record = *state;
	char *text;

	add_comparison(record);
	row(record, "fact", "compare.noise-floor", "", "1.2", "%", "as wide", "a.fps");
	text = as(record, "text");
	has_not(text, "noise-floor");
	assert_true(gp_starts_with(text, "B beside A, 2 comparisons: 1 worse, 1 inconclusive.\n"));
	in_this_order(text, "- driver: i915 against xe\n", "0.93x");
	has(text, "transcode h264-1080p  fps     0.93x  0.91 to 0.95       12  worse\n");
	has(text, "render fill           fps     1.01x  0.95 to 1.07  4 (low)  inconclusive\n");
	assert_string_equal(rendered(record, "text", &(struct gp_style){.quiet = true}),
		"worse: transcode h264-1080p, fps: 0.93x, 0.91 to 0.95\n");
	text = as(record, "markdown");
	in_this_order(text, "- driver: i915 against xe\n",
		"| transcode h264-1080p | fps | 0.93x | 0.91 to 0.95 | 12 | worse | signed-rank |");
	text = as(record, "html");
	in_this_order(text, "i915 against xe", "0.93x worse</text>");
	has(text, "<svg class=\"chart\" role=\"img\"");
	has(text, "<title>Ratios of the comparisons");
	has(text, "<span class=\"v bad\">worse</span>");
}

static void test_differences_are_no_ratios(void **state)
{
	struct gp_record *record = *state;

	row(record, "stat", "latency.a.missed", "worse", "0.42", "points",
		"0.42 points from A, 95 % interval 0.31 to 0.55, n = 12, exact signed ranks; why so",
		"A, B");
	row(record, "stat", "latency.a.p99", "inconclusive", "", "x",
		"no ratio, n = 1, no interval; one pair is not enough", "A, B");
	has(as(record, "text"), "latency a  missed  0.42 points  0.31 to 0.55  12  worse\n");
	has(as(record, "text"), "latency a  p99         unknown  -              1  inconclusive\n");
	has(as(record, "text"), "  - latency a, p99: one pair is not enough\n");
	has_not(as(record, "text"), "why so");
	has_not(as(record, "html"), "<svg");
	has(as(record, "html"), "<td class=\"number\">0.42 points</td>");
	has(as(record, "markdown"), "| 0.42 points | 0.31 to 0.55 | 12 | worse |");
}

static void test_cautions_come_before_ratios(void **state)
{
	static const char *const faces[] = {"text", "html", "markdown"};
	struct gp_record *record = *state;

	add_comparison(record);
	row(record, "fact", "compare.alike", "", "A/A", "", "Both sides are the same system",
		"A, B");
	row(record, "fact", "compare.left-out", "", "render.fill: only A has it", "", "", "A, B");
	row(record, "fact", "compare.geometric-mean", "", "0.97", "x", "of 2 ratios, no interval",
		"render.fps");
	for (size_t i = 0; i < GP_ARRAY_SIZE(faces); i++) {
		in_this_order(as(record, faces[i]), "Both sides are the same system", "0.93x");
		in_this_order(
			as(record, faces[i]), "0.93x", "left-out: render.fill: only A has it");
	}
	has(as(record, "text"),
		"  - geometric-mean of render.fps: 0.97x, of 2 ratios, no interval\n");
}

static void test_what_it_ran_on(void **state)
{
	struct gp_record *record = *state;
	struct gp_row machine = {
		.kind = "fact", .id = "bench.driver", .subject = OTHER, .value = "xe 6.12"};
	char *text;

	row(record, "fact", "bench.target", "", "Intel Arc", "", "", "");
	gp_record_add(record, &machine);
	machine.subject = "0000:ff:00.0";
	machine.value = "of another";
	gp_record_add(record, &machine);
	machine.subject = "";
	machine.id = "bench.hypervisor";
	machine.value = "KVM";
	gp_record_add(record, &machine);
	row(record, "fact", "bench.mesa", "", "25.0.7", "", "", "render.fill");
	row(record, "fact", "bench.mesa", "", "25.0.7", "", "", "render.shader");
	row(record, "fact", "bench.check", "", "384 blocks", "", "", "render.fill");
	row(record, "fact", "bench.cannot", "", "cannot", "", "no VP9", "transcode.vp9");
	row(record, "fact", "bench.cannot", "", "cannot", "", "no VP9", "transcode.vp9-4k");
	add_transcode(record);
	text = as(record, "text");
	has(text, "    " OTHER " (vf): Intel Arc; driver xe 6.12; hypervisor KVM\n"
		  "    " OTHER " (vf), render: mesa 25.0.7\n");
	has_not(text, "384 blocks");
	has_not(text, "of another");
	has(text, "  - transcode.vp9, transcode.vp9-4k: no VP9\n");
	assert_int_equal(digested(state)->sides.n, 1);
	assert_int_equal(digested(state)->left_out, 0);
}

/* Microseconds are never shown as milliseconds. */
static void test_units_of_latencies(void **state)
{
	struct gp_record *record = *state;
	char *text;

	run(record, "compute.launch.p50", "24", "us", "run 1");
	run(record, "compute.launch.p99", "71", "ms", "run 1");
	run(record, "compute.launch.init", "71", "s", "run 1");
	row(record, "run", "compute.launch.launch-histogram", "valid", "2", "us", "24:100 25:50",
		"run 1");
	text = as(record, "text");
	has(text, "LATENCY         IN  P50\ncompute launch  us   24\n");
	has_not(text, "INIT MS");
	has(as(record, "html"), "compute: time by percentile");
}

static void test_quick_is_said_first(void **state)
{
	struct gp_record *record = *state;
	char *text;

	meta(record, "quick", "--quick");
	add_transcode(record);
	text = as(record, "text");
	assert_true(gp_starts_with(text, "NOT FOR COMPARISON: --quick\n"));
	in_this_order(as(record, "html"), "Not for comparison: --quick", "58.9 frames/s</td>");
	in_this_order(as(record, "markdown"), "**Not for comparison: ", "| 58.9 frames/s |");
}

static void test_no_empty_diagnosis(void **state)
{
	static const char *const diagnosis[] = {"READINESS", "What is wrong",
		"Checks:", "No fault found", "passthrough mode", "What each GPU is ready for",
		"In order", "GPU seen", "| Readiness"};
	struct gp_record *record = *state;

	add_transcode(record);
	for (size_t i = 0; i < GP_ARRAY_SIZE(diagnosis); i++) {
		has_not(as(record, "text"), diagnosis[i]);
		has_not(as(record, "html"), diagnosis[i]);
		has_not(as(record, "markdown"), diagnosis[i]);
	}
}

static void test_beside_a_diagnosis(void **state)
{
	struct gp_record *record = *state;
	char *text;

	add_broken(record);
	add_transcode(record);
	text = as(record, "text");
	assert_true(gp_starts_with(text, GPU " is not ready for full passthrough"));
	has(text, "58.9 frames/s");
	has(text, "What is wrong");
}

static void test_no_benchmark_no_trace(void **state)
{
	struct gp_record *record = *state;

	add_broken(record);
	assert_null(gp_digest(record->arena, record).bench);
	has_not(as(record, "html"), ".chart");
}

static void test_telemetry_that_is_not_known(void **state)
{
	struct gp_record *record = *state;

	add_transcode(record);
	row(record, "fact", "telemetry.frequency", "", "unknown", "", "a VF has no frequency",
		"transcode.h264-1080p");
	row(record, "fact", "telemetry.frequency", "", "unknown", "", "a VF has no frequency",
		"transcode.hevc-1080p");
	assert_int_equal(digested(state)->unknowns.n, 1);
	assert_int_equal(digested(state)->unknowns.items->experiments.n, 2);
	has(as(record, "text"), "  - frequency: a VF has no frequency\n");
	has(as(record, "html"), "a VF has no frequency");
}

static void add_hostile(struct gp_record *record)
{
	static const char *const kinds[] = {"meta", "fact", "run", "stat"};
	static const char *const ids[] = {"quick", "interrupted", "label", "seed", "bench.driver",
		"telemetry.power", "confounder.driver", "a.b.fps", "a.b.failed",
		"a.b.latency-histogram", "a.b.slowest", "a.b.missed", "a.c.p99",
		HOSTILE "." HOSTILE "." HOSTILE};

	for (size_t kind = 0; kind < GP_ARRAY_SIZE(kinds); kind++)
		for (size_t id = 0; id < GP_ARRAY_SIZE(ids); id++)
			for (size_t i = 0; i < 8; i++)
				gp_record_add(record,
					&(struct gp_row){.kind = kinds[kind],
						.host = HOSTILE,
						.layer = HOSTILE,
						.id = ids[id],
						.subject = HOSTILE,
						.mode = HOSTILE,
						.verdict = i % 3 == 0   ? HOSTILE
							   : i % 3 == 1 ? "valid"
									: "",
						.value = i % 2 ? HOSTILE : "1.5",
						.unit = HOSTILE,
						.text = i == 5 ? "95 % interval 1 to 2, n = 3, "
								 "<b>" HOSTILE
							       : HOSTILE,
						.source = i == 4 ? "run 1 streams 4" : HOSTILE});
}

static void test_hostile_cells_are_inert(void **state)
{
	struct gp_record *record = *state;
	char *text;

	add_hostile(record);
	text = rendered(record, "text", &(struct gp_style){.verbose = true});
	for (const char *byte = text; *byte; byte++)
		assert_true(*byte == '\n' || (*byte >= ' ' && *byte < 127));
	text = rendered(record, "text", &(struct gp_style){.verbose = true, .utf8 = true});
	has_not(text, "\033");
	has_not(text, "\xe2\x80\xae");
	text = as(record, "html");
	has_not(text, "<script");
	has_not(text, "<b>");
	has_not(text, "\033");
	has_not(text, "\xff");
	assert_true(strlen(text) < 300 << 10);
	text = as(record, "markdown");
	has_not(text, "\033");
	assert_true(strlen(text) < 65536);
	text = outside_code(record->arena, text);
	has(text, "lt;script");
	has_not(text, "<script");
	has_not(text, "@all");
}

static void test_text_keeps_to_the_width(void **state)
{
	struct gp_record *record = *state;

	add_transcode(record);
	add_comparison(record);
	row(record, "run", "latency.h264-1080p.p99", "valid", "14.2", "ms", "", "run 1");
	for (unsigned width = 20; width < 130; width += 5) {
		const char *text = rendered(
			record, "text", &(struct gp_style){.width = width, .verbose = true});

		for (; *text; text += strspn(text, "\n")) {
			assert_true(strcspn(text, "\n") <= width);
			text += strcspn(text, "\n");
		}
	}
}

static void test_long_cells(void **state)
{
	static const char *const ids[] = {"compare.a", "compare.alike", "confounder.a", "beside.a",
		"bench.cannot", "telemetry.a", "bench.driver"};
	struct gp_record *record = *state;
	char *many = gp_alloc(record->arena, 3001, 1), *page, *facts;

	memset(many, '<', 3000);
	for (size_t i = 0; i < 60; i++) {
		const char *id = gp_printf(record->arena, "%zu%s.%s.fps", i % 5, many, many);

		row(record, "fact", ids[i % 7], "", i % 7 == 5 ? "unknown" : many, many,
			gp_printf(record->arena, "%zu%s", i, many), many);
		row(record, "run", id, "valid", "1", many, "", many);
		row(record, "run", id, "invalid", "1", many,
			gp_printf(record->arena, "%zu%s", i, many), many);
		row(record, "stat", id, many, "1", "x", many, many);
		row(record, "run", gp_printf(record->arena, "%s.%zu.h-histogram", many, i), "valid",
			"1", "ms", "1:50 2:50", "run 1");
	}
	page = as(record, "html");
	facts = strstr(page, ">Facts</h2>");
	assert_non_null(facts);
	assert_true(facts - page < 250 << 10);
	assert_true(strlen(as(record, "markdown")) < 65536);
}

/* As somebody may hand in. */
static void test_many_rows(void **state)
{
	struct gp_record *record = *state;
	static const char *const kinds[] = {"run", "stat", "fact"};

	for (size_t i = 0; i < 100000; i++)
		row(record, kinds[i % 3],
			i % 3 == 2 ? gp_printf(record->arena, "telemetry.%zu", i)
				   : gp_printf(record->arena, "w%zu.v%zu.m%zu", i % 7, i % 1000,
					     i % 211),
			i % 3 == 1 && i % 2 ? "worse"
			: i % 3             ? ""
			: i % 2             ? "valid"
					    : "invalid",
			i % 3 == 2 ? "unknown" : "1", "x", gp_printf(record->arena, "%zu", i),
			"run 1");
	assert_true(digested(state)->left_out > 1000);
	assert_true(strlen(as(record, "html")) < 300 << 10);
	assert_true(strlen(as(record, "markdown")) < 65536);
	has(as(record, "text"), "are malformed or too many, and left out.");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_numbers),
		TEST(test_ids),
		TEST(test_estimates),
		TEST(test_rounding),
		TEST(test_histograms_are_merged),
		TEST(test_one_side),
		TEST(test_without_statistics),
		TEST(test_invalid_runs),
		TEST(test_streams),
		TEST(test_invalid_with_any_number_of_streams),
		TEST(test_axes_of_any_numbers),
		TEST(test_comparison),
		TEST(test_differences_are_no_ratios),
		TEST(test_cautions_come_before_ratios),
		TEST(test_what_it_ran_on),
		TEST(test_units_of_latencies),
		TEST(test_quick_is_said_first),
		TEST(test_no_empty_diagnosis),
		TEST(test_beside_a_diagnosis),
		TEST(test_no_benchmark_no_trace),
		TEST(test_telemetry_that_is_not_known),
		TEST(test_hostile_cells_are_inert),
		TEST(test_text_keeps_to_the_width),
		TEST(test_long_cells),
		TEST(test_many_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
