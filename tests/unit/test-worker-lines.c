/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "worker/worker.h"

static void what_is_said(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_sample sample = {.state = GP_SAMPLE_VALID, .why = ""};
	static const char *const lines[] = {
		"about renderer Mesa Intel(R) UHD Graphics 770",
		"about empty",
		"ready 2500000",
		"window 1000000000 3000000000",
		"metric fps 1.005e+02 frames/s",
		"metric scene-1 -3 %",
		"histogram latency ms 0:5 2.5:10 1e1:1",
		"check pixels 38.1 dB over 8 frames",
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(lines); i++)
		assert_true(gp_worker_line(arena, lines[i], &sample));
	assert_string_equal(gp_sample_about(&sample, "renderer"), "Mesa Intel(R) UHD Graphics 770");
	assert_float_equal(gp_sample_metric(&sample, "init")->value, 2.5, 0);
	assert_string_equal(gp_sample_metric(&sample, "init")->unit, "ms");
	assert_float_equal(gp_sample_metric(&sample, "fps")->value, 100.5, 1e-9);
	assert_int_equal(sample.to - sample.from, 2000000000);
	assert_int_equal(sample.histograms.n, 1);
	assert_int_equal(sample.histograms.items[0].buckets.n, 3);
	assert_int_equal(sample.histograms.items[0].buckets.items[1].n, 10);
	assert_string_equal(sample.checks.items[0], "pixels 38.1 dB over 8 frames");
	assert_int_equal(sample.state, GP_SAMPLE_VALID);
	assert_true(gp_worker_line(arena, "invalid wrong \x1b[31mpixels", &sample));
	assert_int_equal(sample.state, GP_SAMPLE_INVALID);
	assert_null(strchr(sample.why, '\x1b'));
	assert_true(gp_worker_line(arena, "failed", &sample));
	assert_int_equal(sample.state, GP_SAMPLE_FAILED);
	gp_arena_free(arena);
}

static void what_is_not_understood(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_sample sample = {.state = GP_SAMPLE_VALID, .why = ""};
	static const char *const lines[] = {"", " ", "about", "ready", "ready -1", "ready x",
		"ready 99999999999999999999", "window", "window 5", "window 5 4", "window 1 2 3",
		"metric", "metric fps", "metric fps 1", "metric fps nan frames/s",
		"metric fps inf frames/s", "metric fps 1e999 frames/s", "metric fps 0x10 frames/s",
		"metric fps 1,5 frames/s", "metric fps 1 frames/s more", "metric f.ps 1 x",
		"metric f/ps 1 x", "metric fps 1 <b>", "metric -- - x", "histogram", "histogram x",
		"histogram latency ms 1", "histogram latency ms 1:x",
		"histogram latency ms 2:1 1:1", "histogram latency ms 1:-1", "check",
		"nonsense 1 2", "METRIC fps 1 x"};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(lines); i++)
		assert_false(gp_worker_line(arena, lines[i], &sample));
	assert_int_equal(sample.metrics.n + sample.about.n + sample.checks.n, 0);
	assert_int_equal(sample.histograms.n, 0);
	assert_int_equal(sample.from, 0);
	/* Nothing is said twice. */
	assert_true(gp_worker_line(arena, "window 1 2", &sample));
	assert_false(gp_worker_line(arena, "window 3 4", &sample));
	assert_true(gp_worker_line(arena, "metric fps 1 x", &sample));
	assert_false(gp_worker_line(arena, "metric fps 2 x", &sample));
	gp_arena_free(arena);
}

static void most(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_sample sample = {.state = GP_SAMPLE_VALID, .why = ""};
	int taken = 0;

	(void)state;
	for (unsigned int i = 0; i < 5000; i++)
		taken += gp_worker_line(arena, gp_printf(arena, "metric m%u 1 x", i), &sample) +
			 gp_worker_line(arena, "about key text", &sample) +
			 gp_worker_line(arena, "check text", &sample) +
			 gp_worker_line(arena, "histogram h ms 1:1", &sample);
	assert_true(taken < 500);
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said),
		cmocka_unit_test(what_is_not_understood),
		cmocka_unit_test(most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
