/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "digest.h"
#include "html-write.h"
#include "page.h"
#include "render.h"

#define GPU   "0000:01:00.0"
#define OTHER "0000:00:02.0"

#define HOSTILE "\x1b]0;x\a</td><script>alert(1)</script>\"'&\xff\xe2\x80\xae\n=1"

static int setup(void **state)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_record *record = gp_new(arena, struct gp_record);

	record->arena = arena;
	*state = record;
	return 0;
}

static int teardown(void **state)
{
	gp_arena_free(((struct gp_record *)*state)->arena);
	return 0;
}

static void meta(struct gp_record *record, const char *id, const char *value)
{
	gp_record_add(record, &(struct gp_row){.kind = "meta", .id = id, .value = value});
}

static void fact(struct gp_record *record, const char *id, const char *subject, const char *value)
{
	gp_record_add(record, &(struct gp_row){.kind = "fact",
				      .layer = "pci",
				      .id = id,
				      .subject = subject,
				      .value = value,
				      .source = "/sys/bus/pci/devices"});
}

static void finding(struct gp_record *record, const char *id, const char *verdict, const char *mode,
	const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "finding",
				      .layer = "iommu",
				      .id = id,
				      .verdict = verdict,
				      .mode = mode,
				      .text = text});
}

static void cause(struct gp_record *record, const char *verdict, const char *rank,
	const char *subject, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "cause",
				      .id = "some-check",
				      .verdict = verdict,
				      .value = rank,
				      .subject = subject,
				      .text = text,
				      .source = "/proc/cmdline: \"quiet\""});
}

static void readiness(struct gp_record *record, const char *gpu, const char *mode,
	const char *verdict, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "readiness",
				      .id = mode,
				      .mode = mode,
				      .subject = gpu,
				      .verdict = verdict,
				      .text = text});
}

static void step(struct gp_record *record, const char *kind, const char *order, const char *subject,
	const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "step",
				      .id = kind,
				      .value = order,
				      .subject = subject,
				      .text = text,
				      .source = "some-check"});
}

static char *rendered(
	const struct gp_record *record, const char *face, const struct gp_style *style)
{
	char *bytes, *copy;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	assert_int_equal(gp_face_find(face)->render(record, style, out), 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(bytes), size);
	copy = gp_strdup(record->arena, bytes);
	free(bytes);
	return copy;
}

static char *as_text(const struct gp_record *record)
{
	return rendered(record, "text", &(struct gp_style){0});
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static void in_this_order(const char *text, const char *first, const char *second)
{
	has(text, first);
	has(text, second);
	assert_true(strstr(text, first) < strstr(text, second));
}

static size_t widest(const char *text)
{
	size_t most = 0;

	for (; *text; text += strspn(text, "\n")) {
		size_t size = strcspn(text, "\n");

		most = size > most ? size : most;
		text += size;
	}
	return most;
}

static const char *headline(const struct gp_record *record)
{
	return gp_digest(record->arena, record).headline;
}

static void add_gpus(struct gp_record *record)
{
	fact(record, "gpu.name", GPU, "NVIDIA Corporation GA106 [GeForce RTX 3060]");
	fact(record, "gpu.driver", GPU, "nvidia");
	fact(record, "gpu.group", GPU, "14");
	fact(record, "gpu.name", OTHER, "Intel Corporation Alder Lake-S GT1");
	fact(record, "gpu.driver", OTHER, "i915");
}

static void add_broken(struct gp_record *record)
{
	meta(record, "host", "pve1");
	meta(record, "role", "host;guest");
	meta(record, "mode", "full");
	add_gpus(record);
	readiness(record, GPU, "full", "blocked", "some-check");
	readiness(record, OTHER, "native", "ready", "");
	cause(record, "warn", "3", "", "A leftover is there. It may bite.");
	cause(record, "fail", "10", "", "Ten comes last.");
	cause(record, "fail", "2", "", "VT-d is turned off. Nothing can be isolated.");
	step(record, "reboot", "9", "", "systemctl reboot");
	step(record, "firmware", "1", "VT-d", "Turn it on.");
	step(record, "cmdline", "2", "iommu=pt",
		"sed -i 's/a/b/' /etc/kernel/cmdline\nupdate-grub");
}

static void test_faces(void **state)
{
	struct gp_record *record = *state;

	assert_non_null(gp_face_find("text"));
	assert_non_null(gp_face_find("csv"));
	assert_non_null(gp_face_find("html"));
	assert_null(gp_face_find("docx"));
	assert_null(gp_face_find(""));
	assert_string_equal(gp_face_names(record->arena), "text, csv, html");
	assert_int_equal(gp_style_for(&(struct gp_style){0}, stdout, "sometimes"), -EINVAL);
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
	finding(record, "a", "unknown", "", "not in the ticket");
	assert_string_equal(headline(record), "Nothing could be measured.");
	finding(record, "b", "pass", "", "fine");
	assert_string_equal(headline(record), "No fault found; no GPU is seen.");
	add_gpus(record);
	assert_string_equal(headline(record), "No fault found; no passthrough mode is set up.");
	cause(record, "warn", "1", "", "Stale.");
	assert_string_equal(
		headline(record), "No fault found, 1 warning; no passthrough mode is set up.");
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

static void test_text_of_a_broken_machine(void **state)
{
	struct gp_record *record = *state;
	char *text;

	add_broken(record);
	text = as_text(record);
	assert_true(gp_starts_with(
		text, GPU " is not ready for full passthrough: VT-d is turned off.\n"));
	in_this_order(text, "1. VT-d is turned off (some-check)", "2. Ten comes last (some-check)");
	has(text, "    Nothing can be isolated.\n    Seen: /proc/cmdline: \"quiet\"\n");
	in_this_order(text, "What is wrong", "What to do");
	in_this_order(text, "1. In the firmware setup: VT-d", "2. Change the kernel command line");
	has(text, "\n      sed -i 's/a/b/' /etc/kernel/cmdline\n      update-grub\n");
	in_this_order(text, "What to do", "- A leftover is there (some-check)");
	has(text, "NVIDIA GA106 [GeForce RTX 3060]");
	has_not(text, "It may bite");
	has_not(text, "\033");
	assert_true(widest(text) <= 80);
}

static void test_text_verbose_and_quiet(void **state)
{
	struct gp_record *record = *state;
	char *text;

	add_broken(record);
	finding(record, "iommu-absent", "skip", "", "blocked by some-check");
	text = rendered(record, "text", &(struct gp_style){.verbose = true});
	has(text, "It may bite.");
	has(text, "iommu: findings");
	has(text, "iommu-absent: blocked by some-check");
	has(text, "pci: facts");
	has(text, GPU " gpu.driver = nvidia  (/sys/bus/pci/devices)");

	text = rendered(record, "text", &(struct gp_style){.quiet = true});
	assert_string_equal(text, "fail: VT-d is turned off (some-check)\n"
				  "fail: Ten comes last (some-check)\n"
				  "warn: A leftover is there (some-check)\n");
}

static void test_quiet_says_nothing_of_a_healthy_machine(void **state)
{
	struct gp_record *record = *state;

	add_gpus(record);
	finding(record, "a", "pass", "", "fine");
	assert_string_equal(rendered(record, "text", &(struct gp_style){.quiet = true}), "");
}

static void test_text_keeps_to_the_width(void **state)
{
	struct gp_record *record = *state;

	add_broken(record);
	finding(record, "long", "unknown", "",
		"averyveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryveryverylongword "
		"and words after it");
	for (unsigned width = 20; width < 130; width += 3) {
		char *text = rendered(
			record, "text", &(struct gp_style){.width = width, .verbose = true});
		char *commands = strstr(text, "      sed -i");

		/* A command is pasted as it is. */
		assert_non_null(commands);
		memset(commands, '\n', strcspn(commands, "\n"));
		if (width < 24) { /* "      systemctl reboot" */
			commands = strstr(text, "      systemctl");
			memset(commands, '\n', strcspn(commands, "\n"));
		}
		assert_true(widest(text) <= width);
	}
}

static void test_text_here_document_is_not_indented(void **state)
{
	struct gp_record *record = *state;

	step(record, "modprobe-line", "1", "x", "cat > /etc/x <<EOF\noptions a b=1\nEOF");
	has(as_text(record), "\ncat > /etc/x <<EOF\noptions a b=1\nEOF\n");
}

static void test_text_color_is_an_aid(void **state)
{
	struct gp_record *record = *state;
	char *text;

	add_broken(record);
	text = rendered(record, "text", &(struct gp_style){.color = true});
	has(text, "\033[1;31m");
	has(text, "\033[0m");
}

static void add_hostile(struct gp_record *record)
{
	static const char *const kinds[] = {
		"meta", "fact", "finding", "cause", "readiness", "step", HOSTILE};
	static const char *const ids[] = {"host", "mode", "role", "source", "cut", "tool", "time",
		"version", "gpu.name", "gpu.driver", "gpu.kind", "gpu.group", HOSTILE};

	for (size_t kind = 0; kind < GP_ARRAY_SIZE(kinds); kind++)
		for (size_t id = 0; id < GP_ARRAY_SIZE(ids); id++)
			gp_record_add(record, &(struct gp_row){.kind = kinds[kind],
						      .host = HOSTILE,
						      .layer = HOSTILE,
						      .id = ids[id],
						      .subject = HOSTILE,
						      .mode = HOSTILE,
						      .verdict = id % 2 ? HOSTILE : "fail",
						      .value = HOSTILE,
						      .unit = HOSTILE,
						      .text = HOSTILE ". " HOSTILE,
						      .source = HOSTILE ";" HOSTILE});
}

static void test_hostile_cells_are_inert(void **state)
{
	struct gp_record *record = *state;
	const struct gp_style style = {.verbose = true};
	char *page, *text;

	add_hostile(record);
	text = rendered(record, "text", &style);
	for (const char *byte = text; *byte; byte++)
		assert_true(*byte == '\n' || (*byte >= ' ' && *byte < 127));
	has(text, "\\x1b]0;x\\x07");

	text = rendered(record, "text", &(struct gp_style){.verbose = true, .utf8 = true});
	has_not(text, "\xe2\x80\xae");
	has_not(text, "\033");

	page = rendered(record, "html", &style);
	has(page, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\xff\\u{202e}\\x0a=1");
	has_not(page, "<script");
	has_not(page, "alert(1)</");
	has_not(page, "\033");
	has_not(page, "\xff");
	has_not(page, "\xe2\x80\xae");
}

static void test_html_escape(void **state)
{
	struct gp_arena *arena = ((struct gp_record *)*state)->arena;

	assert_string_equal(gp_html_escape(arena, "", 0), "");
	assert_string_equal(gp_html_escape(arena, "plain", 0), "plain");
	assert_string_equal(gp_html_escape(arena, "<a href=\"x\" b='y'>&amp;", 0),
		"&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;");
	assert_string_equal(gp_html_escape(arena, "\xc3\xbc\xff\x01", 0), "\xc3\xbc\\xff\\x01");
	assert_string_equal(gp_html_escape(arena, "\xe2\x80\xae", 0), "\\u{202e}");
	assert_string_equal(gp_html_escape(arena, "<<<<", 2), "&lt;&lt;...");
}

static void test_html_put(void **state)
{
	struct gp_html html = {0};
	char *bytes;
	size_t size;

	(void)state;
	html.out = open_memstream(&bytes, &size);
	gp_html_put(&html, "<p title=\"%s\">%zu%%</p>", "\">", (size_t)42);
	fclose(html.out);
	assert_string_equal(bytes, "<p title=\"&quot;&gt;\">42%</p>");
	assert_int_equal(html.written, size);
	free(bytes);
}

static void test_html_of_a_broken_machine(void **state)
{
	struct gp_record *record = *state;
	char *page;

	add_broken(record);
	meta(record, "tool", "gpupass-doctor");
	meta(record, "version", "1.2.3");
	page = rendered(record, "html", &(struct gp_style){0});
	assert_true(gp_starts_with(page, "<!DOCTYPE html>\n<html lang=\"en\">"));
	has(page, "content=\"default-src 'none'; style-src 'unsafe-inline'");
	has(page, "<title>pve1: " GPU " is not ready");
	has(page, "<h1>" GPU " is not ready for full passthrough: VT-d is turned off.</h1>");
	in_this_order(page, "What each GPU is ready for", "What to mend first");
	in_this_order(page, "What to mend first", "The plan");
	in_this_order(page, "The plan", "What else is wrong");
	has(page, "<pre><code>sed -i &#39;s/a/b/&#39; /etc/kernel/cmdline\nupdate-grub\n");
	has(page, "<span class=\"v bad\">blocked</span>");
	has(page, "gpupass-doctor 1.2.3");
	has_not(page, "<script");
	has_not(page, "http:");
	has_not(page, "https:");
}

static void test_html_of_two_machines(void **state)
{
	struct gp_record *record = *state;
	char *page;

	meta(record, "tool", "a");
	add_gpus(record);
	meta(record, "tool", "b");
	add_broken(record);
	page = rendered(record, "html", &(struct gp_style){0});
	has(page, "<h1>2 records</h1>");
	in_this_order(page, "<h2>No fault found; no passthrough mode is set up.</h2>",
		"<h2>" GPU " is not ready");
	has(page, "id=\"m2-step1\"");
}

static void test_html_stays_small(void **state)
{
	struct gp_record *record = *state;
	char *page, *many = gp_alloc(record->arena, 5001, 1);

	memset(many, '<', 5000);
	for (size_t i = 0; i < 1500; i++) {
		finding(record, "a", "pass", "", many);
		fact(record, "f", "s", many);
	}
	page = rendered(record, "html", &(struct gp_style){0});
	assert_true(strlen(page) < 300 << 10);
	has(page, "are left out to keep this page small");

	for (size_t i = 0; i < 1000; i++)
		fact(record, "f", "s", "v");
	has(rendered(record, "html", &(struct gp_style){0}), "pci <span>2500</span>");
}

static void test_full_stream_is_an_error(void **state)
{
	struct gp_record *record = *state;

	add_broken(record);
	for (size_t i = 0; i < gp_n_faces; i++) {
		FILE *full = fopen("/dev/full", "w");

		assert_non_null(full);
		setvbuf(full, NULL, _IONBF, 0);
		assert_true(gp_faces[i].render(record, &(struct gp_style){0}, full) < 0);
		fclose(full);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_faces),
		TEST(test_headline_blocked),
		TEST(test_headline_fault_without_mode),
		TEST(test_headline_ready),
		TEST(test_headline_of_the_rest),
		TEST(test_headline_unset),
		TEST(test_digest_sorts),
		TEST(test_unknowns_that_matter),
		TEST(test_parts),
		TEST(test_text_of_a_broken_machine),
		TEST(test_text_verbose_and_quiet),
		TEST(test_quiet_says_nothing_of_a_healthy_machine),
		TEST(test_text_keeps_to_the_width),
		TEST(test_text_here_document_is_not_indented),
		TEST(test_text_color_is_an_aid),
		TEST(test_hostile_cells_are_inert),
		TEST(test_html_escape),
		TEST(test_html_put),
		TEST(test_html_of_a_broken_machine),
		TEST(test_html_of_two_machines),
		TEST(test_html_stays_small),
		TEST(test_full_stream_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
