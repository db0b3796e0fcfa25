/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "run/judge.h"
#include "telemetry/telemetry.h"
#include "workloads/workload.h"

static void measure(struct gp_bench *bench, const struct gp_experiment *experiment,
	struct gp_worker *worker, struct gp_sample *ret)
{
	struct gp_telemetry_of of = {.root = bench->telemetry_root,
		.target = experiment->target,
		.sidecar = bench->sidecar};
	struct gp_telemetry *telemetry = gp_telemetry_start(bench->arena, &of);

	gp_telemetry_watch(telemetry, gp_worker_pid(worker));
	gp_worker_go(worker);
	gp_worker_end(worker, experiment->seconds + bench->patience, ret);
	ret->gauges = gp_telemetry_stop(telemetry, ret->from, ret->to);
	gp_judge(bench->arena, ret);
}

void gp_run_one(
	struct gp_bench *bench, const struct gp_experiment *experiment, struct gp_sample *ret)
{
	struct gp_worker *worker;
	int error = gp_worker_start(bench->workers, &experiment->order, &worker);

	if (error)
		gp_sample_reject(ret, GP_SAMPLE_FAILED,
			gp_printf(bench->arena, "gpupass-work-%s cannot be started: %s",
				experiment->order.program, strerror(-error)));
	else if (gp_worker_ready(worker, bench->patience))
		measure(bench, experiment, worker, ret);
	else
		gp_worker_end(worker, 0, ret);
}
