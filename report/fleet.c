/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fleet.h"

#include <stdlib.h>
#include <string.h>

/* Records are somebody else's files. */
#define GROUPS_MOST 512
#define VMS_MOST    256
#define TEXT_MOST   200 /* bytes */
#define PROSE_MOST  2000

struct gp_fleet gp_fleet_new(struct gp_arena *arena)
{
	struct gp_fleet fleet = {.arena = arena, .kept = gp_arena_new()};

	for (size_t i = 0; i < gp_n_layers; i++)
		gp_strings_add(arena, &fleet.layers, gp_layers[i]);
	return fleet;
}

bool gp_machine_is_container(const struct gp_machine *machine)
{
	return gp_listed(machine->role, "container") && !gp_listed(machine->role, "host");
}

static void drop_rows(struct gp_fleet *fleet)
{
	gp_arena_free(fleet->kept);
	fleet->kept = NULL;
	gp_each (machine, &fleet->machines)
		machine->record = (struct gp_record){0};
}

void gp_fleet_free(struct gp_fleet *fleet)
{
	drop_rows(fleet);
}

/* What they come to, and what the list of them comes to while it grows. */
static size_t bytes_of(const struct gp_record *part)
{
	size_t bytes = 0;

	for (size_t i = 0; i < part->n; i++) {
		bytes += 2 * sizeof(part->items[i]);
		for (size_t column = 0; column < GP_N_COLUMNS; column++)
			bytes += strlen(part->items[i].cells[column]) + 1;
	}
	return bytes;
}

static void keep_rows(
	struct gp_fleet *fleet, struct gp_machine *machine, const struct gp_record *part)
{
	if (!fleet->kept)
		return;
	fleet->kept_bytes += bytes_of(part);
	if (fleet->machines.n > GP_FLEET_KEPT_MOST ||
		(fleet->machines.n > 1 && fleet->kept_bytes > GP_FLEET_KEPT_BYTES_MOST)) {
		drop_rows(fleet);
		return;
	}
	machine->record.arena = fleet->kept;
	for (size_t i = 0; i < part->n; i++)
		gp_record_add(&machine->record, &part->items[i]);
}

/* A text as it is, cut at a character. */
static const char *cut(const struct gp_fleet *fleet, const char *text, size_t most)
{
	size_t size = strnlen(text, most + 1);

	if (size > most)
		for (size = most; size && ((unsigned char)text[size] & 0xc0) == 0x80;)
			size--;
	return size ? gp_strndup(fleet->arena, text, size) : "";
}

static const char *meta_of(
	const struct gp_fleet *fleet, const struct gp_record *part, const char *id)
{
	const char *value = gp_record_meta(part, id);

	return value ? cut(fleet, value, TEXT_MOST) : "";
}

static const char *name_of(const struct gp_record *part)
{
	const char *name = gp_record_meta(part, "host");

	return name && *name ? name : part->n ? part->items[0].host : "";
}

/* Whether it can be told from another one without being cut. */
static bool is_key(const char *text)
{
	return *text && strnlen(text, TEXT_MOST + 1) <= TEXT_MOST;
}

static const char *key_of(
	const struct gp_fleet *fleet, const struct gp_record *part, const char *id)
{
	const char *value = gp_record_meta(part, id);

	return value && is_key(value) ? gp_strdup(fleet->arena, value) : "";
}

/* Machines are told by their name too: of one that is cut nothing is the same as anybody's. */
static void take_keys(
	struct gp_fleet *fleet, struct gp_machine *machine, const struct gp_record *part)
{
	const char *name = name_of(part);
	bool is_cut = *name && !is_key(name);

	machine->name = cut(fleet, name, TEXT_MOST);
	machine->system = is_cut ? "" : key_of(fleet, part, "system");
	machine->boot = is_cut ? "" : key_of(fleet, part, "boot");
	machine->kernel = key_of(fleet, part, "kernel");
}

static void take_vms(
	struct gp_fleet *fleet, struct gp_machine *machine, const struct gp_record *part)
{
	const struct gp_row *row = NULL;

	while ((row = gp_record_next(part, "fact", row)) && machine->vms.n < VMS_MOST)
		if (gp_equal(row->id, "vm.system") && is_key(row->value))
			*gp_push(fleet->arena, &machine->vms) =
				(struct gp_handed){cut(fleet, row->subject, TEXT_MOST),
					gp_strdup(fleet->arena, row->value)};
}

static size_t layer_of(struct gp_fleet *fleet, const char *layer)
{
	size_t i = 0;

	while (i < fleet->layers.n && !gp_equal(fleet->layers.items[i], layer))
		i++;
	if (i == fleet->layers.n && *layer && i < GP_FLEET_LAYERS_MOST)
		gp_strings_add(fleet->arena, &fleet->layers, gp_strdup(fleet->arena, layer));
	return i;
}

/* A layer is as bad as the worst that is said of it, as far as it concerns what is wanted. */
static void take_states(struct gp_fleet *fleet, struct gp_machine *machine,
	const struct gp_record *part, const struct gp_digest *digest)
{
	for (size_t i = 0; i < part->n; i++) {
		const struct gp_row *row = &part->items[i];
		enum gp_link_state state;
		size_t layer;

		if (!gp_equal(row->kind, "finding") && !gp_equal(row->kind, "cause"))
			continue;
		state = gp_link_state_of(row);
		if (state == GP_LINK_NONE ||
			(state == GP_LINK_UNKNOWN && !gp_concerns(row->mode, digest->mode)))
			continue;
		layer = layer_of(fleet, row->layer);
		if (layer < fleet->layers.n && machine->states[layer] < state)
			machine->states[layer] = (uint8_t)state;
	}
}

static struct gp_cause_group *group_of(
	struct gp_fleet *fleet, const struct gp_cause *cause, bool fails)
{
	struct gp_cause_group *group;

	gp_each (known, &fleet->causes)
		if (known->fails == fails && gp_equal(known->id, cause->row->id))
			return known;
	if (fleet->causes.n == GROUPS_MOST) {
		fleet->causes_left_out++;
		return NULL;
	}
	group = gp_push(fleet->arena, &fleet->causes);
	group->id = gp_strdup(fleet->arena, cause->row->id);
	group->fails = fails;
	group->layer = gp_strdup(fleet->arena, cause->row->layer);
	group->title = gp_strdup(fleet->arena, cause->title);
	return group;
}

static void take_cause(struct gp_fleet *fleet, size_t machine, const struct gp_cause *cause,
	bool fails, bool first)
{
	const struct gp_cause_group *group = group_of(fleet, cause, fails);
	const char *title;

	if (!group)
		return;
	title = gp_equal(group->title, cause->title) ? group->title
						     : gp_strdup(fleet->arena, cause->title);
	*gp_push(fleet->arena, &fleet->hits) = (struct gp_hit){.machine = (uint32_t)machine,
		.group = (uint16_t)(group - fleet->causes.items),
		.title = title,
		.first = first};
}

static void take_causes(
	struct gp_fleet *fleet, struct gp_machine *machine, const struct gp_digest *digest)
{
	size_t number = fleet->machines.n - 1;

	gp_each (cause, &digest->fails)
		take_cause(fleet, number, cause, true, cause == digest->fails.items);
	gp_each (cause, &digest->warns)
		take_cause(fleet, number, cause, false, false);
	machine->n_warns = digest->warns.n;
	machine->first = "";
	if (digest->fails.n)
		machine->first = gp_strdup(fleet->arena, digest->fails.items[0].row->id);
}

static bool is_just_quick(const struct gp_bench_digest *bench)
{
	return bench->quick && !bench->n_worse && !bench->interrupted && !bench->n_rejected &&
	       !bench->n_inconclusive;
}

void gp_fleet_take(struct gp_fleet *fleet, const struct gp_record *part, const char *from)
{
	struct gp_arena *scratch = gp_arena_new();
	struct gp_digest digest = gp_digest(scratch, part);
	struct gp_machine *machine = gp_push(fleet->arena, &fleet->machines);

	take_keys(fleet, machine, part);
	machine->from = gp_strdup(fleet->arena, from ? from : "");
	machine->role = meta_of(fleet, part, "role");
	machine->tool = meta_of(fleet, part, "tool");
	machine->version = meta_of(fleet, part, "version");
	machine->time = meta_of(fleet, part, "time");
	machine->outlook = digest.outlook;
	machine->headline = cut(fleet, digest.headline, PROSE_MOST);
	machine->has_bench = digest.bench != NULL;
	machine->only_bench = digest.only_bench;
	machine->is_just_quick = digest.bench && is_just_quick(digest.bench);
	machine->wants_nothing = !*digest.mode && !*digest.inside;
	take_vms(fleet, machine, part);
	take_states(fleet, machine, part, &digest);
	take_causes(fleet, machine, &digest);
	keep_rows(fleet, machine, part);
	gp_arena_free(scratch);
}

static void count_hit(struct gp_fleet *fleet, const struct gp_hit *hit)
{
	struct gp_cause_group *group = &fleet->causes.items[hit->group];

	if (!group->n)
		group->title = hit->title;
	group->varies |= !gp_equal(group->title, hit->title);
	group->n_first += hit->first;
	/* One cause may hold for several subjects of a machine. */
	if (group->n && group->newest == hit->machine)
		return;
	group->newest = hit->machine;
	group->n++;
	if (group->machines.n < GP_GROUP_MACHINES_MOST)
		*gp_push(fleet->arena, &group->machines) = hit->machine;
}

/* What only an older record has is no longer wrong. */
static void count_hits(struct gp_fleet *fleet)
{
	size_t n = 0;

	gp_each (hit, &fleet->hits)
		if (!fleet->machines.items[hit->machine].is_older)
			count_hit(fleet, hit);
	gp_each (group, &fleet->causes)
		if (group->n)
			fleet->causes.items[n++] = *group;
	fleet->causes.n = n;
}

static int by_reach(const void *a, const void *b)
{
	const struct gp_cause_group *first = a, *second = b;

	if (first->fails != second->fails)
		return first->fails ? -1 : 1;
	if (first->n_first != second->n_first)
		return first->n_first > second->n_first ? -1 : 1;
	if (first->n != second->n)
		return first->n > second->n ? -1 : 1;
	return strcmp(first->id, second->id);
}

void gp_fleet_settle(struct gp_fleet *fleet)
{
	gp_fleet_join(fleet);
	count_hits(fleet);
	if (fleet->causes.n > 1)
		qsort(fleet->causes.items, fleet->causes.n, sizeof(*fleet->causes.items), by_reach);
}
