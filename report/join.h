/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_JOIN_H
#define GP_JOIN_H

#include "fleet.h"

/* What gp_fleet_join() is made of. All of it for any number of machines: sorted, not compared. */

#define GP_NOBODY SIZE_MAX

struct gp_joining {
	struct gp_arena *arena; /* until all are joined */
	struct gp_fleet *fleet;
	size_t n;
	size_t *same;    /* records of one machine lead to the same one of them */
	size_t *parent;  /* who is around; or GP_NOBODY */
	const char **as; /* what that one calls it */
	size_t *beside;  /* of a record that stands behind another of the same machine: that one */
};

const struct gp_machine *gp_joining_machine(const struct gp_joining *joining, size_t i);

/* Of two records of one machine, the one that says more of it: a diagnosis, then the later. */
bool gp_joining_prefers(const struct gp_joining *joining, size_t i, size_t over);

/* ---- join-same.c: finds the records of one machine. */

void gp_joining_find_same(struct gp_joining *joining);
/* The same number for all records of one machine. */
size_t gp_same_as(const struct gp_joining *joining, size_t i);

/* ---- join-keys.c */

/* What a machine is found by: sorted, so that those alike stand together. */
struct gp_key {
	const char *name, *id;
	const char *as; /* of a claim: the name of the VM */
	size_t machine;
};

struct gp_keys {
	GP_LIST(struct gp_key) list;
	size_t *chosen; /* of keys alike, at the first of them: a key, or GP_NOBODY */
};

/* Without an id there is nothing to be found by. */
void gp_keys_add(struct gp_joining *joining, struct gp_keys *keys, size_t machine, const char *name,
	const char *id, const char *as);
void gp_keys_sort(struct gp_keys *keys);
/* Of sorted keys: behind the last that is like this one. */
size_t gp_keys_end(const struct gp_keys *keys, size_t start);

/* Sorts them, and chooses one machine for each id, where all of the keys are of the same one. */
void gp_keys_choose(struct gp_joining *joining, struct gp_keys *keys);
/* The key that was chosen, or NULL; its "as" is "" where there are several. */
const struct gp_key *gp_keys_chosen(const struct gp_keys *keys, const char *id);

#endif
