/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/pmu.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "telemetry/read.h"

#define DEVICES  "/sys/bus/event_source/devices"
#define RIGHTS   "the PMU needs CAP_PERFMON, or kernel.perf_event_paranoid at 0 or below"
#define MOST_GTS 2

struct pmu {
	struct gp_sensors *sensors;
	const char *path;
	uint32_t type;
	int cpu;
};

/* A counter of the whole device; a descriptor or -errno. */
static int open_counter(const struct pmu *pmu, uint64_t config)
{
	struct perf_event_attr attr = {.size = sizeof(attr), .type = pmu->type, .config = config};
	long fd = syscall(SYS_perf_event_open, &attr, -1, pmu->cpu, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

static int read_counter(int fd, double *ret)
{
	uint64_t value;
	ssize_t n = read(fd, &value, sizeof(value));

	if (n != (ssize_t)sizeof(value))
		return n < 0 ? -errno : -EBADMSG;
	*ret = (double)value;
	return 0;
}

static int read_pmu(
	const char *root, const struct gp_sensor *sensor, double *ret, double *ret_total)
{
	int r = read_counter(sensor->counter, ret);

	(void)root;
	if (r == 0 && sensor->kind == GP_SENSOR_SHARE)
		r = read_counter(sensor->total, ret_total);
	return r;
}

static void say_rights(struct pmu *pmu)
{
	gp_each (sensor, &pmu->sensors->list)
		if (strcmp(sensor->name, "busy") == 0)
			return;
	gp_sensors_add(
		pmu->sensors, &(struct gp_sensor){.name = "busy", .unit = "%", .unknown = RIGHTS});
}

static bool find_pmu(struct pmu *pmu, const char *name)
{
	struct gp_arena *arena = pmu->sensors->arena;
	double number = 0;

	pmu->path = gp_printf(arena, DEVICES "/%s", name);
	if (gp_live_number(pmu->sensors->root, gp_printf(arena, "%s/type", pmu->path), &number) ||
		number < 0 || number > UINT32_MAX)
		return false;
	pmu->type = (uint32_t)number;
	/* The processor that it is to be counted on: any, where it names more than one. */
	if (gp_live_number(pmu->sensors->root, gp_printf(arena, "%s/cpumask", pmu->path), &number))
		number = 0;
	pmu->cpu = (int)number;
	return true;
}

/* ---- i915: i915_pmu.c; "rcs0-busy" in nanoseconds */

static void add_i915(struct pmu *pmu, const char *event)
{
	struct gp_arena *arena = pmu->sensors->arena;
	uint64_t config;
	int fd;

	if (gp_pmu_event(pmu->sensors->root, pmu->path, event, NULL, 0, &config))
		return;
	fd = open_counter(pmu, config);
	if (fd == -EACCES || fd == -EPERM)
		say_rights(pmu);
	if (fd < 0)
		return;
	gp_sensors_add(pmu->sensors,
		&(struct gp_sensor){.name = gp_printf(arena, "busy-device-%.*s",
					    (int)(strlen(event) - strlen("-busy")), event),
			.unit = "%",
			.kind = GP_SENSOR_COUNTER,
			.times = 1e-7,
			.path = gp_printf(arena, "%s/events/%s", pmu->path, event),
			.read = read_pmu,
			.counter = fd});
}

static void find_i915(struct pmu *pmu)
{
	struct gp_strings events = gp_live_list(pmu->sensors->arena, pmu->sensors->root,
		gp_printf(pmu->sensors->arena, "%s/events", pmu->path), 256);

	for (size_t i = 0; i < events.n; i++)
		if (gp_ends_with(events.items[i], "-busy"))
			add_i915(pmu, events.items[i]);
}

/* ---- xe: xe_pmu.c; ticks that a function had of an engine, and that there were */

/* DRM_XE_ENGINE_CLASS_* of xe_drm.h */
static const char *const classes[] = {"rcs", "bcs", "vcs", "vecs", "ccs"};

/* Which there are is not listed: what cannot be opened is not there. */
static void add_xe(struct pmu *pmu, uint64_t class, uint64_t gt, uint64_t vf)
{
	const struct gp_pmu_term terms[] = {{"engine_class", class}, {"gt", gt}, {"function", vf}};
	const char *root = pmu->sensors->root;
	uint64_t active, total;
	int fd, fd_total;

	if (gp_pmu_event(root, pmu->path, "engine-active-ticks", terms, 3, &active) ||
		gp_pmu_event(root, pmu->path, "engine-total-ticks", terms, 3, &total))
		return;
	fd = open_counter(pmu, active);
	if (fd == -EACCES || fd == -EPERM)
		say_rights(pmu);
	if (fd < 0)
		return;
	fd_total = open_counter(pmu, total);
	if (fd_total < 0) {
		close(fd);
		return;
	}
	gp_sensors_add(pmu->sensors, &(struct gp_sensor){.name = gp_printf(pmu->sensors->arena,
								 "busy-%s", classes[class]),
					     .unit = "%",
					     .kind = GP_SENSOR_SHARE,
					     .times = 100,
					     .path = gp_printf(pmu->sensors->arena,
						     "%s/events/engine-active-ticks", pmu->path),
					     .read = read_pmu,
					     .counter = fd,
					     .total = fd_total});
}

void gp_sensors_find_pmu(struct gp_sensors *sensors, const struct gp_target *target, uint64_t vf)
{
	struct pmu pmu = {.sensors = sensors};
	char *name;

	if (!target->address || !target->driver)
		return;
	name = gp_printf(sensors->arena, "%s_%s", target->driver, target->address);
	for (char *at = name; *at; at++)
		if (*at == ':')
			*at = '_';
	if (gp_equal(target->driver, "i915") && (find_pmu(&pmu, name) || find_pmu(&pmu, "i915")))
		find_i915(&pmu);
	if (gp_equal(target->driver, "xe") && vf && find_pmu(&pmu, name))
		for (uint64_t gt = 0; gt < MOST_GTS; gt++)
			for (size_t i = 0; i < GP_ARRAY_SIZE(classes); i++)
				add_xe(&pmu, i, gt, vf);
}
