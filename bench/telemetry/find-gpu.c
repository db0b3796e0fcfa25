/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where i915, xe and amdgpu say what a GPU does, below its PCI device. */
#include "telemetry/read.h"
#include "telemetry/sensors.h"

#include <stdio.h>
#include <string.h>

#define MOST_GTS 4

/* Where files are: below the PCI device, a GT of it, or one of its hwmon directories. */
enum place { DEVICE, CARD, GT, HWMON };

/* One file that a driver may have; of rows with one name, the first that is there counts. */
struct row {
	const char *driver, *name, *unit;
	enum gp_sensor_kind kind;
	double times;
	enum place place;
	const char *file;
	const char *reasons;
};

/*
 * i915: drivers/gpu/drm/i915/gt/intel_gt_sysfs_pm.c, i915_sysfs.c, i915_hwmon.c
 * xe: xe_gt_freq.c, xe_gt_throttle.c, xe_gt_idle.c, xe_hwmon.c
 * amdgpu: Documentation/gpu/amdgpu/thermal.rst
 */
static const struct row rows[] = {
	{"i915", "frequency", "MHz", GP_SENSOR_FREQUENCY, 1, GT, "rps_act_freq_mhz", NULL},
	{"i915", "frequency", "MHz", GP_SENSOR_FREQUENCY, 1, CARD, "gt_act_freq_mhz", NULL},
	{"xe", "frequency", "MHz", GP_SENSOR_FREQUENCY, 1, GT, "freq0/act_freq", NULL},
	{"amdgpu", "frequency", "MHz", GP_SENSOR_FREQUENCY, 1e-6, HWMON, "freq1_input", NULL},
	{"i915", "frequency-asked", "MHz", GP_SENSOR_LEVEL, 1, GT, "rps_cur_freq_mhz", NULL},
	{"i915", "frequency-asked", "MHz", GP_SENSOR_LEVEL, 1, CARD, "gt_cur_freq_mhz", NULL},
	{"xe", "frequency-asked", "MHz", GP_SENSOR_LEVEL, 1, GT, "freq0/cur_freq", NULL},
	{"i915", "throttled", "%", GP_SENSOR_THROTTLED, 100, GT, "throttle_reason_status",
		"throttle_reason_"},
	{"xe", "throttled", "%", GP_SENSOR_THROTTLED, 100, GT, "freq0/throttle/status",
		"freq0/throttle/reason_"},
	{"i915", "asleep", "%", GP_SENSOR_COUNTER, 0.1, GT, "rc6_residency_ms", NULL},
	{"i915", "asleep", "%", GP_SENSOR_COUNTER, 0.1, CARD, "power/rc6_residency_ms", NULL},
	{"xe", "asleep", "%", GP_SENSOR_COUNTER, 0.1, GT, "gtidle/idle_residency_ms", NULL},
	{"i915", "power-gpu", "W", GP_SENSOR_COUNTER, 1e-6, HWMON, "energy1_input", NULL},
	{"xe", "power-gpu", "W", GP_SENSOR_COUNTER, 1e-6, HWMON, "energy1_input", NULL},
	{"xe", "power-gpu", "W", GP_SENSOR_COUNTER, 1e-6, HWMON, "energy2_input", NULL},
	{"amdgpu", "power-gpu", "W", GP_SENSOR_LEVEL, 1e-6, HWMON, "power1_average", NULL},
	{"amdgpu", "power-gpu", "W", GP_SENSOR_LEVEL, 1e-6, HWMON, "power1_input", NULL},
	{"amdgpu", "busy-device", "%", GP_SENSOR_LEVEL, 1, DEVICE, "gpu_busy_percent", NULL},
	{"amdgpu", "temperature", "C", GP_SENSOR_LEVEL, 1e-3, HWMON, "temp1_input", NULL},
	{"i915", "temperature", "C", GP_SENSOR_LEVEL, 1e-3, HWMON, "temp1_input", NULL},
	{"xe", "temperature", "C", GP_SENSOR_LEVEL, 1e-3, HWMON, "temp2_input", NULL},
};

/* What everybody asks for: it is said why it is not known. */
static const struct {
	const char *name, *unit, *what;
	const char *why[3]; /* i915 and xe; amdgpu; others */
} wanted[] = {
	{"frequency", "MHz", "frequency", {NULL, NULL, "this driver has no file for it"}},
	{"throttled", "%", "throttle reasons",
		{NULL, "amdgpu tells throttle reasons in gpu_metrics alone; not read",
			"this driver has no file for it"}},
	{"power-gpu", "W", "energy counter",
		{"it has no energy counter of its own (an integrated GPU: see power-package)", NULL,
			"this driver has no file for it"}},
};

#define NVIDIA "NVIDIA's driver tells through NVML only; not read"

struct device {
	struct gp_sensors *sensors;
	const struct gp_target *target;
	const char *driver, *path;
	const char *card;      /* "drm/card0"; NULL: none */
	struct gp_strings gts; /* directories, below path */
	struct gp_strings hwmons;
};

static const char *below(struct device *device, const char *directory, const char *file)
{
	return gp_printf(device->sensors->arena, "%s/%s%s%s", device->path, directory,
		*directory ? "/" : "", file);
}

static bool has(struct device *device, const char *directory)
{
	return gp_live_has(device->sensors->root, below(device, directory, ""));
}

/* i915: drm/card0/gt/gt1; xe: tile0/gt1. Numbers of GTs are the device's in both. */
static void find_gts(struct device *device)
{
	struct gp_arena *arena = device->sensors->arena;
	bool is_xe = gp_equal(device->driver, "xe");

	for (unsigned int tile = 0; tile < (is_xe ? 2 : 1); tile++)
		for (unsigned int gt = 0; gt < MOST_GTS; gt++) {
			const char *path = is_xe ? gp_printf(arena, "tile%u/gt%u", tile, gt)
						 : gp_printf(arena, "%s/gt/gt%u",
							   device->card ? device->card : "-", gt);

			if (has(device, path))
				gp_strings_add(arena, &device->gts, path);
		}
}

static void find_places(struct device *device)
{
	struct gp_arena *arena = device->sensors->arena;
	const char *root = device->sensors->root;
	struct gp_strings names = gp_live_list(arena, root, below(device, "drm", ""), 16);

	for (size_t i = 0; i < names.n && !device->card; i++)
		if (gp_starts_with(names.items[i], "card"))
			device->card = gp_printf(arena, "drm/%s", names.items[i]);
	find_gts(device);
	names = gp_live_list(arena, root, below(device, "hwmon", ""), 16);
	for (size_t i = 0; i < names.n; i++)
		if (gp_starts_with(names.items[i], "hwmon"))
			gp_strings_add(arena, &device->hwmons,
				gp_printf(arena, "hwmon/%s", names.items[i]));
}

static bool is_found(const struct device *device, const char *name)
{
	gp_each (sensor, &device->sensors->list)
		if (gp_equal(sensor->name, name))
			return true;
	return false;
}

static void try_row(
	struct device *device, const struct row *row, const char *directory, const char *name)
{
	const char *path = below(device, directory, row->file);

	if (is_found(device, name) || !gp_live_has(device->sensors->root, path))
		return;
	gp_sensors_add(device->sensors,
		&(struct gp_sensor){.name = name,
			.unit = row->unit,
			.kind = row->kind,
			.times = row->times,
			.path = path,
			.reasons = row->reasons ? below(device, directory, row->reasons) : NULL});
}

/* "frequency" of the first GT, "frequency-gt1" of the next: that of media from Meteor Lake on. */
static void try_gts(struct device *device, const struct row *row)
{
	for (size_t i = 0; i < device->gts.n; i++) {
		const char *gt = strrchr(device->gts.items[i], '/') + 1;

		try_row(device, row, device->gts.items[i],
			gp_equal(gt, "gt0")
				? row->name
				: gp_printf(device->sensors->arena, "%s-%s", row->name, gt));
	}
}

static void try_places(struct device *device, const struct row *row)
{
	if (row->place == DEVICE)
		try_row(device, row, "", row->name);
	else if (row->place == CARD && device->card)
		try_row(device, row, device->card, row->name);
	else if (row->place == GT)
		try_gts(device, row);
	for (size_t i = 0; row->place == HWMON && i < device->hwmons.n; i++)
		try_row(device, row, device->hwmons.items[i], row->name);
}

static void say_unknown(struct device *device, size_t i)
{
	struct gp_arena *arena = device->sensors->arena;
	bool is_intel = gp_equal(device->driver, "i915") || gp_equal(device->driver, "xe");
	const char *why = wanted[i].why[is_intel ? 0 : gp_equal(device->driver, "amdgpu") ? 1 : 2];

	if (gp_equal(device->driver, "nvidia"))
		why = NVIDIA;
	else if (device->target->is_vf)
		why = gp_printf(
			arena, "a VF has no %s; --sidecar on its host does", wanted[i].what);
	else if (!device->driver)
		why = "no driver is bound to it";
	else if (!why)
		why = gp_printf(
			arena, "%s has no file of %s's for it", device->path, device->driver);
	gp_sensors_add(device->sensors,
		&(struct gp_sensor){
			.name = wanted[i].name, .unit = wanted[i].unit, .unknown = why});
}

void gp_sensors_find_gpu(struct gp_sensors *sensors, const struct gp_target *target)
{
	struct device device = {.sensors = sensors,
		.target = target,
		.driver = target->driver,
		.path = gp_printf(sensors->arena, "/sys/bus/pci/devices/%s", target->address)};

	find_places(&device);
	for (size_t i = 0; i < GP_ARRAY_SIZE(rows); i++)
		if (gp_equal(rows[i].driver, device.driver))
			try_places(&device, &rows[i]);
	for (size_t i = 0; i < GP_ARRAY_SIZE(wanted); i++)
		if (!is_found(&device, wanted[i].name))
			say_unknown(&device, i);
}
