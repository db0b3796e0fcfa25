/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_WORKER_H
#define GP_WORKER_H

#include <sys/types.h>

#include "sample.h"

/*
 * The work itself is done by programs of their own, gpupass-work-NAME KEY=VALUE..., one process for
 * each run: drivers crash and hang, and users run one process for each stream. A worker sets itself
 * up, says "ready" and waits for a line on its standard input; then it warms up, measures, checks
 * what came out, and ends. It says lines on standard output (try/say.h):
 *
 *   about KEY TEXT              what it runs on, and how: vendor, renderer, entrypoint, ffmpeg, ...
 *   ready NANOSECONDS           it is set up, which took so long: metric init; it waits to be told
 *                               to go
 *   window FROM TO              the time that was measured, CLOCK_MONOTONIC in nanoseconds
 *   metric NAME VALUE UNIT      measured over the window; VALUE as "%.9g"
 *   histogram NAME UNIT FROM:COUNT...
 *   check TEXT                  this was validated
 *   invalid TEXT                the output is not what it should be; what was measured is said too
 *   failed TEXT                 it could not be done; one line for a person
 *
 * A worker may be asked instead of measured: it says what it knows, and a check, and has no window.
 * It exits with 0 where it has said all it has to say, also where that is "failed". Whatever is
 * written to standard error is kept (the last lines of it) to explain a failure.
 */
struct gp_order {
	const char *program;           /* "transcode": gpupass-work-transcode */
	struct gp_strings arguments;   /* "device=/dev/dri/renderD128" */
	struct gp_strings environment; /* "NAME=VALUE", beyond what all workers get */
};

struct gp_workers; /* who starts them: where they are, their environment, a home of their own */
struct gp_worker;  /* one that runs */

/*
 * directory: with the programs; NULL: beside this program, or in libexec. home: for their caches.
 * Workers see the X server only with the argument "device=x11". They end with the thread that
 * started them; it must ignore SIGPIPE.
 */
struct gp_workers *gp_workers_new(struct gp_arena *arena, const char *directory, const char *home);
/* Why there is no such program, as in a build that lacks FFmpeg; NULL where it is there. */
const char *gp_workers_lack(const struct gp_workers *workers, const char *program);

/* 0, or -errno: -ENOENT where this build has no such program. */
int gp_worker_start(
	struct gp_workers *workers, const struct gp_order *order, struct gp_worker **ret);
pid_t gp_worker_pid(const struct gp_worker *worker);

/* Waits, at most so many seconds, until it is ready or has ended. True: it is ready. */
bool gp_worker_ready(struct gp_worker *worker, double seconds);
void gp_worker_go(struct gp_worker *worker);

/*
 * Waits for its end, and kills it and what it started when the seconds are over, or when
 * gp_interrupted() is set. What it said is added to the sample: state, why, metrics, about. A crash
 * and a hang make the sample GP_SAMPLE_FAILED, with the signal or the time. A zeroed sample starts
 * as valid. While one is waited for, all that run are listened to. Frees the worker.
 */
void gp_worker_end(struct gp_worker *worker, double seconds, struct gp_sample *ret);

/* ---- lines.c: pure */

/* Adds one line of a worker's to the sample; false where it is none of the above. */
bool gp_worker_line(struct gp_arena *arena, const char *line, struct gp_sample *ret);

/* ---- interrupt.c: SIGINT, SIGTERM and SIGHUP are caught once each; the next one ends the program
 */
void gp_catch_interrupts(void);
bool gp_interrupted(void);

#endif
