/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "output.h"

/* Each test works in a directory of its own. */
struct scene {
	struct gp_arena *arena;
	char folder[64];
};

static int setup(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct scene *scene = gp_new(arena, struct scene);

	scene->arena = arena;
	strcpy(scene->folder, "/tmp/gpupass-output-XXXXXX");
	*state = scene;
	return mkdtemp(scene->folder) ? 0 : -1;
}

static size_t count_files(const struct scene *scene, bool remove_them)
{
	DIR *folder = opendir(scene->folder);
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (gp_equal(entry->d_name, ".") || gp_equal(entry->d_name, ".."))
			continue;
		n++;
		if (remove_them && unlinkat(dirfd(folder), entry->d_name, 0) < 0)
			unlinkat(dirfd(folder), entry->d_name, AT_REMOVEDIR);
	}
	closedir(folder);
	return n;
}

static int teardown(void **state)
{
	struct scene *scene = *state;
	int r;

	count_files(scene, true);
	r = rmdir(scene->folder);
	gp_arena_free(scene->arena);
	return r;
}

static char *in(struct scene *scene, const char *name)
{
	return gp_printf(scene->arena, "%s/%s", scene->folder, name);
}

static char *content(struct scene *scene, const char *path)
{
	char *text = gp_alloc(scene->arena, 100, 1);
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	assert_true(fread(text, 1, 99, file) < 99);
	fclose(file);
	return text;
}

static void put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void test_new_file(void **state)
{
	struct scene *scene = *state;
	char *path = in(scene, "new.html");
	mode_t mask = umask(027);
	struct gp_output output;
	const char *why = NULL;
	struct stat there;

	assert_int_equal(gp_output_open(scene->arena, &output, path, &why), 0);
	fputs("text", output.stream);
	fflush(output.stream);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(gp_output_commit(scene->arena, &output, &why), 0);
	gp_output_discard(&output);
	umask(mask);

	assert_string_equal(content(scene, path), "text");
	assert_int_equal(stat(path, &there), 0);
	assert_int_equal(there.st_mode & 0777, 0640);
	assert_int_equal(count_files(scene, false), 1);
}

static void test_given_up(void **state)
{
	struct scene *scene = *state;
	char *path = in(scene, "kept");
	struct gp_output output;
	const char *why = NULL;

	put_file(path, "old");
	assert_int_equal(gp_output_open(scene->arena, &output, path, &why), 0);
	fputs("half", output.stream);
	gp_output_discard(&output);
	assert_string_equal(content(scene, path), "old");
	assert_int_equal(count_files(scene, false), 1);
}

static void test_replaces_through_a_link(void **state)
{
	struct scene *scene = *state;
	char *path = in(scene, "real"), *link = in(scene, "link");
	struct gp_output output;
	const char *why = NULL;
	struct stat there;

	put_file(path, "old");
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(symlink("real", link), 0);
	assert_int_equal(gp_output_open(scene->arena, &output, link, &why), 0);
	fputs("new", output.stream);
	assert_int_equal(gp_output_commit(scene->arena, &output, &why), 0);
	assert_string_equal(content(scene, path), "new");
	assert_int_equal(lstat(link, &there), 0);
	assert_true(S_ISLNK(there.st_mode));
	assert_int_equal(stat(path, &there), 0);
	assert_int_equal(there.st_mode & 0777, 0600);
}

static void test_errors_are_one_line(void **state)
{
	struct scene *scene = *state;
	struct gp_output output;
	const char *why = NULL;

	assert_int_equal(gp_output_open(scene->arena, &output, scene->folder, &why), -EISDIR);
	assert_string_equal(why,
		gp_printf(scene->arena, "%s: cannot be written: Is a directory", scene->folder));
	assert_int_equal(
		gp_output_open(scene->arena, &output, in(scene, "no/such"), &why), -ENOENT);
	assert_string_equal(why,
		gp_printf(scene->arena, "%s/no/such: cannot be written: No such file or directory",
			scene->folder));
	assert_int_equal(gp_output_open(scene->arena, &output, "", &why), -ENOENT);
	assert_int_equal(gp_output_open(scene->arena, &output, in(scene, "a\nb/c"), &why), -ENOENT);
	assert_null(strchr(why, '\n'));
	gp_output_discard(&output);
	assert_int_equal(count_files(scene, false), 0);
}

static void test_devices_are_written_to(void **state)
{
	struct scene *scene = *state;
	struct gp_output output;
	const char *why = NULL;
	struct stat there;

	assert_int_equal(gp_output_open(scene->arena, &output, "/dev/null", &why), 0);
	fputs("text", output.stream);
	assert_int_equal(gp_output_commit(scene->arena, &output, &why), 0);
	assert_int_equal(stat("/dev/null", &there), 0);
	assert_true(S_ISCHR(there.st_mode));

	assert_int_equal(gp_output_open(scene->arena, &output, "/dev/full", &why), 0);
	fputs("text", output.stream);
	assert_int_equal(gp_output_commit(scene->arena, &output, &why), -ENOSPC);
	assert_string_equal(why, "/dev/full: cannot be written: No space left on device");
}

static void test_pipe(void **state)
{
	struct scene *scene = *state;
	char *path = in(scene, "fifo"), text[8] = "";
	struct gp_output output;
	const char *why = NULL;
	int reader;

	assert_int_equal(mkfifo(path, 0600), 0);
	reader = open(path, O_RDONLY | O_NONBLOCK);
	assert_true(reader >= 0);
	assert_int_equal(gp_output_open(scene->arena, &output, path, &why), 0);
	fputs("text", output.stream);
	assert_int_equal(gp_output_commit(scene->arena, &output, &why), 0);
	assert_int_equal(read(reader, text, sizeof(text)), 4);
	assert_string_equal(text, "text");
	close(reader);
}

static void test_standard_output(void **state)
{
	struct scene *scene = *state;
	struct gp_output output;
	const char *why = NULL;

	assert_int_equal(gp_output_open(scene->arena, &output, NULL, &why), 0);
	assert_ptr_equal(output.stream, stdout);
	assert_int_equal(gp_output_open(scene->arena, &output, "-", &why), 0);
	assert_ptr_equal(output.stream, stdout);
	assert_int_equal(gp_output_commit(scene->arena, &output, &why), 0);
	assert_true(ftell(stdout) >= -1); /* it is still open */
	gp_output_discard(&(struct gp_output){0});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_new_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_given_up, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replaces_through_a_link, setup, teardown),
		cmocka_unit_test_setup_teardown(test_errors_are_one_line, setup, teardown),
		cmocka_unit_test_setup_teardown(test_devices_are_written_to, setup, teardown),
		cmocka_unit_test_setup_teardown(test_pipe, setup, teardown),
		cmocka_unit_test_setup_teardown(test_standard_output, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
