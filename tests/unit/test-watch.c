/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/watch.h"

#define DEADLINE 100 /* milliseconds */

/* A machine on which reading what begins with /stuck never ends. */
static int read_or_hang(
	struct gp_source *source, const char *path, size_t cap, struct gp_bytes *ret)
{
	(void)cap;
	while (gp_starts_with(path, "/stuck"))
		pause();
	*ret = (struct gp_bytes){
		.data = gp_bytes_copy(source->arena, path, strlen(path)), .size = strlen(path)};
	return 0;
}

static void close_nothing(struct gp_source *source)
{
	(void)source;
}

static const struct gp_source_ops ops = {.read = read_or_hang, .close = close_nothing};

/* Reads the paths and ends: exit status 10 * answered + given up. */
static _Noreturn void read_all(struct gp_watch *watch, const char *const *paths)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_source inner = {.ops = &ops, .arena = arena};
	struct gp_source *source = gp_watched_new(arena, &inner, watch);
	struct gp_bytes bytes;
	int status = 0;

	for (; *paths; paths++) {
		int r = source->ops->read(source, *paths, 100, &bytes);

		status += r == 0 && !strcmp((const char *)bytes.data, *paths) ? 10 : 0;
		status += r == -ETIMEDOUT;
	}
	source->ops->close(source);
	gp_arena_free(arena);
	gp_watch_over(watch);
	_exit(status);
}

static int watch_reads(const char *const *paths, int *ret_status)
{
	struct gp_watch *watch;
	int r = gp_watch_start(DEADLINE, &watch, ret_status);

	if (r == 0)
		read_all(watch, paths);
	return r;
}

static void test_nothing_is_stuck(void **state)
{
	static const char *const paths[] = {"/a", "/b", NULL};
	int status = -1;

	(void)state;
	assert_int_equal(watch_reads(paths, &status), 1);
	assert_int_equal(status, 20);
}

static void test_only_what_is_stuck_is_lost(void **state)
{
	static const char *const paths[] = {"/a", "/stuck/1", "/b", "/stuck/2", "/c", NULL};
	int status = -1;

	(void)state;
	assert_int_equal(watch_reads(paths, &status), 1);
	assert_int_equal(status, 32);
}

static void test_what_is_below_is_lost_with_it(void **state)
{
	static const char *const paths[] = {"/stuck", "/stuck/1", "/stuck/2/3", "/b", NULL};
	int status = -1;

	(void)state;
	assert_int_equal(watch_reads(paths, &status), 1);
	assert_int_equal(status, 13);
}

static void test_too_much_is_stuck(void **state)
{
	static const char *const paths[] = {"/stuck/1", "/stuck/2", "/stuck/3", "/stuck/4",
		"/stuck/5", "/stuck/6", "/stuck/7", "/stuck/8", "/a", NULL};
	int status = -1;

	(void)state;
	assert_int_equal(watch_reads(paths, &status), -ETIMEDOUT);
	assert_int_equal(status, -1);
}

/* A device that is dying has many attributes, and none of them answers. */
static void test_a_directory_goes_with_two_of_its_files(void **state)
{
	static const char *const paths[] = {"/stuck/a/1", "/stuck/a/2", "/stuck/a/3", "/stuck/a/4",
		"/stuck/a/5", "/stuck/a/6", "/stuck/a/7", "/stuck/a/8", "/stuck/a/9", "/b", NULL};
	int status = -1;

	(void)state;
	assert_int_equal(watch_reads(paths, &status), 1);
	assert_int_equal(status, 19);
}

static void test_somebody_ignores_children(void **state)
{
	static const char *const paths[] = {"/a", NULL};
	int status = -1;

	(void)state;
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(watch_reads(paths, &status), 1);
	assert_int_equal(status, 10);
}

/* What is slow between two reads is no read that hangs. */
static void test_thinking_is_allowed(void **state)
{
	struct gp_watch *watch;
	int status = -1, r = gp_watch_start(DEADLINE, &watch, &status);

	(void)state;
	if (r == 0) {
		usleep(3 * DEADLINE * 1000);
		gp_watch_over(watch);
		usleep(3 * DEADLINE * 1000);
		_exit(7);
	}
	assert_int_equal(r, 1);
	assert_int_equal(status, 7);
}

/* A child that is left behind must not keep a reader of our output waiting. */
static void test_output_comes_only_when_all_is_read(void **state)
{
	char *said = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct gp_watch *watch;
	int ends[2], output, status = -1, r;
	char text[16] = "";

	(void)state;
	assert_int_equal(pipe(ends), 0);
	output = dup(STDOUT_FILENO);
	fflush(stdout);
	dup2(ends[1], STDOUT_FILENO);
	r = gp_watch_start(DEADLINE, &watch, &status);
	if (r == 0) {
		*said = write(STDOUT_FILENO, "early ", 6) == 6;
		gp_watch_over(watch);
		_exit(write(STDOUT_FILENO, "late", 4) == 4 ? 3 : 4);
	}
	dup2(output, STDOUT_FILENO);
	assert_int_equal(r, 1);
	assert_int_equal(status, 3);
	assert_true(*said);
	assert_int_equal(read(ends[0], text, sizeof(text) - 1), 4);
	assert_string_equal(text, "late");
	close(ends[0]);
	close(ends[1]);
	close(output);
	munmap(said, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_stuck),
		cmocka_unit_test(test_only_what_is_stuck_is_lost),
		cmocka_unit_test(test_what_is_below_is_lost_with_it),
		cmocka_unit_test(test_too_much_is_stuck),
		cmocka_unit_test(test_a_directory_goes_with_two_of_its_files),
		cmocka_unit_test(test_somebody_ignores_children),
		cmocka_unit_test(test_thinking_is_allowed),
		cmocka_unit_test(test_output_comes_only_when_all_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
