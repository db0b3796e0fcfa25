/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_WORKLOAD_H
#define GP_WORKLOAD_H

#include "sample.h"
#include "settings.h"
#include "target.h"
#include "worker/worker.h"

/* What all runs of one command share. */
struct gp_bench {
	struct gp_arena *arena;
	const struct gp_settings *settings;
	const struct gp_facts *facts;
	struct gp_workers *workers; /* starts them: worker/worker.h */
	const char *directory;      /* private, gone at the end: clips, caches */
	struct gp_sidecar *sidecar; /* for telemetry: gp_telemetry_of */
	const char *telemetry_root; /* likewise */
	double patience;            /* seconds that a worker may take longer than it should */
	bool only_looks; /* nothing is going to be run, so nothing is made for it either */
	GP_LIST(struct gp_target) targets; /* the processor is the last, as baseline */
};

/*
 * One thing to measure on one target: "transcode.h264-1080p" on 0000:00:02.0. Its rows in the
 * record have the id WORKLOAD.VARIANT.METRIC; none of the three holds a dot.
 */
struct gp_experiment {
	const char *workload, *variant;
	const char *title;   /* "H.264 1080p to 720p, as fast as it goes" */
	const char *primary; /* the metric that it is for: "fps" */
	const struct gp_target *target;
	struct gp_order order;  /* what its worker is told */
	double seconds;         /* that one run takes, warm-up and validation included, about */
	double window;          /* seconds that are measured in one run; 0: as it comes */
	unsigned int most_runs; /* that are of use; 0: as many as the settings say */
	GP_LIST(const struct gp_experiment *) beside; /* what goes on at the same time */
	const char *cannot; /* why it cannot be run here, in one line; NULL: it can */
	/* Takes one sample: gp_run_one() where one worker does it all. */
	void (*run)(struct gp_bench *bench, const struct gp_experiment *experiment,
		struct gp_sample *ret);
};

struct gp_experiments {
	struct gp_experiment *items;
	size_t n;
};

/* To add a workload: a file here, and a row in gp_workloads[]. */
struct gp_workload {
	const char *name; /* what --workload calls it */
	const char *title;
	bool is_usual, is_quick; /* part of a run that names none; of a quick one */
	/* Adds what there is to measure on this target, with these settings. May take a while:
	   clips are made here. */
	void (*plan)(
		struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret);
};

extern const struct gp_workload gp_workloads[];
extern const size_t gp_n_workloads;

/* One worker by itself, with telemetry beside, judged. */
void gp_run_one(
	struct gp_bench *bench, const struct gp_experiment *experiment, struct gp_sample *ret);

/* A worker is asked, and says what it knows within so many seconds: NULL, or why it did not. */
const char *gp_ask(struct gp_bench *bench, const struct gp_order *order, double seconds,
	struct gp_sample *ret);

/* ---- the plans: one file each */
void gp_plan_transcode(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret);
void gp_plan_streams(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret);
void gp_plan_render(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret);
void gp_plan_compute(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret);
void gp_plan_mixed(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret);

#endif
