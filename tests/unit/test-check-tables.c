/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check.h"
#include "machine/source.h"

static void every_row_is_whole(void **state)
{
	(void)state;
	for (const struct gp_check_table *const *table = gp_check_tables; *table; table++)
		gp_each (check, *table) {
			assert_non_null(check->id);
			assert_non_null(check->title);
			assert_non_null(check->why);
			assert_non_null(check->mend);
			assert_non_null(check->reference);
			assert_non_null(check->run);
			assert_true(check->roles);
			assert_true(check->modes);
			assert_true(check->ceiling == GP_NOTE || check->ceiling == GP_WARN ||
				    check->ceiling == GP_FAIL);
			assert_ptr_equal(gp_check_by_id(check->id), check);
		}
}

static void needs_exist(void **state)
{
	(void)state;
	for (const struct gp_check_table *const *table = gp_check_tables; *table; table++)
		gp_each (check, *table)
			for (const char *const *need = check->needs; *need; need++)
				if (!gp_check_by_id(*need))
					fail_msg(
						"%s needs %s, which is no check", check->id, *need);
}

static size_t depth_of_needs(const struct gp_check *check, size_t limit)
{
	size_t deepest = 0;

	if (!limit)
		fail_msg("%s waits for itself", check->id);
	for (const char *const *need = check->needs; *need; need++) {
		size_t depth = depth_of_needs(gp_check_by_id(*need), limit - 1);
		deepest = depth > deepest ? depth : deepest;
	}
	return deepest + 1;
}

static void needs_have_no_circle(void **state)
{
	(void)state;
	for (const struct gp_check_table *const *table = gp_check_tables; *table; table++)
		gp_each (check, *table)
			assert_true(depth_of_needs(check, 16) < 16);
}

static void expect_no_complaint(const struct gp_check *check, const struct gp_facts *facts)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_findings findings = {.arena = arena, .check = check};
	struct gp_case c = {.facts = facts, .roles = GP_ROLE_HOST, .intent = ""};

	check->run(&c, &findings);
	assert_true(findings.n > 0);
	gp_each (finding, &findings)
		if (finding->verdict >= GP_WARN)
			fail_msg("%s says %s of nothing", check->id,
				gp_verdict_names[finding->verdict]);
	gp_arena_free(arena);
}

/* A machine of which nothing is known: what was never seen is neither there nor missing. */
static void knows_nothing_of_nothing(void **state)
{
	static const char nothing[] = "gpupass-machine 1\n";
	struct gp_machine *machine;
	struct gp_facts facts;
	char *why = NULL;

	(void)state;
	assert_int_equal(gp_machine_open_memory(nothing, strlen(nothing), &machine, &why), 0);
	gp_facts_collect(machine, &(struct gp_reading){0}, &facts);
	for (const struct gp_check_table *const *table = gp_check_tables; *table; table++)
		gp_each (check, *table)
			expect_no_complaint(check, &facts);
	gp_machine_close(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_whole),
		cmocka_unit_test(needs_exist),
		cmocka_unit_test(needs_have_no_circle),
		cmocka_unit_test(knows_nothing_of_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
