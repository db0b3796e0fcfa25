/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SESSION_H
#define GP_SESSION_H

#include <stdbool.h>

#include "record.h"

/*
 * Where a reboot or a rebind stands between two sides, they cannot run in turn; what drifts is then
 * evened out by the order of whole runs: A B B A A B B A... A session is a file that holds the
 * record of each step, one behind the other.
 */
struct gp_session {
	const char *name; /* NULL: there is no session */
	const char *path;
	bool is_own;                   /* the path is this program's choice */
	struct gp_record rows;         /* of the steps that are done */
	unsigned int steps;            /* how many */
	const char *label_a, *label_b; /* NULL: not known yet */
};

/*
 * named: a name, for a file in ${XDG_STATE_HOME:-~/.local/state}/gpupass, or a file, with a slash.
 * One that is not there has no steps yet. 0, or -errno and one line in *ret_error.
 */
int gp_session_open(
	struct gp_arena *arena, const char *named, struct gp_session *ret, const char **ret_error);

/* Why a run with that label is not the step that comes next; NULL: it is. */
const char *gp_session_refuses_label(
	struct gp_arena *arena, const struct gp_session *session, const char *label);
/* The same of a record, whose meta rows must agree with the first step's. */
const char *gp_session_refuses_record(
	struct gp_arena *arena, const struct gp_session *session, const struct gp_record *record);

/* Adds a step, whole or not at all. 0, or -errno and one line in *ret_error. */
int gp_session_add(struct gp_arena *arena, struct gp_session *session,
	const struct gp_record *record, const char **ret_error);

/* What is done and what comes next, in one line. */
const char *gp_session_says(struct gp_arena *arena, const struct gp_session *session);

/* Whether that step, from 1, is of side A. */
bool gp_session_is_a(unsigned int step);

#endif
