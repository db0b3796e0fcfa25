/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "worker/pipes.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MOST_SAID  (1u << 20) /* bytes of standard output that are kept */
#define MOST_READS 64         /* at once, of one that never stops */
#define MOST_LINES 5000
#define ROOM       (1 << 20) /* bytes that a pipe should hold */

int64_t gp_pipes_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void gp_pipes_pause(int milliseconds)
{
	poll(NULL, 0, milliseconds);
}

int gp_pipes_make(struct gp_pipes *pipes, int ret_ends[GP_N_PIPES])
{
	for (int i = 0; i < GP_N_PIPES; i++) {
		int both[2];

		if (pipe2(both, O_CLOEXEC) < 0) {
			int error = -errno;

			while (i--) {
				close(pipes->fds[i]);
				pipes->fds[i] = -1;
			}
			return error;
		}
		/* One that talks much is not slowed down by it, where the system lets it. */
		fcntl(both[0], F_SETPIPE_SZ, ROOM);
		fcntl(both[0], F_SETFL, O_NONBLOCK);
		pipes->fds[i] = both[0];
		ret_ends[i] = both[1];
	}
	return 0;
}

static void add_output(struct gp_arena *arena, struct gp_pipes *pipes, const char *line, size_t n)
{
	if (pipes->size + n > MOST_SAID || pipes->lines.n == MOST_LINES) {
		pipes->is_cut = true;
		return;
	}
	pipes->size += n;
	gp_strings_add(arena, &pipes->lines, gp_strndup(arena, line, n));
	if (gp_starts_with(pipes->lines.items[pipes->lines.n - 1], "ready "))
		pipes->is_ready = true;
}

static void keep_error(struct gp_pipes *pipes, const struct gp_partial *line)
{
	pipes->n_error = line->n < GP_PIPES_ERROR ? line->n : GP_PIPES_ERROR;
	memcpy(pipes->error, line->text, pipes->n_error);
}

static void add_line(struct gp_arena *arena, struct gp_pipes *pipes, int pipe)
{
	struct gp_partial *line = &pipes->partial[pipe];

	if (line->is_long && pipe == GP_PIPE_OUTPUT)
		pipes->is_cut = true;
	else if (line->n && pipe == GP_PIPE_OUTPUT)
		add_output(arena, pipes, line->text, line->n);
	else if (line->n)
		keep_error(pipes, line);
	line->n = 0;
	line->is_long = false;
}

static void take(
	struct gp_arena *arena, struct gp_pipes *pipes, int pipe, const char *bytes, size_t n)
{
	struct gp_partial *line = &pipes->partial[pipe];

	if (!line->text)
		line->text = gp_alloc(arena, GP_PIPES_LINE, 1);
	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n')
			add_line(arena, pipes, pipe);
		else if (!bytes[i] || line->n == GP_PIPES_LINE)
			line->is_long = line->is_long || bytes[i];
		else
			line->text[line->n++] = bytes[i];
	}
}

static void close_one(struct gp_arena *arena, struct gp_pipes *pipes, int pipe)
{
	if (pipes->fds[pipe] < 0)
		return;
	add_line(arena, pipes, pipe);
	close(pipes->fds[pipe]);
	pipes->fds[pipe] = -1;
}

void gp_pipes_read(struct gp_arena *arena, struct gp_pipes *pipes)
{
	char bytes[4096];

	for (int pipe = 0; pipe < GP_N_PIPES; pipe++)
		for (int i = 0; i < MOST_READS && pipes->fds[pipe] >= 0; i++) {
			ssize_t n = read(pipes->fds[pipe], bytes, sizeof(bytes));

			if (n > 0)
				take(arena, pipes, pipe, bytes, (size_t)n);
			else if (n == 0 || (errno != EINTR && errno != EAGAIN))
				close_one(arena, pipes, pipe);
			else if (errno == EAGAIN)
				break;
		}
}

void gp_pipes_wait(const struct gp_pipes *pipes, int milliseconds)
{
	struct pollfd fds[GP_N_PIPES];

	/* A closed one is -1, which poll() leaves out. */
	for (int i = 0; i < GP_N_PIPES; i++)
		fds[i] = (struct pollfd){.fd = pipes->fds[i], .events = POLLIN};
	poll(fds, GP_N_PIPES, milliseconds);
}

void gp_pipes_close(struct gp_arena *arena, struct gp_pipes *pipes)
{
	for (int i = 0; i < GP_N_PIPES; i++)
		close_one(arena, pipes, i);
}

const char *gp_pipes_last_error(struct gp_arena *arena, const struct gp_pipes *pipes)
{
	return gp_printable(arena, pipes->error, pipes->n_error, 0);
}
