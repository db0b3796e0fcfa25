/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "check.h"

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

/* Facts that were never gathered: zeroed memory claims nothing. */
static void knows_nothing_of_nothing(void **state)
{
	static const struct gp_facts facts = {.kernel = {.cmdline_text = {.value = ""}}};
	struct gp_arena *arena = gp_arena_new();
	struct gp_findings findings = {.arena = arena};
	struct gp_facts copy = facts;
	struct gp_text_value nothing = {.from = {.path = "/nowhere"}, .value = ""};
	struct gp_case c = {.facts = &copy, .roles = GP_ROLE_HOST, .intent = ""};

	(void)state;
	copy.kernel.cmdline_text = copy.kernel.configured_text = copy.kernel.config =
		copy.kernel.modules_text = copy.kernel.cpuinfo = copy.kernel.consoles =
			copy.kernel.iomem = copy.kernel.grub.text = copy.kernel.grub.generated =
				nothing;
	copy.iommu.ecap = copy.iommu.interrupts = copy.iommu.unsafe_interrupts =
		copy.iommu.unsafe_iommufd = copy.iommu.hypervisor = nothing;
	copy.iommu.units.from.path = copy.iommu.groups_from.path = "/nowhere";
	copy.firmware.dmar_bytes.from.path = copy.firmware.ivrs_bytes.from.path = "/nowhere";
	copy.pci.from.path = "/nowhere";
	for (const struct gp_check_table *const *table = gp_check_tables; *table; table++)
		gp_each (check, *table) {
			size_t before = findings.n;
			findings.check = check;
			check->run(&c, &findings);
			assert_true(findings.n > before);
			for (size_t i = before; i < findings.n; i++)
				if (findings.items[i].verdict >= GP_WARN)
					fail_msg("%s says %s of nothing", check->id,
						gp_verdict_names[findings.items[i].verdict]);
		}
	gp_arena_free(arena);
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
