/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is planned where, and what the program is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "workloads/workload.h"

#define PROGRAM "gpupass-work-render"

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

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	int fd;

	assert_non_null(world);
	world->arena = gp_arena_new();
	strcpy(world->directory, "/tmp/gpupass-XXXXXX");
	assert_non_null(mkdtemp(world->directory));
	snprintf(world->program, sizeof(world->program), "%s/" PROGRAM, world->directory);
	fd = open(world->program, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	assert_true(fd >= 0);
	close(fd);
	gp_settings_default(&world->settings, false);
	world->bench = (struct gp_bench){.arena = world->arena,
		.settings = &world->settings,
		.workers = gp_workers_new(world->arena, world->directory, world->directory)};
	world->target = (struct gp_target){
		.subject = "0000:00:02.0", .node = "/dev/dri/renderD128", .mode = 1};
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	unlink(world->program);
	rmdir(world->directory);
	gp_arena_free(world->arena);
	free(world);
	return 0;
}

static const struct gp_experiment *plan(struct world *world)
{
	gp_plan_render(&world->bench, &world->target, &world->experiments);
	assert_int_equal(world->experiments.n, 5);
	return world->experiments.items;
}

static void test_on_a_node(void **state)
{
	const struct gp_experiment *first = plan(*state);
	static const char *const arguments[] = {"device=/dev/dri/renderD128", "scene=fill",
		"size=1920x1080", "seconds=20", "warmup=5"};

	assert_null(first->cannot);
	assert_string_equal(first->workload, "render");
	assert_string_equal(first->variant, "fill");
	assert_string_equal(first->primary, "fps");
	assert_string_equal(first->order.program, "render");
	assert_int_equal(first->order.arguments.n, 5);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(first->order.arguments.items[i], arguments[i]);
	assert_string_equal(first[4].variant, "readback");
	assert_true(first->window == 20 && first->seconds > 25);
}

static void test_on_the_processor(void **state)
{
	struct world *world = *state;
	const struct gp_experiment *first;

	world->target = (struct gp_target){.subject = "cpu", .mode = GP_MODE_CPU};
	first = plan(world);
	assert_null(first->cannot);
	assert_string_equal(first->order.arguments.items[0], "device=cpu");
}

static void test_quick(void **state)
{
	struct world *world = *state;
	const struct gp_experiment *experiments;
	double windows = 0;

	gp_settings_default(&world->settings, true);
	experiments = plan(world);
	for (size_t i = 0; i < 5; i++)
		windows += experiments[i].window;
	assert_true(windows > 1 && windows < 8);
	assert_string_equal(experiments->order.arguments.items[2], "size=1280x720");
}

static void test_nowhere(void **state)
{
	struct world *world = *state;
	const struct gp_experiment *first;

	world->target.node = NULL;
	first = plan(world);
	assert_string_equal(first->cannot, "0000:00:02.0 has no render node");
}

static void test_not_built(void **state)
{
	struct world *world = *state;
	const struct gp_experiment *first;

	unlink(world->program);
	first = plan(world);
	assert_non_null(strstr(first->cannot, PROGRAM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_on_a_node, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_on_the_processor, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_quick, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_nowhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_not_built, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
