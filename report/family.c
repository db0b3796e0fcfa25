/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "family.h"

#include <string.h>

/* A chain of a machine, and what it goes on from: numbers in a list of all. */
struct piece {
	size_t kin;
	const struct gp_chain *chain;
	size_t from, root; /* of what begins its own number */
	size_t depth;
	bool is_lost;
};

struct pieces {
	GP_LIST(struct piece) list;
};

static bool stands_within(const struct gp_kin *kin)
{
	return !kin->digest.only_bench && kin->member->within != kin->number;
}

static const char *name_of(
	struct gp_arena *arena, const struct gp_fleet *fleet, const struct gp_machine *machine)
{
	if (*machine->name)
		return machine->name;
	if (*machine->from)
		return strrchr(machine->from, '/') ? strrchr(machine->from, '/') + 1
						   : machine->from;
	return gp_printf(arena, "record %zu", (size_t)(machine - fleet->machines.items) + 1);
}

static const char *what_of(struct gp_arena *arena, const struct gp_kin *kin)
{
	const char *role = kin->machine->role, *as = kin->member->as;
	const char *what = "machine";

	if (kin->digest.only_bench)
		return "benchmark";
	if (gp_listed(role, "host") && !stands_within(kin))
		what = "host";
	else if (gp_machine_is_container(kin->machine))
		what = "container";
	else if (gp_listed(role, "guest"))
		what = "guest";
	return gp_printf(arena, "%s%s%s", what, *as ? " " : "", as);
}

static void add_kin(struct gp_arena *arena, const struct gp_fleet *fleet,
	const struct gp_family *family, struct gp_kindred *kindred, size_t number)
{
	const struct gp_member *member = &family->members.items[number];
	struct gp_kin *kin = gp_push(arena, &kindred->kin);

	kin->machine = &fleet->machines.items[member->machine];
	kin->member = member;
	kin->number = number;
	kin->digest = gp_digest(arena, &kin->machine->record);
	kin->chains = gp_chains(arena, &kin->machine->record, &kin->digest);
	kin->name = name_of(arena, fleet, kin->machine);
	kin->what = what_of(arena, kin);
}

static const char *whose(struct gp_arena *arena, const struct gp_kin *kin)
{
	return gp_printf(arena, "%s (%s)", kin->name, kin->what);
}

/* Captures that are redacted call each machine alike; a benchmark is of one of them. */
static void call(struct gp_arena *arena, const struct gp_kindred *kindred, struct gp_kin *kin)
{
	kin->call = kin->name;
	gp_each (other, &kindred->kin)
		if (other != kin && !other->digest.only_bench && gp_equal(other->name, kin->name))
			kin->call = whose(arena, kin);
}

/* ---- The chain through all of them */

static size_t piece_of(const struct pieces *pieces, const struct gp_chain *chain)
{
	size_t i = 0;

	while (i < pieces->list.n && pieces->list.items[i].chain != chain)
		i++;
	return i;
}

static void add_piece(struct gp_arena *arena, const struct gp_kindred *kindred,
	struct pieces *pieces, const struct gp_kin *kin, const struct gp_chain *chain)
{
	const struct gp_chain *before = NULL;
	size_t number = pieces->list.n;
	struct piece piece = {.kin = kin->number, .chain = chain, .from = number, .root = number};

	if (stands_within(kin))
		before = gp_chain_before(&kindred->kin.items[kin->member->within], kin, chain);
	if (before) {
		const struct piece *outer = &pieces->list.items[piece_of(pieces, before)];

		piece.from = (size_t)(outer - pieces->list.items);
		piece.root = outer->root;
		piece.depth = outer->depth + 1;
		piece.is_lost = outer->is_lost || outer->chain->first;
	}
	*gp_push(arena, &pieces->list) = piece;
}

/* The lane of a piece, or the number of lanes. */
static size_t lane_of(const struct gp_joint *joint, const struct gp_chain *chain)
{
	size_t i = 0;

	while (i < joint->lanes.n && joint->lanes.items[i].chain != chain)
		i++;
	return i;
}

static void add_lane(struct gp_arena *arena, struct gp_kindred *kindred, struct gp_joint *joint,
	const struct pieces *pieces, const struct piece *piece)
{
	size_t from = lane_of(joint, pieces->list.items[piece->from].chain);

	/* Whoever it goes on from may be among those left out. */
	if (joint->lanes.n == GP_LANES_MOST || from > joint->lanes.n ||
		(piece->depth && from == joint->lanes.n)) {
		kindred->left_out++;
		return;
	}
	*gp_push(arena, &joint->lanes) =
		(struct gp_lane){.whose = whose(arena, &kindred->kin.items[piece->kin]),
			.chain = piece->chain,
			.from = piece->depth ? from : 0,
			.depth = piece->depth,
			.is_lost = piece->is_lost};
}

static void add_joint(struct gp_arena *arena, struct gp_kindred *kindred,
	const struct pieces *pieces, size_t root)
{
	struct gp_joint *joint = NULL;

	if (kindred->joints.n < GP_JOINTS_MOST)
		joint = gp_push(arena, &kindred->joints);
	gp_each (piece, &pieces->list) {
		if (piece->root != root)
			continue;
		if (joint)
			add_lane(arena, kindred, joint, pieces, piece);
		else
			kindred->left_out++;
	}
}

/* It has a chain, and each of its chains is broken before it. */
static void look_before(
	const struct gp_kindred *kindred, const struct pieces *pieces, struct gp_kin *kin)
{
	const struct piece *broken = NULL;

	gp_each (piece, &pieces->list) {
		if (piece->kin != kin->number)
			continue;
		if (!piece->is_lost)
			return;
		for (broken = &pieces->list.items[piece->from]; broken->is_lost;)
			broken = &pieces->list.items[broken->from];
	}
	if (broken && kin->digest.outlook != GP_OUTLOOK_GOOD)
		kin->after = &kindred->kin.items[broken->kin];
}

const char *gp_kin_note(struct gp_arena *arena, const struct gp_kin *kin)
{
	if (!kin || !kin->after)
		return "";
	return gp_printf(arena, "Mend %s first: the chain breaks there.", kin->after->call);
}

const char *gp_kin_after(struct gp_arena *arena, const struct gp_kin *kin)
{
	return kin->after ? gp_printf(arena, ", after %s", kin->after->call) : "";
}

static void join_chains(struct gp_arena *arena, struct gp_kindred *kindred)
{
	struct pieces pieces = {0};

	gp_each (kin, &kindred->kin) {
		gp_each (chain, &kin->chains.list)
			add_piece(arena, kindred, &pieces, kin, chain);
		kindred->left_out += kin->chains.left_out;
	}
	for (size_t i = 0; i < pieces.list.n; i++)
		if (pieces.list.items[i].root == i)
			add_joint(arena, kindred, &pieces, i);
	gp_each (kin, &kindred->kin)
		look_before(kindred, &pieces, kin);
}

char *gp_joint_title(struct gp_arena *arena, const struct gp_joint *joint)
{
	const struct gp_chain *chain = joint->lanes.items[0].chain;

	return gp_printf(arena, "%s%s%s", chain->subject,
		*chain->subject && *chain->modes ? ", " : "", chain->modes);
}

char *gp_lane_words(struct gp_arena *arena, const struct gp_lane *lane)
{
	return gp_printf(arena, "%s: %s", lane->whose, gp_chain_words(arena, lane->chain));
}

/* ---- What is said of all */

/* The first that is as bad, the outermost before what runs on it; a diagnosis before a benchmark.
 */
static const struct gp_kin *first_that_is(
	const struct gp_kindred *kindred, enum gp_outlook outlook, bool benches)
{
	gp_each (kin, &kindred->kin)
		if (kin->digest.outlook == outlook && kin->digest.only_bench == benches)
			return kin;
	return NULL;
}

static const struct gp_kin *speaker_of(const struct gp_kindred *kindred)
{
	static const struct {
		enum gp_outlook outlook;
		bool benches;
	} order[] = {
		{GP_OUTLOOK_BAD, false},
		{GP_OUTLOOK_BAD, true},
		{GP_OUTLOOK_UNSURE, false},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(order); i++) {
		const struct gp_kin *kin =
			first_that_is(kindred, order[i].outlook, order[i].benches);

		if (kin)
			return kin;
	}
	return kindred->kin.items;
}

struct gp_kindred gp_kindred(
	struct gp_arena *arena, const struct gp_fleet *fleet, const struct gp_family *family)
{
	struct gp_kindred kindred = {0};

	for (size_t i = 0; i < family->members.n; i++)
		add_kin(arena, fleet, family, &kindred, i);
	gp_each (kin, &kindred.kin)
		call(arena, &kindred, kin);
	join_chains(arena, &kindred);
	kindred.speaker = speaker_of(&kindred);
	kindred.headline =
		gp_printf(arena, "%s: %s", kindred.speaker->call, kindred.speaker->digest.headline);
	return kindred;
}

const struct gp_kin *gp_kin_in_turn(const struct gp_kindred *kindred, size_t i)
{
	size_t speaker = kindred->speaker->number;

	return &kindred->kin.items[i == 0 ? speaker : i <= speaker ? i - 1 : i];
}
