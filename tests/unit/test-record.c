/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record.h"

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

static void test_columns_match_members(void **state)
{
	struct gp_row row = {.kind = "a", .mode = "f", .source = "k"};

	(void)state;
	assert_string_equal(row.cells[GP_COL_KIND], "a");
	assert_string_equal(row.cells[GP_COL_MODE], "f");
	assert_string_equal(row.cells[GP_COL_SOURCE], "k");
	assert_string_equal(gp_column_names[GP_COL_KIND], "kind");
	assert_string_equal(gp_column_names[GP_COL_SOURCE], "source");
	for (size_t i = 0; i < GP_N_COLUMNS; i++)
		assert_non_null(gp_column_names[i]);
}

static void test_rows_are_copies(void **state)
{
	struct gp_record *record = *state;
	char text[] = "first", empty[] = "";

	gp_record_add(record, &(struct gp_row){.kind = text, .host = empty, .source = "s"});
	strcpy(text, "gone!");
	assert_int_equal(record->n, 1);
	assert_string_equal(record->items[0].kind, "first");
	assert_string_equal(record->items[0].host, "");
	assert_ptr_not_equal(record->items[0].host, empty);
	assert_string_equal(record->items[0].layer, "");
	assert_string_equal(record->items[0].source, "s");
}

static void test_a_row_of_nothing(void **state)
{
	struct gp_record *record = *state;

	gp_record_add(record, &(struct gp_row){0});
	for (size_t i = 0; i < GP_N_COLUMNS; i++)
		assert_string_equal(record->items[0].cells[i], "");
}

/* A row of the record may be added to it again, though the list moves as it grows. */
static void test_adding_its_own_rows(void **state)
{
	struct gp_record *record = *state;

	gp_record_add(record, &(struct gp_row){.kind = "fact", .text = "same"});
	for (size_t i = 0; i < 40; i++)
		gp_record_add(record, &record->items[i]);
	assert_int_equal(record->n, 41);
	assert_string_equal(record->items[40].text, "same");
}

static void test_walking(void **state)
{
	struct gp_record *record = *state;
	const struct gp_row *row;

	assert_null(gp_record_next(record, "fact", NULL));
	assert_null(gp_record_meta(record, "tool"));
	gp_record_add(record, &(struct gp_row){.kind = "fact", .id = "tool", .value = "no"});
	gp_record_add(record, &(struct gp_row){.kind = "meta", .id = "tool", .value = "yes"});
	gp_record_add(record, &(struct gp_row){.kind = "meta", .id = "tool", .value = "late"});
	gp_record_add(record, &(struct gp_row){.kind = "fact", .id = "b"});

	assert_string_equal(gp_record_meta(record, "tool"), "yes");
	assert_null(gp_record_meta(record, "kernel"));
	row = gp_record_next(record, "fact", NULL);
	assert_string_equal(row->value, "no");
	row = gp_record_next(record, "fact", row);
	assert_string_equal(row->id, "b");
	assert_null(gp_record_next(record, "fact", row));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns_match_members),
		cmocka_unit_test_setup_teardown(test_rows_are_copies, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_row_of_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_adding_its_own_rows, setup, teardown),
		cmocka_unit_test_setup_teardown(test_walking, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
