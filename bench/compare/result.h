/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_RESULT_H
#define GP_RESULT_H

#include "compare/sides.h"
#include "metrics.h"
#include "stats/stats.h"

#define GP_COMPARE_CONFIDENCE 0.95

/* One metric of one experiment on both sides. */
struct gp_result {
	const struct gp_series *a, *b;
	const struct gp_target_pair *target;
	const struct gp_metric_kind *kind;
	const char *variant; /* "transcode.h264-1080p" */
	bool is_difference;  /* of percentages: in points, not as a ratio */
	struct gp_paired paired;
	struct gp_estimate estimate;
	enum gp_comparison verdict;
	const char *why; /* there is no verdict, or "" */
	double p_of_all; /* by Holm */
	size_t outliers; /* among the pairs; they count as all others do */
	size_t would_do; /* so many pairs, about, would make a verdict; 0: not known */
};

struct gp_comparing {
	struct gp_arena *arena;
	const struct gp_compare_options *options;
	const struct gp_compare_side *a, *b;
	struct gp_series_list series_a, series_b;
	struct gp_target_pairs targets;
	struct gp_strings left_out;
	struct gp_differences differences;
	const char *quick; /* "": neither side is */
	bool is_alike;     /* one thing against itself */
	GP_LIST(struct gp_result) results;
	GP_LIST(struct gp_result) beside; /* telemetry and what is in no table: no verdict */
};

/* Fills in all that follows from the two series. */
void gp_result_measure(const struct gp_comparing *c, struct gp_result *result);

/* The ratio of a percentile from the histograms of the pairs; false where there are none. */
bool gp_result_percentile(const struct gp_comparing *c, struct gp_result *result);

/* The rows of all that was found. */
void gp_results_to_record(const struct gp_comparing *c, struct gp_record *ret);

/* ---- rows.c: "0.9337", "" for what is no number; "A, B" */
const char *gp_result_number(struct gp_arena *arena, double value);
const char *gp_result_sides(const struct gp_comparing *c);

/* ---- facts.c: what is not a ratio; the width of the interval of a side against itself */
void gp_write_facts(const struct gp_comparing *c, struct gp_record *ret);
void gp_write_noise(
	const struct gp_comparing *c, const struct gp_result *result, struct gp_record *ret);

#endif
