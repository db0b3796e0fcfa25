/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DIGEST_H
#define GP_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#include "bench-digest.h"
#include "record.h"

/*
 * What a person wants to know of one record, drawn from its rows alone, before any face writes it
 * down. All text is as raw as the record's cells: a face escapes it. Lives in the arena given, its
 * rows point into the record.
 */
enum gp_outlook {
	GP_OUTLOOK_GOOD,
	GP_OUTLOOK_UNSURE, /* what matters could not be measured */
	GP_OUTLOOK_BAD,
};

struct gp_cause {
	const struct gp_row *row;
	const char *title; /* what is wrong, without its full stop */
	const char *why;   /* why it matters; may be "" */
};

struct gp_digest_gpu {
	const char *address, *name, *kind, *id, *driver, *group; /* "" where not known */
	const char *node;                                        /* renderD128, of /dev/dri */
	const char *pf;                                          /* of a VF: its PF's address */
	const char *wanted;              /* the modes that are wanted of it: "full;vf" */
	const struct gp_row **readiness; /* one per mode, NULL: no row */
};

/* Unknown findings that share a reason. */
struct gp_reason {
	const char *text;
	struct gp_strings ids; /* the first eight */
	size_t n;
};

/* Readiness rows that share a verdict and a text. */
struct gp_hindrance {
	const char *verdict, *text;
	struct gp_strings modes, gpus;
	bool is_wanted; /* one of the modes is wanted of one of the GPUs */
};

struct gp_counts {
	size_t pass, note, warn, fail, unknown;
	size_t skip;    /* do not apply */
	size_t waiting; /* skipped, because a cause stands before them */
};

struct gp_digest {
	enum gp_outlook outlook;
	const char *headline;
	const char *mode;          /* the wanted ones ("full;vf"), or "" */
	const char *inside;        /* "virtual machine", "container"; "" for a host */
	bool names_wanted;         /* the record says which GPU is wanted for what */
	struct gp_strings machine; /* one line each */
	struct gp_strings modes;
	GP_LIST(struct gp_digest_gpu) gpus;
	GP_LIST(struct gp_cause) fails;
	GP_LIST(struct gp_cause) warns;
	GP_LIST(const struct gp_row *) steps;
	size_t causes_left_out, steps_left_out; /* where there are more than a machine can have */
	GP_LIST(const struct gp_row *) asks;    /* what to paste besides */
	GP_LIST(struct gp_reason) unknowns;     /* those that matter to the wanted mode */
	GP_LIST(struct gp_hindrance) hindrances;
	struct gp_strings layers; /* of findings and facts, from the firmware up */
	struct gp_counts counts;
	size_t n_facts;
	const struct gp_bench_digest *bench; /* NULL: there are no benchmark rows */
	bool only_bench;                     /* and no diagnosis */
};

/* "0000:01:00.0: " where there are several GPUs and it is not about all of them; else "". */
char *gp_hindrance_whose(struct gp_arena *arena, const struct gp_digest *digest,
	const struct gp_hindrance *hindrance);

struct gp_digest gp_digest(struct gp_arena *arena, const struct gp_record *record);

/* The sentences of a digest, from what is gathered: gp_digest() calls it. */
void gp_digest_words(
	struct gp_arena *arena, const struct gp_record *record, struct gp_digest *digest);

/* "Needs mending" */
const char *gp_digest_outlook(const struct gp_digest *digest);

/* The layers from the firmware up: "firmware", "kernel", ... */
extern const char *const gp_layers[];
extern const size_t gp_n_layers;

/* Whether a finding counts for what is wanted: "" is any mode. */
bool gp_concerns(const char *modes, const char *wanted);

/* Whether "full;vf" has vf. */
bool gp_listed(const char *list, const char *word);

/* "Change the kernel command line: intel_iommu=on" */
char *gp_step_title(struct gp_arena *arena, const struct gp_row *step);

/* Whether a step's text is for a shell, to be pasted as it is, rather than prose. */
bool gp_step_is_command(const struct gp_row *step);

#endif
