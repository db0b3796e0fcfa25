/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SETTINGS_H
#define GP_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* What is to be measured, and for how long; the same on both sides of a comparison. */
struct gp_size {
	unsigned int width, height;
};

struct gp_settings {
	struct gp_strings workloads; /* names; none: what gp_workloads[] has as usual */
	struct gp_strings codecs;    /* h264, hevc, hevc10, vp9, av1; none: as the device offers */
	GP_LIST(struct gp_size) sizes; /* of the clips; none: 1080p */
	struct gp_strings presets;     /* of the CPU baseline; none: veryfast and medium */
	const char *input;             /* the user's clip; NULL: one made here */
	unsigned int runs;
	double seconds, warmup; /* of one run's window, and before it */
	bool quick;             /* stamped "not for comparison" */
	uint64_t seed;
};

/* Filled with what a full, or a quick, run uses. */
void gp_settings_default(struct gp_settings *settings, bool quick);

#endif
