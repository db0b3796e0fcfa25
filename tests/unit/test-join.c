/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fleets.h"

#define HOST  "host"
#define GUEST "guest"
#define INNER "container"

static struct gp_arena *arena_of(void **state)
{
	return ((struct gp_record *)*state)->arena;
}

/* The fleet of these records. */
#define FLEET(arena, ...)                                        \
	fleet_of(arena, (const struct gp_record[]){__VA_ARGS__}, \
		GP_ARRAY_SIZE(((const struct gp_record[]){__VA_ARGS__})))

static struct gp_fleet fleet_of(struct gp_arena *arena, const struct gp_record *parts, size_t n)
{
	struct gp_fleet fleet = gp_fleet_new(arena);

	for (size_t i = 0; i < n; i++)
		gp_fleet_take(&fleet, &parts[i], NULL);
	gp_fleet_settle(&fleet);
	return fleet;
}

static void joined_are(
	struct gp_arena *arena, const struct gp_record *parts, size_t n, const char *wanted)
{
	struct gp_fleet fleet = fleet_of(arena, parts, n);

	assert_string_equal(families(arena, &fleet), wanted);
	gp_fleet_free(&fleet);
}

#define JOINED(wanted, ...)                                        \
	joined_are(arena, (const struct gp_record[]){__VA_ARGS__}, \
		GP_ARRAY_SIZE(((const struct gp_record[]){__VA_ARGS__})), wanted)

static struct gp_record copy_of(const struct gp_record *part)
{
	struct gp_record copy = {.arena = part->arena};

	for (size_t i = 0; i < part->n; i++)
		gp_record_add(&copy, &part->items[i]);
	return copy;
}

static struct gp_record with_vm(struct gp_record part, const char *name, const char *system)
{
	struct gp_record copy = copy_of(&part);

	vm(&copy, name, system);
	return copy;
}

static struct gp_record at(struct gp_record part, const char *time)
{
	struct gp_record copy = copy_of(&part);

	meta(&copy, "time", time);
	return copy;
}

static struct gp_record measured(struct gp_record part)
{
	struct gp_record copy = copy_of(&part);

	benchmark(&copy, "A");
	return copy;
}

static void test_nobody_knows_anybody(void **state)
{
	struct gp_arena *arena = arena_of(state);

	JOINED("0<0", machine(arena, "", "", "", ""));
	JOINED("0<0 | 1<0 | 2<0", machine(arena, "a", HOST, "", ""),
		machine(arena, "a", GUEST, "", ""), machine(arena, "a", INNER, "", ""));
	JOINED("0<0 | 1<0 | 2<0", machine(arena, "a", HOST, "uuid-a", "boot-a"),
		machine(arena, "b", GUEST, "uuid-b", "boot-b"),
		machine(arena, "c", INNER, "", "boot-c"));
}

static void test_guest_of_a_host(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host =
		with_vm(machine(arena, "pve1", HOST, "uuid-h", "boot-h"), "vm/100", "uuid-g");
	struct gp_record guest = machine(arena, "ubuntu", GUEST, "uuid-g", "boot-g");

	JOINED("0<0 1<0:vm/100", host, guest);
	JOINED("1<0 0<0:vm/100", guest, host);
	/* A machine of that system that is no guest is another one. */
	JOINED("0<0 | 1<0", host, machine(arena, "ubuntu", HOST, "uuid-g", "boot-g"));
	JOINED("0<0 | 1<0", host, machine(arena, "ubuntu", "", "uuid-g", "boot-g"));
	/* One that may be either may be a guest too. */
	JOINED("0<0 1<0:vm/100", host, machine(arena, "ubuntu", "host;guest", "uuid-g", ""));
	JOINED("0<0 1<0:vm/100", host,
		machine(arena, "ubuntu", "host;guest;container", "uuid-g", ""));
}

static void test_guest_of_two_hosts(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host =
		with_vm(machine(arena, "pve1", HOST, "uuid-h", "boot-h"), "vm/100", "uuid-g");
	struct gp_record other =
		with_vm(machine(arena, "pve2", HOST, "uuid-i", "boot-i"), "vm/100", "uuid-g");
	struct gp_record guest = machine(arena, "ubuntu", GUEST, "uuid-g", "boot-g");

	JOINED("0<0 | 1<0 | 2<0", host, other, guest);
	/* Hosts of one name that do not say which they are. */
	JOINED("0<0 | 1<0 | 2<0", with_vm(machine(arena, "host-1", HOST, "", ""), "vm/1", "uuid-g"),
		with_vm(machine(arena, "host-1", HOST, "", ""), "vm/1", "uuid-g"), guest);
	/* A host has two VMs of one system: on which of them it is does not matter to the host. */
	JOINED("0<0 1<0", with_vm(host, "vm/101", "uuid-g"), guest);
}

static void test_two_guests_of_one_system(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host =
		with_vm(machine(arena, "pve1", HOST, "uuid-h", "boot-h"), "vm/100", "uuid-g");

	JOINED("0<0 | 1<0 | 2<0", host, machine(arena, "ubuntu", GUEST, "uuid-g", "boot-g"),
		machine(arena, "clone", GUEST, "uuid-g", "boot-i"));
	/* The same one, twice; once redacted. */
	JOINED("0<0 1<0:vm/100 2<0:vm/100 ~1", host,
		machine(arena, "ubuntu", GUEST, "uuid-g", "boot-g"),
		machine(arena, "ubuntu", GUEST, "uuid-g", "boot-i"));
	JOINED("0<0 1<0:vm/100 2<0:vm/100 ~1", host,
		machine(arena, "ubuntu", GUEST, "uuid-g", "boot-g"),
		machine(arena, "host-1", GUEST, "uuid-g", "boot-g"));
}

static void test_container_of_a_host(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host = machine(arena, "pve1", HOST, "uuid-h", "boot-h");
	struct gp_record inner = machine(arena, "jelly", INNER, "", "boot-h");

	JOINED("0<0 1<0", host, inner);
	JOINED("1<0 0<0", inner, host);
	JOINED("0<0 1<0", machine(arena, "pve1", "host;guest", "", "boot-h"), inner);
	JOINED("0<0 1<0", host, machine(arena, "jelly", "guest;container", "uuid-h", "boot-h"));
	JOINED("0<0 | 1<0", host, machine(arena, "jelly", INNER, "uuid-h", "boot-i"));
	JOINED("0<0 | 1<0", host, machine(arena, "jelly", INNER, "uuid-h", ""));
	JOINED("0<0 | 1<0", machine(arena, "a", INNER, "", "boot-h"), inner);
}

static void test_container_of_several(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host = machine(arena, "pve1", HOST, "uuid-h", "boot-h");
	struct gp_record inner = machine(arena, "jelly", INNER, "", "boot-h");

	/* Of records of one host the later one. */
	JOINED("0<0 2<0 | 1<0 ~1", at(host, "2026-02-02T00:00:00Z"),
		at(host, "2026-01-01T00:00:00Z"), inner);
	JOINED("0<0 | 1<0 2<0 ~0", host, host, inner);
	/* It is the diagnosis that counts. */
	JOINED("0<0 2<0 !1", host, measured(at(host, "2026-03-03T00:00:00Z")), inner);
	/* Two names, and neither says more. */
	JOINED("0<0 | 1<0 | 2<0", machine(arena, "a", HOST, "", "boot-h"),
		machine(arena, "b", HOST, "", "boot-h"), inner);
	/* What resumed from one snapshot has one boot. */
	JOINED("0<0 | 1<0 | 2<0", host, machine(arena, "pve1", HOST, "uuid-i", "boot-h"), inner);
}

static void test_host_guest_and_container(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host = with_vm(
		with_vm(machine(arena, "pve1", HOST, "uuid-h", "boot-h"), "vm/100", "uuid-g"),
		"vm/101", "uuid-i");

	JOINED("5<0 1<0:vm/101 2<0:vm/100 0<2 4<2 3<0 | 6<0",
		machine(arena, "in-guest", INNER, "", "boot-g"),
		machine(arena, "other", GUEST, "uuid-i", "boot-i"),
		machine(arena, "ubuntu", GUEST, "uuid-g", "boot-g"),
		machine(arena, "in-host", INNER, "", "boot-h"),
		machine(arena, "too", INNER, "", "boot-g"), host,
		machine(arena, "elsewhere", INNER, "", "boot-x"));
}

static void test_guest_that_has_guests(void **state)
{
	struct gp_arena *arena = arena_of(state);

	JOINED("2<0 1<0:vm/1 0<1:vm/2", machine(arena, "c", GUEST, "uuid-c", ""),
		with_vm(machine(arena, "b", "host;guest", "uuid-b", ""), "vm/2", "uuid-c"),
		with_vm(machine(arena, "a", HOST, "uuid-a", ""), "vm/1", "uuid-b"));
}

static void test_circles(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record a = machine(arena, "a", GUEST, "uuid-a", "boot-a");
	struct gp_record b = machine(arena, "b", GUEST, "uuid-b", "boot-b");
	struct gp_record c = machine(arena, "c", GUEST, "uuid-c", "boot-c");

	JOINED("0<0", with_vm(a, "vm/1", "uuid-a"));
	JOINED("0<0 1<0:vm/2", with_vm(a, "vm/2", "uuid-b"), with_vm(b, "vm/1", "uuid-a"));
	JOINED("0<0 1<0:vm/2 2<1:vm/3 3<2", with_vm(a, "vm/2", "uuid-b"),
		with_vm(b, "vm/3", "uuid-c"), with_vm(c, "vm/1", "uuid-a"),
		machine(arena, "in-c", INNER, "", "boot-c"));
	/* What leads into a circle is no part of it. */
	JOINED("2<0 0<0:vm/9 1<0:vm/2", machine(arena, "d", GUEST, "uuid-d", "boot-d"),
		with_vm(a, "vm/1", "uuid-b"),
		with_vm(with_vm(b, "vm/9", "uuid-d"), "vm/2", "uuid-a"));
	/* A container that says it has its host as a VM. */
	JOINED("0<0 1<0", with_vm(a, "vm/2", "uuid-x"),
		with_vm(machine(arena, "in", INNER, "", "boot-a"), "vm/1", "uuid-a"));
}

static void test_bench_of_a_machine(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host = machine(arena, "pve1", HOST, "uuid-h", "boot-h");

	JOINED("0<0 !1", host, measured(host));
	JOINED("1<0 !0", measured(host), host);
	/* No right to read the system; started with another idea of the role. */
	JOINED("0<0 !1", host, measured(machine(arena, "pve1", HOST, "", "boot-h")));
	JOINED("0<0 !1", host, measured(machine(arena, "pve1", "host;guest", "uuid-h", "boot-h")));
	/* Another name, system or boot, or nothing to tell by. */
	JOINED("0<0 | 1<0", host, measured(machine(arena, "pve2", HOST, "uuid-h", "boot-i")));
	JOINED("0<0 | 1<0", host, measured(machine(arena, "pve1", HOST, "uuid-i", "boot-h")));
	JOINED("0<0 | 1<0", host, measured(machine(arena, "pve1", HOST, "", "")));
	JOINED("0<0 | 1<0", machine(arena, "pve1", HOST, "", ""),
		measured(machine(arena, "pve1", HOST, "", "")));
}

static struct gp_record said(struct gp_record part, const char *id, const char *verdict)
{
	struct gp_record copy = copy_of(&part);

	gp_record_add(&copy, &(struct gp_row){.kind = "stat",
				     .layer = "bench",
				     .id = id,
				     .subject = GPU,
				     .mode = "native",
				     .verdict = verdict,
				     .value = "0.5",
				     .unit = "ratio",
				     .text = "95 % interval 0.4 to 0.6; n = 12",
				     .source = "A B"});
	return copy;
}

static struct gp_record with_kernel(struct gp_record part, const char *kernel)
{
	struct gp_record copy = copy_of(&part);

	meta(&copy, "kernel", kernel);
	return copy;
}

/* After a reboot it may be another kernel; where no boot is known, the kernel says so. */
static void test_bench_of_another_boot(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host =
		with_kernel(machine(arena, "pve1", HOST, "uuid-h", "boot-h"), "6.12.1");
	struct gp_record other = machine(arena, "pve1", HOST, "uuid-h", "boot-i");
	struct gp_record open = machine(arena, "pve1", HOST, "uuid-h", "");

	JOINED("0<0 1<0", host, measured(with_kernel(other, "5.10.99")));
	JOINED("0<0 1<0", host, measured(with_kernel(other, "6.12.1")));
	JOINED("0<0 1<0", host, measured(with_kernel(open, "5.10.99")));
	JOINED("0<0 !1", host, measured(with_kernel(open, "6.12.1")));
	JOINED("0<0 !1", with_kernel(open, "6.12.1"), measured(host));
	JOINED("0<0 1<0", host, measured(open));
	JOINED("0<0 1<0", open, measured(open));
}

/* Two names that differ only behind where they are cut are not one; nor are two systems. */
static void test_long_names(void **state)
{
	struct gp_arena *arena = arena_of(state);
	char *a = gp_alloc(arena, 502, 1), *b = gp_alloc(arena, 502, 1);
	struct gp_record first, second;

	memset(a, 'x', 500);
	strcpy(b, a);
	a[500] = 'a';
	b[500] = 'b';
	first = with_kernel(machine(arena, a, HOST, "uuid-h", ""), "6.12.1");
	second = with_kernel(machine(arena, b, HOST, "uuid-h", ""), "6.12.1");
	JOINED("0<0 | 1<0", first, measured(second));
	JOINED("0<0 | 1<0", with_vm(machine(arena, "pve1", HOST, "uuid-h", ""), "vm/100", a),
		machine(arena, "ubuntu", GUEST, b, ""));
	JOINED("0<0 | 1<0", machine(arena, "pve1", HOST, "uuid-h", a),
		machine(arena, "jelly", INNER, "", b));
}

/* What a diagnosis would hide stands by itself. */
static void test_bench_that_is_worse(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host = machine(arena, "pve1", HOST, "uuid-h", "boot-h");

	JOINED("0<0 !1", host, said(host, "transcode.a.fps", "better"));
	JOINED("0<0 1<0", host, said(host, "transcode.a.fps", "worse"));
	JOINED("0<0 1<0", host, said(host, "transcode.a.fps", "inconclusive"));
}

/* That a benchmark was quick is all that is doubtful about it. */
static void test_quick_bench(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host = machine(arena, "pve1", HOST, "uuid-h", "boot-h");
	struct gp_record quick = copy_of(&host), worse;

	meta(&quick, "quick", "too short");
	worse = said(quick, "transcode.a.fps", "worse");
	JOINED("0<0 !1", host, said(quick, "transcode.a.fps", "better"));
	JOINED("0<0 1<0", host, worse);
}

static void test_several_of_a_machine(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host =
		with_vm(machine(arena, "pve1", HOST, "uuid-h", "boot-h"), "vm/100", "uuid-g");
	struct gp_record guest = machine(arena, "ubuntu", GUEST, "uuid-g", "boot-g");
	struct gp_record bench = measured(machine(arena, "pve1", HOST, "uuid-h", "boot-h"));

	JOINED("0<0 | 1<0", bench, bench);
	JOINED("1<0 0<0 2<0", bench, host, bench);
	JOINED("2<0 0<0 3<0 1<0:vm/100 4<0:vm/100 5<0:vm/100", bench, guest, host, bench,
		measured(guest), measured(guest));
	JOINED("0<0 2<0:vm/100 | 1<0 ~1", at(host, "2026-02-02T00:00:00Z"),
		at(host, "2026-01-01T00:00:00Z"), guest);
	JOINED("0<0 | 1<0 ~0", host, host);
	/* Which of two diagnoses it goes with is not known: it is shown by itself. */
	JOINED("0<0 2<0 | 1<0 ~1", at(host, "2026-02-02T00:00:00Z"),
		at(host, "2026-01-01T00:00:00Z"), bench);
}

static void test_containers_are_told_by_name(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host = machine(arena, "pve1", HOST, "uuid-h", "boot-h");

	/* A name like its host's, a name like nobody's. */
	JOINED("0<0 1<0", host, measured(machine(arena, "pve1", INNER, "uuid-h", "boot-h")));
	JOINED("0<0 1<0 2<0", host, machine(arena, "", INNER, "uuid-h", "boot-h"),
		measured(machine(arena, "", INNER, "uuid-h", "boot-h")));
	JOINED("0<0 1<0 2<0", host, machine(arena, "a", INNER, "uuid-h", "boot-h"),
		measured(machine(arena, "b", INNER, "uuid-h", "boot-h")));
	JOINED("0<0 1<0 !2", host, machine(arena, "a", INNER, "uuid-h", "boot-h"),
		measured(machine(arena, "a", INNER, "uuid-h", "boot-h")));
}

static void test_absorbed_rows(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_record host = machine(arena, "pve1", HOST, "uuid-h", "boot-h");
	struct gp_fleet fleet = FLEET(arena, measured(host), host);
	const struct gp_machine *diagnosed = &fleet.machines.items[1];
	struct gp_digest digest = gp_digest(arena, &diagnosed->record);

	assert_true(diagnosed->has_bench);
	assert_int_equal(diagnosed->record.n, host.n + measured(host).n);
	assert_non_null(digest.bench);
	assert_string_equal(digest.bench->label, "A");
	gp_fleet_free(&fleet);
}

/* Every other one is a guest of the one before it; too many for their rows to be kept. */
static void test_ten_thousand(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_fleet fleet = gp_fleet_new(arena);
	const size_t n = 10000;

	for (size_t i = 0; i < n; i++) {
		struct gp_arena *scratch = gp_arena_new();
		struct gp_record part = machine(scratch, gp_printf(scratch, "m%zu", i),
			i % 2 ? GUEST : HOST, gp_printf(scratch, "uuid-%zu", i),
			gp_printf(scratch, "boot-%zu", i));

		vm(&part, "vm/100", gp_printf(scratch, "uuid-%zu", i + 1));
		gp_fleet_take(&fleet, &part, NULL);
		gp_arena_free(scratch);
	}
	gp_fleet_settle(&fleet);
	assert_null(fleet.kept);
	assert_int_equal(fleet.families.n, n / 2);
	assert_int_equal(fleet.families.items[7].members.n, 2);
	assert_int_equal(fleet.families.items[7].members.items[1].machine, 15);
	gp_fleet_free(&fleet);
}

/* All the same one, or each within the one before: no way takes the square of them. */
static void test_ten_thousand_hostile(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_fleet alike = gp_fleet_new(arena), deep = gp_fleet_new(arena);
	const size_t n = 10000;

	for (size_t i = 0; i < n; i++) {
		struct gp_arena *scratch = gp_arena_new();
		struct gp_record same = machine(scratch, "m", i % 3 ? GUEST : INNER, "u", "b");
		struct gp_record within = machine(scratch, "", GUEST, gp_printf(scratch, "u%zu", i),
			gp_printf(scratch, "b%zu", i));

		for (size_t j = 0; j < 8; j++)
			vm(&same, gp_printf(scratch, "vm/%zu", j), "u");
		vm(&within, "vm/1", gp_printf(scratch, "u%zu", (i + 1) % n));
		gp_fleet_take(&alike, &same, NULL);
		gp_fleet_take(&deep, &within, NULL);
		gp_arena_free(scratch);
	}
	gp_fleet_settle(&alike);
	gp_fleet_settle(&deep);
	assert_int_equal(deep.families.n, 1);
	assert_int_equal(deep.families.items[0].members.n, n);
	assert_int_equal(deep.families.items[0].members.items[n - 1].within, n - 2);
	gp_fleet_free(&alike);
	gp_fleet_free(&deep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_nobody_knows_anybody),
		TEST(test_guest_of_a_host),
		TEST(test_guest_of_two_hosts),
		TEST(test_two_guests_of_one_system),
		TEST(test_container_of_a_host),
		TEST(test_container_of_several),
		TEST(test_host_guest_and_container),
		TEST(test_guest_that_has_guests),
		TEST(test_circles),
		TEST(test_bench_of_a_machine),
		TEST(test_bench_of_another_boot),
		TEST(test_long_names),
		TEST(test_bench_that_is_worse),
		TEST(test_quick_bench),
		TEST(test_several_of_a_machine),
		TEST(test_containers_are_told_by_name),
		TEST(test_absorbed_rows),
		TEST(test_ten_thousand),
		TEST(test_ten_thousand_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
