/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_JUDGE_H
#define GP_JUDGE_H

#include "workloads/workload.h"

/*
 * Whether a sample may be believed: by rules that were set before the run, from what the worker
 * said of itself and what telemetry saw. A sample that a worker called invalid stays so.
 *   - a software renderer or OpenCL device in any mode but cpu
 *   - a device whose engine counters can be read, and did not move
 *   - a vendor or a PCI address that is not the target's
 *   - too short a window, no frames, a metric that is no number
 */
void gp_judge(struct gp_arena *arena, struct gp_sample *sample);

#endif
