/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEST_DMAR_TABLE_H
#define GP_TEST_DMAR_TABLE_H

/* For tests of the DMAR decoder: a table to fill and what it decodes to. After cmocka.h. */
#include "acpi-table.h"
#include "firmware/dmar.h"

#define FIRST 48 /* where the first structure is */

enum { DRHD, RMRR, ATSR, RHSA, ANDD, SATC, SIDP };

struct fixture {
	struct gp_arena *arena;
	struct table table;
	struct gp_dmar dmar;
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
	begin_table(table, "DMAR");
	put(table, 1, 38);
	put(table, 1, GP_DMAR_INTR_REMAP | GP_DMAR_DMA_CTRL_OPT_IN);
	put_text(table, 10, "");
}

static inline void begin_structure(struct table *table, uint16_t type)
{
	table->structure = table->n;
	put(table, 2, type);
	put(table, 2, 0);
}

static inline void begin_drhd(struct table *table, uint8_t flags, uint16_t segment, uint64_t base)
{
	begin_structure(table, DRHD);
	put(table, 1, flags);
	put(table, 1, 2);
	put(table, 2, segment);
	put(table, 8, base);
}

static inline void put_drhd(struct table *table, uint8_t flags, uint16_t segment, uint64_t base)
{
	begin_drhd(table, flags, segment, base);
	end_structure(table);
}

static inline void put_scope(struct table *table, uint8_t type, uint8_t flags,
	uint8_t enumeration_id, uint8_t bus, const char *path)
{
	size_t at = table->n;

	put(table, 1, type);
	put(table, 1, 0);
	put(table, 1, flags);
	put(table, 1, 0);
	put(table, 1, enumeration_id);
	put(table, 1, bus);
	for (; *path; path++)
		put(table, 1, (uint8_t)(*path - '0'));
	set(table, at + 1, 1, table->n - at);
}

static inline void decode(struct fixture *f)
{
	uint8_t *exact = gp_memdup(f->arena, f->table.data, f->table.n);

	gp_dmar_decode(f->arena, exact, f->table.n, &f->dmar);
}

static inline void end_and_decode(struct fixture *f)
{
	end_table(&f->table);
	decode(f);
}

#define assert_only_problem(f, offset, text)                                 \
	do {                                                                 \
		assert_true(has_problem(&(f)->dmar.problems, offset, text)); \
		assert_int_equal((f)->dmar.problems.n, 1);                   \
	} while (0)

static inline void put_one_of_each(struct table *table)
{
	begin_drhd(table, 0, 3, 0xfed90000);
	put_scope(table, GP_SCOPE_ENDPOINT, 0, 0, 4, "1234");
	put_scope(table, GP_SCOPE_IOAPIC, 0, 8, 0, "51");
	end_structure(table);
	begin_structure(table, RMRR);
	put(table, 2, 0);
	put(table, 2, 1);
	put(table, 8, 0x7b000000);
	put(table, 8, 0x7fffffff);
	put_scope(table, GP_SCOPE_ENDPOINT, 0, 0, 0, "20");
	end_structure(table);
	begin_structure(table, ATSR);
	put(table, 1, GP_ATSR_ALL_PORTS);
	put(table, 1, 0);
	put(table, 2, 2);
	put_scope(table, GP_SCOPE_BRIDGE, 0, 0, 0, "10");
	end_structure(table);
	begin_structure(table, RHSA);
	put(table, 4, 0);
	put(table, 8, 0xfed90000);
	put(table, 4, 0x01020304);
	end_structure(table);
	begin_structure(table, ANDD);
	put(table, 3, 0);
	put(table, 1, 6);
	put_text(table, 10, "\\_SB.I2C0");
	end_structure(table);
	begin_structure(table, SATC);
	put(table, 1, GP_SATC_ATC_REQUIRED);
	put(table, 1, 0);
	put(table, 2, 5);
	put_scope(table, GP_SCOPE_ENDPOINT, 0, 0, 0, "30");
	end_structure(table);
	begin_structure(table, SIDP);
	put(table, 2, 0);
	put(table, 2, 6);
	put_scope(table, GP_SCOPE_ENDPOINT, 0x1f, 0, 0, "40");
	end_structure(table);
}

#endif
