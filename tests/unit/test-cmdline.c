/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/cmdline.h"
#include "kernel/words.h"

static int set_up(void **state)
{
	*state = gp_arena_new();
	return 0;
}

static int tear_down(void **state)
{
	gp_arena_free(*state);
	return 0;
}

static void splits_at_blanks(void **state)
{
	struct gp_cmdline c = gp_cmdline_parse(*state, "  quiet\tintel_iommu=on,sm_on iommu=\n");

	assert_int_equal(c.n, 3);
	assert_string_equal(c.items[0].name, "quiet");
	assert_null(c.items[0].value);
	assert_string_equal(c.items[1].raw, "intel_iommu=on,sm_on");
	assert_string_equal(c.items[1].value, "on,sm_on");
	assert_string_equal(c.items[2].value, "");
}

static void quotes_protect_blanks(void **state)
{
	struct gp_cmdline c =
		gp_cmdline_parse(*state, "a=\"b c\" \"d=e f\" dyndbg=\"file x.c +p\" g");

	assert_int_equal(c.n, 4);
	assert_string_equal(c.items[0].value, "b c");
	assert_string_equal(c.items[1].name, "d");
	assert_string_equal(c.items[1].value, "e f");
	assert_string_equal(c.items[2].value, "file x.c +p");
	assert_string_equal(c.items[3].name, "g");
}

static void an_open_quote_runs_to_the_end(void **state)
{
	struct gp_cmdline c = gp_cmdline_parse(*state, "a=\"b c d");

	assert_int_equal(c.n, 1);
	assert_string_equal(c.items[0].value, "\"b c d");
}

static void what_follows_two_dashes_is_inits(void **state)
{
	struct gp_cmdline c = gp_cmdline_parse(*state, "quiet -- intel_iommu=off");

	assert_int_equal(c.n, 1);
	assert_null(gp_cmdline_last(&c, "intel_iommu"));
}

static void the_last_one_counts(void **state)
{
	struct gp_cmdline c = gp_cmdline_parse(*state, "vfio-pci.ids=1 x vfio_pci.ids=2");

	assert_string_equal(gp_cmdline_last(&c, "vfio_pci.ids")->value, "2");
	assert_string_equal(gp_cmdline_last(&c, "vfio-pci.ids")->value, "2");
}

static void options_are_whole_words(void **state)
{
	struct gp_cmdline c = gp_cmdline_parse(*state, "intel_iommu=on,sm_on pci=noats,realloc");

	assert_true(gp_cmdline_option(&c, "intel_iommu", "sm_on"));
	assert_true(gp_cmdline_option(&c, "pci", "realloc"));
	assert_false(gp_cmdline_option(&c, "intel_iommu", "sm"));
	assert_false(gp_cmdline_option(&c, "pci", "ats"));
	assert_false(gp_cmdline_option(&c, "iommu", "on"));
}

static void names_match_whole(void **state)
{
	(void)state;
	assert_true(gp_same_name("vfio-pci", "vfio_pci"));
	assert_false(gp_same_name("kvm", "kvm_intel"));
	assert_false(gp_same_name("kvm_intel", "kvm"));
}

static void knows_what_was_meant(void **state)
{
	(void)state;
	assert_string_equal(gp_param_meant("intel_iomm"), "intel_iommu");
	assert_string_equal(gp_param_meant("intel_iomuu"), "intel_iommu");
	assert_string_equal(gp_param_meant("i915_enable_guc"), "i915.enable_guc");
	assert_string_equal(gp_param_meant("i915.enable_nuc"), "i915.enable_guc");
	assert_string_equal(gp_param_meant("nomodset"), "nomodeset");
	assert_null(gp_param_meant("intel_iommu"));
	assert_null(gp_param_meant("splash"));
	assert_null(gp_param_meant("vt"));
	assert_null(gp_param_meant("a_very_long_name_that_no_parameter_of_the_kernel_ever_had"));
}

static void knows_what_matters(void **state)
{
	(void)state;
	assert_true(gp_param_matters("intel_iommu"));
	assert_true(gp_param_matters("vfio-pci.ids"));
	assert_true(gp_param_matters("i915.enable_gvt"));
	assert_false(gp_param_matters("quiet"));
	assert_false(gp_param_matters("root"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(splits_at_blanks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(quotes_protect_blanks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_open_quote_runs_to_the_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_follows_two_dashes_is_inits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_last_one_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(options_are_whole_words, set_up, tear_down),
		cmocka_unit_test(names_match_whole),
		cmocka_unit_test(knows_what_was_meant),
		cmocka_unit_test(knows_what_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
