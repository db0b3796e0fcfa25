/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "workloads/workload.h"

const char *gp_ask(
	struct gp_bench *bench, const struct gp_order *order, double seconds, struct gp_sample *ret)
{
	struct gp_worker *worker;
	int error = gp_worker_start(bench->workers, order, &worker);

	if (error)
		return gp_printf(bench->arena, "gpupass-work-%s cannot be started: %s",
			order->program, strerror(-error));
	gp_worker_end(worker, seconds, ret);
	return ret->why && *ret->why ? ret->why : NULL;
}
