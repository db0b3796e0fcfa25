/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workers: processes that are started, told to go, and ended, however they behave. */
#include "worker/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "machine/child.h"
#include "worker/pipes.h"

#define END_WAITED 2.0 /* seconds for one that was killed */

struct gp_worker {
	struct gp_workers *workers;
	const char *name;
	pid_t pid;
	int go; /* its standard input; -1: closed */
	struct gp_pipes pipes;
	double waited;          /* in vain, until it was ready */
	struct gp_worker *next; /* of those that run */
};

struct gp_workers {
	struct gp_arena *arena;
	const char *directory, *home;
	struct gp_worker *running;
};

struct gp_workers *gp_workers_new(struct gp_arena *arena, const char *directory, const char *home)
{
	struct gp_workers *workers = gp_new(arena, struct gp_workers);

	workers->arena = arena;
	workers->directory = directory ? directory : gp_child_directory(arena);
	/* Below /dev/null not even root can make a directory. */
	workers->home = home ? home : "/dev/null";
	return workers;
}

/* Beside this program or in libexec; below it where all was built. */
static const char *find(const struct gp_workers *workers, const char *program)
{
	const char *name = gp_printf(workers->arena, "gpupass-work-%s", program), *found;

	if (!workers->directory)
		return NULL;
	found = gp_child_program(workers->arena, workers->directory, name);
	return found ? found
		     : gp_child_program(workers->arena,
			       gp_printf(workers->arena, "%s/work", workers->directory), name);
}

/* As in work/meson.build. */
static const struct {
	const char *program, *from;
} made_from[] = {
	{"compute", "OpenCL"},
	{"render", "EGL, OpenGL ES and GBM"},
	{"transcode", "FFmpeg and libva"},
};

const char *gp_workers_lack(const struct gp_workers *workers, const char *program)
{
	if (find(workers, program))
		return NULL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(made_from); i++)
		if (strcmp(made_from[i].program, program) == 0)
			return gp_printf(workers->arena,
				"this gpupass was built without %s: there is no gpupass-work-%s",
				made_from[i].from, program);
	return gp_printf(workers->arena, "gpupass-work-%s is not installed", program);
}

/* ---- start */

struct start {
	const char *program;
	char *const *arguments, *const *environment;
	const char *home;
	int ends[3]; /* the worker's */
};

static bool is_for_x11(const struct gp_order *order)
{
	return gp_strings_has(&order->arguments, "device=x11");
}

static char *const *arguments_of(
	struct gp_arena *arena, const char *program, const struct gp_order *order)
{
	struct gp_strings list = {0};

	gp_strings_add(arena, &list, program);
	gp_each (argument, &order->arguments)
		gp_strings_add(arena, &list, *argument);
	gp_strings_add(arena, &list, NULL);
	return (char *const *)(uintptr_t)list.items;
}

static _Noreturn void become(const struct start *start, pid_t parent)
{
	if (!gp_child_begin(parent))
		_exit(127);
	if (chdir(start->home) != 0 && chdir("/") != 0)
		_exit(127);
	for (int i = 0; i < 3; i++)
		dup2(start->ends[i], i);
	execve(start->program, start->arguments, start->environment);
	_exit(127);
}

static void close_ends(int ends[3])
{
	for (int i = 0; i < 3; i++)
		if (ends[i] >= 0)
			close(ends[i]);
}

static int make_pipes(struct gp_worker *worker, int ret_ends[3])
{
	int input[2], error;

	if (pipe2(input, O_CLOEXEC) < 0)
		return -errno;
	ret_ends[STDIN_FILENO] = input[0];
	worker->go = input[1];
	error = gp_pipes_make(&worker->pipes, &ret_ends[STDOUT_FILENO]);
	if (error) {
		close(worker->go);
		close_ends(ret_ends);
	}
	return error;
}

static void give_up(struct gp_worker *worker)
{
	if (worker->go >= 0)
		close(worker->go);
	worker->go = -1;
	gp_pipes_close(worker->workers->arena, &worker->pipes);
}

int gp_worker_start(
	struct gp_workers *workers, const struct gp_order *order, struct gp_worker **ret)
{
	struct gp_arena *arena = workers->arena;
	struct start start = {.program = find(workers, order->program),
		.home = workers->home,
		.ends = {-1, -1, -1}};
	struct gp_worker *worker = gp_new(arena, struct gp_worker);
	pid_t parent = getpid();
	int error;

	if (!start.program)
		return -ENOENT;
	worker->workers = workers;
	worker->name = order->program;
	start.arguments = arguments_of(arena, start.program, order);
	start.environment =
		gp_child_environment(arena, workers->home, is_for_x11(order), &order->environment);
	error = make_pipes(worker, start.ends);
	if (error)
		return error;
	worker->pid = fork();
	if (worker->pid == 0)
		become(&start, parent);
	error = worker->pid < 0 ? -errno : 0;
	close_ends(start.ends);
	if (error) {
		give_up(worker);
		return error;
	}
	setpgid(worker->pid, worker->pid); /* as the child does: whoever is first */
	worker->next = workers->running;
	workers->running = worker;
	*ret = worker;
	return 0;
}

pid_t gp_worker_pid(const struct gp_worker *worker)
{
	return worker->pid;
}

/* ---- wait */

/* It has ended by itself and is kept as it is, so that its group can still be ended. */
static bool has_ended(const struct gp_worker *worker)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)worker->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       info.si_pid == worker->pid;
}

/* Those that are not waited for just now may not be kept waiting by a full pipe. */
static void listen_to_all(struct gp_workers *workers)
{
	for (struct gp_worker *w = workers->running; w; w = w->next)
		gp_pipes_read(workers->arena, &w->pipes);
}

/* Until it is ready, or has ended, or the time is over, or the user has had enough. */
static bool wait_for(struct gp_worker *worker, bool for_ready, double seconds)
{
	int64_t end = gp_pipes_now() + (int64_t)(seconds * 1000);

	for (;;) {
		int64_t left = end - gp_pipes_now();
		bool ended = has_ended(worker);

		listen_to_all(worker->workers);
		if (for_ready && worker->pipes.is_ready)
			return true;
		if (ended)
			return !for_ready;
		if (left <= 0 || gp_interrupted())
			return false;
		gp_pipes_wait(&worker->pipes, left < 50 ? (int)left : 50);
	}
}

bool gp_worker_ready(struct gp_worker *worker, double seconds)
{
	bool is_ready = wait_for(worker, true, seconds);

	if (!is_ready && !has_ended(worker))
		worker->waited = seconds;
	return is_ready;
}

void gp_worker_go(struct gp_worker *worker)
{
	/* One that has ended does not read it; this program ignores SIGPIPE. */
	while (write(worker->go, "go\n", 3) < 0 && errno == EINTR)
		continue;
}

/* ---- end */

static void say_status(struct gp_worker *worker, int status, struct gp_sample *ret)
{
	struct gp_arena *arena = worker->workers->arena;
	const char *last = gp_pipes_last_error(arena, &worker->pipes), *name;

	if (WIFSIGNALED(status)) {
		name = sigdescr_np(WTERMSIG(status));
		if (!name)
			name = gp_printf(arena, "signal %d", WTERMSIG(status));
		gp_sample_reject(ret, GP_SAMPLE_FAILED, gp_printf(arena, "crashed (%s)", name));
	} else if (WEXITSTATUS(status)) {
		gp_sample_reject(ret, GP_SAMPLE_FAILED,
			gp_printf(arena, "ended with status %d%s%s", WEXITSTATUS(status),
				*last ? ": " : "", last));
	}
}

static void take_lines(struct gp_worker *worker, struct gp_sample *ret)
{
	struct gp_arena *arena = worker->workers->arena;

	gp_each (line, &worker->pipes.lines)
		if (!gp_worker_line(arena, *line, ret) && !*ret->why)
			gp_sample_reject(ret, GP_SAMPLE_INVALID,
				gp_printf(arena, "its program said what cannot be understood: %s",
					gp_printable(arena, *line, strlen(*line), 100)));
	if (worker->pipes.is_cut)
		gp_sample_reject(ret, GP_SAMPLE_INVALID, "its program said too much");
}

/* Reaps it, dead or killed; -1: it stays inside the kernel, where no signal reaches it. */
static int reap(struct gp_worker *worker)
{
	int status = -1;

	/* What it started must not outlive it. */
	kill(-worker->pid, SIGKILL);
	for (int64_t end = gp_pipes_now() + (int64_t)(END_WAITED * 1000);
		!has_ended(worker) && gp_pipes_now() < end;)
		gp_pipes_pause(10);
	gp_pipes_read(worker->workers->arena, &worker->pipes);
	return waitpid(worker->pid, &status, WNOHANG) == worker->pid ? status : -1;
}

static void forget(struct gp_worker *worker)
{
	struct gp_worker **link = &worker->workers->running;

	while (*link != worker)
		link = &(*link)->next;
	*link = worker->next;
	give_up(worker);
}

void gp_worker_end(struct gp_worker *worker, double seconds, struct gp_sample *ret)
{
	struct gp_arena *arena = worker->workers->arena;
	bool ended = wait_for(worker, false, worker->waited > 0 ? 0 : seconds);
	int status = reap(worker);

	if (!ret->why) {
		ret->why = "";
		ret->state = GP_SAMPLE_VALID;
	}
	forget(worker);
	take_lines(worker, ret);
	if (ended) {
		if (status != -1)
			say_status(worker, status, ret);
		if (ret->from == ret->to && !ret->checks.n)
			gp_sample_reject(ret, GP_SAMPLE_FAILED, "ended without a result");
		return;
	}
	gp_sample_reject(ret, GP_SAMPLE_FAILED,
		gp_interrupted() ? "interrupted"
				 : gp_printf(arena, "did not answer in %.3g s and was ended",
					   worker->waited > 0 ? worker->waited : seconds));
}
