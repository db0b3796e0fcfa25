/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "metrics.h"

#include <string.h>

#define WATCHED(n, u, t)                                               \
	{                                                              \
		.name = n, .unit = u, .title = t, .is_telemetry = true \
	}

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
	{.name = "touched",
		.unit = "GB/s",
		.title = "mapped memory that the processor changes",
		.higher_is_better = true},
	{.name = "flops", .unit = "GFLOPS", .title = "arithmetic", .higher_is_better = true},
	{.name = "launch", .unit = "us", .title = "time to launch a kernel"},
	{.name = "launch-queued", .unit = "us", .title = "time of a kernel among many in a queue"},
	{.name = "map", .unit = "us", .title = "time to map memory and to unmap it"},
	WATCHED("cpu-load", "%", "processor time of the window"),
	WATCHED("busy-render", "%", "busy: render engine"),
	WATCHED("busy-copy", "%", "busy: copy engine"),
	WATCHED("busy-video", "%", "busy: video engine"),
	WATCHED("busy-video-enhance", "%", "busy: video enhancement"),
	WATCHED("busy-compute", "%", "busy: compute engine"),
	WATCHED("busy-rcs", "%", "busy: render engine"),
	WATCHED("busy-bcs", "%", "busy: copy engine"),
	WATCHED("busy-vcs", "%", "busy: video engine"),
	WATCHED("busy-vecs", "%", "busy: video enhancement"),
	WATCHED("busy-ccs", "%", "busy: compute engine"),
	WATCHED("busy-gfx", "%", "busy: graphics engine"),
	WATCHED("busy-dma", "%", "busy: copy engine"),
	WATCHED("busy-dec", "%", "busy: decoder"),
	WATCHED("busy-enc", "%", "busy: encoder"),
	WATCHED("busy-enc_1", "%", "busy: second encoder"),
	WATCHED("busy-jpeg", "%", "busy: JPEG engine"),
	WATCHED("busy-device", "%", "busy: whole device"),
	WATCHED("busy", "%", "busy: engines"),
	WATCHED("asleep", "%", "GPU asleep"),
	WATCHED("asleep-gt1", "%", "media part asleep"),
	WATCHED("frequency", "MHz", "GPU frequency"),
	WATCHED("frequency-min", "MHz", "lowest GPU frequency"),
	WATCHED("frequency-asked", "MHz", "GPU frequency asked for"),
	WATCHED("frequency-gt1", "MHz", "media frequency"),
	WATCHED("frequency-gt1-min", "MHz", "lowest media frequency"),
	WATCHED("frequency-asked-gt1", "MHz", "media frequency asked for"),
	WATCHED("throttled", "%", "GPU throttled"),
	WATCHED("throttled-gt1", "%", "media part throttled"),
	WATCHED("temperature", "C", "GPU temperature"),
	WATCHED("memory", "MiB", "GPU memory in use, at most"),
	WATCHED("power-gpu", "W", "GPU power"),
	WATCHED("power-package", "W", "package power"),
	WATCHED("power-core", "W", "processor cores' power"),
	WATCHED("power-uncore", "W", "integrated GPU's power"),
	WATCHED("power-dram", "W", "memory power"),
	WATCHED("power-platform", "W", "platform power"),
	WATCHED("cpu-frequency", "MHz", "processor frequency"),
	WATCHED("cpu-throttled", "%", "processor throttled by heat"),
	WATCHED("steal", "%", "processor time taken by the host"),
	WATCHED("telemetry-cost", "%", "processor time of telemetry"),
};
const size_t gp_n_metric_kinds = sizeof(gp_metric_kinds) / sizeof(gp_metric_kinds[0]);

const struct gp_metric_kind *gp_metric_kind(const char *name)
{
	for (size_t i = 0; i < gp_n_metric_kinds; i++)
		if (strcmp(gp_metric_kinds[i].name, name) == 0)
			return &gp_metric_kinds[i];
	return NULL;
}
