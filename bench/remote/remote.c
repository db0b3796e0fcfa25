/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "remote/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "remote/line-reader.h"

#define CONNECT_SECONDS "10"
#define MOST_ERRORS     512 /* bytes of a line of standard error */

struct gp_remote {
	const char *host, *program;
	pid_t pid;  /* 0: it was waited for */
	int status; /* of waitpid() */
	int in;     /* its standard input; a socket, so that nobody gets SIGPIPE; -1: closed */
	int errors;
	struct gp_line_reader out;

	char error[MOST_ERRORS], last_error[MOST_ERRORS];
	size_t n_error;
};

bool gp_remote_is_host(const char *text)
{
	return *text != '-' && strlen(text) < 256 && gp_is_plain(text, "._-:@[]%+") &&
	       !strstr(text, "@-") && !gp_ends_with(text, "@");
}

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- starting it */

static const char *quoted_command(struct gp_arena *arena, const char *const *argv)
{
	struct gp_strings words = {0};

	for (; *argv; argv++)
		gp_strings_add(arena, &words, gp_shell_quoted(arena, *argv));
	return gp_join(arena, &words, " ");
}

static bool has_terminal(void)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Its ends of what it reads and writes; ours. -errno. */
static int make_ends(struct gp_arena *arena, struct gp_remote *remote, int theirs[3])
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, errors[2] = {-1, -1};
	int r = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) < 0 ||
		pipe2(out, O_CLOEXEC) < 0 || pipe2(errors, O_CLOEXEC) < 0)
		r = -errno;
	remote->in = in[0];
	gp_line_reader_init(&remote->out, arena, out[0], GP_REMOTE_LINE);
	remote->errors = errors[0];
	theirs[0] = in[1];
	theirs[1] = out[1];
	theirs[2] = errors[1];
	if (r == 0)
		for (size_t i = 0; i < 2; i++)
			fcntl(i ? errors[0] : out[0], F_SETFL, O_NONBLOCK);
	return r;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int spawn(struct gp_remote *remote, const char *const *argv, const int theirs[3])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	int r;

	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < 3; i++)
		posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	sigaddset(&usual, SIGINT);
	sigaddset(&usual, SIGTERM);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &usual);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	r = posix_spawnp(
		&remote->pid, argv[0], &actions, &attributes, (char *const *)argv, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	if (r)
		remote->pid = 0;
	return -r;
}

int gp_remote_start(struct gp_arena *arena, const char *host, const char *const *argv,
	struct gp_remote **ret, const char **ret_error)
{
	struct gp_remote *remote = gp_new(arena, struct gp_remote);
	/* Its group is ours: a password is asked for at the terminal. */
	const char *ssh[] = {"ssh", "-T", "-oConnectTimeout=" CONNECT_SECONDS,
		"-oServerAliveInterval=15", "-oServerAliveCountMax=3",
		has_terminal() ? "-oBatchMode=no" : "-oBatchMode=yes", "--", host ? host : "",
		quoted_command(arena, argv), NULL};
	int theirs[3];
	int r;

	if (host && !gp_remote_is_host(host)) {
		*ret_error = gp_printf(arena, "\"%s\" is no name of a host",
			gp_printable(arena, host, strlen(host), 80));
		return -EINVAL;
	}
	remote->host = gp_strdup(arena, host ? host : argv[0]);
	remote->program = host ? "ssh" : argv[0];
	r = make_ends(arena, remote, theirs);
	if (r == 0)
		r = spawn(remote, host ? ssh : argv, theirs);
	for (size_t i = 0; i < 3; i++)
		close_one(&theirs[i]);
	if (r < 0) {
		*ret_error = host && r == -ENOENT ? "there is no ssh here (package openssh-client)"
						  : gp_printf(arena, "%s cannot be started: %s",
							    remote->program, strerrordesc_np(-r));
		gp_remote_end(remote, 0);
		return r;
	}
	*ret = remote;
	return 0;
}

/* ---- reading */

static void end_error_line(struct gp_remote *remote)
{
	if (remote->n_error) {
		memcpy(remote->last_error, remote->error, remote->n_error);
		remote->last_error[remote->n_error] = '\0';
	}
	remote->n_error = 0;
}

/* Keeps the last line that is not empty. */
static void read_errors(struct gp_remote *remote)
{
	char text[1024];
	ssize_t n = 0;

	for (int i = 0; i < 64 && remote->errors >= 0; i++) {
		n = read(remote->errors, text, sizeof(text));
		if (n <= 0)
			break;
		for (ssize_t k = 0; k < n; k++)
			if (text[k] == '\n')
				end_error_line(remote);
			else if (text[k] != '\r' && remote->n_error < MOST_ERRORS - 1)
				remote->error[remote->n_error++] = text[k];
	}
	if (n == 0 && remote->errors >= 0) {
		end_error_line(remote);
		close_one(&remote->errors);
	}
}

static void wait_for(struct gp_remote *remote, int64_t milliseconds)
{
	struct pollfd fds[] = {
		{.fd = remote->out.fd, .events = POLLIN}, {.fd = remote->errors, .events = POLLIN}};

	poll(fds, 2, milliseconds > 60000 ? 60000 : (int)milliseconds);
	read_errors(remote);
}

int gp_remote_line(struct gp_remote *remote, double seconds, const char **ret)
{
	int64_t until = now_ms() + (int64_t)(seconds * 1000);
	bool is_long, is_last_try = false;

	for (;;) {
		int64_t left = until - now_ms();

		*ret = gp_line_reader_next(&remote->out, &is_long);
		if (*ret)
			return is_long ? -EMSGSIZE : 0;
		if (remote->out.has_ended)
			return -EPIPE;
		if (is_last_try)
			return -ETIMEDOUT;
		is_last_try = left <= 0;
		wait_for(remote, left > 0 ? left : 0);
		gp_line_reader_fill(&remote->out);
	}
}

int gp_remote_say(struct gp_remote *remote, double seconds, const char *line)
{
	int64_t until = now_ms() + (int64_t)(seconds * 1000);
	size_t size = strlen(line) + 1, n = 0;

	while (n < size) {
		const char *from = n < size - 1 ? line + n : "\n";
		size_t some = n < size - 1 ? size - 1 - n : 1;
		struct pollfd fd = {.fd = remote->in, .events = POLLOUT};
		int64_t left = until - now_ms();
		ssize_t sent = send(remote->in, from, some, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent >= 0) {
			n += (size_t)sent;
			continue;
		}
		if (errno != EAGAIN && errno != EINTR)
			return -EPIPE;
		if (left <= 0)
			return -ETIMEDOUT;
		poll(&fd, 1, left > 1000 ? 1000 : (int)left);
	}
	return 0;
}

int gp_remote_fd(const struct gp_remote *remote)
{
	return remote->out.fd;
}

/* ---- ending it */

static void pause_ms(long milliseconds)
{
	nanosleep(&(struct timespec){.tv_nsec = milliseconds * 1000000}, NULL);
}

/* True: it has ended. */
static bool wait_until(struct gp_remote *remote, int64_t until)
{
	while (remote->pid) {
		pid_t pid = waitpid(remote->pid, &remote->status, WNOHANG);

		if (pid == remote->pid || (pid < 0 && errno != EINTR))
			remote->pid = 0;
		else if (now_ms() >= until)
			return false;
		else
			pause_ms(5);
	}
	return true;
}

static const char *how_it_ended(struct gp_arena *arena, const struct gp_remote *remote)
{
	if (remote->pid)
		return gp_printf(arena, "%s does not answer", remote->host);
	if (WIFSIGNALED(remote->status))
		return gp_printf(arena, "%s was ended by signal %d", remote->program,
			WTERMSIG(remote->status));
	if (WEXITSTATUS(remote->status) == 127)
		return gp_printf(arena, "%s has no such command", remote->host);
	return gp_printf(
		arena, "%s ended with status %d", remote->program, WEXITSTATUS(remote->status));
}

const char *gp_remote_why(struct gp_arena *arena, struct gp_remote *remote)
{
	read_errors(remote);
	if (remote->out.has_ended)
		wait_until(remote, now_ms() + 1000);
	read_errors(remote);
	end_error_line(remote);
	if (*remote->last_error)
		return gp_printable(arena, remote->last_error, strlen(remote->last_error), 200);
	return how_it_ended(arena, remote);
}

void gp_remote_end(struct gp_remote *remote, double seconds)
{
	if (!remote)
		return;
	close_one(&remote->in);
	close_one(&remote->out.fd);
	if (!wait_until(remote, now_ms() + (int64_t)(seconds * 1000))) {
		kill(remote->pid, SIGTERM);
		if (!wait_until(remote, now_ms() + 1000)) {
			kill(remote->pid, SIGKILL);
			wait_until(remote, now_ms() + 1000);
		}
	}
	close_one(&remote->errors);
}
