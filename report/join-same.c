/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "join.h"

size_t gp_same_as(const struct gp_joining *joining, size_t i)
{
	size_t *same = joining->same;

	while (same[i] != i) {
		same[i] = same[same[i]];
		i = same[i];
	}
	return i;
}

static void unite(struct gp_joining *joining, size_t a, size_t b)
{
	size_t first = gp_same_as(joining, a), second = gp_same_as(joining, b);

	if (first < second)
		joining->same[second] = first;
	else
		joining->same[first] = second;
}

static void unite_alike(struct gp_joining *joining, struct gp_keys *keys)
{
	gp_keys_sort(keys);
	for (size_t i = 0, end; i < keys->list.n; i = end) {
		end = gp_keys_end(keys, i);
		for (size_t j = i + 1; j < end; j++)
			unite(joining, keys->list.items[i].machine, keys->list.items[j].machine);
	}
}

/* Containers share their host's boot and often its system: only a name tells them apart. */
static const char *name_among(struct gp_joining *joining, size_t i)
{
	const struct gp_machine *machine = gp_joining_machine(joining, i);

	if (!gp_machine_is_container(machine))
		return machine->name;
	return *machine->name ? gp_printf(joining->arena, "container %s", machine->name)
			      : gp_printf(joining->arena, "container %zu", i);
}

/* Of one system and name; or of one system and boot, whatever a redacted one calls itself. */
static void unite_systems(struct gp_joining *joining)
{
	struct gp_keys named = {0}, booted = {0};

	for (size_t i = 0; i < joining->n; i++) {
		const struct gp_machine *machine = gp_joining_machine(joining, i);

		gp_keys_add(joining, &named, i, name_among(joining, i), machine->system, "");
		if (!gp_machine_is_container(machine) && *machine->system)
			gp_keys_add(joining, &booted, i, machine->system, machine->boot, "");
	}
	unite_alike(joining, &named);
	unite_alike(joining, &booted);
}

/* Whether keys alike are of two systems; those that do not know theirs are of any. */
static bool are_of_two(const struct gp_joining *joining, const struct gp_keys *keys, size_t start)
{
	size_t end = gp_keys_end(keys, start);
	const char *system = "";

	for (size_t i = start; i < end; i++) {
		const char *other =
			gp_joining_machine(joining, keys->list.items[i].machine)->system;

		if (*system && *other && !gp_equal(system, other))
			return true;
		system = *other ? other : system;
	}
	return false;
}

/* Of one boot and name, where one of them does not know its system. */
static void unite_boots(struct gp_joining *joining)
{
	struct gp_keys keys = {0};

	for (size_t i = 0; i < joining->n; i++)
		gp_keys_add(joining, &keys, i, name_among(joining, i),
			gp_joining_machine(joining, i)->boot, "");
	gp_keys_sort(&keys);
	for (size_t i = 0, end; i < keys.list.n; i = end) {
		bool is_one = !are_of_two(joining, &keys, i);

		end = gp_keys_end(&keys, i);
		for (size_t j = i + 1; j < end && is_one; j++)
			unite(joining, keys.list.items[i].machine, keys.list.items[j].machine);
	}
}

void gp_joining_find_same(struct gp_joining *joining)
{
	for (size_t i = 0; i < joining->n; i++)
		joining->same[i] = i;
	unite_systems(joining);
	unite_boots(joining);
}
