/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DIFF_H
#define GP_DIFF_H

#include "record.h"
#include "render.h"

/*
 * What changed between two records of a machine, drawn from their rows alone. The order of rows
 * does not matter, nor what is another with each run: times, the boot, what was watched beside a
 * benchmark. All text is as raw as the cells: a face escapes it.
 */
enum gp_diff_group {
	GP_DIFF_READINESS, /* verdict, or what it is blocked by */
	GP_DIFF_NEW,       /* causes */
	GP_DIFF_GONE,
	GP_DIFF_CAUSE,   /* its verdict */
	GP_DIFF_BROKEN,  /* findings that are worse, and no new cause */
	GP_DIFF_LOST,    /* that can no longer be told */
	GP_DIFF_MENDED,  /* that are better, and were no cause */
	GP_DIFF_TOLD,    /* that can be told now */
	GP_DIFF_FINDING, /* others: of one side alone, or neither better nor worse */
	GP_DIFF_FACT,    /* meta rows too */
	GP_N_DIFF_GROUPS
};

/* Where there are several rows of an id and subject, those that differ are taken in turn. */
struct gp_difference {
	const struct gp_row *before, *after; /* NULL: there is none; never both */
	size_t rank;                         /* the lower, the more it matters */
};

struct gp_differences {
	struct gp_difference *items;
	size_t n;
};

/* What a benchmark came to: without a verdict, and no difference by itself. */
struct gp_diff_center {
	const char *title, *before, *after; /* "58.9 frames/s"; NULL: not measured */
};

/* Two runs on one machine: of one system, or host, and by the same tool; else by their order. */
struct gp_diff_part {
	const char *name;     /* the host; "" where not known */
	const char *tool;     /* or "" */
	const char *only;     /* "before", "after": there is no other; else NULL */
	const char *machines; /* they are of two machines: "a, then b"; else NULL */
	struct gp_differences groups[GP_N_DIFF_GROUPS];
	GP_LIST(struct gp_diff_center) centers;
	size_t n; /* of differences */
};

struct gp_diff {
	GP_LIST(struct gp_diff_part) parts; /* by machine; then those without a like */
	size_t n;                           /* of differences; 0: nothing differs */
	const char *headline;
};

/* Pure; lives in the arena given and points into both records. */
struct gp_diff gp_diff(
	struct gp_arena *arena, const struct gp_record *before, const struct gp_record *after);

/* Fills in what differs between two runs: gp_diff() calls it. */
void gp_diff_pair(struct gp_arena *arena, const struct gp_record *before,
	const struct gp_record *after, struct gp_diff_part *part);

/* ---- diff-words.c */

/* The sentence above all: gp_diff() calls it. */
void gp_diff_words(struct gp_arena *arena, struct gp_diff *diff);
/* The heading of a group: "Mended". */
const char *gp_diff_heading(enum gp_diff_group group);
/* Of one difference: "VT-d is turned off (fw-vtd-off)". */
const char *gp_difference_title(
	struct gp_arena *arena, enum gp_diff_group group, const struct gp_difference *difference);
/* What became of it: "fail -> pass: the kernel uses an IOMMU", "new: vfio-pci". */
const char *gp_difference_text(
	struct gp_arena *arena, enum gp_diff_group group, const struct gp_difference *difference);
/* Above a part: "pve1, gpupass-doctor". */
const char *gp_diff_part_title(struct gp_arena *arena, const struct gp_diff_part *part);

/* ---- faces; 0, or -errno of the stream */

struct gp_diff_face {
	const char *name;
	int (*render)(const struct gp_diff *diff, const struct gp_style *style, FILE *out);
};

extern const struct gp_diff_face gp_diff_faces[];
extern const size_t gp_n_diff_faces;

/* NULL: there is none. */
const struct gp_diff_face *gp_diff_face_find(const char *name);
/* "text, markdown" */
char *gp_diff_face_names(struct gp_arena *arena);

int gp_diff_text(const struct gp_diff *diff, const struct gp_style *style, FILE *out);
/* At most 65,536 characters, as a ticket takes them. */
int gp_diff_markdown(const struct gp_diff *diff, const struct gp_style *style, FILE *out);

#endif
