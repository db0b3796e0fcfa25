/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ivrs-table.h"

static void test_fixed_parts(void **state)
{
	struct fixture *f = *state;
	const struct gp_ivrs_ivhd *ivhd;

	decode_one_of_each(f);
	assert_string_equal(f->ivrs.header.signature, "IVRS");
	assert_int_equal(f->ivrs.info, 0x00203041);
	ivhd = &f->ivrs.ivhd.items[0];
	assert_int_equal(ivhd->offset, FIRST);
	assert_int_equal(ivhd->type, 0x10);
	assert_int_equal(ivhd->flags, 0xb0);
	assert_int_equal(ivhd->device_id, 0x0002);
	assert_int_equal(ivhd->capability, 0x0040);
	assert_int_equal(ivhd->base, 0xfd300000);
	assert_int_equal(ivhd->segment, 1);
	assert_int_equal(ivhd->info, 0x1300);
	assert_int_equal(ivhd->features, 0x80048f6e);
	assert_int_equal(ivhd->efr, 0);
	ivhd = &f->ivrs.ivhd.items[2];
	assert_int_equal(ivhd->type, 0x40);
	assert_int_equal(ivhd->efr, 0x246577efa2254afa);
	assert_int_equal(ivhd->efr2, 0x10);
}

static void test_memory(void **state)
{
	struct fixture *f = *state;
	const struct gp_ivrs_ivmd *ivmd;

	decode_one_of_each(f);
	assert_int_equal(f->ivrs.ivmd.n, 1);
	ivmd = &f->ivrs.ivmd.items[0];
	assert_int_equal(ivmd->type, 0x22);
	assert_int_equal(ivmd->flags, GP_IVMD_UNITY | GP_IVMD_READ);
	assert_int_equal(ivmd->device_id, 0x0100);
	assert_int_equal(ivmd->last_id, 0x01ff);
	assert_int_equal(ivmd->start, 0x7132f000);
	assert_int_equal(ivmd->length, 0x26000);
}

static void assert_entry(
	const struct gp_ivhd_entry *entry, uint8_t type, uint16_t device_id, uint8_t data)
{
	assert_int_equal(entry->type, type);
	assert_int_equal(entry->device_id, device_id);
	assert_int_equal(entry->data, data);
}

static void test_short_entries(void **state)
{
	struct fixture *f = *state;
	const struct gp_ivhd_entry *entries;

	decode_one_of_each(f);
	assert_int_equal(f->ivrs.ivhd.items[0].entries.n, 5);
	entries = f->ivrs.ivhd.items[0].entries.items;
	assert_int_equal(entries[0].offset, ENTRY);
	assert_entry(&entries[0], GP_IVHD_ALL, 0, 0xd7);
	assert_entry(&entries[1], GP_IVHD_SELECT, 0x0108, 1);
	assert_entry(&entries[2], GP_IVHD_RANGE_START, 0x0200, 0);
	assert_entry(&entries[3], GP_IVHD_RANGE_END, 0x02ff, 0);
	assert_entry(&entries[4], GP_IVHD_PADDING, 0, 0);
}

static void test_long_entries(void **state)
{
	struct fixture *f = *state;
	const struct gp_ivhd_entry *entries;

	decode_one_of_each(f);
	assert_int_equal(f->ivrs.ivhd.items[1].entries.n, 6);
	entries = f->ivrs.ivhd.items[1].entries.items;
	assert_entry(&entries[0], GP_IVHD_ALIAS_SELECT, 0x0300, 0);
	assert_int_equal(entries[0].source_id, 0x00a5);
	assert_entry(&entries[1], GP_IVHD_ALIAS_RANGE_START, 0x0400, 0);
	assert_int_equal(entries[1].source_id, 0x01a6);
	assert_entry(&entries[3], GP_IVHD_EXTENDED_SELECT, 0x0500, 0);
	assert_int_equal(entries[3].extended, 0x80000000);
	assert_entry(&entries[4], GP_IVHD_EXTENDED_RANGE_START, 0x0600, 0);
	assert_int_equal(entries[4].extended, 0x80000001);
}

static void test_special_devices(void **state)
{
	struct fixture *f = *state;
	const struct gp_ivhd_entry *entries;

	decode_one_of_each(f);
	assert_int_equal(f->ivrs.ivhd.items[2].entries.n, 5);
	entries = f->ivrs.ivhd.items[2].entries.items;
	assert_entry(&entries[0], GP_IVHD_SPECIAL, 0, 0xd7);
	assert_int_equal(entries[0].variety, GP_IVHD_IOAPIC);
	assert_int_equal(entries[0].handle, 0x20);
	assert_int_equal(entries[0].source_id, 0x00a0);
	assert_int_equal(entries[1].variety, GP_IVHD_HPET);
	assert_int_equal(entries[1].source_id, 0x00a1);
}

static void test_acpi_devices(void **state)
{
	struct fixture *f = *state;
	const struct gp_ivhd_entry *entries;

	decode_one_of_each(f);
	entries = f->ivrs.ivhd.items[2].entries.items;
	assert_entry(&entries[2], GP_IVHD_ACPI, 0x00a5, 0x40);
	assert_string_equal(entries[2].hid, "AMDI0020");
	assert_string_equal(entries[2].cid, "PNP0C0F");
	assert_int_equal(entries[2].uid_format, GP_IVHD_UID_TEXT);
	assert_string_equal(entries[2].uid_text, "\\_SB.FUR0");
	assert_int_equal(entries[3].uid_format, GP_IVHD_UID_NUMBER);
	assert_int_equal(entries[3].uid_number, 0x0201);
	assert_null(entries[3].uid_text);
	assert_int_equal(entries[4].uid_format, GP_IVHD_UID_NONE);
}

static void test_unknown_types_are_counted(void **state)
{
	struct fixture *f = *state;

	begin_one(f);
	put_entry(&f->table, 0x05, 0, 0);
	put_entry(&f->table, 0x40, 0, 0);
	put(&f->table, 4, GP_IVHD_RANGE_START);
	put_entry(&f->table, 0x7f, 0, 0);
	put(&f->table, 4, 0);
	put_entry(&f->table, GP_IVHD_SELECT, 0x0108, 0);
	put_entry(&f->table, 0x80, 0, 0);
	put_entry(&f->table, GP_IVHD_SELECT, 0x0110, 0);
	end_structure(&f->table);
	put_ivmd(&f->table, 0x51, 0, 0, 0, 0);
	end_and_decode(f);
	assert_int_equal(f->ivrs.problems.n, 0);
	assert_int_equal(f->ivrs.n_unknown, 1);
	assert_int_equal(f->ivrs.ivmd.n, 0);
	assert_int_equal(f->ivrs.ivhd.items[0].n_unknown, 4);
	assert_int_equal(f->ivrs.ivhd.items[0].entries.n, 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_fixed_parts),
		test(test_memory),
		test(test_short_entries),
		test(test_long_entries),
		test(test_special_devices),
		test(test_acpi_devices),
		test(test_unknown_types_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
