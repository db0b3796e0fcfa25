/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "faces.h"
#include "file-list.h"
#include "fleet.h"
#include "record-rows.h"

static struct gp_record empty(struct gp_record *record)
{
	return (struct gp_record){.arena = record->arena};
}

/* A machine with the causes that its letters name: f fails, w warns. */
static struct gp_record machine(struct gp_record *record, const char *name, const char *causes)
{
	struct gp_record part = empty(record);

	meta(&part, "host", name);
	meta(&part, "mode", "full");
	finding(&part, "iommu-on", "pass", "", "");
	for (size_t i = 0; causes[i]; i++)
		gp_record_add(&part, &(struct gp_row){.kind = "cause",
					     .layer = "vfio",
					     .id = causes[i] == 'f' ? "it-fails" : "it-warns",
					     .verdict = causes[i] == 'f' ? "fail" : "warn",
					     .value = gp_printf(record->arena, "%zu", i + 1),
					     .text = "That is so."});
	return part;
}

static struct gp_fleet fleet_of(struct gp_record *record, const char *const *machines)
{
	struct gp_fleet fleet = gp_fleet_new(record->arena);

	for (size_t i = 0; machines[i]; i++) {
		struct gp_record part = machine(record, "pve", machines[i]);

		gp_fleet_take(&fleet, &part, "pve.csv");
	}
	gp_fleet_settle(&fleet);
	return fleet;
}

static void test_machine(void **state)
{
	struct gp_record *record = *state;
	struct gp_fleet fleet = fleet_of(record, (const char *const[]){"fw", NULL});
	const struct gp_machine *machine = fleet.machines.items;

	assert_int_equal(fleet.machines.n, 1);
	assert_string_equal(machine->name, "pve");
	assert_string_equal(machine->from, "pve.csv");
	assert_string_equal(machine->role, "");
	assert_string_equal(machine->first, "it-fails");
	assert_int_equal(machine->n_warns, 1);
	assert_int_equal(machine->outlook, GP_OUTLOOK_BAD);
	assert_int_equal(machine->record.n, 5);
	gp_fleet_free(&fleet);
}

static enum gp_link_state state_in(const struct gp_fleet *fleet, size_t machine, const char *layer)
{
	for (size_t i = 0; i < fleet->layers.n; i++)
		if (gp_equal(fleet->layers.items[i], layer))
			return fleet->machines.items[machine].states[i];
	fail_msg("no layer %s", layer);
	return GP_LINK_NONE;
}

static void test_states(void **state)
{
	struct gp_record *record = *state, part = empty(record);
	struct gp_fleet fleet = gp_fleet_new(record->arena);

	meta(&part, "mode", "full");
	finding(&part, "a", "pass", "", "");
	finding(&part, "b", "unknown", "vf", "of a mode that nobody wants");
	gp_fleet_take(&fleet, &part, NULL);
	assert_int_equal(state_in(&fleet, 0, "iommu"), GP_LINK_OK);
	finding(&part, "c", "unknown", "full", "not root");
	gp_fleet_take(&fleet, &part, NULL);
	assert_int_equal(state_in(&fleet, 1, "iommu"), GP_LINK_UNKNOWN);
	finding(&part, "d", "warn", "", "");
	gp_fleet_take(&fleet, &part, NULL);
	assert_int_equal(state_in(&fleet, 2, "iommu"), GP_LINK_WARNS);
	assert_int_equal(state_in(&fleet, 2, "vfio"), GP_LINK_NONE);
	gp_fleet_free(&fleet);
}

static void test_layers_have_an_end(void **state)
{
	struct gp_record *record = *state, part = empty(record);
	struct gp_fleet fleet = gp_fleet_new(record->arena);

	for (size_t i = 0; i < 100; i++)
		gp_record_add(&part, &(struct gp_row){.kind = "finding",
					     .layer = gp_printf(record->arena, "layer-%zu", i),
					     .verdict = "fail"});
	gp_fleet_take(&fleet, &part, NULL);
	assert_int_equal(fleet.layers.n, GP_FLEET_LAYERS_MOST);
	assert_string_equal(fleet.layers.items[0], "firmware");
	assert_int_equal(state_in(&fleet, 0, "layer-0"), GP_LINK_FAILS);
	gp_fleet_free(&fleet);
}

static void test_causes_are_counted(void **state)
{
	static const char *const machines[] = {"w", "ff", "wf", "w", "", NULL};
	struct gp_fleet fleet = fleet_of(*state, machines);

	assert_int_equal(fleet.causes.n, 2);
	assert_string_equal(fleet.causes.items[0].id, "it-fails");
	assert_true(fleet.causes.items[0].fails);
	assert_int_equal(fleet.causes.items[0].n, 2);
	assert_int_equal(fleet.causes.items[0].n_first, 2);
	assert_int_equal(fleet.causes.items[0].machines.n, 2);
	assert_int_equal(fleet.causes.items[0].machines.items[1], 2);
	assert_string_equal(fleet.causes.items[0].title, "That is so");
	assert_string_equal(fleet.causes.items[1].id, "it-warns");
	assert_false(fleet.causes.items[1].fails);
	assert_int_equal(fleet.causes.items[1].n, 3);
	gp_fleet_free(&fleet);
}

static void test_rows_are_kept_of_a_few(void **state)
{
	struct gp_record *record = *state, part = machine(record, "pve", "f");
	struct gp_fleet fleet = gp_fleet_new(record->arena);

	for (size_t i = 0; i < GP_FLEET_KEPT_MOST; i++)
		gp_fleet_take(&fleet, &part, NULL);
	assert_non_null(fleet.kept);
	assert_int_equal(fleet.machines.items[0].record.n, part.n);
	gp_fleet_take(&fleet, &part, NULL);
	assert_null(fleet.kept);
	assert_int_equal(fleet.machines.items[0].record.n, 0);
	assert_int_equal(fleet.machines.n, GP_FLEET_KEPT_MOST + 1);
	assert_string_equal(fleet.machines.items[GP_FLEET_KEPT_MOST].first, "it-fails");
	gp_fleet_free(&fleet);
}

/* What each row takes beside its text counts too: its cells' ends, and its place in two lists. */
static void test_rows_are_weighed(void **state)
{
	struct gp_record *record = *state, part = empty(record);
	struct gp_fleet fleet = gp_fleet_new(record->arena);

	meta(&part, "host", "pve");
	gp_fleet_take(&fleet, &part, NULL);
	assert_int_equal(fleet.kept_bytes, 2 * sizeof(struct gp_row) + sizeof("meta") +
						   sizeof("host") + sizeof("pve") + GP_N_COLUMNS -
						   3);
	gp_fleet_free(&fleet);
}

/* Texts are cut at a character; what machines are joined by is whole, or is not there. */
static void test_long_texts(void **state)
{
	struct gp_record *record = *state, part = empty(record);
	struct gp_fleet fleet = gp_fleet_new(record->arena);
	const struct gp_machine *machine;
	char text[1000] = "";

	memset(text, 'a', sizeof(text) - 1);
	memcpy(text + 199, "\xc3\xa4", 2);
	meta(&part, "host", "pve");
	meta(&part, "tool", text);
	meta(&part, "kernel", text);
	meta(&part, "system", text);
	meta(&part, "boot", "boot-h");
	gp_record_add(&part, &(struct gp_row){.kind = "fact",
				     .layer = "vm",
				     .id = "vm.system",
				     .subject = text,
				     .value = "uuid-g"});
	gp_record_add(&part, &(struct gp_row){.kind = "fact",
				     .layer = "vm",
				     .id = "vm.system",
				     .subject = "vm/1",
				     .value = text});
	gp_fleet_take(&fleet, &part, NULL);
	machine = fleet.machines.items;
	assert_int_equal(strlen(machine->tool), 199);
	assert_string_equal(machine->kernel, "");
	assert_string_equal(machine->system, "");
	assert_string_equal(machine->boot, "boot-h");
	assert_int_equal(machine->vms.n, 1);
	assert_int_equal(strlen(machine->vms.items[0].name), 199);
	gp_fleet_free(&fleet);
}

static struct gp_strings listed_in(struct gp_arena *arena, const char *bytes, size_t size)
{
	FILE *in = fmemopen((void *)(uintptr_t)bytes, size, "r");
	struct gp_strings names = {0};

	assert_non_null(in);
	assert_int_equal(gp_file_list(arena, in, &names), 0);
	fclose(in);
	return names;
}

static void test_file_list(void **state)
{
	struct gp_arena *arena = ((struct gp_record *)*state)->arena;
	static const char lines[] = "a b.csv\r\n\n c\n\r\n", nuls[] = "a\nb\0c\0", open[] = "a\nb";
	struct gp_strings names = listed_in(arena, lines, sizeof(lines) - 1);
	FILE *directory = fopen("/", "r");

	assert_string_equal(gp_join(arena, &names, "|"), "a b.csv| c");
	names = listed_in(arena, nuls, sizeof(nuls) - 1);
	assert_string_equal(gp_join(arena, &names, "|"), "a\nb|c");
	names = listed_in(arena, open, sizeof(open) - 1);
	assert_string_equal(gp_join(arena, &names, "|"), "a|b");
	assert_true(gp_file_list(arena, directory, &names) < 0);
	fclose(directory);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_machine),
		TEST(test_states),
		TEST(test_layers_have_an_end),
		TEST(test_causes_are_counted),
		TEST(test_rows_are_kept_of_a_few),
		TEST(test_rows_are_weighed),
		TEST(test_long_texts),
		TEST(test_file_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
