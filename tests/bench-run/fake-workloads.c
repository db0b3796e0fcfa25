/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Workloads of which nothing is measured: each is a way in which a worker may behave. */
#include <string.h>

#include "workloads/workload.h"

#define WINDOW 0.2

static void plan(struct gp_bench *bench, const struct gp_target *target, const char *name,
	struct gp_experiments *ret)
{
	struct gp_experiment experiment = {.workload = name,
		.variant = "fake",
		.title = "nothing at all",
		.primary = "fps",
		.target = target,
		.seconds = WINDOW,
		.window = WINDOW,
		.order.program = "fake"};

	gp_strings_add(bench->arena, &experiment.order.arguments,
		gp_printf(bench->arena, "behave=%s", name));
	gp_strings_add(bench->arena, &experiment.order.arguments,
		gp_printf(bench->arena, "device=%s", target->subject));
	gp_strings_add(bench->arena, &experiment.order.environment, "GPUPASS_FAKE=set");
	if (strcmp(name, "missing") == 0)
		experiment.cannot = "there is no such thing";
	if (strcmp(name, "cpu-only") == 0 && !gp_target_is_cpu(target))
		experiment.cannot = "only the processor has it";
	*gp_push(bench->arena, ret) = experiment;
}

#define BEHAVIOURS(X)                                                                           \
	X(ok, "ok")                                                                             \
	X(slow, "slow")                                                                         \
	X(crash, "crash")                                                                       \
	X(killed, "killed")                                                                     \
	X(hang, "hang")                                                                         \
	X(unready, "unready")                                                                   \
	X(rubbish, "rubbish")                                                                   \
	X(early, "early")                                                                       \
	X(status, "status")                                                                     \
	X(flood, "flood")                                                                       \
	X(children, "children")                                                                 \
	X(invalid, "invalid")                                                                   \
	X(failed, "failed")                                                                     \
	X(picky, "picky")                                                                       \
	X(cpu_only, "cpu-only")                                                                 \
	X(software, "software")                                                                 \
	X(brief, "brief") X(elsewhere, "elsewhere") X(nan, "nan") X(environment, "environment") \
		X(histogram, "histogram") X(missing, "missing")

#define PLAN(symbol, name)                                                                \
	static void plan_##symbol(struct gp_bench *bench, const struct gp_target *target, \
		struct gp_experiments *ret)                                               \
	{                                                                                 \
		plan(bench, target, name, ret);                                           \
	}
BEHAVIOURS(PLAN)

#define ROW(symbol, name) {name, "fake", false, false, plan_##symbol},
const struct gp_workload gp_workloads[] = {BEHAVIOURS(ROW)};
const size_t gp_n_workloads = GP_ARRAY_SIZE(gp_workloads);
