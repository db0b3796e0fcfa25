/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PIPES_H
#define GP_PIPES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* What a worker says on its two outputs, line by line, however much it is. */

#define GP_PIPES_LINE  65536 /* bytes of a line: histograms */
#define GP_PIPES_ERROR 300

enum { GP_PIPE_OUTPUT, GP_PIPE_ERRORS, GP_N_PIPES };

/* A line that is not complete yet. */
struct gp_partial {
	char *text; /* of GP_PIPES_LINE bytes; NULL: nothing was read yet */
	size_t n;
	bool is_long; /* more came than there is room for */
};

struct gp_pipes {
	int fds[GP_N_PIPES]; /* -1: closed */
	struct gp_partial partial[GP_N_PIPES];
	struct gp_strings lines;    /* of standard output, whole */
	size_t size;                /* of them */
	bool is_ready;              /* one of them says so */
	bool is_cut;                /* it said more, which is lost */
	char error[GP_PIPES_ERROR]; /* the last line of standard error that is not empty, cut */
	size_t n_error;
};

/* ret_ends: the worker's, for its standard output and standard error. 0, or -errno. */
int gp_pipes_make(struct gp_pipes *pipes, int ret_ends[GP_N_PIPES]);
/* Reads what there is now. */
void gp_pipes_read(struct gp_arena *arena, struct gp_pipes *pipes);
/* Until there is something, at most so many milliseconds; a signal ends it. */
void gp_pipes_wait(const struct gp_pipes *pipes, int milliseconds);
void gp_pipes_close(struct gp_arena *arena, struct gp_pipes *pipes);
/* For people; "" where it wrote nothing. */
const char *gp_pipes_last_error(struct gp_arena *arena, const struct gp_pipes *pipes);

/* CLOCK_MONOTONIC in milliseconds. */
int64_t gp_pipes_now(void);
void gp_pipes_pause(int milliseconds);

#endif
