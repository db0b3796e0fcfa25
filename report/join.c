/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "join.h"

#include <string.h>

const struct gp_machine *gp_joining_machine(const struct gp_joining *joining, size_t i)
{
	return &joining->fleet->machines.items[i];
}

bool gp_joining_prefers(const struct gp_joining *joining, size_t i, size_t over)
{
	const struct gp_machine *machine = gp_joining_machine(joining, i),
				*other = gp_joining_machine(joining, over);
	int order = strcmp(machine->time, other->time);

	if (machine->only_bench != other->only_bench)
		return other->only_bench;
	return order ? order > 0 : i > over;
}

/* ---- Who is around */

static void put_into(struct gp_joining *joining, size_t inner, const struct gp_key *outer)
{
	if (!outer || gp_same_as(joining, inner) == gp_same_as(joining, outer->machine))
		return;
	joining->parent[inner] = outer->machine;
	joining->as[inner] = outer->as;
}

/* A guest runs on the host that has a VM of its system, where there is one such of each. */
static void join_guests(struct gp_joining *joining)
{
	struct gp_keys claims = {0}, guests = {0};

	for (size_t i = 0; i < joining->n; i++) {
		const struct gp_machine *machine = gp_joining_machine(joining, i);

		gp_each (vm, &machine->vms)
			gp_keys_add(joining, &claims, i, "", vm->system, vm->name);
		if (gp_listed(machine->role, "guest") && !gp_machine_is_container(machine))
			gp_keys_add(joining, &guests, i, "", machine->system, "");
	}
	gp_keys_choose(joining, &claims);
	gp_keys_choose(joining, &guests);
	gp_each (guest, &guests.list) {
		const struct gp_key *claim = gp_keys_chosen(&claims, guest->id);

		if (claim && gp_keys_chosen(&guests, guest->id))
			put_into(joining, guest->machine, claim);
	}
}

/* A container runs on the machine of the same boot. */
static void join_containers(struct gp_joining *joining)
{
	struct gp_keys boots = {0};

	for (size_t i = 0; i < joining->n; i++)
		if (!gp_machine_is_container(gp_joining_machine(joining, i)))
			gp_keys_add(
				joining, &boots, i, "", gp_joining_machine(joining, i)->boot, "");
	gp_keys_choose(joining, &boots);
	for (size_t i = 0; i < joining->n; i++)
		if (gp_machine_is_container(gp_joining_machine(joining, i)))
			put_into(joining, i,
				gp_keys_chosen(&boots, gp_joining_machine(joining, i)->boot));
}

/* Records may say anything: who comes to stand within itself stands by itself. */
static void cut_circles(struct gp_joining *joining)
{
	size_t *seen = gp_alloc(joining->arena, joining->n, sizeof(*seen));

	for (size_t i = 0; i < joining->n; i++) {
		size_t at = i;

		while (at != GP_NOBODY && !seen[at]) {
			seen[at] = i + 1;
			at = joining->parent[at];
		}
		if (at == GP_NOBODY || seen[at] != i + 1)
			continue;
		joining->parent[at] = GP_NOBODY;
		joining->as[at] = "";
	}
}

/* ---- Several records of a machine: the newest diagnosis, older ones, benchmarks */

static void absorb(struct gp_joining *joining, size_t into, size_t i)
{
	struct gp_machine *machine = &joining->fleet->machines.items[into];
	struct gp_machine *bench = &joining->fleet->machines.items[i];

	bench->is_absorbed = true;
	machine->has_bench = true;
	if (!joining->fleet->kept)
		return;
	for (size_t row = 0; row < bench->record.n; row++)
		gp_record_add(&machine->record, &bench->record.items[row]);
}

/* Of one boot; where that is not known, of one kernel at least. */
static bool ran_alike(const struct gp_machine *machine, const struct gp_machine *bench)
{
	if (*machine->boot && *bench->boot)
		return gp_equal(machine->boot, bench->boot);
	return *machine->kernel && gp_equal(machine->kernel, bench->kernel);
}

/* It would be told nowhere else that something is worse or not certain, or what it ran on. */
static bool is_absorbable(const struct gp_joining *joining, size_t into, size_t i)
{
	const struct gp_machine *bench = gp_joining_machine(joining, i);

	return (bench->outlook == GP_OUTLOOK_GOOD || bench->is_just_quick) &&
	       ran_alike(gp_joining_machine(joining, into), bench);
}

struct records {
	size_t diagnoses, benches;
	size_t best; /* diagnosis */
};

static struct records *count_records(struct gp_joining *joining)
{
	struct records *of = gp_alloc(joining->arena, joining->n, sizeof(*of));

	for (size_t i = 0; i < joining->n; i++) {
		struct records *records = &of[gp_same_as(joining, i)];

		if (gp_joining_machine(joining, i)->only_bench) {
			records->benches++;
			continue;
		}
		if (!records->diagnoses++ || gp_joining_prefers(joining, i, records->best))
			records->best = i;
	}
	return of;
}

static void sort_records(struct gp_joining *joining)
{
	const struct records *of = count_records(joining);

	for (size_t i = 0; i < joining->n; i++) {
		const struct records *records = &of[gp_same_as(joining, i)];
		struct gp_machine *machine = &joining->fleet->machines.items[i];

		machine->is_older = !machine->only_bench && records->best != i;
		if (!machine->only_bench || !records->diagnoses)
			continue;
		joining->beside[i] = records->best;
		if (records->diagnoses == 1 && records->benches == 1 &&
			is_absorbable(joining, records->best, i))
			absorb(joining, records->best, i);
	}
}

/* ---- Families */

/* What stands within each machine, as lists. */
struct tree {
	size_t *first, *last, *next; /* of a machine; GP_NOBODY */
};

static size_t *all_none(struct gp_joining *joining)
{
	size_t *list = gp_alloc(joining->arena, joining->n, sizeof(*list));

	for (size_t i = 0; i < joining->n; i++)
		list[i] = GP_NOBODY;
	return list;
}

static struct tree new_tree(struct gp_joining *joining)
{
	return (struct tree){all_none(joining), all_none(joining), all_none(joining)};
}

static void hang(struct tree *tree, size_t i, size_t on)
{
	if (tree->first[on] == GP_NOBODY)
		tree->first[on] = i;
	else
		tree->next[tree->last[on]] = i;
	tree->last[on] = i;
}

static void add_member(struct gp_joining *joining, struct gp_family *family, size_t i,
	size_t within, const char *as)
{
	*gp_push(joining->fleet->arena, &family->members) = (struct gp_member){.machine = i,
		.within = within,
		.as = as,
		.is_beside = joining->beside[i] != GP_NOBODY};
}

/* Depth first, whatever the depth: the way back is through the parents. */
static void add_family(struct gp_joining *joining, const struct tree *inside,
	const struct tree *beside, size_t root, size_t *place)
{
	struct gp_family *family = gp_push(joining->fleet->arena, &joining->fleet->families);
	size_t at = root;

	for (;;) {
		size_t parent = joining->parent[at],
		       within = parent == GP_NOBODY ? 0 : place[parent];

		place[at] = family->members.n;
		add_member(joining, family, at, within, joining->as[at]);
		for (size_t i = beside->first[at]; i != GP_NOBODY; i = beside->next[i])
			add_member(joining, family, i, within, joining->as[at]);
		if (inside->first[at] != GP_NOBODY) {
			at = inside->first[at];
			continue;
		}
		while (at != root && inside->next[at] == GP_NOBODY)
			at = joining->parent[at];
		if (at == root)
			return;
		at = inside->next[at];
	}
}

static void make_families(struct gp_joining *joining)
{
	struct tree inside = new_tree(joining), beside = new_tree(joining);
	size_t *place = gp_alloc(joining->arena, joining->n, sizeof(*place));

	for (size_t i = 0; i < joining->n; i++) {
		if (gp_joining_machine(joining, i)->is_absorbed)
			continue;
		if (joining->beside[i] != GP_NOBODY)
			hang(&beside, i, joining->beside[i]);
		else if (joining->parent[i] != GP_NOBODY)
			hang(&inside, i, joining->parent[i]);
	}
	for (size_t i = 0; i < joining->n; i++)
		if (joining->beside[i] == GP_NOBODY && joining->parent[i] == GP_NOBODY)
			add_family(joining, &inside, &beside, i, place);
}

/* Whoever runs on a benchmark's record of a machine runs on its diagnosis. */
static void lift_parents(struct gp_joining *joining)
{
	for (size_t i = 0; i < joining->n; i++)
		if (joining->parent[i] != GP_NOBODY &&
			joining->beside[joining->parent[i]] != GP_NOBODY)
			joining->parent[i] = joining->beside[joining->parent[i]];
}

void gp_fleet_join(struct gp_fleet *fleet)
{
	struct gp_joining joining = {
		.arena = gp_arena_new(), .fleet = fleet, .n = fleet->machines.n};

	joining.same = gp_alloc(joining.arena, joining.n, sizeof(*joining.same));
	joining.parent = all_none(&joining);
	joining.beside = all_none(&joining);
	joining.as = gp_alloc(joining.arena, joining.n, sizeof(*joining.as));
	for (size_t i = 0; i < joining.n; i++)
		joining.as[i] = "";
	gp_joining_find_same(&joining);
	join_guests(&joining);
	join_containers(&joining);
	sort_records(&joining);
	lift_parents(&joining);
	cut_circles(&joining);
	make_families(&joining);
	gp_arena_free(joining.arena);
}
