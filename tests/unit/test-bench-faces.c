/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench-rows.h"
#include "faces.h"
#include "outside-code.h"

#define HOSTILE                                                                          \
	"\x1b]0;x\a</td></svg><script>alert(1)</script>\"'&|`\xff\xe2\x80\xae\n@all #1 " \
	"%s%n"

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

/* Of the fewest that did not keep up. */
static void test_why_there_are_no_more_streams(void **state)
{
	struct gp_record *record = *state;

	row(record, "run", "streams.a.slowest", "valid", "1", "x", "kept up in 3 of 3",
		"run 1 streams 2");
	row(record, "run", "streams.a.slowest", "valid", "0.5", "x",
		"kept up in 0 of 2: stream 4 reached 0.50x of real time", "run 1 streams 4");
	row(record, "run", "streams.a.slowest", "valid", "1", "x",
		"kept up in 1 of 3: frames of stream 3 came late", "run 1 streams 3");
	row(record, "stat", "streams.a.count", "", "2", "streams", "n = 1", "");
	has(as(record, "text"), "3 kept up in 1 of 3: frames of\n    stream 3 came late\n");
	has_not(as(record, "text"), "0 of 2");
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

/* What is said of one pair is not said of another. */
static void test_three_sides(void **state)
{
	struct gp_record *record = *state;
	char *text;

	row(record, "stat", "render.fill.fps", "worse", "0.5", "x",
		"95 % interval 0.4 to 0.6, n = 12, signed-rank; p = 0.001", "A, B");
	row(record, "stat", "render.fill.fps", "better", "2", "x",
		"95 % interval 1.9 to 2.1, n = 12, signed-rank", "A, C");
	text = as(record, "text");
	assert_true(gp_starts_with(text, "2 comparisons: 1 worse, 1 better.\n"));
	has(text, "A, B");
	has(text, "A, C");
	has_not(text, "A is A");
	has_not(text, "p = ");
	has(rendered(record, "text", &(struct gp_style){.verbose = true}), "p = 0.001");
	has(as(record, "markdown"), "A, C");
	has(as(record, "html"), "A, C");
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
		TEST(test_invalid_runs),
		TEST(test_streams),
		TEST(test_why_there_are_no_more_streams),
		TEST(test_invalid_with_any_number_of_streams),
		TEST(test_axes_of_any_numbers),
		TEST(test_comparison),
		TEST(test_three_sides),
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
