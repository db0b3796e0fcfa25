/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics.h"

#include <string.h>

const struct gp_metric_kind gp_metric_kinds[] = {
	{.name = "fps", .unit = "frames/s", .title = "frames per second", .higher_is_better = true},
	{.name = "init", .unit = "ms", .title = "initialisation"},
	{.name = "cpu", .unit = "ms/frame", .title = "processor time per frame"},
	{.name = "psnr",
		.unit = "dB",
		.title = "likeness to the reference",
		.higher_is_better = true},
	{.name = "p50", .unit = "ms", .title = "median time of a frame"},
	{.name = "p95", .unit = "ms", .title = "95th percentile"},
	{.name = "p99", .unit = "ms", .title = "99th percentile"},
	{.name = "p99-9", .unit = "ms", .title = "99.9th percentile"},
	{.name = "max", .unit = "ms", .title = "slowest frame"},
	{.name = "missed", .unit = "%", .title = "missed deadlines"},
	{.name = "count", .unit = "streams", .title = "streams at once", .higher_is_better = true},
	{.name = "slowest",
		.unit = "x",
		.title = "slowest stream, of real time",
		.higher_is_better = true},
	{.name = "late", .unit = "frames", .title = "lateness of a stream, 99th percentile"},
	{.name = "share", .unit = "x", .title = "of what it does alone", .higher_is_better = true},
	{.name = "bandwidth", .unit = "GB/s", .title = "bandwidth", .higher_is_better = true},
	{.name = "flops", .unit = "GFLOPS", .title = "arithmetic", .higher_is_better = true},
	{.name = "launch", .unit = "us", .title = "time to launch a kernel"},
	{.name = "launch-queued", .unit = "us", .title = "time of a kernel among many in a queue"},
	{.name = "map", .unit = "us", .title = "time to map memory and to unmap it"},
	{.name = "cpu-load", .unit = "%", .title = "processor time of the window"},
};
const size_t gp_n_metric_kinds = sizeof(gp_metric_kinds) / sizeof(gp_metric_kinds[0]);

const struct gp_metric_kind *gp_metric_kind(const char *name)
{
	for (size_t i = 0; i < gp_n_metric_kinds; i++)
		if (strcmp(gp_metric_kinds[i].name, name) == 0)
			return &gp_metric_kinds[i];
	return NULL;
}
