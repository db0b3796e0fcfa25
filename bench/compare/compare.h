/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_COMPARE_H
#define GP_COMPARE_H

#include "record.h"
#include "settings.h"

/*
 * What one side of a benchmark is of the other, from their records: pure.
 *
 * Sides are told apart by their label, or by their name where all have the same or one has none.
 * The first to come is A; each other one is compared with it. A side has one or more parts: the
 * sessions of one that a reboot stands between, for instance.
 *
 * What makes a pair, and so an interval and a verdict:
 *   - runs with the same number behind "pair" in their source, which were taken in turn
 *   - the sessions 2k - 1 and 2k of the same meta row `session`, one of each side: what counts are
 *     the means of their runs
 * Runs that were taken one side after the other are given as a ratio alone. Of such intervals 52 to
 * 86 of 100 hold the truth, as drift of the machine cannot be told from a difference.
 */
struct gp_compare_part {
	const char *name; /* the file; as raw as it comes */
	struct gp_record rows;
};

struct gp_compare_options {
	double band; /* 0.01: what differs by less is equal; of percentages in points */
	uint64_t seed;
	const char *time; /* for the meta row; NULL: none */
};

#define GP_COMPARE_BAND 0.01
#define GP_COMPARE_SEED 1

/*
 * Adds the meta, fact (`confounder.WHAT`, `compare.WHAT`) and stat rows of a record to *ret. 0, or
 * -EINVAL and one line in *ret_error: there are no two sides, or they did not measure the same
 * thing.
 */
int gp_compare_records(struct gp_arena *arena, const struct gp_compare_part *parts, size_t n,
	const struct gp_compare_options *options, struct gp_record *ret, const char **ret_error);

/* Adds the parts of a record, one behind the other, to a list. */
struct gp_compare_parts {
	struct gp_compare_part *items;
	size_t n;
};

void gp_compare_add(struct gp_arena *arena, struct gp_compare_parts *parts, const char *name,
	const struct gp_record *record);

/* Whether a verdict of the record is "worse". */
bool gp_compare_is_worse(const struct gp_record *record);

/* `gpupass-bench compare A B [...]`: prints. The exit status: 0, 1 something is worse, 2. */
int gp_bench_compare(struct gp_arena *arena, int argc, char **argv);
/* `gpupass-bench compare --interleave SIDE_A SIDE_B [...]`: measures both now, in turn. */
int gp_bench_interleave(struct gp_arena *arena, int argc, char **argv);

#endif
