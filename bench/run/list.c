/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `gpupass-bench list`: a line for each device, and one for each thing to measure on it. */
#include <string.h>

#include "check.h"
#include "run/run.h"

struct listing {
	struct gp_bench_run *run;
	FILE *out;
};

static void list_hindrance(const struct listing *l, const char *subject, const char *why)
{
	fprintf(l->out, "%s: cannot be used: %s\n", subject, why);
}

static void list_device(const struct listing *l, const char *device)
{
	struct gp_bench_run *run = l->run;
	struct gp_target target = {0};
	const char *why = NULL;

	if (gp_target_find(run->arena, &run->facts, device, run->options.mode, &target, &why)) {
		fprintf(l->out, "%s\n", why);
		return;
	}
	gp_each (other, &run->bench.targets)
		if (strcmp(other->subject, target.subject) == 0)
			return;
	why = gp_bench_why_closed(run, &target);
	if (why)
		list_hindrance(l, target.subject, why);
	else
		*gp_push(run->arena, &run->bench.targets) = target;
}

/* GPUs first, as they are what it is about; then nodes that no PCI function is behind. */
static void list_all(const struct listing *l)
{
	const struct gp_facts *facts = &l->run->facts;

	gp_each (function, &facts->pci)
		if (function->kind == GP_GPU_REAL)
			list_device(l, function->address);
	gp_each (node, &facts->nodes)
		if (node->render && !gp_is_absent(&node->node))
			list_device(l, node->name);
	list_device(l, "cpu");
}

static void list_experiments(const struct listing *l, const struct gp_target *target)
{
	fprintf(l->out, "%s: mode %s, %s (%s)\n", target->subject,
		gp_modes_name(l->run->arena, target->mode), target->name, target->mode_because);
	gp_each (experiment, &l->run->experiments)
		if (experiment->target == target)
			fprintf(l->out, "  %s.%s: %s%s%s\n", experiment->workload,
				experiment->variant, experiment->title,
				experiment->cannot ? "; cannot be measured: " : "",
				experiment->cannot ? experiment->cannot : "");
}

int gp_bench_list(struct gp_bench_run *run, FILE *out)
{
	struct listing l = {run, out};

	if (run->options.devices.n)
		gp_each (device, &run->options.devices)
			list_device(&l, *device);
	else
		list_all(&l);
	gp_bench_plan(run);
	gp_each (target, &run->bench.targets)
		list_experiments(&l, target);
	if (fflush(out) || ferror(out))
		return gp_bench_complain(run, "standard output: cannot be written");
	if (gp_interrupted())
		return 1;
	return run->bench.targets.n ? 0 : 3;
}
