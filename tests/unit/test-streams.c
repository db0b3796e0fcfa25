/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Streams and mixed workloads with workers that are scripts, which know how many of them there are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "check.h"
#include "workloads/search.h"
#include "workloads/together.h"

/* They start in their home, which they share; all are ready before one is told to go. */
static const char script[] =
	"#!/bin/sh\n"
	"capacity=1000 late=0 crash=1000 wrong=1000 speed=100\n"
	"[ \"$1\" != experiment=stream ] || [ \"$2 $3\" = 'seconds=2 warmup=0.5' ] || exit 1\n"
	"for option in $TOLD; do eval \"$option\"; done\n"
	"touch running.$$\n"
	"trap 'rm -f running.$$' EXIT\n"
	"[ \"${setup-}\" != fails ] || { echo 'failed no such profile'; exit; }\n"
	"[ \"${setup-}\" != hangs ] || exec sleep 100\n"
	"echo about vendor scripted\n"
	"echo ready 1000000\n"
	"read -r go\n"
	"set -- running.*\n"
	"n=$#\n"
	"sleep 0.2\n"
	"[ $n -lt $crash ] || { rm running.$$; kill -SEGV $$; }\n"
	"[ $n -lt $wrong ] || echo invalid pixels 6.2 dB\n"
	"[ $n -le $capacity ] || speed=$((speed * capacity / n))\n"
	"[ $n -le $capacity ] || late=$((n - capacity))\n"
	"echo window 1000000000 3000000000\n"
	"echo metric slowest $((speed / 100)).$(printf %02d $((speed % 100))) x\n"
	"echo metric late $late frames\n"
	"echo metric fps $((speed / n)) frames/s\n";

struct scene {
	struct gp_arena *arena;
	char directory[64], home[80];
	struct gp_settings settings;
	struct gp_bench bench;
	struct gp_target target;
	const char *transcode, *render; /* what the scripts are told */
	struct gp_experiments experiments;
	struct gp_sample sample;
};

static void write_script(const struct scene *scene, const char *name)
{
	char *path = gp_printf(scene->arena, "%s/gpupass-work-%s", scene->directory, name);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fputs(script, file) >= 0, 1);
	fclose(file);
	assert_int_equal(chmod(path, 0755), 0);
}

/* What the other workloads would plan; the scripts are told the rest by their environment. */
static void plan(struct gp_bench *bench, const struct gp_target *target, const char *program,
	const char *variant, struct gp_experiments *ret)
{
	struct gp_experiment *experiment = gp_push(bench->arena, ret);
	struct gp_order order = {.program = program};

	order = gp_order_with(bench->arena, &order, "experiment", variant);
	gp_strings_add(bench->arena, &order.environment,
		gp_printf(bench->arena, "TOLD=%s",
			strcmp(program, "render") == 0 ? target->mode_because : target->name));
	*experiment = (struct gp_experiment){.workload = program,
		.variant = variant,
		.title = program,
		.primary = "fps",
		.target = target,
		.order = order,
		.seconds = 2};
}

void gp_plan_transcode(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret)
{
	plan(bench, target, "transcode", "latency", ret);
	ret->items[ret->n - 1].primary = "p99";
	plan(bench, target, "transcode", "throughput", ret);
}

void gp_plan_render(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret)
{
	plan(bench, target, "render", "fill", ret);
}

static struct scene *set_up(const char *transcode, const char *render)
{
	struct gp_arena *arena = gp_arena_new();
	struct scene *scene = gp_new(arena, struct scene);

	scene->arena = arena;
	strcpy(scene->directory, "/tmp/gpupass-test-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	snprintf(scene->home, sizeof(scene->home), "%s/home", scene->directory);
	assert_int_equal(mkdir(scene->home, 0700), 0);
	write_script(scene, "transcode");
	write_script(scene, "render");
	scene->target = (struct gp_target){
		.subject = "cpu", .name = transcode, .mode_because = render, .mode = GP_MODE_CPU};
	gp_settings_default(&scene->settings, true);
	scene->bench = (struct gp_bench){.arena = arena,
		.settings = &scene->settings,
		.patience = 20,
		.workers = gp_workers_new(arena, scene->directory, scene->home)};
	*gp_push(arena, &scene->bench.targets) = scene->target;
	return scene;
}

static void tear_down(struct scene *scene)
{
	char *command = gp_printf(scene->arena, "rm -rf %s", scene->directory);

	assert_int_equal(system(command), 0);
	gp_arena_free(scene->arena);
}

static void take(struct scene *scene, size_t number, unsigned int run)
{
	const struct gp_experiment *experiment = &scene->experiments.items[number];

	scene->sample = (struct gp_sample){
		.experiment = experiment, .run = run, .state = GP_SAMPLE_VALID, .why = ""};
	experiment->run(&scene->bench, experiment, &scene->sample);
}

static struct scene *streams_with(const char *arguments)
{
	struct scene *scene = set_up(arguments, "");

	gp_plan_streams(&scene->bench, &scene->target, &scene->experiments);
	assert_int_equal(scene->experiments.n, 1);
	take(scene, 0, 1);
	return scene;
}

static const struct gp_metric *point(
	const struct scene *scene, const char *name, unsigned int streams)
{
	gp_each (metric, &scene->sample.metrics)
		if (strcmp(metric->name, name) == 0 && metric->streams == streams)
			return metric;
	return NULL;
}

static void expect_count(const struct scene *scene, unsigned int count)
{
	const struct gp_metric *metric = gp_sample_metric(&scene->sample, "count");

	assert_string_equal(scene->sample.why, "");
	assert_int_equal(scene->sample.state, GP_SAMPLE_VALID);
	assert_non_null(metric);
	assert_string_equal(metric->unit, "streams");
	assert_int_equal((unsigned int)metric->value, count);
}

static void test_capacity(void **state)
{
	struct scene *scene = streams_with("capacity=3");
	const struct gp_metric *metric;

	(void)state;
	expect_count(scene, 3);
	assert_null(gp_sample_metric(&scene->sample, "count")->text);
	metric = point(scene, "slowest", 3);
	assert_non_null(metric);
	assert_true(metric->value > 0.99 && metric->value < 1.01);
	assert_string_equal(metric->text, "kept up in 3 of 3");
	metric = point(scene, "slowest", 4);
	assert_non_null(metric);
	assert_true(metric->value > 0.74 && metric->value < 0.76);
	assert_non_null(strstr(metric->text, "kept up in 0 of 2: stream "));
	assert_non_null(strstr(metric->text, "reached 0.75x of real time"));
	assert_null(point(scene, "slowest", 5));
	assert_string_equal(gp_sample_about(&scene->sample, "vendor"), "scripted");
	assert_int_equal(scene->sample.to - scene->sample.from, 2000000000);
	tear_down(scene);
}

/* A result, though not the one that was hoped for. */
static void test_less_than_one(void **state)
{
	struct scene *scene = streams_with("speed=62");

	(void)state;
	expect_count(scene, 0);
	assert_string_equal(gp_sample_metric(&scene->sample, "count")->text,
		"one stream reaches 0.62x of real time");
	tear_down(scene);
}

static void test_late(void **state)
{
	struct scene *scene = streams_with("late=3");

	(void)state;
	expect_count(scene, 0);
	assert_non_null(strstr(point(scene, "late", 1)->text,
		"frames of stream 1 came up to 3.0 frame times late"));
	tear_down(scene);
}

/* Of so many at once, one crashes: so many do not hold, fewer do. */
static void test_crash_in_crowd(void **state)
{
	struct scene *scene = streams_with("crash=3");

	(void)state;
	expect_count(scene, 2);
	assert_null(point(scene, "slowest", 3));
	tear_down(scene);
}

static void expect_state(const char *arguments, enum gp_sample_state expected, const char *why)
{
	struct scene *scene = streams_with(arguments);

	assert_int_equal(scene->sample.state, expected);
	assert_non_null(strstr(scene->sample.why, why));
	assert_null(gp_sample_metric(&scene->sample, "count"));
	tear_down(scene);
}

static void test_nothing_works(void **state)
{
	(void)state;
	expect_state("crash=1", GP_SAMPLE_FAILED, "crashed (Segmentation fault)");
	expect_state("wrong=1", GP_SAMPLE_INVALID, "pixels 6.2 dB");
	expect_state("setup=fails", GP_SAMPLE_FAILED, "no such profile");
}

static struct scene *mixed_with(const char *transcode, const char *render)
{
	struct scene *scene = set_up(transcode, render);

	gp_plan_mixed(&scene->bench, &scene->target, &scene->experiments);
	assert_int_equal(scene->experiments.n, 2);
	assert_string_equal(scene->experiments.items[0].variant, "transcode-beside-render");
	assert_string_equal(scene->experiments.items[1].variant, "render-beside-transcode");
	return scene;
}

/* Two of them get half each, whichever of alone and beside came first. */
static void test_share(void **state)
{
	struct scene *scene = mixed_with("speed=100", "speed=50");

	(void)state;
	for (unsigned int run = 1; run <= 2; run++) {
		take(scene, run - 1, run);
		assert_string_equal(scene->sample.why, "");
		assert_int_equal(scene->sample.state, GP_SAMPLE_VALID);
		assert_int_equal(scene->sample.run, run);
		assert_true(gp_sample_metric(&scene->sample, "fps")->value == (run == 1 ? 50 : 25));
		assert_true(gp_sample_metric(&scene->sample, "share")->value == 0.5);
		assert_string_equal(gp_sample_metric(&scene->sample, "share")->text,
			run == 1 ? "50 instead of 100 frames/s alone"
				 : "25 instead of 50 frames/s alone");
	}
	tear_down(scene);
}

static void expect_trouble(const char *render, enum gp_sample_state expected, const char *why)
{
	struct scene *scene = mixed_with("speed=100", render);

	take(scene, 0, 1);
	assert_string_equal(scene->sample.why, why);
	assert_int_equal(scene->sample.state, expected);
	tear_down(scene);
}

static void test_trouble_beside(void **state)
{
	(void)state;
	expect_trouble("wrong=2", GP_SAMPLE_INVALID, "the render beside it: pixels 6.2 dB");
	expect_trouble("setup=fails", GP_SAMPLE_FAILED, "the render beside it: no such profile");
	expect_trouble(
		"crash=2", GP_SAMPLE_FAILED, "the render beside it: crashed (Segmentation fault)");
}

/* Each device has the others as its noise; the processor has no part in it. */
static void test_neighbours(void **state)
{
	struct scene *scene = set_up("speed=90", "");
	struct gp_target *vf = gp_push(scene->arena, &scene->bench.targets);

	(void)state;
	scene->target.subject = scene->bench.targets.items[0].subject = "0000:00:02.1";
	scene->target.mode = scene->bench.targets.items[0].mode = GP_MODE_VF;
	*vf = scene->target;
	vf->subject = "0000:00:02.2";
	gp_plan_mixed(&scene->bench, &scene->target, &scene->experiments);
	assert_int_equal(scene->experiments.n, 3);
	assert_string_equal(scene->experiments.items[2].variant, "neighbours");
	take(scene, 2, 1);
	assert_string_equal(scene->sample.why, "");
	assert_true(gp_sample_metric(&scene->sample, "fps")->value == 45);
	tear_down(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_capacity),
		cmocka_unit_test(test_less_than_one),
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_crash_in_crowd),
		cmocka_unit_test(test_nothing_works),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_trouble_beside),
		cmocka_unit_test(test_neighbours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
