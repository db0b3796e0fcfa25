/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_METRICS_H
#define GP_METRICS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What a benchmark measures: the last part of the id of run and stat rows,
 * "transcode.h264-1080p.fps". What is in no row of the table is shown as it is.
 */
struct gp_metric_kind {
	const char *name;  /* "fps" */
	const char *unit;  /* "frames/s" */
	const char *title; /* "Frames per second" */
	bool higher_is_better;
	bool is_telemetry; /* watched beside, not measured by the work itself */
};

extern const struct gp_metric_kind gp_metric_kinds[];
extern const size_t gp_n_metric_kinds;

/* NULL: not in the table. */
const struct gp_metric_kind *gp_metric_kind(const char *name);

#endif
