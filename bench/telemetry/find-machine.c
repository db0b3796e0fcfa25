/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the kernel says what the processor does: RAPL, cpufreq, heat, and time that was stolen. */
#include "telemetry/read.h"
#include "telemetry/sensors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define POWERCAP  "/sys/class/powercap"
#define CPUS      "/sys/devices/system/cpu"
#define MOST_CPUS 8 /* whose frequency is read: reading may wake a processor */

/* ---- energy: Documentation/power/powercap/powercap.rst; intel_rapl_common.c has the names */

static const struct {
	const char *domain, *gauge;
} domains[] = {
	{"package-", "power-package"},
	{"core", "power-core"},
	{"uncore", "power-uncore"},
	{"dram", "power-dram"},
	{"psys", "power-platform"},
};

static bool has_name(const struct gp_sensors *sensors, const char *name)
{
	gp_each (sensor, &sensors->list)
		if (gp_equal(sensor->name, name))
			return true;
	return false;
}

/* "intel-rapl:0" is a package or the platform, "intel-rapl:0:1" a part of it. */
static void find_domain(struct gp_sensors *sensors, const char *zone)
{
	struct gp_arena *arena = sensors->arena;
	const char *path = gp_printf(arena, POWERCAP "/%s", zone);
	const char *gauge = NULL, *name;
	char text[64];
	size_t n;
	double wraps = 0;

	if (gp_live_text(sensors->root, gp_printf(arena, "%s/name", path), text, sizeof(text), &n))
		return;
	for (size_t i = 0; i < GP_ARRAY_SIZE(domains) && !gauge; i++)
		if (gp_starts_with(text, domains[i].domain))
			gauge = domains[i].gauge;
	if (!gauge)
		return;
	name = gauge;
	for (unsigned int i = 1; has_name(sensors, name); i++)
		name = gp_printf(arena, "%s-%u", gauge, i);
	gp_live_number(sensors->root, gp_printf(arena, "%s/max_energy_range_uj", path), &wraps);
	gp_sensors_add(sensors, &(struct gp_sensor){.name = name,
					.unit = "W",
					.kind = GP_SENSOR_COUNTER,
					.times = 1e-6,
					.path = gp_printf(arena, "%s/energy_uj", path),
					.wraps = wraps});
}

static void find_energy(struct gp_sensors *sensors)
{
	struct gp_strings zones = gp_live_list(sensors->arena, sensors->root, POWERCAP, 64);

	for (size_t i = 0; i < zones.n; i++)
		if (gp_starts_with(zones.items[i], "intel-rapl:"))
			find_domain(sensors, zones.items[i]);
	if (!has_name(sensors, "power-package"))
		gp_sensors_add(sensors,
			&(struct gp_sensor){.name = "power-package",
				.unit = "W",
				.unknown = "no energy counter (RAPL) is there; a guest has none"});
}

/* ---- the processor's frequency: the mean of a few processors, in kHz */

static int read_frequencies(
	const char *root, const struct gp_sensor *sensor, double *ret, double *ret_total)
{
	double sum = 0;
	size_t n = 0;
	int r, error = -ENOENT;

	(void)ret_total;
	for (size_t i = 0; i < sensor->more.n; i++) {
		double value;

		r = gp_live_number(root, sensor->more.items[i], &value);
		if (r < 0) {
			error = r; /* one that was taken offline: the others tell */
			continue;
		}
		sum += value;
		n++;
	}
	*ret = n ? sum / (double)n : 0;
	return n ? 0 : error;
}

static void find_frequency(struct gp_sensors *sensors)
{
	struct gp_arena *arena = sensors->arena;
	struct gp_sensor sensor = {.name = "cpu-frequency",
		.unit = "MHz",
		.kind = GP_SENSOR_LEVEL,
		.times = 1e-3,
		.read = read_frequencies};
	struct gp_strings names = gp_live_list(arena, sensors->root, CPUS, 4096);
	struct gp_strings all = {0};

	for (size_t i = 0; i < names.n; i++) {
		const char *path =
			gp_printf(arena, CPUS "/%s/cpufreq/scaling_cur_freq", names.items[i]);

		if (gp_starts_with(names.items[i], "cpu") && gp_live_has(sensors->root, path))
			gp_strings_add(arena, &all, path);
	}
	for (size_t i = 0; i < MOST_CPUS && i < all.n; i++)
		gp_strings_add(arena, &sensor.more,
			all.items[all.n > MOST_CPUS ? i * all.n / MOST_CPUS : i]);
	if (all.n)
		sensor.path = CPUS "/cpu*/cpufreq/scaling_cur_freq";
	else
		sensor.unknown = "there is no cpufreq here; a guest has none";
	gp_sensors_add(sensors, &sensor);
}

/* ---- heat: arch/x86/kernel/cpu/mce/therm_throt.c; the whole package, in milliseconds */

static void find_heat(struct gp_sensors *sensors)
{
	static const char *const path =
		CPUS "/cpu0/thermal_throttle/package_throttle_total_time_ms";

	if (gp_live_has(sensors->root, path))
		gp_sensors_add(sensors, &(struct gp_sensor){.name = "cpu-throttled",
						.unit = "%",
						.kind = GP_SENSOR_COUNTER,
						.times = 0.1,
						.path = path});
}

/* ---- steal: proc_stat(5). user nice system idle iowait irq softirq steal; the rest is in these */

static int read_steal(
	const char *root, const struct gp_sensor *sensor, double *ret, double *ret_total)
{
	char text[512];
	unsigned long long v[8];
	size_t n;
	int r = gp_live_text(root, sensor->path, text, sizeof(text), &n);

	if (r < 0)
		return r;
	if (sscanf(text, "cpu %20llu %20llu %20llu %20llu %20llu %20llu %20llu %20llu", &v[0],
		    &v[1], &v[2], &v[3], &v[4], &v[5], &v[6], &v[7]) != 8)
		return -EBADMSG;
	*ret = (double)v[7];
	*ret_total = 0;
	for (size_t i = 0; i < GP_ARRAY_SIZE(v); i++)
		*ret_total += (double)v[i];
	return 0;
}

void gp_sensors_find_machine(struct gp_sensors *sensors)
{
	find_energy(sensors);
	find_frequency(sensors);
	find_heat(sensors);
	gp_sensors_add(sensors, &(struct gp_sensor){.name = "steal",
					.unit = "%",
					.kind = GP_SENSOR_SHARE,
					.times = 100,
					.path = "/proc/stat",
					.read = read_steal});
}
