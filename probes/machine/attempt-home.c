/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/attempt-home.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define TRIES 10 /* while those that are being killed may still write into it */

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)where;
	return kind == FTW_DP ? rmdir(path) : unlink(path);
}

static void remove_home(const char *path)
{
	for (int i = 0; i < TRIES && access(path, F_OK) == 0; i++)
		if (nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) != 0)
			poll(NULL, 0, 20);
}

/*
 * What ends the others, from a terminal or a service manager, does not end it: signals are blocked.
 */
static _Noreturn void keep(const char *path, unsigned int fd)
{
	char byte;

	setsid();
	/* Nobody is to wait for what it holds. */
	if (fd)
		close_range(0, fd - 1, 0);
	close_range(fd + 1, ~0u, 0);
	while (read((int)fd, &byte, 1) < 0 && errno == EINTR)
		continue;
	remove_home(path);
	_exit(0);
}

struct gp_attempt_home gp_attempt_home_make(void)
{
	struct gp_attempt_home home = {.path = "/tmp/gpupass-XXXXXX", .fd = -1};
	sigset_t all, before;
	int ends[2];

	sigfillset(&all);
	/* No signal comes between the directory and its keeper. */
	sigprocmask(SIG_BLOCK, &all, &before);
	if (!mkdtemp(home.path)) {
		*home.path = '\0';
	} else if (pipe2(ends, O_CLOEXEC) == 0) {
		home.keeper = fork();
		if (home.keeper == 0) {
			close(ends[1]);
			keep(home.path, (unsigned int)ends[0]);
		}
		close(ends[0]);
		home.fd = ends[1];
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return home;
}

void gp_attempt_home_leave(struct gp_attempt_home *home)
{
	if (home->fd >= 0)
		close(home->fd);
	while (home->keeper > 0 && waitpid(home->keeper, NULL, 0) < 0 && errno == EINTR)
		continue;
	if (*home->path)
		remove_home(home->path);
}
