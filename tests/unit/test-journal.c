/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Journals made by systemd's own program, of entries in its export format. */
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/journal.h"
#include "scratch-tree.h"

#define WRITER    "/lib/systemd/systemd-journal-remote"
#define THIS_BOOT "4f0a1c1d5f9b4d0c8a35a1c2c5e4d701"
#define LAST_BOOT "17f5d6d0a3a94c5f9d2b2fb7c0e90b02"

struct world {
	struct scratch scratch;
	struct gp_arena *arena;
	struct gp_strings lines;
	bool whole;
};

static int make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	scratch_make(&world->scratch);
	world->arena = gp_arena_new();
	*state = world;
	return 0;
}

static int end_world(void **state)
{
	struct world *world = *state;

	scratch_remove(&world->scratch);
	gp_arena_free(world->arena);
	free(world);
	return 0;
}

struct entry {
	const char *boot, *transport;
	unsigned long usec;
	const char *message;
};

static void write_journal(struct world *world, const struct entry *entries, size_t n)
{
	char from[8192], to[8192];
	const char *text = "", *command;

	for (size_t i = 0; i < n; i++)
		text = gp_printf(world->arena,
			"%s__REALTIME_TIMESTAMP=%lu\n__MONOTONIC_TIMESTAMP=%lu\n_BOOT_ID=%s\n"
			"_TRANSPORT=%s\n_SOURCE_MONOTONIC_TIMESTAMP=%lu\nMESSAGE=%s\n\n",
			text, 1700000000000000 + i, 9000000 + i, entries[i].boot,
			entries[i].transport, entries[i].usec, entries[i].message);
	scratch_file(&world->scratch, "/entries", text);
	scratch_dir(&world->scratch, "/journal");
	command = gp_printf(world->arena, WRITER " -o %s %s >/dev/null 2>&1",
		scratch_path(&world->scratch, "/journal/system.journal", to),
		scratch_path(&world->scratch, "/entries", from));
	assert_int_equal(system(command), 0);
}

static void keep(void *context, const struct gp_klog_line *line)
{
	struct world *world = context;

	gp_strings_add(world->arena, &world->lines,
		gp_printf(world->arena, "%ld %.*s", (long)line->usec, (int)line->size, line->text));
}

static int read_before(struct world *world, int64_t before)
{
	char directory[8192];

	return gp_journal_read(scratch_path(&world->scratch, "/journal", directory), THIS_BOOT,
		before, keep, world, &world->whole);
}

static const struct entry entries[] = {
	{LAST_BOOT, "kernel", 10, "Linux version 6.1.0 of the boot before"},
	{THIS_BOOT, "kernel", 0, "Linux version 6.12.0"},
	{THIS_BOOT, "syslog", 5, "kernel: not the kernel's"},
	{THIS_BOOT, "kernel", 1000, "DMAR: IOMMU enabled"},
	{THIS_BOOT, "kernel", 2000, "the ring has this"},
};

static void test_the_start_of_this_boot(void **state)
{
	struct world *world = *state;

	write_journal(world, entries, GP_ARRAY_SIZE(entries));
	assert_int_equal(read_before(world, 2000), 0);
	assert_true(world->whole);
	assert_int_equal(world->lines.n, 2);
	assert_string_equal(world->lines.items[0], "0 Linux version 6.12.0");
	assert_string_equal(world->lines.items[1], "1000 DMAR: IOMMU enabled");
}

/* Rotated away: the journal has lost its start too. */
static void test_a_start_that_is_lost_there_too(void **state)
{
	struct world *world = *state;

	write_journal(world, entries + 2, GP_ARRAY_SIZE(entries) - 2);
	assert_int_equal(read_before(world, 2000), 0);
	assert_false(world->whole);
	assert_int_equal(world->lines.n, 1);
}

static void test_no_journal(void **state)
{
	struct world *world = *state;

	scratch_dir(&world->scratch, "/journal");
	assert_int_equal(read_before(world, 2000), 0);
	assert_false(world->whole);
	assert_int_equal(world->lines.n, 0);
}

static void test_a_broken_journal(void **state)
{
	struct world *world = *state;

	scratch_dir(&world->scratch, "/journal");
	scratch_file(&world->scratch, "/journal/system.journal", "LPKSHHRH and then nothing");
	read_before(world, 2000);
	assert_false(world->whole);
	assert_int_equal(world->lines.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_start_of_this_boot, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_a_start_that_is_lost_there_too, make_world, end_world),
		cmocka_unit_test_setup_teardown(test_no_journal, make_world, end_world),
		cmocka_unit_test_setup_teardown(test_a_broken_journal, make_world, end_world),
	};

	if (access(WRITER, X_OK) != 0) {
		fputs("skipped: needs systemd-journal-remote\n", stderr);
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
