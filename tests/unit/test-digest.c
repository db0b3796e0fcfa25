/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest.h"
#include "record-rows.h"

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static const char *headline(const struct gp_record *record)
{
	return gp_digest(record->arena, record).headline;
}

static void test_headline_blocked(void **state)
{
	struct gp_record *record = *state;

	add_broken(record);
	assert_string_equal(
		headline(record), GPU " is not ready for full passthrough: VT-d is turned off.");
	assert_int_equal(gp_digest(record->arena, record).outlook, GP_OUTLOOK_BAD);
}

static void test_headline_fault_without_mode(void **state)
{
	struct gp_record *record = *state;

	cause(record, "fail", "1", OTHER, "The driver hangs. It did so twice.");
	assert_string_equal(headline(record), OTHER ": The driver hangs.");
}

static void test_headline_ready(void **state)
{
	struct gp_record *record = *state;

	meta(record, "mode", "vf");
	readiness(record, OTHER, "full", "blocked", "x");
	readiness(record, OTHER, "vf", "ready", "");
	assert_string_equal(headline(record),
		"Nothing stands in the way of SR-IOV virtual functions of " OTHER ".");
	readiness(record, GPU, "vf", "ready", "");
	assert_string_equal(headline(record),
		"Nothing stands in the way of SR-IOV virtual functions of " OTHER " and " GPU ".");
	readiness(record, "0000:03:00.0", "vf", "ready", "");
	readiness(record, "0000:04:00.0", "vf", "ready", "");
	has(headline(record), OTHER ", " GPU " and 2 more.");
}

static void test_headline_of_two_modes(void **state)
{
	struct gp_record *record = *state;
	struct gp_digest digest;

	meta(record, "mode", "full;vf");
	readiness(record, OTHER, "vf", "ready", "");
	readiness(record, GPU, "full", "ready", "");
	finding(record, "a", "unknown", "native;vf", "needs root");
	finding(record, "b", "unknown", "native", "needs root");
	digest = gp_digest(record->arena, record);
	assert_string_equal(digest.headline, "Nothing stands in the way of full passthrough and "
					     "SR-IOV virtual functions of " OTHER " and " GPU ".");
	assert_int_equal(digest.unknowns.items[0].n, 1);
}

static void test_headline_of_the_rest(void **state)
{
	static const struct {
		const char *verdict, *headline;
		enum gp_outlook outlook;
	} cases[] = {
		{"unknown", "Whether " GPU " is ready for full passthrough could not be measured.",
			GP_OUTLOOK_UNSURE},
		{"blocked", GPU " is not ready for full passthrough: by this.", GP_OUTLOOK_BAD},
		{"unsupported", GPU " does not support full passthrough.", GP_OUTLOOK_BAD},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct gp_record record = {.arena = ((struct gp_record *)*state)->arena};
		struct gp_digest digest;

		meta(&record, "mode", "full");
		readiness(&record, GPU, "full", cases[i].verdict, "by this");
		digest = gp_digest(record.arena, &record);
		assert_string_equal(digest.headline, cases[i].headline);
		assert_int_equal(digest.outlook, cases[i].outlook);
	}
}

static void test_headline_unset(void **state)
{
	struct gp_record *record = *state;

	assert_string_equal(headline(record), "The record is empty.");
	meta(record, "tool", "gpupass-doctor");
	assert_string_equal(headline(record), "Nothing was examined.");
	finding(record, "a", "unknown", "", "not in the ticket");
	assert_string_equal(headline(record), "Nothing could be measured.");
	finding(record, "b", "pass", "", "fine");
	assert_string_equal(headline(record), "No GPU is seen, and not all could be measured.");
	add_gpus(record);
	assert_string_equal(headline(record), "No fault found; no passthrough mode is set up.");
	cause(record, "warn", "1", "", "Stale.");
	assert_string_equal(
		headline(record), "No fault found, 1 warning; no passthrough mode is set up.");
}

static void test_headline_of_a_part(void **state)
{
	struct gp_record *record = *state;

	finding(record, "b", "pass", "", "fine");
	assert_string_equal(headline(record), "No fault found; no GPU is seen.");
	meta(record, "cut", "the capture ends early, at line 28");
	assert_string_equal(headline(record),
		"Only a part of the machine was seen: the capture ends early, at line 28.");
}

static void test_digest_sorts(void **state)
{
	struct gp_record *record = *state;
	struct gp_digest digest;

	add_broken(record);
	digest = gp_digest(record->arena, record);
	assert_int_equal(digest.fails.n, 2);
	assert_string_equal(digest.fails.items[0].title, "VT-d is turned off");
	assert_string_equal(digest.fails.items[0].why, "Nothing can be isolated.");
	assert_string_equal(digest.fails.items[1].title, "Ten comes last");
	assert_string_equal(digest.fails.items[1].why, "");
	assert_string_equal(digest.steps.items[0]->id, "firmware");
	assert_string_equal(digest.steps.items[2]->id, "reboot");
	assert_string_equal(digest.gpus.items[0].address, OTHER);
	assert_string_equal(digest.modes.items[0], "native");
	assert_string_equal(digest.machine.items[0], "pve1 (host and guest)");
}

static void test_unknowns_that_matter(void **state)
{
	struct gp_record *record = *state;
	struct gp_digest digest;

	meta(record, "mode", "vf");
	finding(record, "a", "unknown", "full;vf", "needs root");
	finding(record, "b", "unknown", "full", "needs root");
	finding(record, "c", "unknown", "", "needs root");
	finding(record, "d", "unknown", "vfx", "needs root");
	finding(record, "e", "skip", "", "blocked by a");
	finding(record, "f", "skip", "", "no VM");
	digest = gp_digest(record->arena, record);
	assert_int_equal(digest.counts.unknown, 4);
	assert_int_equal(digest.counts.waiting, 1);
	assert_int_equal(digest.counts.skip, 1);
	assert_int_equal(digest.unknowns.n, 1);
	assert_int_equal(digest.unknowns.items[0].n, 2);
	assert_string_equal(gp_join(record->arena, &digest.unknowns.items[0].ids, ","), "a,c");
}

static void test_listed(void **state)
{
	(void)state;
	assert_true(gp_listed("full", "full"));
	assert_true(gp_listed("full;vf", "vf"));
	assert_true(gp_listed(";vf", "vf"));
	assert_false(gp_listed("full;vf", "v"));
	assert_false(gp_listed("full;vf", "full;vf"));
	assert_false(gp_listed("full;;vf;", ""));
	assert_false(gp_listed("", "full"));
}

static void test_more_than_a_machine_can_have(void **state)
{
	struct gp_record *record = *state;
	struct gp_digest digest;

	for (int i = 0; i < 1000; i++) {
		const char *number = gp_printf(record->arena, "%d", i);

		cause(record, i % 2 ? "fail" : "warn", number, number, "Broken.");
		step(record, "reboot", number, number, "reboot");
		fact(record, "gpu.name", number, number);
		readiness(record, number, number, "blocked", number);
		finding(record, number, "unknown", "", number);
	}
	digest = gp_digest(record->arena, record);
	assert_int_equal(digest.fails.n + digest.warns.n + digest.causes_left_out, 1000);
	assert_int_equal(digest.steps.n + digest.steps_left_out, 1000);
	assert_true(digest.causes_left_out > 0);
	assert_true(digest.steps_left_out > 0);
	assert_true(digest.gpus.n < 1000);
	assert_true(digest.modes.n < 1000);
	assert_int_equal(digest.counts.unknown, 1000);
}

static void test_parts(void **state)
{
	struct gp_record *record = *state, part = {0};

	assert_true(gp_record_part(record, &part));
	assert_int_equal(part.n, 0);
	assert_false(gp_record_part(record, &part));

	part = (struct gp_record){0};
	meta(record, "schema", "1");
	meta(record, "tool", "a");
	finding(record, "x", "pass", "", "");
	meta(record, "schema", "1");
	meta(record, "tool", "b");
	assert_true(gp_record_part(record, &part));
	assert_int_equal(part.n, 3);
	assert_true(gp_record_part(record, &part));
	assert_int_equal(part.n, 2);
	assert_string_equal(gp_record_meta(&part, "tool"), "b");
	assert_false(gp_record_part(record, &part));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_headline_blocked),
		TEST(test_headline_fault_without_mode),
		TEST(test_headline_ready),
		TEST(test_headline_of_two_modes),
		TEST(test_headline_of_the_rest),
		TEST(test_headline_unset),
		TEST(test_headline_of_a_part),
		TEST(test_digest_sorts),
		TEST(test_unknowns_that_matter),
		TEST(test_listed),
		TEST(test_more_than_a_machine_can_have),
		TEST(test_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
