/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel's files say, on the trees of tests/telemetry and on files that change. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "scratch-tree.h"
#include "telemetry/pmu.h"
#include "telemetry/read.h"
#include "telemetry/sensors.h"

#define DEVICE "/sys/bus/pci/devices/0000:00:02.0"

struct look {
	struct gp_arena *arena;
	struct gp_sensors sensors;
	int64_t from;
	struct gp_gauges gauges;
};

static struct look begin(const char *root, const char *address, const char *driver, bool is_vf)
{
	struct look look = {.arena = gp_arena_new()};
	struct gp_target target = {.address = address, .driver = driver, .is_vf = is_vf};

	gp_sensors_find(&look.sensors, look.arena, root, &target);
	gp_sensors_read(&look.sensors);
	look.from = gp_live_now();
	return look;
}

static void end(struct look *look)
{
	int64_t to = gp_live_now();

	gp_sensors_read(&look->sensors);
	gp_sensors_gauges(&look->sensors, look->arena, look->from, to, &look->gauges);
}

static struct look look_at(const char *tree, const char *address, const char *driver, bool is_vf)
{
	char root[256];
	struct look look;

	snprintf(root, sizeof(root), "tests/telemetry/%s", tree);
	look = begin(root, address, driver, is_vf);
	end(&look);
	return look;
}

static const struct gp_gauge *find(const struct look *look, const char *name)
{
	gp_each (gauge, &look->gauges.list)
		if (strcmp(gauge->name, name) == 0)
			return gauge;
	return NULL;
}

static void expect(const struct look *look, const char *name, double value, const char *unit)
{
	const struct gp_gauge *gauge = find(look, name);

	if (!gauge)
		fail_msg("no gauge %s", name);
	else if (gauge->unknown)
		fail_msg("%s is not known: %s", name, gauge->unknown);
	else if (fabs(gauge->value - value) > 1e-6)
		fail_msg("%s is %g, not %g", name, gauge->value, value);
	else
		assert_string_equal(gauge->unit, unit);
}

static void expect_unknown(const struct look *look, const char *name, const char *why)
{
	const struct gp_gauge *gauge = find(look, name);

	if (!gauge || !gauge->unknown)
		fail_msg("%s is known, or not there", name);
	else if (!strstr(gauge->unknown, why))
		fail_msg("%s: %s", name, gauge->unknown);
}

static void test_i915_on_a_host(void **state)
{
	struct look look = look_at("i915-host", "0000:00:02.0", "i915", false);

	(void)state;
	expect(&look, "frequency", 1300, "MHz");
	expect(&look, "frequency-min", 1300, "MHz");
	expect(&look, "frequency-asked", 1450, "MHz");
	expect(&look, "throttled", 0, "%");
	expect(&look, "asleep", 0, "%");
	expect(&look, "power-package", 0, "W");
	expect(&look, "power-core", 0, "W");
	expect(&look, "power-uncore", 0, "W");
	expect(&look, "power-platform", 0, "W");
	expect(&look, "cpu-frequency", 3500, "MHz");
	expect(&look, "cpu-throttled", 0, "%");
	expect_unknown(&look, "power-gpu", "integrated");
	expect_unknown(&look, "steal", "clock did not run");
	assert_string_equal(
		find(&look, "frequency")->source, DEVICE "/drm/card0/gt/gt0/rps_act_freq_mhz");
	gp_arena_free(look.arena);
}

static void test_i915_of_an_old_kernel(void **state)
{
	struct look look = look_at("i915-old", "0000:00:02.0", "i915", false);

	(void)state;
	expect(&look, "frequency", 350, "MHz");
	expect(&look, "asleep", 0, "%");
	expect_unknown(&look, "throttled", "no file of i915's");
	expect_unknown(&look, "power-package", "guest");
	expect_unknown(&look, "cpu-frequency", "no cpufreq");
	gp_arena_free(look.arena);
}

static void test_throttled_says_why(void **state)
{
	struct look look = look_at("i915-throttled", "0000:00:02.0", "i915", false);

	(void)state;
	expect(&look, "throttled", 100, "%");
	expect(&look, "throttled-gt1", 0, "%");
	assert_true(gp_starts_with(find(&look, "throttled")->source, "pl1, thermal: /sys"));
	expect(&look, "frequency", 600, "MHz");
	expect_unknown(&look, "frequency-gt1", "slept");
	gp_arena_free(look.arena);
}

static void test_a_vf_has_nothing(void **state)
{
	struct look look = look_at("i915-vf", "0000:06:10.0", "i915", true);

	(void)state;
	expect_unknown(&look, "frequency", "a VF has no frequency; --sidecar");
	expect_unknown(&look, "throttled", "a VF has no");
	expect_unknown(&look, "power-gpu", "a VF has no");
	expect_unknown(&look, "power-package", "guest");
	assert_null(find(&look, "asleep"));
	gp_arena_free(look.arena);
	look = look_at("xe-vf", "0000:01:00.0", "xe", true);
	expect_unknown(&look, "frequency", "a VF has no frequency");
	gp_arena_free(look.arena);
}

static void test_xe(void **state)
{
	struct look look = look_at("xe-pf", "0000:03:00.0", "xe", false);

	(void)state;
	expect(&look, "frequency", 2400, "MHz");
	expect(&look, "frequency-gt1", 1400, "MHz");
	expect(&look, "frequency-gt1-min", 1400, "MHz");
	expect(&look, "throttled-gt1", 0, "%");
	expect(&look, "power-gpu", 0, "W");
	expect(&look, "temperature", 51, "C");
	assert_true(gp_ends_with(find(&look, "power-gpu")->source, "energy1_input"));
	gp_arena_free(look.arena);
}

static void test_amdgpu(void **state)
{
	struct look look = look_at("amdgpu", "0000:0b:00.0", "amdgpu", false);

	(void)state;
	expect(&look, "frequency", 2450, "MHz");
	expect(&look, "power-gpu", 187, "W");
	expect(&look, "busy-device", 42, "%");
	expect(&look, "temperature", 61, "C");
	expect_unknown(&look, "throttled", "gpu_metrics");
	gp_arena_free(look.arena);
}

static void test_drivers_without_files(void **state)
{
	struct look look = look_at("virtio", "0000:00:01.0", "virtio-pci", false);

	(void)state;
	expect_unknown(&look, "frequency", "this driver");
	expect_unknown(&look, "steal", "/proc/stat is not there");
	gp_arena_free(look.arena);
	look = look_at("virtio", "0000:00:01.0", "nvidia", false);
	expect_unknown(&look, "power-gpu", "NVML");
	gp_arena_free(look.arena);
	look = look_at("virtio", "0000:00:01.0", NULL, false);
	expect_unknown(&look, "throttled", "no driver");
	gp_arena_free(look.arena);
}

static void test_what_is_malformed_is_not_a_number(void **state)
{
	struct look look = look_at("broken", "0000:00:02.0", "i915", false);

	(void)state;
	expect_unknown(&look, "frequency", "does not hold what it should");
	expect_unknown(&look, "frequency-asked", "does not hold what it should");
	expect_unknown(&look, "throttled", "does not hold what it should");
	expect_unknown(&look, "asleep", "does not hold what it should");
	expect_unknown(&look, "power-package", "does not hold what it should");
	expect_unknown(&look, "steal", "does not hold what it should");
	gp_arena_free(look.arena);
}

/* ---- files that change */

static void wait_a_little(void)
{
	usleep(20000);
}

static double seconds_of(const struct look *look, const char *name)
{
	gp_each (sensor, &look->sensors.list)
		if (strcmp(sensor->name, name) == 0)
			return (double)(sensor->series.points.items[sensor->series.points.n - 1]
						.at -
					sensor->series.points.items[0].at) /
			       1e9;
	return 0;
}

static void test_energy_wraps(void **state)
{
	static const char zone[] = "/sys/class/powercap/intel-rapl:0";
	char path[128];
	struct scratch scratch;
	struct look look;

	(void)state;
	scratch_make(&scratch);
	snprintf(path, sizeof(path), "%s/name", zone);
	scratch_file(&scratch, path, "package-0\n");
	snprintf(path, sizeof(path), "%s/max_energy_range_uj", zone);
	scratch_file(&scratch, path, "1000000\n");
	snprintf(path, sizeof(path), "%s/energy_uj", zone);
	scratch_file(&scratch, path, "900000\n");
	scratch_file(&scratch, "/proc/stat", "cpu  100 0 0 100 0 0 0 0 0 0\n");
	look = begin(scratch.root, "0000:00:02.0", "i915", false);
	wait_a_little();
	scratch_file(&scratch, path, "100000\n"); /* 0.2 J further */
	scratch_file(&scratch, "/proc/stat", "cpu  120 0 0 120 0 0 0 10 0 0\n");
	end(&look);
	expect(&look, "power-package", 0.2 / seconds_of(&look, "power-package"), "W");
	expect(&look, "steal", 20, "%");
	gp_arena_free(look.arena);
	scratch_remove(&scratch);
}

static void test_what_may_not_be_read_says_so(void **state)
{
	static const char path[] = "/sys/class/powercap/intel-rapl:0/energy_uj";
	char full[8192];
	struct scratch scratch;
	struct look look;

	(void)state;
	if (geteuid() == 0)
		skip();
	scratch_make(&scratch);
	scratch_file(&scratch, "/sys/class/powercap/intel-rapl:0/name", "package-0\n");
	scratch_file(&scratch, path, "5\n");
	assert_int_equal(chmod(scratch_path(&scratch, path, full), 0), 0);
	look = begin(scratch.root, "0000:00:02.0", "i915", false);
	end(&look);
	expect_unknown(&look, "power-package", "may not be read by this user");
	gp_arena_free(look.arena);
	scratch_remove(&scratch);
}

/* A counter that goes back, and a frequency that can no longer be read: no number comes of it. */
static void test_what_goes_back_or_away(void **state)
{
	char full[8192];
	struct scratch scratch;
	struct look look;

	(void)state;
	scratch_make(&scratch);
	scratch_file(&scratch, DEVICE "/drm/card0/gt/gt0/rc6_residency_ms", "1000\n");
	scratch_file(&scratch, DEVICE "/drm/card0/gt/gt0/rps_act_freq_mhz", "1000\n");
	look = begin(scratch.root, "0000:00:02.0", "i915", false);
	scratch_file(&scratch, DEVICE "/drm/card0/gt/gt0/rc6_residency_ms", "10\n");
	unlink(scratch_path(&scratch, DEVICE "/drm/card0/gt/gt0/rps_act_freq_mhz", full));
	gp_sensors_read(&look.sensors);
	look.from = gp_live_now();
	wait_a_little();
	end(&look);
	expect(&look, "asleep", 0, "%");
	expect_unknown(&look, "frequency", "it was seen for 0.0 of");
	gp_arena_free(look.arena);
	scratch_remove(&scratch);
}

/* ---- configuration of a PMU */

#define PMU "/sys/bus/event_source/devices/xe_0000_03_00.0"

static void test_pmu(void **state)
{
	static const char root[] = "tests/telemetry/xe-pf";
	const struct gp_pmu_term terms[] = {{"engine_class", 2}, {"gt", 1}, {"function", 3}};
	const struct gp_pmu_term wide = {"function", 0x10000};
	uint64_t config = 0;

	(void)state;
	assert_int_equal(gp_pmu_event(root, PMU, "engine-active-ticks", terms, 3, &config), 0);
	assert_true(config == (UINT64_C(1) << 60 | UINT64_C(3) << 44 | 2 << 20 | 2));
	assert_int_equal(gp_pmu_config(root, PMU, &wide, 1, &config), -ERANGE);
	assert_int_equal(gp_pmu_event(root, PMU, "none", NULL, 0, &config), -ENOENT);
	assert_int_equal(
		gp_pmu_config(root, PMU, &(struct gp_pmu_term){"absent", 1}, 1, &config), -ENOENT);
	assert_int_equal(gp_pmu_config(root, PMU, &(struct gp_pmu_term){"../type", 1}, 1, &config),
		-EBADMSG);
}

static void test_pmu_that_is_malformed(void **state)
{
	static const char *const fields[] = {"", "config", "config:", "config:5-4", "config:0-64",
		"config:1-2x", "config1:0-3", "config:-1"};
	static const char *const events[] = {"", ",", "event", "field=", "field=x", "=1", "a b=1",
		"config=0x1ffffffffffffffff", "1,1,1,1,1,1,1,1,1,1"};
	struct scratch scratch;
	uint64_t config;

	(void)state;
	scratch_make(&scratch);
	for (size_t i = 0; i < GP_ARRAY_SIZE(fields); i++) {
		scratch_file(&scratch, "/pmu/format/field", fields[i]);
		if (!gp_pmu_config(
			    scratch.root, "/pmu", &(struct gp_pmu_term){"field", 1}, 1, &config))
			fail_msg("taken: %s", fields[i]);
	}
	scratch_file(&scratch, "/pmu/format/field", "config:0-3\n");
	for (size_t i = 0; i < GP_ARRAY_SIZE(events); i++) {
		scratch_file(&scratch, "/pmu/events/e", events[i]);
		if (!gp_pmu_event(scratch.root, "/pmu", "e", NULL, 0, &config))
			fail_msg("taken: %s", events[i]);
	}
	scratch_file(&scratch, "/pmu/events/e", "config=0x20,field\n");
	assert_int_equal(gp_pmu_event(scratch.root, "/pmu", "e", NULL, 0, &config), 0);
	assert_true(config == 0x21);
	scratch_remove(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_i915_on_a_host),
		cmocka_unit_test(test_i915_of_an_old_kernel),
		cmocka_unit_test(test_throttled_says_why),
		cmocka_unit_test(test_a_vf_has_nothing),
		cmocka_unit_test(test_xe),
		cmocka_unit_test(test_amdgpu),
		cmocka_unit_test(test_drivers_without_files),
		cmocka_unit_test(test_what_is_malformed_is_not_a_number),
		cmocka_unit_test(test_energy_wraps),
		cmocka_unit_test(test_what_may_not_be_read_says_so),
		cmocka_unit_test(test_what_goes_back_or_away),
		cmocka_unit_test(test_pmu),
		cmocka_unit_test(test_pmu_that_is_malformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
