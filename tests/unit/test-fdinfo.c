/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <cmocka.h>

#include "base/arena.h"
#include "telemetry/fdinfo.h"
#include "telemetry/timeline.h"

static bool parse(const char *text, struct gp_fdinfo *ret)
{
	char *exact = malloc(strlen(text)); /* no NUL behind it */
	bool is_client;

	assert_non_null(exact);
	memcpy(exact, text, strlen(text));
	is_client = gp_fdinfo_parse(exact, strlen(text), ret);
	free(exact);
	return is_client;
}

static const struct gp_fdinfo_engine *engine(const struct gp_fdinfo *info, const char *name)
{
	for (size_t i = 0; i < info->n_engines; i++)
		if (!strcmp(info->engines[i].name, name))
			return &info->engines[i];
	fail_msg("no engine %s", name);
	return NULL;
}

static void test_i915(void **state)
{
	struct gp_fdinfo info;

	(void)state;
	assert_true(parse("pos:\t0\nflags:\t02100002\nmnt_id:\t26\nino:\t516\n"
			  "drm-driver:\ti915\ndrm-client-id:\t7\ndrm-pdev:\t0000:00:02.0\n"
			  "drm-total-system0:\t6044 KiB\ndrm-shared-system0:\t0\n"
			  "drm-active-system0:\t0\ndrm-resident-system0:\t4 MiB\n"
			  "drm-purgeable-system0:\t0\ndrm-total-stolen-system0:\t0\n"
			  "drm-engine-render:\t25662044495 ns\ndrm-engine-copy:\t0 ns\n"
			  "drm-engine-video:\t9 ns\ndrm-engine-capacity-video:\t2\n"
			  "drm-engine-video-enhance:\t0 ns\n",
		&info));
	assert_string_equal(info.driver, "i915");
	assert_string_equal(info.pdev, "0000:00:02.0");
	assert_true(info.has_client && info.client == 7);
	assert_int_equal(info.n_engines, 4);
	assert_true(engine(&info, "render")->has_time);
	assert_true(engine(&info, "render")->time == 25662044495);
	assert_true(engine(&info, "render")->capacity == 1);
	assert_true(engine(&info, "video")->capacity == 2);
	assert_string_equal(info.regions[0].name, "system0");
	assert_true(info.regions[0].total == 6044 * 1024 && info.regions[0].resident == 4 << 20);
	assert_int_equal(info.n_malformed, 0);
}

static void test_xe(void **state)
{
	struct gp_fdinfo info;

	(void)state;
	assert_true(parse("drm-driver:\txe\ndrm-client-id:\t3\ndrm-pdev:\t0000:03:00.0\n"
			  "drm-total-vram0:\t23992 KiB\ndrm-resident-vram0:\t23992 KiB\n"
			  "drm-cycles-rcs:\t28257900\ndrm-total-cycles-rcs:\t7655183225\n"
			  "drm-cycles-vcs:\t0\ndrm-total-cycles-vcs:\t7655183225\n"
			  "drm-engine-capacity-vcs:\t2\n",
		&info));
	assert_int_equal(info.n_engines, 2);
	assert_false(engine(&info, "rcs")->has_time);
	assert_true(engine(&info, "rcs")->cycles == 28257900);
	assert_true(engine(&info, "rcs")->total == 7655183225);
	assert_true(engine(&info, "vcs")->has_cycles && engine(&info, "vcs")->capacity == 2);
	assert_true(gp_fdinfo_driver("xe")->blind_on_vf);
}

static void test_amdgpu(void **state)
{
	struct gp_fdinfo info;

	(void)state;
	assert_true(parse("drm-driver:\tamdgpu\ndrm-client-id:\t21\ndrm-pdev:\t0000:0b:00.0\n"
			  "pasid:\t32771\ndrm-memory-vram:\t1024 KiB\namd-evicted-vram:\t0 KiB\n"
			  "drm-engine-gfx:\t100 ns\ndrm-engine-enc_1:\t5 ns\n",
		&info));
	assert_false(info.n_engines != 2);
	assert_true(engine(&info, "enc_1")->time == 5);
	assert_true(info.regions[0].resident == 1 << 20);

	assert_true(parse("pdev:\t0000:0b:00.0\npasid:\t32771\nvram mem:\t12 kB\n"
			  "gfx0:\t12.34%\n",
		&info));
	assert_true(info.is_old_amdgpu && info.client == 32771);
	assert_string_equal(info.driver, "amdgpu");
	assert_string_equal(info.pdev, "0000:0b:00.0");
	assert_int_equal(info.n_engines, 0);
}

static void test_no_client(void **state)
{
	struct gp_fdinfo info;

	(void)state;
	assert_false(parse("pos:\t0\nflags:\t02\nmnt_id:\t14\nino:\t3\n", &info));
	assert_false(parse("", &info));
	assert_non_null(gp_fdinfo_driver("virtio_gpu")->why);
	assert_null(gp_fdinfo_driver("panfrost"));
	assert_null(gp_fdinfo_driver(NULL));
}

/* Each line is wrong in its own way, and none of them counts. */
static void test_malformed(void **state)
{
	static const char *const lines[] = {
		"drm-engine-render:\t-1 ns",
		"drm-engine-render:\t5",
		"drm-engine-render:\t5 ms",
		"drm-engine-render:\t5 ns more",
		"drm-engine-render:\tns",
		"drm-engine-render:\t0x10 ns",
		"drm-engine-render:\t18446744073709551616 ns",
		"drm-engine-:\t5 ns",
		"drm-engine-\x1b[31m:\t5 ns",
		"drm-engine-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:\t5 ns",
		"drm-engine-capacity-render:\t0",
		"drm-engine-capacity-render:\t99999999999",
		"drm-cycles-rcs:\t1 ns",
		"drm-total-vram0:\t18446744073709551615 GiB",
		"drm-total-vram0:\t1 KB",
		"drm-client-id:\tx",
		"drm-pdev:\t../../../etc",
	};
	struct gp_fdinfo info;
	char text[256];

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(lines); i++) {
		snprintf(text, sizeof(text), "drm-driver:\ti915\n%s", lines[i]);
		assert_true(parse(text, &info));
		if (info.n_malformed != 1 || info.n_engines || info.n_regions || info.has_client)
			fail_msg("taken: %s", lines[i]);
	}
	assert_true(parse("drm-driver:\tvery-long-name-of-a-driver-that-is-none-at-all\n"
			  "drm-driver:\ti915\nno colon\n:\n\n:::\ndrm-driver",
		&info));
	assert_string_equal(info.driver, "i915");
}

static void test_more_engines_than_there_is_room_for(void **state)
{
	struct gp_fdinfo info;
	char text[8192] = "drm-driver:\ti915\n";

	(void)state;
	for (int i = 0; i < 100; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			"drm-engine-e%d:\t%d ns\ndrm-total-r%d:\t1\n", i, i, i);
	assert_true(parse(text, &info));
	assert_int_equal(info.n_engines, GP_FDINFO_ENGINES);
	assert_int_equal(info.n_regions, GP_FDINFO_REGIONS);
}

/* ---- over time */

#define S INT64_C(1000000000)

static bool is_near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

static void test_growth(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_timeline series = {0};
	double growth = -1, seconds = -1;

	(void)state;
	assert_false(gp_timeline_growth(&series, 0, 10 * S, &growth, &seconds));
	gp_timeline_add(arena, &series, 10 * S, 100);
	assert_false(gp_timeline_growth(&series, 0, 20 * S, &growth, &seconds));
	gp_timeline_add(arena, &series, 20 * S, 200);
	gp_timeline_add(arena, &series, 20 * S, 999); /* time does not stand still */
	gp_timeline_add(arena, &series, 30 * S, 200);
	assert_true(gp_timeline_growth(&series, 15 * S, 25 * S, &growth, &seconds));
	assert_true(is_near(growth, 50) && is_near(seconds, 10));
	assert_true(gp_timeline_growth(&series, 0, 40 * S, &growth, &seconds));
	assert_true(is_near(growth, 100) && is_near(seconds, 20));
	assert_false(gp_timeline_growth(&series, 31 * S, 40 * S, &growth, &seconds));
	assert_false(gp_timeline_growth(&series, 0, 9 * S, &growth, &seconds));
	assert_false(gp_timeline_growth(&series, 25 * S, 15 * S, &growth, &seconds));
	gp_arena_free(arena);
}

static void test_level(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_timeline series = {0};
	struct gp_level level;

	(void)state;
	gp_timeline_add(arena, &series, 10 * S, 1000);
	gp_timeline_add(arena, &series, 11 * S, 0);
	gp_timeline_add(arena, &series, 12 * S, 500);
	gp_timeline_add(arena, &series, 15 * S, NAN);
	gp_timeline_add(arena, &series, 16 * S, 2000);
	level = gp_timeline_level(&series, 10 * S + S / 2, 13 * S, false);
	assert_true(is_near(level.seconds, 2.5) && is_near(level.mean, 400));
	assert_true(is_near(level.low, 0) && is_near(level.high, 1000));
	level = gp_timeline_level(&series, 10 * S + S / 2, 13 * S, true);
	assert_true(is_near(level.seconds, 2.5) && is_near(level.counted, 1.5));
	assert_true(is_near(level.low, 500) && is_near(level.mean, 1000 / 1.5));
	level = gp_timeline_level(&series, 14 * S, 16 * S, false);
	assert_true(is_near(level.seconds, 1) && is_near(level.mean, 500));
	/* What nobody speaks of any more is not known for ever. */
	level = gp_timeline_level(&series, 16 * S, 100 * S, false);
	assert_true(is_near(level.seconds, (double)GP_TIMELINE_HOLD / 1e9));
	assert_true(is_near(gp_timeline_level(&series, 0, 10 * S, false).seconds, 0));
	gp_arena_free(arena);
}

static void test_a_long_series_is_thinned_out(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_timeline series = {0};
	double growth, seconds;

	(void)state;
	for (int64_t i = 0; i < 3 * GP_TIMELINE_MOST; i++)
		gp_timeline_add(arena, &series, i, (double)i);
	assert_true(series.points.n <= GP_TIMELINE_MOST);
	assert_true(gp_timeline_growth(&series, 1001, 150000, &growth, &seconds));
	assert_true(is_near(growth, 148999));
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_i915),
		cmocka_unit_test(test_xe),
		cmocka_unit_test(test_amdgpu),
		cmocka_unit_test(test_no_client),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_more_engines_than_there_is_room_for),
		cmocka_unit_test(test_growth),
		cmocka_unit_test(test_level),
		cmocka_unit_test(test_a_long_series_is_thinned_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
