/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/sidecar.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "remote/line-reader.h"
#include "remote/remote.h"
#include "telemetry/heard.h"
#include "telemetry/read.h"
#include "telemetry/thread.h"
#include "worker/worker.h"

#define MOST_READ   (16 << 20) /* bytes of a file that are read at once */
#define HELLO       20         /* seconds until the other side says what it is */
#define HELLO_ASKED 120        /* ... where ssh may ask for a password */
#define TICK_MS     50

struct gp_sidecar {
	struct gp_arena *arena; /* its own: the thread's, under the lock */
	const char *name;       /* for people: the host, or the file */
	struct gp_remote *remote;
	struct gp_line_reader file;
	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock;
	bool is_to_stop;
	struct gp_heard heard;
};

static void hear(struct gp_sidecar *sidecar, const char *line, bool is_old)
{
	pthread_mutex_lock(&sidecar->lock);
	gp_heard_line(&sidecar->heard, line, is_old);
	pthread_mutex_unlock(&sidecar->lock);
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
	gp_heard_end(&sidecar->heard, why);
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

	while (n < MOST_READ && gp_line_reader_fill(&sidecar->file)) {
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

/* Of a file that was there before, the beginning says what it is; the rest is none of the window.
 */
static void hear_old(struct gp_sidecar *sidecar, const struct stat *about)
{
	struct gp_line_reader *file = &sidecar->file;

	hear_file(sidecar, true);
	if (lseek(file->fd, 0, SEEK_CUR) < about->st_size && lseek(file->fd, 0, SEEK_END) > 0)
		gp_line_reader_skip(file);
}

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
			r == -EINVAL   ? "it is neither a file nor a FIFO"
			: r == -ENOENT ? "there is no such file; a host is ssh:HOST"
				       : strerrordesc_np(-r));
		return r;
	}
	gp_line_reader_init(&sidecar->file, sidecar->arena, fd, 4096);
	if (S_ISREG(about.st_mode))
		hear_old(sidecar, &about);
	return 0;
}

/* Waits until it says what it is; a login may greet first. */
static int await_hello(struct gp_sidecar *sidecar, struct gp_arena *arena, const char **ret_error)
{
	bool may_ask = access("/dev/tty", R_OK | W_OK) == 0;
	int64_t until = gp_live_now() + (may_ask ? HELLO_ASKED : HELLO) * INT64_C(1000000000);
	const char *line;
	int r = 0;

	while (!sidecar->heard.has_hello && r != -EPIPE && !gp_interrupted() &&
		gp_live_now() < until) {
		r = gp_remote_line(sidecar->remote, 1, &line);
		if (r == 0)
			hear(sidecar, line, false);
	}
	if (sidecar->heard.has_hello)
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

	sidecar->arena = sidecar->heard.arena = own;
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
	struct gp_abouts facts;

	pthread_mutex_lock(&sidecar->lock);
	facts = gp_heard_facts(&sidecar->heard, arena);
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

void gp_sidecar_gauges(struct gp_sidecar *sidecar, struct gp_arena *arena, int64_t from, int64_t to,
	struct gp_gauges *gauges)
{
	pthread_mutex_lock(&sidecar->lock);
	gp_heard_gauges(&sidecar->heard, arena, from, to, gauges);
	pthread_mutex_unlock(&sidecar->lock);
}
