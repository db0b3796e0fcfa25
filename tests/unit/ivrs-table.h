/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEST_IVRS_TABLE_H
#define GP_TEST_IVRS_TABLE_H

/* For tests of the IVRS decoder: a table to fill and what it decodes to. After cmocka.h. */
#include "acpi-table.h"
#include "firmware/ivrs.h"

#define FIRST 48           /* where the first block is */
#define ENTRY (FIRST + 24) /* where the first device entry of a 10h is */

struct fixture {
	struct gp_arena *arena;
	struct table table;
	struct gp_ivrs ivrs;
};

static inline int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	f->arena = gp_arena_new();
	*state = f;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *f = *state;

	gp_arena_free(f->arena);
	free(f);
	return 0;
}

static inline void begin(struct table *table)
{
	begin_table(table, "IVRS");
	put(table, 4, 0x00203041);
	put(table, 8, 0);
}

static inline void begin_ivhd(struct table *table, uint8_t type)
{
	table->structure = table->n;
	put(table, 1, type);
	put(table, 1, 0xb0);
	put(table, 2, 0);
	put(table, 2, 0x0002);
	put(table, 2, 0x0040);
	put(table, 8, 0xfd300000);
	put(table, 2, 1);
	put(table, 2, 0x1300);
	put(table, 4, 0x80048f6e);
	if (type == 0x10)
		return;
	put(table, 8, 0x246577efa2254afa);
	put(table, 8, 0x10);
}

static inline void put_entry(struct table *table, uint8_t type, uint16_t device_id, uint8_t data)
{
	put(table, 1, type);
	put(table, 2, device_id);
	put(table, 1, data);
}

static inline void put_acpi(struct table *table, uint8_t format, uint8_t size, const char *uid)
{
	put_entry(table, GP_IVHD_ACPI, 0x00a5, 0x40);
	put_text(table, 8, "AMDI0020");
	put_text(table, 8, "PNP0C0F");
	put(table, 1, format);
	put(table, 1, size);
	put_text(table, size, uid);
}

static inline void put_ivmd(struct table *table, uint8_t type, uint16_t from, uint16_t to,
	uint64_t start, uint64_t length)
{
	table->structure = table->n;
	put(table, 1, type);
	put(table, 1, GP_IVMD_UNITY | GP_IVMD_READ);
	put(table, 2, 0);
	put(table, 2, from);
	put(table, 2, to);
	put(table, 8, 0);
	put(table, 8, start);
	put(table, 8, length);
	end_structure(table);
}

static inline void decode(struct fixture *f)
{
	uint8_t *exact = gp_memdup(f->arena, f->table.data, f->table.n);

	gp_ivrs_decode(f->arena, exact, f->table.n, &f->ivrs);
}

static inline void end_and_decode(struct fixture *f)
{
	end_table(&f->table);
	decode(f);
}

/* A table of one IVHD of type 10h, open for entries. */
static inline void begin_one(struct fixture *f)
{
	begin(&f->table);
	begin_ivhd(&f->table, 0x10);
}

static inline void end_one(struct fixture *f)
{
	end_structure(&f->table);
	end_and_decode(f);
}

#define assert_only_problem(f, offset, text)                                 \
	do {                                                                 \
		assert_true(has_problem(&(f)->ivrs.problems, offset, text)); \
		assert_int_equal((f)->ivrs.problems.n, 1);                   \
	} while (0)

static inline void put_one_of_each(struct table *table)
{
	begin_ivhd(table, 0x10);
	put_entry(table, GP_IVHD_ALL, 0, 0xd7);
	put_entry(table, GP_IVHD_SELECT, 0x0108, 1);
	put_entry(table, GP_IVHD_RANGE_START, 0x0200, 0);
	put_entry(table, GP_IVHD_RANGE_END, 0x02ff, 0);
	put_entry(table, GP_IVHD_PADDING, 0, 0);
	end_structure(table);
	begin_ivhd(table, 0x11);
	put_entry(table, GP_IVHD_ALIAS_SELECT, 0x0300, 0);
	put(table, 4, 0x0000a500);
	put_entry(table, GP_IVHD_ALIAS_RANGE_START, 0x0400, 0);
	put(table, 4, 0x0001a600);
	put_entry(table, GP_IVHD_RANGE_END, 0x04ff, 0);
	put_entry(table, GP_IVHD_EXTENDED_SELECT, 0x0500, 0);
	put(table, 4, 0x80000000);
	put_entry(table, GP_IVHD_EXTENDED_RANGE_START, 0x0600, 0);
	put(table, 4, 0x80000001);
	put_entry(table, GP_IVHD_RANGE_END, 0x06ff, 0);
	end_structure(table);
	begin_ivhd(table, 0x40);
	put_entry(table, GP_IVHD_SPECIAL, 0, 0xd7);
	put(table, 4, 0x0100a020);
	put_entry(table, GP_IVHD_SPECIAL, 0, 0);
	put(table, 4, 0x0200a100);
	put_acpi(table, GP_IVHD_UID_TEXT, 9, "\\_SB.FUR0");
	put_acpi(table, GP_IVHD_UID_NUMBER, 2, "\x01\x02");
	put_acpi(table, GP_IVHD_UID_NONE, 0, "");
	end_structure(table);
	put_ivmd(table, 0x22, 0x0100, 0x01ff, 0x7132f000, 0x26000);
}

static inline void decode_one_of_each(struct fixture *f)
{
	begin(&f->table);
	put_one_of_each(&f->table);
	end_and_decode(f);
	assert_int_equal(f->ivrs.problems.n, 0);
	assert_int_equal(f->ivrs.n_unknown, 0);
	assert_int_equal(f->ivrs.ivhd.n, 3);
}

#endif
