/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "firmware/acpi.h"

#include <string.h>

bool gp_cursor_take(struct gp_cursor *from, size_t size, struct gp_cursor *ret)
{
	if (size > from->left)
		return false;
	*ret = (struct gp_cursor){.p = from->p, .left = size};
	if (size)
		from->p += size;
	from->left -= size;
	return true;
}

bool gp_cursor_skip(struct gp_cursor *from, size_t size)
{
	struct gp_cursor skipped;

	return gp_cursor_take(from, size, &skipped);
}

static bool take_number(struct gp_cursor *from, size_t size, uint64_t *ret)
{
	struct gp_cursor bytes;

	if (!gp_cursor_take(from, size, &bytes))
		return false;
	*ret = 0;
	for (size_t i = 0; i < size; i++)
		*ret |= (uint64_t)bytes.p[i] << (8 * i);
	return true;
}

bool gp_cursor_u8(struct gp_cursor *from, uint8_t *ret)
{
	uint64_t number;

	if (!take_number(from, 1, &number))
		return false;
	*ret = (uint8_t)number;
	return true;
}

bool gp_cursor_u16(struct gp_cursor *from, uint16_t *ret)
{
	uint64_t number;

	if (!take_number(from, 2, &number))
		return false;
	*ret = (uint16_t)number;
	return true;
}

bool gp_cursor_u32(struct gp_cursor *from, uint32_t *ret)
{
	uint64_t number;

	if (!take_number(from, 4, &number))
		return false;
	*ret = (uint32_t)number;
	return true;
}

bool gp_cursor_u64(struct gp_cursor *from, uint64_t *ret)
{
	return take_number(from, 8, ret);
}

bool gp_cursor_chars(struct gp_cursor *from, size_t size, char *ret)
{
	struct gp_cursor bytes;
	size_t length;

	if (!gp_cursor_take(from, size, &bytes))
		return false;
	length = size ? strnlen((const char *)bytes.p, size) : 0;
	if (length)
		memcpy(ret, bytes.p, length);
	ret[length] = '\0';
	return true;
}

void gp_acpi_problem(struct gp_acpi_table *table, const uint8_t *where, const char *text)
{
	*gp_push(table->arena, table->problems) =
		(struct gp_acpi_problem){.offset = (size_t)(where - table->start), .text = text};
}

size_t gp_acpi_offset(const struct gp_acpi_table *table, const struct gp_cursor *at)
{
	return (size_t)(at->p - table->start);
}

static bool take_header(struct gp_cursor *from, struct gp_acpi_header *ret)
{
	return gp_cursor_chars(from, 4, ret->signature) && gp_cursor_u32(from, &ret->length) &&
	       gp_cursor_u8(from, &ret->revision) && gp_cursor_u8(from, &ret->checksum) &&
	       gp_cursor_chars(from, 6, ret->oem_id) &&
	       gp_cursor_chars(from, 8, ret->oem_table_id) &&
	       gp_cursor_u32(from, &ret->oem_revision) &&
	       gp_cursor_chars(from, 4, ret->creator_id) &&
	       gp_cursor_u32(from, &ret->creator_revision);
}

static void check_sum(struct gp_acpi_table *table, size_t length)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < length; i++)
		sum = (uint8_t)(sum + table->start[i]);
	if (sum)
		gp_acpi_problem(table, table->start + 9, "the checksum is wrong");
}

bool gp_acpi_begin(struct gp_acpi_table *table, const char *signature, struct gp_acpi_header *ret)
{
	size_t size = table->left.left;

	if (!take_header(&table->left, ret)) {
		gp_acpi_problem(table, table->start, "the table is shorter than its header");
		return false;
	}
	if (strcmp(ret->signature, signature) != 0) {
		gp_acpi_problem(table, table->start,
			gp_printf(table->arena, "the signature is not %s", signature));
		return false;
	}
	if (ret->length < GP_ACPI_HEADER_SIZE) {
		gp_acpi_problem(
			table, table->start + 4, "the table claims to be shorter than its header");
		return false;
	}
	if (ret->length > size) {
		gp_acpi_problem(table, table->start + 4,
			gp_printf(table->arena, "the table is cut off: %zu of %u bytes are there",
				size, ret->length));
		return true;
	}
	check_sum(table, ret->length);
	table->left.left = ret->length - GP_ACPI_HEADER_SIZE;
	return true;
}

enum gp_acpi_next gp_acpi_next(struct gp_acpi_table *table, struct gp_cursor *ret)
{
	struct gp_cursor peek = table->left;
	const uint8_t *where = table->left.p;
	uint16_t length;

	if (!table->left.left)
		return GP_ACPI_END;
	if (!gp_cursor_skip(&peek, 2) || !gp_cursor_u16(&peek, &length)) {
		gp_acpi_problem(table, where, "the table ends inside a structure's header");
		return GP_ACPI_STOP;
	}
	if (length == 0) {
		gp_acpi_problem(table, where, "a structure has length 0");
		return GP_ACPI_STOP;
	}
	if (length < 4) {
		gp_acpi_problem(table, where, "a structure is shorter than its own header");
		return GP_ACPI_STOP;
	}
	if (!gp_cursor_take(&table->left, length, ret)) {
		gp_acpi_problem(table, where, "a structure reaches past the end of the table");
		return GP_ACPI_STOP;
	}
	return GP_ACPI_STRUCTURE;
}
