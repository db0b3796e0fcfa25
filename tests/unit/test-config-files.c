/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kernel/configured.h"
#include "kernel/grub.h"
#include "kernel/modprobe.h"

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

static void reads_directives(void **state)
{
	struct gp_modprobe m = {0};

	gp_modprobe_parse(*state, "vfio.conf",
		"# ids of the card\n"
		"\n"
		"options vfio-pci ids=10de:1b02,10de:10ef disable_vga=1\n"
		"\tblacklist   nouveau  \n"
		"softdep i915 pre: vfio-pci",
		&m);
	assert_int_equal(m.n, 3);
	assert_string_equal(m.items[0].command, "options");
	assert_string_equal(m.items[0].module, "vfio-pci");
	assert_string_equal(m.items[0].rest, "ids=10de:1b02,10de:10ef disable_vga=1");
	assert_int_equal(m.items[0].line, 3);
	assert_string_equal(m.items[1].command, "blacklist");
	assert_string_equal(m.items[1].module, "nouveau");
	assert_string_equal(m.items[1].rest, "");
	assert_string_equal(m.items[2].rest, "pre: vfio-pci");
	assert_int_equal(m.items[2].line, 5);
}

static void joins_continued_lines(void **state)
{
	struct gp_modprobe m = {0};

	gp_modprobe_parse(*state, "x", "options vfio-pci \\\nids=1234:1111\nblacklist a\\", &m);
	assert_int_equal(m.n, 2);
	assert_string_equal(m.items[0].rest, "ids=1234:1111");
	assert_int_equal(m.items[0].line, 1);
	assert_string_equal(m.items[1].module, "a");
	assert_int_equal(m.items[1].line, 3);
}

static void the_last_value_of_an_option_counts(void **state)
{
	struct gp_modprobe m = {0};
	const struct gp_directive *line = NULL;

	gp_modprobe_parse(*state, "x",
		"options i915 max_vfs=3 max_vfs=5\n"
		"options i915 xmax_vfs=6 max_vfs_of=6\n"
		"options xe max_vfs=4\n"
		"blacklist i915 max_vfs=8\n",
		&m);
	assert_string_equal(gp_modprobe_value(&m, "i915", "max_vfs", &line), "5");
	assert_int_equal(line->line, 1);
	assert_null(gp_modprobe_value(&m, "i915", "enable_guc", &line));
	assert_null(gp_modprobe_value(&m, "nvidia", "max_vfs", &line));
}

static void reads_module_lists(void **state)
{
	struct gp_listed_modules m = {0};

	gp_modules_parse(*state, "/etc/modules",
		"# comment\n; comment\nvfio\n  vfio_pci ids=1\n\nkvmgt # x\n", &m);
	assert_int_equal(m.n, 3);
	assert_string_equal(m.items[0].module, "vfio");
	assert_int_equal(m.items[0].line, 3);
	assert_string_equal(m.items[1].module, "vfio_pci");
	assert_string_equal(m.items[2].module, "kvmgt");
	assert_int_equal(m.items[2].line, 6);
}

static void reads_grub_lines(void **state)
{
	struct gp_grub g = {0};

	gp_grub_parse(*state, "/etc/default/grub",
		"GRUB_DEFAULT=0\n"
		"#GRUB_CMDLINE_LINUX_DEFAULT=\"no\"\n"
		"GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\" # why\n"
		"export GRUB_CMDLINE_LINUX='root=ZFS=rpool'\n",
		&g);
	assert_int_equal(g.n, 2);
	assert_string_equal(g.items[0].value, "quiet intel_iommu=on");
	assert_int_equal(g.items[0].line, 3);
	assert_string_equal(g.items[1].variable, GP_GRUB_ALWAYS);
	assert_string_equal(g.items[1].value, "root=ZFS=rpool");
	assert_int_equal(gp_grub_fault(&g, &g.items[0]), GP_GRUB_FINE);
}

static void sees_what_the_shell_does_not(void **state)
{
	struct gp_grub g = {0};
	struct gp_cmdline params;

	gp_grub_parse(*state, "/etc/default/grub",
		"GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n"
		"GRUB_CMDLINE_LINUX_DEFAULT=\xe2\x80\x9dquiet intel_iommu=on\xe2\x80\x9d\n"
		"GRUB_CMDLINE_DEFAULT=\"intel_iommu=on\"\n",
		&g);
	assert_int_equal(g.n, 3);
	assert_int_equal(gp_grub_fault(&g, &g.items[0]), GP_GRUB_OVERRIDDEN);
	assert_int_equal(gp_grub_fault(&g, &g.items[1]), GP_GRUB_CURLY);
	assert_int_equal(gp_grub_fault(&g, &g.items[2]), GP_GRUB_UNKNOWN_VARIABLE);
	params = gp_grub_params(*state, &g.items[1]);
	assert_int_equal(params.n, 2);
	assert_string_equal(params.items[1].raw, "intel_iommu=on");
}

static void a_line_may_build_on_another(void **state)
{
	struct gp_grub g = {0};

	gp_grub_parse(*state, "/etc/default/grub",
		"GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n"
		"GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT iommu=pt\"\n",
		&g);
	assert_int_equal(gp_grub_fault(&g, &g.items[0]), GP_GRUB_FINE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_directives, set_up, tear_down),
		cmocka_unit_test_setup_teardown(joins_continued_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_last_value_of_an_option_counts, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_module_lists, set_up, tear_down),
		cmocka_unit_test_setup_teardown(reads_grub_lines, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sees_what_the_shell_does_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_line_may_build_on_another, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
