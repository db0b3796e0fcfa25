/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TELEMETRY_H
#define GP_TELEMETRY_H

#include <sys/types.h>

#include "sample.h"
#include "target.h"

/*
 * What the device and the processor did while a worker ran: a thread of this program reads it, at
 * most ten times a second, and what it costs is measured too. Nothing of it is read by workers.
 *
 *   /proc/PID/fdinfo              engine times: Documentation/gpu/drm-usage-stats.rst
 *   /sys/class/drm/cardN          frequency and throttle reasons of i915 and xe
 *   hwmon, powercap (RAPL)        energy; a guest has none, and energy_uj is root's alone
 */
struct gp_telemetry_of {
	const char *root; /* "": this machine's /proc and /sys; tests have trees of their own */
	const struct gp_target *target;
	const char *sidecar; /* what the host of this guest sees, from --sidecar; NULL: none */
};

struct gp_telemetry;

/* Never NULL: what cannot be read is said by the gauges. */
struct gp_telemetry *gp_telemetry_start(struct gp_arena *arena, const struct gp_telemetry_of *of);
/* A worker whose engine times count; before it is told to go. */
void gp_telemetry_watch(struct gp_telemetry *telemetry, pid_t worker);
/* Ends it; what was seen between two times (CLOCK_MONOTONIC, nanoseconds). */
struct gp_gauges gp_telemetry_stop(struct gp_telemetry *telemetry, int64_t from, int64_t to);

#endif
