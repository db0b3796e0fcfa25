/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OPTIONS_H
#define GP_OPTIONS_H

#include "diagnosis/diagnosis.h"
#include "render.h"

/* The command line that doctor and probes share. */

enum gp_action {
	GP_ACTION_EXAMINE,
	GP_ACTION_PLAN,
	GP_ACTION_CAPTURE,
	GP_ACTION_EXPLAIN,
	GP_ACTION_LIST,
	GP_ACTION_HELP,
	GP_ACTION_VERSION,
};

struct gp_options {
	enum gp_action action;
	const char *root; /* NULL: the live system */
	const char *ticket; /* pasted text in place of a machine; "-": standard input */
	struct gp_question question;
	unsigned layers; /* set of enum gp_layer */
	const struct gp_face *face;
	const char *output;  /* NULL: standard output */
	const char *capture; /* file to write */
	const char *explain; /* id */
	struct gp_reading reading;
	const char *color; /* auto, always, never */
	bool redact, verbose, quiet;
	bool quick; /* drivers are not tried */
	struct gp_strings allowed;
	struct gp_strings kubernetes; /* files; "-": standard input */
};

/*
 * layers: what the program looks at unless --layer says so. 0, or -EINVAL and one line in
 * *ret_error.
 */
int gp_options_parse(struct gp_arena *arena, unsigned layers, int argc, char **argv,
	struct gp_options *ret, const char **ret_error);

void gp_options_usage(const char *program, FILE *out);

#endif
