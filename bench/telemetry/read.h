/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_READ_FILES_H
#define GP_READ_FILES_H

#include "base/text.h"

/*
 * Small files of /proc and /sys, as they are now. root: "" or where a test's tree begins. Absent,
 * unreadable and malformed are three different answers: -ENOENT; what the kernel said; -EBADMSG.
 */

/* The text with a NUL behind it, cut where the buffer ends; its length. */
int gp_live_text(const char *root, const char *path, char *buffer, size_t size, size_t *ret);
/* A whole number with nothing but a newline behind it, which may have a sign. */
int gp_live_number(const char *root, const char *path, double *ret);
bool gp_live_has(const char *root, const char *path);
/* Names in a directory, sorted, at most so many; none where it cannot be listed. */
struct gp_strings gp_live_list(
	struct gp_arena *arena, const char *root, const char *path, size_t most);
/* The last part of what a link says, or NULL. */
const char *gp_live_link(struct gp_arena *arena, const char *root, const char *path);

/* Why, in a few words: "/sys/... is not there". */
const char *gp_live_why(struct gp_arena *arena, const char *path, int error);

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t gp_live_now(void);

#endif
