/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FAMILY_H
#define GP_FAMILY_H

#include "fleet.h"

/*
 * What a person wants to know of machines that belong together before each is looked at: where the
 * first thing to mend is, and the chain that goes through all of them. All text is as raw as the
 * records' cells.
 */
#define GP_JOINTS_MOST 8
#define GP_LANES_MOST  24

struct gp_kin {
	const struct gp_machine *machine;
	const struct gp_member *member;
	size_t number;    /* in the family */
	const char *name; /* "pve1"; where it has none, "record 2" */
	const char *what; /* "host", "guest vm/100", "container", "benchmark" */
	const char *call; /* its name; where another has the same, "pve1 (host)" */
	struct gp_digest digest;
	struct gp_chains chains;
	const struct gp_kin *after; /* whose chain is broken before it, so that it waits; or NULL */
};

struct gp_kindred {
	GP_LIST(struct gp_kin) kin;   /* as the family has them */
	const struct gp_kin *speaker; /* the one whose headline is that of all */
	const char *headline;         /* "pve1: ..." */
	GP_LIST(struct gp_joint) joints;
	size_t left_out; /* chains */
};

/* The rows of its machines have to be kept. Lives in the arena, and points into the fleet. */
struct gp_kindred gp_kindred(
	struct gp_arena *arena, const struct gp_fleet *fleet, const struct gp_family *family);

/* Those of a family in the order that they are shown in: first the one that speaks for all. */
const struct gp_kin *gp_kin_in_turn(const struct gp_kindred *kindred, size_t i);

/* "Mend pve1 first: the chain breaks there.", or "". kin may be NULL. */
const char *gp_kin_note(struct gp_arena *arena, const struct gp_kin *kin);
/* ", after pve1", behind the id of what is to be mended first; or "". */
const char *gp_kin_after(struct gp_arena *arena, const struct gp_kin *kin);

/* "0000:01:00.0, full", or "" */
char *gp_joint_title(struct gp_arena *arena, const struct gp_joint *joint);
/* "pve1 (host): Firmware ok - IOMMU fails (some-check)" */
char *gp_lane_words(struct gp_arena *arena, const struct gp_lane *lane);

/* ---- joint.c */

/* The chain of the machine around it that this one goes on from, or NULL. */
const struct gp_chain *gp_chain_before(
	const struct gp_kin *outer, const struct gp_kin *inner, const struct gp_chain *chain);

#endif
