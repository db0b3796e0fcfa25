/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is planned where, by what a worker answers, and what the worker is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "workloads/workload.h"

#define PROGRAM "gpupass-work-transcode"

/* Nothing is run here. */
void gp_run_one(
	struct gp_bench *bench, const struct gp_experiment *experiment, struct gp_sample *ret)
{
	(void)bench;
	(void)experiment;
	(void)ret;
	abort();
}

struct world {
	struct gp_arena *arena;
	char directory[32], program[64];
	struct gp_settings settings;
	struct gp_bench bench;
	struct gp_target target;
	struct gp_experiments experiments;
};

/* What the worker does with each of its arguments, as "case" of the shell has it. */
static void answer(struct world *world, const char *cases)
{
	FILE *file = fopen(world->program, "w");

	assert_non_null(file);
	fprintf(file, "#!/bin/sh\nfor word; do case $word in %s\nesac; done\n", cases);
	fclose(file);
	assert_int_equal(chmod(world->program, 0755), 0);
}

#define OFFERS(lines) "offers=yes) printf '%s\\n' " lines " 'check asked';;"
#define CLIPS         "make-clip=*) : > \"${word#*=}\"; echo about clip-hash 12; echo check made;;"

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->arena = gp_arena_new();
	strcpy(world->directory, "/tmp/gpupass-XXXXXX");
	assert_non_null(mkdtemp(world->directory));
	snprintf(world->program, sizeof(world->program), "%s/" PROGRAM, world->directory);
	gp_settings_default(&world->settings, false);
	world->bench = (struct gp_bench){.arena = world->arena,
		.settings = &world->settings,
		.directory = world->directory,
		.workers = gp_workers_new(world->arena, world->directory, world->directory)};
	world->target = (struct gp_target){
		.subject = "0000:00:02.0", .node = "/dev/dri/renderD128", .mode = 1};
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;
	char *command = gp_printf(world->arena, "rm -r %s", world->directory);

	assert_int_equal(system(command), 0);
	gp_arena_free(world->arena);
	free(world);
	return 0;
}

static void use_processor(struct world *world)
{
	world->target = (struct gp_target){.subject = "cpu", .mode = GP_MODE_CPU};
}

/* "h264-1080p h264-1080p-latency", in their order; those that cannot be run with "!". */
static const char *plan(struct world *world)
{
	struct gp_strings list = {0};

	world->experiments = (struct gp_experiments){0};
	gp_plan_transcode(&world->bench, &world->target, &world->experiments);
	gp_each (experiment, &world->experiments) {
		assert_string_equal(experiment->workload, "transcode");
		assert_ptr_equal(experiment->target, &world->target);
		gp_strings_add(world->arena, &list,
			gp_printf(world->arena, "%s%s", experiment->variant,
				experiment->cannot ? "!" : ""));
	}
	return gp_join(world->arena, &list, " ");
}

static const char *told(struct world *world, size_t i)
{
	return gp_join(world->arena, &world->experiments.items[i].order.arguments, " ");
}

static void a_device_does_what_it_offers(void **state)
{
	struct world *world = *state;

	answer(world, OFFERS("'about offers h264 decode;encode' 'about offers vp9 decode' "
			     "'about offers hevc encode'") CLIPS);
	assert_string_equal(plan(world), "h264-1080p h264-1080p-latency vp9-to-h264-1080p "
					 "vp9-to-h264-1080p-latency");
	assert_string_equal(world->experiments.items[0].primary, "fps");
	assert_string_equal(world->experiments.items[1].primary, "p99");
	assert_string_equal(world->experiments.items[0].title, "H.264 1080p to 720p");
	assert_string_equal(world->experiments.items[2].title, "VP9 1080p to H.264 720p");
	assert_string_equal(told(world, 0),
		gp_printf(world->arena,
			"device=/dev/dri/renderD128 clip=%s/clip-h264-1920x1080.mkv codec=h264 "
			"size=1280x720 experiment=throughput seconds=20 warmup=5",
			world->directory));
	assert_non_null(strstr(told(world, 3), "codec=h264 size=1280x720 experiment=latency"));
	assert_non_null(strstr(told(world, 3), "clip-vp9-1920x1080.mkv"));
}

static void what_encodes_its_own_codec_does_both(void **state)
{
	struct world *world = *state;

	answer(world,
		OFFERS("'about offers h264 decode;encode' 'about offers av1 decode;encode'") CLIPS);
	gp_strings_add(world->arena, &world->settings.codecs, "av1");
	assert_string_equal(plan(world), "av1-1080p av1-1080p-latency av1-to-h264-1080p");
}

static void the_processor_has_presets(void **state)
{
	struct world *world = *state;

	use_processor(world);
	answer(world,
		OFFERS("'about offers h264 decode;encode' 'about offers vp9 decode;encode'") CLIPS);
	assert_string_equal(plan(world), "h264-1080p h264-1080p-medium h264-1080p-latency");
	assert_non_null(strstr(told(world, 0), "device=cpu "));
	assert_non_null(strstr(told(world, 0), "preset=veryfast"));
	assert_non_null(strstr(told(world, 1), "preset=medium"));
	assert_non_null(strstr(told(world, 2), "preset=veryfast"));
	assert_string_equal(
		world->experiments.items[1].title, "H.264 1080p to 720p, medium");
	gp_strings_add(world->arena, &world->settings.presets, "slow");
	assert_string_equal(plan(world), "h264-1080p h264-1080p-latency");
	assert_non_null(strstr(told(world, 0), "preset=slow"));
}

static void what_was_asked_for_by_name_says_why_not(void **state)
{
	struct world *world = *state;

	answer(world, OFFERS("'about offers h264 decode;encode' 'about offers hevc decode'") CLIPS);
	gp_strings_add(world->arena, &world->settings.codecs, "hevc");
	gp_strings_add(world->arena, &world->settings.codecs, "av1");
	assert_string_equal(plan(world), "hevc-1080p! av1-1080p!");
	assert_string_equal(
		world->experiments.items[0].cannot, "no encoding of HEVC is offered here");
	assert_string_equal(
		world->experiments.items[1].cannot, "no decoding of AV1 is offered here");
}

static void nothing_at_all_says_why(void **state)
{
	struct world *world = *state;

	answer(world, OFFERS("'about offers h264 decode'") CLIPS);
	assert_string_equal(plan(world), "h264-1080p!");
	assert_string_equal(world->experiments.items[0].cannot, "no encoding is offered here");
	answer(world, "offers=yes) echo failed no VA-API driver here;;");
	assert_string_equal(plan(world), "h264-1080p!");
	assert_string_equal(world->experiments.items[0].cannot, "no VA-API driver here");
	answer(world, "offers=yes) kill -SEGV $$;;");
	assert_string_equal(plan(world), "h264-1080p!");
	assert_string_equal(world->experiments.items[0].cannot, "crashed (Segmentation fault)");
	world->target.node = NULL;
	assert_string_equal(plan(world), "h264-1080p!");
	assert_string_equal(world->experiments.items[0].cannot, "0000:00:02.0 has no render node");
}

static void a_clip_that_is_not_made_says_why(void **state)
{
	struct world *world = *state;

	answer(world, OFFERS("'about offers h264 decode;encode'") "make-clip=*) : > "
								  "\"${word#*=}\"; echo failed "
								  "no libx264 here;;");
	assert_string_equal(plan(world), "h264-1080p!");
	assert_string_equal(world->experiments.items[0].cannot, "no libx264 here");
	/* Nothing is left that could be taken for one. */
	assert_string_equal(plan(world), "h264-1080p!");
	answer(world, OFFERS("'about offers h264 decode;encode'") CLIPS);
	assert_string_equal(plan(world), "h264-1080p h264-1080p-latency");
	/* It is made once. */
	answer(world, OFFERS("'about offers h264 decode;encode'"));
	assert_string_equal(plan(world), "h264-1080p h264-1080p-latency");
}

static void who_only_looks_gets_no_clip(void **state)
{
	struct world *world = *state;

	world->bench.only_looks = true;
	answer(world, OFFERS("'about offers h264 decode;encode'") "make-clip=*) echo failed;;");
	assert_string_equal(plan(world), "h264-1080p h264-1080p-latency");
}

static void sizes_have_names(void **state)
{
	static const struct gp_size sizes[] = {{3840, 2160}, {1280, 720}, {1000, 500}, {20, 18}};
	struct world *world = *state;

	answer(world, OFFERS("'about offers h264 decode;encode'") CLIPS);
	for (size_t i = 0; i < GP_ARRAY_SIZE(sizes); i++)
		*gp_push(world->arena, &world->settings.sizes) = sizes[i];
	assert_string_equal(plan(world), "h264-4k h264-4k-latency h264-720p h264-720p-latency "
					 "h264-1000x500 h264-1000x500-latency h264-20x18 "
					 "h264-20x18-latency");
	assert_non_null(strstr(told(world, 0), "size=1920x1080"));
	assert_non_null(strstr(told(world, 2), "size=640x360"));
	assert_non_null(strstr(told(world, 4), "size=500x250"));
	assert_non_null(strstr(told(world, 6), "size=16x16"));
}

static void a_quick_look_is_small(void **state)
{
	struct world *world = *state;

	gp_settings_default(&world->settings, true);
	use_processor(world);
	answer(world, OFFERS("'about offers h264 decode;encode' 'about offers hevc decode;encode'")
			      CLIPS);
	assert_string_equal(plan(world), "h264-360p h264-360p-latency");
	assert_string_equal(world->experiments.items[1].primary, "p50");
	assert_non_null(strstr(told(world, 0), "size=320x180"));
}

static void a_clip_of_the_user_is_asked_about(void **state)
{
	struct world *world = *state;

	world->settings.input = "/films/mine.mkv";
	answer(world, OFFERS("'about offers h264 decode;encode' 'about clip-kind hevc10' "
			     "'about clip-size 3840x1600' 'about clip-rate 24'"));
	assert_string_equal(plan(world), "input-to-h264 input-to-h264-latency");
	assert_string_equal(
		world->experiments.items[0].title, "HEVC 10 bit 3840x1600 to H.264 1920x800");
	assert_non_null(strstr(told(world, 0), "clip=/films/mine.mkv codec=h264 size=1920x800"));
	assert_string_equal(world->experiments.items[1].primary, "p99");
	/* 96 frames: the worker gives no p99 of them. */
	world->settings.seconds = 4;
	plan(world);
	assert_string_equal(world->experiments.items[1].primary, "p50");
	answer(world, "offers=yes) ;; clip=*) echo failed the clip has no video;; device=*) printf "
		      "'%s\\n' 'about offers h264 decode;encode' 'check asked';;");
	assert_string_equal(plan(world), "input-to-h264!");
	assert_string_equal(world->experiments.items[0].cannot, "the clip has no video");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_device_does_what_it_offers),
		TEST(what_encodes_its_own_codec_does_both),
		TEST(the_processor_has_presets),
		TEST(what_was_asked_for_by_name_says_why_not),
		TEST(nothing_at_all_says_why),
		TEST(a_clip_that_is_not_made_says_why),
		TEST(who_only_looks_gets_no_clip),
		TEST(sizes_have_names),
		TEST(a_quick_look_is_small),
		TEST(a_clip_of_the_user_is_asked_about),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
