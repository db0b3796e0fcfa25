/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_WATCH_H
#define GP_WATCH_H

#include "machine/source.h"

/*
 * A read that never comes back, of a dying device or a file system whose server is stuck, must cost
 * no more than what was read. Nothing in a process can end such a read, so a child does the work
 * and its parent watches: where the child waits too long for one path, the child is left behind,
 * and another one begins again, to which that path, and what is below, is unreadable (ETIMEDOUT);
 * of a directory in which two do not answer, all of it.
 *
 * Until gp_watch_over() the child has no standard output or error: whoever waits for their end must
 * not wait for a child that was left behind.
 */
struct gp_watch;

/*
 * Comes back in the child as 0, with *ret; or in the parent when all is over, as 1, with the exit
 * status in *ret_status. Where there can be no child, *ret is NULL and the work goes on without.
 * -ETIMEDOUT, in the parent: too many paths do not answer.
 */
int gp_watch_start(unsigned int deadline_ms, struct gp_watch **ret, int *ret_status);
/* All has been read; NULL is fine, and so is a second time. */
void gp_watch_over(struct gp_watch *watch);
/* A path that was given up, from the 0th; NULL behind the last. */
const char *gp_watch_given_up(const struct gp_watch *watch, size_t i);

/* Tells the watch what inner is asked for; takes inner. */
struct gp_source *gp_watched_new(
	struct gp_arena *arena, struct gp_source *inner, struct gp_watch *watch);

/* For sources: what follows is about path. -ETIMEDOUT: it was given up. */
int gp_watch_enter(struct gp_watch *watch, const char *path);
void gp_watch_leave(struct gp_watch *watch);

#endif
