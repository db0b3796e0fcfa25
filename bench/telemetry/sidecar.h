/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SIDECAR_H
#define GP_SIDECAR_H

#include "telemetry/telemetry.h"

/*
 * What `gpupass-bench sidecar` on the host says, line by line:
 *
 *   sidecar VERSION DEVICE [vfN]      first
 *   fact KEY TEXT                     what stands still
 *   gauge NANOSECONDS NAME VALUE UNIT [REASON]...
 *                                     what it was since the line before of that name; the time is
 *                                     the host's clock, and lines count up to when they arrive
 *   unknown NAME WHY
 *   bye                               it ended
 *
 * These are bytes from another machine: what is too long, or is none of these, is left out.
 */
#define GP_SIDECAR_LINE   512
#define GP_SIDECAR_SERIES 64
#define GP_SIDECAR_FACTS  32

enum gp_sidecar_kind {
	GP_SAYS_HELLO,
	GP_SAYS_FACT,
	GP_SAYS_GAUGE,
	GP_SAYS_UNKNOWN,
	GP_SAYS_BYE,
};

struct gp_sidecar_line {
	enum gp_sidecar_kind kind;
	char name[40], unit[16]; /* of a hello: the version */
	double value;
	char text[GP_SIDECAR_LINE]; /* the rest, printable */
};

/* False: it is none. Pure; what it allocates is in no result. */
bool gp_sidecar_parse(struct gp_arena *arena, const char *line, struct gp_sidecar_line *ret);

/* Adds what the host said of the window, where this side does not know it. */
void gp_sidecar_gauges(struct gp_sidecar *sidecar, struct gp_arena *arena, int64_t from, int64_t to,
	struct gp_gauges *gauges);

#endif
