/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "machine/attempt.h"
#include "machine/source.h"
#include "scratch-tree.h"

#define SECONDS 1

struct world {
	struct scratch scratch;
	struct gp_arena *arena;
	struct gp_attempts attempts;
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

/* A program that tries a driver, as a shell script. */
static void add_program(struct world *world, const char *probe, const char *script)
{
	char *path = gp_printf(world->arena, "/gpupass-try-%s", probe);
	char full[8192];

	scratch_file(&world->scratch, path, gp_printf(world->arena, "#!/bin/sh\n%s\n", script));
	assert_int_equal(chmod(scratch_path(&world->scratch, path, full), 0755), 0);
}

static void add_attempt(struct world *world, const char *probe, const char *subject)
{
	*gp_push(world->arena, &world->attempts) =
		(struct gp_attempt){.probe = probe, .subject = subject};
}

static void run(struct world *world)
{
	gp_attempts_run(world->arena, &world->attempts, world->scratch.root, SECONDS);
}

static struct gp_tried tried(struct world *world, size_t i)
{
	return gp_tried_read(world->arena, &world->attempts.items[i]);
}

static void test_lines_and_messages_are_kept(void **state)
{
	struct world *world = *state;
	struct gp_tried came;

	add_program(world, "vaapi", "echo node \"$1\"; echo cannot load >&2; echo; printf half");
	add_attempt(world, "vaapi", "/dev/dri/renderD128");
	run(world);
	came = tried(world, 0);
	assert_true(gp_is_present(&came.from));
	assert_string_equal(came.from.path, "gpupass-try-vaapi /dev/dri/renderD128");
	assert_string_equal(gp_tried_get(&came, "node"), "/dev/dri/renderD128");
	assert_string_equal(gp_tried_get(&came, "said"), "cannot load");
	assert_string_equal(gp_tried_get(&came, "half"), "");
	assert_null(gp_tried_get(&came, "end"));
	assert_int_equal(came.end, GP_TRIED_EXITED);
	assert_int_equal(came.number, 0);
}

static void test_a_crash_costs_what_came_after_it(void **state)
{
	struct world *world = *state;
	struct gp_tried came;

	add_program(world, "vaapi", "echo version 1.17; kill -SEGV $$; echo never");
	add_attempt(world, "vaapi", "/dev/dri/renderD128");
	run(world);
	came = tried(world, 0);
	assert_string_equal(gp_tried_get(&came, "version"), "1.17");
	assert_null(gp_tried_get(&came, "never"));
	assert_int_equal(came.end, GP_TRIED_CRASHED);
	assert_int_equal(came.number, SIGSEGV);
	assert_string_equal(gp_tried_ended(world->arena, &came), "crashed (Segmentation fault)");
}

/* A zombie does not: nobody may have waited for it yet. */
static bool runs(uint64_t pid)
{
	char path[64], text[512] = "";
	const char *state;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%llu/stat", (unsigned long long)pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(text, sizeof(text), file))
		text[0] = '\0';
	fclose(file);
	state = strrchr(text, ')');
	return state && state[1] && state[2] != 'Z';
}

/* What a hanging program started is gone with it, and the others have their answers. */
static void test_a_hang_is_killed_with_its_group(void **state)
{
	struct world *world = *state;
	struct gp_tried came;
	uint64_t grandchild;

	add_program(world, "vaapi", "sleep 600 & echo child $!; trap '' TERM; wait");
	add_program(world, "opencl", "echo fine");
	add_attempt(world, "vaapi", "");
	add_attempt(world, "opencl", "");
	run(world);
	came = tried(world, 0);
	assert_int_equal(came.end, GP_TRIED_HUNG);
	assert_int_equal(came.number, SECONDS);
	assert_int_equal(gp_parse_u64(gp_tried_get(&came, "child"), 10, &grandchild), 0);
	for (int i = 0; i < 100 && runs(grandchild); i++)
		usleep(10000);
	assert_false(runs(grandchild));
	came = tried(world, 1);
	assert_non_null(gp_tried_get(&came, "fine"));
	assert_int_equal(came.end, GP_TRIED_EXITED);
}

/* It has ended, though what it started still holds its output. */
static void test_a_helper_left_behind_is_no_hang(void **state)
{
	struct world *world = *state;
	struct gp_tried came;

	add_program(world, "vaapi", "sleep 600 & echo done");
	add_attempt(world, "vaapi", "");
	run(world);
	came = tried(world, 0);
	assert_non_null(gp_tried_get(&came, "done"));
	assert_int_equal(came.end, GP_TRIED_EXITED);
}

static void test_drivers_have_a_home_that_goes(void **state)
{
	struct world *world = *state;
	struct gp_tried came;
	const char *home;

	setenv("DISPLAY", ":0", 1);
	add_program(world, "vaapi",
		"mkdir -p \"$XDG_CACHE_HOME/mesa\"; : > \"$XDG_CACHE_HOME/mesa/index\"\n"
		"ls \"$HOME/mesa\" | sed 's/^/kept /'; echo home \"$HOME\"; echo display \"$DISPLAY\"");
	add_attempt(world, "vaapi", "");
	run(world);
	came = tried(world, 0);
	home = gp_tried_get(&came, "home");
	assert_string_equal(gp_tried_get(&came, "kept"), "index");
	assert_string_equal(gp_tried_get(&came, "display"), "");
	assert_true(gp_starts_with(home, "/tmp/gpupass-"));
	assert_int_equal(access(home, F_OK), -1);
}

/* As Ctrl-C does, or the end of a service: nothing is left of what was begun. */
static void test_nothing_is_left_when_it_is_killed(void **state)
{
	struct world *world = *state;
	char said[sizeof("/tmp/gpupass-XXXXXX")] = "";
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	add_program(world, "vaapi",
		gp_printf(world->arena, "printf %%s \"$HOME\" > /proc/%d/fd/%d; exec sleep 600",
			(int)getpid(), ends[1]));
	add_attempt(world, "vaapi", "");
	child = fork();
	if (child == 0) {
		run(world);
		_exit(0);
	}
	assert_true(read(ends[0], said, sizeof(said) - 1) > 0);
	assert_int_equal(access(said, F_OK), 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	for (int i = 0; i < 200 && access(said, F_OK) == 0; i++)
		usleep(10000);
	assert_int_equal(access(said, F_OK), -1);
	close(ends[0]);
	close(ends[1]);
}

/* Those of one device, and those that may use all, are not there at the same time. */
static void test_one_at_a_time_on_a_device(void **state)
{
	static const char script[] = "mkdir \"$HOME/busy\" || echo both; sleep 0.1; "
				     "rmdir \"$HOME/busy\"; echo fine";
	struct world *world = *state;

	add_program(world, "vaapi", script);
	add_program(world, "drm", script);
	add_attempt(world, "vaapi", "/dev/dri/renderD128");
	add_attempt(world, "drm", "/dev/dri/renderD128");
	add_attempt(world, "drm", "");
	run(world);
	for (size_t i = 0; i < world->attempts.n; i++) {
		struct gp_tried came = tried(world, i);

		assert_null(gp_tried_get(&came, "both"));
		assert_non_null(gp_tried_get(&came, "fine"));
	}
}

static void test_others_at_the_same_time(void **state)
{
	static const char script[] =
		": > \"$HOME/$(basename \"$1\")\"; i=0\n"
		"while [ $i -lt 50 ] && [ \"$(ls \"$HOME\" | wc -l)\" -lt 2 ]; do\n"
		"i=$((i + 1)); sleep 0.01; done\nls \"$HOME\" | wc -l | sed 's/^/seen /'";
	struct world *world = *state;
	struct gp_tried came;

	add_program(world, "drm", script);
	add_attempt(world, "drm", "/dev/dri/renderD128");
	add_attempt(world, "drm", "/dev/dri/renderD129");
	run(world);
	came = tried(world, 0);
	assert_string_equal(gp_tried_get(&came, "seen"), "2");
}

static void test_no_new_rights(void **state)
{
	struct world *world = *state;
	struct gp_tried came;

	add_program(world, "vaapi", "tr -s '\\t' ' ' < /proc/self/status | grep NoNewPrivs");
	add_attempt(world, "vaapi", "");
	run(world);
	came = tried(world, 0);
	assert_string_equal(gp_tried_get(&came, "NoNewPrivs:"), "1");
}

static void test_a_program_that_is_not_there(void **state)
{
	struct world *world = *state;
	struct gp_tried came;

	add_attempt(world, "vaapi", "");
	run(world);
	came = tried(world, 0);
	assert_true(gp_is_absent(&came.from));
	assert_int_equal(came.n, 0);
}

/* Without an end to what it says, it is killed like one that hangs, and only so much is kept. */
static void test_a_flood_is_capped(void **state)
{
	struct world *world = *state;

	add_program(world, "vaapi", "exec yes flood");
	add_attempt(world, "vaapi", "");
	run(world);
	assert_int_equal(tried(world, 0).end, GP_TRIED_HUNG);
	assert_in_range(world->attempts.items[0].said.size, 1000, GP_ATTEMPT_MOST);
}

/* Messages do not crowd out what it found. */
static void test_messages_leave_room(void **state)
{
	struct world *world = *state;
	struct gp_tried came;

	add_program(world, "vaapi", "yes trouble | head -c 2000000 >&2; echo found it");
	add_attempt(world, "vaapi", "");
	run(world);
	came = tried(world, 0);
	assert_non_null(gp_tried_get(&came, "said"));
	assert_string_equal(gp_tried_get(&came, "found"), "it");
	assert_int_equal(came.end, GP_TRIED_EXITED);
}

/* As a parent may leave it to its children. */
static void test_ignored_children_are_waited_for(void **state)
{
	struct world *world = *state;

	signal(SIGCHLD, SIG_IGN);
	add_program(world, "vaapi", "exit 3");
	add_attempt(world, "vaapi", "");
	run(world);
	assert_true(signal(SIGCHLD, SIG_DFL) == SIG_IGN);
	assert_int_equal(tried(world, 0).end, GP_TRIED_EXITED);
	assert_int_equal(tried(world, 0).number, 3);
}

static void test_a_capture_replays_it(void **state)
{
	static const char text[] = "gpupass-machine 1\n"
				   "F /.try/vaapi/dev/dri/renderD128 0444\n"
				   "|version 1.17\n"
				   "|end signal 11\n"
				   "X /.try/vaapi/dev/dri/renderD129 ENOENT\n"
				   "F /.try/opencl 0444\n"
				   "|platforms 2\n"
				   "F /.try/opencl/etc/OpenCL/vendors/intel.icd 0444\n"
				   "|platforms 1\n"
				   "end 4\n";
	struct world *world = *state;
	struct gp_machine *machine;
	struct gp_tried came;
	char *why;

	add_attempt(world, "vaapi", "/dev/dri/renderD128");
	add_attempt(world, "vaapi", "/dev/dri/renderD129");
	add_attempt(world, "vaapi", "/dev/dri/renderD130");
	add_attempt(world, "opencl", "");
	add_attempt(world, "opencl", "/etc/OpenCL/vendors/intel.icd");
	assert_int_equal(gp_machine_open_memory(text, sizeof(text) - 1, &machine, &why), 0);
	gp_machine_attempt(machine, &world->attempts);
	came = tried(world, 0);
	assert_string_equal(gp_tried_get(&came, "version"), "1.17");
	assert_int_equal(came.end, GP_TRIED_CRASHED);
	came = tried(world, 1);
	assert_true(gp_is_absent(&came.from));
	came = tried(world, 2);
	assert_int_equal(came.from.presence, GP_UNREADABLE);
	assert_int_equal(came.from.error, ENODATA);
	came = tried(world, 3);
	assert_string_equal(gp_tried_get(&came, "platforms"), "2");
	came = tried(world, 4);
	assert_string_equal(gp_tried_get(&came, "platforms"), "1");
	gp_machine_close(machine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_lines_and_messages_are_kept, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_a_crash_costs_what_came_after_it, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_a_hang_is_killed_with_its_group, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_a_helper_left_behind_is_no_hang, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_drivers_have_a_home_that_goes, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_a_program_that_is_not_there, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_nothing_is_left_when_it_is_killed, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_one_at_a_time_on_a_device, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_others_at_the_same_time, make_world, end_world),
		cmocka_unit_test_setup_teardown(test_no_new_rights, make_world, end_world),
		cmocka_unit_test_setup_teardown(test_a_flood_is_capped, make_world, end_world),
		cmocka_unit_test_setup_teardown(test_messages_leave_room, make_world, end_world),
		cmocka_unit_test_setup_teardown(
			test_ignored_children_are_waited_for, make_world, end_world),
		cmocka_unit_test_setup_teardown(test_a_capture_replays_it, make_world, end_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
