/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "firmware/ivrs.h"

/* One IVHD on its way through the decoder. */
struct block {
	struct gp_acpi_table *table;
	struct gp_ivrs_ivhd *ivhd;
	bool in_range; /* it has started and not ended */
	uint16_t range_start;
};

#define ACPI_ENTRY_SIZE 22 /* without the UID, whose length is its last byte */

/* False: the type does not say. */
static bool entry_size(struct gp_cursor at, uint8_t type, size_t *ret)
{
	uint8_t uid_size;

	if (type == GP_IVHD_ACPI) {
		*ret = ACPI_ENTRY_SIZE;
		if (gp_cursor_skip(&at, ACPI_ENTRY_SIZE - 1) && gp_cursor_u8(&at, &uid_size))
			*ret += uid_size;
		return true;
	}
	*ret = type < 0x40 ? 4 : 8;
	return type < 0x80;
}

/* The length of a number is what the entry says: firmware is known to use 2 bytes. */
static bool take_number(struct gp_cursor bytes, uint64_t *ret)
{
	uint8_t byte;

	if (bytes.left == 0 || bytes.left > 8)
		return false;
	for (unsigned int shift = 0; gp_cursor_u8(&bytes, &byte); shift += 8)
		*ret |= (uint64_t)byte << shift;
	return true;
}

static bool take_uid(struct gp_acpi_table *table, struct gp_cursor uid, struct gp_ivhd_entry *entry)
{
	switch (entry->uid_format) {
	case GP_IVHD_UID_NONE:
		return uid.left == 0;
	case GP_IVHD_UID_NUMBER:
		return take_number(uid, &entry->uid_number);
	case GP_IVHD_UID_TEXT:
		entry->uid_text = gp_strndup(table->arena, (const char *)uid.p, uid.left);
		return uid.left > 0;
	default:
		return false;
	}
}

static bool take_acpi(struct gp_acpi_table *table, struct gp_cursor at, struct gp_ivhd_entry *entry)
{
	const uint8_t *where = table->start + entry->offset;
	struct gp_cursor uid;
	uint8_t uid_size;

	if (!gp_cursor_chars(&at, 8, entry->hid) || !gp_cursor_chars(&at, 8, entry->cid) ||
		!gp_cursor_u8(&at, &entry->uid_format) || !gp_cursor_u8(&at, &uid_size) ||
		!gp_cursor_take(&at, uid_size, &uid))
		return false;
	if (!take_uid(table, uid, entry))
		gp_acpi_problem(table, where, "an ACPI device entry's UID does not fit its format");
	return true;
}

/* What follows type, device id and data setting. */
static bool take_rest(struct gp_acpi_table *table, struct gp_cursor at, struct gp_ivhd_entry *entry)
{
	switch (entry->type) {
	case GP_IVHD_ALIAS_SELECT:
	case GP_IVHD_ALIAS_RANGE_START:
		return gp_cursor_skip(&at, 1) && gp_cursor_u16(&at, &entry->source_id);
	case GP_IVHD_EXTENDED_SELECT:
	case GP_IVHD_EXTENDED_RANGE_START:
		return gp_cursor_u32(&at, &entry->extended);
	case GP_IVHD_SPECIAL:
		return gp_cursor_u8(&at, &entry->handle) && gp_cursor_u16(&at, &entry->source_id) &&
		       gp_cursor_u8(&at, &entry->variety);
	case GP_IVHD_ACPI:
		return take_acpi(table, at, entry);
	default:
		return true;
	}
}

static bool is_known(uint8_t type)
{
	switch (type) {
	case GP_IVHD_PADDING:
	case GP_IVHD_ALL:
	case GP_IVHD_SELECT:
	case GP_IVHD_RANGE_START:
	case GP_IVHD_RANGE_END:
	case GP_IVHD_ALIAS_SELECT:
	case GP_IVHD_ALIAS_RANGE_START:
	case GP_IVHD_EXTENDED_SELECT:
	case GP_IVHD_EXTENDED_RANGE_START:
	case GP_IVHD_SPECIAL:
	case GP_IVHD_ACPI:
		return true;
	default:
		return false;
	}
}

/* False: this and what follows cannot be told apart. */
static bool take_entry(struct block *block, struct gp_cursor *from, struct gp_ivhd_entry *ret)
{
	struct gp_acpi_table *table = block->table;
	const uint8_t *where = from->p;
	struct gp_cursor peek = *from, at;
	size_t size;

	ret->offset = gp_acpi_offset(table, from);
	if (!gp_cursor_u8(&peek, &ret->type))
		return false;
	if (!entry_size(*from, ret->type, &size)) {
		block->ivhd->n_unknown++;
		return false;
	}
	if (!gp_cursor_take(from, size, &at)) {
		gp_acpi_problem(table, where, "a device entry reaches past its IVHD");
		return false;
	}
	return gp_cursor_skip(&at, 1) && gp_cursor_u16(&at, &ret->device_id) &&
	       gp_cursor_u8(&at, &ret->data) && take_rest(table, at, ret);
}

static void follow_range(struct block *block, const struct gp_ivhd_entry *entry)
{
	const uint8_t *where = block->table->start + entry->offset;

	switch (entry->type) {
	case GP_IVHD_RANGE_START:
	case GP_IVHD_ALIAS_RANGE_START:
	case GP_IVHD_EXTENDED_RANGE_START:
		if (block->in_range)
			gp_acpi_problem(block->table, where,
				"a device range starts before the one before it ends");
		block->in_range = true;
		block->range_start = entry->device_id;
		break;
	case GP_IVHD_RANGE_END:
		if (!block->in_range)
			gp_acpi_problem(block->table, where, "a device range ends without a start");
		else if (entry->device_id < block->range_start)
			gp_acpi_problem(
				block->table, where, "a device range ends before it begins");
		block->in_range = false;
		break;
	default:
		break;
	}
}

static void take_entries(
	struct gp_acpi_table *table, struct gp_cursor at, struct gp_ivrs_ivhd *ivhd)
{
	struct block block = {.table = table, .ivhd = ivhd};

	while (at.left) {
		struct gp_ivhd_entry entry = {0};

		if (!take_entry(&block, &at, &entry))
			return;
		if (!is_known(entry.type)) {
			ivhd->n_unknown++;
			continue;
		}
		follow_range(&block, &entry);
		*gp_push(table->arena, &ivhd->entries) = entry;
	}
	if (block.in_range)
		gp_acpi_problem(table, at.p, "a device range has no end");
}

static bool is_ivhd(uint8_t type)
{
	return type == 0x10 || type == 0x11 || type == 0x40;
}

static bool decode_ivhd(struct gp_acpi_table *table, struct gp_cursor at, struct gp_ivrs *ivrs)
{
	struct gp_ivrs_ivhd ivhd = {.offset = gp_acpi_offset(table, &at)};

	if (!gp_cursor_u8(&at, &ivhd.type) || !gp_cursor_u8(&at, &ivhd.flags) ||
		!gp_cursor_skip(&at, 2) || !gp_cursor_u16(&at, &ivhd.device_id) ||
		!gp_cursor_u16(&at, &ivhd.capability) || !gp_cursor_u64(&at, &ivhd.base) ||
		!gp_cursor_u16(&at, &ivhd.segment) || !gp_cursor_u16(&at, &ivhd.info) ||
		!gp_cursor_u32(&at, &ivhd.features))
		return false;
	if (ivhd.type != 0x10 &&
		(!gp_cursor_u64(&at, &ivhd.efr) || !gp_cursor_u64(&at, &ivhd.efr2)))
		return false;
	if (!ivhd.base)
		gp_acpi_problem(
			table, table->start + ivhd.offset, "an IVHD has register address 0");
	take_entries(table, at, &ivhd);
	*gp_push(table->arena, &ivrs->ivhd) = ivhd;
	return true;
}

static bool is_ivmd(uint8_t type)
{
	return type >= 0x20 && type <= 0x22;
}

static bool decode_ivmd(struct gp_acpi_table *table, struct gp_cursor at, struct gp_ivrs *ivrs)
{
	struct gp_ivrs_ivmd ivmd = {.offset = gp_acpi_offset(table, &at)};
	const uint8_t *where = at.p;
	uint64_t end;

	if (!gp_cursor_u8(&at, &ivmd.type) || !gp_cursor_u8(&at, &ivmd.flags) ||
		!gp_cursor_skip(&at, 2) || !gp_cursor_u16(&at, &ivmd.device_id) ||
		!gp_cursor_u16(&at, &ivmd.last_id) || !gp_cursor_skip(&at, 8) ||
		!gp_cursor_u64(&at, &ivmd.start) || !gp_cursor_u64(&at, &ivmd.length))
		return false;
	if (!ivmd.length)
		gp_acpi_problem(table, where, "an IVMD covers no memory");
	else if (__builtin_add_overflow(ivmd.start, ivmd.length - 1, &end))
		gp_acpi_problem(table, where, "an IVMD reaches past the end of memory");
	if (ivmd.type == 0x22 && ivmd.last_id < ivmd.device_id)
		gp_acpi_problem(table, where, "an IVMD's device range ends before it begins");
	*gp_push(table->arena, &ivrs->ivmd) = ivmd;
	return true;
}

static void decode_block(struct gp_acpi_table *table, struct gp_cursor at, struct gp_ivrs *ivrs)
{
	uint8_t type = at.p[0];

	if (is_ivhd(type)) {
		if (!decode_ivhd(table, at, ivrs))
			gp_acpi_problem(table, at.p, "an IVHD is too short");
	} else if (is_ivmd(type)) {
		if (!decode_ivmd(table, at, ivrs))
			gp_acpi_problem(table, at.p, "an IVMD is too short");
	} else {
		ivrs->n_unknown++;
	}
}

void gp_ivrs_decode(struct gp_arena *arena, const uint8_t *data, size_t size, struct gp_ivrs *ret)
{
	struct gp_acpi_table table = {
		.arena = arena,
		.start = data,
		.left = {.p = data, .left = size},
		.problems = &ret->problems,
	};
	struct gp_cursor block;
	enum gp_acpi_next next;

	*ret = (struct gp_ivrs){0};
	if (!gp_acpi_begin(&table, "IVRS", &ret->header))
		return;
	if (!gp_cursor_u32(&table.left, &ret->info) || !gp_cursor_skip(&table.left, 8)) {
		gp_acpi_problem(&table, table.left.p, "the table ends before its first structure");
		return;
	}
	while ((next = gp_acpi_next(&table, &block)) == GP_ACPI_STRUCTURE)
		decode_block(&table, block, ret);
	if (next == GP_ACPI_END && !ret->ivhd.n)
		gp_acpi_problem(&table, data, "there is no IVHD, so no IOMMU");
}
