/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PMU_H
#define GP_PMU_H

#include "telemetry/sensors.h"

/*
 * A PMU of the kernel's: Documentation/ABI/testing/sysfs-bus-event_source-devices-format and
 * -events. path: "/sys/bus/event_source/devices/NAME".
 */
struct gp_pmu_term {
	const char *name; /* "event", "function"; "config" is all of it */
	uint64_t value;
};

/* What perf_event_attr.config is of these terms. -EBADMSG, -ERANGE, or as a file cannot be read. */
int gp_pmu_config(const char *root, const char *path, const struct gp_pmu_term *terms, size_t n,
	uint64_t *ret);
/* The same of a named event, and more terms: "engine-active-ticks" has "event=0x02". */
int gp_pmu_event(const char *root, const char *path, const char *event,
	const struct gp_pmu_term *more, size_t n, uint64_t *ret);

/*
 * Adds how busy engines were as the host of a GPU sees it: i915, of the whole device; xe, of one
 * VF, as its PF's PMU tells (xe_pmu.c; vf 0: nothing). Needs CAP_PERFMON, or
 * kernel.perf_event_paranoid at 0 or below; else it is said that it is not known.
 */
void gp_sensors_find_pmu(struct gp_sensors *sensors, const struct gp_target *target, uint64_t vf);

#endif
