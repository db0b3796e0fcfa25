/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `compare --interleave`: two sides that can run now, in pairs whose order is drawn. */
#include <errno.h>
#include <string.h>

#include "base/process.h"
#include "bench-digest.h"
#include "compare/compare.h"
#include "compare/peer.h"
#include "run/progress.h"
#include "run/run.h"
#include "stats/stats.h"

#define TOOL       "gpupass-bench"
#define PAIRS      10
#define MOST_PAIRS 1000

struct interleave {
	struct gp_bench_run run; /* options and output; nothing is measured here */
	const char *sides[2];
	const char *host; /* of the second; NULL: this machine */
	unsigned int pairs;
	struct gp_compare_options compare;
	struct gp_peer peers[2];
	struct gp_strings ids; /* of what both measure */
	struct gp_progress progress;
	struct gp_random random;
	struct gp_strings told; /* ids of what was complained about */
};

static int complain(struct interleave *i, const char *what)
{
	return gp_bench_complain(&i->run, what);
}

/* ---- the command line */

static int refuse(struct interleave *i, const char *option, const char *value, const char *why)
{
	return complain(i, gp_printf(i->run.arena, "%s %s: %s", option,
				   gp_printable(i->run.arena, value, strlen(value), 60), why));
}

static int take_own(struct interleave *i, const char *option, const char *value)
{
	uint64_t pairs;

	if (strcmp(option, "--on") == 0) {
		i->host = value + strlen("ssh:");
		if (!gp_starts_with(value, "ssh:") || !gp_remote_is_host(i->host))
			return refuse(i, option, value, "use ssh:HOST or ssh:USER@HOST");
	} else if (strcmp(option, "--band") == 0) {
		if (!gp_bench_parse_number(value, &i->compare.band) || i->compare.band < 0 ||
			i->compare.band > 50)
			return refuse(i, option, value, "percent, from 0 to 50");
		i->compare.band /= 100;
	} else {
		if (gp_parse_u64(value, 10, &pairs) || !pairs || pairs > MOST_PAIRS)
			return refuse(i, option, value, "a number from 1 to 1000");
		i->pairs = (unsigned int)pairs;
	}
	return 0;
}

/* Takes out what run does not have; the rest is run's. */
static int parse_own(struct interleave *i, int argc, char **argv, int *ret_argc, char **ret_argv)
{
	static const char *const own[] = {"--pairs", "--on", "--band", NULL};

	for (int at = 0; at < argc; at++) {
		int left = argc - at - 1;

		if (strcmp(argv[at], "--interleave") == 0) {
			if (left < 2)
				return complain(i, "--interleave needs two sides, each "
						   "\"[NAME=VALUE]... DEVICE\"");
			i->sides[0] = argv[++at];
			i->sides[1] = argv[++at];
		} else if (gp_is_one_of(argv[at], own)) {
			if (!left)
				return complain(
					i, gp_printf(i->run.arena, "%s needs a value", argv[at]));
			at++;
			if (take_own(i, argv[at - 1], argv[at]))
				return 2;
		} else {
			ret_argv[(*ret_argc)++] = argv[at];
		}
	}
	return 0;
}

static int parse(struct interleave *i, int argc, char **argv)
{
	struct gp_arena *arena = i->run.arena;
	char **rest = gp_alloc(arena, (size_t)argc + 1, sizeof(*rest));
	const char *why = NULL;
	int n = 0, status;

	for (int at = 1; at < argc; at++)
		if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0) {
			i->run.options.help = true;
			return 0;
		}
	status = parse_own(i, argc, argv, &n, rest);
	if (status)
		return status;
	if (gp_bench_options_parse(arena, n, rest, &i->run.options, &why))
		return complain(i, why);
	if (i->run.options.devices.n || i->run.options.session || i->run.options.label)
		return complain(i, "--device, --label and --session are not for --interleave: the "
				   "sides say what runs where");
	i->run.options.settings.runs = i->pairs;
	return 0;
}

/* ---- the sides */

static const char *label_of(struct interleave *i, size_t side)
{
	const char *text = i->sides[side], *host = side ? i->host : NULL;
	bool same = strcmp(i->sides[0], i->sides[1]) == 0 && !i->host;

	/* The same thing twice shows what differs by chance alone. */
	if (same)
		return gp_printf(i->run.arena, "%s (%c)", text, side ? 'B' : 'A');
	return host ? gp_printf(i->run.arena, "%s on %s", text, host) : text;
}

static int start_sides(struct interleave *i)
{
	const char *why = NULL;

	for (size_t side = 0; side < 2; side++) {
		i->peers[side].label = label_of(i, side);
		if (strlen(i->peers[side].label) > 80)
			return complain(i, "--interleave: a side is longer than 80 bytes");
		if (gp_peer_start(i->run.arena, i->sides[side], side ? i->host : NULL,
			    &i->run.options, &i->peers[side], &why))
			return complain(i, why);
	}
	return 0;
}

/* One after the other, as the clips that they make. */
static int await_sides(struct interleave *i)
{
	struct gp_progress progress = gp_progress_new(stderr, i->run.options.quiet, 0, 0);
	const char *why = NULL;
	int error = 0;

	for (size_t side = 0; side < 2 && !error; side++) {
		gp_progress_say(
			&progress, gp_printf(i->run.arena, "%c asks its driver, makes clips",
					   side ? 'B' : 'A'));
		error = gp_peer_ready(&i->peers[side], &why);
	}
	gp_progress_clear(&progress);
	return error ? complain(i, why) : 0;
}

static const char *value_of(const struct gp_record *record, const char *id, const char **ret_text)
{
	const struct gp_row *row = NULL;

	while ((row = gp_record_next(record, "fact", row)))
		if (strcmp(row->id, id) == 0) {
			*ret_text = row->text;
			return row->value;
		}
	return "";
}

/* Like run does: on what, before the first sample. */
static void say_sides(struct interleave *i)
{
	struct gp_arena *arena = i->run.arena;

	for (size_t side = 0; side < 2 && !i->run.options.quiet; side++) {
		const struct gp_record *record = &i->peers[side].record;
		const char *because = "", *unused = "";
		const char *mode = value_of(record, "bench.mode", &because);
		const char *name = value_of(record, "bench.target", &unused);

		fprintf(stderr, TOOL ": %c is %s: mode %s, %s (%s)\n", side ? 'B' : 'A',
			gp_printable(arena, i->peers[side].label, strlen(i->peers[side].label), 80),
			gp_printable(arena, mode, strlen(mode), 40),
			gp_printable(arena, name, strlen(name), 100),
			gp_printable(arena, because, strlen(because), 200));
	}
}

static int find_common(struct interleave *i)
{
	double seconds = 0;

	gp_each (experiment, &i->peers[0].experiments) {
		const struct gp_peer_experiment *other = gp_peer_find(&i->peers[1], experiment->id);

		if (!other)
			continue;
		gp_strings_add(i->run.arena, &i->ids, experiment->id);
		seconds += experiment->seconds + other->seconds;
	}
	i->progress = gp_progress_new(
		stderr, i->run.options.quiet, i->ids.n * i->pairs * 2, seconds * i->pairs);
	if (i->ids.n)
		return 0;
	return complain(i, "there is nothing that both sides could measure");
}

/* ---- the pairs */

static void show(struct interleave *i, const struct gp_peer *peer, const char *id,
	const struct gp_peer_experiment *experiment, unsigned int pair)
{
	const struct gp_target target = {.subject = peer->label};
	const char *dot = strchr(id, '.');
	struct gp_experiment shown = {
		.workload = gp_strndup(i->run.arena, id, dot ? (size_t)(dot - id) : strlen(id)),
		.variant = dot ? dot + 1 : "",
		.target = &target,
		.seconds = experiment->seconds,
	};

	gp_progress_show(&i->progress, &shown, pair);
	gp_progress_done(&i->progress, &shown);
}

static int take_half(struct interleave *i, size_t side, const char *id, unsigned int pair)
{
	struct gp_peer *peer = &i->peers[side];
	struct gp_peer_experiment *experiment = gp_peer_find(peer, id);
	const char *why = NULL, *gone = NULL;
	int error;

	show(i, peer, id, experiment, pair);
	error = gp_peer_take(peer, experiment, pair, &why, &gone);
	if (error == -EINTR || gp_interrupted())
		return -EINTR;
	if (error || (why && !gp_strings_has(&i->told, id))) {
		gp_progress_clear(&i->progress);
		gp_strings_add(i->run.arena, &i->told, id);
		complain(i,
			error ? gone
			      : gp_printf(i->run.arena, "%s on %s, pair %u: %s", id, peer->label,
					pair, gp_printable(i->run.arena, why, strlen(why), 300)));
	}
	return error;
}

static bool has_failed(struct interleave *i, const char *id)
{
	return gp_peer_find(&i->peers[0], id)->has_failed ||
	       gp_peer_find(&i->peers[1], id)->has_failed;
}

/* Both halves are taken, also where the first is invalid: nothing is left out by its result. */
static int take_pair(struct interleave *i, const char *id, unsigned int pair)
{
	size_t first = (size_t)gp_random_below(&i->random, 2);
	int error;

	if (has_failed(i, id))
		return 0;
	error = take_half(i, first, id, pair);
	return error ? error : take_half(i, !first, id, pair);
}

static void shuffle(struct interleave *i)
{
	for (size_t n = i->ids.n; n > 1; n--) {
		size_t other = (size_t)gp_random_below(&i->random, n);
		const char *kept = i->ids.items[n - 1];

		i->ids.items[n - 1] = i->ids.items[other];
		i->ids.items[other] = kept;
	}
}

/* 0, or 2: a side is gone, which was said. */
static int take_pairs(struct interleave *i)
{
	int error = 0;

	for (unsigned int pair = 1; !error && pair <= i->pairs; pair++) {
		shuffle(i);
		gp_each (id, &i->ids)
			if (!error)
				error = take_pair(i, *id, pair);
	}
	gp_progress_clear(&i->progress);
	i->run.is_interrupted = error != 0;
	return error && error != -EINTR ? 2 : 0;
}

/* ---- what came of it */

static void append(struct gp_record *record, const struct gp_record *rows)
{
	gp_each (row, rows)
		gp_record_add(record, row);
}

static int write_all(struct interleave *i)
{
	struct gp_arena *arena = i->run.arena;
	struct gp_record raw = {.arena = arena}, shown = {.arena = arena};
	struct gp_compare_parts parts = {0};
	const char *why = NULL;
	bool is_comparable = true;

	for (size_t side = 0; side < 2; side++) {
		if (i->run.is_interrupted)
			gp_peer_stamp(&i->peers[side], "interrupted", "ended early");
		gp_compare_add(arena, &parts, i->peers[side].label, &i->peers[side].record);
		append(&raw, &i->peers[side].record);
	}
	if (gp_compare_records(arena, parts.items, parts.n, &i->compare, &shown, &why)) {
		complain(i, why);
		is_comparable = false;
	}
	if (gp_bench_write(&i->run, &raw, is_comparable ? &shown : &raw))
		return 2;
	if (!is_comparable)
		return 2;
	return i->run.is_interrupted || gp_compare_is_worse(&shown) ? 1 : 0;
}

static void usage(void)
{
	fputs("Usage: " TOOL " compare --interleave SIDE_A SIDE_B [OPTION]...\n"
	      "Measure two sides in turn, in pairs whose order is drawn; say what B is of A.\n"
	      "A side is a device, with settings for its programs before it where there are\n"
	      "some: \"LIBVA_DRIVER_NAME=i965 renderD128\". A device twice shows the noise.\n"
	      "\n"
	      "      --pairs N           otherwise 10; below 6 the intervals assume more\n"
	      "      --on ssh:HOST       the second side is there, by ssh\n"
	      "      --band PERCENT      what differs by less is called equal; 1\n"
	      "\n"
	      "All else as for run:\n"
	      "\n",
		stdout);
	gp_bench_options_usage(stdout);
}

static int compare(struct interleave *i)
{
	int status = start_sides(i), written;

	if (!status)
		status = await_sides(i);
	if (status)
		return status;
	say_sides(i);
	status = find_common(i);
	if (status)
		return status;
	status = take_pairs(i);
	if (gp_interrupted())
		complain(i, "interrupted: what is finished is compared");
	written = write_all(i);
	return status ? status : written;
}

int gp_bench_interleave(struct gp_arena *arena, int argc, char **argv)
{
	struct interleave i = {.run = {.arena = arena, .tool = TOOL},
		.pairs = PAIRS,
		.compare = {GP_COMPARE_BAND, GP_COMPARE_SEED, gp_time_stamp(arena)}};
	int status = parse(&i, argc, argv);

	if (status)
		return status;
	if (i.run.options.help) {
		usage();
		return 0;
	}
	i.compare.seed = i.run.options.settings.seed;
	i.random = gp_random_seeded(i.compare.seed);
	gp_catch_interrupts();
	status = gp_bench_check_output(&i.run) ? 2 : compare(&i);
	for (size_t side = 0; side < 2; side++)
		gp_peer_end(&i.peers[side]);
	return status;
}
