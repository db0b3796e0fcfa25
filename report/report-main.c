/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff.h"
#include "file-list.h"
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

#define USAGE                                                                                \
	"Usage: gpupass-report FILE... [--format FORMAT] [-o FILE]\n"                        \
	"       gpupass-report --diff BEFORE AFTER [--format text|markdown] [-o FILE]\n"     \
	"Say what records hold: as a page to attach to a ticket, a table, or text.\n"        \
	"\n"                                                                                 \
	"FILE is a record as gpupass-doctor --format csv and gpupass-bench write it;\n"      \
	"- is standard input. Of several, those of a host, its guests and its\n"             \
	"containers are joined; many become an overview.\n"                                  \
	"\n"                                                                                 \
	"      --files-from LIST read the names of records from LIST too, one a line, or\n"  \
	"                        each ended by NUL; - is standard input\n"                   \
	"      --diff            what changed from the first record to the second\n"         \
	"      --format FORMAT   text, html, markdown, csv, json or prometheus; otherwise\n" \
	"                        as the name after -o ends (.html, .md, ...), or text\n"     \
	"  -o, --output FILE     write FILE, whole or not at all; - is standard output\n"    \
	"      --color WHEN      auto, always or never\n"                                    \
	"      --verbose         text: every finding and every fact; all that changed\n"     \
	"      --quiet           text: only what is wrong, a line each; with --diff one\n"   \
	"                        line, where something differs\n"                            \
	"      --help            this text\n"                                                \
	"      --version         which gpupass this is\n"                                    \
	"\n"                                                                                 \
	"Exit status: 0, or 2 where the command line, a record or the output is\n"           \
	"unusable. With --diff: 0 nothing differs, 1 something does, 2 as above.\n"

struct options {
	const struct gp_face *face;
	const struct gp_diff_face *diff_face;
	const char *format, *path, *color, *list;
	bool diff, verbose, quiet, done;
};

/* Something differs: no error. */
#define DIFFERS 1

enum {
	OPT_DIFF = 256,
	OPT_FILES_FROM,
	OPT_FORMAT,
	OPT_COLOR,
	OPT_VERBOSE,
	OPT_QUIET,
	OPT_HELP,
	OPT_VERSION
};

static const struct option long_options[] = {
	{"diff", no_argument, NULL, OPT_DIFF},
	{"files-from", required_argument, NULL, OPT_FILES_FROM},
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

static int choose_face(struct gp_arena *arena, struct options *options)
{
	const char *name = options->format;

	if (!name)
		name = gp_face_for_file(options->path)->name;
	if (!options->format && options->diff && !gp_diff_face_find(name))
		name = "text";

	options->face = gp_face_find(name);
	options->diff_face = gp_diff_face_find(name);
	if (options->diff ? options->diff_face != NULL : options->face != NULL)
		return 0;
	complain("--format %s: there is %s", gp_printable(arena, name, strlen(name), 40),
		options->diff ? gp_printf(arena, "%s with --diff", gp_diff_face_names(arena))
			      : gp_face_names(arena));
	return -EINVAL;
}

static int take_option(struct options *options, int option)
{
	switch (option) {
	case OPT_DIFF:
		options->diff = true;
		return 0;
	case OPT_FILES_FROM:
		options->list = optarg;
		return 0;
	case OPT_FORMAT:
		options->format = optarg;
		return 0;
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
		r = take_option(options, option);
		if (r || options->done)
			return r;
	}
	if (optind == argc && !options->list)
		complain("no record given; --help says more");
	else if (options->diff && options->list)
		complain("--diff takes two records, and no --files-from");
	else if (options->diff && argc - optind != 2)
		complain("--diff takes two records, one before and one after");
	else
		return choose_face(arena, options);
	return -EINVAL;
}

/* What is at work: the output that is open, and what draws to it. */
struct report {
	struct gp_arena *arena;
	const struct options *options;
	struct gp_output output;
	struct gp_style style;
	struct gp_drawing drawing;
	const char *from; /* the file that is being read, as it is shown */
};

static FILE *open_record(struct report *report, const char *path)
{
	FILE *in;

	report->from = gp_printable(report->arena, path, strlen(path), 0);
	if (gp_equal(path, "-")) {
		report->from = "standard input";
		return stdin;
	}
	in = fopen(path, "re");
	if (!in)
		complain("%s: %s", report->from, strerror(errno));
	return in;
}

static void close_record(FILE *in)
{
	if (in != stdin)
		fclose(in);
}

static int open_output(struct report *report)
{
	const char *why;
	int r = gp_output_open(report->arena, &report->output, report->options->path, &why);

	if (r) {
		complain("%s", why);
		return r;
	}
	report->style.verbose = report->options->verbose;
	report->style.quiet = report->options->quiet;
	r = gp_style_for(&report->style, report->output.stream, report->options->color);
	if (r)
		complain("--color: there is auto, always, never");
	return r;
}

static int cannot_write(const struct report *report, int error)
{
	complain("%s", gp_output_error(report->arena, &report->output, -error));
	return error;
}

static int commit(struct report *report)
{
	const char *why;
	int r = gp_output_commit(report->arena, &report->output, &why);

	if (r)
		complain("%s", why);
	return r;
}

static int take(const struct gp_record_taker *taker, const struct gp_record *part)
{
	struct report *report = taker->data;

	return gp_drawing_take(&report->drawing, part, report->from);
}

static int draw_file(struct report *report, const char *path)
{
	const struct gp_record_taker taker = {.take = take, .data = report};
	FILE *in = open_record(report, path);
	const char *why = "";
	int r;

	if (!in)
		return -ENOENT;
	r = gp_record_each_csv(report->arena, in, &taker, &why);
	close_record(in);
	if (r && *why)
		complain("%s: %s", report->from, why);
	else if (r)
		cannot_write(report, r);
	return r;
}

/* Those of the command line, then those of the list. */
static int name_files(struct report *report, char **paths, struct gp_strings *files)
{
	const char *list = report->options->list;
	FILE *in;
	int r;

	for (; *paths; paths++)
		gp_strings_add(report->arena, files, *paths);
	if (!list)
		return 0;
	in = open_record(report, list);
	if (!in)
		return -ENOENT;
	r = gp_file_list(report->arena, in, files);
	close_record(in);
	if (r)
		complain("%s: cannot be read: %s", report->from, strerror(-r));
	else if (!files->n)
		complain("%s: names no record", report->from);
	return r ? r : files->n ? 0 : -ENODATA;
}

static int draw_files(struct report *report, const struct gp_strings *files)
{
	int r = gp_drawing_begin(
		&report->drawing, report->options->face, &report->style, report->output.stream);

	if (r)
		return cannot_write(report, r);
	for (size_t i = 0; !r && i < files->n; i++)
		r = draw_file(report, files->items[i]);
	if (r)
		return r;
	r = gp_drawing_end(&report->drawing);
	return r ? cannot_write(report, r) : commit(report);
}

static int read_whole(struct report *report, const char *path, struct gp_record *record)
{
	FILE *in = open_record(report, path);
	const char *why = "";
	int r;

	if (!in)
		return -ENOENT;
	r = gp_record_read_csv(record, in, &why);
	close_record(in);
	if (r)
		complain("%s: %s", report->from, why);
	return r;
}

static int draw_diff(struct report *report, char **paths)
{
	struct gp_record before = {.arena = report->arena}, after = {.arena = report->arena};
	struct gp_diff diff;
	int r = read_whole(report, paths[0], &before);

	if (!r)
		r = read_whole(report, paths[1], &after);
	if (r)
		return r;
	diff = gp_diff(report->arena, &before, &after);
	r = report->options->diff_face->render(&diff, &report->style, report->output.stream);
	r = r ? cannot_write(report, r) : commit(report);
	return r ? r : diff.n ? DIFFERS : 0;
}

static int draw(struct report *report, char **paths)
{
	struct gp_strings files = {0};
	int r;

	if (report->options->diff)
		return draw_diff(report, paths);
	r = name_files(report, paths, &files);
	return r ? r : draw_files(report, &files);
}

static int read_and_write(struct gp_arena *arena, const struct options *options, char **paths)
{
	struct report report = {.arena = arena, .options = options};
	int r = open_output(&report);

	if (!r)
		r = draw(&report, paths);
	gp_drawing_free(&report.drawing);
	gp_output_discard(&report.output);
	return r;
}

static int run(struct gp_arena *arena, int argc, char **argv)
{
	struct options options = {.color = "auto"};
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
	return r ? r : read_and_write(arena, &options, argv + optind);
}

int main(int argc, char **argv)
{
	struct gp_arena *arena = gp_arena_new();
	int r;

	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error like others */
	r = run(arena, argc, argv);
	gp_arena_free(arena);
	return r < 0 ? 2 : r;
}
