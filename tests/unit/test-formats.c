/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "faces.h"
#include "record-rows.h"

/* What faces are for other programs: JSON and Prometheus. */

#define HOSTILE "\x1b]0;x\a\"}],\\ 1\n# HELP x\n=1\t\r\x7f\xff\xe2\x80\xae\xed\xa0\x80\xc3"
#define SAFE    "\x1b]0;x\a\"}],\\ 1\n# HELP x\n=1\t\r\x7f\\xff\xe2\x80\xae\\xed\\xa0\\x80\\xc3"

static char *in_utf8(const struct gp_record *record, const char *face)
{
	return rendered(record, face, &(struct gp_style){.utf8 = true});
}

static json_t *parsed(const char *text)
{
	json_error_t error;
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!root)
		fail_msg("line %d: %s", error.line, error.text);
	return root;
}

static void test_json_of_nothing(void **state)
{
	assert_string_equal(in_utf8(*state, "json"), "{\"schema\":1,\"rows\":[\n]}\n");
}

static void test_json_leaves_empty_cells_out(void **state)
{
	meta(*state, "schema", "1");
	gp_record_add(*state, &(struct gp_row){0});
	assert_string_equal(in_utf8(*state, "json"),
		"{\"schema\":1,\"rows\":[\n{\"kind\":\"meta\",\"id\":\"schema\",\"value\":\"1\"},\n"
		"{\"kind\":\"\"}\n]}\n");
}

static void test_json_has_every_cell(void **state)
{
	struct gp_record *record = *state;
	struct gp_row row = {0};
	json_t *root, *rows;

	for (size_t i = 0; i < GP_N_COLUMNS; i++) {
		row = (struct gp_row){0};
		row.cells[i] = HOSTILE;
		gp_record_add(record, &row);
	}
	root = parsed(in_utf8(record, "json"));
	rows = json_object_get(root, "rows");
	assert_int_equal(json_array_size(rows), GP_N_COLUMNS);
	for (size_t i = 0; i < GP_N_COLUMNS; i++) {
		json_t *cell = json_object_get(json_array_get(rows, i), gp_column_names[i]);

		assert_string_equal(json_string_value(cell), SAFE);
		assert_int_equal(json_object_size(json_array_get(rows, i)), i ? 2 : 1);
	}
	json_decref(root);
}

static void test_json_is_ascii(void **state)
{
	fact(*state, "gpu.name", GPU,
		"Gr\xc3\xbc\xc3\x9f"
		"e \xf0\x9f\x98\x80 \xe2\x80\xae " HOSTILE);
	for (const char *byte = in_utf8(*state, "json"); *byte; byte++)
		assert_true(*byte == '\n' || (*byte >= ' ' && *byte < 127) || *byte == 127);
	has(in_utf8(*state, "json"), "Gr\\u00FC\\u00DFe \\uD83D\\uDE00 \\u202E ");
}

static void test_prometheus_of_a_broken_machine(void **state)
{
	char *text;

	add_broken(*state);
	meta(*state, "time", "1970-01-02T00:00:00Z");
	text = in_utf8(*state, "prometheus");
	has(text, "# TYPE gpupass_readiness gauge\n");
	has(text, "gpupass_readiness{host=\"pve1\",gpu=\"" GPU
		  "\",mode=\"full\",wanted=\"yes\",verdict=\"blocked\"} 1\n");
	has(text, "gpupass_readiness{host=\"pve1\",gpu=\"" GPU
		  "\",mode=\"full\",wanted=\"yes\",verdict=\"ready\"} 0\n");
	has(text, "gpupass_cause{host=\"pve1\",id=\"some-check\",verdict=\"fail\",rank=\"2\"} 1\n");
	has(text, "gpupass_last_run_timestamp_seconds{host=\"pve1\"} 86400\n");
	has(text, "\ngpupass_series_left_out{host=\"pve1\"} 0\n");
	has_not(text, "gpupass_bench");
}

static void test_prometheus_counts_findings(void **state)
{
	char *text;

	finding(*state, "a", "pass", "", "");
	finding(*state, "b", "pass", "", "");
	finding(*state, "c", "warn", "", "");
	text = in_utf8(*state, "prometheus");
	has(text, "gpupass_findings{layer=\"iommu\",verdict=\"pass\"} 2\n");
	has(text, "gpupass_findings{layer=\"iommu\",verdict=\"fail\"} 0\n");
	has(text, "gpupass_layer_worst{layer=\"iommu\",verdict=\"warn\"} 1\n");
	has(text, "gpupass_layer_worst{layer=\"iommu\",verdict=\"pass\"} 0\n");
}

static void bench_row(struct gp_record *record, const char *kind, const char *verdict,
	const char *value, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = kind,
				      .layer = "bench",
				      .id = "transcode.h264.fps",
				      .subject = GPU,
				      .mode = "vf",
				      .verdict = verdict,
				      .value = value,
				      .unit = "frames/s",
				      .text = text,
				      .source = "run 1"});
}

static void test_prometheus_of_a_benchmark(void **state)
{
#define WHERE "workload=\"transcode\",variant=\"h264\""
#define WHAT  WHERE ",metric=\"fps\",unit=\"frames/s\",subject=\"" GPU "\",mode=\"vf\""
	char *text;

	bench_row(*state, "run", "valid", "0.1", "");
	bench_row(*state, "run", "invalid", "7", "wrong pixels");
	bench_row(*state, "stat", "", "0.1", "95 % interval 0.05 to 0.3, n = 6, signed ranks");
	bench_row(*state, "stat", "worse", "0.9", "95 % interval 0.8 to 0.95, n = 6, signed ranks");
	text = in_utf8(*state, "prometheus");
	has(text, "gpupass_bench_center{" WHAT "} 0.1\n");
	has(text, "gpupass_bench_low{" WHAT "} 0.05\n");
	has(text, "gpupass_bench_high{" WHAT "} 0.3\n");
	has(text, "gpupass_bench_ratio{" WHAT ",sides=\"run 1\"} 0.9\n");
	has(text, "gpupass_bench_ratio_high{" WHAT ",sides=\"run 1\"} 0.95\n");
	has(text, "gpupass_bench_comparison{" WHAT ",sides=\"run 1\",verdict=\"worse\"} 1\n");
	has(text, "gpupass_bench_runs{" WHERE ",subject=\"" GPU
		  "\",mode=\"vf\",verdict=\"invalid\"} 1\n");
	has(text, "gpupass_bench_quick 0\n");
}

static void test_prometheus_tells_records_apart(void **state)
{
	char *text;

	for (int i = 0; i < 3; i++) {
		meta(*state, "tool", "gpupass-doctor");
		meta(*state, "host", i ? "pve1" : "guest1");
		cause(*state, "fail", "1", "", "x");
		cause(*state, "fail", "1", "", "x");
	}
	text = in_utf8(*state, "prometheus");
	assert_int_equal(times(text, "# TYPE gpupass_cause "), 1);
	assert_int_equal(times(text, "\ngpupass_cause{"), 3);
	assert_int_equal(
		times(text, "\ngpupass_cause{host=\"pve1\",tool=\"gpupass-doctor\",record=\"2\","),
		1);
	has(text, "\ngpupass_series_left_out{host=\"guest1\",tool=\"gpupass-doctor\"} 3\n");
}

static void test_prometheus_is_limited(void **state)
{
	struct gp_record *record = *state;

	for (int i = 0; i < 2000; i++) {
		meta(record, "tool", gp_printf(record->arena, "tool %d", i));
		for (int layer = 0; layer < 64; layer++)
			gp_record_add(
				record, &(struct gp_row){.kind = "finding",
						.layer = gp_printf(record->arena, "l%d", layer),
						.verdict = "pass"});
	}
	assert_int_equal(times(in_utf8(record, "prometheus"), "\ngpupass_"), 10001);
}

static void add_hostile(struct gp_record *record)
{
	static const char *const kinds[] = {
		"meta", "fact", "finding", "cause", "readiness", "step", "run", "stat", HOSTILE};
	static const char *const ids[] = {"schema", "tool", "host", "time", "version", "label",
		"wanted", "gpu.name", "gpu.driver", HOSTILE, HOSTILE "." HOSTILE "." HOSTILE};

	for (size_t kind = 0; kind < GP_ARRAY_SIZE(kinds); kind++)
		for (size_t id = 0; id < GP_ARRAY_SIZE(ids); id++) {
			struct gp_row row = {.kind = kinds[kind], .id = ids[id]};

			for (size_t i = 0; i < GP_N_COLUMNS; i++)
				row.cells[i] = row.cells[i] ? row.cells[i] : HOSTILE;
			row.value = kind > 5 ? "1" : HOSTILE;
			row.verdict = gp_equal(row.kind, "run") ? "valid" : HOSTILE;
			gp_record_add(record, &row);
		}
}

/* NAME{NAME="VALUE",...} NUMBER */
static bool is_series(const char *line, size_t size)
{
	const char *at = line, *end = line + size;

	at += strspn(at, "abcdefghijklmnopqrstuvwxyz_");
	if (*at == '{') {
		do {
			at++;
			at += strspn(at, "abcdefghijklmnopqrstuvwxyz_");
			if (*at++ != '=' || *at++ != '"')
				return false;
			for (; at < end && *at != '"'; at++)
				if (*at == '\\' && (at[1] == '\\' || at[1] == '"'))
					at++;
				else if (*at == '\\' || (*at > 0 && *at < ' '))
					return false;
			at++;
		} while (*at == ',');
		if (*at++ != '}')
			return false;
	}
	return at < end && *at == ' ' && at + 1 + strspn(at + 1, "0123456789.e+-") == end;
}

static void test_prometheus_of_hostile_cells(void **state)
{
	char *text;

	add_hostile(*state);
	text = in_utf8(*state, "prometheus");
	has(text,
		"\\\\x1b]0;x\\\\x07\\\"}],\\\\ 1\\\\x0a# HELP x\\\\x0a=1\\\\x09\\\\x0d\\\\x7f\\\\xff");
	has(text, "\ngpupass_bench_center{");
	has(text, "\ngpupass_cause{");
	has_not(text, "\n# HELP x");
	has_not(text, "\xff");
	has_not(text, "\xe2\x80\xae");
	while (*text) {
		size_t size = strcspn(text, "\n");

		if (!gp_starts_with(text, "# HELP gpupass_") &&
			!gp_starts_with(text, "# TYPE gpupass_") && !is_series(text, size))
			fail_msg("%.*s", (int)size, text);
		text += size + 1;
	}
}

static void test_labels_are_cut_at_a_character(void **state)
{
	char name[300];

	memset(name, 'a', sizeof(name));
	memcpy(name + 199, "\xe2\x82\xac\xe2\x82\xac", 7);
	fact(*state, "gpu.name", GPU, name);
	strcpy(name + 199, "...");
	has(in_utf8(*state, "prometheus"),
		gp_printf(((struct gp_record *)*state)->arena, "name=\"%s\"", name));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_json_of_nothing),
		TEST(test_json_leaves_empty_cells_out),
		TEST(test_json_has_every_cell),
		TEST(test_json_is_ascii),
		TEST(test_prometheus_of_a_broken_machine),
		TEST(test_prometheus_counts_findings),
		TEST(test_prometheus_of_a_benchmark),
		TEST(test_prometheus_tells_records_apart),
		TEST(test_prometheus_is_limited),
		TEST(test_prometheus_of_hostile_cells),
		TEST(test_labels_are_cut_at_a_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
