/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OVERVIEW_H
#define GP_OVERVIEW_H

#include "fleet.h"

/*
 * What is said of many machines before any of them: who needs mending, of what, and in which layer.
 * All text is as raw as the record's cells. Lives in the arena given and points into the fleet.
 */
struct gp_overview_row {
	const struct gp_machine *machine;
	size_t number;       /* of the machine in the fleet, from 1 */
	size_t depth;        /* 0: the outermost of its family */
	size_t around;       /* number of the row below which it stands; its own: none */
	const char *as;      /* "vm/100", "benchmark": what it is there; "" */
	const char *name;    /* "host-1", within its family "vm/100: guest-1" */
	const char *file;    /* what tells it from others of that name; "" where that does */
	const char *full;    /* the two by themselves: "vm/100 of host-1 (a.csv)" */
	const char *outcome; /* the id of what to mend first, or words */
	bool is_id;
	bool is_beside; /* a benchmark of the machine that stands around it */
};

struct gp_overview {
	enum gp_outlook outlook;
	const char *headline;
	struct gp_strings notes; /* what else to know before reading on */
	GP_LIST(size_t) layers;  /* those of the fleet of which anything is known */
	GP_LIST(struct gp_overview_row) rows;
	const struct gp_overview_row **by_machine; /* NULL where a machine has no row */
	const struct gp_fleet *fleet;
};

/* Whether there is one: of several machines, not of the benchmarks of one, unless they are many. */
bool gp_overview_is_due(const struct gp_fleet *fleet);

struct gp_overview gp_overview(struct gp_arena *arena, const struct gp_fleet *fleet);

/* Of a settled fleet: where it is due, puts families that need mending first, and the same causes
 * side by side. */
void gp_overview_order(struct gp_fleet *fleet);

/* "960 more machines: 12 need mending, 948 are in order." of the rows from there on; "" of none. */
const char *gp_overview_rest(
	struct gp_arena *arena, const struct gp_overview *overview, size_t from);

/* ---- overview-words.c: gp_overview() calls them */

void gp_overview_say(struct gp_arena *arena, struct gp_overview *overview);
void gp_overview_say_row(struct gp_arena *arena, struct gp_overview_row *row);
/* "needs mending", "not certain", "in order", "nothing asked for", "benchmark", "older record" */
const char *gp_overview_word(const struct gp_machine *machine);

/* ---- of a cause */

/* What is wrong; where it is said otherwise elsewhere, for example. */
const char *gp_overview_title(struct gp_arena *arena, const struct gp_cause_group *group);
/* "on 12 machines" */
const char *gp_overview_reach(struct gp_arena *arena, const struct gp_cause_group *group);
/* "to be mended first on 10"; "" where something else comes first */
const char *gp_overview_first(struct gp_arena *arena, const struct gp_cause_group *group);

#define GP_OVERVIEW_PLACES 5

/* The first few machines that have it, and how many others do. */
struct gp_overview_places {
	const struct gp_overview_row *rows[GP_OVERVIEW_PLACES];
	size_t n, others;
};

struct gp_overview_places gp_overview_places(
	const struct gp_overview *overview, const struct gp_cause_group *group);
/* " and 3 more", behind those that are named; "" where they are all. */
const char *gp_overview_others(struct gp_arena *arena, const struct gp_overview_places *places);

#endif
