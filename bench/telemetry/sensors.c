/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/sensors.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "telemetry/gauges.h"
#include "telemetry/read.h"

struct gp_sensor *gp_sensors_add(struct gp_sensors *sensors, const struct gp_sensor *sensor)
{
	struct gp_sensor *added = gp_push(sensors->arena, &sensors->list);

	*added = *sensor;
	return added;
}

void gp_sensors_find(struct gp_sensors *sensors, struct gp_arena *arena, const char *root,
	const struct gp_target *target)
{
	*sensors = (struct gp_sensors){.arena = arena, .root = root};
	if (target && target->address)
		gp_sensors_find_gpu(sensors, target);
	gp_sensors_find_machine(sensors);
}

/* ---- reading */

/* xe_gt_throttle.c, and intel_gt_sysfs_pm.c of i915 */
static const char *const reasons[] = {"pl1", "pl2", "pl4", "thermal", "prochot", "ratl",
	"vr_thermalert", "vr_tdc", "soc_thermal", "mem_thermal", "vr_thermal", "iccmax",
	"soc_avg_thermal", "fastvmode", "psys_pl1", "psys_pl2", "p0_freq", "psys_crit"};

static void note_reasons(struct gp_sensors *sensors, struct gp_sensor *sensor)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(reasons); i++) {
		char path[512];
		double is_set;
		int n = snprintf(path, sizeof(path), "%s%s", sensor->reasons, reasons[i]);

		if (sensor->seen >> i & 1 || n < 0 || (size_t)n >= sizeof(path))
			continue;
		if (gp_live_number(sensors->root, path, &is_set) == 0 && is_set > 0)
			sensor->seen |= UINT32_C(1) << i;
	}
}

static bool is_level(const struct gp_sensor *sensor)
{
	return sensor->kind <= GP_SENSOR_THROTTLED;
}

static void add_growth(struct gp_sensor *sensor, double value)
{
	double growth = sensor->was_read ? value - sensor->last : 0;

	/* Energy goes back to 0 at its largest value; any other counter that went back waits. */
	if (growth < 0 && sensor->wraps > 0 && sensor->last <= sensor->wraps)
		growth += sensor->wraps;
	if (growth < 0)
		return;
	sensor->last = value;
	sensor->sum += growth;
}

static void read_one(struct gp_sensors *sensors, struct gp_sensor *sensor)
{
	double value = 0, total = 0;
	int64_t at = gp_live_now();
	int r = sensor->read ? sensor->read(sensors->root, sensor, &value, &total)
			     : gp_live_number(sensors->root, sensor->path, &value);

	if (r == 0 && value < 0 && !is_level(sensor))
		r = -EBADMSG;
	if (r < 0) {
		sensor->error = r;
		if (is_level(sensor) && sensor->was_read)
			gp_timeline_add(sensors->arena, &sensor->series, at, NAN);
		return;
	}
	if (is_level(sensor)) {
		gp_timeline_add(sensors->arena, &sensor->series, at, value);
	} else {
		add_growth(sensor, value);
		gp_timeline_add(sensors->arena, &sensor->series, at, sensor->sum);
	}
	if (sensor->kind == GP_SENSOR_SHARE)
		gp_timeline_add(sensors->arena, &sensor->totals, at, total);
	if (sensor->reasons && value > 0)
		note_reasons(sensors, sensor);
	sensor->was_read = true;
}

void gp_sensors_read(struct gp_sensors *sensors)
{
	gp_each (sensor, &sensors->list)
		if (sensor->path)
			read_one(sensors, sensor);
}

/* ---- what they were */

/* The value between two times, or why it is not known. */
static const char *value_of(const struct gp_sensor *sensor, struct gp_arena *arena, int64_t from,
	int64_t to, double *ret, double *ret_low)
{
	struct gp_level level;
	double growth = 0, seconds = 0, total = 0;
	const char *unseen;

	if (is_level(sensor)) {
		level = gp_timeline_level(
			&sensor->series, from, to, sensor->kind == GP_SENSOR_FREQUENCY);
		unseen = gp_gauge_unseen(arena, level.seconds, from, to);
		if (!unseen && level.counted <= 0)
			return "it slept all the time";
		*ret = level.mean * sensor->times;
		*ret_low = level.low * sensor->times;
		return unseen;
	}
	gp_timeline_growth(&sensor->series, from, to, &growth, &seconds);
	unseen = gp_gauge_unseen(arena, seconds, from, to);
	if (unseen)
		return unseen;
	*ret = growth / seconds * sensor->times;
	if (sensor->kind != GP_SENSOR_SHARE)
		return NULL;
	if (!gp_timeline_growth(&sensor->totals, from, to, &total, &seconds) || total <= 0)
		return "its clock did not run";
	*ret = growth / total * sensor->times;
	return NULL;
}

/* Reasons were seen at any time: they are of this one where there was throttling in it. */
static const char *source_of(const struct gp_sensor *sensor, struct gp_arena *arena, double value)
{
	struct gp_strings seen = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(reasons); i++)
		if (value > 0 && sensor->seen >> i & 1)
			gp_strings_add(arena, &seen, reasons[i]);
	if (!seen.n)
		return sensor->path ? sensor->path : "";
	return gp_printf(arena, "%s: %s", gp_join(arena, &seen, ", "), sensor->path);
}

static void add_gauges(const struct gp_sensor *sensor, struct gp_arena *arena, int64_t from,
	int64_t to, struct gp_gauges *ret)
{
	const char *unknown = sensor->unknown, *source;
	double value = 0, low = 0;

	if (!unknown && !sensor->was_read && sensor->error)
		unknown = gp_live_why(arena, sensor->path, sensor->error);
	if (!unknown)
		unknown = value_of(sensor, arena, from, to, &value, &low);
	source = source_of(sensor, arena, value);
	if (unknown) {
		gp_gauge_unknown(arena, ret, sensor->name, sensor->unit, unknown, source);
		return;
	}
	gp_gauge_known(arena, ret, sensor->name, sensor->unit, value, source);
	if (sensor->kind == GP_SENSOR_FREQUENCY)
		gp_gauge_known(arena, ret, gp_printf(arena, "%s-min", sensor->name), sensor->unit,
			low, source);
}

void gp_sensors_gauges(const struct gp_sensors *sensors, struct gp_arena *arena, int64_t from,
	int64_t to, struct gp_gauges *ret)
{
	gp_each (sensor, &sensors->list)
		add_gauges(sensor, arena, from, to, ret);
}
