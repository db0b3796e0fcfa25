/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ATTEMPT_H
#define GP_ATTEMPT_H

#include "machine/read.h"

/*
 * Whether a driver works is only known once it is tried, and drivers crash and hang. So each try
 * is a program of its own, gpupass-try-PROBE SUBJECT, that loads the driver, says lines of text
 * about it and may be killed. What it said is the fact, in the same form live and in a capture,
 * which has it as a file below /.try:
 *
 *   KEY VALUE...         what the program found out; the keys are those of its layer
 *   said TEXT            what the driver, or a library, wrote to standard error
 *   end exit STATUS      how it ended, behind all other lines; or
 *   end signal NUMBER    it crashed; or
 *   end timeout SECONDS  it did not come back and was killed
 *
 * What it had said by then counts.
 */
struct gp_attempt {
	const char *probe;   /* vaapi */
	const char *subject; /* /dev/dri/renderD128: an absolute path, or "" where it needs none */
	int error; /* negative errno; -ENODATA: not tried; -ENOENT: no such program here */
	struct gp_bytes said; /* where there is no error */
};

struct gp_attempts {
	struct gp_attempt *items;
	size_t n;
};

#define GP_ATTEMPT_SECONDS 20         /* that each has */
#define GP_ATTEMPT_MOST    (1u << 20) /* bytes of what it says */

/* "/.try/vaapi/dev/dri/renderD128" */
char *gp_attempt_path(struct gp_arena *arena, const struct gp_attempt *attempt);

enum gp_tried_end {
	GP_TRIED_CUT, /* how it ended is not known */
	GP_TRIED_EXITED,
	GP_TRIED_CRASHED,
	GP_TRIED_HUNG,
};

struct gp_tried_line {
	const char *key;
	const char *value; /* printable, cut at 1000 bytes */
};

/* What came of an attempt. */
struct gp_tried {
	struct gp_origin from; /* its path: "gpupass-try-vaapi /dev/dri/renderD128" */
	const char *subject;
	struct gp_tried_line *items; /* without the last, "end" */
	size_t n;
	enum gp_tried_end end;
	uint64_t number; /* exit status, signal, seconds */
};

struct gp_tried gp_tried_read(struct gp_arena *arena, const struct gp_attempt *attempt);
/* The value of the first line with that key after `after` (NULL: from the start), or NULL. */
const struct gp_tried_line *gp_tried_next(
	const struct gp_tried *tried, const char *key, const struct gp_tried_line *after);
/* The same of the first; NULL where there is none. */
const char *gp_tried_get(const struct gp_tried *tried, const char *key);
/* "crashed (Segmentation fault)", "did not answer in 20 s", "ended with status 3". */
const char *gp_tried_ended(struct gp_arena *arena, const struct gp_tried *tried);

/* ---- for sources: attempt-run.c */

/*
 * Runs the programs: one at a time on each device, and alone where the subject is no device, which
 * may use any of them. where they are; NULL: where this program is.
 */
void gp_attempts_run(struct gp_arena *arena, struct gp_attempts *attempts, const char *directory,
	unsigned int seconds);

#endif
