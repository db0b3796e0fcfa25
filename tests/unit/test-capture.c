/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/read.h"
#include "ask-machine.h"

static const char composed[] = "gpupass-machine 1\n"
			       "# by hand, out of order, with as little as will do\n"
			       "F /proc/cmdline\n"
			       "|intel_iommu=on\n"
			       "\n"
			       "U /sys/firmware/acpi/tables/DMAR EACCES 0400 root root 12\n"
			       "U /sys/kernel/debug EPERM 040700 root root 12\n"
			       "X /root/secret EACCES\n"
			       "N /proc/kcore\n"
			       "C /dev/vfio/vfio 0666 root root 77 10:196\n"
			       "B /dev/sda 0660 root disk -5 8:0\n"
			       "L /sys/class/drm/card0 -> ../../devices/card0\n"
			       "D /sys/devices/card0 0755 root root 3\n"
			       "F /sys/devices/card0/vendor 0444 - - 0\n"
			       "~0x80\n"
			       "|86\n"
			       ":0a0B\n"
			       "F /proc/cmdline\n"
			       "|the first one counts\n";

static const char composed_end[] = "K /dev/kmsg part\n"
				   "[    1.500000] one\n"
				   "# comment\n"
				   "[?]  two\\x0a\n"
				   "end\n"
				   "behind the end anything goes\n";

static struct gp_machine *open_composed(struct gp_arena *arena, const char *end)
{
	const char *hex = strstr(composed, ":0a0B");
	/* Capital digits are none here: the line is made good. */
	char *text =
		gp_printf(arena, "%.*s:0a0b%s%s", (int)(hex - composed), composed, hex + 5, end);

	return open_string(text);
}

static void test_composed_by_hand(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_machine *machine = open_composed(arena, composed_end);
	struct gp_text_value text;

	(void)state;
	assert_null(gp_machine_cut(machine));
	text = gp_read_line(machine, "/proc/cmdline");
	assert_string_equal(text.value, "intel_iommu=on");
	text = gp_read_text(machine, "/sys/class/drm/card0/vendor");
	assert_string_equal(text.value, "0x8086\n\n\v");
	assert_string_equal(ask_list(machine, "/").says, "dev|proc|root|sys");
	assert_string_equal(ask_list(machine, "/sys/class").says, "drm");
	assert_string_equal(ask_list(machine, "/sys/class/drm/card0").says, "vendor");
	assert_string_equal(ask_stat(machine, "/dev/vfio/vfio").says, "20666 root root 10:196 77");
	assert_string_equal(ask_stat(machine, "/dev/sda").says, "60660 root disk 8:0 -5");
	assert_string_equal(ask_stat(machine, "/sys/class/drm").says, "40755 (null) (null) 0:0 0");
	assert_int_equal(ask_read(machine, "/sys/firmware/acpi/tables/DMAR").r, -EACCES);
	assert_string_equal(ask_stat(machine, "/sys/firmware/acpi/tables/DMAR").says,
		"100400 root root 0:0 12");
	assert_int_equal(ask_list(machine, "/sys/kernel/debug").r, -EPERM);
	assert_int_equal(ask_stat(machine, "/root/secret").r, -EACCES);
	assert_int_equal(ask_read(machine, "/root/secret/x").r, -EACCES);
	assert_int_equal(ask_read(machine, "/proc/kcore").r, -ENODATA);
	assert_int_equal(ask_read(machine, "/proc/modules").r, -ENOENT);
	assert_int_equal(ask_read(machine, "/dev/sda").r, -EINVAL);
	assert_int_equal(ask_read(machine, "/proc").r, -EISDIR);
	assert_string_equal(ask_log(machine, "").says, "/dev/kmsg 0 1500000 one\n-1  two\\x0a\n");
	text = gp_read_text(machine, "/sys/firmware/acpi/tables/DMAR");
	assert_int_equal(text.from.presence, GP_UNREADABLE);
	assert_int_equal(text.from.error, EACCES);
	gp_machine_close(machine);
	gp_arena_free(arena);
}

static void test_cut_by_hand(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_machine *machine = open_composed(arena, "");

	(void)state;
	assert_string_equal(gp_machine_cut(machine), "capture ends early, at line 20");
	assert_int_equal(ask_read(machine, "/proc/modules").r, -ENODATA);
	assert_int_equal(ask_list(machine, "/sys").r, -ENODATA);
	assert_int_equal(ask_log(machine, "").r, -ENODATA);
	gp_machine_close(machine);
	machine = open_composed(arena, "K log whole\n[    0.000000] Linux version\n");
	assert_string_equal(ask_log(machine, "").says, "log 0 0 Linux version\n");
	gp_machine_close(machine);
	machine = open_composed(arena, "K log EPERM\nend\n");
	assert_int_equal(ask_log(machine, "").r, -EPERM);
	gp_machine_close(machine);
	gp_arena_free(arena);
}

/* Sorted captures: only the directory being written when it was cut is in doubt. */
static void test_cut_leaves_finished_directories(void **state)
{
	struct gp_machine *machine = open_string("gpupass-machine 1\n"
						 "D /a\nF /a/x\nD /b\nF /b/x\nF /b/y\n");

	(void)state;
	assert_string_equal(ask_list(machine, "/a").says, "x");
	assert_int_equal(ask_list(machine, "/b").r, -ENODATA);
	assert_int_equal(ask_list(machine, "/").r, -ENODATA);
	assert_int_equal(ask_read(machine, "/a/x").r, 0);
	assert_int_equal(ask_read(machine, "/b/y").r, -ENODATA);
	assert_int_equal(ask_stat(machine, "/b/y").r, 0);
	gp_machine_close(machine);
}

static void test_lines_that_are_none(void **state)
{
	static const char *const lines[] = {
		"D relative",
		"D /a//b",
		"D /a/./b",
		"D /a/../b",
		"D /a/",
		"D /a 0755 root root 1 2 3",
		"D /a 755",
		"D /a 0999",
		"D /a 0100755",
		"D  /a",
		"D /a\\x00b",
		"D /a\\q",
		"D /a 0755 root root x",
		"L /a",
		"L /a -> ",
		"L /a => b",
		"C /a 0666 root root 0",
		"C /a 0666 root root 0 1-2",
		"U /a",
		"U /a EWHAT",
		"X /a 0",
		"Q /a",
		"D",
		"|content of nothing",
		"[    0.000000] log of nothing",
		"K",
		"K log perhaps",
		"end x",
	};
	struct gp_arena *arena = gp_arena_new();

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(lines); i++) {
		struct gp_machine *machine = open_string(
			gp_printf(arena, "gpupass-machine 1\nD /ok\n%s\nend\n", lines[i]));

		if (!gp_machine_cut(machine))
			fail_msg("%s: was taken", lines[i]);
		assert_string_equal(
			gp_machine_cut(machine), "capture cannot be read from line 3 on");
		assert_int_equal(ask_stat(machine, "/ok").r, 0);
		gp_machine_close(machine);
	}
	gp_arena_free(arena);
}

static void test_not_a_capture(void **state)
{
	static const struct {
		const char *text;
		int error;
	} files[] = {
		{"", -EBADMSG},
		{"gpupass-machine 1", -EBADMSG},
		{"gpupass-machine 2\nend\n", -EPROTONOSUPPORT},
		{"gpupass-machine 1x\nend\n", -EPROTONOSUPPORT},
		{"gpupass-machines\n", -EBADMSG},
		{"\x7f"
		 "ELF",
			-EBADMSG},
	};

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(files); i++) {
		struct gp_machine *machine = NULL;
		char *error = NULL;

		assert_int_equal(gp_machine_open_memory(
					 files[i].text, strlen(files[i].text), &machine, &error),
			files[i].error);
		assert_non_null(strstr(error, "is "));
		assert_null(machine);
		free(error);
	}
}

static void test_hostile_links_in_captures(void **state)
{
	struct gp_machine *machine = open_string("gpupass-machine 1\n"
						 "L /a -> /etc/shadow\n"
						 "L /b -> ../../../../etc/shadow\n"
						 "L /c -> c\n"
						 "L /d -> d/d/d/d\n"
						 "L /e -> /\n"
						 "F /f\n"
						 "|f\n"
						 "F /f/below\n"
						 "end\n");

	(void)state;
	assert_int_equal(ask_read(machine, "/a").r, -ENOENT);
	assert_int_equal(ask_read(machine, "/b").r, -ENOENT);
	assert_int_equal(ask_read(machine, "/c").r, -ELOOP);
	assert_int_equal(ask_read(machine, "/d").r, -ELOOP);
	assert_int_equal(ask_read(machine, "/e/e/e/../../f").r, 0);
	assert_int_equal(ask_read(machine, "/f/below").r, -ENOENT);
	gp_machine_close(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_composed_by_hand),
		cmocka_unit_test(test_cut_by_hand),
		cmocka_unit_test(test_cut_leaves_finished_directories),
		cmocka_unit_test(test_lines_that_are_none),
		cmocka_unit_test(test_not_a_capture),
		cmocka_unit_test(test_hostile_links_in_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
