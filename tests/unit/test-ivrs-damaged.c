/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ivrs-table.h"

static void test_header_problems(void **state)
{
	struct fixture *f = *state;

	gp_ivrs_decode(f->arena, NULL, 0, &f->ivrs);
	assert_only_problem(f, 0, "the table is shorter than its header");
	begin_one(f);
	end_one(f);
	f->table.data[9]++;
	decode(f);
	assert_only_problem(f, 9, "the checksum is wrong");
	assert_int_equal(f->ivrs.ivhd.n, 1);
	f->table.data[0] = 'D';
	decode(f);
	assert_only_problem(f, 0, "the signature is not IVRS");
	begin(&f->table);
	f->table.n = 47;
	end_and_decode(f);
	assert_int_equal(f->ivrs.problems.n, 1);
	assert_string_equal(
		f->ivrs.problems.items[0].text, "the table ends before its first structure");
}

static void test_huge_length(void **state)
{
	struct fixture *f = *state;

	begin_one(f);
	end_one(f);
	set(&f->table, 4, 4, 0x80000000);
	decode(f);
	assert_only_problem(f, 4, "the table is cut off: 72 of 2147483648 bytes are there");
	assert_int_equal(f->ivrs.ivhd.n, 1);
}

static void test_no_ivhd(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_ivmd(&f->table, 0x20, 0, 0, 0x1000, 0x1000);
	end_and_decode(f);
	assert_only_problem(f, 0, "there is no IVHD, so no IOMMU");
	assert_int_equal(f->ivrs.ivmd.n, 1);
}

static void decode_with_length(struct fixture *f, uint16_t length)
{
	begin_one(f);
	end_structure(&f->table);
	set(&f->table, FIRST + 2, 2, length);
	end_and_decode(f);
}

static void test_block_lengths(void **state)
{
	struct fixture *f = *state;

	decode_with_length(f, 0);
	assert_only_problem(f, FIRST, "a structure has length 0");
	decode_with_length(f, 3);
	assert_only_problem(f, FIRST, "a structure is shorter than its own header");
	decode_with_length(f, 25);
	assert_only_problem(f, FIRST, "a structure reaches past the end of the table");
	assert_int_equal(f->ivrs.ivhd.n, 0);
}

static void test_too_short_for_the_type(void **state)
{
	static const struct {
		uint8_t type;
		size_t size;
		const char *problem;
	} least[] = {
		{0x10, 24, "an IVHD is too short"},
		{0x11, 40, "an IVHD is too short"},
		{0x40, 40, "an IVHD is too short"},
		{0x20, 32, "an IVMD is too short"},
		{0x21, 32, "an IVMD is too short"},
		{0x22, 32, "an IVMD is too short"},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < GP_ARRAY_SIZE(least); i++)
		for (size_t size = 4; size < least[i].size; size++) {
			begin(&f->table);
			f->table.structure = f->table.n;
			put(&f->table, 1, least[i].type);
			for (size_t at = 1; at < size; at++)
				put(&f->table, 1, 0);
			end_structure(&f->table);
			begin_ivhd(&f->table, 0x10);
			end_one(f);
			assert_only_problem(f, FIRST, least[i].problem);
			assert_int_equal(f->ivrs.ivhd.n, 1);
		}
}

static void test_register_address(void **state)
{
	struct fixture *f = *state;

	begin_one(f);
	set(&f->table, FIRST + 8, 8, 0);
	end_one(f);
	assert_only_problem(f, FIRST, "an IVHD has register address 0");
}

static void test_entry_past_its_block(void **state)
{
	static const uint8_t types[] = {GP_IVHD_SELECT, GP_IVHD_SPECIAL, GP_IVHD_ACPI};
	struct fixture *f = *state;

	for (size_t i = 0; i < GP_ARRAY_SIZE(types); i++) {
		begin_one(f);
		put(&f->table, 1, types[i]);
		put(&f->table, 2, 0);
		end_structure(&f->table);
		put_ivmd(&f->table, 0x20, 0, 0, 0x1000, 0x1000);
		end_and_decode(f);
		assert_only_problem(f, ENTRY, "a device entry reaches past its IVHD");
		assert_int_equal(f->ivrs.ivhd.items[0].entries.n, 0);
		assert_int_equal(f->ivrs.ivmd.n, 1);
	}
}

static void test_uid_past_its_block(void **state)
{
	struct fixture *f = *state;

	begin_one(f);
	put_acpi(&f->table, GP_IVHD_UID_TEXT, 4, "\\_SB");
	f->table.data[ENTRY + 21] = 0xff;
	end_one(f);
	assert_only_problem(f, ENTRY, "a device entry reaches past its IVHD");
}

static void test_uid_formats(void **state)
{
	static const struct {
		uint8_t format, size;
		bool fits;
	} cases[] = {
		{GP_IVHD_UID_NONE, 0, true},
		{GP_IVHD_UID_NONE, 1, false},
		{GP_IVHD_UID_NUMBER, 0, false},
		{GP_IVHD_UID_NUMBER, 1, true},
		{GP_IVHD_UID_NUMBER, 8, true},
		{GP_IVHD_UID_NUMBER, 9, false},
		{GP_IVHD_UID_TEXT, 0, false},
		{GP_IVHD_UID_TEXT, 255, true},
		{3, 1, false},
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < GP_ARRAY_SIZE(cases); i++) {
		begin_one(f);
		put_acpi(&f->table, cases[i].format, cases[i].size, "A");
		put_entry(&f->table, GP_IVHD_SELECT, 0x0108, 0);
		end_one(f);
		if (cases[i].fits)
			assert_int_equal(f->ivrs.problems.n, 0);
		else
			assert_only_problem(
				f, ENTRY, "an ACPI device entry's UID does not fit its format");
		assert_int_equal(f->ivrs.ivhd.items[0].entries.n, 2);
	}
}

static void decode_two_entries(
	struct fixture *f, uint8_t first, uint16_t first_id, uint8_t second, uint16_t second_id)
{
	begin_one(f);
	put_entry(&f->table, first, first_id, 0);
	put_entry(&f->table, second, second_id, 0);
	end_one(f);
}

static void test_ranges(void **state)
{
	struct fixture *f = *state;

	decode_two_entries(f, GP_IVHD_RANGE_START, 8, GP_IVHD_RANGE_END, 8);
	assert_int_equal(f->ivrs.problems.n, 0);
	decode_two_entries(f, GP_IVHD_RANGE_START, 8, GP_IVHD_SELECT, 9);
	assert_only_problem(f, ENTRY + 8, "a device range has no end");
	decode_two_entries(f, GP_IVHD_SELECT, 8, GP_IVHD_RANGE_END, 9);
	assert_only_problem(f, ENTRY + 4, "a device range ends without a start");
	decode_two_entries(f, GP_IVHD_RANGE_START, 8, GP_IVHD_RANGE_END, 7);
	assert_only_problem(f, ENTRY + 4, "a device range ends before it begins");
	begin_one(f);
	put_entry(&f->table, GP_IVHD_RANGE_START, 8, 0);
	put_entry(&f->table, GP_IVHD_RANGE_START, 16, 0);
	put_entry(&f->table, GP_IVHD_RANGE_END, 24, 0);
	end_one(f);
	assert_only_problem(f, ENTRY + 4, "a device range starts before the one before it ends");
}

static void decode_ivmd(
	struct fixture *f, uint16_t from, uint16_t to, uint64_t start, uint64_t length)
{
	begin_one(f);
	end_structure(&f->table);
	put_ivmd(&f->table, 0x22, from, to, start, length);
	end_and_decode(f);
	assert_int_equal(f->ivrs.ivmd.n, 1);
}

static void test_memory_problems(void **state)
{
	struct fixture *f = *state;

	decode_ivmd(f, 0, 8, UINT64_MAX - 0xfff, 0x1000);
	assert_int_equal(f->ivrs.problems.n, 0);
	decode_ivmd(f, 0, 8, UINT64_MAX - 0xfff, 0x1001);
	assert_only_problem(f, ENTRY, "an IVMD reaches past the end of memory");
	decode_ivmd(f, 0, 8, 0x1000, 0);
	assert_only_problem(f, ENTRY, "an IVMD covers no memory");
	decode_ivmd(f, 9, 8, 0x1000, 0x1000);
	assert_only_problem(f, ENTRY, "an IVMD's device range ends before it begins");
}

static void decode_problems(
	struct gp_arena *arena, const uint8_t *data, size_t size, struct gp_acpi_problems *ret)
{
	struct gp_ivrs ivrs;

	gp_ivrs_decode(arena, data, size, &ivrs);
	*ret = ivrs.problems;
}

static void test_damage(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_one_of_each(&f->table);
	end_table(&f->table);
	damage_everywhere(decode_problems, f->table.data, f->table.n);
}

static void test_damage_to_real_tables(void **state)
{
	(void)state;
	damage_real_tables("ivrs", decode_problems);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_header_problems),
		test(test_huge_length),
		test(test_no_ivhd),
		test(test_block_lengths),
		test(test_too_short_for_the_type),
		test(test_register_address),
		test(test_entry_past_its_block),
		test(test_uid_past_its_block),
		test(test_uid_formats),
		test(test_ranges),
		test(test_memory_problems),
		test(test_damage),
		test(test_damage_to_real_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
