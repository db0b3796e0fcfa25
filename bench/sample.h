/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SAMPLE_H
#define GP_SAMPLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/text.h"

/*
 * What one run of one experiment gave. It is made of what a worker said (worker/worker.h), what
 * telemetry saw meanwhile (telemetry/telemetry.h), and the judgement on both (run/judge.h).
 */

/* One thing that was measured over the window. */
struct gp_metric {
	const char *name; /* "fps": a row of gp_metric_kinds (report/metrics.h) */
	double value;
	const char *unit;     /* "frames/s" */
	unsigned int streams; /* of so many at once: a point of a curve; 0: of the run as a whole */
	const char *text;     /* what there is to say about it; NULL: nothing */
};

/* "entrypoint" "EncSliceLP": what it ran on, and how. */
struct gp_about {
	const char *key, *text;
};

/* How many values fell from `from` up to the next bucket. */
struct gp_bucket {
	double from;
	uint64_t n;
};

struct gp_histogram {
	const char *name, *unit; /* "latency", "ms" */
	GP_LIST(struct gp_bucket) buckets;
};

/* One quantity that was watched during the window. Not known is never 0. */
struct gp_gauge {
	const char *name;    /* "busy-video", "frequency", "power-package", "throttled" */
	const char *unit;    /* "%", "MHz", "W" */
	double value;        /* where unknown is NULL */
	const char *unknown; /* why it is not known: "a VF has no frequency", or NULL */
	const char *source;  /* file, or who said it */
};

/* Whether the engines of the device did something in the window. */
enum gp_engines { GP_ENGINES_UNKNOWN, GP_ENGINES_MOVED, GP_ENGINES_STILL };

struct gp_gauges {
	GP_LIST(struct gp_gauge) list;
	enum gp_engines engines;
	const char *engines_because; /* which counters, or why they are not known */
};

enum gp_sample_state {
	GP_SAMPLE_FAILED,  /* there is nothing to measure: why says what went wrong */
	GP_SAMPLE_INVALID, /* it was measured, and is not what it seems: why */
	GP_SAMPLE_VALID,
};

struct gp_experiment;

struct gp_sample {
	const struct gp_experiment *experiment;
	unsigned int run;  /* from 1 */
	unsigned int pair; /* from 1; 0: not one of a pair */
	enum gp_sample_state state;
	const char *why; /* one line where not valid, else "" */
	GP_LIST(struct gp_metric) metrics;
	GP_LIST(struct gp_about) about;
	GP_LIST(struct gp_histogram) histograms;
	GP_LIST(const char *) checks; /* what was validated: "pixels 38.1 dB over 8 frames" */
	struct gp_gauges gauges;
	int64_t from, to; /* the window: CLOCK_MONOTONIC, nanoseconds; equal: there was none */
};

/* A metric of the run as a whole, or NULL. */
const struct gp_metric *gp_sample_metric(const struct gp_sample *sample, const char *name);
/* The text of what it ran on, or "". */
const char *gp_sample_about(const struct gp_sample *sample, const char *key);
/* The first reason stays. */
void gp_sample_reject(struct gp_sample *sample, enum gp_sample_state state, const char *why);

#endif
