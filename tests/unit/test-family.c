/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "faces.h"
#include "family.h"
#include "fleets.h"
#include "html-family.h"
#include "markup.h"

#define PF      "0000:00:02.0"
#define VF      "0000:00:02.1"
#define CARD    "0000:03:00.0"
#define IN_VM   "0000:06:10.0"
#define HOSTILE "\x1b]0;x\a</svg><script>alert(1)</script>\"'&\xff\xe2\x80\xae\n]]>|`*[x](y)"

static struct gp_arena *arena_of(void **state)
{
	return ((struct gp_record *)*state)->arena;
}

/* A machine begins. */
static void begin(struct gp_record *all, const char *name, const char *role, const char *system,
	const char *boot)
{
	struct gp_record part = machine(all->arena, name, role, system, boot);

	for (size_t i = 0; i < part.n; i++)
		gp_record_add(all, &part.items[i]);
}

static void gpu(struct gp_record *all, const char *address, const char *id, const char *wanted)
{
	fact(all, "gpu.kind", address, "gpu");
	fact(all, "gpu.id", address, id);
	if (*wanted)
		gp_record_add(all, &(struct gp_row){.kind = "meta",
					   .id = "wanted",
					   .subject = address,
					   .value = wanted});
}

static void row(struct gp_record *all, const char *kind, const char *layer, const char *id,
	const char *verdict, const char *subject)
{
	gp_record_add(all, &(struct gp_row){.kind = kind,
				   .layer = layer,
				   .id = id,
				   .verdict = verdict,
				   .subject = subject,
				   .value = "1",
				   .text = "It is so."});
}

static void layer(struct gp_record *all, const char *name)
{
	row(all, "finding", name, "some-check", "pass", "");
}

static void breaks(struct gp_record *all, const char *name, const char *id, const char *subject)
{
	row(all, "cause", name, id, "fail", subject);
}

static void hand(struct gp_record *all, const char *vm_name, const char *id, const char *value)
{
	gp_record_add(all, &(struct gp_row){.kind = "fact",
				   .layer = "vm",
				   .id = id,
				   .subject = vm_name,
				   .value = value,
				   .source = "100.conf:7"});
}

/* pve1 with a PF, whose VF goes into vm/100. */
static void add_host(struct gp_record *all)
{
	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "vf");
	gpu(all, VF, "8086:4680", "");
	fact(all, "gpu.pf", VF, PF);
	layer(all, "iommu");
	layer(all, "vm");
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.device", VF);
}

static void add_guest(struct gp_record *all)
{
	begin(all, "ubuntu", "guest", "uuid-g", "boot-g");
	gpu(all, IN_VM, "8086:4680", "vf");
	layer(all, "pci");
	layer(all, "vaapi");
}

static void add_container(struct gp_record *all, const char *address, const char *boot)
{
	begin(all, "jelly", "container", "", boot);
	gpu(all, address, "8086:4680", "container");
	layer(all, "drm");
	layer(all, "container");
}

static struct gp_fleet fleet_of(const struct gp_record *all)
{
	struct gp_fleet fleet = gp_fleet_new(all->arena);
	struct gp_record part = {0};

	while (gp_record_part(all, &part))
		gp_fleet_take(&fleet, &part, NULL);
	gp_fleet_settle(&fleet);
	return fleet;
}

/*
 * "pve1 0000:00:02.0 > ubuntu 0000:06:10.0 | ...": each lane, behind < the one it goes on from
 * where that is not the one before, with ! where it is lost.
 */
static const char *joints(const struct gp_record *all, const struct gp_kindred *kindred)
{
	struct gp_strings words = {0};

	gp_each (joint, &kindred->joints) {
		if (joint != kindred->joints.items)
			gp_strings_add(all->arena, &words, "|");
		gp_each (lane, &joint->lanes)
			gp_strings_add(all->arena, &words,
				gp_printf(all->arena, "%s%.*s%s%s%s",
					lane == joint->lanes.items
						? ""
						: gp_printf(all->arena, "%zu>", lane->from),
					(int)strcspn(lane->whose, " "), lane->whose,
					*lane->chain->subject ? " " : "", lane->chain->subject,
					lane->is_lost ? "!" : ""));
	}
	return gp_join(all->arena, &words, " ");
}

static void joints_are(const struct gp_record *all, const char *wanted)
{
	struct gp_fleet fleet = fleet_of(all);
	struct gp_kindred kindred;

	assert_int_equal(fleet.families.n, 1);
	kindred = gp_kindred(all->arena, &fleet, fleet.families.items);
	assert_string_equal(joints(all, &kindred), wanted);
	gp_fleet_free(&fleet);
}

static char *drawn(const struct gp_record *all)
{
	struct gp_fleet fleet = fleet_of(all);
	struct gp_kindred kindred = gp_kindred(all->arena, &fleet, fleet.families.items);
	struct gp_html html = {0};
	char *bytes, *copy;
	size_t size;

	html.out = open_memstream(&bytes, &size);
	gp_html_family(&html, all->arena, &kindred, 1);
	assert_int_equal(fclose(html.out), 0);
	copy = gp_printf(all->arena, "<div>%s</div>", bytes);
	free(bytes);
	gp_fleet_free(&fleet);
	return copy;
}

static void test_vf_is_of_its_pf(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	add_guest(all);
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM);
}

static void test_by_id(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	gpu(all, CARD, "10de:2504", "full");
	hand(all, "vm/100", "vm.device", "0000:03:00");
	add_guest(all);
	gpu(all, "0000:07:00.0", "10de:2504", "full");
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " | pve1 " CARD " 0>ubuntu 0000:07:00.0");
}

/* Two alike: which is which is said by the address alone. */
static void test_by_address(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, CARD, "10de:2504", "full");
	gpu(all, "0000:04:00.0", "10de:2504", "full");
	layer(all, "vm");
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.device", "0000:04:00.0");
	hand(all, "vm/100", "vm.guest_address", IN_VM);
	hand(all, "vm/100", "vm.device", CARD);
	add_guest(all);
	gpu(all, "0000:07:00.0", "10de:2504", "full");
	joints_are(
		all, "pve1 " CARD " | pve1 0000:04:00.0 0>ubuntu " IN_VM " | ubuntu 0000:07:00.0");
}

static void test_by_number(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "vf");
	gpu(all, CARD, "10de:2504", "full");
	layer(all, "vm");
	vm(all, "vm/100", "uuid-g");
	/* A VF that the host does not have is still of its slot. */
	hand(all, "vm/100", "vm.device", VF);
	begin(all, "ubuntu", "guest", "uuid-g", "boot-g");
	layer(all, "pci");
	joints_are(all, "pve1 " PF " 0>ubuntu | pve1 " CARD);
}

/* What QEMU shows is not what went in. */
static void test_emulated(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	begin(all, "ubuntu", "guest", "uuid-g", "boot-g");
	gpu(all, IN_VM, "1234:1111", "full");
	fact(all, "gpu.passed-as", IN_VM, "emulated");
	layer(all, "pci");
	joints_are(all, "pve1 " PF " | ubuntu " IN_VM);
}

static void test_mdev(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:3e92", "split;container");
	layer(all, "iommu");
	layer(all, "drm");
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.mdev", PF);
	add_guest(all);
	add_container(all, PF, "boot-h");
	/* What a VM gets and what is used in place go two ways. */
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " | pve1 " PF " 0>jelly " PF);
}

static void test_container_in_a_guest(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	add_container(all, IN_VM, "boot-g");
	add_guest(all);
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " 1>jelly " IN_VM);
}

static void test_container_elsewhere(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "container");
	gpu(all, CARD, "8086:4680", "container");
	layer(all, "drm");
	add_container(all, CARD, "boot-h");
	joints_are(all, "pve1 " PF " | pve1 " CARD " 0>jelly " CARD);
	begin(all, "none", "container", "", "boot-h");
	layer(all, "container");
	joints_are(all, "pve1 " PF " | pve1 " CARD " 0>jelly " CARD " | none");
}

static void test_two_guests(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	vm(all, "vm/101", "uuid-i");
	hand(all, "vm/101", "vm.device", VF);
	add_guest(all);
	breaks(all, "driver", "no-driver", IN_VM);
	add_container(all, IN_VM, "boot-g");
	begin(all, "debian", "guest", "uuid-i", "boot-i");
	gpu(all, IN_VM, "8086:4680", "vf");
	layer(all, "pci");
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM " 1>jelly " IN_VM "! 0>debian " IN_VM);
}

static void test_where_it_breaks(void **state)
{
	struct gp_record *all = *state;
	const char *page, *text;

	add_host(all);
	breaks(all, "iommu", "no-iommu", "");
	add_guest(all);
	breaks(all, "vaapi", "no-codec", IN_VM);
	joints_are(all, "pve1 " PF " 0>ubuntu " IN_VM "!");
	page = as(all, "html");
	assert_int_equal(times(page, "<svg"), 2);
	/* The break of the host, and the one behind it, in either picture. */
	assert_int_equal(times(page, "class=\"gap\""), 4);
	assert_int_equal(times(page, "class=\"line\""), 0);
	assert_int_equal(times(page, "class=\"whose\""), 4);
	has(page, "<title>pve1: ");
	has(page, "<h1>pve1: ");
	has(page, "<code>no-codec</code>, after pve1");
	has(page, "Mend pve1 first: the chain breaks there.");
	in_this_order(page, "<article id=\"m1\">", "<article id=\"m2\">");
	text = as(all, "text");
	in_this_order(text, "- pve1 (host): IOMMU fails (no-iommu) - VM ok",
		"  - ubuntu (guest vm/100): PCI device ok - VA-API fails");
	has(text, "no-codec, after pve1");
	assert_int_equal(times(text, "Mend pve1 first"), 1);
	text = as(all, "markdown");
	in_this_order(
		text, "# pve1: ", "| ubuntu | guest vm/100 | Needs mending | `no-codec`, after");
	has(text, "\n- pve1 (host): IOMMU fails (no-iommu) - VM ok\n  - ubuntu");
	has(text, "**Mend pve1 first: the chain breaks there.**");
}

static void test_guest_breaks(void **state)
{
	struct gp_record *all = *state;
	const char *page;

	add_host(all);
	add_guest(all);
	breaks(all, "pci", "gone", IN_VM);
	page = as(all, "html");
	has(page, "<h1>ubuntu: ");
	/* The way into the guest is broken; the way to its end is lost. */
	assert_int_equal(times(page, "class=\"gap\""), 2);
	assert_int_equal(times(page, "class=\"lost\""), 2);
	assert_int_equal(times(page, "class=\"line\""), 4);
	has_not(page, "Mend ");
	has(page,
		"pve1 (host): IOMMU: ok; VM: ok. ubuntu (guest vm/100): PCI device: fails (gone)");
	is_well_formed(drawn(all));
}

static void test_single_link(void **state)
{
	struct gp_record *all = *state;

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "vf");
	breaks(all, "vm", "no-vm", "");
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.device", PF);
	add_guest(all);
	/* The one place where the break can be shown. */
	assert_int_equal(times(drawn(all), "class=\"gap\""), 2);
}

static void test_all_well(void **state)
{
	struct gp_record *all = *state;
	const char *page;

	add_host(all);
	add_guest(all);
	begin(all, "pve1", "host", "uuid-h", "boot-h");
	benchmark(all, "A");
	begin(all, "pve1", "host", "uuid-h", "boot-h");
	benchmark(all, "B");
	page = as(all, "html");
	has(page, "<h1>pve1: ");
	assert_int_equal(times(page, ">benchmark</td>"), 2);
	assert_int_equal(times(page, "class=\"gap\""), 0);
	in_this_order(page, "id=\"m3\"", "id=\"m2\"");
	is_well_formed(drawn(all));
}

static void test_families_among_others(void **state)
{
	struct gp_record *all = *state;
	const char *page, *text;

	add_host(all);
	add_guest(all);
	breaks(all, "pci", "gone", IN_VM);
	meta(all, "tool", "gpupass-doctor");
	add_broken(all);
	begin(all, "other", "host", "", "");
	layer(all, "iommu");
	page = as(all, "html");
	has(page, "<h2>ubuntu: ");
	has(page, "<h3>" IN_VM ": It is so.</h3>");
	has(page, "<h2>0000:01:00.0 is not ready");
	has_not(page, "<h1>ubuntu");
	text = as(all, "markdown");
	assert_int_equal(times(text, "\n---\n"), 3);
	has_not(text, "left out");
}

static void test_absorbed(void **state)
{
	struct gp_record *all = *state;
	const char *page;

	add_host(all);
	begin(all, "pve1", "host", "uuid-h", "boot-h");
	benchmark(all, "A");
	page = as(all, "html");
	has(page, "frames/s");
	assert_int_equal(times(page, "<article"), 1);
	has_not(page, "<h1>2 records");
	has_not(as(all, "markdown"), "left out");
}

static void test_many(void **state)
{
	struct gp_record *all = *state;
	struct gp_arena *arena = arena_of(state);

	add_host(all);
	for (unsigned i = 0; i < 40; i++) {
		begin(all, gp_printf(arena, "ct%u", i), "container", "", "boot-h");
		gpu(all, PF, "8086:4680", "container");
		layer(all, "drm");
	}
	has(drawn(all), "17 more chains are left out here");
	assert_int_equal(times(drawn(all), "class=\"whose\""), 2 * GP_LANES_MOST);
	has(as(all, "text"), "17 more chains are not shown");
	has(as(all, "markdown"), "17 more machines left out");
	assert_true(strlen(as(all, "markdown")) < 65536);
	is_well_formed(drawn(all));
}

static void test_deep(void **state)
{
	struct gp_record *all = *state;
	struct gp_arena *arena = arena_of(state);

	for (unsigned i = 0; i < 60; i++) {
		begin(all, "", i ? "guest" : "host", gp_printf(arena, "u%u", i), "");
		gpu(all, PF, "8086:4680", "vf");
		layer(all, "vm");
		vm(all, "vm/1", gp_printf(arena, "u%u", i + 1));
	}
	has(drawn(all), "record 24 (guest vm/1)");
	has(drawn(all), "36 more chains are left out here");
	is_well_formed(drawn(all));
}

static void test_hostile(void **state)
{
	struct gp_record *all = *state;
	static const char *const faces[] = {"text", "html", "markdown"};

	begin(all, HOSTILE, "host", "uuid-h", "boot-h");
	gpu(all, HOSTILE, HOSTILE, "full;" HOSTILE);
	vm(all, HOSTILE, "uuid-g");
	hand(all, HOSTILE, "vm.device", ";;" HOSTILE ";0000:01:00.0;.;:");
	hand(all, HOSTILE, "vm.guest_address", HOSTILE);
	breaks(all, "vm", HOSTILE, "");
	begin(all, HOSTILE HOSTILE, "guest", "uuid-g", "");
	gpu(all, HOSTILE, HOSTILE, "full");
	breaks(all, "pci", HOSTILE, "");
	has(as(all, "text"), "Mend ");
	is_well_formed(drawn(all));
	for (size_t i = 0; i < GP_ARRAY_SIZE(faces); i++) {
		has_not(as(all, faces[i]), "\x1b");
		has_not(as(all, faces[i]), "\xe2\x80\xae");
	}
	has_not(as(all, "html"), "<script");
	has_not(as(all, "markdown"), " <script");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_vf_is_of_its_pf),
		TEST(test_by_id),
		TEST(test_by_address),
		TEST(test_by_number),
		TEST(test_emulated),
		TEST(test_mdev),
		TEST(test_container_in_a_guest),
		TEST(test_container_elsewhere),
		TEST(test_two_guests),
		TEST(test_where_it_breaks),
		TEST(test_guest_breaks),
		TEST(test_single_link),
		TEST(test_all_well),
		TEST(test_families_among_others),
		TEST(test_absorbed),
		TEST(test_many),
		TEST(test_deep),
		TEST(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
