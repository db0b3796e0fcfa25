/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/process.h"
#include "explain.h"
#include "given-files.h"
#include "machine/watch.h"
#include "options.h"
#include "output.h"
#include "ticket/ticket.h"
#include "to-record.h"

/*
 * The one main of gpupass-doctor and of the lone probes: GP_PROGRAM is its name, GP_LAYERS the
 * layers it looks at, both set by the build.
 */

#define DEADLINE 15000 /* milliseconds for one file */

struct program {
	struct gp_arena *arena;
	struct gp_options options;
	struct gp_watch *watch; /* NULL where nothing is watched */
	struct gp_machine *machine;
	struct gp_facts facts;
	struct gp_diagnosis diagnosis;
};

static int complain(const char *what)
{
	fprintf(stderr, GP_PROGRAM ": %s\n", what);
	return 2;
}

static int explain(struct gp_arena *arena, const char *id, FILE *out)
{
	const struct gp_check *check = gp_check_by_id(id);

	if (!check)
		return complain(
			gp_printf(arena, "--explain %s: no such check; --list-checks names them",
				gp_printable(arena, id, strlen(id), 60)));
	gp_explain_check(arena, check, out);
	return 0;
}

/* All has been read; names what could not be. */
static void end_watch(struct program *p)
{
	const char *path;

	gp_watch_over(p->watch);
	for (size_t i = 0; (path = gp_watch_given_up(p->watch, i)); i++)
		complain(gp_printf(p->arena, "%s: does not answer; going on without it",
			gp_printable(p->arena, path, strlen(path), 200)));
}

static int open_machine(struct program *p, char **ret_why)
{
	const struct gp_options *o = &p->options;

	return o->ticket ? gp_ticket_open(o->ticket, o->question.roles, &p->machine, ret_why)
			 : gp_machine_open(o->root, &p->machine, ret_why);
}

static int examine(struct program *p)
{
	struct gp_options *o = &p->options;
	const char *problem = NULL;
	char *why = NULL;
	int error;

	if (open_machine(p, &why)) {
		gp_watch_over(p->watch);
		complain(why ? why : "the machine cannot be opened");
		free(why);
		return 2;
	}
	if (p->watch)
		gp_machine_watch(p->machine, p->watch);
	if (gp_give_kubernetes(p->machine, &o->kubernetes, &problem)) {
		gp_watch_over(p->watch);
		return complain(problem);
	}
	if (o->action == GP_ACTION_CAPTURE)
		gp_machine_record(p->machine);
	gp_facts_collect(p->machine, &o->reading, &p->facts);
	end_watch(p);
	error = gp_diagnose(p->arena, &p->facts, &o->question, &p->diagnosis);
	if (error)
		return complain(gp_printf(p->arena, "--device %s: %s",
			gp_printable(p->arena, o->question.device, strlen(o->question.device), 40),
			error == -ENODEV ? "there is no such PCI function" : "that is no GPU"));
	return 0;
}

static int write_record(struct program *p, FILE *out)
{
	struct gp_options *o = &p->options;
	struct gp_run run = {.tool = GP_PROGRAM,
		.version = GP_VERSION,
		.time = gp_time_stamp(p->arena),
		.machine = gp_machine_name(p->machine),
		.cut = gp_machine_cut(p->machine),
		.layers = o->layers};
	struct gp_record record = {.arena = p->arena};
	struct gp_style style = {.verbose = o->verbose, .quiet = o->quiet};
	struct gp_plan plan;

	if (gp_style_for(&style, out, o->color)) {
		complain("--color: there is auto, always and never");
		return 2;
	}
	gp_plan_make(p->arena, &p->diagnosis, &o->allowed, &plan);
	gp_to_record(&run, &p->diagnosis, &plan, &record);
	if (gp_render(o->face, &record, &style, out))
		return complain("the output cannot be written");
	return gp_exit_status(&p->diagnosis, o->layers);
}

static int write_plan(struct program *p, FILE *out)
{
	struct gp_plan plan;

	gp_plan_make(p->arena, &p->diagnosis, &p->options.allowed, &plan);
	if (gp_plan_write_script(p->arena, &p->diagnosis, &plan, GP_VERSION, out))
		return complain("the plan cannot be written");
	return 0;
}

static int write_result(struct program *p, FILE *out)
{
	struct gp_options *o = &p->options;

	switch (o->action) {
	case GP_ACTION_EXAMINE:
		return write_record(p, out);
	case GP_ACTION_PLAN:
		return write_plan(p, out);
	case GP_ACTION_CAPTURE:
		if (gp_machine_write_capture(p->machine, o->redact, out))
			return complain("the capture cannot be written");
		return 0;
	case GP_ACTION_EXPLAIN:
		return explain(p->arena, o->explain, out);
	case GP_ACTION_LIST:
		gp_list_checks(GP_LAYERS, out);
		return 0;
	case GP_ACTION_HELP:
		gp_options_usage(GP_PROGRAM, out);
		return 0;
	case GP_ACTION_VERSION:
		fputs(GP_PROGRAM " " GP_VERSION "\n", out);
		return 0;
	}
	return 2;
}

static bool looks_at_machine(enum gp_action action)
{
	return action == GP_ACTION_EXAMINE || action == GP_ACTION_PLAN ||
	       action == GP_ACTION_CAPTURE;
}

static int run(struct program *p)
{
	struct gp_options *o = &p->options;
	const char *path = o->action == GP_ACTION_CAPTURE ? o->capture : o->output;
	const char *why = NULL;
	struct gp_output output = {0};
	int status = looks_at_machine(o->action) ? examine(p) : 0;

	if (status)
		return status;
	if (gp_output_open(p->arena, &output, path, &why))
		return complain(why);
	status = write_result(p, output.stream);
	if (status != 2 && gp_output_commit(p->arena, &output, &why))
		status = complain(why);
	gp_output_discard(&output);
	return status;
}

/* Files of the live system may never answer; the work is done by a child that can be left behind.
 */
static int run_watched(struct program *p)
{
	int status = 2, r = 0;

	if (looks_at_machine(p->options.action) && !p->options.root && !p->options.ticket)
		r = gp_watch_start(DEADLINE, &p->watch, &status);
	if (r < 0)
		return complain("too many files of this machine cannot be read to their end");
	return r ? status : run(p);
}

int main(int argc, char **argv)
{
	struct program p = {0};
	const char *why = NULL;
	int status;

	if (!gp_fill_standard_streams())
		return 2;
	p.arena = gp_arena_new();
	setlocale(LC_CTYPE, "");
	signal(SIGPIPE, SIG_IGN);
	if (gp_options_parse(p.arena, GP_LAYERS, argc, argv, &p.options, &why))
		status = complain(why);
	else
		status = run_watched(&p);
	gp_machine_close(p.machine);
	gp_arena_free(p.arena);
	return status;
}
