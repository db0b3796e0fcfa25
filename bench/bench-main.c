/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "base/process.h"
#include "compare/compare.h"
#include "run/run.h"
#include "telemetry/telemetry.h"

#define TOOL "gpupass-bench"

static int complain(const char *what)
{
	fprintf(stderr, TOOL ": %s\n", what);
	return 2;
}

/* ---- run */

static int no_way(const struct gp_bench_run *run)
{
	gp_each (experiment, &run->experiments)
		if (experiment->cannot)
			fprintf(stderr, TOOL ": %s.%s on %s: %s\n", experiment->workload,
				experiment->variant, experiment->target->subject,
				experiment->cannot);
	gp_bench_complain(run, "nothing could be measured here");
	return 3;
}

static int add_to_session(struct gp_bench_run *run, const struct gp_record *record)
{
	const char *why = NULL;

	if (!run->session.name)
		return 0;
	if (run->is_interrupted)
		why = gp_printf(run->arena, "session %s: cut short, it is not step %u",
			run->session.name, run->session.steps + 1);
	else if (!gp_record_next(record, "stat", NULL))
		why = gp_printf(run->arena, "session %s: nothing valid, it is not step %u",
			run->session.name, run->session.steps + 1);
	else
		why = gp_session_refuses_record(run->arena, &run->session, record);
	if (why || gp_session_add(run->arena, &run->session, record, &why))
		return gp_bench_complain(run, why);
	fprintf(stderr, TOOL ": %s\n", gp_session_says(run->arena, &run->session));
	return 0;
}

/* Of what was ended before anything was finished there is a record, and nothing to look at. */
static int write_taken(struct gp_bench_run *run, const struct gp_record *record)
{
	bool is_empty = run->is_interrupted && !run->samples.n;

	if (gp_bench_write(run, record, is_empty ? NULL : record))
		return 2;
	/* Ctrl-C is no error of the session's. */
	return add_to_session(run, record) && !run->is_interrupted ? 2 : 0;
}

static int run_and_write(struct gp_bench_run *run)
{
	struct gp_record record = {.arena = run->arena};
	int status;

	gp_bench_take(run);
	status = gp_bench_status(run);
	if (status == 3)
		return no_way(run);
	if (run->is_interrupted)
		gp_bench_complain(
			run, gp_printf(run->arena, "interrupted: %zu sample%s kept", run->samples.n,
				     run->samples.n == 1 ? " is" : "s are"));
	gp_bench_to_record(run, &record);
	if (write_taken(run, &record))
		return 2;
	/* A baseline alone is not what was asked for. */
	return !status && !run->is_interrupted && gp_bench_say_idle(run) ? 3 : status;
}

static int run_prepared(struct gp_bench_run *run)
{
	return gp_bench_check_output(run) || gp_bench_prepare(run) ? 2 : run_and_write(run);
}

static int list_opened(struct gp_bench_run *run)
{
	if (gp_bench_open(run))
		return 2;
	run->bench.only_looks = true;
	return gp_bench_list(run, stdout);
}

static int serve_prepared(struct gp_bench_run *run)
{
	run->is_served = true;
	return gp_bench_prepare(run) ? 2 : gp_bench_serve(run, stdin, stdout);
}

/* What has the options of run. */
static int with_options(
	int argc, char **argv, const char *usage, int (*then)(struct gp_bench_run *run))
{
	struct gp_bench_run run = {.arena = gp_arena_new(), .tool = TOOL};
	const char *why = NULL;
	int status;

	gp_catch_interrupts();
	if (gp_bench_options_parse(run.arena, argc, argv, &run.options, &why)) {
		status = complain(why);
	} else if (run.options.help) {
		fputs(usage, stdout);
		gp_bench_options_usage(stdout);
		status = 0;
	} else {
		status = then(&run);
	}
	gp_bench_close(&run);
	gp_arena_free(run.arena);
	return status;
}

static int command_run(int argc, char **argv)
{
	return with_options(argc, argv,
		"Usage: " TOOL " run [OPTION]...\n"
		"Time transcodes, rendering and compute on a GPU, and on the processor.\n"
		"\n",
		run_prepared);
}

static int command_list(int argc, char **argv)
{
	return with_options(argc, argv,
		"Usage: " TOOL " list [OPTION]...\n"
		"Say which devices there are, in which mode each is used, and what can be\n"
		"measured on it, or why not. Nothing is measured. The options are those of run.\n"
		"\n",
		list_opened);
}

static int command_serve(int argc, char **argv)
{
	return with_options(argc, argv,
		"Usage: " TOOL " serve [OPTION]...\n"
		"Take samples on one device when another " TOOL " asks for them, as compare\n"
		"--interleave does. The options are those of run; it ends with its input.\n"
		"\n",
		serve_prepared);
}

static int command_compare(int argc, char **argv)
{
	struct gp_arena *arena = gp_arena_new();
	bool is_now = false;
	int status;

	for (int i = 1; i < argc; i++)
		is_now = is_now || strcmp(argv[i], "--interleave") == 0;
	status = is_now ? gp_bench_interleave(arena, argc, argv)
			: gp_bench_compare(arena, argc, argv);

	gp_arena_free(arena);
	return status;
}

static int command_sidecar(int argc, char **argv)
{
	struct gp_arena *arena = gp_arena_new();
	int status = gp_bench_sidecar(arena, argc, argv);

	gp_arena_free(arena);
	return status;
}

/* ---- commands */

static int command_help(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	fputs("Usage: " TOOL " COMMAND [OPTION]...\n"
	      "Time transcodes, rendering and compute on a GPU that is passed through, and say\n"
	      "what that costs.\n"
	      "\n"
	      "  run       measure on this machine\n"
	      "  list      what can be measured here, and on what\n"
	      "  compare   what one record is of another, or one side that runs now\n"
	      "  serve     measure when another one asks\n"
	      "  sidecar   on the host, say what it sees while a guest is measured\n"
	      "\n"
	      "  -h, --help; --version\n"
	      "\n"
	      "COMMAND --help says more.\n"
	      "\n"
	      "Exit status of run: 0 all samples are valid, 1 one failed or is invalid, 2 the\n"
	      "command line, input or output is unusable, 3 nothing could be measured here.\n",
		stdout);
	return 0;
}

static int command_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	fputs(TOOL " " GP_VERSION "\n", stdout);
	return 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"run", command_run},
	{"list", command_list},
	{"compare", command_compare},
	{"serve", command_serve},
	{"sidecar", command_sidecar},
	{"--help", command_help},
	{"-h", command_help},
	{"help", command_help},
	{"--version", command_version},
};

int main(int argc, char **argv)
{
	if (!gp_fill_standard_streams())
		return 2;
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	/* Where a parent had it ignored, nothing would be known of how workers end. */
	signal(SIGCHLD, SIG_DFL);
	if (argc < 2)
		return complain("what is it to do? run, list, compare, sidecar; --help says more");
	for (size_t i = 0; i < GP_ARRAY_SIZE(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return complain("there is no such command: run, list, compare, sidecar; --help says more");
}
