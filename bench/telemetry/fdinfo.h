/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FDINFO_H
#define GP_FDINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What /proc/PID/fdinfo/FD says of a DRM client: Documentation/gpu/drm-usage-stats.rst. Counters
 * belong to the client (drm-pdev, drm-client-id), which several descriptors may share, and may go
 * backwards for a while: the larger value counts.
 */
#define GP_FDINFO_ENGINES 16
#define GP_FDINFO_REGIONS 8
#define GP_FDINFO_NAME    32

struct gp_fdinfo_engine {
	char name[GP_FDINFO_NAME]; /* "render", "vcs", "enc_1" */
	bool has_time, has_cycles, has_total;
	uint64_t time;          /* nanoseconds, of all its instances together */
	uint64_t cycles, total; /* busy, and passed, of a clock that is the engine's own */
	uint64_t capacity;      /* how many such engines there are; 1 where it is not said */
	uint64_t max_hz;        /* 0: not said */
};

struct gp_fdinfo_region {
	char name[GP_FDINFO_NAME]; /* "vram0", "system" */
	bool has_total, has_resident;
	uint64_t total, resident; /* bytes */
};

struct gp_fdinfo {
	char driver[GP_FDINFO_NAME]; /* "" : not said */
	char pdev[GP_FDINFO_NAME];   /* "0000:00:02.0" */
	bool has_client;
	uint64_t client;
	bool is_old_amdgpu; /* Linux 5.14 to 5.18: shares of a lifetime, no counters */
	struct gp_fdinfo_engine engines[GP_FDINFO_ENGINES];
	size_t n_engines;
	struct gp_fdinfo_region regions[GP_FDINFO_REGIONS];
	size_t n_regions;
	unsigned int n_malformed; /* lines that belong to it, and are not what they should be */
};

/* False: this descriptor is no DRM client, or its kernel does not say. */
bool gp_fdinfo_parse(const char *text, size_t size, struct gp_fdinfo *ret);

/* How a kernel's driver publishes engine times. */
struct gp_fdinfo_driver {
	const char *name;
	bool counts;      /* it has counters */
	bool omits_idle;  /* an engine that was not used has no line */
	bool blind_on_vf; /* a VF sees none of them */
	const char *why;  /* why there are none, or NULL */
};

/* NULL: not a driver that is known. */
const struct gp_fdinfo_driver *gp_fdinfo_driver(const char *name);

#endif
