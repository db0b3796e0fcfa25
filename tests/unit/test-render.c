/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "faces.h"
#include "html-write.h"
#include "record-rows.h"

#define HOSTILE "\x1b]0;x\a</td><script>alert(1)</script>\"'&\xff\xe2\x80\xae\n=1"

static char *as_text(const struct gp_record *record)
{
	return rendered(record, "text", &(struct gp_style){0});
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

static void test_faces(void **state)
{
	struct gp_record *record = *state;

	assert_non_null(gp_face_find("text"));
	assert_non_null(gp_face_find("csv"));
	assert_non_null(gp_face_find("html"));
	assert_null(gp_face_find("docx"));
	assert_null(gp_face_find(""));
	assert_string_equal(
		gp_face_names(record->arena), "text, csv, html, markdown, json, prometheus");
	assert_int_equal(gp_style_for(&(struct gp_style){0}, stdout, "sometimes"), -EINVAL);
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
	in_this_order(text, "1. Firmware: VT-d", "2. Set the kernel command line, in iommu=pt");
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

static void test_html_without_a_gpu(void **state)
{
	struct gp_record *record = *state;
	char *page;

	meta(record, "role", "container");
	finding(record, "some-check", "pass", "", "");
	page = rendered(record, "html", &(struct gp_style){0});
	has(page, "<header class=\"head none\">\n<p class=\"outlook\">No GPU seen</p>");
	has_not(page, "The chain");
	fact(record, "gpu.kind", GPU, "gpu");
	page = rendered(record, "html", &(struct gp_style){0});
	has(page, "<header class=\"head good\">\n<p class=\"outlook\">In order</p>");
}

/* The steps of the first cause stand below it; the plan follows where there is more to it. */
static void test_html_has_the_first_steps_first(void **state)
{
	struct gp_record *record = *state;
	char *page;

	add_broken(record);
	page = rendered(record, "html", &(struct gp_style){0});
	has_not(page, "The plan");
	has(page, "<li id=\"m1-step2\">");
	assert_int_equal(times(page, "update-grub"), 1);

	gp_record_add(record,
		&(struct gp_row){.kind = "step", .id = "file", .value = "5", .source = "another"});
	page = rendered(record, "html", &(struct gp_style){0});
	in_this_order(page, "What to mend first", "<li value=\"2\">");
	in_this_order(page, "<li value=\"4\">", "The plan");
	in_this_order(page, "The plan", "<li id=\"m1-step3\">");
	assert_int_equal(times(page, "update-grub"), 2);
	assert_int_equal(times(page, "<code>another</code>"), 1);
}

/* So many GPUs that little room is left: the steps are in the plan alone, and all of them. */
static void test_html_of_many_gpus(void **state)
{
	struct gp_record *record = *state;
	const char *page;

	add_broken(record);
	for (size_t i = 0; i < 200; i++)
		readiness(record, gp_printf(record->arena, "0000:%02zx:00.0", i), "full", "ready",
			"");
	page = rendered(record, "html", &(struct gp_style){0});
	in_this_order(page, "In the plan: step 1, step 2, step 3</p>", "The plan");
	in_this_order(page, "The plan", "<li id=\"m1-step3\">");
	in_this_order(page, "<li id=\"m1-step3\">", "<a href=\"#m1-step3\">step 3</a>");
	assert_int_equal(times(page, "update-grub"), 1);
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
	in_this_order(page, "What to mend first", "update-grub");
	in_this_order(page, "update-grub", "What else is wrong");
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
	finding(record, "b", "pass", "", "fine");
	meta(record, "tool", "b");
	add_broken(record);
	page = rendered(record, "html", &(struct gp_style){0});
	has(page, "<h1>2 machines: 1 needs mending, 1 is in order.</h1>");
	in_this_order(page, "<h2>" GPU " is not ready",
		"<h2>No fault found; no passthrough mode is set up.</h2>");
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
		assert_true(gp_render(&gp_faces[i], record, &(struct gp_style){0}, full) < 0);
		fclose(full);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_faces),
		TEST(test_text_of_a_broken_machine),
		TEST(test_text_verbose_and_quiet),
		TEST(test_quiet_says_nothing_of_a_healthy_machine),
		TEST(test_text_keeps_to_the_width),
		TEST(test_text_here_document_is_not_indented),
		TEST(test_text_color_is_an_aid),
		TEST(test_hostile_cells_are_inert),
		TEST(test_html_escape),
		TEST(test_html_put),
		TEST(test_html_without_a_gpu),
		TEST(test_html_of_many_gpus),
		TEST(test_html_has_the_first_steps_first),
		TEST(test_html_of_a_broken_machine),
		TEST(test_html_of_two_machines),
		TEST(test_html_stays_small),
		TEST(test_full_stream_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
