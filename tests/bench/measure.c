/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * measure FILE COMMAND [ARGUMENT...]: runs it with its output into FILE and says, in one line, what
 * it cost: microseconds of user and system time, KiB of memory at the most, exit status (128 and
 * more: a signal). A program of its own and this small, because a process begins with the peak of
 * the one that it was forked from.
 */
static void run(const char *output, char **command)
{
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		_exit(127);
	execvp(command[0], command);
	fprintf(stderr, "measure: %s: %s\n", command[0], strerror(errno));
	_exit(127);
}

static long long microseconds(const struct timeval *time)
{
	return time->tv_sec * 1000000ll + time->tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status;
	pid_t child;

	if (argc < 3)
		return 2;
	child = fork();
	if (child == 0)
		run(argv[1], argv + 2);
	if (child < 0 || wait4(child, &status, 0, &used) < 0)
		return 2;
	printf("%lld %ld %d\n", microseconds(&used.ru_utime) + microseconds(&used.ru_stime),
		used.ru_maxrss, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	return 0;
}
