/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "faces.h"
#include "html-family.h"
#include "kin.h"
#include "markup.h"

#define HOSTILE "\x1b]0;x\a</svg><script>alert(1)</script>\"'&\xff\xe2\x80\xae\n]]>|`*[x](y)"

static struct gp_arena *arena_of(void **state)
{
	return ((struct gp_record *)*state)->arena;
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

static void test_where_it_breaks(void **state)
{
	struct gp_record *all = *state;
	const char *page, *text;

	add_host(all);
	breaks(all, "iommu", "no-iommu", "");
	add_guest(all);
	breaks(all, "vaapi", "no-codec", IN_VM);
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

/* As redacted captures call them. */
static void test_names_alike(void **state)
{
	struct gp_record *all = *state;

	begin(all, "host-1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "vf");
	breaks(all, "iommu", "no-iommu", "");
	vm(all, "vm/100", "uuid-g");
	begin(all, "host-1", "guest", "uuid-g", "boot-g");
	gpu(all, IN_VM, "8086:4680", "vf");
	breaks(all, "vaapi", "no-codec", IN_VM);
	has(as(all, "html"), "<h1>host-1 (host): ");
	has(as(all, "text"), "Mend host-1 (host) first: the chain breaks there.");
	has(as(all, "text"), "no-codec, after host-1 (host)");
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

/* VFs are missing on the host; that the container has no GPU has another reason. */
static void test_other_way(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	breaks(all, "sriov", "no-vf", PF);
	add_container(all, PF, "boot-h");
	breaks(all, "container", "no-node", PF);
	has(as(all, "text"), "no-node");
	has_not(as(all, "text"), ", after pve1");
	has_not(as(all, "text"), "Mend pve1 first");
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
	assert_int_equal(times(text, "\n---\n"), 5);
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

/* All is well, but it has become slower: that is what is said first. */
static void test_slower(void **state)
{
	struct gp_record *all = *state;

	add_host(all);
	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gp_record_add(all, &(struct gp_row){.kind = "stat",
				   .layer = "bench",
				   .id = "transcode.h264-1080p.fps",
				   .subject = PF,
				   .mode = "vf",
				   .verdict = "worse",
				   .value = "0.5",
				   .unit = "ratio",
				   .text = "95 % interval 0.4 to 0.6; n = 12",
				   .source = "A B"});
	has(as(all, "html"), "<h1>pve1 (benchmark): transcode h264-1080p: worse");
	assert_int_equal(times(as(all, "html"), "<article"), 2);
}

static void test_many(void **state)
{
	struct gp_record *all = *state;
	struct gp_arena *arena = arena_of(state);

	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "container");
	layer(all, "drm");
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
		TEST(test_where_it_breaks),
		TEST(test_names_alike),
		TEST(test_guest_breaks),
		TEST(test_other_way),
		TEST(test_single_link),
		TEST(test_all_well),
		TEST(test_families_among_others),
		TEST(test_absorbed),
		TEST(test_slower),
		TEST(test_many),
		TEST(test_deep),
		TEST(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
