/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SPREADS_H
#define GP_SPREADS_H

#include "stats/stats.h"

/* How many values of a run lie up to `at`; straight lines between. */
struct gp_knot {
	double at, below;
};

/* The runs of one side, each seen at the same points. */
struct gp_spreads {
	size_t n_runs, n_points;
	double *points; /* sorted */
	double *below;  /* of run i at point k: [i * n_points + k] */
	double *totals;
	struct gp_knot *knots; /* of the run being looked at */
	double quantile;       /* that is looked for */
	double step;           /* by what factor the edges of buckets lie apart */
};

/* By what factor edges lie apart, where buckets touch; `step` where they never come closer. */
double gp_spreads_step(const struct gp_run_spread *runs, size_t n, double step);

/* Whether all runs have values, in buckets that are sorted. */
bool gp_spreads_usable(const struct gp_run_spread *runs, size_t n);

/* False, without memory, or where a run contradicts itself. To be released in any case. */
bool gp_spreads_prepare(struct gp_spreads *spreads, const struct gp_run_spread *runs, size_t n);
void gp_spreads_release(struct gp_spreads *spreads);

/* The quantile of all values of the picked runs together, as many as there are. */
double gp_spreads_quantile(const struct gp_spreads *spreads, const size_t *picked);

/* What the run itself gave, else as its buckets have it. */
double gp_spreads_of_run(
	const struct gp_spreads *spreads, const struct gp_run_spread *runs, size_t i);

#endif
