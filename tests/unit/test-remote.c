/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A command on another machine; its ssh is a script that runs it here. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <cmocka.h>

#include "remote/remote.h"
#include "scratch-tree.h"
#include "telemetry/gauges.h"
#include "telemetry/heard.h"
#include "telemetry/read.h"

#define PATIENCE 30

static struct scratch scratch;

/* What is behind "--" is the host and one argument, which a shell gets. */
static const char ssh[] =
	"#!/bin/sh\n"
	"while [ \"$1\" != -- ]; do shift; done\n"
	"[ $# -eq 3 ] || exit 9\n"
	"[ \"$2\" != lost ] || { echo noise >&2\n"
	"	echo 'ssh: connect to host lost port 22: No route' >&2; exit 255; }\n"
	"eval \"exec $3\"\n";

static int make_ssh(void **state)
{
	char path[8192];

	(void)state;
	scratch_make(&scratch);
	scratch_file(&scratch, "/ssh", ssh);
	assert_int_equal(chmod(scratch_path(&scratch, "/ssh", path), 0755), 0);
	snprintf(path, sizeof(path), "%s:/usr/bin:/bin", scratch.root);
	return setenv("PATH", path, 1);
}

static int remove_ssh(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static struct gp_remote *start(struct gp_arena *arena, const char *script)
{
	const char *argv[] = {"sh", "-c", script, NULL};
	struct gp_remote *remote = NULL;
	const char *why = "";

	if (gp_remote_start(arena, "here", argv, &remote, &why))
		fail_msg("%s", why);
	return remote;
}

static void expect(struct gp_remote *remote, const char *text)
{
	const char *line = NULL;
	int r = gp_remote_line(remote, PATIENCE, &line);

	assert_int_equal(r, 0);
	assert_string_equal(line, text);
}

static void test_words_stay_words(void **state)
{
	static const char *const words[] = {
		"a b", "$(id)", "`id`", "it's", "\"", "\\n", "", "*", "~", ";id", "-n", "a\tb"};
	const char *argv[GP_ARRAY_SIZE(words) + 3] = {"printf", "%s\\n"};
	struct gp_arena *arena = gp_arena_new();
	struct gp_remote *remote = NULL;
	const char *why, *line;

	(void)state;
	memcpy(argv + 2, words, sizeof(words));
	assert_int_equal(gp_remote_start(arena, "user@host-1.example", argv, &remote, &why), 0);
	for (size_t i = 0; i < GP_ARRAY_SIZE(words); i++)
		expect(remote, words[i]);
	assert_int_equal(gp_remote_line(remote, PATIENCE, &line), -EPIPE);
	assert_string_equal(gp_remote_why(arena, remote), "ssh ended with status 0");
	gp_remote_end(remote, PATIENCE);
	gp_arena_free(arena);
}

static void test_lines_go_both_ways(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_remote *remote =
		start(arena, "while read -r a; do echo \"got $a\"; done; echo bye");
	const char *line;

	(void)state;
	assert_int_equal(gp_remote_say(remote, PATIENCE, "one"), 0);
	expect(remote, "got one");
	assert_int_equal(gp_remote_say(remote, PATIENCE, ""), 0);
	expect(remote, "got ");
	assert_int_equal(gp_remote_line(remote, 0.05, &line), -ETIMEDOUT);
	gp_remote_end(remote, PATIENCE);
	gp_arena_free(arena);
}

static void test_too_long_a_line_is_lost_alone(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_remote *remote =
		start(arena, "echo a; head -c 300000 /dev/zero | tr '\\0' x; echo; echo b");
	const char *line;

	(void)state;
	expect(remote, "a");
	assert_int_equal(gp_remote_line(remote, PATIENCE, &line), -EMSGSIZE);
	expect(remote, "b");
	gp_remote_end(remote, PATIENCE);
	gp_arena_free(arena);
}

static void test_why_it_ended(void **state)
{
	const char *argv[] = {"true", NULL};
	struct gp_arena *arena = gp_arena_new();
	struct gp_remote *remote = NULL;
	const char *why, *line;

	(void)state;
	assert_int_equal(gp_remote_start(arena, "lost", argv, &remote, &why), 0);
	assert_int_equal(gp_remote_line(remote, PATIENCE, &line), -EPIPE);
	assert_string_equal(
		gp_remote_why(arena, remote), "ssh: connect to host lost port 22: No route");
	gp_remote_end(remote, PATIENCE);
	remote = start(arena, "printf 'tty\\033[31m'  >&2; exit 3");
	assert_int_equal(gp_remote_line(remote, PATIENCE, &line), -EPIPE);
	assert_string_equal(gp_remote_why(arena, remote), "tty\\x1b[31m");
	assert_int_equal(gp_remote_say(remote, PATIENCE, "anybody"), -EPIPE);
	gp_remote_end(remote, PATIENCE);
	remote = start(arena, "exit 127");
	assert_int_equal(gp_remote_line(remote, PATIENCE, &line), -EPIPE);
	assert_string_equal(gp_remote_why(arena, remote), "here has no such command");
	gp_remote_end(remote, PATIENCE);
	gp_arena_free(arena);
}

/* One that does not want to end is ended. */
static void test_it_is_killed(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_remote *remote = start(arena, "trap '' TERM HUP PIPE; echo up; exec sleep 1000");

	(void)state;
	expect(remote, "up");
	gp_remote_end(remote, 0);
	gp_remote_end(NULL, 0);
	gp_arena_free(arena);
}

static void test_names_of_hosts(void **state)
{
	static const char *const good[] = {
		"host", "root@10.0.0.1", "a_b.example", "u@fe80::1%eth0"};
	static const char *const bad[] = {"", "-oProxyCommand=id", "a b", "a\nb", "u@-x", "-x@h",
		"h;id", "$(id)", "'", "u@", "h/..", "\xc3\xa4"};
	const char *argv[] = {"true", NULL};
	struct gp_arena *arena = gp_arena_new();
	struct gp_remote *remote;
	const char *why;

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(good); i++)
		assert_true(gp_remote_is_host(good[i]));
	for (size_t i = 0; i < GP_ARRAY_SIZE(bad); i++) {
		if (gp_remote_is_host(bad[i]))
			fail_msg("taken: %s", bad[i]);
		assert_int_equal(gp_remote_start(arena, bad[i], argv, &remote, &why), -EINVAL);
		assert_non_null(strstr(why, "is no name of a host"));
	}
	gp_arena_free(arena);
}

static void test_no_ssh(void **state)
{
	const char *argv[] = {"true", NULL};
	struct gp_arena *arena = gp_arena_new();
	struct gp_remote *remote;
	char *path = strdup(getenv("PATH"));
	const char *why = "";

	(void)state;
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(gp_remote_start(arena, "here", argv, &remote, &why), -ENOENT);
	assert_non_null(strstr(why, "openssh-client"));
	setenv("PATH", path, 1);
	free(path);
	gp_arena_free(arena);
}

/* ---- lines of a sidecar */

static void test_sidecar_lines(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_sidecar_line line;

	(void)state;
	assert_true(gp_sidecar_parse(arena, "sidecar 0.1.0 0000:03:00.0 vf2", &line));
	assert_string_equal(line.name, "0.1.0");
	assert_string_equal(line.text, "0000:03:00.0 vf2");
	assert_true(gp_sidecar_parse(arena, "gauge 123 power-package 12.5 W", &line));
	assert_true(line.kind == GP_SAYS_GAUGE && line.value > 12.4 && line.value < 12.6);
	assert_string_equal(line.unit, "W");
	assert_true(gp_sidecar_parse(arena, "gauge 1e9 throttled 50 % pl1 thermal", &line));
	assert_string_equal(line.text, "pl1 thermal");
	assert_true(gp_sidecar_parse(arena, "unknown frequency it \x1b[31m slept", &line));
	assert_string_equal(line.text, "it \\x1b[31m slept");
	assert_true(gp_sidecar_parse(arena, "fact vf1-exec-quantum-ms 10", &line));
	assert_true(gp_sidecar_parse(arena, "bye", &line));
	gp_arena_free(arena);
}

static void test_lines_that_are_none(void **state)
{
	static const char *const lines[] = {"", " ", "hello", "gauge", "gauge 1", "gauge 1 a",
		"gauge 1 a 2", "gauge 1 a nan W", "gauge 1 a inf W", "gauge 1 a 1e999 W",
		"gauge 1 a 0x10 W", "gauge 1 a 2 W;", "gauge x a 2 W", "gauge 1 a.b 2 W",
		"gauge 1 = 2 W", "gauge 1 a 1-2 W",
		"gauge 1 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 2 W",
		"gauge 1 a 2 aaaaaaaaaaaaaaaaaaaaaaaaaaa", "sidecar", "sidecar <b>", "fact",
		"fact \x1b x", "Gauge 1 a 2 W"};
	struct gp_arena *arena = gp_arena_new();
	struct gp_sidecar_line line;
	char text[GP_SIDECAR_LINE + 1];

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(lines); i++)
		if (gp_sidecar_parse(arena, lines[i], &line))
			fail_msg("taken: %s", lines[i]);
	memset(text, 'a', sizeof(text));
	memcpy(text, "fact a ", 7);
	text[GP_SIDECAR_LINE] = '\0';
	assert_false(gp_sidecar_parse(arena, text, &line));
	text[GP_SIDECAR_LINE - 1] = '\0';
	assert_true(gp_sidecar_parse(arena, text, &line));
	memset(text + 7, 1, GP_SIDECAR_LINE - 8); /* each is four bytes when it is shown */
	assert_true(gp_sidecar_parse(arena, text, &line));
	assert_true(strlen(line.text) < sizeof(line.text));
	gp_arena_free(arena);
}

static const struct gp_gauge *gauge_of(const struct gp_gauges *gauges, const char *name)
{
	gp_each (gauge, &gauges->list)
		if (strcmp(gauge->name, name) == 0)
			return gauge;
	fail_msg("no gauge %s", name);
	return NULL;
}

/* What the host says fills in what is not known here, and nothing else. */
static void test_what_was_heard(void **state)
{
	struct gp_heard heard = {.arena = gp_arena_new()};
	struct gp_gauges gauges = {0};
	int64_t from;

	(void)state;
	gp_gauge_known(heard.arena, &gauges, "steal", "%", 3, "/proc/stat");
	gp_gauge_unknown(heard.arena, &gauges, "power-package", "W", "a guest has none", "");
	gp_gauge_unknown(heard.arena, &gauges, "throttled", "%", "a VF has none", "");
	gp_heard_line(&heard, "gauge 1 power-gpu 99 W", true);
	gp_heard_line(&heard, "gauge 1 steal 50 %", false);
	gp_heard_line(&heard, "gauge 1 power-package 20 W", false);
	gp_heard_line(&heard, "gauge 1 frequency 900 MHz", false);
	gp_heard_line(&heard, "unknown throttled it may not be read", false);
	from = gp_live_now();
	usleep(1000);
	gp_heard_line(&heard, "gauge 1 frequency 900 MHz", false);
	gp_heard_line(&heard, "gauge 1 frequency 0 MHz", false);
	gp_heard_gauges(&heard, heard.arena, from, gp_live_now(), &gauges);
	assert_int_equal(gauges.list.n, 5);
	assert_true(gauge_of(&gauges, "steal")->value == 3);
	assert_null(gauge_of(&gauges, "power-package")->unknown);
	assert_true(fabs(gauge_of(&gauges, "power-package")->value - 20) < 1e-6);
	assert_true(fabs(gauge_of(&gauges, "frequency")->value - 900) < 1e-6);
	assert_true(gauge_of(&gauges, "frequency-min")->value == 900);
	assert_string_equal(
		gauge_of(&gauges, "throttled")->unknown, "on the host: it may not be read");
	assert_string_equal(gauge_of(&gauges, "throttled")->unit, "%");
	gp_arena_free(heard.arena);
}

/* It says what was, and not what is going to be. */
static void test_values_are_of_the_time_before(void **state)
{
	struct gp_heard heard = {.arena = gp_arena_new()};
	struct gp_gauges gauges = {0};
	int64_t from, to;

	(void)state;
	gp_heard_line(&heard, "gauge 1 power-gpu 99 W", false);
	usleep(1000);
	from = gp_live_now();
	usleep(10000);
	to = gp_live_now();
	gp_heard_gauges(&heard, heard.arena, from, to, &gauges);
	assert_true(fabs(gauge_of(&gauges, "power-gpu")->value - 99) < 1e-6);
	gp_heard_line(&heard, "gauge 1 power-gpu 20 W", false);
	gauges = (struct gp_gauges){0};
	gp_heard_gauges(&heard, heard.arena, from, to, &gauges);
	assert_true(fabs(gauge_of(&gauges, "power-gpu")->value - 20) < 1e-6);
	gp_arena_free(heard.arena);
}

static void test_no_end_of_names(void **state)
{
	struct gp_heard heard = {.arena = gp_arena_new()};
	char line[64];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(line, sizeof(line), "gauge 1 n%d 1 %% r%d", i, i);
		gp_heard_line(&heard, line, false);
		snprintf(line, sizeof(line), "gauge 1 one 1 %% r%d", i);
		gp_heard_line(&heard, line, false);
		snprintf(line, sizeof(line), "fact k%d v", i);
		gp_heard_line(&heard, line, false);
	}
	assert_int_equal(heard.gauges.n, GP_SIDECAR_SERIES);
	assert_int_equal(heard.facts.n, GP_SIDECAR_FACTS);
	gp_each (gauge, &heard.gauges)
		assert_true(gauge->reasons.n <= GP_HEARD_REASONS);
	gp_arena_free(heard.arena);
}

static void test_where_a_sidecar_is(void **state)
{
	static const struct {
		const char *where, *why;
	} bad[] = {
		{"ssh:", "is not ssh:HOST"},
		{"ssh:a,b,c", "is not ssh:HOST"},
		{"ssh:a,b,vf1,d", "is not ssh:HOST"},
		{"ssh:-oProxyCommand=x", "no name of a host"},
		{"ssh:lost", "No route"},
		{"/nonexistent/file", "no such file; a host is ssh:HOST"},
		{"/", "neither a file nor a FIFO"},
		{"/dev/null", "neither a file nor a FIFO"},
	};
	struct gp_arena *arena = gp_arena_new();
	struct gp_sidecar *sidecar;
	const char *why;

	(void)state;
	for (size_t i = 0; i < GP_ARRAY_SIZE(bad); i++) {
		why = "";
		assert_true(gp_sidecar_open(arena, bad[i].where, &sidecar, &why) < 0);
		if (!strstr(why, bad[i].why))
			fail_msg("%s: %s", bad[i].where, why);
	}
	gp_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_stay_words),
		cmocka_unit_test(test_lines_go_both_ways),
		cmocka_unit_test(test_too_long_a_line_is_lost_alone),
		cmocka_unit_test(test_why_it_ended),
		cmocka_unit_test(test_it_is_killed),
		cmocka_unit_test(test_names_of_hosts),
		cmocka_unit_test(test_no_ssh),
		cmocka_unit_test(test_sidecar_lines),
		cmocka_unit_test(test_lines_that_are_none),
		cmocka_unit_test(test_what_was_heard),
		cmocka_unit_test(test_values_are_of_the_time_before),
		cmocka_unit_test(test_no_end_of_names),
		cmocka_unit_test(test_where_a_sidecar_is),
	};

	return cmocka_run_group_tests(tests, make_ssh, remove_ssh);
}
