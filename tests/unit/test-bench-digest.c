/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bench-rows.h"

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
