/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SENSORS_H
#define GP_SENSORS_H

#include <stdint.h>

#include "sample.h"
#include "target.h"
#include "telemetry/timeline.h"

/*
 * Quantities that the kernel has a file for: what each means, and what was read of it over time.
 */
enum gp_sensor_kind {
	GP_SENSOR_LEVEL,     /* as it stands: MHz */
	GP_SENSOR_FREQUENCY, /* a level; 0 is a GPU that sleeps. Its lowest is a gauge too */
	GP_SENSOR_THROTTLED, /* 0 or 1; the share of time; which reasons goes into the source */
	GP_SENSOR_COUNTER,   /* growth a second */
	GP_SENSOR_SHARE,     /* growth, of the growth of a total */
};

struct gp_sensor {
	const char *name, *unit; /* of the gauge */
	enum gp_sensor_kind kind;
	double times;     /* from the file's unit to the gauge's */
	const char *path; /* below root; NULL: there is none, unknown says why */
	const char *unknown;
	/* Reads it another way than as the number in path. */
	int (*read)(
		const char *root, const struct gp_sensor *sensor, double *ret, double *ret_total);
	struct gp_strings more; /* files that belong to it, for read() */
	int counter, total;     /* descriptors of a PMU's, for read() */
	const char *reasons;    /* GP_SENSOR_THROTTLED: what the reasons' files begin with */
	double wraps;           /* a counter's largest value; 0: it does not wrap */
	int error;              /* of the last read that failed */
	bool was_read;          /* at least once */
	double last, sum;       /* of a counter */
	uint32_t seen;          /* of the reasons, a bit each */
	struct gp_timeline series, totals;
};

struct gp_sensors {
	struct gp_arena *arena;
	const char *root;
	GP_LIST(struct gp_sensor) list;
};

/* Looks for all that this machine has; the target is NULL where there is no GPU to look at. */
void gp_sensors_find(struct gp_sensors *sensors, struct gp_arena *arena, const char *root,
	const struct gp_target *target);
/* One look at each. */
void gp_sensors_read(struct gp_sensors *sensors);
/* Adds what they were between two times. */
void gp_sensors_gauges(const struct gp_sensors *sensors, struct gp_arena *arena, int64_t from,
	int64_t to, struct gp_gauges *ret);

/* ---- for what looks for them: find-gpu.c, find-machine.c */
struct gp_sensor *gp_sensors_add(struct gp_sensors *sensors, const struct gp_sensor *sensor);
void gp_sensors_find_gpu(struct gp_sensors *sensors, const struct gp_target *target);
void gp_sensors_find_machine(struct gp_sensors *sensors);

#endif
