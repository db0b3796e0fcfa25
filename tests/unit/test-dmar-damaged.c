/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dmar-table.h"

static void test_nothing(void **state)
{
	struct fixture *f = *state;

	gp_dmar_decode(f->arena, NULL, 0, &f->dmar);
	assert_only_problem(f, 0, "the table is shorter than its header");
}

static void test_cut_header(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	f->table.n = 35;
	decode(f);
	assert_only_problem(f, 0, "the table is shorter than its header");
}

static void test_signature(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	end_table(&f->table);
	f->table.data[3] = 'X';
	decode(f);
	assert_only_problem(f, 0, "the signature is not DMAR");
	assert_int_equal(f->dmar.drhd.n, 0);
}

static void test_length_below_header(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	end_table(&f->table);
	set(&f->table, 4, 4, 35);
	decode(f);
	assert_only_problem(f, 4, "the table claims to be shorter than its header");
}

static void test_length_below_fixed_part(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	f->table.n = 47;
	end_and_decode(f);
	assert_only_problem(f, 36, "the table ends before its first structure");
}

static void test_huge_length(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	set(&f->table, 4, 4, 0xffffffff);
	decode(f);
	assert_only_problem(f, 4, "the table is cut off: 64 of 4294967295 bytes are there");
	assert_int_equal(f->dmar.drhd.n, 1);
}

static void test_bytes_behind_the_table(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	end_table(&f->table);
	put(&f->table, 8, 0x1122334455667788);
	decode(f);
	assert_int_equal(f->dmar.problems.n, 0);
	assert_int_equal(f->dmar.drhd.n, 1);
}

static void test_checksum(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	end_table(&f->table);
	f->table.data[9]++;
	decode(f);
	assert_only_problem(f, 9, "the checksum is wrong");
	assert_int_equal(f->dmar.drhd.n, 1);
}

static void test_address_width(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	f->table.data[36] = 0;
	end_and_decode(f);
	assert_only_problem(f, 36, "a host address width of 1 bits cannot be");
	f->table.data[36] = 0xff;
	end_and_decode(f);
	assert_only_problem(f, 36, "a host address width of 256 bits cannot be");
	assert_int_equal(f->dmar.haw, 256);
}

static void test_no_drhd(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	end_and_decode(f);
	assert_only_problem(f, 0, "there is no DRHD, so no remapping unit");
}

static void test_length_zero(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	begin_structure(&f->table, RMRR);
	end_and_decode(f);
	assert_only_problem(f, FIRST + 16, "a structure has length 0");
	assert_int_equal(f->dmar.drhd.n, 1);
}

static void test_unknown_of_length_zero(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	begin_structure(&f->table, 99);
	end_and_decode(f);
	assert_only_problem(f, FIRST, "a structure has length 0");
}

static void test_length_three(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	begin_structure(&f->table, DRHD);
	set(&f->table, FIRST + 2, 2, 3);
	end_and_decode(f);
	assert_only_problem(f, FIRST, "a structure is shorter than its own header");
}

static void test_past_the_end(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	set(&f->table, FIRST + 2, 2, 17);
	end_and_decode(f);
	assert_only_problem(f, FIRST, "a structure reaches past the end of the table");
	assert_int_equal(f->dmar.drhd.n, 0);
}

static void test_half_a_header_at_the_end(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	put(&f->table, 3, 0);
	end_and_decode(f);
	assert_only_problem(f, FIRST + 16, "the table ends inside a structure's header");
}

static void test_too_short_for_the_type(void **state)
{
	static const struct {
		size_t size;
		const char *problem;
	} least[] = {
		[DRHD] = {16, "a DRHD is too short"},
		[RMRR] = {24, "an RMRR is too short"},
		[ATSR] = {8, "an ATSR is too short"},
		[RHSA] = {20, "an RHSA is too short"},
		[ANDD] = {9, "an ANDD is too short"},
		[SATC] = {8, "an SATC is too short"},
		[SIDP] = {8, "an SIDP is too short"},
	};
	struct fixture *f = *state;

	for (uint16_t type = DRHD; type <= SIDP; type++)
		for (size_t size = 4; size < least[type].size; size++) {
			begin(&f->table);
			begin_structure(&f->table, type);
			for (size_t i = 4; i < size; i++)
				put(&f->table, 1, 0);
			end_structure(&f->table);
			put_drhd(&f->table, 1, 0, 0xfed91000);
			end_and_decode(f);
			assert_only_problem(f, FIRST, least[type].problem);
			assert_int_equal(f->dmar.drhd.n, 1);
		}
}

static void test_register_address(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0);
	end_and_decode(f);
	assert_only_problem(f, FIRST, "a DRHD has register address 0");
}

static void test_two_include_all(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, GP_DRHD_INCLUDE_PCI_ALL, 0x12, 0xfed90000);
	put_drhd(&f->table, 0, 0x12, 0xfed91000);
	put_drhd(&f->table, GP_DRHD_INCLUDE_PCI_ALL, 0x13, 0xfed92000);
	end_and_decode(f);
	assert_int_equal(f->dmar.problems.n, 0);
	put_drhd(&f->table, GP_DRHD_INCLUDE_PCI_ALL, 0x12, 0xfed93000);
	end_and_decode(f);
	assert_only_problem(f, FIRST + 48, "a second INCLUDE_PCI_ALL DRHD in segment 0012");
}

static void test_backward_rmrr(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_one_of_each(&f->table);
	set(&f->table, f->table.structure, 2, 99);
	end_and_decode(f);
	assert_int_equal(f->dmar.problems.n, 0);
	set(&f->table, f->dmar.rmrr.items[0].offset + 16, 8, 0x7b000000);
	end_and_decode(f);
	assert_int_equal(f->dmar.problems.n, 0);
	set(&f->table, f->dmar.rmrr.items[0].offset + 16, 8, 0x7affffff);
	end_and_decode(f);
	assert_only_problem(f, f->dmar.rmrr.items[0].offset, "an RMRR ends before it begins");
}

static void test_endless_name(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	begin_structure(&f->table, ANDD);
	put(&f->table, 3, 0);
	put(&f->table, 1, 6);
	put_text(&f->table, 4, "NAME");
	end_structure(&f->table);
	end_and_decode(f);
	assert_only_problem(f, FIRST + 24, "an ANDD's name has no end");
	assert_string_equal(f->dmar.andd.items[0].name, "NAME");
}

/* A DRHD with one good scope, then one of the given length; then another DRHD. */
static void decode_with_scope(struct fixture *f, uint8_t length, const char *path)
{
	begin(&f->table);
	begin_drhd(&f->table, 0, 0, 0xfed90000);
	put_scope(&f->table, GP_SCOPE_ENDPOINT, 0, 0, 0, "20");
	put_scope(&f->table, GP_SCOPE_ENDPOINT, 0, 0, 0, path);
	if (length)
		f->table.data[FIRST + 16 + 8 + 1] = length;
	end_structure(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	end_and_decode(f);
	assert_int_equal(f->dmar.drhd.n, 2);
}

static void test_scope_lengths(void **state)
{
	struct fixture *f = *state;
	size_t second = FIRST + 16 + 8;

	decode_with_scope(f, 5, "10");
	assert_only_problem(f, second, "a device scope is shorter than its own header");
	assert_int_equal(f->dmar.drhd.items[0].scopes.n, 1);
	decode_with_scope(f, 9, "10");
	assert_only_problem(f, second, "a device scope reaches past its structure");
	assert_int_equal(f->dmar.drhd.items[0].scopes.n, 1);
	decode_with_scope(f, 0, "");
	assert_only_problem(f, second, "a device scope has no path");
	assert_int_equal(f->dmar.drhd.items[0].scopes.items[1].n_path, 0);
	decode_with_scope(f, 0, "102");
	assert_only_problem(f, second, "a device scope's path has an odd length");
	assert_int_equal(f->dmar.drhd.items[0].scopes.items[1].n_path, 1);
}

static void test_scope_of_length_zero(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	begin_drhd(&f->table, 0, 0, 0xfed90000);
	put(&f->table, 6, 0);
	end_structure(&f->table);
	end_and_decode(f);
	assert_only_problem(f, FIRST + 16, "a device scope is shorter than its own header");
}

static void test_half_a_scope(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	begin_drhd(&f->table, 0, 0, 0xfed90000);
	put(&f->table, 1, GP_SCOPE_ENDPOINT);
	end_structure(&f->table);
	end_and_decode(f);
	assert_only_problem(f, FIRST + 16, "a structure ends inside a device scope");
}

static void decode_problems(
	struct gp_arena *arena, const uint8_t *data, size_t size, struct gp_acpi_problems *ret)
{
	struct gp_dmar dmar;

	gp_dmar_decode(arena, data, size, &dmar);
	*ret = dmar.problems;
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
	damage_real_tables("dmar", decode_problems);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_nothing),
		test(test_cut_header),
		test(test_signature),
		test(test_length_below_header),
		test(test_length_below_fixed_part),
		test(test_huge_length),
		test(test_bytes_behind_the_table),
		test(test_checksum),
		test(test_address_width),
		test(test_no_drhd),
		test(test_length_zero),
		test(test_unknown_of_length_zero),
		test(test_length_three),
		test(test_past_the_end),
		test(test_half_a_header_at_the_end),
		test(test_too_short_for_the_type),
		test(test_register_address),
		test(test_two_include_all),
		test(test_backward_rmrr),
		test(test_endless_name),
		test(test_scope_lengths),
		test(test_scope_of_length_zero),
		test(test_half_a_scope),
		test(test_damage),
		test(test_damage_to_real_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
