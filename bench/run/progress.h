/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PROGRESS_H
#define GP_PROGRESS_H

#include <stdbool.h>
#include <stdio.h>

#include "workloads/workload.h"

/* One line that changes in place, and only on a terminal. */
struct gp_progress {
	FILE *out; /* NULL: nothing is shown */
	size_t n, done;
	double planned, left; /* seconds, as planned */
	int64_t since;        /* milliseconds, CLOCK_MONOTONIC */
};

struct gp_progress gp_progress_new(FILE *out, bool quiet, size_t n, double seconds);
void gp_progress_show(
	struct gp_progress *progress, const struct gp_experiment *experiment, unsigned int run);
/* What goes on before the first. */
void gp_progress_say(struct gp_progress *progress, const char *what);
/* That one is over. */
void gp_progress_done(struct gp_progress *progress, const struct gp_experiment *experiment);
/* Makes room for other lines. */
void gp_progress_clear(struct gp_progress *progress);

/* "45 s", "3 min", "1 h 20 min" */
const char *gp_duration(struct gp_arena *arena, double seconds);

#endif
