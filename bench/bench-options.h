/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_BENCH_OPTIONS_H
#define GP_BENCH_OPTIONS_H

#include "render.h"
#include "settings.h"

/* The command line of `gpupass-bench run`, `list` and `serve`. */
struct gp_bench_options {
	struct gp_strings devices; /* none: the first GPU, else the processor */
	unsigned int mode;         /* one bit of enum gp_mode; 0: as found */
	struct gp_settings settings;
	const char *label;   /* NULL: mode and subject */
	const char *session; /* a name, or a file; NULL: none */
	const char *sidecar; /* NULL: none */
	const char *format;  /* NULL: text to standard output, CSV to a file */
	const char *output;  /* NULL: standard output */
	const char *color;   /* auto, always, never */
	bool quiet, verbose, help;
	const char *telemetry_root; /* "": this machine's */
	double patience;            /* seconds that a worker may take longer than it should */
};

/* argv[0] is not looked at. 0, or -EINVAL and one line in *ret_error. */
int gp_bench_options_parse(struct gp_arena *arena, int argc, char **argv,
	struct gp_bench_options *ret, const char **ret_error);

/* The options of that command, a line each; behind its own usage. */
void gp_bench_options_usage(FILE *out);

#endif
