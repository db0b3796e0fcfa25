/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "faces.h"
#include "fleets.h"
#include "overview-rows.h"

#define HOSTILE "\x1b]0;x\a</a><script>x</script>\"'&\xff\xe2\x80\xae\n|`*[@x](y)"

static void test_text(void **state)
{
	const char *text;

	add_three(*state);
	text = as(*state, "text");
	has(text, "3 machines: 2 need mending, 1 is in order.\n");
	has(text, "  - For example: There is no IOMMU in pve1 (no-iommu)\n"
		  "    on 2 machines, to be mended first on 1: one, two\n");
	has(text, ". ok   ? unknown   ! warns   w waits   X fails\n\n"
		  "         firmware\n         | kernel\n         | | iommu\n"
		  "         | | | vfio\nMACHINE  | | | |  MEND FIRST\n"
		  "one          X !  no-iommu\n"
		  "two      X   X    off\n"
		  "good       .      nothing asked for\n");
	in_this_order(text, "good       .", "There is no IOMMU in pve1.\n");
	assert_int_equal(times(text, "--explain"), 1);
}

static void test_text_where_it_is_narrow(void **state)
{
	struct gp_record *record = *state;
	char *name = gp_alloc(record->arena, 101, 1);
	const char *text;

	add_three(record);
	has(rendered(record, "text", &(struct gp_style){.width = 24}),
		"two: firmware, iommu\n  fails; off\n");
	memset(name, 'n', 100);
	part(record, name);
	text = as(record, "text");
	has(text, "nnn...       ");
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, 80);
}

static void test_quiet(void **state)
{
	add_three(*state);
	assert_string_equal(rendered(*state, "text", &(struct gp_style){.quiet = true}),
		"one: no-iommu: There is no IOMMU in pve1.\n"
		"two: off: It is off.\n"
		"fail: For example: There is no IOMMU in pve1 (no-iommu), on 2 machines\n"
		"fail: It is off (off), on 1 machine\n"
		"warn: It comes late (late), on 1 machine\n");
}

static void test_html(void **state)
{
	const char *page;

	add_three(*state);
	page = as(*state, "html");
	has(page, "<h1>3 machines: 2 need mending, 1 is in order.</h1>");
	has(page, "<a href=\"#m3\">two</a>");
	has(page, "<td><b class=\"fails\">fails</b></td>");
	has(page, "<td><b class=\"ok\">ok</b></td>");
	has(page, "<td><code>no-iommu</code></td>");
	in_this_order(page, "<summary>one <small class=\"v bad\">needs mending</small>",
		"<article id=\"m2\">");
	assert_int_equal(times(page, "<details class=\"fold\">"), 3);
	assert_int_equal(times(page, "<h1>"), 1);
}

static void put_all(struct gp_record *record, const struct gp_record *part)
{
	for (size_t i = 0; i < part->n; i++)
		gp_record_add(record, &part->items[i]);
}

static void test_families(void **state)
{
	struct gp_record *record = *state, one;
	const char *text;

	add_three(record);
	one = machine(record->arena, "pve", "host", "", "");
	vm(&one, "vm/100", "uuid-1");
	passes(&one, "kernel");
	put_all(record, &one);
	one = machine(record->arena, "guest", "guest", "uuid-1", "");
	causes(&one, "driver", "no-driver", "fail", "1", "There is none.");
	put_all(record, &one);
	text = as(record, "text");
	has(text, "5 machines: 3 need mending, 2 are in order.\n");
	has(text, "pve                .        nothing asked for\n"
		  "  vm/100: guest          X  no-driver\n");
	text = as(record, "html");
	has(text, "<th scope=\"row\" class=\"d1\"><a href=\"#m5\">vm/100: guest</a></th>");
	has(text, "<summary>pve <small class=\"v bad\">needs mending</small> "
		  "<span>vm/100: guest: There is none. (and 1 more)</span></summary>");
	in_this_order(text, "(and 1 more)", "id=\"m5\"");
	has(as(record, "markdown"), "| &emsp;vm/100: guest |");
}

static void test_benchmark_of_another_guest(void **state)
{
	struct gp_record *record = *state, one;
	const char *text;

	add_three(record);
	one = machine(record->arena, "pve", "host", "", "");
	vm(&one, "vm/100", "uuid-1");
	vm(&one, "vm/101", "uuid-2");
	passes(&one, "kernel");
	put_all(record, &one);
	one = machine(record->arena, "ga", "guest", "uuid-1", "");
	passes(&one, "kernel");
	put_all(record, &one);
	one = machine(record->arena, "gb", "guest", "uuid-2", "");
	benchmark(&one, "x");
	put_all(record, &one);
	text = as(record, "text");
	has(text, "5 machines: 2 need mending, 3 are in order; 1 benchmark.\n");
	has(text, "\n  vm/100: ga ");
	has(text, "\n  vm/101: gb ");
	has(as(record, "markdown"), "| &emsp;vm/101: gb |");
}

/* One host, three times: what it has by now counts. */
static void test_older_records(void **state)
{
	static const char *const months[] = {"02", "03", "01"}, *const causes_of[] = {
									"late", "off", "off"};
	struct gp_record *record = *state;
	const char *text;

	for (size_t i = 0; i < 3; i++) {
		struct gp_record one = machine(record->arena, "pve", "host", "uuid-1", "");

		meta(&one, "time", gp_printf(record->arena, "2026-%s-01T00:00:00Z", months[i]));
		causes(&one, "kernel", causes_of[i], "fail", "1", "It is bad.");
		put_all(record, &one);
	}
	part(record, "good");
	passes(record, "kernel");
	text = as(record, "text");
	has(text, "2 machines: 1 needs mending, 1 is in order; 2 older records.\n");
	has(text, "- It is bad (off)\n    on 1 machine, to be mended first: pve (#2)\n");
	has_not(text, "- It is bad (late)");
	in_this_order(text, "\npve (#2)  X  off\n", "\npve (#1)  X  older record\n");
	text = rendered(record, "text", &(struct gp_style){.quiet = true});
	has_not(text, "older");
	assert_int_equal(times(text, "pve"), 1);
	text = as(record, "html");
	has(text, "<summary>pve (#1) <small class=\"v none\">older record</small>");
	has(text, "<td>older record</td>");
}

static void test_markdown(void **state)
{
	const char *text;

	add_three(*state);
	text = as(*state, "markdown");
	has(text, "## 3 machines: 2 need mending, 1 is in order.\n");
	has(text, "| Machine | firmware | kernel | iommu | vfio | Mend first |\n");
	has(text, "| two | **fails** |  | **fails** |  | `off` |\n");
	in_this_order(text, "| good |", "## There is no IOMMU in pve1.");
}

static void add_many(struct gp_record *record, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		part(record, gp_printf(record->arena, "host%zu", i));
		if (i % 10)
			passes(record, "kernel");
		else
			causes(record, "kernel", "bad", "fail", "1", "It is bad.");
	}
}

static void test_machines_beyond_the_limits_are_counted(void **state)
{
	const char *text;

	add_many(*state, 1010);
	text = as(*state, "html");
	has(text, "<h1>1010 machines: 101 need mending, 909 are in order.</h1>");
	has(text, "<p>10 more machines: all are in order.</p>");
	has(text, "Too many to show each in full");
	assert_int_equal(times(text, "<th scope=\"row\""), 1000);
	has_not(text, "<a ");
	has_not(text, "<article");
	has(text, "host0, host10, host20, host30, host40 and 96 more");
	text = as(*state, "text");
	has(text, "810 more machines: all are in order.\n");
	text = as(*state, "markdown");
	has(text, "10 more machines left out.\n");
	assert_true(strlen(text) < 65536);
}

static void test_text_of_more_than_a_few_is_short(void **state)
{
	const char *shown = "It is bad.\n";

	add_many(*state, 8);
	has(as(*state, "text"), shown);
	add_many(*state, 1);
	has_not(as(*state, "text"), shown);
	has(as(*state, "text"), "--verbose shows each in full");
	has(rendered(*state, "text", &(struct gp_style){.verbose = true}), shown);
}

static void test_page_stays_small(void **state)
{
	struct gp_record *record = *state;
	char *many = gp_alloc(record->arena, 5001, 1);

	memset(many, '"', 5000);
	for (size_t i = 0; i < 1200; i++) {
		part(record, many);
		causes(record, many, gp_printf(record->arena, "%zu%s", i, many), "fail", "1", many);
	}
	assert_true(strlen(as(record, "html")) < 1000 << 10);
	assert_true(strlen(as(record, "markdown")) < 65536);
}

static void test_hostile_names_are_inert(void **state)
{
	struct gp_record *record = *state;
	const char *text;

	for (size_t i = 0; i < 2; i++) {
		part(record, HOSTILE);
		causes(record, HOSTILE, HOSTILE, "fail", "1", HOSTILE);
	}
	for (size_t i = 0; i < gp_n_faces; i++) {
		if (!gp_faces[i].draw)
			continue;
		text = as(record, gp_faces[i].name);
		has_not(text, "\x1b");
		has_not(text, "\xff");
		has_not(text, "\xe2\x80\xae");
	}
	text = as(record, "html");
	has_not(text, "<script");
	has_not(text, "\"'&");
	has(text, "&lt;script&gt;");
	text = as(record, "markdown");
	has_not(text, "\n|`");
	has(text, "| \\\\x1b\\]0;");
}

/* In the time that a test has. */
static void test_long_paths(void **state)
{
	struct gp_record *record = *state, one = machine(record->arena, "pve", "host", "", "");
	char *path = gp_alloc(record->arena, (512 << 10) + 1, 1), *text;
	struct gp_drawing drawing;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	memset(path, 1, 512 << 10);
	memcpy(path + (512 << 10) - 6, "/r.csv", 6);
	assert_int_equal(gp_drawing_begin(&drawing, gp_face_find("text"),
				 &(struct gp_style){.width = 80}, out),
		0);
	for (size_t i = 0; i < 2; i++) {
		path[0] = i ? 'b' : 'a';
		assert_int_equal(gp_drawing_take(&drawing, &one, path), 0);
	}
	assert_int_equal(gp_drawing_end(&drawing), 0);
	gp_drawing_free(&drawing);
	fclose(out);
	has(text, "\\x01\\x01/r.csv  ");
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, 80);
	free(text);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_text),
		TEST(test_text_where_it_is_narrow),
		TEST(test_quiet),
		TEST(test_html),
		TEST(test_families),
		TEST(test_benchmark_of_another_guest),
		TEST(test_older_records),
		TEST(test_markdown),
		TEST(test_machines_beyond_the_limits_are_counted),
		TEST(test_text_of_more_than_a_few_is_short),
		TEST(test_page_stays_small),
		TEST(test_hostile_names_are_inert),
		TEST(test_long_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
