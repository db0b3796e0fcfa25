/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Prints what the decoders find in a DMAR or IVRS table, one name=value a line, for comparison
 * with another decoder. Flags, widths, counts, numbers of nodes and segments are decimal;
 * addresses, feature words and device ids hexadecimal.
 *
 *	acpi-dump FILE
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/dmar.h"
#include "firmware/ivrs.h"

#define MOST_BYTES (1u << 20)

struct named_scope {
	const char *structure;
	const struct gp_scope *scope;
};

struct named_scopes {
	struct named_scope *items;
	size_t n;
};

static void print_header(const struct gp_acpi_header *header)
{
	printf("header.signature=%s\n", header->signature);
	printf("header.length=%" PRIu32 "\n", header->length);
	printf("header.revision=%u\n", header->revision);
	printf("header.checksum=%u\n", header->checksum);
	printf("header.oem_id=%s\n", header->oem_id);
	printf("header.oem_table_id=%s\n", header->oem_table_id);
	printf("header.oem_revision=%08" PRIx32 "\n", header->oem_revision);
	printf("header.creator_id=%s\n", header->creator_id);
	printf("header.creator_revision=%08" PRIx32 "\n", header->creator_revision);
}

static void print_problems(const struct gp_acpi_problems *problems)
{
	printf("problem.count=%zu\n", problems->n);
	for (size_t i = 0; i < problems->n; i++)
		printf("problem.%zu=%zu %s\n", i, problems->items[i].offset,
			problems->items[i].text);
}

static void add_scopes(struct gp_arena *arena, struct named_scopes *all, const char *structure,
	const struct gp_scopes *scopes)
{
	for (size_t i = 0; i < scopes->n; i++)
		*gp_push(arena, all) = (struct named_scope){structure, &scopes->items[i]};
}

static int by_offset(const void *a, const void *b)
{
	size_t left = ((const struct named_scope *)a)->scope->offset;
	size_t right = ((const struct named_scope *)b)->scope->offset;

	return (left > right) - (left < right);
}

static void print_scope(size_t number, const struct named_scope *named)
{
	const struct gp_scope *scope = named->scope;

	printf("scope.%zu=%s %u %u %02x", number, named->structure, scope->type,
		scope->enumeration_id, scope->start_bus);
	for (size_t i = 0; i < scope->n_path; i++)
		printf(" %02x.%x", scope->path[i].device, scope->path[i].function);
	printf("\nscope.%zu.flags=%u\n", number, scope->flags);
}

/* In the order of the table. */
static void print_scopes(struct gp_arena *arena, const struct gp_dmar *dmar)
{
	struct named_scopes all = {0};

	for (size_t i = 0; i < dmar->drhd.n; i++)
		add_scopes(arena, &all, "drhd", &dmar->drhd.items[i].scopes);
	for (size_t i = 0; i < dmar->rmrr.n; i++)
		add_scopes(arena, &all, "rmrr", &dmar->rmrr.items[i].scopes);
	for (size_t i = 0; i < dmar->atsr.n; i++)
		add_scopes(arena, &all, "atsr", &dmar->atsr.items[i].scopes);
	for (size_t i = 0; i < dmar->satc.n; i++)
		add_scopes(arena, &all, "satc", &dmar->satc.items[i].scopes);
	for (size_t i = 0; i < dmar->sidp.n; i++)
		add_scopes(arena, &all, "sidp", &dmar->sidp.items[i].scopes);
	if (all.n)
		qsort(all.items, all.n, sizeof(*all.items), by_offset);
	printf("dmar.scope.count=%zu\n", all.n);
	for (size_t i = 0; i < all.n; i++)
		print_scope(i, &all.items[i]);
}

static void print_units(const struct gp_dmar *dmar)
{
	for (size_t i = 0; i < dmar->drhd.n; i++) {
		const struct gp_dmar_drhd *drhd = &dmar->drhd.items[i];

		printf("dmar.drhd.%zu.flags=%u\n", i, drhd->flags);
		printf("dmar.drhd.%zu.size=%u\n", i, drhd->size);
		printf("dmar.drhd.%zu.segment=%u\n", i, drhd->segment);
		printf("dmar.drhd.%zu.base=%" PRIx64 "\n", i, drhd->base);
	}
	for (size_t i = 0; i < dmar->rmrr.n; i++) {
		const struct gp_dmar_rmrr *rmrr = &dmar->rmrr.items[i];

		printf("dmar.rmrr.%zu.segment=%u\n", i, rmrr->segment);
		printf("dmar.rmrr.%zu.base=%" PRIx64 "\n", i, rmrr->base);
		printf("dmar.rmrr.%zu.limit=%" PRIx64 "\n", i, rmrr->limit);
	}
}

static void print_others(const struct gp_dmar *dmar)
{
	for (size_t i = 0; i < dmar->atsr.n; i++) {
		printf("dmar.atsr.%zu.flags=%u\n", i, dmar->atsr.items[i].flags);
		printf("dmar.atsr.%zu.segment=%u\n", i, dmar->atsr.items[i].segment);
	}
	for (size_t i = 0; i < dmar->rhsa.n; i++) {
		printf("dmar.rhsa.%zu.base=%" PRIx64 "\n", i, dmar->rhsa.items[i].base);
		printf("dmar.rhsa.%zu.domain=%" PRIu32 "\n", i, dmar->rhsa.items[i].domain);
	}
	for (size_t i = 0; i < dmar->andd.n; i++) {
		printf("dmar.andd.%zu.device=%u\n", i, dmar->andd.items[i].device);
		printf("dmar.andd.%zu.name=%s\n", i, dmar->andd.items[i].name);
	}
	for (size_t i = 0; i < dmar->satc.n; i++) {
		printf("dmar.satc.%zu.flags=%u\n", i, dmar->satc.items[i].flags);
		printf("dmar.satc.%zu.segment=%u\n", i, dmar->satc.items[i].segment);
	}
	for (size_t i = 0; i < dmar->sidp.n; i++)
		printf("dmar.sidp.%zu.segment=%u\n", i, dmar->sidp.items[i].segment);
}

static void dump_dmar(struct gp_arena *arena, const uint8_t *data, size_t size)
{
	struct gp_dmar dmar;

	gp_dmar_decode(arena, data, size, &dmar);
	print_header(&dmar.header);
	printf("dmar.haw=%u\n", dmar.haw);
	printf("dmar.flags=%u\n", dmar.flags);
	printf("dmar.drhd.count=%zu\n", dmar.drhd.n);
	printf("dmar.rmrr.count=%zu\n", dmar.rmrr.n);
	printf("dmar.atsr.count=%zu\n", dmar.atsr.n);
	printf("dmar.rhsa.count=%zu\n", dmar.rhsa.n);
	printf("dmar.andd.count=%zu\n", dmar.andd.n);
	printf("dmar.satc.count=%zu\n", dmar.satc.n);
	printf("dmar.sidp.count=%zu\n", dmar.sidp.n);
	printf("dmar.unknown.count=%zu\n", dmar.n_unknown);
	print_units(&dmar);
	print_others(&dmar);
	print_scopes(arena, &dmar);
	print_problems(&dmar.problems);
}

/* Type, device id and data setting, then what its type adds. */
static void print_entry(size_t block, size_t number, const struct gp_ivhd_entry *entry)
{
	printf("ivrs.ivhd.%zu.entry.%zu=%02x %04x %02x", block, number, entry->type,
		entry->device_id, entry->data);
	switch (entry->type) {
	case GP_IVHD_ALIAS_SELECT:
	case GP_IVHD_ALIAS_RANGE_START:
		printf(" alias %04x", entry->source_id);
		break;
	case GP_IVHD_EXTENDED_SELECT:
	case GP_IVHD_EXTENDED_RANGE_START:
		printf(" extended %08" PRIx32, entry->extended);
		break;
	case GP_IVHD_SPECIAL:
		printf(" special %u %u %04x", entry->variety, entry->handle, entry->source_id);
		break;
	case GP_IVHD_ACPI:
		printf(" acpi %s,%s,%u", entry->hid, entry->cid, entry->uid_format);
		if (entry->uid_text)
			printf(",%s", entry->uid_text);
		else
			printf(",%" PRIu64, entry->uid_number);
		break;
	default:
		break;
	}
	putchar('\n');
}

static void print_ivhd(size_t i, const struct gp_ivrs_ivhd *ivhd)
{
	printf("ivrs.ivhd.%zu.type=%02x\n", i, ivhd->type);
	printf("ivrs.ivhd.%zu.flags=%u\n", i, ivhd->flags);
	printf("ivrs.ivhd.%zu.device=%04x\n", i, ivhd->device_id);
	printf("ivrs.ivhd.%zu.capability=%04x\n", i, ivhd->capability);
	printf("ivrs.ivhd.%zu.base=%" PRIx64 "\n", i, ivhd->base);
	printf("ivrs.ivhd.%zu.segment=%u\n", i, ivhd->segment);
	printf("ivrs.ivhd.%zu.info=%04x\n", i, ivhd->info);
	printf("ivrs.ivhd.%zu.features=%08" PRIx32 "\n", i, ivhd->features);
	printf("ivrs.ivhd.%zu.efr=%" PRIx64 "\n", i, ivhd->efr);
	printf("ivrs.ivhd.%zu.efr2=%" PRIx64 "\n", i, ivhd->efr2);
	printf("ivrs.ivhd.%zu.unknown.count=%zu\n", i, ivhd->n_unknown);
	printf("ivrs.ivhd.%zu.entry.count=%zu\n", i, ivhd->entries.n);
	for (size_t j = 0; j < ivhd->entries.n; j++)
		print_entry(i, j, &ivhd->entries.items[j]);
}

static void print_ivmd(size_t i, const struct gp_ivrs_ivmd *ivmd)
{
	printf("ivrs.ivmd.%zu.type=%02x\n", i, ivmd->type);
	printf("ivrs.ivmd.%zu.flags=%u\n", i, ivmd->flags);
	printf("ivrs.ivmd.%zu.device=%04x\n", i, ivmd->device_id);
	printf("ivrs.ivmd.%zu.last=%04x\n", i, ivmd->last_id);
	printf("ivrs.ivmd.%zu.start=%" PRIx64 "\n", i, ivmd->start);
	printf("ivrs.ivmd.%zu.length=%" PRIx64 "\n", i, ivmd->length);
}

static void dump_ivrs(struct gp_arena *arena, const uint8_t *data, size_t size)
{
	struct gp_ivrs ivrs;

	gp_ivrs_decode(arena, data, size, &ivrs);
	print_header(&ivrs.header);
	printf("ivrs.info=%08" PRIx32 "\n", ivrs.info);
	printf("ivrs.ivhd.count=%zu\n", ivrs.ivhd.n);
	printf("ivrs.ivmd.count=%zu\n", ivrs.ivmd.n);
	printf("ivrs.unknown.count=%zu\n", ivrs.n_unknown);
	for (size_t i = 0; i < ivrs.ivhd.n; i++)
		print_ivhd(i, &ivrs.ivhd.items[i]);
	for (size_t i = 0; i < ivrs.ivmd.n; i++)
		print_ivmd(i, &ivrs.ivmd.items[i]);
	print_problems(&ivrs.problems);
}

int main(int argc, char **argv)
{
	struct gp_arena *arena = gp_arena_new();
	uint8_t *data = gp_alloc(arena, MOST_BYTES, 1);
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	size_t size;

	if (!file) {
		fprintf(stderr, "acpi-dump: %s: %s\n", argc == 2 ? argv[1] : "usage",
			argc == 2 ? strerror(errno) : "acpi-dump FILE");
		gp_arena_free(arena);
		return 2;
	}
	size = fread(data, 1, MOST_BYTES, file);
	fclose(file);
	if (size >= 4 && memcmp(data, "IVRS", 4) == 0)
		dump_ivrs(arena, gp_memdup(arena, data, size), size);
	else
		dump_dmar(arena, gp_memdup(arena, data, size), size);
	gp_arena_free(arena);
	return fflush(stdout) ? 2 : 0;
}
