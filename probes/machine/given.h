/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GIVEN_H
#define GP_GIVEN_H

#include "machine/source.h"

/*
 * Files that are none of the machine's file system, at paths below /.given, so that a capture keeps
 * them and replays them like any other:
 *   /.given/NAME/NUMBER      what was handed over with gp_given_add()
 *   /.given/ct/PID/etc/FILE  group or passwd as the process PID has it: a container's, whose root
 *                            no path leads to. Live only; links do not lead out of that root.
 *   /.given/root/DIRECTORY/etc/FILE
 *                            the same of one that does not run: its root is a directory of the host
 * Everything else is asked of inner.
 */
#define GP_GIVEN      "/.given"
#define GP_GIVEN_SAID GP_GIVEN "/said" /* what a ticket quotes */

struct gp_source *gp_given_new(struct gp_arena *arena, struct gp_source *inner, bool live);
/* At /.given/NAME/N, N counted from 0 for each name; data is copied. */
void gp_given_add(struct gp_source *given, const char *name, const void *data, size_t size);

#endif
