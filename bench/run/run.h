/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_BENCH_RUN_H
#define GP_BENCH_RUN_H

#include "machine/attempt-home.h"
#include "bench-options.h"
#include "record.h"
#include "run/session.h"
#include "workloads/workload.h"

/* One `gpupass-bench run`: what it is about, and what came of it. */
struct gp_bench_run {
	struct gp_arena *arena;
	const char *tool; /* the program's name, for what it says */
	struct gp_bench_options options;
	struct gp_machine *machine;
	struct gp_facts facts;
	struct gp_attempt_home home;
	struct gp_bench bench;
	struct gp_experiments experiments;
	GP_LIST(struct gp_sample) samples;
	struct gp_session session; /* without a name: none */
	const char *time;          /* it began */
	bool is_interrupted;
	bool is_served; /* by another one, for one device and without a baseline */
};

/* ---- prepare.c */

/* The machine. 0; or an exit status, said on standard error. */
int gp_bench_open(struct gp_bench_run *run);
/* The experiments on all targets. */
void gp_bench_plan(struct gp_bench_run *run);
/* All of that, with the targets that the options name; says what it runs on. */
int gp_bench_prepare(struct gp_bench_run *run);
void gp_bench_close(struct gp_bench_run *run);
/* Workers open nodes with this user's rights: why they cannot; NULL: they can. */
const char *gp_bench_why_closed(const struct gp_bench_run *run, const struct gp_target *target);
/* "gpupass-bench: ..." on standard error; gives 2. */
int gp_bench_complain(const struct gp_bench_run *run, const char *what);

/* ---- list.c: devices, modes, and what can be measured on each. An exit status. */
int gp_bench_list(struct gp_bench_run *run, FILE *out);

/* ---- run.c */

/* Takes all samples, says what goes wrong. */
void gp_bench_take(struct gp_bench_run *run);
/* Takes the sample of its experiment. */
void gp_bench_take_one(struct gp_bench_run *run, struct gp_sample *ret);
/* Says on which targets, but the processor, nothing could be measured; true: there are some. */
bool gp_bench_say_idle(const struct gp_bench_run *run);
/* The exit status of what was taken. */
int gp_bench_status(const struct gp_bench_run *run);

/* ---- serve.c: run/serve.h. An exit status. */
int gp_bench_serve(struct gp_bench_run *run, FILE *in, FILE *out);

/* ---- to-record.c, to-meta.c, facts.c */

void gp_bench_to_record(const struct gp_bench_run *run, struct gp_record *record);
/* The meta rows alone. */
void gp_bench_meta_to_record(const struct gp_bench_run *run, struct gp_record *record);
/* The rows of one sample alone. */
void gp_sample_to_record(
	const struct gp_bench_run *run, const struct gp_sample *sample, struct gp_record *record);
/* Of the machine: what results depend on. */
void gp_bench_machine_facts(const struct gp_bench_run *run, struct gp_record *record);
/* Mode and subject, unless --label says otherwise. */
const char *gp_bench_label(const struct gp_bench_run *run);

/* ---- write.c */

/* Whether the output can be written, before an hour is spent. 0, or 2, said on standard error. */
int gp_bench_check_output(const struct gp_bench_run *run);
/*
 * The faces that were asked for, CSV of the record and others of what is to be shown; 0, or 2: then
 * the record is kept elsewhere, which is said.
 */
int gp_bench_write(const struct gp_bench_run *run, const struct gp_record *record,
	const struct gp_record *shown);

#endif
