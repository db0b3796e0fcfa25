/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "faces.h"
#include "markdown-write.h"
#include "outside-code.h"
#include "record-rows.h"

#define MOST 65536

static struct gp_arena *arena_of(void **state)
{
	return ((struct gp_record *)*state)->arena;
}

static char *as_markdown(const struct gp_record *record)
{
	return as(record, "markdown");
}

static void test_text(void **state)
{
	static const char *const cases[][2] = {
		{"", ""},
		{"Intel Corporation UHD Graphics 630 (Desktop)",
			"Intel Corporation UHD Graphics 630 (Desktop)"},
		{"a|b", "a\\|b"},
		{"`rm`", "\\`rm\\`"},
		{"<b>&lt;", "&lt;b&gt;&amp;lt;"},
		{"@torvalds", "@&#8203;torvalds"},
		{"a@b.example", "a@&#8203;b.example"},
		{"see #12", "see \\#&#8203;12"},
		{"*a* _b_ ~c~ $d$", "\\*a\\* \\_b\\_ \\~c\\~ \\$d\\$"},
		{"[a](b)", "\\[a\\](b)"},
		{"![a](b)", "!\\[a\\](b)"},
		{"https://x.example", "https:&#8203;//x.example"},
		{"WWW.x.example", "WWW&#8203;.x.example"},
		{"GH-12", "GH-&#8203;12"},
		{"- a", "\\- a"},
		{"+ a", "\\+ a"},
		{"===", "\\==="},
		{"12. a", "12\\. a"},
		{"12) a", "12\\) a"},
		{"12.5 a", "12.5 a"},
		{"back\\slash", "back\\\\slash"},
		{"a\nb\tc\x1b", "a\\\\x0ab\\\\x09c\\\\x1b"},
		{"\xe2\x80\xae", "\\\\u{202e}"},
		{"\xff", "\\\\xff"},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++)
		assert_string_equal(gp_markdown_text(arena_of(state), cases[i][0], 0), cases[i][1]);
	assert_string_equal(gp_markdown_text(arena_of(state), "|||||", 2), "\\|\\|...");
}

static void test_code(void **state)
{
	struct gp_arena *arena = arena_of(state);

	assert_string_equal(gp_markdown_code(arena, "", 0, false), "");
	assert_string_equal(gp_markdown_code(arena, "@a <b> #1", 0, false), "`@a <b> #1`");
	assert_string_equal(gp_markdown_code(arena, "a|b", 0, false), "`a|b`");
	assert_string_equal(gp_markdown_code(arena, "a|b", 0, true), "`a\\|b`");
	assert_string_equal(gp_markdown_code(arena, "a``b`c", 0, false), "```a``b`c```");
	assert_string_equal(gp_markdown_code(arena, "`", 0, false), "`` ` ``");
	assert_string_equal(gp_markdown_code(arena, " a", 0, false), "`  a `");
	assert_string_equal(gp_markdown_code(arena, "a\nb", 0, false), "`a\\x0ab`");
}

static void test_fence(void **state)
{
	struct gp_arena *arena = arena_of(state);
	char *many = gp_alloc(arena, 101, 1);

	assert_string_equal(gp_markdown_fence(arena, "a\nb\n", 0), "```sh\na\nb\n```\n");
	assert_string_equal(
		gp_markdown_fence(arena, "cat <<X\n\n@a\nX", 0), "```sh\ncat <<X\n\n@a\nX\n```\n");
	assert_string_equal(gp_markdown_fence(arena, "```\nout", 0), "````sh\n```\nout\n````\n");
	assert_string_equal(gp_markdown_fence(arena, "a\r\x1b", 0), "```sh\na\\x0d\\x1b\n```\n");
	assert_string_equal(
		gp_markdown_fence(arena, "abc", 2), "(3 bytes, too much to show here)\n");
	memset(many, '`', 100);
	assert_string_equal(
		gp_markdown_fence(arena, many, 0), "(100 bytes, too much to show here)\n");
}

static void test_sections_stay_whole(void **state)
{
	struct gp_arena *arena = arena_of(state);
	struct gp_markdown markdown = {.arena = arena, .most = 4000};
	struct gp_strings pieces = {0};
	char *bytes;
	size_t size;

	for (int i = 0; i < 100; i++)
		gp_strings_add(arena, &pieces, "- twenty characters\n");
	markdown.out = open_memstream(&bytes, &size);
	gp_markdown_section(&markdown, "<details>\n", &pieces, "</details>\n", "lines", 3);
	gp_markdown_section(&markdown, "<details>\n", &pieces, "</details>\n", "lines", 0);
	gp_markdown_section(&markdown, "never\n", &(struct gp_strings){0}, "never\n", "lines", 0);
	fclose(markdown.out);
	assert_int_equal(markdown.written, size);
	assert_true(size <= 4000);
	assert_int_equal(times(bytes, "<details>"), 1);
	assert_int_equal(times(bytes, "</details>"), 1);
	has(bytes, "</details>\n\n58 more lines left out.\n");
	has(bytes, "\n100 more lines left out.\n");
	has_not(bytes, "never");
	free(bytes);
}

static void test_broken_machine(void **state)
{
	struct gp_record *record = *state;
	char *page;

	add_broken(record);
	finding(record, "a", "pass", "", "is fine");
	finding(record, "b", "skip", "", "is not for this");
	page = as_markdown(record);
	assert_true(gp_starts_with(page, "## " GPU " is not ready for full passthrough: "));
	has(page,
		"| `" GPU "` | NVIDIA Corporation GA106 \\[GeForce RTX 3060\\] | `nvidia` | 14 |");
	has(page, "| Readiness | native | full |\n| --- | --- | --- |\n");
	has(page, "| `" GPU "` | - | blocked |\n");
	has(page, "**1.** VT-d is turned off (`some-check`)\n\nNothing can be isolated.\n\n"
		  "Seen: `/proc/cmdline: \"quiet\"`\n");
	has(page, "```sh\nsed -i 's/a/b/' /etc/kernel/cmdline\nupdate-grub\n```\n");
	has(page, "- A leftover is there (`some-check`)\n");
	has(page, "<summary>1 finding (1 more do not apply)</summary>");
	has_not(page, "is not for this");
}

#define HOSTILE                                                                            \
	"\x1b</details><script>x</script>|| `` ``` @all #1 [a](http://b) www.b.c\n\n# x\n" \
	"```\n\xff\xe2\x80\xae"

static void add_hostile(struct gp_record *record)
{
	static const char *const kinds[] = {
		"meta", "fact", "finding", "cause", "readiness", "step", "run", "stat", HOSTILE};
	static const char *const ids[] = {"host", "mode", "role", "ask", "quick", "label",
		"gpu.name", "gpu.driver", "bench.driver", "telemetry.power", "confounder.driver",
		"a.b.fps", "a.b.failed", "a.b.latency-histogram", HOSTILE,
		HOSTILE "a." HOSTILE "b." HOSTILE};

	for (size_t kind = 0; kind < GP_ARRAY_SIZE(kinds); kind++)
		for (size_t id = 0; id < GP_ARRAY_SIZE(ids); id++)
			gp_record_add(record, &(struct gp_row){.kind = kinds[kind],
						      .host = HOSTILE,
						      .layer = HOSTILE,
						      .id = ids[id],
						      .subject = HOSTILE,
						      .mode = HOSTILE,
						      .verdict = id % 2 ? HOSTILE : "valid",
						      .value = id % 3 ? HOSTILE : "1",
						      .unit = HOSTILE,
						      .text = HOSTILE,
						      .source = HOSTILE});
}

/* The number of bars in a line that no backslash stands before. */
static size_t bars(const char *line, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
	return n;
}

static void test_hostile_cells_are_inert(void **state)
{
	struct gp_record *record = *state;
	size_t columns = 0;
	char *page, *plain;

	add_hostile(record);
	page = as_markdown(record);
	has_not(page, "\x1b");
	has_not(page, "\xff");
	has_not(page, "\xe2\x80\xae");
	plain = outside_code(record->arena, page);
	has(plain, "lt;script");
	has_not(plain, "\n# x");
	has_not(plain, "<script");
	has_not(plain, "@all");
	has_not(plain, "#1");
	has_not(plain, "http://");
	has_not(plain, "www.b");
	assert_int_equal(times(plain, "\n</details>"), times(plain, "<details>"));
	for (const char *line = page; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t size = strcspn(line, "\n");

		if (*line != '|') {
			columns = 0;
			continue;
		}
		columns = columns ? columns : bars(line, size);
		assert_int_equal(bars(line, size), columns);
	}
}

/* Each of many has its causes and steps there, as far as there is room. */
static void test_many_machines(void **state)
{
	struct gp_record *record = *state;
	char *words = gp_alloc(record->arena, 901, 1);
	const char *page;

	memset(words, 'x', 900);
	for (size_t part = 0; part < 60; part++) {
		meta(record, "tool", "t");
		add_broken(record);
		finding(record, "some-check", "pass", "", "");
		cause(record, "fail", "3", "", words);
	}
	page = as_markdown(record);
	assert_true(strlen(page) < MOST);
	assert_true(times(page, "### What to do") > 8);
	has_not(page, "<details><summary>1 finding");
	has(page, "more records left out.");
}

static void test_never_too_long(void **state)
{
	struct gp_record *record = *state;
	char *many = gp_alloc(record->arena, 3001, 1);
	char *page;

	memset(many, '#', 3000);
	for (size_t part = 0; part < 20; part++) {
		meta(record, "tool", many);
		add_broken(record);
		for (size_t i = 0; i < 40; i++) {
			finding(record, many, "unknown", "", many);
			fact(record, "gpu.name", gp_printf(record->arena, "%zu%s", i, many), many);
			cause(record, i % 2 ? "fail" : "warn", "1", many, many);
			step(record, "cmdline", "1", many, many);
		}
	}
	page = as_markdown(record);
	assert_true(strlen(page) < MOST);
	has(page, "more causes left out.");
	assert_int_equal(times(page, "\n</details>"), times(page, "<details>"));
	assert_int_equal(times(page, "```") % 2, 0);
}

static void test_what_is_outside_of_code(void **state)
{
	assert_string_equal(
		outside_code(arena_of(state), "a `b` ``c`d`` \\`e` f\n```sh\ng\n```\nh"),
		"a   \\`e` f\nh");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_text),
		TEST(test_code),
		TEST(test_fence),
		TEST(test_sections_stay_whole),
		TEST(test_broken_machine),
		TEST(test_hostile_cells_are_inert),
		TEST(test_many_machines),
		TEST(test_never_too_long),
		TEST(test_what_is_outside_of_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
