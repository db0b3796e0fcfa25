/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "diff.h"
#include "record-rows.h"
#include "texts.h"

#define HOSTILE "\x1b]0;x\a</details><script>alert(1)</script>|`\"'&\xff\xe2\x80\xae\n=1 @user #1"

/* The state is the record before; this is an empty one beside it. */
static struct gp_record *another(const struct gp_record *record)
{
	struct gp_record *other = gp_new(record->arena, struct gp_record);

	other->arena = record->arena;
	return other;
}

static struct gp_diff diff_of(const struct gp_record *before, const struct gp_record *after)
{
	return gp_diff(before->arena, before, after);
}

static char *rendered(
	const struct gp_record *record, const struct gp_diff *diff, const char *face, bool verbose)
{
	struct gp_style style = {.verbose = verbose};
	char *bytes, *copy;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	assert_int_equal(gp_diff_face_find(face)->render(diff, &style, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(bytes), size);
	copy = gp_strdup(record->arena, bytes);
	free(bytes);
	return copy;
}

static void add_cause(
	struct gp_record *record, const char *id, const char *verdict, const char *text)
{
	gp_record_add(record,
		&(struct gp_row){.kind = "cause", .id = id, .verdict = verdict, .text = text});
}

static void add_stat(struct gp_record *record, const char *value)
{
	gp_record_add(record, &(struct gp_row){.kind = "stat",
				      .layer = "bench",
				      .id = "transcode.h264-1080p.fps",
				      .subject = GPU,
				      .mode = "vf",
				      .value = value,
				      .unit = "frames/s"});
}

static const struct gp_differences *group(const struct gp_diff *diff, enum gp_diff_group group)
{
	return &diff->parts.items[0].groups[group];
}

static void test_same(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;

	diff = diff_of(before, after);
	assert_int_equal(diff.n, 0);
	add_broken(before);
	add_broken(after);
	diff = diff_of(before, after);
	assert_int_equal(diff.n, 0);
	assert_string_equal(diff.headline, "Nothing differs.");
	assert_string_equal(rendered(before, &diff, "text", true), "Nothing differs.\n");
	assert_string_equal(rendered(before, &diff, "markdown", false), "## Nothing differs.\n");
}

static void test_order_is_no_difference(void **state)
{
	struct gp_record *before = *state, *after = another(before);

	add_broken(before);
	fact(before, "modprobe.line", "i915", "options i915 enable_guc=3");
	fact(before, "modprobe.line", "i915", "blacklist i915");
	for (size_t i = before->n; i > 0; i--)
		gp_record_add(after, &before->items[i - 1]);
	assert_int_equal(diff_of(before, after).n, 0);
}

static void test_what_each_run_has_of_its_own(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	static const char *const metas[] = {"time", "source", "boot", "session", "label"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(metas); i++) {
		meta(before, metas[i], "1");
		meta(after, metas[i], "2");
	}
	fact(before, "telemetry.frequency", GPU, "800");
	fact(after, "beside.busy-video", "", "91.2");
	step(after, "reboot", "9", "", "systemctl reboot");
	finding(before, "a", "pass", "", "the log says so at 1.0");
	finding(after, "a", "pass", "", "the log says so at 2.0");
	assert_int_equal(diff_of(before, after).n, 0);
	meta(after, "kernel", "6.8");
	assert_int_equal(diff_of(before, after).n, 1);
}

static void test_a_fix(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;
	char *text;

	add_cause(before, "fw-vtd-off", "fail", "VT-d is turned off. Nothing can be isolated.");
	add_cause(before, "guc-off", "fail", "GuC is off");
	add_cause(after, "leftover", "warn", "A leftover is there.");
	finding(before, "fw-vtd-off", "fail", "", "off");
	finding(after, "fw-vtd-off", "pass", "", "on");
	readiness(before, OTHER, "vf", "blocked", "fw-vtd-off");
	readiness(after, OTHER, "vf", "ready", "7 VFs");
	diff = diff_of(before, after);
	assert_string_equal(diff.headline,
		"2 causes are gone, 1 is new; vf of " OTHER " was blocked and is ready.");
	text = rendered(before, &diff, "text", false);
	has(text, "\n\nCauses that are gone\n  - VT-d is turned off (fw-vtd-off): was fail\n");
	has(text, "\n\nNew causes\n  - A leftover is there (leftover): warn\n");
	has(text, "vf of " OTHER ": blocked (fw-vtd-off) -> ready (7 VFs)\n");
	has_not(text, "Mended"); /* the cause says it */
	has(rendered(before, &diff, "markdown", false), "\n### Causes that are gone\n\n- **VT-d");
	diff = diff_of(after, before);
	assert_string_equal(diff.headline,
		"1 cause is gone, 2 are new; vf of " OTHER " was ready and is blocked.");
}

static void test_blocked_by_another(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;

	readiness(before, OTHER, "vf", "blocked", "one");
	readiness(after, OTHER, "vf", "blocked", "two");
	readiness(before, GPU, "full", "ready", "3 of 7");
	readiness(after, GPU, "full", "ready", "4 of 7");
	diff = diff_of(before, after);
	assert_int_equal(group(&diff, GP_DIFF_READINESS)->n, 1);
	assert_string_equal(diff.headline, "1 row changed, none for better or worse.");
}

static void test_a_gpu_that_is_gone(void **state)
{
	struct gp_record *before = *state, *after = another(before);

	readiness(before, GPU, "full", "ready", "");
	readiness(before, GPU, "split", "unsupported", "");
	assert_string_equal(diff_of(before, after).headline, "1 mode that was ready is gone.");
	assert_string_equal(
		diff_of(after, before).headline, "2 rows changed, none for better or worse.");
}

static void test_groups_of_findings(void **state)
{
	static const struct {
		const char *id, *was, *was_text, *is, *is_text;
		enum gp_diff_group group;
	} cases[] = {
		{"a", "fail", "", "pass", "", GP_DIFF_MENDED},
		{"b", "fail", "", "warn", "", GP_DIFF_MENDED},
		{"c", "pass", "", "fail", "", GP_DIFF_BROKEN},
		{"d", "note", "", "warn", "", GP_DIFF_BROKEN},
		{"e", "fail", "", "unknown", "", GP_DIFF_LOST},
		{"f", "pass", "", "skip", "blocked by x", GP_DIFF_LOST},
		{"g", "unknown", "", "fail", "", GP_DIFF_TOLD},
		{"h", "skip", "blocked by x", "pass", "", GP_DIFF_TOLD},
		{"i", "pass", "", "skip", "does not apply", GP_DIFF_FINDING},
		{"j", "unknown", "", "skip", "blocked by x", GP_DIFF_FINDING},
	};
	struct gp_record *before = *state, *after = another(before);
	size_t n[GP_N_DIFF_GROUPS] = {0};
	struct gp_diff diff;

	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		finding(before, cases[i].id, cases[i].was, "", cases[i].was_text);
		finding(after, cases[i].id, cases[i].is, "", cases[i].is_text);
		n[cases[i].group]++;
	}
	diff = diff_of(before, after);
	assert_int_equal(diff.n, GP_ARRAY_SIZE(cases));
	for (size_t i = 0; i < GP_N_DIFF_GROUPS; i++)
		assert_int_equal(group(&diff, (enum gp_diff_group)i)->n, n[i]);
	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++)
		for (size_t k = 0; k < n[cases[i].group]; k++)
			if (gp_equal(group(&diff, cases[i].group)->items[k].after->id, cases[i].id))
				n[GP_DIFF_FACT]++;
	assert_int_equal(n[GP_DIFF_FACT], GP_ARRAY_SIZE(cases));
	assert_string_equal(
		diff.headline, "2 checks are worse, 2 are better, 2 can no longer be told.");
}

/* A cause that is gone since nobody knows any more is not mended. */
static void test_lost_is_said_beside_a_cause(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;

	add_cause(before, "a", "fail", "It is off");
	finding(before, "a", "fail", "", "off");
	finding(after, "a", "unknown", "", "cannot be read");
	diff = diff_of(before, after);
	assert_int_equal(group(&diff, GP_DIFF_GONE)->n, 1);
	assert_int_equal(group(&diff, GP_DIFF_LOST)->n, 1);
	has(rendered(before, &diff, "text", false), "a: fail -> unknown: cannot be read\n");
}

static void test_facts(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;
	char *text;

	fact(before, "kernel.cmdline", "",
		"BOOT_IMAGE=/boot/vmlinuz root=/dev/mapper/pve-root ro quiet splash");
	fact(after, "kernel.cmdline", "",
		"BOOT_IMAGE=/boot/vmlinuz root=/dev/mapper/pve-root ro quiet intel_iommu=on");
	fact(before, "gpu.driver", GPU, "nouveau");
	fact(after, "gpu.driver", GPU, "vfio-pci");
	fact(before, "modprobe.line", "i915", "same");
	fact(after, "modprobe.line", "i915", "options i915 enable_guc=3");
	fact(after, "modprobe.line", "i915", "same");
	meta(before, "kernel", "6.1");
	meta(after, "kernel", "6.8");
	diff = diff_of(before, after);
	assert_string_equal(diff.headline, "4 facts differ.");
	text = rendered(before, &diff, "text", false);
	has(text, "\n\nWhat differs\n  - kernel: 6.1 -> 6.8\n"
		  "  - kernel.cmdline: removed splash; added intel_iommu=on\n"
		  "  - gpu.driver, " GPU ": nouveau -> vfio-pci\n"
		  "  - modprobe.line, i915: new: options i915 enable_guc=3\n");
}

static void test_a_benchmark_is_told_and_no_difference(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;

	add_stat(before, "58.9");
	add_stat(after, "31.4");
	diff = diff_of(before, after);
	assert_int_equal(diff.n, 0);
	assert_int_equal(diff.parts.items[0].centers.n, 1);
	has(rendered(before, &diff, "text", false), "58.9 frames/s -> 31.4 frames/s\n");
	has(rendered(before, &diff, "text", false), "gpupass-bench compare");
}

static void add_run(struct gp_record *record, const char *host, const char *kernel)
{
	meta(record, "schema", "1");
	meta(record, "tool", "gpupass-doctor");
	meta(record, "host", host);
	meta(record, "kernel", kernel);
}

static void test_machines_find_each_other(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;

	add_run(before, "a", "6.1");
	add_run(before, "b", "6.2");
	add_run(after, "b", "6.2");
	add_run(after, "a", "6.1");
	assert_int_equal(diff_of(before, after).n, 0);
	add_run(after, "c", "6.3");
	diff = diff_of(before, after);
	assert_int_equal(diff.n, 1);
	assert_string_equal(diff.headline, "1 run is only in the second record.");
	has(rendered(before, &diff, "text", false), "c, gpupass-doctor:\nIt is only in the second");
	assert_string_equal(diff_of(after, before).headline, "1 run is only in the first record.");
}

static void test_two_machines(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;

	add_run(before, "a", "6.1");
	add_run(after, "b", "6.1");
	diff = diff_of(before, after);
	assert_int_equal(diff.n, 1);
	has(rendered(before, &diff, "text", false), "These are two machines: a, then b.\n");
}

static void test_a_system_counts_more_than_a_name(void **state)
{
	struct gp_record *before = *state, *after = another(before), *older = another(before);
	struct gp_diff diff;

	add_run(before, "a", "6.1");
	meta(before, "system", "s1");
	add_run(after, "a", "6.1");
	meta(after, "system", "s2");
	add_run(older, "a", "6.1");
	diff = diff_of(before, after);
	has(rendered(before, &diff, "text", false), "These are two machines: s1, then s2.\n");
	diff = diff_of(older, after);
	assert_int_equal(diff.parts.n, 1);
	assert_null(diff.parts.items[0].machines);
}

static void add_hostile(struct gp_record *record, const char *verdict)
{
	for (size_t kind = 0; kind < 5; kind++) {
		static const char *const kinds[] = {
			"meta", "fact", "finding", "cause", "readiness"};
		struct gp_row row;

		for (size_t i = 0; i < GP_N_COLUMNS; i++)
			row.cells[i] = HOSTILE;
		row.kind = kinds[kind];
		row.verdict = row.value = verdict;
		gp_record_add(record, &row);
	}
}

static void test_hostile_cells_do_nothing(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;
	char *text;

	add_hostile(before, HOSTILE "1");
	add_hostile(after, HOSTILE "2");
	diff = diff_of(before, after);
	assert_int_equal(diff.n, 5);
	text = rendered(before, &diff, "text", true);
	for (const char *at = text; *at; at++)
		assert_true(*at == '\n' || (*at >= ' ' && *at <= '~'));
	text = rendered(before, &diff, "markdown", false);
	has_not(text, "<script");
	has_not(text, "\n=1");
	has_not(text, "@user");
	has_not(text, "\x1b");
	assert_non_null(strstr(text, "<details><summary>Other findings (1)"));
	assert_null(strstr(strstr(text, "</details>") + 1, "</details>"));
}

#define MANY 100000

static void test_many_rows(void **state)
{
	struct gp_record *before = *state, *after = another(before);
	struct gp_diff diff;

	for (size_t i = 0; i < MANY; i++) {
		/* One key for all, and one for each. */
		char *at = gp_printf(before->arena, "%zu", i);
		char *then = gp_printf(before->arena, "%zu", i + 1);

		fact(before, "one", "", at);
		fact(after, "one", "", then);
		finding(before, at, "pass", "", "");
		finding(after, at, "fail", "", "");
		add_cause(after, at, "fail", "It is off.");
	}
	diff = diff_of(before, after);
	assert_int_equal(diff.n, MANY + 1);
	assert_int_equal(group(&diff, GP_DIFF_NEW)->n, MANY);
	assert_int_equal(group(&diff, GP_DIFF_BROKEN)->n, 0);
	assert_string_equal(gp_difference_text(before->arena, GP_DIFF_FACT,
				    &group(&diff, GP_DIFF_FACT)->items[0]),
		"0 -> 100000");
	assert_true(strlen(rendered(before, &diff, "text", false)) < 4000);
	assert_true(strlen(rendered(before, &diff, "markdown", false)) < 65536);
	has(rendered(before, &diff, "markdown", false), "changes left out.");
}

static void test_many_parts(void **state)
{
	struct gp_record *before = *state, *after = another(before);

	for (size_t i = 0; i < 20000; i++) {
		meta(before, "tool", gp_printf(before->arena, "%zu", i));
		meta(after, "tool", gp_printf(before->arena, "%zu", 19999 - i));
	}
	assert_int_equal(diff_of(before, after).parts.n, 20000);
	assert_int_equal(diff_of(before, after).n, 0);
}

static void test_faces(void **state)
{
	struct gp_record *record = *state;

	assert_null(gp_diff_face_find("html"));
	assert_null(gp_diff_face_find(""));
	assert_string_equal(gp_diff_face_names(record->arena), "text, markdown");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_same),
		TEST(test_order_is_no_difference),
		TEST(test_what_each_run_has_of_its_own),
		TEST(test_a_fix),
		TEST(test_blocked_by_another),
		TEST(test_a_gpu_that_is_gone),
		TEST(test_groups_of_findings),
		TEST(test_lost_is_said_beside_a_cause),
		TEST(test_facts),
		TEST(test_a_benchmark_is_told_and_no_difference),
		TEST(test_machines_find_each_other),
		TEST(test_two_machines),
		TEST(test_a_system_counts_more_than_a_name),
		TEST(test_hostile_cells_do_nothing),
		TEST(test_many_rows),
		TEST(test_many_parts),
		TEST(test_faces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
