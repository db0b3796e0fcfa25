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
#include "scratch-tree.h"

struct text {
	char *data;
	size_t size;
};

static struct text write_capture(struct gp_machine *machine)
{
	struct text text;
	FILE *out = open_memstream(&text.data, &text.size);

	assert_non_null(out);
	assert_int_equal(gp_machine_write_capture(machine, false, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

struct call {
	struct answer (*ask)(struct gp_machine *machine, const char *path);
	const char *path;
};

static bool is_same(const struct answer *a, const struct answer *b)
{
	return a->r == b->r && (a->r || !strcmp(a->says, b->says));
}

static void assert_same(const struct answer *a, const struct answer *b)
{
	if (!is_same(a, b))
		fail_msg(
			"%s %s: %d %s, then %d %s", a->call, a->path, a->r, a->says, b->r, b->says);
}

static const struct call calls[] = {
	{ask_stat, "/"},
	{ask_stat, "/sys/class/iommu/dmar0/version"},
	{ask_read, "/sys/class/iommu/dmar0/version"},
	{ask_real, "/sys/class/iommu/dmar0"},
	{ask_link, "/sys/class/iommu/dmar0"},
	{ask_list, "/sys/class/iommu"},
	{ask_list, "/sys/class/iommu/dmar0/devices"},
	{ask_read, "/sys/class/iommu/dmar1/version"},
	{ask_read, "/sys/class/mdev_bus/x"},
	{ask_list, "/sys/class/none"},
	{ask_list, "/sys/devices/empty"},
	{ask_read, "/etc/absolute"},
	{ask_read, "/etc/escape"},
	{ask_read, "/etc/loop"},
	{ask_stat, "/etc/dangling"},
	{ask_link, "/etc/dangling"},
	{ask_read, "/etc/dir"},
	{ask_read, "/etc/file/below"},
	{ask_read, "/etc/file"},
	{ask_link, "/etc/file"},
	{ask_list, "/etc/file"},
	{ask_read, "/etc/empty"},
	{ask_read, "/etc/no-newline"},
	{ask_read, "/etc/only-newlines"},
	{ask_read, "/etc/binary"},
	{ask_read, "/etc/some-nul"},
	{ask_read, "/etc/utf-8"},
	{ask_read, "/etc/long-line"},
	{ask_read, "/etc/too-large"},
	{ask_stat, "/etc/fifo"},
	{ask_read, "/etc/fifo"},
	{ask_list, "/etc/odd names"},
	{ask_read, "/etc/odd names/back\\slash \n|\xff"},
	{ask_read, "/etc/odd names/-"},
	{ask_link, "/etc/odd names/arrow -> link"},
	{ask_list, "/etc"},
	{ask_stat, "/etc/never-read"},
	{ask_stat, "/a"},
	{ask_list, "/a"},
	{ask_list, "/a-b"},
	{ask_stat, "/gone"},
	{ask_log, "log"},
};

#define N_CALLS GP_ARRAY_SIZE(calls)

static void make_odd_files(const struct scratch *scratch)
{
	char path[8192], *large = malloc(200001), binary[256];

	assert_non_null(large);
	memset(large, 'y', 200000);
	large[200000] = '\0';
	scratch_file(scratch, "/etc/too-large", large);
	large[90000] = '\0';
	scratch_file(scratch, "/etc/long-line", large);
	free(large);
	for (int i = 0; i < 256; i++)
		binary[i] = (char)i;
	scratch_bytes(scratch, "/etc/binary", binary, sizeof(binary));
	scratch_bytes(scratch, "/etc/some-nul", "one\0two, and much more of text\\x00\r\n", 36);
	scratch_file(scratch, "/etc/utf-8", "gr\xc3\xbc\xc3\x9f \xff\xc3 \xe2\x80\xae \x1b[0m\n");
	scratch_file(scratch, "/etc/empty", "");
	scratch_file(scratch, "/etc/no-newline", "a\nb");
	scratch_file(scratch, "/etc/only-newlines", "\n\n\n");
	scratch_file(scratch, "/etc/odd names/back\\slash \n|\xff", "odd\n");
	scratch_file(scratch, "/etc/odd names/-", "minus\n");
	scratch_link(scratch, "/etc/odd names/arrow -> link", "to -> there \x01");
	assert_int_equal(mkfifo(scratch_path(scratch, "/etc/fifo", path), 0640), 0);
}

static void make_tree(const struct scratch *scratch)
{
	scratch_file(scratch, "/sys/devices/virtual/iommu/dmar0/version", "5:0\n");
	scratch_link(scratch, "/sys/class/iommu/dmar0", "../../devices/virtual/iommu/dmar0");
	scratch_link(scratch, "/sys/devices/virtual/iommu/dmar0/devices/0000:00:02.0",
		"../../../../pci0000:00/0000:00:02.0");
	scratch_dir(scratch, "/sys/devices/empty");
	scratch_link(scratch, "/etc/absolute", "/etc/file");
	scratch_link(scratch, "/etc/escape", "../../../../../etc/file");
	scratch_link(scratch, "/etc/loop", "loop");
	scratch_link(scratch, "/etc/dangling", "../not/here");
	scratch_dir(scratch, "/etc/dir");
	scratch_file(scratch, "/etc/file", "text | ~ : # end\nend\nF /x\n\ttab\n");
	scratch_file(scratch, "/etc/never-read", "secret\n");
	scratch_file(scratch, "/a/b/c", "");
	scratch_file(scratch, "/a-b/c", "");
	scratch_file(scratch, "/var/log/dmesg",
		"[    0.000000] Linux version 6.1.0\n[    1.000000] end \\x41 \x1b ]\nno stamp\n");
	make_odd_files(scratch);
}

struct world {
	struct scratch scratch;
	struct gp_machine *tree;
	struct answer answers[N_CALLS];
	struct text capture;
};

/* The calls on a tree, recorded. */
static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	char *error = NULL;

	assert_non_null(world);
	scratch_make(&world->scratch);
	make_tree(&world->scratch);
	assert_int_equal(gp_machine_open(world->scratch.root, &world->tree, &error), 0);
	gp_machine_record(world->tree);
	gp_machine_record(world->tree);
	for (size_t i = 0; i < N_CALLS; i++)
		world->answers[i] = calls[i].ask(world->tree, calls[i].path);
	world->capture = write_capture(world->tree);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	gp_machine_close(world->tree);
	scratch_remove(&world->scratch);
	free(world->capture.data);
	free(world);
	return 0;
}

static void test_recording_changes_nothing(void **state)
{
	struct world *world = *state;
	struct gp_machine *plain = NULL, *walker = NULL;
	char *error = NULL;

	assert_int_equal(gp_machine_open(world->scratch.root, &plain, &error), 0);
	assert_int_equal(gp_machine_open_tree(world->scratch.root, true, &walker, &error), 0);
	for (size_t i = 0; i < N_CALLS; i++) {
		struct answer answer = calls[i].ask(plain, calls[i].path);
		struct answer walked = calls[i].ask(walker, calls[i].path);

		assert_same(&world->answers[i], &answer);
		assert_same(&world->answers[i], &walked);
	}
	gp_machine_close(plain);
	gp_machine_close(walker);
}

static void test_replay_is_the_same(void **state)
{
	struct world *world = *state;
	struct gp_machine *machine = open_text(world->capture.data, world->capture.size);

	assert_null(gp_machine_cut(machine));
	assert_int_equal(gp_machine_kind(machine), GP_MACHINE_CAPTURE);
	for (size_t i = 0; i < N_CALLS; i++) {
		struct answer answer = calls[i].ask(machine, calls[i].path);

		assert_same(&world->answers[i], &answer);
	}
	gp_machine_close(machine);
}

/* One part of a file, then another, then all of it: a capture has what was asked for in the end. */
static void test_a_part_is_not_all(void **state)
{
	static const char *const first[] = {"one", NULL}, *const second[] = {"two", NULL};
	const char *path = "/etc/parts";
	struct world *world = *state;
	struct gp_machine *machine = NULL;
	char *error = NULL;

	scratch_file(&world->scratch, path, "one\ntwo\nthree\n");
	assert_int_equal(gp_machine_open(world->scratch.root, &machine, &error), 0);
	gp_machine_record(machine);
	assert_string_equal(gp_read_matching(machine, path, first, 9).value, "one\n");
	assert_string_equal(gp_read_matching(machine, path, second, 9).value, "two\n");
	assert_string_equal(gp_read_matching(machine, path, first, 9).value, "one\n");
	assert_string_equal(gp_read_text(machine, path).value, "one\ntwo\nthree\n");
	gp_machine_close(machine);
}

/* A capture of a capture is that capture. */
static void test_recapture_is_identical(void **state)
{
	struct world *world = *state;
	struct gp_machine *machine = open_text(world->capture.data, world->capture.size);
	struct text again;

	gp_machine_record(machine);
	for (size_t i = 0; i < N_CALLS; i++)
		calls[i].ask(machine, calls[i].path);
	again = write_capture(machine);
	assert_string_equal(again.data, world->capture.data);
	free(again.data);
	gp_machine_close(machine);
}

static void test_unread_content_is_not_in_it(void **state)
{
	struct world *world = *state;
	struct gp_machine *machine = open_text(world->capture.data, world->capture.size);
	struct gp_text_value text = gp_read_text(machine, "/etc/never-read");

	assert_null(strstr(world->capture.data, "secret"));
	assert_int_equal(text.from.presence, GP_UNREADABLE);
	assert_int_equal(text.from.error, ENODATA);
	assert_string_equal(gp_origin_says(gp_machine_arena(machine), &text.from),
		"/etc/never-read: is not in this capture or tree");
	assert_int_equal(ask_list(machine, "/sys").r, -ENODATA);
	gp_machine_close(machine);
}

/* Cut off, each call gives the same answer or says that it does not know; logs shrink. */
static void check_cut(struct world *world, size_t size)
{
	struct gp_machine *machine = open_text(world->capture.data, size);

	assert_non_null(gp_machine_cut(machine));
	for (size_t i = 0; i < N_CALLS; i++) {
		struct answer answer = calls[i].ask(machine, calls[i].path);

		if (answer.r == -ENODATA || calls[i].ask == ask_log)
			continue;
		/* A directory that leads to others, its own line gone. */
		assert_same(&world->answers[i], &answer);
	}
	gp_machine_close(machine);
}

static void test_cut_at_every_line(void **state)
{
	struct world *world = *state;
	char *data = world->capture.data, *at = strchr(data, '\n') + 1;

	for (; !gp_starts_with(at, "end "); at = strchr(at, '\n') + 1) {
		check_cut(world, (size_t)(at - data));
		if (strchr(at, '\n') > at)
			check_cut(world, (size_t)(at - data) + 1);
		check_cut(world, (size_t)(strchr(at, '\n') - data));
	}
}

static void test_damaged_at_every_line(void **state)
{
	struct world *world = *state;
	char *data = world->capture.data, *at = strchr(data, '\n') + 1;

	for (; !gp_starts_with(at, "end "); at = strchr(at, '\n') + 1) {
		char was = *at;

		if (was == '\n')
			continue;
		*at = '!';
		check_cut(world, world->capture.size);
		*at = was;
	}
}

static void test_entries_taken_out(void **state)
{
	struct world *world = *state;
	char *start = strstr(world->capture.data, "L /sys/class/iommu/dmar0");
	char *end = strchr(start, '\n') + 1;
	struct gp_machine *machine;

	memmove(start, end, strlen(end) + 1);
	machine = open_string(world->capture.data);
	assert_non_null(strstr(gp_machine_cut(machine), "1 of the capture's"));
	assert_int_equal(ask_list(machine, "/sys/class/iommu").r, -ENODATA);
	assert_int_equal(ask_read(machine, "/sys/class/iommu/dmar0/version").r, -ENODATA);
	assert_int_equal(ask_list(machine, "/sys/devices/empty").r, 0);
	gp_machine_close(machine);
}

static void test_live_round_trip(void **state)
{
	static const struct call live[] = {
		{ask_stat, "/dev/null"},
		{ask_stat, "/dev/zero"},
		{ask_list, "/dev"},
		{ask_list, "/sys/class"},
		{ask_read, "/proc/version"},
		{ask_read, "/proc/self/mounts"},
		{ask_list, "/sys/class/net/lo"},
		{ask_real, "/sys/class/net/lo"},
		{ask_read, "/sys/class/net/lo/no-such"},
		{ask_read, "/sys/class/net/lo/phys_port_id"},
		{ask_read, "/sys/class/none/x"},
	};
	struct answer answers[GP_ARRAY_SIZE(live)];
	struct gp_machine *machine = NULL, *replay;
	char *error = NULL;
	struct text text;

	(void)state;
	assert_int_equal(gp_machine_open(NULL, &machine, &error), 0);
	gp_machine_record(machine);
	for (size_t i = 0; i < GP_ARRAY_SIZE(live); i++)
		answers[i] = live[i].ask(machine, live[i].path);
	text = write_capture(machine);
	replay = open_text(text.data, text.size);
	assert_null(gp_machine_cut(replay));
	for (size_t i = 0; i < GP_ARRAY_SIZE(live); i++) {
		struct answer answer = live[i].ask(replay, live[i].path);

		assert_same(&answers[i], &answer);
	}
	gp_machine_close(replay);
	gp_machine_close(machine);
	free(text.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_recording_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_replay_is_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_part_is_not_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_recapture_is_identical, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_unread_content_is_not_in_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_at_every_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damaged_at_every_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_entries_taken_out, set_up, tear_down),
		cmocka_unit_test(test_live_round_trip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
