/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DIAGNOSIS_H
#define GP_DIAGNOSIS_H

#include "check.h"

/* What is asked about a machine. */
struct gp_question {
	unsigned roles;     /* --role; 0: from evidence */
	unsigned modes;     /* --mode; 0: from what is configured */
	const char *device; /* --device: a PCI address, or NULL */
	const char *user;   /* --user: who is to use the GPU, or NULL */
};

/* A fail or warn whose needs hold: something to mend. */
struct gp_cause {
	const struct gp_finding *finding;
	size_t blocks;  /* findings that cannot be judged before it is mended */
	size_t waiting; /* those among them that matter to what is wanted */
};

enum gp_ready { GP_READY, GP_BLOCKED, GP_UNSUPPORTED, GP_READY_UNKNOWN };

struct gp_readiness {
	const struct gp_function *gpu;
	enum gp_mode mode;
	enum gp_ready state;
	const char *text; /* by what it is blocked, or what to expect */
};

/* A command whose output would tell whether these checks fail. */
struct gp_ask {
	const char *command;
	struct gp_strings ids;
};

struct gp_diagnosis {
	struct gp_case c;
	struct gp_findings findings; /* every check's, in the order of the tables */
	struct {
		struct gp_cause *items; /* most urgent first */
		size_t n;
	} causes;
	struct {
		struct gp_readiness *items; /* by GPU, then mode */
		size_t n;
	} readiness;
	struct {
		struct gp_ask *items; /* what tells most first; of a machine seen in part alone */
		size_t n;
	} asks;
};

/*
 * Runs every check and draws the conclusions. -ENODEV where --device names no function that is
 * there, -ENOTSUP where that is no display or processing function.
 */
int gp_diagnose(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_question *question, struct gp_diagnosis *ret);

/* The pieces, in the order in which they are used. */

/*
 * Roles, intent and the GPUs it is about: intent.c. Of a host, --mode or what is configured says
 * what is wanted. A guest or a container was given its GPUs to be used: each in the mode in which
 * it came (full, split or vf as far as a guest can tell, else native; container), and --mode there
 * means that this one shall work here. A guest that is a host too wants what it is configured to
 * pass on, and native of the rest.
 */
int gp_case_open(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_question *question, struct gp_case *ret);
/* Runs the checks that apply; the others skip: findings.c. */
void gp_run_checks(const struct gp_case *c, struct gp_findings *out);
/* Weighs findings by what is wanted: weigh.c. */
void gp_weigh(const struct gp_case *c, struct gp_findings *findings);
/* Skips what waits for another finding: needs.c. */
void gp_apply_needs(struct gp_findings *findings);
/* causes.c, readiness.c */
void gp_find_causes(struct gp_diagnosis *diagnosis);
void gp_find_readiness(struct gp_diagnosis *diagnosis);
/* What would decide between the causes that remain: ask.c */
void gp_find_asks(struct gp_diagnosis *diagnosis);

/*
 * 1: something failed; 3: nothing did, but a check that matters could not be measured; else 0.
 * layers: bit set of enum gp_layer to look at.
 */
int gp_exit_status(const struct gp_diagnosis *diagnosis, unsigned layers);

const char *gp_ready_name(enum gp_ready state);

#endif
