/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SIDES_H
#define GP_SIDES_H

#include "compare.h"

/* What is compared, in steps: parts -> sides -> series of values -> pairs of values. */

struct gp_compare_step {
	const struct gp_compare_part *part;
	const char *session;       /* "": none */
	unsigned int session_step; /* from 1; 0: none */
};

struct gp_compare_side {
	const char *key;    /* its label, else its file, as raw as it comes */
	const char *name;   /* safe to show */
	const char *source; /* its first file; safe to show */
	GP_LIST(struct gp_compare_step) parts;
};

struct gp_compare_sides {
	struct gp_compare_side *items;
	size_t n;
};

/* 0, or -EINVAL and a line: there are no two sides. */
int gp_compare_sides_of(struct gp_arena *arena, const struct gp_compare_part *parts, size_t n,
	struct gp_compare_sides *ret, const char **ret_error);

/* The value of a meta row of a side, those of its parts joined where they differ; "" for none. */
const char *gp_compare_meta(
	struct gp_arena *arena, const struct gp_compare_side *side, const char *id);

/* Whether both ran on the same thing: the same system, boot, kernel, and targets. */
bool gp_compare_alike(
	struct gp_arena *arena, const struct gp_compare_side *a, const struct gp_compare_side *b);

/* ---- targets: what runs on which */

/* Which subject of B's belongs to which one of A's. */
struct gp_target_pair {
	const char *a, *b;
	const char *mode_a, *mode_b;
};

struct gp_target_pairs {
	struct gp_target_pair *items;
	size_t n;
};

/*
 * The same subject belongs to itself, as the processor does; the only other GPU of A to the only
 * other one of B, as it has another address in a guest. Others are left out, and *ret_left_out says
 * which.
 */
struct gp_target_pairs gp_pair_targets(struct gp_arena *arena, const struct gp_compare_side *a,
	const struct gp_compare_side *b, struct gp_strings *ret_left_out);

/* ---- series: the runs of one metric on one target */

struct gp_value {
	const struct gp_row *row;
	double value;
	bool is_valid;
	unsigned int run, pair; /* 0: not said */
	size_t part;            /* of the side */
};

struct gp_series {
	const char *id, *subject, *unit;
	struct gp_value *items;
	size_t n;
};

/* "WORKLOAD.VARIANT.METRIC", none of them empty. */
bool gp_is_metric_id(const char *id);

/* All of one side, sorted by subject and id; values by part, pair and run. */
struct gp_series_list {
	struct gp_series *items;
	size_t n;
	size_t malformed; /* rows that are none */
};

struct gp_series_list gp_series_of(struct gp_arena *arena, const struct gp_compare_side *side);
const struct gp_series *gp_series_find(
	const struct gp_series_list *list, const char *id, const char *subject);

/* ---- pairs */

enum gp_design {
	GP_DESIGN_APART,    /* one side after the other */
	GP_DESIGN_PAIRS,    /* runs in turn */
	GP_DESIGN_SESSIONS, /* means of sessions in turn */
};

struct gp_value_pair {
	double a, b;
	const struct gp_row *row_a, *row_b; /* runs; NULL for sessions */
};

struct gp_paired {
	enum gp_design design;
	GP_LIST(struct gp_value_pair) pairs;
	struct gp_strings notes; /* what was left out */
	/* Valid runs by themselves, whatever is in pairs. */
	GP_LIST(double) a;
	GP_LIST(double) b;
};

/* as_logs: the mean of a session is that of the logarithms. */
struct gp_paired gp_pair_values(struct gp_arena *arena, const struct gp_compare_side *side_a,
	const struct gp_compare_side *side_b, const struct gp_series *a, const struct gp_series *b,
	bool as_logs);

/* ---- differences.c: what else is different */

/* What makes two sides no comparison at all, in one line; NULL: nothing. */
const char *gp_find_obstacle(
	struct gp_arena *arena, const struct gp_compare_side *a, const struct gp_compare_side *b);

/* Something that the sides differ in. */
struct gp_difference {
	const char *key, *a, *b;
	struct gp_strings variants; /* "transcode.h264-1080p"; none: it is of the machine */
	bool is_void;               /* there is no verdict where it differs */
};

struct gp_differences {
	struct gp_difference *items;
	size_t n;
	bool is_cut; /* there is more that makes void: no verdict */
};

struct gp_differences gp_find_differences(
	struct gp_arena *arena, const struct gp_compare_side *a, const struct gp_compare_side *b);

#endif
