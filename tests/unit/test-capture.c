/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/read.h"
#include "machine/source.h"
#include "scratch-tree.h"

#define CAP 100000

struct text {
	char *data;
	size_t size;
};

static struct gp_machine *open_text(const char *text, size_t size)
{
	struct gp_machine *machine = NULL;
	char *error = NULL;

	if (gp_machine_open_memory(text, size, &machine, &error) < 0)
		fail_msg("%s", error);
	return machine;
}

static struct gp_machine *open_string(const char *text)
{
	return open_text(text, strlen(text));
}

static struct text write_capture(struct gp_machine *machine)
{
	struct text text;
	FILE *out = open_memstream(&text.data, &text.size);

	assert_non_null(out);
	assert_int_equal(gp_machine_write_capture(machine, false, out), 0);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* What came of a call, as text. */
struct answer {
	const char *call, *path;
	int r;
	const char *says;
};

static struct answer ask_stat(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "stat", .path = path, .says = ""};
	struct gp_stat st;

	answer.r = gp_machine_stat(machine, path, &st);
	if (!answer.r)
		answer.says = gp_printf(gp_machine_arena(machine), "%o %s %s %u:%u %lld", st.mode,
			st.owner ? st.owner : "(null)", st.group ? st.group : "(null)",
			st.dev_major, st.dev_minor, (long long)st.mtime);
	return answer;
}

static struct answer ask_read(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "read", .path = path, .says = ""};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_bytes bytes;

	answer.r = gp_machine_read(machine, path, CAP, &bytes);
	if (answer.r)
		return answer;
	assert_int_equal(bytes.data[bytes.size], 0);
	for (size_t i = 0; i < bytes.size; i++) {
		char *text = i ? NULL : gp_alloc(arena, 2 * bytes.size + 1, 1);

		if (text)
			answer.says = text;
		snprintf((char *)(uintptr_t)answer.says + 2 * i, 3, "%02x", bytes.data[i]);
	}
	return answer;
}

static struct answer ask_list(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "list", .path = path, .says = ""};
	struct gp_strings names;

	answer.r = gp_machine_list(machine, path, &names);
	if (!answer.r)
		answer.says = gp_join(gp_machine_arena(machine), &names, "|");
	return answer;
}

static struct answer ask_link(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "readlink", .path = path, .says = ""};

	answer.r = gp_machine_readlink(machine, path, &answer.says);
	return answer;
}

static struct answer ask_real(struct gp_machine *machine, const char *path)
{
	struct answer answer = {.call = "realpath", .path = path, .says = ""};

	answer.r = gp_machine_realpath(machine, path, &answer.says);
	return answer;
}

struct log {
	struct gp_arena *arena;
	const char *text;
};

static void hear(void *context, const struct gp_klog_line *line)
{
	struct log *log = context;

	log->text = gp_printf(log->arena, "%s%lld %s\n", log->text, (long long)line->usec,
		gp_printable(log->arena, line->text, line->size, 0));
}

static struct answer ask_log(struct gp_machine *machine, const char *path)
{
	struct log log = {.arena = gp_machine_arena(machine), .text = ""};
	struct answer answer = {.call = "klog", .path = path};
	const char *source;
	bool whole;

	answer.r = gp_machine_klog(machine, hear, &log, &source, &whole);
	answer.says = answer.r ? "" : gp_printf(log.arena, "%s %d %s", source, whole, log.text);
	return answer;
}

typedef struct answer question(struct gp_machine *machine, const char *path);

struct call {
	question *ask;
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
		cmocka_unit_test_setup_teardown(test_recording_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_replay_is_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_recapture_is_identical, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_unread_content_is_not_in_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_cut_at_every_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_damaged_at_every_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_entries_taken_out, set_up, tear_down),
		cmocka_unit_test(test_live_round_trip),
		cmocka_unit_test(test_composed_by_hand),
		cmocka_unit_test(test_cut_by_hand),
		cmocka_unit_test(test_cut_leaves_finished_directories),
		cmocka_unit_test(test_lines_that_are_none),
		cmocka_unit_test(test_not_a_capture),
		cmocka_unit_test(test_hostile_links_in_captures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
