/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "check.h"
#include "run/judge.h"
#include "run/order.h"
#include "run/run.h"

#define SECOND 1000000000

struct scene {
	struct gp_arena *arena;
	struct gp_target target;
	struct gp_experiment experiment;
	struct gp_sample sample;
};

/* A sample of a GPU that is as it should be. */
static void scene_open(struct scene *s)
{
	*s = (struct scene){.arena = gp_arena_new(),
		.target = {.subject = "0000:00:02.0",
			.address = "0000:00:02.0",
			.mode = GP_MODE_NATIVE,
			.vendor = 0x8086},
		.experiment = {.workload = "w", .variant = "v", .primary = "fps", .window = 2}};
	s->experiment.target = &s->target;
	s->sample = (struct gp_sample){.experiment = &s->experiment,
		.state = GP_SAMPLE_VALID,
		.why = "",
		.from = 5 * (int64_t)SECOND,
		.to = 7 * (int64_t)SECOND,
		.gauges.engines = GP_ENGINES_MOVED};
	*gp_push(s->arena, &s->sample.metrics) =
		(struct gp_metric){.name = "fps", .value = 100, .unit = "frames/s"};
}

static void say(struct scene *s, const char *key, const char *text)
{
	*gp_push(s->arena, &s->sample.about) = (struct gp_about){key, text};
}

static void is_judged(struct scene *s, enum gp_sample_state state, const char *why)
{
	gp_judge(s->arena, &s->sample);
	assert_int_equal(s->sample.state, state);
	assert_non_null(strstr(s->sample.why, why));
	if (state == GP_SAMPLE_VALID)
		assert_string_equal(s->sample.why, "");
	gp_arena_free(s->arena);
}

static void good(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	say(&s, "renderer", "Mesa Intel(R) UHD Graphics 770 (ADL-S GT1)");
	say(&s, "pci", "0000:00:02.0");
	is_judged(&s, GP_SAMPLE_VALID, "");
	/* PoCL drives GPUs as well. */
	scene_open(&s);
	say(&s, "platform", "Portable Computing Language, OpenCL 3.0 PoCL 6.0");
	say(&s, "device", "NVIDIA GeForce RTX 3060");
	say(&s, "software", "no");
	is_judged(&s, GP_SAMPLE_VALID, "");
	scene_open(&s);
	s.sample.gauges.engines = GP_ENGINES_UNKNOWN;
	is_judged(&s, GP_SAMPLE_VALID, "");
}

static void engines(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	s.sample.gauges.engines = GP_ENGINES_STILL;
	s.sample.gauges.engines_because = "drm-engine-video";
	is_judged(&s, GP_SAMPLE_INVALID, "drm-engine-video");
	scene_open(&s);
	s.target.mode = GP_MODE_CPU;
	s.sample.gauges.engines = GP_ENGINES_STILL;
	is_judged(&s, GP_SAMPLE_VALID, "");
}

static void software(void **state)
{
	static const struct {
		const char *key, *text;
	} cases[] = {
		{"renderer", "llvmpipe (LLVM 15.0.6, 256 bits)"},
		{"device", "llvmpipe (LLVM 15.0.6, 256 bits)"},
		{"software", "yes"},
		{"encoder", "libx264"},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct scene s;

		scene_open(&s);
		say(&s, cases[i].key, cases[i].text);
		is_judged(&s, GP_SAMPLE_INVALID, "it ran on the processor");
		scene_open(&s);
		s.target.mode = GP_MODE_CPU;
		say(&s, cases[i].key, cases[i].text);
		is_judged(&s, GP_SAMPLE_VALID, "");
	}
}

static void another_device(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	say(&s, "pci", "0000:03:00.0");
	is_judged(&s, GP_SAMPLE_INVALID, "it ran on 0000:03:00.0, not on 0000:00:02.0");
	scene_open(&s);
	say(&s, "pci-vendor", "10de");
	is_judged(&s, GP_SAMPLE_INVALID, "10de");
}

static void windows_and_numbers(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	s.sample.to = s.sample.from;
	is_judged(&s, GP_SAMPLE_INVALID, "there is no window");
	scene_open(&s);
	s.sample.to = s.sample.from + SECOND / 2;
	is_judged(&s, GP_SAMPLE_INVALID, "too short a window: 0.5 s of 2 s");
	scene_open(&s);
	s.sample.metrics.items[0].value = 0;
	is_judged(&s, GP_SAMPLE_INVALID, "fps is 0");
	scene_open(&s);
	s.sample.metrics.items[0].value = strtod("inf", NULL);
	is_judged(&s, GP_SAMPLE_INVALID, "fps is no number");
	scene_open(&s);
	s.sample.metrics.n = 0;
	is_judged(&s, GP_SAMPLE_INVALID, "fps was not measured");
}

/* What the worker said stays the reason. */
static void first_reason(void **state)
{
	struct scene s;

	(void)state;
	scene_open(&s);
	gp_sample_reject(&s.sample, GP_SAMPLE_INVALID, "wrong pixels");
	s.sample.gauges.engines = GP_ENGINES_STILL;
	is_judged(&s, GP_SAMPLE_INVALID, "wrong pixels");
	scene_open(&s);
	gp_sample_reject(&s.sample, GP_SAMPLE_FAILED, "no encoder");
	is_judged(&s, GP_SAMPLE_FAILED, "no encoder");
}

/* Why a GPU was throttled stands beside how much. */
static void reasons_are_kept(void **state)
{
	struct gp_bench_run run = {0};
	struct gp_record record;
	struct scene s;

	(void)state;
	scene_open(&s);
	record = (struct gp_record){.arena = s.arena};
	*gp_push(s.arena, &s.sample.gauges.list) = (struct gp_gauge){
		.name = "throttled", .unit = "%", .value = 50, .source = "pl1, thermal: /sys/x"};
	*gp_push(s.arena, &s.sample.gauges.list) = (struct gp_gauge){
		.name = "frequency", .unit = "MHz", .value = 900, .source = "/sys/y"};
	gp_sample_to_record(&run, &s.sample, &record);
	assert_int_equal(record.n, 3);
	assert_string_equal(record.items[1].id, "w.v.throttled");
	assert_string_equal(record.items[1].text, "pl1, thermal");
	assert_string_equal(record.items[2].text, "");
	gp_arena_free(s.arena);
}

/* Each round has each experiment once, and not all rounds are alike. */
static void rounds(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_turns turns = gp_order_rounds(arena, 7, 20, 3);
	struct gp_turns again = gp_order_rounds(arena, 7, 20, 3);
	bool differ = false;

	(void)state;
	assert_int_equal(turns.n, 140);
	assert_memory_equal(turns.items, again.items, sizeof(*turns.items) * turns.n);
	for (size_t round = 0; round < 20; round++) {
		unsigned int seen = 0;

		for (size_t i = 0; i < 7; i++) {
			const struct gp_turn *turn = &turns.items[round * 7 + i];

			assert_int_equal(turn->run, round + 1);
			seen |= 1u << turn->experiment;
			differ = differ || turn->experiment != turns.items[i].experiment;
		}
		assert_int_equal(seen, 127);
	}
	assert_true(differ);
	assert_int_equal(gp_order_rounds(arena, 0, 10, 1).n, 0);
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(engines),
		cmocka_unit_test(software),
		cmocka_unit_test(another_device),
		cmocka_unit_test(windows_and_numbers),
		cmocka_unit_test(first_reason),
		cmocka_unit_test(reasons_are_kept),
		cmocka_unit_test(rounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
