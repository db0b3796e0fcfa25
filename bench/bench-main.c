/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <locale.h>
#include <signal.h>
#include <string.h>

#include "base/process.h"
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
	return gp_bench_write(run, &record) ? 2 : status;
}

static int usage_of_run(void)
{
	fputs("Usage: " TOOL " run [OPTION]...\n"
	      "Time transcodes, rendering and compute on a GPU, and on the processor.\n"
	      "\n",
		stdout);
	gp_bench_options_usage(stdout);
	return 0;
}

static int prepared(int argc, char **argv, int (*then)(struct gp_bench_run *run))
{
	struct gp_bench_run run = {.arena = gp_arena_new(), .tool = TOOL};
	const char *why = NULL;
	int status;

	gp_catch_interrupts();
	if (gp_bench_options_parse(run.arena, argc, argv, &run.options, &why))
		status = complain(why);
	else if (run.options.help)
		status = usage_of_run();
	else if (gp_bench_check_output(&run) || gp_bench_prepare(&run))
		status = 2;
	else
		status = then(&run);
	gp_bench_close(&run);
	gp_arena_free(run.arena);
	return status;
}

static int command_run(int argc, char **argv)
{
	return prepared(argc, argv, run_and_write);
}

static int list(struct gp_bench_run *run)
{
	return gp_bench_list(run, stdout);
}

static int command_list(int argc, char **argv)
{
	return prepared(argc, argv, list);
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
		return complain("what is it to do? run, list, sidecar; --help says more");
	for (size_t i = 0; i < GP_ARRAY_SIZE(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return complain("there is no such command: run, list, sidecar; --help says more");
}
