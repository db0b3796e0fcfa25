/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"
#include "record.h"
#include "render.h"

#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <signal.h>
#include <string.h>

#ifndef GP_VERSION
#define GP_VERSION "unversioned"
#endif

#define USAGE                                                                             \
	"Usage: gpupass-report FILE... [--format FORMAT] [-o FILE]\n"                     \
	"Say what records hold: as a page to attach to a ticket, a table, or text.\n"     \
	"\n"                                                                              \
	"FILE is a record as gpupass-doctor --format csv and gpupass-bench write it;\n"   \
	"- is standard input. Several are joined in the order given.\n"                   \
	"\n"                                                                              \
	"      --format FORMAT   text (the default), html, markdown, csv, json or\n"      \
	"                        prometheus\n"                                            \
	"  -o, --output FILE     write FILE, whole or not at all; - is standard output\n" \
	"      --color WHEN      auto, always or never\n"                                 \
	"      --verbose         text: every finding and every fact\n"                    \
	"      --quiet           text: only what is wrong, a line each\n"                 \
	"      --help            this text\n"                                             \
	"      --version         which gpupass this is\n"                                 \
	"\n"                                                                              \
	"Exit status: 0, or 2 where the command line, a record or the output is unusable.\n"

struct options {
	const struct gp_face *face;
	const char *path, *color;
	bool verbose, quiet, done;
};

enum { OPT_FORMAT = 256, OPT_COLOR, OPT_VERBOSE, OPT_QUIET, OPT_HELP, OPT_VERSION };

static const struct option long_options[] = {
	{"format", required_argument, NULL, OPT_FORMAT},
	{"output", required_argument, NULL, 'o'},
	{"color", required_argument, NULL, OPT_COLOR},
	{"verbose", no_argument, NULL, OPT_VERBOSE},
	{"quiet", no_argument, NULL, OPT_QUIET},
	{"help", no_argument, NULL, OPT_HELP},
	{"version", no_argument, NULL, OPT_VERSION},
	{0},
};

static void __attribute__((format(printf, 1, 2))) complain(const char *format, ...)
{
	va_list args;

	fputs("gpupass-report: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

static int choose_face(struct gp_arena *arena, struct options *options, const char *name)
{
	options->face = gp_face_find(name);
	if (options->face)
		return 0;
	complain("--format %s: there is %s", gp_printable(arena, name, strlen(name), 40),
		gp_face_names(arena));
	return -EINVAL;
}

static int take_option(struct gp_arena *arena, struct options *options, int option)
{
	switch (option) {
	case OPT_FORMAT:
		return choose_face(arena, options, optarg);
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
	case OPT_HELP:
		options->done = true;
		return fputs(USAGE, stdout) == EOF ? -EIO : 0;
	case OPT_VERSION:
		options->done = true;
		return puts("gpupass-report " GP_VERSION) == EOF ? -EIO : 0;
	default:
		return -EINVAL; /* getopt_long() has said why */
	}
}

static int parse(struct gp_arena *arena, struct options *options, int argc, char **argv)
{
	int option, r;

	while ((option = getopt_long(argc, argv, "o:", long_options, NULL)) != -1) {
		r = take_option(arena, options, option);
		if (r || options->done)
			return r;
	}
	if (optind < argc)
		return 0;
	complain("no record given; --help says more");
	return -EINVAL;
}

static int read_record(struct gp_record *record, const char *path)
{
	const char *shown = gp_printable(record->arena, path, strlen(path), 0), *why = "";
	bool standard = gp_equal(path, "-");
	FILE *in = standard ? stdin : fopen(path, "re");
	int r;

	if (!in) {
		complain("%s: %s", shown, strerror(errno));
		return -errno;
	}
	r = gp_record_read_csv(record, in, &why);
	if (!standard)
		fclose(in);
	if (r)
		complain("%s: %s", standard ? "standard input" : shown, why);
	return r;
}

static int write_report(const struct gp_record *record, const struct options *options)
{
	struct gp_style style = {.verbose = options->verbose, .quiet = options->quiet};
	struct gp_output output;
	const char *why;
	int r;

	r = gp_output_open(record->arena, &output, options->path, &why);
	if (r) {
		complain("%s", why);
		return r;
	}
	r = gp_style_for(&style, output.stream, options->color);
	if (r)
		complain("--color: there is auto, always, never");
	else if ((r = options->face->render(record, &style, output.stream)))
		complain("%s", gp_output_error(record->arena, &output, -r));
	else if ((r = gp_output_commit(record->arena, &output, &why)))
		complain("%s", why);
	gp_output_discard(&output);
	return r;
}

static int run(struct gp_arena *arena, int argc, char **argv)
{
	struct options options = {.face = gp_face_find("text"), .color = "auto"};
	struct gp_record record = {.arena = arena};
	struct gp_output standard;
	const char *why;
	int r;

	r = parse(arena, &options, argc, argv);
	if (!r && options.done) {
		gp_output_open(arena, &standard, NULL, &why);
		r = gp_output_commit(arena, &standard, &why);
		if (r)
			complain("%s", why);
		return r;
	}
	for (int i = optind; !r && i < argc; i++)
		r = read_record(&record, argv[i]);
	return r ? r : write_report(&record, &options);
}

int main(int argc, char **argv)
{
	struct gp_arena *arena = gp_arena_new();
	int r;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error like others */
	r = run(arena, argc, argv);
	gp_arena_free(arena);
	return r ? 2 : 0;
}
