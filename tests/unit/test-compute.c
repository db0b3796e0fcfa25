/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "scratch-tree.h"
#include "work/compute.h"
#include "workloads/workload.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

static void test_sizes(void **state)
{
	static const struct {
		bool is_cpu;
		unsigned int mib, n;
		uint64_t memory, most, cache, size;
	} cases[] = {
		/* A GPU with room, a processor with room. */
		{false, 0, 3, 16 * GIB, 4 * GIB, 4 * MIB, 256},
		{true, 0, 3, 16 * GIB, 4 * GIB, 32 * MIB, 64},
		/* Caches that would hold it. */
		{true, 0, 3, 512 * GIB, 128 * GIB, 384 * MIB, 512},
		{false, 0, 1, 16 * GIB, 4 * GIB, 128 * MIB, 512},
		{true, 0, 3, 8 * GIB, 512 * MIB, 768 * MIB, 512},
		/* A small vGPU. */
		{false, 0, 3, 128 * MIB, 128 * MIB, 512 << 10, 21},
		{false, 0, 2, 64 * MIB, 16 * MIB, 0, 16},
		/* As told, within limits. */
		{false, 8, 3, 16 * GIB, 4 * GIB, 4 * MIB, 8},
		{false, 9000, 3, 6 * GIB, 4 * GIB, 4 * MIB, 1024},
		{false, 16384, 1, 128 * GIB, 64 * GIB, 4 * MIB, 8192},
		{false, 0, 1, 128 * GIB, 64 * GIB, 32 * GIB, 8192},
		/* Nothing to be had, or told; a cache that is none. */
		{false, 0, 3, 0, 0, 0, 0},
		{true, 0, 3, 5 * MIB, 5 * MIB, 0, 0},
		{true, 0, 3, 16 * GIB, 4 * GIB, UINT64_MAX, 64},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++)
		assert_int_equal(gp_compute_size(cases[i].is_cpu, cases[i].mib, cases[i].n,
					 cases[i].memory, cases[i].most, cases[i].cache),
			cases[i].size * MIB);
}

/* Samples are spread over all of the buffer, its ends among them, and none twice. */
static void test_places(void **state)
{
	static const uint32_t words[] = {MIB / 4, 21 * MIB / 4, 64 * MIB / 4, 4095u * (MIB / 4)};

	(void)state;
	for (size_t w = 0; w < GP_ARRAY_SIZE(words); w++) {
		uint32_t last = gp_compute_place(0, words[w]);

		assert_int_equal(last, 0);
		for (uint32_t i = 1; i < GP_COMPUTE_SAMPLES; i++) {
			uint32_t place = gp_compute_place(i, words[w]);

			assert_true(place > last);
			assert_true(place - last < 3 * (words[w] / GP_COMPUTE_SAMPLES));
			last = place;
		}
		assert_int_equal(last, words[w] - 1);
	}
}

static void test_words_differ(void **state)
{
	unsigned int same = 0;

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		same += gp_compute_word(1, i) == gp_compute_word(2, i);
		same += gp_compute_word(1, i) == gp_compute_word(1, i + 1);
		same += gp_compute_word(1, i) == gp_compute_word(~1u, i);
	}
	assert_true(same < 3);
}

static void test_batches(void **state)
{
	(void)state;
	assert_int_equal(gp_compute_next(1, 1000), 4);
	assert_int_equal(gp_compute_next(1000, 70000000), 1000);
	assert_int_equal(gp_compute_next(1000, 140000000), 500);
	assert_int_equal(gp_compute_next(1000, INT64_C(70000000000)), 250);
	assert_int_equal(gp_compute_next(1, INT64_C(70000000000)), 1);
	assert_int_equal(gp_compute_next(3, INT64_MAX), 1);
	assert_int_equal(gp_compute_next(50000, 0), 65536);
	assert_int_equal(gp_compute_next(1, -1), 4);
}

/* The first and the last of a batch have one each; one command alone has the first. */
static void test_events(void **state)
{
	struct gp_compute_span span = {0};

	(void)state;
	assert_ptr_equal(gp_compute_event(&span, 0, 1), &span.first);
	assert_ptr_equal(gp_compute_event(&span, 0, 2), &span.first);
	assert_ptr_equal(gp_compute_event(&span, 1, 2), &span.last);
	assert_null(gp_compute_event(&span, 1, 3));
	assert_ptr_equal(gp_compute_event(&span, 2, 3), &span.last);
}

static void test_reasons(void **state)
{
	char line[8];
	static struct gp_compute c;

	(void)state;
	gp_compute_first_line("\n\r  one two three\nfour", line, sizeof(line));
	assert_string_equal(line, "one two");
	gp_compute_first_line("a\nb", line, sizeof(line));
	assert_string_equal(line, "a");
	gp_compute_first_line("", line, sizeof(line));
	assert_string_equal(line, "");
	gp_compute_tried(&c, "clFinish", CL_SUCCESS);
	assert_false(gp_compute_failed(&c));
	gp_compute_tried(&c, "clFinish", -9999);
	gp_compute_tried(&c, "clFlush", CL_OUT_OF_RESOURCES);
	assert_true(gp_compute_failed(&c));
	assert_string_equal(c.why, "clFinish: error -9999");
	*c.why = '\0';
	gp_compute_tried(&c, "clFlush", CL_OUT_OF_RESOURCES);
	assert_string_equal(c.why, "clFlush: CL_OUT_OF_RESOURCES");
}

/* Its test, as the worker has it; the others need a device. */
const struct gp_compute_test *gp_compute_test(const char *name)
{
	static const struct gp_compute_test test = {.name = "global"};

	return strcmp(name, test.name) == 0 ? &test : NULL;
}

static void test_orders(void **state)
{
	char *good[] = {(char[]){"work"}, (char[]){"device=cpu"}, (char[]){"test=global"},
		(char[]){"seconds=0.5"}, (char[]){"mib=7"}, NULL};
	char *bad[] = {
		(char[]){"work"}, (char[]){"device=cpu"}, (char[]){"test=global"}, NULL, NULL};
	static const char *const wrong[] = {
		"seconds=-1", "seconds=nan", "seconds=1e9", "warmup=2s", "mib=", "mib=99999"};
	struct gp_compute_order order;

	(void)state;
	assert_null(gp_compute_order_read(good, &order));
	assert_string_equal(order.device, "cpu");
	assert_true(order.seconds == 0.5 && order.mib == 7);
	for (size_t i = 0; i < GP_ARRAY_SIZE(wrong); i++) {
		bad[3] = (char *)(uintptr_t)wrong[i];
		assert_non_null(gp_compute_order_read(bad, &order));
	}
	bad[2] = (char[]){"test=none"};
	assert_string_equal(gp_compute_order_read(bad, &order), "test=");
	bad[1] = NULL;
	assert_string_equal(gp_compute_order_read(bad, &order), "device=");
}

/* ---- a GPU that is told by its maker */

static void add_function(
	const struct scratch *scratch, const char *address, const char *class, const char *vendor)
{
	char path[128];

	snprintf(path, sizeof(path), "/%s/class", address);
	scratch_file(scratch, path, class);
	snprintf(path, sizeof(path), "/%s/vendor", address);
	scratch_file(scratch, path, vendor);
}

static void test_lone(void **state)
{
	struct scratch scratch;

	(void)state;
	scratch_make(&scratch);
	add_function(&scratch, "0000:00:02.0", "0x030000\n", "0x8086\n");
	add_function(&scratch, "0000:00:1f.0", "0x060100\n", "0x8086\n");
	add_function(&scratch, "0000:03:00.0", "0x030200\n", "0x1002\n");
	add_function(&scratch, "0000:04:00.0", "0x038000\n", "0x10de\n");
	add_function(&scratch, "0000:05:00.0", "0x030000\n", "0x10de\n");
	add_function(&scratch, "0000:06:00.0", "display\n", "\n");
	add_function(&scratch, "0000:07:00.0", "0x030000\n", "");
	assert_int_equal(gp_compute_lone(scratch.root, "0000:00:02.0"), 0x8086);
	assert_int_equal(gp_compute_lone(scratch.root, "0000:03:00.0"), 0x1002);
	/* Two of one maker, no GPU, not there, no maker. */
	assert_int_equal(gp_compute_lone(scratch.root, "0000:04:00.0"), 0);
	assert_int_equal(gp_compute_lone(scratch.root, "0000:00:1f.0"), 0);
	assert_int_equal(gp_compute_lone(scratch.root, "0000:09:00.0"), 0);
	assert_int_equal(gp_compute_lone(scratch.root, "0000:07:00.0"), 0);
	/* A VF beside its PF. */
	add_function(&scratch, "0000:00:02.1", "0x030000\n", "0x8086\n");
	assert_int_equal(gp_compute_lone(scratch.root, "0000:00:02.0"), 0);
	scratch_remove(&scratch);
	assert_int_equal(gp_compute_lone(scratch.root, "0000:00:02.0"), 0);
}

static void test_what_is_the_lone_one(void **state)
{
	(void)state;
	assert_true(gp_compute_is_lone(0x8086, "", CL_DEVICE_TYPE_GPU, 0x8086));
	/* It says where it is; another maker's; there is more than one. */
	assert_false(gp_compute_is_lone(0x8086, "0000:03:00.0", CL_DEVICE_TYPE_GPU, 0x8086));
	assert_false(gp_compute_is_lone(0x8086, "", CL_DEVICE_TYPE_GPU, 0x1002));
	assert_false(gp_compute_is_lone(0, "", CL_DEVICE_TYPE_GPU, 0));
	/* Intel's processors, and the FPGA that they emulate. */
	assert_false(gp_compute_is_lone(0x8086, "", CL_DEVICE_TYPE_CPU, 0x8086));
	assert_false(gp_compute_is_lone(0x8086, "", CL_DEVICE_TYPE_ACCELERATOR, 0x8086));
}

/* ---- the plan */

void gp_run_one(
	struct gp_bench *bench, const struct gp_experiment *experiment, struct gp_sample *ret)
{
	(void)bench;
	(void)experiment;
	(void)ret;
}

/* On one GPU nothing can be done, as the worker knows. */
const char *gp_ask(
	struct gp_bench *bench, const struct gp_order *order, double seconds, struct gp_sample *ret)
{
	(void)seconds;
	assert_string_equal(order->program, "compute");
	if (gp_strings_has(&order->arguments, "device=0000:03:00.0"))
		*gp_push(bench->arena, &ret->about) = (struct gp_about){"cannot", "no devices"};
	return NULL;
}

bool gp_target_is_cpu(const struct gp_target *target)
{
	return strcmp(target->subject, "cpu") == 0;
}

static struct gp_experiments plan(
	struct gp_arena *arena, const struct gp_target *target, bool is_quick)
{
	struct gp_settings settings = {.seconds = 20, .warmup = 5, .quick = is_quick};
	struct gp_bench bench = {.arena = arena, .settings = &settings};
	struct gp_experiments ret = {0};

	gp_plan_compute(&bench, target, &ret);
	return ret;
}

static void test_plan(void **state)
{
	static const struct gp_target gpu = {.subject = "0000:00:02.0", .address = "0000:00:02.0"};
	static const struct gp_target bare = {.subject = "gpu", .address = "0000:03:00.0"};
	static const struct gp_target cpu = {.subject = "cpu"};
	static const struct gp_target vgem = {
		.subject = "node/renderD128", .node = "/dev/dri/renderD128"};
	struct gp_arena *arena = gp_arena_new();
	struct gp_experiments planned = plan(arena, &gpu, false);

	(void)state;
	assert_int_equal(planned.n, 6);
	gp_each (experiment, &planned) {
		assert_null(experiment->cannot);
		assert_null(strchr(experiment->variant, '.'));
		assert_string_equal(experiment->order.arguments.items[0], "device=0000:00:02.0");
		assert_true(gp_strings_has(&experiment->order.arguments, "seconds=20"));
	}
	planned = plan(arena, &cpu, true);
	assert_string_equal(planned.items[0].order.arguments.items[0], "device=cpu");
	assert_true(gp_strings_has(&planned.items[0].order.arguments, "seconds=6"));
	planned = plan(arena, &vgem, false);
	gp_each (experiment, &planned)
		assert_non_null(experiment->cannot);
	planned = plan(arena, &bare, false);
	assert_int_equal(planned.n, 6);
	gp_each (experiment, &planned)
		assert_string_equal(experiment->cannot, "no devices");
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_words_differ),
		cmocka_unit_test(test_batches),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_orders),
		cmocka_unit_test(test_lone),
		cmocka_unit_test(test_what_is_the_lone_one),
		cmocka_unit_test(test_plan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
