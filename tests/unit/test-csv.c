/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"

#define HEADER                                                                                    \
	"\"kind\",\"host\",\"layer\",\"id\",\"subject\",\"mode\",\"verdict\",\"value\",\"unit\"," \
	"\"text\",\"source\"\n"
#define FIVE_EMPTY "\"\",\"\",\"\",\"\",\"\""

static int setup(void **state)
{
	*state = gp_arena_new();
	return 0;
}

static int teardown(void **state)
{
	gp_arena_free(*state);
	return 0;
}

static char *written(struct gp_arena *arena, const struct gp_record *record)
{
	char *bytes, *copy;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	assert_int_equal(gp_record_write_csv(record, out), 0);
	assert_int_equal(fclose(out), 0);
	copy = gp_strdup(arena, bytes);
	free(bytes);
	return copy;
}

static int read_bytes(
	struct gp_record *record, const char *bytes, size_t size, const char **ret_error)
{
	FILE *in = size ? fmemopen((void *)(uintptr_t)bytes, size, "r") : fopen("/dev/null", "r");
	int r;

	assert_non_null(in);
	r = gp_record_read_csv(record, in, ret_error);
	fclose(in);
	return r;
}

static void refused(struct gp_arena *arena, const char *bytes, int error, const char *message)
{
	struct gp_record record = {.arena = arena};
	const char *why = NULL;

	gp_record_add(&record, &(struct gp_row){.kind = "kept"});
	assert_int_equal(read_bytes(&record, bytes, strlen(bytes), &why), error);
	assert_string_equal(why, message);
	assert_int_equal(record.n, 1);
	assert_string_equal(record.items[0].kind, "kept");
}

static void test_written_form(void **state)
{
	struct gp_record record = {.arena = *state};

	gp_record_add(&record, &(struct gp_row){.kind = "meta", .id = "schema", .value = "1"});
	gp_record_add(&record,
		&(struct gp_row){
			.kind = "fact", .text = "=cmd|' /C calc'!A0", .source = "a \"b\""});
	assert_string_equal(written(*state, &record), HEADER
		"\"meta\",\"\",\"\",\"schema\",\"\",\"\",\"\",\"1\",\"\",\"\",\"\"\n"
		"\"fact\",\"\",\"\"," FIVE_EMPTY ",\"\",\"'=cmd|' /C calc'!A0\",\"a \"\"b\"\"\"\n");
}

static void test_numbers_stay_numbers(void **state)
{
	static const struct {
		const char *value, *cell;
	} cases[] = {
		{"-5", "\"-5\""},
		{"+5", "\"+5\""},
		{"-.5e+3", "\"-.5e+3\""},
		{"-1e9", "\"-1e9\""},
		{"-", "\"'-\""},
		{"-.", "\"'-.\""},
		{"-5e", "\"'-5e\""},
		{"-5+1", "\"'-5+1\""},
		{"-0x10", "\"'-0x10\""},
		{"=1", "\"'=1\""},
		{"'-5", "\"''-5\""},
		{"@SUM(A1)", "\"'@SUM(A1)\""},
		{"5", "\"5\""},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		struct gp_record record = {.arena = *state}, again = {.arena = *state};
		char *row = gp_printf(*state,
			HEADER "\"\",\"\",\"\",\"\",\"\",\"\",\"\",%s,\"\",\"\",\"\"\n",
			cases[i].cell);

		gp_record_add(&record, &(struct gp_row){.value = cases[i].value});
		assert_string_equal(written(*state, &record), row);
		assert_int_equal(read_bytes(&again, row, strlen(row), NULL), 0);
		assert_string_equal(again.items[0].value, cases[i].value);
	}
}

/* Every cell comes back as it was, and a second writing gives the same bytes. */
static void test_round_trip(void **state)
{
	static const char *const hostile[] = {
		"",
		" ",
		"  leading and trailing  ",
		"=cmd|'/C calc'!A0",
		"+1+1",
		"-2",
		"@x",
		"\ttab",
		"\rcarriage",
		"'quoted'",
		"''",
		"'",
		"\"",
		"\"\"",
		"\",\"",
		",",
		"a\nb\r\nc\rd",
		"\n",
		"\x1b[31mred\x1b]0;title\a",
		"\xff\xfe broken \xc3",
		"\xed\xa0\x80",
		"\xe2\x80\xae bidi",
		"<script>alert(1)</script>",
		"\x01\x02\x7f",
		"\xef\xbb\xbf",
	};
	struct gp_record record = {.arena = *state}, again = {.arena = *state};
	const char *first, *why = NULL;

	for (size_t i = 0; i < GP_ARRAY_SIZE(hostile); i++) {
		struct gp_row row;

		for (size_t column = 0; column < GP_N_COLUMNS; column++)
			row.cells[column] = hostile[(i + column) % GP_ARRAY_SIZE(hostile)];
		gp_record_add(&record, &row);
	}
	first = written(*state, &record);
	assert_int_equal(read_bytes(&again, first, strlen(first), &why), 0);
	assert_int_equal(again.n, record.n);
	for (size_t i = 0; i < record.n; i++)
		for (size_t column = 0; column < GP_N_COLUMNS; column++)
			assert_string_equal(
				again.items[i].cells[column], record.items[i].cells[column]);
	assert_string_equal(written(*state, &again), first);
}

static void test_foreign_writers(void **state)
{
	static const char text[] =
		"\xef\xbb\xbfkind,host,layer,id,subject,mode,verdict,value,unit,text,source\r\n"
		"meta,pve1,,tool,,,,another,,,\r\n\r\n"
		"fact,pve1,pci,gpu.name,0000:00:02.0,,,UHD,,,";
	struct gp_record record = {.arena = *state};

	assert_int_equal(read_bytes(&record, text, strlen(text), NULL), 0);
	assert_int_equal(record.n, 2);
	assert_string_equal(gp_record_meta(&record, "tool"), "another");
	assert_string_equal(record.items[1].subject, "0000:00:02.0");
	assert_string_equal(record.items[1].source, "");
}

static void test_refusals(void **state)
{
	struct gp_arena *arena = *state;

	refused(arena, "", -EBADMSG, "empty: there is no record in it");
	refused(arena, "\n\n", -EBADMSG, "no gpupass record: there is no row in it");
	refused(arena, HEADER, -EBADMSG, "no gpupass record: there is no row in it");
	refused(arena, HEADER HEADER, -EBADMSG, "no gpupass record: there is no row in it");
	refused(arena, "a,b\n", -EBADMSG,
		"no gpupass record: the first row is not kind,host,layer,id,subject,...");
	refused(arena, "kind,host,layer,id,subject,mode,verdict,value,unit,text,sauce\n", -EBADMSG,
		"no gpupass record: the first row is not kind,host,layer,id,subject,...");
	refused(arena, HEADER "\"meta\",\"\"\n", -EBADMSG, "row 2 has 2 cells instead of 11");
	refused(arena, HEADER "\"meta\",\"\",\"to", -EBADMSG, "cut off in row 2");
	refused(arena, HEADER "\"meta\",\"\"", -EBADMSG, "cut off in row 2");
	refused(arena, HEADER FIVE_EMPTY "," FIVE_EMPTY ",", -EBADMSG, "cut off in row 2");
	refused(arena, HEADER "a\"b,\n", -EBADMSG, "row 2 has a stray quote");
	refused(arena,
		HEADER FIVE_EMPTY "," FIVE_EMPTY ",\"\"\n" FIVE_EMPTY "," FIVE_EMPTY ",\"\",\"\"\n",
		-EBADMSG, "row 3 has more than 11 cells");
	refused(arena, HEADER "meta,,,schema,,,,2,,,\n", -EPROTONOSUPPORT,
		"row 2: record schema 2, this program reads 1");
	refused(arena, HEADER "meta,,,schema,,,,\"\x1b[2J\n\",,,\n", -EPROTONOSUPPORT,
		"row 2: record schema \\x1b[2J\\x0a, this program reads 1");
}

static void test_schema_one(void **state)
{
	static const char text[] = HEADER "meta,,,schema,,,,1,,,\n";
	struct gp_record record = {.arena = *state};

	assert_int_equal(read_bytes(&record, text, strlen(text), NULL), 0);
	assert_int_equal(record.n, 1);
}

static void test_nul_byte(void **state)
{
	static const char text[] = HEADER "meta,a\0b,,tool,,,,x,,,\n";
	struct gp_record record = {.arena = *state};
	const char *why = NULL;

	assert_int_equal(read_bytes(&record, text, sizeof(text) - 1, &why), -EBADMSG);
	assert_string_equal(why, "row 2 has a NUL byte");
	assert_int_equal(record.n, 0);
}

static char *repeated(struct gp_arena *arena, const char *before, char byte, size_t n)
{
	size_t start = strlen(before);
	char *text = gp_alloc(arena, start + n + 1, 1);

	memcpy(text, before, start);
	memset(text + start, byte, n);
	return text;
}

static void test_bounds(void **state)
{
	struct gp_arena *arena = *state;
	struct gp_record record = {.arena = arena};
	const size_t mib = 1 << 20;
	char *largest =
		gp_printf(arena, "%s\",,,,,,,,,,\n", repeated(arena, HEADER "\"", 'x', mib));

	refused(arena, repeated(arena, "", ',', 100000), -EBADMSG, "row 1 has more than 11 cells");
	refused(arena, repeated(arena, HEADER "\"", 'x', 3 * mib), -EBADMSG,
		"row 2 has a cell of more than 1 MiB");
	refused(arena, gp_printf(arena, "%s\"", repeated(arena, HEADER "\"", 'x', mib + 1)),
		-EBADMSG, "row 2 has a cell of more than 1 MiB");
	assert_int_equal(read_bytes(&record, largest, strlen(largest), NULL), 0);
	assert_int_equal(strlen(record.items[0].kind), mib);
}

static void test_stream_errors(void **state)
{
	struct gp_record record = {.arena = *state};
	const char *why = NULL;
	FILE *directory = fopen("/", "r"), *full = fopen("/dev/full", "w");

	assert_non_null(directory);
	assert_int_equal(gp_record_read_csv(&record, directory, &why), -EISDIR);
	assert_string_equal(why, "cannot be read: Is a directory");
	fclose(directory);

	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(gp_record_write_csv(&record, full), -ENOSPC);
	fclose(full);
}

/* What is handed over, as "2 1 ": the rows of each part. */
struct taken {
	struct gp_arena *arena;
	const char *sizes;
	const char *last; /* id of the last row of all */
	size_t n, most;
};

static int take(const struct gp_record_taker *taker, const struct gp_record *part)
{
	struct taken *taken = taker->data;

	taken->sizes = gp_printf(taken->arena, "%s%zu ", taken->sizes, part->n);
	if (part->n)
		taken->last = gp_strdup(taken->arena, part->items[part->n - 1].id);
	return ++taken->n == taken->most ? -ENOSPC : 0;
}

static struct taken taken_from(struct gp_arena *arena, const char *bytes, size_t most, int error)
{
	struct taken taken = {.arena = arena, .sizes = "", .last = "", .most = most};
	const struct gp_record_taker taker = {.take = take, .data = &taken};
	FILE *in = fmemopen((void *)(uintptr_t)bytes, strlen(bytes), "r");

	assert_non_null(in);
	assert_int_equal(gp_record_each_csv(arena, in, &taker, NULL), error);
	fclose(in);
	return taken;
}

#define META(id)  "meta,,," id ",,,,1,,,\n"
#define FACT(id)  "fact,,," id ",,,,1,,,\n"
#define A_MACHINE META("schema") META("tool") FACT("a") FACT("b")

static void test_parts_are_handed_over(void **state)
{
	const char *two = HEADER A_MACHINE A_MACHINE FACT("c");
	struct taken taken = taken_from(*state, two, 0, 0);

	assert_string_equal(taken.sizes, "4 5 ");
	assert_string_equal(taken.last, "c");
	assert_string_equal(taken_from(*state, HEADER, 0, -EBADMSG).sizes, "");
	assert_string_equal(taken_from(*state, HEADER FACT("a"), 0, 0).sizes, "1 ");
	assert_string_equal(taken_from(*state, two, 1, -ENOSPC).sizes, "4 ");
	assert_string_equal(
		taken_from(*state, HEADER A_MACHINE A_MACHINE "x\n", 0, -EBADMSG).sizes, "4 ");
}

/* What the doctor writes says where it ends; of what others write nothing is known. */
static void test_end(void **state)
{
	struct gp_record record = {.arena = *state};
	const char *whole =
		HEADER META("schema") "meta,,,tool,,,,gpupass-doctor,,,\n" FACT("a") META("end");

	assert_int_equal(read_bytes(&record, whole, strlen(whole), NULL), 0);
	assert_int_equal(record.n, 4);
	refused(*state, gp_strndup(*state, whole, strlen(whole) - strlen(META("end"))), -EBADMSG,
		"cut off before row 5");
	refused(*state,
		HEADER "meta,,,tool,,,,gpupass-probe-iommu,,,\n" HEADER META("tool") META("tool"),
		-EBADMSG, "cut off before row 4");
}

static void test_headers_of_files_put_together(void **state)
{
	const char *two = HEADER A_MACHINE HEADER A_MACHINE;
	struct gp_record record = {.arena = *state};

	assert_string_equal(taken_from(*state, two, 0, 0).sizes, "4 4 ");
	assert_int_equal(read_bytes(&record, two, strlen(two), NULL), 0);
	assert_int_equal(record.n, 8);
	assert_string_equal(record.items[4].id, "schema");
}

/* Cells stay what they are, wherever the memory that holds them has to grow or is used again. */
static void test_many_parts(void **state)
{
	struct gp_arena *arena = *state;
	struct gp_record record = {.arena = arena}, again = {.arena = arena};
	char *bytes;

	for (size_t part = 0; part < 50; part++) {
		gp_record_add(&record, &(struct gp_row){.kind = "meta", .id = "tool"});
		for (size_t i = 0; i < part * part; i++)
			gp_record_add(&record, &(struct gp_row){.kind = "fact",
						       .id = gp_printf(arena, "%zu.%zu", part, i),
						       .text = repeated(arena, "", 'x', i)});
	}
	bytes = written(arena, &record);
	assert_int_equal(read_bytes(&again, bytes, strlen(bytes), NULL), 0);
	assert_string_equal(written(arena, &again), bytes);
	assert_int_equal(taken_from(arena, bytes, 0, 0).n, 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_parts_are_handed_over, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_headers_of_files_put_together, setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_parts, setup, teardown),
		cmocka_unit_test_setup_teardown(test_end, setup, teardown),
		cmocka_unit_test_setup_teardown(test_written_form, setup, teardown),
		cmocka_unit_test_setup_teardown(test_numbers_stay_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
		cmocka_unit_test_setup_teardown(test_foreign_writers, setup, teardown),
		cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
		cmocka_unit_test_setup_teardown(test_schema_one, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nul_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bounds, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stream_errors, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
