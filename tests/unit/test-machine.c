/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/read.h"
#include "machine/source.h"
#include "scratch-tree.h"

#define CAP 4096

/* Each test runs on the tree as openat2() resolves it, and again as the walker does. */
struct world {
	struct scratch scratch;
	struct gp_machine *machine;
	bool walker;
};

static struct gp_machine *open_tree(struct world *world)
{
	char *error = NULL;

	gp_machine_close(world->machine);
	assert_int_equal(
		gp_machine_open_tree(world->scratch.root, world->walker, &world->machine, &error),
		0);
	return world->machine;
}

static int set_up_with(void **state, bool walker)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	scratch_make(&world->scratch);
	world->walker = walker;
	*state = world;
	return 0;
}

static int set_up(void **state)
{
	return set_up_with(state, false);
}

static int set_up_walker(void **state)
{
	return set_up_with(state, true);
}

static int tear_down(void **state)
{
	struct world *world = *state;

	gp_machine_close(world->machine);
	scratch_remove(&world->scratch);
	free(world);
	return 0;
}

static void assert_reads(struct gp_machine *machine, const char *path, const char *text)
{
	struct gp_bytes bytes;

	assert_int_equal(gp_machine_read(machine, path, CAP, &bytes), 0);
	assert_int_equal(bytes.size, strlen(text));
	assert_string_equal((const char *)bytes.data, text);
}

static void assert_fails(struct gp_machine *machine, const char *path, int error)
{
	struct gp_bytes bytes;

	assert_int_equal(gp_machine_read(machine, path, CAP, &bytes), error);
}

static void test_links_stay_inside(void **state)
{
	struct world *world = *state;
	const char *real;
	struct gp_machine *machine;

	scratch_file(&world->scratch, "/etc/inside", "inside\n");
	scratch_link(&world->scratch, "/absolute", "/etc/inside");
	scratch_link(&world->scratch, "/a/b/up", "../../../../../../../../etc/inside");
	scratch_link(&world->scratch, "/shadow", "/etc/shadow");
	scratch_link(&world->scratch, "/passwd", "../../../../../../etc/passwd");
	scratch_link(&world->scratch, "/top", "/");
	machine = open_tree(world);
	assert_reads(machine, "/absolute", "inside\n");
	assert_reads(machine, "/a/b/up", "inside\n");
	assert_reads(machine, "/a/b/../../../../etc/inside", "inside\n");
	assert_reads(machine, "/top/top/a/../absolute", "inside\n");
	assert_fails(machine, "/shadow", -ENOENT);
	assert_fails(machine, "/passwd", -ENOENT);
	assert_fails(machine, "/top/etc/passwd", -ENOENT);
	assert_fails(machine, "/../../../../../etc/passwd", -ENOENT);
	assert_int_equal(gp_machine_realpath(machine, "/top/a/b/up", &real), 0);
	assert_string_equal(real, "/etc/inside");
	assert_int_equal(gp_machine_realpath(machine, "/top/..", &real), 0);
	assert_string_equal(real, "/");
}

static void test_loops_and_dangling_links(void **state)
{
	struct world *world = *state;
	char name[32], target[32];
	struct gp_machine *machine;
	const char *text;

	scratch_link(&world->scratch, "/loop", "loop");
	scratch_link(&world->scratch, "/nowhere", "gone/for/good");
	scratch_file(&world->scratch, "/l0", "end\n");
	for (int i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "/l%d", i);
		snprintf(target, sizeof(target), "l%d", i - 1);
		scratch_link(&world->scratch, name, target);
	}
	machine = open_tree(world);
	assert_fails(machine, "/loop", -ELOOP);
	assert_fails(machine, "/loop/x", -ELOOP);
	assert_fails(machine, "/nowhere", -ENOENT);
	assert_reads(machine, "/l40", "end\n");
	assert_fails(machine, "/l41", -ELOOP);
	assert_int_equal(gp_machine_readlink(machine, "/loop", &text), 0);
	assert_string_equal(text, "loop");
	assert_int_equal(gp_machine_readlink(machine, "/l0", &text), -EINVAL);
	assert_int_equal(gp_machine_readlink(machine, "/l99", &text), -ENOENT);
	assert_fails(machine, "/l0/below/a/file", -ENOENT);
	assert_fails(machine, "relative", -EINVAL);
}

static void test_only_regular_files_are_read(void **state)
{
	struct world *world = *state;
	struct gp_machine *machine;
	char path[8192];
	struct gp_stat st;
	struct gp_text_value text;

	scratch_dir(&world->scratch, "/dir");
	assert_int_equal(mkfifo(scratch_path(&world->scratch, "/fifo", path), 0600), 0);
	scratch_link(&world->scratch, "/tofifo", "fifo");
	machine = open_tree(world);
	assert_fails(machine, "/fifo", -EINVAL);
	assert_fails(machine, "/tofifo", -EINVAL);
	assert_fails(machine, "/dir", -EISDIR);
	assert_int_equal(gp_machine_stat(machine, "/tofifo", &st), 0);
	assert_true(S_ISFIFO(st.mode));
	assert_null(st.owner);
	assert_null(st.group);
	assert_int_equal(st.mtime, 0);
	text = gp_read_text(machine, "/fifo");
	assert_int_equal(text.from.presence, GP_MALFORMED);
	assert_string_equal(text.from.problem, "is not a regular file");
	text = gp_read_text(machine, "/dir");
	assert_int_equal(text.from.presence, GP_MALFORMED);
	assert_string_equal(text.value, "");
	assert_string_equal(
		gp_origin_says(gp_machine_arena(machine), &text.from), "/dir: is a directory");
	if (!mknod(scratch_path(&world->scratch, "/zero", path), S_IFCHR | 0600, 0x105)) {
		assert_fails(machine, "/zero", -EINVAL);
		assert_int_equal(gp_machine_stat(machine, "/zero", &st), 0);
		assert_int_equal(st.dev_major, 1);
		assert_int_equal(st.dev_minor, 5);
	}
}

static void test_sizes_are_capped(void **state)
{
	struct world *world = *state;
	static char large[200001];
	struct gp_machine *machine;
	struct gp_bytes bytes;
	struct timespec before, after;
	struct gp_text_value text;
	char path[8192];
	int fd;

	memset(large, 'x', sizeof(large) - 1);
	scratch_file(&world->scratch, "/large", large);
	scratch_file(&world->scratch, "/empty", "");
	scratch_file(&world->scratch, "/proc/cmdline", "");
	fd = open(scratch_path(&world->scratch, "/proc/cmdline", path), O_WRONLY | O_CLOEXEC);
	assert_int_equal(ftruncate(fd, 1l << 30), 0);
	close(fd);
	machine = open_tree(world);
	assert_int_equal(gp_machine_read(machine, "/large", 200000, &bytes), 0);
	assert_int_equal(bytes.size, 200000);
	assert_string_equal((const char *)bytes.data, large);
	assert_int_equal(gp_machine_read(machine, "/large", 199999, &bytes), -EFBIG);
	assert_int_equal(gp_machine_read(machine, "/large", 0, &bytes), -EFBIG);
	assert_int_equal(gp_machine_read(machine, "/empty", 0, &bytes), 0);
	assert_int_equal(bytes.size, 0);
	clock_gettime(CLOCK_MONOTONIC, &before);
	text = gp_read_line(machine, "/proc/cmdline");
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_int_equal(text.from.presence, GP_MALFORMED);
	assert_string_equal(text.from.problem, "is larger than 64 KiB");
	assert_true(after.tv_sec - before.tv_sec < 5);
}

static void test_listing(void **state)
{
	struct world *world = *state;
	struct gp_machine *machine;
	struct gp_strings names;
	struct gp_names_value value;

	scratch_file(&world->scratch, "/d/b", "");
	scratch_file(&world->scratch, "/d/a", "");
	scratch_dir(&world->scratch, "/d/c/deep");
	scratch_link(&world->scratch, "/d/Z", "gone");
	scratch_link(&world->scratch, "/tod", "d");
	machine = open_tree(world);
	assert_int_equal(gp_machine_list(machine, "/tod", &names), 0);
	assert_string_equal(gp_join(gp_machine_arena(machine), &names, " "), "Z a b c");
	assert_int_equal(gp_machine_list(machine, "/d/a", &names), -ENOENT);
	assert_int_equal(gp_machine_list(machine, "/gone", &names), -ENOENT);
	value = gp_read_names(machine, "/d/a");
	assert_int_equal(value.from.presence, GP_MALFORMED);
	value = gp_read_names(machine, "/gone");
	assert_int_equal(value.from.presence, GP_ABSENT);
	assert_int_equal(value.value.n, 0);
}

static int read_error(struct gp_machine *machine, const char *path)
{
	struct gp_bytes bytes;
	struct gp_stat st;
	struct gp_strings names;
	int r = gp_machine_read(machine, path, CAP, &bytes);

	assert_int_equal(gp_machine_stat(machine, path, &st), r);
	assert_int_equal(gp_machine_list(machine, path, &names), r);
	return r;
}

static void test_missing_class_directory_is_unknown(void **state)
{
	struct world *world = *state;
	struct gp_machine *machine;

	scratch_dir(&world->scratch, "/sys/class/drm");
	scratch_dir(&world->scratch, "/sys/module/vfio");
	scratch_link(&world->scratch, "/sys/class/drm/card0", "../../devices/pci0000:00/card0");
	machine = open_tree(world);
	assert_int_equal(read_error(machine, "/sys/class/iommu"), -ENODATA);
	assert_int_equal(read_error(machine, "/sys/class/iommu/dmar0/version"), -ENODATA);
	assert_int_equal(read_error(machine, "/sys/class/drm/card1"), -ENOENT);
	assert_int_equal(read_error(machine, "/sys/class/drm/card0/x"), -ENODATA);
	assert_int_equal(read_error(machine, "/sys/module/kvm/parameters/nested"), -ENOENT);
	assert_int_equal(read_error(machine, "/sys/module/vfio/parameters"), -ENOENT);
	assert_int_equal(read_error(machine, "/sys/kernel/iommu_groups/1/devices"), -ENODATA);
	assert_int_equal(read_error(machine, "/sys/firmware/acpi/tables/DMAR"), -ENODATA);
	assert_int_equal(read_error(machine, "/sys/block/vda"), -ENOENT);
	assert_int_equal(read_error(machine, "/proc/cmdline"), -ENODATA);
	assert_int_equal(read_error(machine, "/dev/dri/card0"), -ENODATA);
	assert_int_equal(read_error(machine, "/etc/fstab"), -ENOENT);
	assert_int_equal(read_error(machine, "/system/class"), -ENOENT);
	scratch_dir(&world->scratch, "/proc");
	scratch_dir(&world->scratch, "/dev");
	assert_int_equal(read_error(machine, "/proc/cmdline"), -ENOENT);
	assert_int_equal(read_error(machine, "/dev/dri/card0"), -ENOENT);
}

static void test_typed_getters(void **state)
{
	struct world *world = *state;
	struct gp_number_value number;
	struct gp_text_value text;
	struct gp_bytes_value bytes;
	struct gp_origin origin;
	struct gp_machine *machine;

	scratch_file(&world->scratch, "/n", " 0x1f\n");
	scratch_file(&world->scratch, "/word", "many\n");
	scratch_file(&world->scratch, "/huge", "99999999999999999999\n");
	scratch_file(&world->scratch, "/two", "one\ntwo\n");
	scratch_bytes(&world->scratch, "/binary", "a\0b", 3);
	scratch_link(&world->scratch, "/driver", "../../bus/pci/drivers/vfio-pci");
	machine = open_tree(world);
	number = gp_read_number(machine, "/n", 0);
	assert_int_equal(number.from.presence, GP_PRESENT);
	assert_int_equal(number.value, 31);
	number = gp_read_number(machine, "/word", 10);
	assert_string_equal(number.from.problem, "is not a number");
	number = gp_read_number(machine, "/huge", 10);
	assert_int_equal(number.from.presence, GP_MALFORMED);
	text = gp_read_line(machine, "/two");
	assert_string_equal(text.from.problem, "is more than one line");
	text = gp_read_text(machine, "/two");
	assert_string_equal(text.value, "one\ntwo\n");
	text = gp_read_text(machine, "/binary");
	assert_string_equal(text.from.problem, "is not text");
	bytes = gp_read_bytes(machine, "/binary", 3);
	assert_int_equal(bytes.value.size, 3);
	bytes = gp_read_bytes(machine, "/binary", 2);
	assert_string_equal(bytes.from.problem, "is larger than 2 bytes");
	text = gp_read_link_name(machine, "/driver");
	assert_string_equal(text.value, "vfio-pci");
	text = gp_read_link_name(machine, "/n");
	assert_int_equal(text.from.presence, GP_MALFORMED);
	origin = gp_read_presence(machine, "/gone");
	assert_int_equal(origin.presence, GP_ABSENT);
	assert_string_equal(
		gp_origin_says(gp_machine_arena(machine), &origin), "/gone: is not there");
	origin = gp_read_presence(machine, "/sys/class/iommu");
	assert_int_equal(origin.presence, GP_UNREADABLE);
	assert_int_equal(origin.error, ENODATA);
	origin = (struct gp_origin){0};
	assert_string_equal(
		gp_origin_says(gp_machine_arena(machine), &origin), "?: was not looked for");
}

static void test_parts_of_large_files(void **state)
{
	static const char *const phrases[] = {"dmar", "vfio", NULL};
	static const char *const starts[] = {"last", "never", "dmar", NULL};
	struct world *world = *state;
	struct gp_machine *machine;
	struct gp_text_value text;

	scratch_file(&world->scratch, "/log",
		"vfio one\nother\ndmar two\nvfio one\nvfio three\nlast dmar");
	machine = open_tree(world);
	text = gp_read_matching(machine, "/log", phrases, 3);
	assert_string_equal(text.value, "vfio one\ndmar two\nvfio three\n");
	text = gp_read_matching(machine, "/log", phrases, 9);
	assert_string_equal(text.value, "vfio one\ndmar two\nvfio three\nlast dmar\n");
	text = gp_read_section(machine, "/log", "dmar", "vfio three");
	assert_string_equal(text.value, "dmar two\nvfio one\n");
	text = gp_read_section(machine, "/log", "last", "never");
	assert_string_equal(text.value, "last dmar");
	text = gp_read_section(machine, "/log", "never", "vfio");
	assert_int_equal(text.from.presence, GP_PRESENT);
	assert_string_equal(text.value, "");
	text = gp_read_sections(machine, "/log", starts, "\n");
	assert_string_equal(text.value, "last dmar\ndmar two\n");
	text = gp_read_section(machine, "/gone", "a", "b");
	assert_int_equal(text.from.presence, GP_ABSENT);
	text = gp_read_tail(machine, "/log", 20);
	assert_string_equal(text.value, "vfio three\nlast dmar");
	text = gp_read_tail(machine, "/log", 19);
	assert_string_equal(text.value, "last dmar");
	text = gp_read_tail(machine, "/log", 3);
	assert_string_equal(text.value, "");
	text = gp_read_tail(machine, "/log", 4096);
	assert_true(gp_starts_with(text.value, "vfio one\n"));
	text = gp_read_tail(machine, "/gone", 20);
	assert_int_equal(text.from.presence, GP_ABSENT);
}

static void test_opening(void **state)
{
	struct gp_machine *machine = NULL;
	char *error = NULL, path[8192];
	struct world *world = *state;

	assert_int_equal(gp_machine_open("/nowhere/at/all", &machine, &error), -ENOENT);
	assert_string_equal(error, "/nowhere/at/all: No such file or directory");
	free(error);
	scratch_file(&world->scratch, "/text", "Some text\n");
	scratch_path(&world->scratch, "/text", path);
	assert_int_equal(gp_machine_open(path, &machine, &error), -EBADMSG);
	assert_non_null(strstr(error, "is not a capture"));
	free(error);
	assert_int_equal(gp_machine_open("/dev/null", &machine, &error), -EINVAL);
	free(error);
	assert_null(machine);
	assert_int_equal(gp_machine_open(world->scratch.root, &machine, &error), 0);
	assert_int_equal(gp_machine_kind(machine), GP_MACHINE_TREE);
	assert_string_equal(gp_machine_name(machine), world->scratch.root);
	assert_null(gp_machine_cut(machine));
	gp_machine_close(machine);
	gp_machine_close(NULL);
}

static void test_live(void **state)
{
	struct gp_machine *machine = NULL;
	char *error = NULL;
	struct gp_stat st;
	struct gp_text_value text;

	(void)state;
	assert_int_equal(gp_machine_open(NULL, &machine, &error), 0);
	assert_int_equal(gp_machine_kind(machine), GP_MACHINE_LIVE);
	assert_int_equal(gp_machine_stat(machine, "/dev/null", &st), 0);
	assert_true(S_ISCHR(st.mode));
	assert_int_equal(st.dev_major, 1);
	assert_int_equal(st.dev_minor, 3);
	assert_string_equal(st.owner, "root");
	assert_true(st.mtime > 0);
	text = gp_read_line(machine, "/proc/sys/kernel/ostype");
	assert_string_equal(text.value, "Linux");
	assert_fails(machine, "/sys/class/no-such-class/x", -ENOENT);
	gp_machine_close(machine);
}

/* From the machine to the file: what it learns, and that nothing of it is left. */
static void test_capture_is_redacted(void **state)
{
	struct gp_machine *machine = NULL, *replay = NULL;
	struct scratch scratch;
	struct gp_strings names;
	struct gp_bytes bytes;
	char *error = NULL, *data;
	size_t size;
	FILE *out;

	(void)state;
	scratch_make(&scratch);
	scratch_file(&scratch, "/etc/hostname", "pve\n");
	scratch_file(&scratch, "/etc/passwd",
		"root:x:0:0::/root:/bin/sh\nkarla:x:1000:1000:Karla "
		"Kolumna,,,:/home/karla:/bin/sh\n");
	scratch_file(&scratch, "/etc/pve/nodes/pve/qemu-server/100.conf",
		"net0: virtio=BC:24:11:AA:BB:CC\nargs: -cdrom /home/karla/x.iso\n");
	scratch_file(&scratch, "/var/log/dmesg", "[    0.000000] mac BC:24:11:AA:BB:CC karla\n");
	assert_int_equal(gp_machine_open(scratch.root, &machine, &error), 0);
	gp_machine_record(machine);
	assert_int_equal(gp_machine_list(machine, "/etc/pve/nodes", &names), 0);
	assert_int_equal(
		gp_machine_read(machine, "/etc/pve/nodes/pve/qemu-server/100.conf", 1000, &bytes),
		0);
	assert_int_equal(gp_machine_read(machine, "/etc/passwd", 1000, &bytes), 0);
	out = open_memstream(&data, &size);
	assert_int_equal(gp_machine_write_capture(machine, true, out), 0);
	fclose(out);
	assert_null(strstr(data, "arla"));
	assert_null(strstr(data, "Kolumna"));
	assert_null(strstr(data, "BC:24"));
	assert_non_null(strstr(data, "\nredacted host-name 1\n"));
	assert_non_null(strstr(data, "\nredacted mac-address 1\n"));
	assert_non_null(strstr(data, "\nredacted credential 0\n"));
	assert_int_equal(gp_machine_open_memory(data, size, &replay, &error), 0);
	assert_null(gp_machine_cut(replay));
	assert_int_equal(gp_machine_list(replay, "/etc/pve/nodes", &names), 0);
	assert_int_equal(names.n, 1);
	assert_string_equal(names.items[0], "host1");
	assert_int_equal(
		gp_machine_read(replay, "/etc/pve/nodes/host1/qemu-server/100.conf", 1000, &bytes),
		0);
	assert_string_equal((const char *)bytes.data,
		"net0: virtio=02:00:00:00:00:01\nargs: -cdrom /home/user1/x.iso\n");
	gp_machine_close(replay);
	gp_machine_close(machine);
	free(data);
	scratch_remove(&scratch);
}

#define BOTH(test)                                                      \
	cmocka_unit_test_setup_teardown(test, set_up, tear_down),       \
	{                                                               \
#test " (walker)", test, set_up_walker, tear_down, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(test_links_stay_inside),
		BOTH(test_loops_and_dangling_links),
		BOTH(test_only_regular_files_are_read),
		BOTH(test_sizes_are_capped),
		BOTH(test_listing),
		BOTH(test_missing_class_directory_is_unknown),
		BOTH(test_typed_getters),
		BOTH(test_parts_of_large_files),
		cmocka_unit_test_setup_teardown(test_opening, set_up, tear_down),
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_capture_is_redacted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
