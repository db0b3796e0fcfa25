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
 *   /sys/bus/pci/devices/ADDRESS  frequency, throttle reasons, hwmon of i915, xe and amdgpu
 *   /sys/class/powercap           energy (RAPL); a guest has none, and energy_uj is root's alone
 */
struct gp_sidecar;

struct gp_telemetry_of {
	const char *root; /* "": this machine's /proc and /sys; tests have trees of their own */
	const struct gp_target *target;
	struct gp_sidecar *sidecar; /* what the host of this guest sees; NULL: none */
};

struct gp_telemetry;

/* Never NULL: what cannot be read is said by the gauges. */
struct gp_telemetry *gp_telemetry_start(struct gp_arena *arena, const struct gp_telemetry_of *of);
/* A worker whose engine times count; before it is told to go. */
void gp_telemetry_watch(struct gp_telemetry *telemetry, pid_t worker);
/* Ends it; what was seen between two times (CLOCK_MONOTONIC, nanoseconds). */
struct gp_gauges gp_telemetry_stop(struct gp_telemetry *telemetry, int64_t from, int64_t to);

/* What stands still and a reader must know: limits of frequency, scheduling of the VFs of a PF. */
struct gp_abouts {
	struct gp_about *items;
	size_t n;
};
struct gp_abouts gp_telemetry_facts(
	struct gp_arena *arena, const char *root, const struct gp_target *target);

/* ---- the sidecar: one connection for all runs (telemetry/sidecar.h) */

/*
 * where: "ssh:[USER@]HOST[,DEVICE[,vfN]]", or a file or FIFO that `gpupass-bench sidecar` of the
 * host writes to. 0, or -errno and one line in *ret_error. It is in the arena, and must be closed
 * before that is freed.
 */
int gp_sidecar_open(
	struct gp_arena *arena, const char *where, struct gp_sidecar **ret, const char **ret_error);
struct gp_abouts gp_sidecar_facts(struct gp_arena *arena, struct gp_sidecar *sidecar);
void gp_sidecar_close(struct gp_sidecar *sidecar); /* NULL is fine */

/* The command `gpupass-bench sidecar`; its exit status. argv[0] is "sidecar". */
int gp_bench_sidecar(struct gp_arena *arena, int argc, char **argv);

#endif
