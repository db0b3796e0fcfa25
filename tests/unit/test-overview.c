/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fleet.h"
#include "overview.h"
#include "overview-rows.h"

/* ---- machines made by hand */

static int make_fleet(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_fleet *fleet = gp_new(arena, struct gp_fleet);

	*fleet = gp_fleet_new(arena);
	*state = fleet;
	return 0;
}

static int free_fleet(void **state)
{
	struct gp_fleet *fleet = *state;
	struct gp_arena *arena = fleet->arena;

	gp_fleet_free(fleet);
	gp_arena_free(arena);
	return 0;
}

static struct gp_machine *add(
	struct gp_fleet *fleet, const char *name, const char *from, enum gp_outlook outlook)
{
	struct gp_machine *machine = gp_push(fleet->arena, &fleet->machines);

	machine->name = name;
	machine->from = from;
	machine->outlook = outlook;
	machine->headline = machine->first = "";
	return machine;
}

/* Into the last family; as: NULL begins another. */
static void put_into_family(struct gp_fleet *fleet, size_t machine, size_t within, const char *as)
{
	struct gp_family *family = as ? &fleet->families.items[fleet->families.n - 1]
				      : gp_push(fleet->arena, &fleet->families);

	*gp_push(fleet->arena, &family->members) =
		(struct gp_member){.machine = machine, .within = within, .as = as ? as : ""};
}

static void put_beside(struct gp_fleet *fleet, size_t machine, size_t within, const char *as)
{
	struct gp_family *family = &fleet->families.items[fleet->families.n - 1];

	put_into_family(fleet, machine, within, as);
	family->members.items[family->members.n - 1].is_beside = true;
}

/* Each a family of its own, where none are made. */
static struct gp_overview overview_of(struct gp_fleet *fleet)
{
	size_t n = fleet->families.n ? 0 : fleet->machines.n;

	for (size_t i = 0; i < n; i++)
		put_into_family(fleet, i, 0, NULL);
	return gp_overview(fleet->arena, fleet);
}

static void adds(struct gp_fleet *fleet, size_t n, enum gp_outlook outlook)
{
	while (n--)
		add(fleet, "", "", outlook);
}

static void says(struct gp_fleet *fleet, size_t bad, size_t unsure, size_t good, const char *what)
{
	fleet->machines.n = fleet->families.n = 0;
	adds(fleet, bad, GP_OUTLOOK_BAD);
	adds(fleet, unsure, GP_OUTLOOK_UNSURE);
	adds(fleet, good, GP_OUTLOOK_GOOD);
	assert_string_equal(overview_of(fleet).headline, what);
}

static void test_headline(void **state)
{
	says(*state, 12, 3, 25,
		"40 machines: 12 need mending, 3 could not be measured in full, 25 are in order.");
	says(*state, 1, 1, 1,
		"3 machines: 1 needs mending, 1 could not be measured in full, 1 is in order.");
	says(*state, 2, 0, 0, "2 machines: all need mending.");
	says(*state, 0, 2, 0, "2 machines: none could be measured in full.");
	says(*state, 0, 0, 2, "2 machines: all are in order.");
	says(*state, 1, 0, 0, "1 machine needs mending.");
}

static void test_headline_of_warnings(void **state)
{
	struct gp_fleet *fleet = *state;

	add(fleet, "a", "", GP_OUTLOOK_BAD)->n_warns = 2;
	add(fleet, "b", "", GP_OUTLOOK_GOOD)->n_warns = 2;
	assert_string_equal(overview_of(fleet).headline,
		"2 machines: 1 needs mending, 1 is in order (with warnings).");
	fleet->families.n = 0;
	add(fleet, "c", "", GP_OUTLOOK_GOOD);
	assert_string_equal(overview_of(fleet).headline,
		"3 machines: 1 needs mending, 2 are in order (1 with warnings).");
	assert_string_equal(overview_of(fleet).rows.items[1].outcome, "in order, 2 warnings");
}

static void test_headline_of_benchmarks(void **state)
{
	struct gp_fleet *fleet = *state;

	add(fleet, "a", "", GP_OUTLOOK_GOOD)->only_bench = true;
	assert_string_equal(overview_of(fleet).headline, "1 benchmark.");
	add(fleet, "b", "", GP_OUTLOOK_BAD)->only_bench = true;
	add(fleet, "c", "", GP_OUTLOOK_GOOD);
	fleet->families.n = 0;
	assert_string_equal(overview_of(fleet).headline,
		"1 machine is in order; 2 benchmarks, something is worse in 1.");
	assert_int_equal(overview_of(fleet).outlook, GP_OUTLOOK_BAD);
	assert_string_equal(overview_of(fleet).rows.items[1].outcome, "benchmark, worse");
}

static void test_benchmarks_of_one_machine_have_none(void **state)
{
	struct gp_fleet *fleet = *state;

	add(fleet, "a", "", GP_OUTLOOK_GOOD)->only_bench = true;
	add(fleet, "a", "", GP_OUTLOOK_BAD)->only_bench = true;
	add(fleet, "a", "", GP_OUTLOOK_GOOD);
	overview_of(fleet);
	assert_false(gp_overview_is_due(fleet));
	gp_overview_order(fleet);
	assert_int_equal(fleet->families.items[1].members.items[0].machine, 1);
	fleet->families.n = 0;
	add(fleet, "b", "", GP_OUTLOOK_GOOD);
	overview_of(fleet);
	assert_true(gp_overview_is_due(fleet));
}

/* ---- order */

static void in_order_are(struct gp_fleet *fleet, const char *names)
{
	struct gp_strings list = {0};
	struct gp_overview overview = overview_of(fleet);

	gp_overview_order(fleet);
	overview = gp_overview(fleet->arena, fleet);
	gp_each (row, &overview.rows)
		gp_strings_add(fleet->arena, &list, row->machine->name);
	assert_string_equal(gp_join(fleet->arena, &list, " "), names);
}

static void test_worst_come_first(void **state)
{
	struct gp_fleet *fleet = *state;

	add(fleet, "bench", "", GP_OUTLOOK_GOOD)->only_bench = true;
	add(fleet, "good10", "", GP_OUTLOOK_GOOD);
	add(fleet, "good9", "", GP_OUTLOOK_GOOD);
	add(fleet, "warned", "", GP_OUTLOOK_GOOD)->n_warns = 1;
	add(fleet, "unsure", "", GP_OUTLOOK_UNSURE);
	add(fleet, "bad", "", GP_OUTLOOK_BAD);
	in_order_are(fleet, "bad unsure warned good9 good10 bench");
}

static void test_same_causes_stand_together(void **state)
{
	struct gp_fleet *fleet = *state;

	gp_push(fleet->arena, &fleet->causes)->id = "frequent";
	gp_push(fleet->arena, &fleet->causes)->id = "rare";
	add(fleet, "a", "", GP_OUTLOOK_BAD)->first = "rare";
	add(fleet, "b", "", GP_OUTLOOK_BAD)->first = "frequent";
	add(fleet, "c", "", GP_OUTLOOK_BAD)->first = "rare";
	add(fleet, "d", "", GP_OUTLOOK_BAD)->first = "frequent";
	in_order_are(fleet, "b d a c");
}

static void test_families_stay_together(void **state)
{
	struct gp_fleet *fleet = *state;

	add(fleet, "bad1", "", GP_OUTLOOK_BAD);
	add(fleet, "host", "", GP_OUTLOOK_GOOD);
	add(fleet, "guest", "", GP_OUTLOOK_BAD);
	add(fleet, "good", "", GP_OUTLOOK_GOOD);
	put_into_family(fleet, 3, 0, NULL);
	put_into_family(fleet, 1, 0, NULL);
	put_into_family(fleet, 2, 0, "vm/100");
	put_into_family(fleet, 0, 0, NULL);
	in_order_are(fleet, "bad1 host guest good");
}

/* ---- names */

static void named(const struct gp_overview *overview, size_t i, const char *name, const char *file,
	const char *full)
{
	assert_string_equal(overview->rows.items[i].name, name);
	assert_string_equal(overview->rows.items[i].file, file);
	assert_string_equal(overview->rows.items[i].full, full);
}

static void test_same_names_are_told_apart(void **state)
{
	struct gp_fleet *fleet = *state;
	struct gp_overview overview;

	add(fleet, "host-1", "/srv/x/a.csv", GP_OUTLOOK_GOOD);
	add(fleet, "host-1", "/srv/x/b/a.csv", GP_OUTLOOK_GOOD);
	add(fleet, "host-2", "/srv/x/b/a.csv", GP_OUTLOOK_GOOD);
	add(fleet, "host-1", "/srv/x/c.csv", GP_OUTLOOK_GOOD);
	add(fleet, "host-1", "/srv/x/c.csv", GP_OUTLOOK_GOOD);
	add(fleet, "", "/srv/x/d.csv", GP_OUTLOOK_GOOD);
	add(fleet, "", "/srv/x/d.csv", GP_OUTLOOK_GOOD);
	add(fleet, "", "", GP_OUTLOOK_GOOD);
	add(fleet, "", "", GP_OUTLOOK_GOOD);
	overview = overview_of(fleet);
	named(&overview, 0, "host-1", "a.csv", "host-1 (a.csv)");
	named(&overview, 1, "host-1", "b/a.csv", "host-1 (b/a.csv)");
	named(&overview, 2, "host-2", "", "host-2");
	named(&overview, 3, "host-1", "c.csv #4", "host-1 (c.csv #4)");
	named(&overview, 4, "host-1", "c.csv #5", "host-1 (c.csv #5)");
	named(&overview, 5, "d.csv", "#6", "d.csv (#6)");
	named(&overview, 7, "unnamed", "#8", "unnamed (#8)");
}

static void test_members_are_named_by_who_is_around(void **state)
{
	struct gp_fleet *fleet = *state;
	struct gp_overview overview;

	for (size_t i = 0; i < 2; i++) {
		const char *file = i ? "b.csv" : "a.csv";

		add(fleet, "host-1", file, GP_OUTLOOK_GOOD);
		add(fleet, "guest-1", file, GP_OUTLOOK_GOOD);
		add(fleet, "", file, GP_OUTLOOK_GOOD);
		put_into_family(fleet, 3 * i, 0, NULL);
		put_into_family(fleet, 3 * i + 1, 0, "vm/100");
		put_into_family(fleet, 3 * i + 2, 1, "ct/web");
	}
	overview = overview_of(fleet);
	named(&overview, 0, "host-1", "a.csv", "host-1 (a.csv)");
	named(&overview, 1, "vm/100: guest-1", "", "vm/100 of host-1 (a.csv)");
	named(&overview, 5, "ct/web", "", "ct/web of vm/100 of host-1 (b.csv)");
	assert_int_equal(overview.rows.items[3].depth, 0);
	assert_int_equal(overview.rows.items[4].depth, 1);
	assert_int_equal(overview.rows.items[5].depth, 2);
}

static void test_benchmarks_stand_below_their_machine(void **state)
{
	struct gp_fleet *fleet = *state;
	struct gp_overview overview;

	add(fleet, "host-1", "a.csv", GP_OUTLOOK_GOOD);
	add(fleet, "host-1", "b.csv", GP_OUTLOOK_GOOD)->only_bench = true;
	add(fleet, "host-1", "c.csv", GP_OUTLOOK_GOOD)->only_bench = true;
	add(fleet, "guest-1", "d.csv", GP_OUTLOOK_GOOD);
	add(fleet, "guest-1", "e.csv", GP_OUTLOOK_GOOD)->only_bench = true;
	put_into_family(fleet, 0, 0, NULL);
	put_beside(fleet, 1, 0, "");
	put_beside(fleet, 2, 0, "");
	put_into_family(fleet, 3, 0, "vm/100");
	put_beside(fleet, 4, 0, "vm/100");
	overview = overview_of(fleet);
	named(&overview, 0, "host-1", "", "host-1");
	named(&overview, 1, "benchmark", "b.csv", "benchmark of host-1 (b.csv)");
	named(&overview, 4, "benchmark", "", "benchmark of vm/100 of host-1");
	assert_int_equal(overview.rows.items[4].depth, 2);
}

/* ---- records */

static void take_all(struct gp_fleet *fleet, const struct gp_record *record)
{
	struct gp_record one = {0};

	while (gp_record_part(record, &one))
		gp_fleet_take(fleet, &one, NULL);
	gp_fleet_settle(fleet);
	gp_overview_order(fleet);
}

static void test_causes_are_counted(void **state)
{
	struct gp_record *record = *state;
	struct gp_fleet fleet = gp_fleet_new(record->arena);
	struct gp_overview_places places;
	struct gp_overview overview;

	add_three(record);
	take_all(&fleet, record);
	overview = gp_overview(record->arena, &fleet);
	assert_int_equal(fleet.causes.n, 3);
	assert_string_equal(fleet.causes.items[0].id, "no-iommu");
	assert_string_equal(gp_overview_title(record->arena, &fleet.causes.items[0]),
		"For example: There is no IOMMU in pve1");
	assert_string_equal(
		gp_overview_reach(record->arena, &fleet.causes.items[0]), "on 2 machines");
	assert_string_equal(gp_overview_first(record->arena, &fleet.causes.items[0]),
		"to be mended first on 1");
	assert_string_equal(
		gp_overview_reach(record->arena, &fleet.causes.items[1]), "on 1 machine");
	assert_string_equal(gp_overview_title(record->arena, &fleet.causes.items[1]), "It is off");
	assert_string_equal(
		gp_overview_first(record->arena, &fleet.causes.items[1]), "to be mended first");
	assert_string_equal(gp_overview_first(record->arena, &fleet.causes.items[2]), "");
	places = gp_overview_places(&overview, &fleet.causes.items[0]);
	assert_int_equal(places.n, 2);
	assert_int_equal(places.others, 0);
	assert_string_equal(places.rows[1]->full, "two");
	assert_int_equal(overview.layers.n, 4);
	gp_fleet_free(&fleet);
}

#define HAND(test)   cmocka_unit_test_setup_teardown(test, make_fleet, free_fleet)
#define RECORD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		HAND(test_headline),
		HAND(test_headline_of_warnings),
		HAND(test_headline_of_benchmarks),
		HAND(test_benchmarks_of_one_machine_have_none),
		HAND(test_worst_come_first),
		HAND(test_same_causes_stand_together),
		HAND(test_families_stay_together),
		HAND(test_same_names_are_told_apart),
		HAND(test_members_are_named_by_who_is_around),
		HAND(test_benchmarks_stand_below_their_machine),
		RECORD(test_causes_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
