/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TOGETHER_H
#define GP_TOGETHER_H

#include "workloads/workload.h"

/* Several workers at once: all are set up first, then told to go. */
struct gp_side {
	struct gp_order order;
	bool is_watched; /* its engine times are those of the target */
	struct gp_sample sample;
};

struct gp_together {
	GP_LIST(struct gp_side) sides;
	struct gp_gauges gauges;
	int64_t from, to;        /* in which all of them were measured; equal: there was none */
	bool is_short_of_memory; /* for so many: nobody was told to go */
};

/*
 * Runs all sides, so many seconds at most and bench->patience. One that cannot be set up keeps the
 * others from going; what became of each is in its sample. The target is what telemetry looks at.
 */
void gp_run_together(struct gp_bench *bench, const struct gp_target *target, double seconds,
	struct gp_together *ret);

/* The first side that is to blame: it failed, or its output is wrong. NULL: none. */
const struct gp_side *gp_together_failed(const struct gp_together *together);

/* The same order with KEY=VALUE behind its last, and no other KEY. */
struct gp_order gp_order_with(
	struct gp_arena *arena, const struct gp_order *order, const char *key, const char *value);

/* What it has as KEY, or "". */
const char *gp_order_get(const struct gp_order *order, const char *key);

#endif
