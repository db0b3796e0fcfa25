/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "dmar-table.h"

static void test_fixed_part(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_drhd(&f->table, GP_DRHD_INCLUDE_PCI_ALL, 0, 0xfed91000);
	end_and_decode(f);
	assert_int_equal(f->dmar.problems.n, 0);
	assert_string_equal(f->dmar.header.signature, "DMAR");
	assert_int_equal(f->dmar.header.length, 64);
	assert_string_equal(f->dmar.header.oem_id, "GPTEST");
	assert_string_equal(f->dmar.header.oem_table_id, "UNITTEST");
	assert_int_equal(f->dmar.header.oem_revision, 7);
	assert_string_equal(f->dmar.header.creator_id, "GPGP");
	assert_int_equal(f->dmar.header.creator_revision, 9);
	assert_int_equal(f->dmar.haw, 39);
	assert_int_equal(f->dmar.flags, 5);
}

static void test_units_and_memory(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_one_of_each(&f->table);
	end_and_decode(f);
	assert_int_equal(f->dmar.problems.n, 0);
	assert_int_equal(f->dmar.drhd.n, 1);
	assert_int_equal(f->dmar.drhd.items[0].offset, FIRST);
	assert_int_equal(f->dmar.drhd.items[0].flags, 0);
	assert_int_equal(f->dmar.drhd.items[0].size, 2);
	assert_int_equal(f->dmar.drhd.items[0].segment, 3);
	assert_int_equal(f->dmar.drhd.items[0].base, 0xfed90000);
	assert_int_equal(f->dmar.rmrr.n, 1);
	assert_int_equal(f->dmar.rmrr.items[0].segment, 1);
	assert_int_equal(f->dmar.rmrr.items[0].base, 0x7b000000);
	assert_int_equal(f->dmar.rmrr.items[0].limit, 0x7fffffff);
}

static void test_other_structures(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	put_one_of_each(&f->table);
	end_and_decode(f);
	assert_int_equal(f->dmar.atsr.n, 1);
	assert_int_equal(f->dmar.atsr.items[0].flags, 1);
	assert_int_equal(f->dmar.atsr.items[0].segment, 2);
	assert_int_equal(f->dmar.rhsa.n, 1);
	assert_int_equal(f->dmar.rhsa.items[0].base, 0xfed90000);
	assert_int_equal(f->dmar.rhsa.items[0].domain, 0x01020304);
	assert_int_equal(f->dmar.andd.n, 1);
	assert_int_equal(f->dmar.andd.items[0].device, 6);
	assert_string_equal(f->dmar.andd.items[0].name, "\\_SB.I2C0");
	assert_int_equal(f->dmar.satc.n, 1);
	assert_int_equal(f->dmar.satc.items[0].flags, 1);
	assert_int_equal(f->dmar.satc.items[0].segment, 5);
	assert_int_equal(f->dmar.sidp.n, 1);
	assert_int_equal(f->dmar.sidp.items[0].segment, 6);
	assert_int_equal(f->dmar.n_unknown, 0);
}

static void test_scopes(void **state)
{
	struct fixture *f = *state;
	const struct gp_scope *scope;

	begin(&f->table);
	put_one_of_each(&f->table);
	end_and_decode(f);
	assert_int_equal(f->dmar.drhd.items[0].scopes.n, 2);
	scope = &f->dmar.drhd.items[0].scopes.items[0];
	assert_int_equal(scope->offset, FIRST + 16);
	assert_int_equal(scope->type, GP_SCOPE_ENDPOINT);
	assert_int_equal(scope->start_bus, 4);
	assert_int_equal(scope->n_path, 2);
	assert_int_equal(scope->path[0].device, 1);
	assert_int_equal(scope->path[0].function, 2);
	assert_int_equal(scope->path[1].device, 3);
	assert_int_equal(scope->path[1].function, 4);
	scope = &f->dmar.drhd.items[0].scopes.items[1];
	assert_int_equal(scope->type, GP_SCOPE_IOAPIC);
	assert_int_equal(scope->enumeration_id, 8);
	assert_int_equal(f->dmar.rmrr.items[0].scopes.items[0].path[0].device, 2);
	assert_int_equal(f->dmar.atsr.items[0].scopes.items[0].type, GP_SCOPE_BRIDGE);
	assert_int_equal(f->dmar.satc.items[0].scopes.items[0].path[0].device, 3);
	assert_int_equal(f->dmar.sidp.items[0].scopes.items[0].flags, 0x1f);
}

static void test_unknown_types_are_counted(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	begin_structure(&f->table, 7);
	put(&f->table, 3, 0);
	end_structure(&f->table);
	begin_structure(&f->table, 0xffff);
	end_structure(&f->table);
	put_drhd(&f->table, 1, 0, 0xfed91000);
	end_and_decode(f);
	assert_int_equal(f->dmar.n_unknown, 2);
	assert_int_equal(f->dmar.drhd.n, 1);
	assert_int_equal(f->dmar.problems.n, 0);
}

static void test_a_large_table(void **state)
{
	struct fixture *f = *state;

	begin(&f->table);
	for (unsigned int i = 0; i < 4000; i++) {
		begin_drhd(&f->table, 1, (uint16_t)i, 0x1000 * (i + 1));
		put_scope(&f->table, GP_SCOPE_ENDPOINT, 0, 0, 0, "10");
		end_structure(&f->table);
	}
	end_and_decode(f);
	assert_int_equal(f->dmar.problems.n, 0);
	assert_int_equal(f->dmar.drhd.n, 4000);
	assert_int_equal(f->dmar.drhd.items[3999].segment, 3999);
	assert_int_equal(f->dmar.drhd.items[3999].scopes.n, 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_fixed_part),
		test(test_units_and_memory),
		test(test_other_structures),
		test(test_scopes),
		test(test_unknown_types_are_counted),
		test(test_a_large_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
