/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

static int setup(void **state)
{
	*state = gp_arena_new();
	return 0;
}

static int teardown(void **state)
{
	gp_arena_free(*state);
	return 0;
}

static void test_lists(void **state)
{
	struct gp_arena *arena = *state;
	struct gp_strings list = {0};

	assert_string_equal(gp_join(arena, &list, ", "), "");
	assert_false(gp_strings_has(&list, ""));
	gp_strings_sort(&list);
	gp_strings_add(arena, &list, "b");
	assert_string_equal(gp_join(arena, &list, ", "), "b");
	gp_strings_add(arena, &list, "a");
	gp_strings_add_once(arena, &list, "b");
	gp_strings_add_once(arena, &list, "");
	assert_int_equal(list.n, 3);
	assert_true(gp_strings_has(&list, ""));
	assert_string_equal(gp_join(arena, &list, ", "), "b, a, ");
	gp_strings_sort(&list);
	assert_string_equal(gp_join(arena, &list, "/"), "/a/b");
}

static void test_list_grows(void **state)
{
	struct gp_arena *arena = *state;
	struct gp_strings list = {0};

	for (int i = 0; i < 1000; i++)
		gp_strings_add(arena, &list, gp_printf(arena, "%d", i));
	for (int i = 0; i < 1000; i++)
		assert_string_equal(list.items[i], gp_printf(arena, "%d", i));
}

static void test_split(void **state)
{
	struct gp_arena *arena = *state;
	struct gp_strings list;

	assert_int_equal(gp_split(arena, "", ";").n, 0);
	assert_int_equal(gp_split(arena, ";; ;", "; ").n, 0);
	list = gp_split(arena, ";a;;b c;", ";");
	assert_int_equal(list.n, 2);
	assert_string_equal(list.items[0], "a");
	assert_string_equal(list.items[1], "b c");
}

static void test_starts_and_ends(void **state)
{
	(void)state;
	assert_true(gp_starts_with("abc", "ab"));
	assert_true(gp_starts_with("abc", ""));
	assert_false(gp_starts_with("a", "ab"));
	assert_true(gp_ends_with("abc", "bc"));
	assert_true(gp_ends_with("abc", ""));
	assert_false(gp_ends_with("c", "bc"));
	assert_true(gp_equal(NULL, NULL));
	assert_false(gp_equal(NULL, ""));
	assert_false(gp_equal("", NULL));
	assert_true(gp_equal("a", "a"));
}

static void test_numbers(void **state)
{
	static const struct {
		const char *text;
		int base, r;
		uint64_t number;
	} cases[] = {
		{"0", 10, 0, 0},
		{"18446744073709551615", 10, 0, UINT64_MAX},
		{"18446744073709551616", 10, -ERANGE, 7},
		{"0x8086", 16, 0, 0x8086},
		{"8086", 16, 0, 0x8086},
		{"0x10", 0, 0, 16},
		{"010", 0, 0, 8},
		{"0x10", 10, -EINVAL, 7},
		{"", 10, -EINVAL, 7},
		{" 1", 10, -EINVAL, 7},
		{"1 ", 10, -EINVAL, 7},
		{"1\n", 10, -EINVAL, 7},
		{"-1", 10, -EINVAL, 7},
		{"+1", 10, -EINVAL, 7},
		{"0x", 16, -EINVAL, 7},
		{"x", 10, -EINVAL, 7},
		{"\xff", 10, -EINVAL, 7},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		uint64_t number = 7;

		assert_int_equal(gp_parse_u64(cases[i].text, cases[i].base, &number), cases[i].r);
		assert_true(number == cases[i].number);
	}
}

static void test_strip(void **state)
{
	assert_string_equal(gp_strip(*state, " \t a b\r\n"), "a b");
	assert_string_equal(gp_strip(*state, " \n"), "");
	assert_string_equal(gp_strip(*state, ""), "");
}

static void shows(struct gp_arena *arena, const char *text, const char *expected)
{
	assert_string_equal(gp_printable(arena, text, strlen(text), 0), expected);
}

static void test_printable(void **state)
{
	struct gp_arena *arena = *state;

	shows(arena, "", "");
	shows(arena, "plain ~ text", "plain ~ text");
	shows(arena, "\x1b[31m\t\r\n\x7f", "\\x1b[31m\\x09\\x0d\\x0a\\x7f");
	shows(arena, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80",
		"gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
	shows(arena, "\xc2\x9b", "\\u{9b}");                       /* CSI as C1 */
	shows(arena, "\xe2\x80\xae\xd8\x9c", "\\u{202e}\\u{61c}"); /* bidirectional */
	shows(arena, "\xe2\x81\xa6\xe2\x80\x8b", "\\u{2066}\\u{200b}");
	shows(arena, "\xef\xbb\xbf\xef\xbf\xbe\xef\xb7\x90", "\\u{feff}\\u{fffe}\\u{fdd0}");
	shows(arena, "\xf3\xa0\x81\x81\xf4\x8f\xbf\xbf", "\\u{e0041}\\u{10ffff}");
	shows(arena, "\xe2\x80\x8d", "\xe2\x80\x8d"); /* a joiner belongs to letters */
	shows(arena, "\xff\xc3", "\\xff\\xc3");
	shows(arena, "\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf"); /* overlong */
	shows(arena, "\xed\xa0\x80", "\\xed\\xa0\\x80");                   /* surrogate */
	shows(arena, "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80");          /* too large */
	assert_string_equal(gp_printable(arena, "a\0b", 3, 0), "a\\x00b");
}

static void test_printable_is_cut(void **state)
{
	struct gp_arena *arena = *state;

	assert_string_equal(gp_printable(arena, "abcdef", 6, 6), "abcdef");
	assert_string_equal(gp_printable(arena, "abcdef", 6, 5), "abcde...");
	assert_string_equal(gp_printable(arena, "ab\xe2\x82\xac", 5, 5), "ab\xe2\x82\xac");
	assert_string_equal(gp_printable(arena, "ab\xe2\x82\xac", 5, 4), "ab...");
	assert_string_equal(gp_printable(arena, "ab\xe2\x82\xac", 4, 0), "ab\\xe2\\x82");
	assert_string_equal(gp_printable(arena, "\x01\x02\x03", 3, 2), "\\x01\\x02...");
}

static void test_valid_utf8(void **state)
{
	const char *fine = "a\x1b\n\\ \xc3\xbc \xef\xbf\xbe \xf4\x8f\xbf\xbf";

	assert_ptr_equal(gp_valid_utf8(*state, fine), fine);
	assert_string_equal(gp_valid_utf8(*state, ""), "");
	assert_string_equal(gp_valid_utf8(*state, "a\xff"), "a\\xff");
	assert_string_equal(gp_valid_utf8(*state, "\xc0\x80"
						  "b\xed\xa0\x80\xf4\x90\x80\x80"),
		"\\xc0\\x80b\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80");
	assert_string_equal(gp_valid_utf8(*state, "\xe2\x82"), "\\xe2\\x82");
	assert_string_equal(gp_valid_utf8(*state, "\xc3\xbc\xc3"), "\xc3\xbc\\xc3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_lists, setup, teardown),
		cmocka_unit_test_setup_teardown(test_list_grows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_split, setup, teardown),
		cmocka_unit_test(test_starts_and_ends),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test_setup_teardown(test_strip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_printable, setup, teardown),
		cmocka_unit_test_setup_teardown(test_valid_utf8, setup, teardown),
		cmocka_unit_test_setup_teardown(test_printable_is_cut, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
