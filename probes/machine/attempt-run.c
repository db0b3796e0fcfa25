/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the programs that try drivers: each with a deadline and a private home. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "machine/attempt-home.h"
#include "machine/attempt.h"
#include "machine/child.h"
#include "machine/source.h"

#define MOST_SAID    (256 * 1024) /* of what one says; half of it may be messages */
#define MOST_LINE    4096
#define MOST_RUNS    64
#define MOST_AT_ONCE 8
#define MOST_DRAINED 64           /* reads of what one left behind */
#define END_WAITED   1000         /* milliseconds for one that was killed */
#define MOST_WRITTEN (256u << 20) /* bytes of a file */

enum { OUTPUT, ERRORS, N_PIPES };

/* A line that is not complete yet. */
struct partial {
	char text[MOST_LINE];
	size_t n;
};

struct run {
	struct gp_attempt *attempt;
	bool is_started;
	pid_t pid; /* 0: it does not run */
	int pipes[N_PIPES];
	struct partial partial[N_PIPES];
	FILE *said;
	char *data; /* of said */
	size_t size;
	int64_t since;  /* milliseconds */
	int64_t killed; /* when it was; 0: it was not */
};

struct runner {
	struct gp_arena *arena;
	const char *directory; /* with the programs */
	struct gp_attempt_home home;
	char *const *environment;
	struct run *runs;
	size_t n;
	unsigned int seconds;
};

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/*
 * RLIMIT_AS is as it was: drivers reserve as much address space as all GPUs and the machine have
 * memory, and would fail for that limit alone.
 */
static void limit(void)
{
	struct rlimit file = {MOST_WRITTEN, MOST_WRITTEN};

	setrlimit(RLIMIT_FSIZE, &file);
}

/* In the child. */
static _Noreturn void become(const struct runner *r, const struct run *run, const char *program,
	const int ends[N_PIPES], pid_t parent)
{
	char *arguments[] = {
		(char *)(uintptr_t)program, (char *)(uintptr_t)run->attempt->subject, NULL};
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (!gp_child_begin(parent))
		_exit(127);
	limit();
	if (*r->home.path && chdir(r->home.path) != 0)
		_exit(127);
	dup2(nothing, STDIN_FILENO);
	dup2(ends[OUTPUT], STDOUT_FILENO);
	dup2(ends[ERRORS], STDERR_FILENO);
	execve(program, arguments, r->environment);
	_exit(127);
}

static int make_pipes(struct run *run, int ret_ends[N_PIPES])
{
	for (int i = 0; i < N_PIPES; i++) {
		int both[2];

		if (pipe2(both, O_CLOEXEC) < 0) {
			int error = -errno;

			while (i--)
				close(ret_ends[i]);
			return error;
		}
		run->pipes[i] = both[0];
		ret_ends[i] = both[1];
	}
	return 0;
}

static int start(const struct runner *r, struct run *run)
{
	const char *program = gp_child_program(
		r->arena, r->directory, gp_printf(r->arena, "gpupass-try-%s", run->attempt->probe));
	int ends[N_PIPES] = {-1, -1}, error;
	pid_t parent = getpid();

	if (!program)
		return -ENOENT;
	error = make_pipes(run, ends);
	if (error)
		return error;
	run->said = open_memstream(&run->data, &run->size);
	run->pid = run->said ? fork() : -1;
	if (run->pid == 0)
		become(r, run, program, ends, parent);
	error = run->pid < 0 ? -errno : 0;
	if (run->pid > 0)
		setpgid(run->pid, run->pid); /* as the child does: whoever is first */
	for (int i = 0; i < N_PIPES; i++)
		close(ends[i]);
	run->since = now();
	return error;
}

static void add_line(struct run *run, int pipe)
{
	struct partial *line = &run->partial[pipe];
	size_t most = pipe == ERRORS ? MOST_SAID / 2 : MOST_SAID;

	if (line->n && run->size + line->n < most)
		fprintf(run->said, "%s%.*s\n", pipe == ERRORS ? "said " : "", (int)line->n,
			line->text);
	fflush(run->said); /* which sets the size */
	line->n = 0;
}

static void take(struct run *run, int pipe, const char *bytes, size_t n)
{
	struct partial *line = &run->partial[pipe];

	for (size_t i = 0; i < n; i++) {
		if (bytes[i] == '\n')
			add_line(run, pipe);
		else if (line->n < MOST_LINE && bytes[i])
			line->text[line->n++] = bytes[i];
	}
}

static void close_pipe(struct run *run, int pipe)
{
	if (run->pipes[pipe] < 0)
		return;
	add_line(run, pipe);
	close(run->pipes[pipe]);
	run->pipes[pipe] = -1;
}

static void drain(struct run *run, int pipe)
{
	char bytes[4096];
	ssize_t n = read(run->pipes[pipe], bytes, sizeof(bytes));

	if (n > 0)
		take(run, pipe, bytes, (size_t)n);
	else if (n == 0 || errno != EINTR)
		close_pipe(run, pipe);
}

/* It has ended by itself and is kept as it is, so that its group can still be ended. */
static bool has_ended(const struct run *run)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)run->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == run->pid;
}

/* Reads what there is; true while it may have more to say. */
static bool listen_to(struct run *run)
{
	struct pollfd pipes[N_PIPES];
	bool has_more = false;

	for (int i = 0; i < N_PIPES; i++)
		pipes[i] = (struct pollfd){.fd = run->pipes[i], .events = POLLIN};
	if (poll(pipes, N_PIPES, 0) <= 0)
		return false;
	for (int i = 0; i < N_PIPES; i++)
		if (pipes[i].revents) {
			drain(run, i);
			has_more = true;
		}
	return has_more;
}

static void kill_group(const struct run *run)
{
	kill(-run->pid, SIGKILL);
}

/* How it ended; where a driver keeps it inside the kernel, no signal reaches it. */
static void say_end(const struct runner *r, const struct run *run)
{
	int status = 0;
	bool is_gone = waitpid(run->pid, &status, WNOHANG) == run->pid;

	if (is_gone && WIFEXITED(status))
		fprintf(run->said, "end exit %d\n", WEXITSTATUS(status));
	else if (is_gone && !run->killed)
		fprintf(run->said, "end signal %d\n", WTERMSIG(status));
	else
		fprintf(run->said, "end timeout %u\n", r->seconds);
}

static void end(const struct runner *r, struct run *run)
{
	/* What it started must not outlive it, and cannot go on talking. */
	kill_group(run);
	for (int i = 0; i < MOST_DRAINED && listen_to(run); i++)
		continue;
	for (int i = 0; i < N_PIPES; i++)
		close_pipe(run, i);
	say_end(r, run);
	run->pid = 0;
	if (fclose(run->said)) {
		run->attempt->error = -ENOMEM;
		return;
	}
	run->attempt->said = (struct gp_bytes){
		.data = gp_bytes_copy(r->arena, run->data, run->size), .size = run->size};
	free(run->data);
}

static void wait_for_any(const struct runner *r)
{
	struct pollfd pipes[MOST_AT_ONCE * N_PIPES];
	nfds_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		for (int pipe = 0; pipe < N_PIPES; pipe++)
			if (r->runs[i].pid && r->runs[i].pipes[pipe] >= 0)
				pipes[n++] = (struct pollfd){
					.fd = r->runs[i].pipes[pipe], .events = POLLIN};
	poll(pipes, n, n ? 50 : 2);
}

/* All that were killed are waited for together. */
static void attend_one(const struct runner *r, struct run *run)
{
	bool ended = has_ended(run);

	listen_to(run);
	if (ended || (run->killed && now() - run->killed > END_WAITED)) {
		end(r, run);
	} else if (!run->killed && now() - run->since > (int64_t)r->seconds * 1000) {
		kill_group(run);
		run->killed = now();
	}
}

/* It could not be started. */
static void forget(struct run *run)
{
	for (int i = 0; i < N_PIPES; i++)
		if (run->pipes[i] >= 0)
			close(run->pipes[i]);
	if (run->said)
		fclose(run->said);
	free(run->data);
	run->pid = 0;
}

static bool is_device(const struct gp_attempt *attempt)
{
	return gp_starts_with(attempt->subject, "/dev/");
}

/* Two drivers may disturb each other on one device; what names none may use them all. */
static bool may_start(const struct runner *r, const struct gp_attempt *attempt)
{
	size_t running = 0;

	for (size_t i = 0; i < r->n; i++) {
		const struct gp_attempt *other = r->runs[i].attempt;

		if (!r->runs[i].pid)
			continue;
		if (!is_device(attempt) || !is_device(other) ||
			strcmp(attempt->subject, other->subject) == 0)
			return false;
		running++;
	}
	return running < MOST_AT_ONCE;
}

/* True while there are some to be started. */
static bool start_some(struct runner *r)
{
	bool is_left = false;

	for (size_t i = 0; i < r->n; i++) {
		struct run *run = &r->runs[i];

		if (run->is_started)
			continue;
		is_left = true;
		if (!may_start(r, run->attempt))
			continue;
		run->is_started = true;
		run->attempt->error = start(r, run);
		if (run->attempt->error)
			forget(run);
	}
	return is_left;
}

static void run_all(struct runner *r, struct gp_attempts *attempts)
{
	size_t running = 0;

	r->n = attempts->n < MOST_RUNS ? attempts->n : MOST_RUNS;
	r->runs = gp_alloc(r->arena, r->n, sizeof(*r->runs));
	for (size_t i = 0; i < r->n; i++)
		r->runs[i] = (struct run){.attempt = &attempts->items[i], .pipes = {-1, -1}};
	while (start_some(r) || running) {
		running = 0;
		wait_for_any(r);
		for (size_t i = 0; i < r->n; i++) {
			if (r->runs[i].pid)
				attend_one(r, &r->runs[i]);
			running += r->runs[i].pid != 0;
		}
	}
}

void gp_attempts_run(struct gp_arena *arena, struct gp_attempts *attempts, const char *directory,
	unsigned int seconds)
{
	/* Where a parent had it ignored, nothing would be known of how children end. */
	struct sigaction usual = {.sa_handler = SIG_DFL}, before;
	struct runner r = {.arena = arena,
		.directory = directory ? directory : gp_child_directory(arena),
		.seconds = seconds};

	gp_each (attempt, attempts)
		attempt->error = -ENODATA;
	if (!attempts->n || !r.directory)
		return;
	sigaction(SIGCHLD, &usual, &before);
	r.home = gp_attempt_home_make();
	/* Below /dev/null not even root can make a directory. */
	r.environment =
		gp_child_environment(arena, *r.home.path ? r.home.path : "/dev/null", false, NULL);
	run_all(&r, attempts);
	gp_attempt_home_leave(&r.home);
	sigaction(SIGCHLD, &before, NULL);
}
