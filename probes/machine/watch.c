/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_GIVEN_UP 8
#define LOOKS         10 /* at the child, in the time that one path has */

/* Shared by the parent and its child; only the child writes while it runs. */
struct gp_watch {
	atomic_ulong step; /* odd while the child waits for path */
	char path[PATH_MAX];
	char given_up[MOST_GIVEN_UP][PATH_MAX];
	size_t n;
	int to_parent; /* the child's end; -1: all is read */
};

int gp_watch_enter(struct gp_watch *watch, const char *path)
{
	for (size_t i = 0; i < watch->n; i++)
		if (gp_is_at_or_below(path, watch->given_up[i]))
			return -ETIMEDOUT;
	memcpy(watch->path, path, strlen(path) + 1);
	atomic_fetch_add(&watch->step, 1);
	return 0;
}

void gp_watch_leave(struct gp_watch *watch)
{
	atomic_fetch_add(&watch->step, 1);
}

const char *gp_watch_given_up(const struct gp_watch *watch, size_t i)
{
	return watch && i < watch->n ? watch->given_up[i] : NULL;
}

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(2 * sizeof(int))];
};

/* Standard output and error, to the child. */
static void give_output(int socket)
{
	static const int output[] = {STDOUT_FILENO, STDERR_FILENO};
	union control control = {0};
	char byte = 0;
	struct iovec bytes = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

	rights->cmsg_level = SOL_SOCKET;
	rights->cmsg_type = SCM_RIGHTS;
	rights->cmsg_len = CMSG_LEN(sizeof(output));
	memcpy(CMSG_DATA(rights), output, sizeof(output));
	sendmsg(socket, &message, MSG_NOSIGNAL);
}

static bool take_output(int socket)
{
	int output[2];
	char byte;
	union control control = {0};
	struct iovec bytes = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &bytes,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	struct cmsghdr *rights;

	if (send(socket, "", 1, MSG_NOSIGNAL) != 1 || recvmsg(socket, &message, 0) != 1)
		return false;
	rights = CMSG_FIRSTHDR(&message);
	if (!rights || rights->cmsg_len != CMSG_LEN(sizeof(output)))
		return false;
	memcpy(output, CMSG_DATA(rights), sizeof(output));
	for (int i = 0; i < 2; i++) {
		dup2(output[i], STDOUT_FILENO + i);
		close(output[i]);
	}
	return true;
}

static void hide_output(void)
{
	int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);

	/* Numbers that are free would be taken by the next files: better seen than mixed up. */
	if (nothing < 0)
		return;
	dup2(nothing, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	close(nothing);
}

void gp_watch_over(struct gp_watch *watch)
{
	if (!watch || watch->to_parent < 0)
		return;
	if (!take_output(watch->to_parent))
		_exit(2); /* nobody is there any more */
	close(watch->to_parent);
	watch->to_parent = -1;
}

/* Notes the path, unless the child has left it by now. */
static bool is_stuck(struct gp_watch *watch, unsigned long seen)
{
	memcpy(watch->given_up[watch->n], watch->path, PATH_MAX);
	return atomic_load(&watch->step) == seen;
}

/* True: the child has read all, or has ended; false: it waits for given_up[n]. */
static bool attend(struct gp_watch *watch, int socket, unsigned int deadline_ms)
{
	struct pollfd child = {.fd = socket, .events = POLLIN};
	unsigned long seen = 0;
	char byte;

	for (int looks = 0; looks < LOOKS || !is_stuck(watch, seen);) {
		int n = poll(&child, 1, (int)(deadline_ms / LOOKS) + 1);
		unsigned long step = atomic_load(&watch->step);

		if (n > 0) {
			if (recv(socket, &byte, 1, 0) == 1)
				give_output(socket);
			return true;
		}
		looks = step == seen && step % 2 && n == 0 ? looks + 1 : 0;
		seen = step;
	}
	return false;
}

/* As if the child's end were our own. */
static int status_of(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 2;
	if (WIFSIGNALED(status)) {
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
		return 128 + WTERMSIG(status);
	}
	return WEXITSTATUS(status);
}

/* Where a second one of a directory does not answer, none will; /etc or /proc is too much to lose.
 */
static void widen(struct gp_watch *watch)
{
	char *path = watch->given_up[watch->n], *end = strrchr(path, '/');
	size_t length = end ? (size_t)(end - path) : 0;

	if (!length || !memrchr(path + 1, '/', length - 1))
		return;
	for (size_t i = 0; i < watch->n; i++)
		if (strncmp(watch->given_up[i], path, length + 1) == 0 &&
			!strchr(watch->given_up[i] + length + 1, '/'))
			*end = '\0';
}

static void begin_child(struct gp_watch *watch, pid_t parent, const int sockets[2])
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(2);
	close(sockets[0]);
	watch->to_parent = sockets[1];
	hide_output();
}

int gp_watch_start(unsigned int deadline_ms, struct gp_watch **ret, int *ret_status)
{
	struct gp_watch *watch = mmap(
		NULL, sizeof(*watch), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t child, parent = getpid();
	int sockets[2];

	*ret = NULL;
	if (watch == MAP_FAILED || fcntl(STDOUT_FILENO, F_GETFD) < 0 ||
		fcntl(STDERR_FILENO, F_GETFD) < 0)
		return 0;
	signal(SIGCHLD, SIG_DFL); /* where it is ignored, as at birth, children leave no status */
	for (; watch->n < MOST_GIVEN_UP; watch->n++) {
		bool answered;

		atomic_store(&watch->step, 0);
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) < 0)
			break;
		child = fork();
		if (child == 0) {
			begin_child(watch, parent, sockets);
			*ret = watch;
			return 0;
		}
		close(sockets[1]);
		if (child < 0) {
			close(sockets[0]);
			break;
		}
		answered = attend(watch, sockets[0], deadline_ms);
		close(sockets[0]);
		if (answered) {
			*ret_status = status_of(child);
			return 1;
		}
		kill(child, SIGKILL);
		widen(watch);
	}
	/* Without a child that path would stop us too. */
	return watch->n ? -ETIMEDOUT : 0;
}
