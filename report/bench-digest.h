/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_BENCH_DIGEST_H
#define GP_BENCH_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metrics.h"
#include "record.h"

/*
 * What a benchmark's rows of one record say (bench/README.md, "Rows of the record"), gathered for
 * the faces. Text is as raw as the cells: a face escapes it. All numbers are finite. What exceeds
 * the limits of this, or is no row as it should be, is counted in left_out.
 */
struct gp_bench_value {
	bool is_known;
	double value;
	bool has_interval;
	double low, high;
	size_t n;                   /* 0: not said */
	const char *method, *notes; /* how it was come to, and what is said of it; or "" */
	const char *text;           /* all of that, as the record has it */
};

struct gp_bench_metric {
	const char *name, *unit;
	const struct gp_metric_kind *kind; /* NULL: not in the table */
	bool is_telemetry;
	struct gp_bench_value value; /* of the stat row; else the median of the valid runs, and for
					telemetry their mean */
	GP_LIST(double) runs;        /* of valid runs */
};

/* Runs that do not count, and share a reason. */
struct gp_bench_rejection {
	const char *why, *run; /* run: the first of them */
	const char *last;      /* the run that was counted last */
	bool failed;           /* nothing came out at all */
	size_t n;
};

struct gp_bench_point {
	double x, y;
	const char *text; /* of so many streams: how they kept up; else NULL */
};

struct gp_bench_bucket {
	double from;
	uint64_t n;
};

/* The histograms of all valid runs, as one. */
struct gp_bench_histogram {
	const char *name, *unit;
	GP_LIST(struct gp_bench_bucket) buckets; /* sorted */
	uint64_t n;
	GP_LIST(struct gp_bench_point) curve; /* x: percentile, below 100; y: value */
};

struct gp_bench_experiment {
	const char *workload, *variant, *subject, *mode;
	GP_LIST(struct gp_bench_metric) metrics;
	GP_LIST(struct gp_bench_rejection) rejections;
	GP_LIST(struct gp_bench_histogram) histograms;
	GP_LIST(struct gp_bench_point)
	streams; /* x: streams at once; y: the slowest, of real time */
	const struct gp_bench_metric *primary; /* NULL: there is none */
};

struct gp_bench_comparison {
	const char *workload, *variant, *metric, *subject, *mode;
	const char *verdict, *sides;
	const struct gp_metric_kind *kind; /* NULL: not in the table */
	const char *unit;                  /* "x"; "points" where it is a difference */
	struct gp_bench_value ratio;
};

/* "driver" "i915": what the record says of a side, as far as it tells people what they look at. */
struct gp_bench_fact {
	const char *workload; /* that said so; "": it is of the machine */
	const char *key;
	struct gp_strings values; /* that differ */
};

/* What was measured on: a target, in a mode. */
struct gp_bench_side {
	const char *subject, *mode, *name; /* name: "Intel Alder Lake-S GT1", or "" */
	GP_LIST(struct gp_bench_fact) facts;
};

/* What could not be run at all. */
struct gp_bench_cannot {
	const char *why;
	struct gp_strings experiments;
};

/* Telemetry that could not be had. */
struct gp_bench_unknown {
	const char *name, *why;
	struct gp_strings experiments;
};

/* What differs between the sides of a comparison, beside what is compared. */
struct gp_bench_confounder {
	const char *what, *text;
};

struct gp_bench_digest {
	const char *label;
	const char *quick, *interrupted; /* why, or NULL */
	const char *headline;
	const char *comparison; /* one sentence on all comparisons; "" where there is none */
	GP_LIST(struct gp_bench_side) sides;
	GP_LIST(struct gp_bench_experiment) experiments;
	GP_LIST(struct gp_bench_comparison) comparisons;
	GP_LIST(struct gp_bench_confounder) confounders;
	struct gp_strings cautions; /* to be read before the ratios */
	struct gp_strings remarks;  /* and after them */
	struct gp_strings noise;    /* one remark for each ratio of a side with itself */
	struct gp_strings beside;   /* the telemetry of both sides */
	GP_LIST(struct gp_bench_unknown) unknowns;
	GP_LIST(struct gp_bench_cannot) cannots;
	struct gp_strings workloads; /* in the order of the record */
	struct gp_strings settings;  /* "12 runs", "20 s each" */
	size_t n_better, n_equal, n_worse, n_inconclusive;
	size_t n_rejected; /* runs */
	size_t left_out;   /* rows */
};

/* Whether a record has benchmark rows at all. */
bool gp_has_bench(const struct gp_record *part);

struct gp_bench_digest *gp_bench_digest(struct gp_arena *arena, const struct gp_record *part);

const struct gp_bench_metric *gp_bench_metric(
	const struct gp_bench_experiment *experiment, const char *name);

/* The unit of its percentiles, "ms"; NULL: there are none, and no missed deadlines. */
const char *gp_bench_latency_unit(const struct gp_bench_experiment *experiment);

/* ---- bench-facts.c: gp_bench_digest() calls it */

/* The side of a row's subject and mode, made where there is none; NULL: there are too many. */
struct gp_bench_side *gp_bench_side_of(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row);
/* Takes a fact that is no side's; false: there are too many of its kind. */
bool gp_bench_fact(struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row);
/* Takes a fact of the sides that are known. */
void gp_bench_about(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row);

/* ---- bench-words.c */

/* The digits that an interval leaves; three where there is none. */
const char *gp_bench_number(struct gp_arena *arena, const struct gp_bench_value *value);
/* "58.1 to 59.6"; "" where there is no interval. */
const char *gp_bench_interval(struct gp_arena *arena, const struct gp_bench_value *value);
/* "58.9 frames/s", "p99 14.2 ms", "unknown": where nothing else says which metric it is. */
const char *gp_bench_primary(struct gp_arena *arena, const struct gp_bench_metric *metric);
/* Whether not all comparisons are of the same two sides. */
bool gp_bench_several_sides(const struct gp_bench_digest *bench);
/* "render fill"; where sides differ "render fill (A, C)" */
const char *gp_bench_compared(struct gp_arena *arena, const struct gp_bench_digest *bench,
	const struct gp_bench_comparison *comparison);
/* What the ratios and verdicts of the comparisons mean. */
const char *gp_bench_ratios(struct gp_arena *arena, const struct gp_bench_digest *bench);
/* "58.9 frames/s, 58.1 to 59.6", or why there is none. */
const char *gp_bench_quantity(struct gp_arena *arena, const struct gp_bench_metric *metric);
/* "transcode h264-1080p"; with the side where there are several: "... on cpu". */
const char *gp_bench_title(struct gp_arena *arena, const struct gp_bench_digest *bench,
	const struct gp_bench_experiment *experiment);
/* "0000:00:02.0 (vf)" */
const char *gp_bench_side_name(struct gp_arena *arena, const char *subject, const char *mode);
/* "0000:00:02.0 (vf): Intel Alder Lake-S GT1; driver i915", "render: mesa 22.3.6": a line each. */
struct gp_strings gp_bench_side_lines(struct gp_arena *arena, const struct gp_bench_digest *bench);
/* "0.93x", "-0.2 points", "unknown" */
const char *gp_bench_ratio(struct gp_arena *arena, const struct gp_bench_comparison *comparison);
/* What is said of comparisons, and of which; all, or of those that are inconclusive alone. */
struct gp_strings gp_bench_notes(
	struct gp_arena *arena, const struct gp_bench_digest *bench, bool all);
/* A metric's number where it has that unit; "" where it has not, or there is none. */
const char *gp_bench_in(struct gp_arena *arena, const struct gp_bench_experiment *experiment,
	const char *name, const char *unit);
/* "compute.fma, compute.launch and 7 more" */
const char *gp_bench_some(struct gp_arena *arena, const struct gp_strings *names);
/* "2 runs failed: no such profile (run 3)" */
const char *gp_bench_rejected(struct gp_arena *arena, const struct gp_bench_rejection *rejection);
/* Fills in headline, comparison and settings. */
void gp_bench_words(
	struct gp_arena *arena, const struct gp_record *part, struct gp_bench_digest *bench);

/* ---- bench-cells.c: what stands in the cells */

/* A whole cell as a finite decimal number. */
bool gp_bench_parse_number(const char *cell, double *ret);
/* "WORKLOAD.VARIANT.METRIC"; false: it is none. */
bool gp_bench_parse_id(struct gp_arena *arena, const char *id, const char *ret[3]);
/* "95 % interval 58.1 to 59.6, n = 12, METHOD": as much of it as can be read. */
void gp_bench_parse_estimate(struct gp_arena *arena, const char *text, struct gp_bench_value *ret);
/* "run 1 streams 4": 4; 0 where it says nothing of streams. */
unsigned int gp_bench_parse_streams(const char *source);
/* Adds "FROM:COUNT FROM:COUNT..."; false where it is malformed, or too much. */
bool gp_bench_add_buckets(
	struct gp_arena *arena, const char *text, struct gp_bench_histogram *histogram);
/* Sorts what was added, and draws the curve. */
void gp_bench_merge(struct gp_arena *arena, struct gp_bench_histogram *histogram);

#endif
