/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/sidecar.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remote/line-reader.h"
#include "remote/remote.h"
#include "telemetry/gauges.h"
#include "telemetry/read.h"
#include "telemetry/timeline.h"
#include "telemetry/thread.h"
#include "worker/worker.h"

#define MOST_OLD     (16 << 20) /* bytes of a file that was there before */
#define MOST_REASONS 12
#define HELLO        20  /* seconds until the other side says what it is */
#define HELLO_ASKED  120 /* ... where ssh may ask for a password */
#define TICK_MS      50

struct reason {
	char name[32];
	int64_t at; /* when it was said last */
};

/* One quantity that the other side watches. */
struct heard {
	char name[40], unit[16];
	bool is_unknown;
	char unknown[128]; /* why */
	struct gp_timeline series;
	GP_LIST(struct reason) reasons;
};

struct gp_sidecar {
	struct gp_arena *arena; /* its own: the thread's, under the lock */
	const char *name;       /* for people: the host, or the file */
	struct gp_remote *remote;
	struct gp_line_reader file;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock;
	bool is_to_stop, has_hello;
	const char *ended; /* why nothing more comes; NULL: it goes on */
	GP_LIST(struct heard) heard;
	struct gp_abouts facts;
};

/* ---- what it says: under the lock */

static struct heard *heard_of(struct gp_sidecar *sidecar, const char *name)
{
	struct heard *added;

	gp_each (heard, &sidecar->heard)
		if (strcmp(heard->name, name) == 0)
			return heard;
	if (sidecar->heard.n == GP_SIDECAR_SERIES)
		return NULL;
	added = gp_push(sidecar->arena, &sidecar->heard);
	*added = (struct heard){0};
	memcpy(added->name, name, strlen(name) + 1);
	return added;
}

static void note_reason(
	struct gp_sidecar *sidecar, struct heard *heard, const char *name, int64_t at)
{
	struct reason *reason = NULL;

	if (strlen(name) >= sizeof(reason->name) || !gp_is_plain(name, "-_"))
		return;
	gp_each (known, &heard->reasons)
		if (strcmp(known->name, name) == 0)
			reason = known;
	if (!reason && heard->reasons.n < MOST_REASONS)
		reason = gp_push(sidecar->arena, &heard->reasons);
	if (!reason)
		return;
	memcpy(reason->name, name, strlen(name) + 1);
	reason->at = at;
}

static void hear_gauge(
	struct gp_sidecar *sidecar, struct gp_arena *scratch, const struct gp_sidecar_line *line)
{
	struct heard *heard = heard_of(sidecar, line->name);
	struct gp_strings reasons = gp_split(scratch, line->text, " ");
	int64_t at = gp_live_now();

	if (!heard)
		return;
	memcpy(heard->unit, line->unit, sizeof(heard->unit));
	heard->is_unknown = false;
	gp_timeline_add(sidecar->arena, &heard->series, at, line->value);
	for (size_t i = 0; i < reasons.n && i < MOST_REASONS; i++)
		note_reason(sidecar, heard, reasons.items[i], at);
}

static void hear_unknown(struct gp_sidecar *sidecar, const struct gp_sidecar_line *line)
{
	struct heard *heard = heard_of(sidecar, line->name);

	if (!heard)
		return;
	heard->is_unknown = true;
	snprintf(heard->unknown, sizeof(heard->unknown), "%.*s", (int)sizeof(heard->unknown) - 1,
		line->text);
	gp_timeline_add(sidecar->arena, &heard->series, gp_live_now(), NAN);
}

static void hear_fact(struct gp_sidecar *sidecar, const struct gp_sidecar_line *line)
{
	gp_each (fact, &sidecar->facts)
		if (strcmp(fact->key, line->name) == 0)
			return;
	if (sidecar->facts.n < GP_SIDECAR_FACTS)
		*gp_push(sidecar->arena, &sidecar->facts) =
			(struct gp_about){.key = gp_strdup(sidecar->arena, line->name),
				.text = gp_strdup(sidecar->arena, line->text)};
}

static void hear_hello(
	struct gp_sidecar *sidecar, struct gp_arena *scratch, struct gp_sidecar_line *line)
{
	const char *text = gp_printf(scratch, "%s %s", line->name, line->text);

	sidecar->has_hello = true;
	sidecar->ended = NULL;
	memcpy(line->name, "sidecar", sizeof("sidecar"));
	line->text[0] = '\0';
	strncat(line->text, text, sizeof(line->text) - 1);
	hear_fact(sidecar, line);
}

static void hear(struct gp_sidecar *sidecar, const char *text, bool is_old)
{
	struct gp_arena *scratch = gp_arena_new();
	struct gp_sidecar_line line;

	if (gp_sidecar_parse(scratch, text, &line)) {
		pthread_mutex_lock(&sidecar->lock);
		if (line.kind == GP_SAYS_HELLO)
			hear_hello(sidecar, scratch, &line);
		else if (line.kind == GP_SAYS_FACT)
			hear_fact(sidecar, &line);
		else if (line.kind == GP_SAYS_GAUGE && !is_old)
			hear_gauge(sidecar, scratch, &line);
		else if (line.kind == GP_SAYS_UNKNOWN)
			hear_unknown(sidecar, &line);
		else if (line.kind == GP_SAYS_BYE)
			sidecar->ended = "it has ended";
		pthread_mutex_unlock(&sidecar->lock);
	}
	gp_arena_free(scratch);
}

/* ---- the thread */

static bool is_to_stop(struct gp_sidecar *sidecar)
{
	bool is_so;

	pthread_mutex_lock(&sidecar->lock);
	is_so = sidecar->is_to_stop;
	pthread_mutex_unlock(&sidecar->lock);
	return is_so;
}

static void hear_end(struct gp_sidecar *sidecar)
{
	struct gp_arena *scratch = gp_arena_new();
	const char *why = gp_remote_why(scratch, sidecar->remote);

	pthread_mutex_lock(&sidecar->lock);
	sidecar->ended = gp_strdup(sidecar->arena, why);
	pthread_mutex_unlock(&sidecar->lock);
	gp_arena_free(scratch);
}

static void *listen_remote(void *context)
{
	struct gp_sidecar *sidecar = context;
	const char *line;

	while (!is_to_stop(sidecar)) {
		int r = gp_remote_line(sidecar->remote, TICK_MS * 1e-3, &line);

		if (r == 0)
			hear(sidecar, line, false);
		if (r == -EPIPE) {
			hear_end(sidecar);
			break;
		}
	}
	return NULL;
}

/* What there is of the file now. */
static void hear_file(struct gp_sidecar *sidecar, bool is_old)
{
	const char *line;
	size_t n = 0;
	bool is_long;

	while (n < MOST_OLD && gp_line_reader_fill(&sidecar->file)) {
		n += sidecar->file.n;
		while ((line = gp_line_reader_next(&sidecar->file, &is_long)))
			if (!is_long)
				hear(sidecar, line, is_old);
	}
}

static void *listen_file(void *context)
{
	struct gp_sidecar *sidecar = context;

	while (!is_to_stop(sidecar)) {
		hear_file(sidecar, false);
		usleep(TICK_MS * 1000);
	}
	return NULL;
}

/* ---- from outside */

static int open_file(struct gp_sidecar *sidecar, struct gp_arena *arena, const char *path,
	const char **ret_error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat about;

	if (fd < 0 || fstat(fd, &about) < 0 ||
		!(S_ISREG(about.st_mode) || S_ISFIFO(about.st_mode))) {
		int r = fd < 0 ? -errno : -EINVAL;

		if (fd >= 0)
			close(fd);
		*ret_error = gp_printf(arena, "%s: %s", path,
			r == -EINVAL ? "it is neither a file nor a FIFO" : strerrordesc_np(-r));
		return r;
	}
	gp_line_reader_init(&sidecar->file, sidecar->arena, fd, 4096);
	if (S_ISREG(about.st_mode))
		hear_file(sidecar, true);
	return 0;
}

/* Waits until it says what it is; a login may greet first. */
static int await_hello(struct gp_sidecar *sidecar, struct gp_arena *arena, const char **ret_error)
{
	bool may_ask = access("/dev/tty", R_OK | W_OK) == 0;
	int64_t until = gp_live_now() + (may_ask ? HELLO_ASKED : HELLO) * INT64_C(1000000000);
	const char *line;
	int r = 0;

	while (!sidecar->has_hello && r != -EPIPE && !gp_interrupted() && gp_live_now() < until) {
		r = gp_remote_line(sidecar->remote, 1, &line);
		if (r == 0)
			hear(sidecar, line, false);
	}
	if (sidecar->has_hello)
		return 0;
	*ret_error = gp_printf(arena, "the sidecar on %s: %s", sidecar->name,
		gp_remote_why(arena, sidecar->remote));
	return r == -EPIPE ? r : -ETIMEDOUT;
}

/* "HOST[,DEVICE[,vfN]]" */
static int open_remote(struct gp_sidecar *sidecar, struct gp_arena *arena, const char *where,
	const char **ret_error)
{
	struct gp_strings parts = gp_split(sidecar->arena, where, ",");
	const char *argv[6] = {"gpupass-bench", "sidecar"};
	size_t n = 2;
	int r;

	if (!parts.n || parts.n > 3 || (parts.n == 3 && !gp_starts_with(parts.items[2], "vf"))) {
		*ret_error = gp_printf(arena, "ssh:%s is not ssh:HOST,DEVICE,vfN", where);
		return -EINVAL;
	}
	if (parts.n > 1)
		argv[n++] = gp_printf(arena, "--device=%s", parts.items[1]);
	if (parts.n > 2)
		argv[n++] = gp_printf(arena, "--vf=%s", parts.items[2] + 2);
	sidecar->name = parts.items[0];
	r = gp_remote_start(sidecar->arena, parts.items[0], argv, &sidecar->remote, ret_error);
	if (r < 0) {
		*ret_error = gp_strdup(arena, *ret_error);
		return r;
	}
	return await_hello(sidecar, arena, ret_error);
}

int gp_sidecar_open(
	struct gp_arena *arena, const char *where, struct gp_sidecar **ret, const char **ret_error)
{
	struct gp_arena *own = gp_arena_new();
	struct gp_sidecar *sidecar = gp_new(own, struct gp_sidecar);
	bool is_remote = gp_starts_with(where, "ssh:");
	int r;

	sidecar->arena = own;
	sidecar->name = gp_strdup(own, where);
	sidecar->file.fd = -1;
	pthread_mutex_init(&sidecar->lock, NULL);
	r = is_remote ? open_remote(sidecar, arena, where + strlen("ssh:"), ret_error)
		      : open_file(sidecar, arena, where, ret_error);
	if (r == 0) {
		r = gp_thread_start(
			&sidecar->thread, is_remote ? listen_remote : listen_file, sidecar);
		sidecar->has_thread = r == 0;
		*ret_error = "no thread can be started";
	}
	if (r < 0) {
		gp_sidecar_close(sidecar);
		return r;
	}
	*ret = sidecar;
	return 0;
}

struct gp_abouts gp_sidecar_facts(struct gp_arena *arena, struct gp_sidecar *sidecar)
{
	struct gp_abouts facts = {0};

	pthread_mutex_lock(&sidecar->lock);
	gp_each (fact, &sidecar->facts)
		*gp_push(arena, &facts) = (struct gp_about){
			.key = gp_strdup(arena, fact->key), .text = gp_strdup(arena, fact->text)};
	pthread_mutex_unlock(&sidecar->lock);
	return facts;
}

void gp_sidecar_close(struct gp_sidecar *sidecar)
{
	if (!sidecar)
		return;
	pthread_mutex_lock(&sidecar->lock);
	sidecar->is_to_stop = true;
	pthread_mutex_unlock(&sidecar->lock);
	if (sidecar->has_thread)
		pthread_join(sidecar->thread, NULL);
	gp_remote_end(sidecar->remote, 2);
	if (sidecar->file.fd >= 0)
		close(sidecar->file.fd);
	pthread_mutex_destroy(&sidecar->lock);
	gp_arena_free(sidecar->arena);
}

/* ---- gauges: under the lock */

/* Names of hosts stay out of records. */
static const char *source_of(struct gp_arena *arena, const struct heard *heard, int64_t from)
{
	int64_t since = gp_timeline_since(&heard->series, from);
	struct gp_strings reasons = {0};

	gp_each (reason, &heard->reasons)
		if (reason->at >= since)
			gp_strings_add(arena, &reasons, reason->name);
	return gp_printf(
		arena, "%s%ssidecar", gp_join(arena, &reasons, ", "), reasons.n ? ": " : "");
}

/* In the place of one that is not known here. */
static void put(struct gp_arena *arena, struct gp_gauges *gauges, const struct gp_gauge *gauge)
{
	gp_each (known, &gauges->list)
		if (strcmp(known->name, gauge->name) == 0) {
			if (known->unknown)
				*known = *gauge;
			return;
		}
	*gp_push(arena, &gauges->list) = *gauge;
}

static void add_heard(const struct gp_sidecar *sidecar, struct gp_arena *arena,
	const struct heard *heard, int64_t from, int64_t to, struct gp_gauges *gauges)
{
	bool is_frequency = gp_starts_with(heard->name, "frequency");
	struct gp_level level = gp_timeline_level(&heard->series, from, to, is_frequency);
	struct gp_gauge gauge = {.name = gp_strdup(arena, heard->name),
		.unit = gp_strdup(arena, heard->unit),
		.source = source_of(arena, heard, from),
		.value = level.mean};
	const char *unseen = gp_gauge_unseen(arena, level.seconds, from, to);
	const char *why = sidecar->ended ? sidecar->ended : unseen;

	if (heard->is_unknown)
		why = heard->unknown;
	if (unseen)
		gauge.unknown = gp_printf(arena, "on the host: %s", why);
	else if (level.counted <= 0)
		gauge.unknown = "on the host: it slept all the time";
	put(arena, gauges, &gauge);
	if (is_frequency && !gauge.unknown) {
		gauge.name = gp_printf(arena, "%s-min", heard->name);
		gauge.value = level.low;
		put(arena, gauges, &gauge);
	}
}

void gp_sidecar_gauges(struct gp_sidecar *sidecar, struct gp_arena *arena, int64_t from, int64_t to,
	struct gp_gauges *gauges)
{
	pthread_mutex_lock(&sidecar->lock);
	gp_each (heard, &sidecar->heard)
		add_heard(sidecar, arena, heard, from, to, gauges);
	pthread_mutex_unlock(&sidecar->lock);
}
