/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DRM clients over time, and the thread that watches them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "check.h"
#include "scratch-tree.h"
#include "telemetry/clients.h"
#include "telemetry/read.h"
#include "telemetry/telemetry.h"

#define HERE "0000:00:02.0"
#define S    INT64_C(1000000000)

struct stage {
	struct scratch scratch;
	struct gp_arena *arena;
	struct gp_target target;
	struct gp_clients clients;
	struct gp_gauges gauges;
};

static void begin(struct stage *stage, const char *driver)
{
	*stage = (struct stage){.arena = gp_arena_new()};
	stage->target = (struct gp_target){.subject = HERE,
		.address = HERE,
		.node = "/dev/dri/renderD128",
		.driver = driver,
		.mode = GP_MODE_NATIVE};
	scratch_make(&stage->scratch);
	gp_clients_init(&stage->clients, stage->arena, stage->scratch.root, &stage->target);
	gp_clients_add(&stage->clients, 50);
}

static void end(struct stage *stage)
{
	gp_arena_free(stage->arena);
	scratch_remove(&stage->scratch);
}

static void client(const struct stage *stage, int pid, int fd, const char *text)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", pid, fd);
	scratch_file(&stage->scratch, path, text);
}

static void i915(const struct stage *stage, int pid, int fd, int id, long long ns)
{
	char text[256];

	snprintf(text, sizeof(text),
		"pos:\t0\ndrm-driver:\ti915\ndrm-client-id:\t%d\ndrm-pdev:\t" HERE
		"\ndrm-resident-system0:\t2048 KiB\ndrm-engine-video:\t%lld ns\n"
		"drm-engine-capacity-video:\t2\n",
		id, ns);
	client(stage, pid, fd, text);
}

static void judge(struct stage *stage, int64_t from, int64_t to)
{
	stage->gauges = (struct gp_gauges){0};
	gp_clients_gauges(&stage->clients, stage->arena, from, to, &stage->gauges);
}

static const struct gp_gauge *gauge(const struct gp_gauges *gauges, const char *name)
{
	gp_each (each, &gauges->list)
		if (strcmp(each->name, name) == 0)
			return each;
	fail_msg("no gauge %s", name);
	return NULL;
}

static void expect(const struct stage *stage, const char *name, double value)
{
	const struct gp_gauge *found = gauge(&stage->gauges, name);

	if (found->unknown)
		fail_msg("%s is not known: %s", name, found->unknown);
	if (found->value < value - 1e-6 || found->value > value + 1e-6)
		fail_msg("%s is %g, not %g", name, found->value, value);
}

static void engines(const struct stage *stage, enum gp_engines state, const char *because)
{
	if (stage->gauges.engines != state || !strstr(stage->gauges.engines_because, because))
		fail_msg("%d: %s", (int)stage->gauges.engines, stage->gauges.engines_because);
}

static void test_engines_moved(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "i915");
	i915(&stage, 50, 3, 7, 5 * S); /* what it did before does not count */
	i915(&stage, 50, 4, 7, 5 * S); /* the same client */
	gp_clients_scan(&stage.clients, 10 * S);
	i915(&stage, 50, 3, 7, 9 * S);
	i915(&stage, 50, 4, 7, 9 * S);
	gp_clients_scan(&stage.clients, 14 * S);
	judge(&stage, 10 * S, 14 * S);
	expect(&stage, "busy-video", 50); /* 4 of 4 s, on two engines */
	expect(&stage, "memory", 2);
	engines(&stage, GP_ENGINES_MOVED, "video 4 s");
	stage.target.driver = "panthor"; /* it is not known how, but they did */
	judge(&stage, 10 * S, 14 * S);
	engines(&stage, GP_ENGINES_MOVED, "video 4 s");
	judge(&stage, 11 * S, 13 * S);
	expect(&stage, "busy-video", 50);
	judge(&stage, 5 * S, 14 * S);
	assert_non_null(gauge(&stage.gauges, "busy-video")->unknown);
	end(&stage);
}

static void test_counters_may_go_back(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "i915");
	i915(&stage, 50, 3, 7, 5 * S);
	gp_clients_scan(&stage.clients, 10 * S);
	i915(&stage, 50, 3, 7, 4 * S);
	gp_clients_scan(&stage.clients, 11 * S);
	i915(&stage, 50, 3, 7, 6 * S);
	gp_clients_scan(&stage.clients, 12 * S);
	judge(&stage, 10 * S, 12 * S);
	expect(&stage, "busy-video", 25); /* 1 of 2 s */
	end(&stage);
}

/* A client that was opened while the worker was watched, and a child's. */
static void test_new_clients_count_from_their_start(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "i915");
	client(&stage, 50, 0, "pos:\t0\n");
	gp_clients_scan(&stage.clients, 10 * S);
	i915(&stage, 50, 3, 7, S);
	gp_clients_scan(&stage.clients, 12 * S);
	scratch_file(&stage.scratch, "/proc/50/task/51/children", "60 61 bad");
	i915(&stage, 60, 9, 8, S);
	i915(&stage, 60, 10, 7, S);  /* inherited */
	for (int i = 1; i < 10; i++) /* children are looked for now and then */
		gp_clients_scan(&stage.clients, 12 * S + i * 8 * S / 9);
	judge(&stage, 10 * S, 20 * S);
	expect(&stage, "busy-video", 10); /* 2 of 10 s */
	end(&stage);
}

static void test_engines_stood_still(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "i915");
	i915(&stage, 50, 3, 7, 5 * S);
	gp_clients_scan(&stage.clients, 10 * S);
	gp_clients_scan(&stage.clients, 20 * S);
	judge(&stage, 10 * S, 20 * S);
	engines(&stage, GP_ENGINES_STILL, "video stood still");
	stage.target.is_vf = true;
	judge(&stage, 10 * S, 20 * S);
	engines(&stage, GP_ENGINES_UNKNOWN, "on a VF");
	stage.target.is_vf = false;
	judge(&stage, 10 * S, 30 * S);
	engines(&stage, GP_ENGINES_UNKNOWN, "10.0 of 20.0 s");
	end(&stage);
}

static void test_the_worker_used_another_gpu(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "i915");
	client(&stage, 50, 3,
		"drm-driver:\tamdgpu\ndrm-client-id:\t7\ndrm-pdev:\t0000:0b:00.0\n"
		"drm-engine-gfx:\t5 ns\n");
	gp_clients_scan(&stage.clients, 10 * S);
	gp_clients_scan(&stage.clients, 20 * S);
	judge(&stage, 10 * S, 20 * S);
	engines(&stage, GP_ENGINES_STILL, "had 0000:0b:00.0 open");
	end(&stage);
	begin(&stage, "i915");
	client(&stage, 50, 0, "pos:\t0\n");
	gp_clients_scan(&stage.clients, 10 * S);
	gp_clients_scan(&stage.clients, 20 * S);
	judge(&stage, 10 * S, 20 * S);
	engines(&stage, GP_ENGINES_STILL, "no GPU open");
	end(&stage);
}

/* Where silence proves nothing. */
static void test_engines_are_not_known(void **state)
{
	static const struct {
		const char *driver, *text, *link;
		bool is_vf;
		const char *because;
	} cases[] = {
		{"i915", "drm-driver:\ti915\ndrm-client-id:\t1\ndrm-pdev:\t" HERE "\n", NULL, false,
			"tells no engine times"},
		{"i915",
			"drm-driver:\ti915\ndrm-client-id:\t1\ndrm-pdev:\t" HERE
			"\ndrm-engine-capacity-video:\t2\n",
			NULL, false, "tells no engine times"},
		{"i915", "pos:\t0\n", "/dev/dri/renderD128", false, "tells nothing"},
		{"amdgpu", "pdev:\t" HERE "\npasid:\t3\ngfx0:\t1.0%\n", NULL, false, "lifetime"},
		{"amdgpu", "pos:\t0\n", "/dev/kfd", false, "/dev/kfd"},
		{"xe", "pos:\t0\n", NULL, true, "no engine times on a VF"},
		{"vgem", "pos:\t0\n", NULL, false, "vgem publishes no"},
		{"nvidia", "pos:\t0\n", NULL, false, "NVML"},
		{"panthor", "pos:\t0\n", NULL, false, "not known"},
		{NULL, "pos:\t0\n", NULL, false, "not known"},
		{"i915", NULL, NULL, false, "is not there"},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct stage stage;

		begin(&stage, cases[i].driver);
		stage.target.is_vf = cases[i].is_vf;
		if (cases[i].text)
			client(&stage, 50, 3, cases[i].text);
		if (cases[i].link)
			scratch_link(&stage.scratch, "/proc/50/fd/3", cases[i].link);
		gp_clients_scan(&stage.clients, 10 * S);
		gp_clients_scan(&stage.clients, 20 * S);
		judge(&stage, 10 * S, 20 * S);
		engines(&stage, GP_ENGINES_UNKNOWN, cases[i].because);
		end(&stage);
	}
}

/* amdgpu leaves out engines that were never used. */
static void test_amdgpu_that_was_not_used(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "amdgpu");
	client(&stage, 50, 3,
		"drm-driver:\tamdgpu\ndrm-client-id:\t1\ndrm-pdev:\t" HERE
		"\ndrm-memory-vram:\t1 KiB\n");
	gp_clients_scan(&stage.clients, 10 * S);
	gp_clients_scan(&stage.clients, 20 * S);
	judge(&stage, 10 * S, 20 * S);
	engines(&stage, GP_ENGINES_STILL, "all engines stood still");
	end(&stage);
}

static void xe(const struct stage *stage, long long cycles, long long total)
{
	char text[256];

	snprintf(text, sizeof(text),
		"drm-driver:\txe\ndrm-client-id:\t1\ndrm-pdev:\t" HERE
		"\ndrm-cycles-vcs:\t%lld\ndrm-total-cycles-vcs:\t%lld\n",
		cycles, total);
	client(stage, 50, 3, text);
}

static void test_cycles(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "xe");
	xe(&stage, 1000, 1000000);
	gp_clients_scan(&stage.clients, 10 * S);
	xe(&stage, 4000, 1010000);
	gp_clients_scan(&stage.clients, 20 * S);
	judge(&stage, 12 * S, 18 * S);
	expect(&stage, "busy-vcs", 30);
	engines(&stage, GP_ENGINES_MOVED, "vcs 1.8e+03 cycles");
	end(&stage);
}

/* In the middle of a run: how much of it was seen is not known, but that the engine moved is. */
static void test_a_clock_that_starts_anew(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "xe");
	xe(&stage, 1000, 1000000);
	gp_clients_scan(&stage.clients, 10 * S);
	xe(&stage, 2000, 1010000);
	gp_clients_scan(&stage.clients, 15 * S);
	xe(&stage, 3000, 5000);
	gp_clients_scan(&stage.clients, 20 * S);
	judge(&stage, 10 * S, 20 * S);
	assert_string_equal(
		gauge(&stage.gauges, "busy-vcs")->unknown, "the engine's clock started anew");
	engines(&stage, GP_ENGINES_MOVED, "vcs");
	end(&stage);
}

static void test_a_thousand_descriptors(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, "i915");
	for (int i = 0; i < GP_CLIENTS_FDS + 5; i++)
		client(&stage, 50, i, "pos:\t0\n");
	gp_clients_scan(&stage.clients, 10 * S);
	gp_clients_scan(&stage.clients, 20 * S);
	judge(&stage, 10 * S, 20 * S);
	engines(&stage, GP_ENGINES_UNKNOWN, "more open files");
	end(&stage);
}

/* ---- the thread */

static void test_the_thread_sees_files_change(void **state)
{
	static const char frequency[] =
		"/sys/bus/pci/devices/" HERE "/drm/card0/gt/gt0/rps_act_freq_mhz";
	struct stage stage;
	struct gp_telemetry_of of;
	struct gp_telemetry *telemetry;
	int64_t from, to;

	(void)state;
	begin(&stage, "i915");
	of = (struct gp_telemetry_of){.root = stage.scratch.root, .target = &stage.target};
	scratch_file(&stage.scratch, frequency, "1000\n");
	i915(&stage, 50, 3, 7, 5 * S);
	telemetry = gp_telemetry_start(stage.arena, &of);
	gp_telemetry_watch(telemetry, 50);
	usleep(300000);
	from = gp_live_now();
	for (int i = 1; i <= 20; i++) {
		i915(&stage, 50, 3, 7, 5 * S + i * 20000000);
		scratch_file(&stage.scratch, frequency, i % 2 ? "500\n" : "1500\n");
		usleep(50000);
	}
	to = gp_live_now();
	stage.gauges = gp_telemetry_stop(telemetry, from, to);
	engines(&stage, GP_ENGINES_MOVED, "video");
	assert_null(gauge(&stage.gauges, "busy-video")->unknown);
	assert_true(gauge(&stage.gauges, "busy-video")->value > 0);
	assert_null(gauge(&stage.gauges, "telemetry-cost")->unknown);
	assert_true(gauge(&stage.gauges, "telemetry-cost")->value > 0);
	end(&stage);
}

static void test_nothing_to_see(void **state)
{
	struct stage stage;
	struct gp_telemetry_of of;
	int64_t now = gp_live_now();

	(void)state;
	begin(&stage, NULL);
	stage.target = (struct gp_target){.subject = "cpu", .mode = GP_MODE_CPU};
	of = (struct gp_telemetry_of){.root = stage.scratch.root, .target = &stage.target};
	stage.gauges = gp_telemetry_stop(gp_telemetry_start(stage.arena, &of), now, now);
	engines(&stage, GP_ENGINES_UNKNOWN, "no window");
	gp_each (each, &stage.gauges.list)
		assert_non_null(each->unknown);
	end(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_engines_moved),
		cmocka_unit_test(test_counters_may_go_back),
		cmocka_unit_test(test_new_clients_count_from_their_start),
		cmocka_unit_test(test_engines_stood_still),
		cmocka_unit_test(test_the_worker_used_another_gpu),
		cmocka_unit_test(test_engines_are_not_known),
		cmocka_unit_test(test_amdgpu_that_was_not_used),
		cmocka_unit_test(test_cycles),
		cmocka_unit_test(test_a_clock_that_starts_anew),
		cmocka_unit_test(test_a_thousand_descriptors),
		cmocka_unit_test(test_the_thread_sees_files_change),
		cmocka_unit_test(test_nothing_to_see),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
