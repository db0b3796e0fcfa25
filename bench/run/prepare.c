/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/process.h"
#include "check.h"
#include "run/progress.h"
#include "run/run.h"
#include "telemetry/telemetry.h"
#include "workloads/transcode.h"

int gp_bench_complain(const struct gp_bench_run *run, const char *what)
{
	fprintf(stderr, "%s: %s\n", run->tool, what);
	return 2;
}

/* ---- targets */

const char *gp_bench_why_closed(const struct gp_bench_run *run, const struct gp_target *target)
{
	if (!target->node || access(target->node, R_OK | W_OK) == 0)
		return NULL;
	return gp_printf(run->arena, "%s: %s%s", target->node, strerror(errno),
		errno == EACCES ? "; its group, mostly render, may use it" : "");
}

static bool has_target(const struct gp_bench *bench, const struct gp_target *target)
{
	gp_each (other, &bench->targets)
		if (strcmp(other->subject, target->subject) == 0)
			return true;
	return false;
}

static int add_target(struct gp_bench_run *run, const char *device)
{
	struct gp_target target = {0};
	const char *why = NULL;

	if (gp_target_find(run->arena, &run->facts, device, run->options.mode, &target, &why))
		return gp_bench_complain(run, why);
	why = gp_bench_why_closed(run, &target);
	if (why)
		return gp_bench_complain(run, why);
	/* The processor comes last, and always. */
	if ((run->is_served || !gp_target_is_cpu(&target)) && !has_target(&run->bench, &target))
		*gp_push(run->arena, &run->bench.targets) = target;
	return 0;
}

static int find_targets(struct gp_bench_run *run)
{
	const struct gp_strings *devices = &run->options.devices;
	int status = devices->n ? 0 : add_target(run, NULL);

	gp_each (device, devices)
		if (!status)
			status = add_target(run, *device);
	if (!run->is_served)
		*gp_push(run->arena, &run->bench.targets) = gp_target_cpu(run->arena, &run->facts);
	return status;
}

/* ---- experiments */

static bool is_chosen(const struct gp_settings *settings, const struct gp_workload *workload)
{
	if (settings->workloads.n)
		return gp_strings_has(&settings->workloads, workload->name);
	return settings->quick ? workload->is_quick : workload->is_usual;
}

/* A build may lack a program, as it may lack FFmpeg. */
static void find_missing(struct gp_bench_run *run)
{
	gp_each (experiment, &run->experiments)
		if (!experiment->cannot)
			experiment->cannot =
				gp_workers_lack(run->bench.workers, experiment->order.program);
}

/* Before an hour is spent on a run that does not belong there. */
static int join_session(struct gp_bench_run *run)
{
	const char *named = run->options.session, *why = NULL;
	struct gp_record meta = {.arena = run->arena};

	if (!named)
		return 0;
	if (run->options.settings.quick)
		return gp_bench_complain(run, "--session: a --quick run is not for comparison");
	if (gp_session_open(run->arena, named, &run->session, &why))
		return gp_bench_complain(run, why);
	gp_bench_meta_to_record(run, &meta);
	why = gp_session_refuses_label(run->arena, &run->session, gp_bench_label(run));
	if (!why)
		why = gp_session_refuses_record(run->arena, &run->session, &meta);
	return why ? gp_bench_complain(run, why) : 0;
}

static int open_machine(struct gp_bench_run *run)
{
	struct gp_reading reading = {0};
	char *why = NULL;
	int status = 0;

	if (gp_machine_open(NULL, &run->machine, &why))
		status = gp_bench_complain(run, why ? why : "this machine cannot be looked at");
	else
		gp_facts_collect(run->machine, &reading, &run->facts);
	free(why);
	return status;
}

static void say_targets(const struct gp_bench_run *run)
{
	gp_each (target, &run->bench.targets)
		fprintf(stderr, "%s: mode %s on %s, %s (%s)\n", run->tool,
			gp_modes_name(run->arena, target->mode), target->subject, target->name,
			target->mode_because);
}

/* What nobody could measure is no workload that failed. */
static int check_input(struct gp_bench_run *run)
{
	const char *input = run->options.settings.input, *why;

	if (!input || gp_workers_lack(run->bench.workers, "transcode"))
		return 0;
	why = gp_ask_source(&run->bench, input).why;
	return why ? gp_bench_complain(run, gp_printf(run->arena, "--input %s: %s", input, why))
		   : 0;
}

static bool only_processor(const struct gp_bench *bench)
{
	gp_each (target, &bench->targets)
		if (!gp_target_is_cpu(target))
			return false;
	return true;
}

static int check_mode(struct gp_bench_run *run)
{
	unsigned int mode = run->options.mode;

	if (!mode || mode == GP_MODE_CPU || !only_processor(&run->bench))
		return 0;
	return gp_bench_complain(run, gp_printf(run->arena, "--mode %s: there is no GPU here",
					      gp_modes_name(run->arena, mode)));
}

static int open_sidecar(struct gp_bench_run *run)
{
	const char *why = NULL;

	if (gp_sidecar_open(run->arena, run->options.sidecar, &run->bench.sidecar, &why) < 0)
		return gp_bench_complain(run, gp_printf(run->arena, "--sidecar: %s", why));
	return 0;
}

int gp_bench_open(struct gp_bench_run *run)
{
	int status = open_machine(run);

	if (!status)
		run->home = gp_attempt_home_make();
	if (!status && !*run->home.path)
		status = gp_bench_complain(run, "/tmp: no directory can be made there");
	run->time = gp_time_stamp(run->arena);
	run->bench = (struct gp_bench){
		.arena = run->arena,
		.settings = &run->options.settings,
		.facts = &run->facts,
		.workers = gp_workers_new(run->arena, NULL, run->home.path),
		.directory = run->home.path,
		.telemetry_root = run->options.telemetry_root,
		.patience = run->options.patience,
	};
	return status;
}

void gp_bench_plan(struct gp_bench_run *run)
{
	gp_each (target, &run->bench.targets)
		for (size_t i = 0; i < gp_n_workloads && !gp_interrupted(); i++)
			if (is_chosen(&run->options.settings, &gp_workloads[i]))
				gp_workloads[i].plan(&run->bench, target, &run->experiments);
	find_missing(run);
}

/* Drivers are asked and clips are made, which takes a while. */
static void plan_shown(struct gp_bench_run *run)
{
	struct gp_progress progress = gp_progress_new(stderr, run->options.quiet, 0, 0);

	gp_progress_say(&progress, "asking the drivers, making clips");
	gp_bench_plan(run);
	gp_progress_clear(&progress);
}

int gp_bench_prepare(struct gp_bench_run *run)
{
	int status = gp_bench_open(run);

	if (!status)
		status = find_targets(run);
	if (!status)
		status = check_mode(run);
	if (!status)
		status = check_input(run);
	if (!status)
		status = join_session(run);
	if (!status && run->options.sidecar)
		status = open_sidecar(run);
	if (status)
		return status;
	if (!run->options.quiet)
		say_targets(run);
	plan_shown(run);
	return 0;
}

void gp_bench_close(struct gp_bench_run *run)
{
	gp_sidecar_close(run->bench.sidecar);
	if (*run->home.path)
		gp_attempt_home_leave(&run->home);
	gp_machine_close(run->machine);
}
