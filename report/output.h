/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OUTPUT_H
#define GP_OUTPUT_H

#include <stdio.h>

#include "base/arena.h"

/*
 * Where a program's result goes. A new file appears whole or not at all: it is written beside its
 * place and renamed onto it at the end. Standard output, pipes and devices are just written to.
 */
struct gp_output {
	FILE *stream;          /* to write to */
	const char *path;      /* NULL: standard output */
	const char *temporary; /* NULL: written in place */
};

/*
 * path: NULL or "-" is standard output; it must outlive the output. 0, or -errno and one line
 * about it in *ret_error.
 */
int gp_output_open(
	struct gp_arena *arena, struct gp_output *output, const char *path, const char **ret_error);

/*
 * Flushes, and puts the file in its place: only now has anything happened. 0, or -errno and one
 * line in *ret_error; then no new file is left, and an old one is as it was.
 */
int gp_output_commit(struct gp_arena *arena, struct gp_output *output, const char **ret_error);

/*
 * One line about an errno that writing to the stream came upon: "FILE: cannot be written: No space
 * left on device".
 */
const char *gp_output_error(struct gp_arena *arena, const struct gp_output *output, int error);

/* Gives up what is not committed, as far as it has not left this process. Fine after a commit, and
 * on a zeroed output. */
void gp_output_discard(struct gp_output *output);

#endif
