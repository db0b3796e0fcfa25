/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/compare.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "base/process.h"
#include "bench-digest.h"
#include "output.h"
#include "render.h"

#define USAGE                                                                                \
	"Usage: gpupass-bench compare A B... [OPTION]...\n"                                  \
	"       gpupass-bench compare --interleave SIDE_A SIDE_B [OPTION]...\n"              \
	"Say what B is of A: ratios with intervals, and whether that is better or worse.\n"  \
	"\n"                                                                                 \
	"A and B are records of gpupass-bench run --output; - is standard input. What was\n" \
	"measured in turn (--session) is paired, one file a step or all in one; of others\n" \
	"there are ratios and no verdict. Sides are told apart by their --label, else by\n"  \
	"file.\n"                                                                            \
	"\n"                                                                                 \
	"      --band PERCENT    what differs by less is called equal; 1\n"                  \
	"      --seed NUMBER     of what is drawn by chance, for percentiles; 1\n"           \
	"      --format FORMAT   %s\n"                                                       \
	"  -o, --output FILE     write FILE, whole or not at all; - is standard output\n"    \
	"      --color WHEN      auto, always or never\n"                                    \
	"      --verbose, --quiet\n"                                                         \
	"\n"                                                                                 \
	"Exit status: 0; 1 something is worse; 2 the command line, a record or the output\n" \
	"is unusable, or the records cannot be compared.\n"

struct options {
	struct gp_arena *arena;
	struct gp_compare_options compare;
	const struct gp_face *face;
	const char *path, *color;
	bool verbose, quiet, done;
};

enum { OPT_BAND = 256, OPT_SEED, OPT_FORMAT, OPT_COLOR, OPT_VERBOSE, OPT_QUIET };

static const struct option long_options[] = {
	{"band", required_argument, NULL, OPT_BAND},
	{"seed", required_argument, NULL, OPT_SEED},
	{"format", required_argument, NULL, OPT_FORMAT},
	{"output", required_argument, NULL, 'o'},
	{"color", required_argument, NULL, OPT_COLOR},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"quiet", no_argument, NULL, OPT_QUIET},
	{"help", no_argument, NULL, 'h'},
	{0},
};

static int complain(const char *what)
{
	fprintf(stderr, "gpupass-bench: %s\n", what);
	return -EINVAL;
}

static int refuse(struct gp_arena *arena, const char *option, const char *value, const char *why)
{
	return complain(gp_printf(
		arena, "%s %s: %s", option, gp_printable(arena, value, strlen(value), 40), why));
}

static int take_band(struct options *options, const char *value)
{
	double percent;

	if (!gp_bench_parse_number(value, &percent) || percent < 0 || percent > 50)
		return refuse(options->arena, "--band", value, "percent, from 0 to 50");
	options->compare.band = percent / 100;
	return 0;
}

static int take_face(struct options *options, const char *value)
{
	options->face = gp_face_find(value);
	if (options->face)
		return 0;
	return refuse(options->arena, "--format", value,
		gp_printf(options->arena, "there is %s", gp_face_names(options->arena)));
}

static int take_option(struct options *options, int option)
{
	switch (option) {
	case OPT_BAND:
		return take_band(options, optarg);
	case OPT_SEED:
		return gp_parse_u64(optarg, 10, &options->compare.seed)
			       ? refuse(options->arena, "--seed", optarg, "not a number")
			       : 0;
	case OPT_FORMAT:
		return take_face(options, optarg);
	case 'o':
		options->path = optarg;
		return 0;
	case OPT_COLOR:
		options->color = optarg;
		return 0;
	case OPT_VERBOSE:
		options->verbose = true;
		return 0;
	case OPT_QUIET:
		options->quiet = true;
		return 0;
	case 'h':
		options->done = true;
		return 0;
	default:
		return -EINVAL; /* getopt_long() has said why */
	}
}

static int parse(struct options *options, int argc, char **argv)
{
	int option, r;

	optind = 0;
	while ((option = getopt_long(argc, argv, "o:h", long_options, NULL)) != -1) {
		r = take_option(options, option);
		if (r || options->done)
			return r;
	}
	if (optind < argc)
		return 0;
	return complain("compare: no record is given; compare --help says more");
}

static int read_parts(struct gp_arena *arena, const char *path, struct gp_compare_parts *parts)
{
	struct gp_record *record = gp_new(arena, struct gp_record);
	const char *shown = gp_printable(arena, path, strlen(path), 0), *why = "";
	bool standard = gp_equal(path, "-");
	FILE *in = standard ? stdin : fopen(path, "re");
	int r;

	if (!in)
		return complain(gp_printf(arena, "%s: %s", shown, strerror(errno)));
	record->arena = arena;
	r = gp_record_read_csv(record, in, &why);
	if (!standard)
		fclose(in);
	shown = standard ? "standard input" : shown;
	if (r)
		return complain(gp_printf(arena, "%s: %s", shown, why));
	gp_compare_add(arena, parts, shown, record);
	return 0;
}

static int write_record(const struct options *options, const struct gp_record *record)
{
	struct gp_style style = {.verbose = options->verbose, .quiet = options->quiet};
	struct gp_output output;
	const char *why = NULL;
	int r = gp_output_open(options->arena, &output, options->path, &why);

	if (r)
		return complain(why);
	r = gp_style_for(&style, output.stream, options->color);
	if (r)
		why = "--color: there is auto, always, never";
	else if ((r = gp_render(options->face, record, &style, output.stream)))
		why = gp_output_error(options->arena, &output, -r);
	else
		r = gp_output_commit(options->arena, &output, &why);
	gp_output_discard(&output);
	return r ? complain(why) : 0;
}

int gp_bench_compare(struct gp_arena *arena, int argc, char **argv)
{
	struct options options = {.arena = arena,
		.compare = {GP_COMPARE_BAND, GP_COMPARE_SEED, gp_time_stamp(arena)},
		.face = gp_face_find("text"),
		.color = "auto"};
	struct gp_compare_parts parts = {0};
	struct gp_record record = {.arena = arena};
	const char *why = NULL;

	if (parse(&options, argc, argv))
		return 2;
	if (options.done)
		return printf(USAGE, gp_face_names(arena)) < 0 ? 2 : 0;
	for (int i = optind; i < argc; i++)
		if (read_parts(arena, argv[i], &parts))
			return 2;
	if (gp_compare_records(arena, parts.items, parts.n, &options.compare, &record, &why)) {
		complain(why);
		return 2;
	}
	if (write_record(&options, &record))
		return 2;
	return gp_compare_is_worse(&record) ? 1 : 0;
}
