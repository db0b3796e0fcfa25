/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workloads/workload.h"

const struct gp_workload gp_workloads[] = {
	{.name = "transcode",
		.title = "video decoded, scaled and encoded on one device",
		.is_usual = true,
		.is_quick = true,
		.plan = gp_plan_transcode},
	{.name = "streams",
		.title = "how many transcodes at once, in real time",
		.is_usual = true,
		.plan = gp_plan_streams},
	{.name = "render",
		.title = "OpenGL ES, drawn where nobody sees it",
		.is_usual = true,
		.is_quick = true,
		.plan = gp_plan_render},
	{.name = "compute",
		.title = "OpenCL: memory, arithmetic, launching kernels",
		.is_usual = true,
		.is_quick = true,
		.plan = gp_plan_compute},
	{.name = "mixed",
		.title = "what one thing costs another: transcodes, rendering, devices",
		.is_usual = true,
		.plan = gp_plan_mixed},
};
const size_t gp_n_workloads = GP_ARRAY_SIZE(gp_workloads);
