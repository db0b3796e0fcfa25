/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "firmware/dmar.h"

#include <string.h>

struct decoder {
	struct gp_acpi_table table;
	struct gp_dmar *dmar;
};

static void take_path(struct gp_acpi_table *table, struct gp_cursor steps, struct gp_scope *scope)
{
	scope->n_path = steps.left / 2;
	scope->path = gp_alloc(table->arena, scope->n_path, sizeof(*scope->path));
	for (size_t i = 0; i < scope->n_path; i++) {
		scope->path[i].device = steps.p[2 * i];
		scope->path[i].function = steps.p[2 * i + 1];
	}
}

static bool take_scope(struct gp_acpi_table *table, struct gp_cursor *at, struct gp_scope *ret)
{
	const uint8_t *where = at->p;
	struct gp_cursor peek = *at, scope;
	uint8_t length;

	ret->offset = gp_acpi_offset(table, at);
	if (!gp_cursor_u8(&peek, &ret->type) || !gp_cursor_u8(&peek, &length)) {
		gp_acpi_problem(table, where, "a structure ends inside a device scope");
		return false;
	}
	if (length < 6) {
		gp_acpi_problem(table, where, "a device scope is shorter than its own header");
		return false;
	}
	if (!gp_cursor_take(at, length, &scope)) {
		gp_acpi_problem(table, where, "a device scope reaches past its structure");
		return false;
	}
	if (!gp_cursor_skip(&scope, 2) || !gp_cursor_u8(&scope, &ret->flags) ||
		!gp_cursor_skip(&scope, 1) || !gp_cursor_u8(&scope, &ret->enumeration_id) ||
		!gp_cursor_u8(&scope, &ret->start_bus))
		return false;
	if (scope.left == 0)
		gp_acpi_problem(table, where, "a device scope has no path");
	if (scope.left % 2)
		gp_acpi_problem(table, where, "a device scope's path has an odd length");
	take_path(table, scope, ret);
	return true;
}

static void take_scopes(struct gp_acpi_table *table, struct gp_cursor at, struct gp_scopes *ret)
{
	while (at.left) {
		struct gp_scope scope = {0};

		if (!take_scope(table, &at, &scope))
			return;
		*gp_push(table->arena, ret) = scope;
	}
}

/*
 * One for each type. `at` is behind the structure's type and length; false: it is too short.
 */
static bool decode_drhd(struct decoder *decoder, struct gp_cursor at, size_t offset)
{
	struct gp_acpi_table *table = &decoder->table;
	struct gp_dmar_drhd drhd = {.offset = offset};

	if (!gp_cursor_u8(&at, &drhd.flags) || !gp_cursor_u8(&at, &drhd.size) ||
		!gp_cursor_u16(&at, &drhd.segment) || !gp_cursor_u64(&at, &drhd.base))
		return false;
	if (!drhd.base)
		gp_acpi_problem(table, table->start + offset, "a DRHD has register address 0");
	take_scopes(table, at, &drhd.scopes);
	*gp_push(table->arena, &decoder->dmar->drhd) = drhd;
	return true;
}

static bool decode_rmrr(struct decoder *decoder, struct gp_cursor at, size_t offset)
{
	struct gp_acpi_table *table = &decoder->table;
	struct gp_dmar_rmrr rmrr = {.offset = offset};

	if (!gp_cursor_skip(&at, 2) || !gp_cursor_u16(&at, &rmrr.segment) ||
		!gp_cursor_u64(&at, &rmrr.base) || !gp_cursor_u64(&at, &rmrr.limit))
		return false;
	if (rmrr.base > rmrr.limit)
		gp_acpi_problem(table, table->start + offset, "an RMRR ends before it begins");
	take_scopes(table, at, &rmrr.scopes);
	*gp_push(table->arena, &decoder->dmar->rmrr) = rmrr;
	return true;
}

static bool decode_atsr(struct decoder *decoder, struct gp_cursor at, size_t offset)
{
	struct gp_dmar_atsr atsr = {.offset = offset};

	if (!gp_cursor_u8(&at, &atsr.flags) || !gp_cursor_skip(&at, 1) ||
		!gp_cursor_u16(&at, &atsr.segment))
		return false;
	take_scopes(&decoder->table, at, &atsr.scopes);
	*gp_push(decoder->table.arena, &decoder->dmar->atsr) = atsr;
	return true;
}

static bool decode_rhsa(struct decoder *decoder, struct gp_cursor at, size_t offset)
{
	struct gp_dmar_rhsa rhsa = {.offset = offset};

	if (!gp_cursor_skip(&at, 4) || !gp_cursor_u64(&at, &rhsa.base) ||
		!gp_cursor_u32(&at, &rhsa.domain))
		return false;
	*gp_push(decoder->table.arena, &decoder->dmar->rhsa) = rhsa;
	return true;
}

static bool decode_andd(struct decoder *decoder, struct gp_cursor at, size_t offset)
{
	struct gp_acpi_table *table = &decoder->table;
	struct gp_dmar_andd andd = {.offset = offset};

	if (!gp_cursor_skip(&at, 3) || !gp_cursor_u8(&at, &andd.device) || !at.left)
		return false;
	if (!memchr(at.p, '\0', at.left))
		gp_acpi_problem(table, at.p, "an ANDD's name has no end");
	andd.name = gp_strndup(table->arena, (const char *)at.p, at.left);
	*gp_push(table->arena, &decoder->dmar->andd) = andd;
	return true;
}

static bool decode_satc(struct decoder *decoder, struct gp_cursor at, size_t offset)
{
	struct gp_dmar_satc satc = {.offset = offset};

	if (!gp_cursor_u8(&at, &satc.flags) || !gp_cursor_skip(&at, 1) ||
		!gp_cursor_u16(&at, &satc.segment))
		return false;
	take_scopes(&decoder->table, at, &satc.scopes);
	*gp_push(decoder->table.arena, &decoder->dmar->satc) = satc;
	return true;
}

static bool decode_sidp(struct decoder *decoder, struct gp_cursor at, size_t offset)
{
	struct gp_dmar_sidp sidp = {.offset = offset};

	if (!gp_cursor_skip(&at, 2) || !gp_cursor_u16(&at, &sidp.segment))
		return false;
	take_scopes(&decoder->table, at, &sidp.scopes);
	*gp_push(decoder->table.arena, &decoder->dmar->sidp) = sidp;
	return true;
}

/* By type (VT-d specification, 8.2). */
static const struct {
	bool (*decode)(struct decoder *decoder, struct gp_cursor at, size_t offset);
	const char *too_short;
} structures[] = {
	{decode_drhd, "a DRHD is too short"},
	{decode_rmrr, "an RMRR is too short"},
	{decode_atsr, "an ATSR is too short"},
	{decode_rhsa, "an RHSA is too short"},
	{decode_andd, "an ANDD is too short"},
	{decode_satc, "an SATC is too short"},
	{decode_sidp, "an SIDP is too short"},
};

static void decode_structure(struct decoder *decoder, struct gp_cursor at)
{
	const uint8_t *where = at.p;
	size_t offset = gp_acpi_offset(&decoder->table, &at);
	uint16_t type;

	if (!gp_cursor_u16(&at, &type) || !gp_cursor_skip(&at, 2))
		return;
	if (type >= GP_ARRAY_SIZE(structures))
		decoder->dmar->n_unknown++;
	else if (!structures[type].decode(decoder, at, offset))
		gp_acpi_problem(&decoder->table, where, structures[type].too_short);
}

/* One DRHD of a segment at most looks after all devices that no other one names (8.3). */
static void check_include_all(struct gp_acpi_table *table, const struct gp_dmar *dmar)
{
	uint8_t seen[(UINT16_MAX + 1) / 8] = {0};

	for (size_t i = 0; i < dmar->drhd.n; i++) {
		const struct gp_dmar_drhd *drhd = &dmar->drhd.items[i];
		uint8_t bit = (uint8_t)(1u << (drhd->segment % 8));

		if (!(drhd->flags & GP_DRHD_INCLUDE_PCI_ALL))
			continue;
		if (seen[drhd->segment / 8] & bit)
			gp_acpi_problem(table, table->start + drhd->offset,
				gp_printf(table->arena,
					"a second INCLUDE_PCI_ALL DRHD in segment %04x",
					drhd->segment));
		seen[drhd->segment / 8] |= bit;
	}
}

static bool decode_fixed(struct gp_acpi_table *table, struct gp_dmar *ret)
{
	const uint8_t *where = table->left.p;
	uint8_t width;

	if (!gp_cursor_u8(&table->left, &width) || !gp_cursor_u8(&table->left, &ret->flags) ||
		!gp_cursor_skip(&table->left, 10)) {
		gp_acpi_problem(table, where, "the table ends before its first structure");
		return false;
	}
	ret->haw = (uint16_t)(width + 1);
	if (ret->haw < 12 || ret->haw > 64)
		gp_acpi_problem(table, where,
			gp_printf(table->arena, "a host address width of %u bits cannot be",
				ret->haw));
	return true;
}

void gp_dmar_decode(struct gp_arena *arena, const uint8_t *data, size_t size, struct gp_dmar *ret)
{
	struct decoder decoder = {
		.table = {.arena = arena,
			.start = data,
			.left = {.p = data, .left = size},
			.problems = &ret->problems},
		.dmar = ret,
	};
	enum gp_acpi_next next;
	struct gp_cursor structure;

	*ret = (struct gp_dmar){0};
	if (!gp_acpi_begin(&decoder.table, "DMAR", &ret->header) ||
		!decode_fixed(&decoder.table, ret))
		return;
	while ((next = gp_acpi_next(&decoder.table, &structure)) == GP_ACPI_STRUCTURE)
		decode_structure(&decoder, structure);
	check_include_all(&decoder.table, ret);
	if (next == GP_ACPI_END && !ret->drhd.n)
		gp_acpi_problem(&decoder.table, data, "there is no DRHD, so no remapping unit");
}
