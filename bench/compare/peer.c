/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/peer.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "run/serve.h"
#include "to-record.h"
#include "worker/worker.h"

#define MOST_EXPERIMENTS 256
#define MOST_BYTES       (8u << 20) /* of one record */
#define TO_PREPARE       900        /* seconds: clips are made */
#define TO_SAY           20
#define TO_END           5
/* What it says a run takes is about: a search for streams takes as long as it takes. */
#define LONGER 10

/* ---- starting it */

static void add(
	struct gp_arena *arena, struct gp_strings *words, const char *option, const char *value)
{
	gp_strings_add(arena, words, option);
	if (value)
		gp_strings_add(arena, words, value);
}

static void add_all(struct gp_arena *arena, struct gp_strings *words, const char *option,
	const struct gp_strings *values)
{
	gp_each (value, values)
		add(arena, words, option, *value);
}

static void add_settings(
	struct gp_arena *arena, struct gp_strings *words, const struct gp_settings *settings)
{
	add_all(arena, words, "--workload", &settings->workloads);
	add_all(arena, words, "--codec", &settings->codecs);
	add_all(arena, words, "--preset", &settings->presets);
	gp_each (size, &settings->sizes)
		add(arena, words, "--size", gp_printf(arena, "%ux%u", size->width, size->height));
	if (settings->input)
		add(arena, words, "--input", settings->input);
	if (settings->quick)
		add(arena, words, "--quick", NULL);
	add(arena, words, "--runs", gp_printf(arena, "%u", settings->runs));
	add(arena, words, "--seconds", gp_printf(arena, "%.9g", settings->seconds));
	add(arena, words, "--warmup", gp_printf(arena, "%.9g", settings->warmup));
	add(arena, words, "--seed", gp_printf(arena, "%llu", (unsigned long long)settings->seed));
}

static const char *own_path(struct gp_arena *arena)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	return n > 0 ? gp_strndup(arena, path, (size_t)n) : "gpupass-bench";
}

static bool is_setting(const char *word)
{
	size_t n = strcspn(word, "=");

	return word[n] == '=' && n &&
	       strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz_0123456789") == n;
}

/* What stands before the device. */
static const char *environment_of(struct gp_arena *arena, const char *side)
{
	struct gp_strings given = gp_split(arena, side, " ");

	given.n -= given.n > 0;
	gp_strings_sort(&given);
	return gp_join(arena, &given, " ");
}

/* "env NAME=VALUE gpupass-bench serve --device DEVICE ..."; NULL: that is no side. */
static const char *const *command_of(struct gp_arena *arena, const char *side, const char *host,
	const struct gp_bench_options *options, const char *label)
{
	struct gp_strings given = gp_split(arena, side, " "), words = {0};

	gp_strings_add(arena, &words, "env");
	for (size_t i = 0; i + 1 < given.n; i++) {
		if (!is_setting(given.items[i]))
			return NULL;
		gp_strings_add(arena, &words, given.items[i]);
	}
	if (!given.n || is_setting(given.items[given.n - 1]) || *given.items[given.n - 1] == '-')
		return NULL;
	gp_strings_add(arena, &words, host ? "gpupass-bench" : own_path(arena));
	gp_strings_add(arena, &words, "serve");
	add(arena, &words, "--device", given.items[given.n - 1]);
	add(arena, &words, "--label", label);
	add(arena, &words, "--quiet", NULL);
	add(arena, &words, "--patience", gp_printf(arena, "%.9g", options->patience));
	if (options->mode)
		add(arena, &words, "--mode", gp_modes_name(arena, options->mode));
	if (options->sidecar)
		add(arena, &words, "--sidecar", options->sidecar);
	if (*options->telemetry_root)
		add(arena, &words, "--telemetry-root", options->telemetry_root);
	add_settings(arena, &words, &options->settings);
	gp_strings_add(arena, &words, NULL);
	return words.items;
}

int gp_peer_start(struct gp_arena *arena, const char *side, const char *host,
	const struct gp_bench_options *options, struct gp_peer *ret, const char **ret_error)
{
	const char *const *command = command_of(arena, side, host, options, ret->label);

	ret->arena = ret->record.arena = arena;
	ret->patience = options->patience;
	ret->environment = environment_of(arena, side);
	if (!command) {
		*ret_error = gp_printf(arena, "\"%s\": a side is [NAME=VALUE]... DEVICE",
			gp_printable(arena, side, strlen(side), 80));
		return -EINVAL;
	}
	return gp_remote_start(arena, host, command, &ret->remote, ret_error);
}

/* ---- what it says */

static const char *gone(struct gp_peer *peer, int error)
{
	const char *why = error == -ETIMEDOUT  ? "it does not answer"
			  : error == -EMSGSIZE ? "it says too much"
			  : error == -EPROTO   ? "that is no gpupass-bench serve of this version"
					       : gp_remote_why(peer->arena, peer->remote);

	/* What it complained of, in its own name. */
	if (gp_starts_with(why, "gpupass-bench: "))
		why += strlen("gpupass-bench: ");
	/* Of its device it speaks by name. */
	if (gp_starts_with(why, gp_printf(peer->arena, "%s: ", peer->label)))
		return why;
	return gp_printf(peer->arena, "%s: %s", peer->label, why);
}

/* The next line, or -errno; a look at the user now and then. */
static int next_line(struct gp_peer *peer, double seconds, const char **ret)
{
	int error = -ETIMEDOUT;

	for (double waited = 0; error == -ETIMEDOUT && waited < seconds; waited += 0.5) {
		error = gp_remote_line(peer->remote, 0.5, ret);
		if (error == -ETIMEDOUT && gp_interrupted())
			return -EINTR;
	}
	return error;
}

static bool take_experiment(struct gp_peer *peer, const char *line)
{
	struct gp_strings words = gp_split(peer->arena, line, " ");
	struct gp_peer_experiment experiment = {.id = words.n > 1 ? words.items[1] : ""};
	uint64_t seconds;

	if (words.n < 3 || !gp_is_plain(experiment.id, "._-") ||
		peer->experiments.n + peer->cannot.n >= MOST_EXPERIMENTS)
		return false;
	if (strcmp(words.items[0], "cannot") == 0) {
		*gp_push(peer->arena, &peer->cannot) = experiment;
		return true;
	}
	/* About: whole seconds will do. */
	if (strcmp(words.items[0], "experiment") != 0 ||
		gp_parse_u64(gp_strndup(peer->arena, words.items[2], strcspn(words.items[2], ".")),
			10, &seconds) ||
		seconds > 100000)
		return false;
	experiment.seconds = (double)seconds + 1;
	*gp_push(peer->arena, &peer->experiments) = experiment;
	return true;
}

static bool is_fact_already(const struct gp_record *record, const struct gp_row *row)
{
	if (strcmp(row->kind, "fact") != 0)
		return false;
	gp_each (other, record) {
		bool same = true;

		for (size_t i = 0; same && i < GP_N_COLUMNS; i++)
			same = gp_equal(other->cells[i], row->cells[i]);
		if (same)
			return true;
	}
	return false;
}

/* What the other side may add: meta rows begin a record, and are said once. */
static bool is_wanted(const struct gp_peer *peer, const struct gp_row *row)
{
	static const char *const first[] = {"meta", "fact", NULL}, *const later[] = {
									   "fact", "run", NULL};

	return gp_is_one_of(row->kind, peer->is_ready ? later : first) &&
	       !is_fact_already(&peer->record, row);
}

/* Adds the rows of CSV text. */
static int take_rows(struct gp_peer *peer, char *text, size_t size, struct gp_record *ret)
{
	FILE *in = fmemopen(text, size, "r");
	const char *why = NULL;
	int error = in ? 0 : -errno;

	*ret = (struct gp_record){.arena = peer->arena};
	if (in)
		error = gp_record_read_csv(ret, in, &why);
	if (in)
		fclose(in);
	gp_each (row, ret)
		if (!error && is_wanted(peer, row))
			gp_record_add(&peer->record, row);
	return error ? -EPROTO : 0;
}

/* Reads CSV up to a line that is none, which is *ret_end; others go to take_experiment(). */
static int read_record(
	struct gp_peer *peer, double seconds, struct gp_record *ret_rows, const char **ret_end)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	const char *line;
	int error = to ? 0 : -ENOMEM;

	*ret_end = NULL;
	while (!error && !*ret_end) {
		error = next_line(peer, seconds, &line);
		if (error)
			break;
		if (*line == '"')
			fprintf(to, "%s\n", line);
		else if (peer->is_ready || !take_experiment(peer, line))
			*ret_end = gp_strdup(peer->arena, line);
		if (ftell(to) > (long)MOST_BYTES)
			error = -EMSGSIZE;
	}
	if (to)
		fclose(to);
	if (!error && size)
		error = take_rows(peer, text, size, ret_rows);
	free(text);
	return error;
}

void gp_peer_stamp(struct gp_peer *peer, const char *id, const char *value)
{
	struct gp_record stamped = {.arena = peer->arena};
	const char *host = peer->record.n ? peer->record.items->host : "";

	/* Meta rows stand together; of two the first counts. */
	gp_meta(&stamped, host, id, value);
	gp_each (row, &peer->record)
		gp_record_add(&stamped, row);
	peer->record = stamped;
}

/* What it has anyway, and what was given to it. */
static const char *whole_environment(const struct gp_peer *peer)
{
	const char *usual = gp_record_meta(&peer->record, "environment");
	struct gp_strings words = gp_split(peer->arena, usual ? usual : "", " ");
	struct gp_strings given = gp_split(peer->arena, peer->environment, " ");

	gp_each (word, &given)
		gp_strings_add_once(peer->arena, &words, *word);
	gp_strings_sort(&words);
	return gp_join(peer->arena, &words, " ");
}

int gp_peer_ready(struct gp_peer *peer, const char **ret_error)
{
	struct gp_record rows;
	const char *line;
	int error = next_line(peer, TO_PREPARE, &line);

	if (!error && strcmp(line, GP_SERVE_HELLO) != 0)
		error = -EPROTO;
	if (!error)
		error = read_record(peer, TO_PREPARE, &rows, &line);
	if (!error && strcmp(line, GP_SERVE_READY) != 0)
		error = -EPROTO;
	peer->is_ready = !error;
	if (!error && *peer->environment)
		gp_peer_stamp(peer, "environment", whole_environment(peer));
	if (error)
		*ret_error = gone(peer, error);
	return error;
}

/* Why its rows do not count, if they do not. */
static const char *why_invalid(const struct gp_record *rows)
{
	gp_each (row, rows)
		if (strcmp(row->kind, "run") == 0 && strcmp(row->verdict, "invalid") == 0)
			return row->text;
	return NULL;
}

int gp_peer_take(struct gp_peer *peer, struct gp_peer_experiment *experiment, unsigned int pair,
	const char **ret_why, const char **ret_error)
{
	struct gp_record rows = {0};
	const char *end = NULL;
	int error = gp_remote_say(peer->remote, TO_SAY,
		gp_printf(peer->arena, "run %s %u %u", experiment->id, pair, pair));

	*ret_why = NULL;
	if (!error)
		error = read_record(peer,
			LONGER * experiment->seconds + 2 * peer->patience + TO_SAY, &rows, &end);
	if (!error && strcmp(end, GP_SERVE_FAILED) == 0)
		experiment->has_failed = true;
	else if (!error && strcmp(end, GP_SERVE_DONE) != 0)
		error = -EPROTO;
	if (error)
		*ret_error = gone(peer, error);
	else
		*ret_why = why_invalid(&rows);
	return error;
}

void gp_peer_end(struct gp_peer *peer)
{
	gp_remote_end(peer->remote, TO_END);
	peer->remote = NULL;
}

struct gp_peer_experiment *gp_peer_find(struct gp_peer *peer, const char *id)
{
	gp_each (experiment, &peer->experiments)
		if (strcmp(experiment->id, id) == 0)
			return experiment;
	return NULL;
}
