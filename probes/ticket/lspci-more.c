/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of lspci -v and -k below a function. */
#include <stdlib.h>
#include <string.h>

#include "ticket/lspci.h"

/* The flags of the kernel's resource (include/linux/ioport.h). */
#define RESOURCE_MEMORY   0x00000200
#define RESOURCE_PREFETCH 0x00002000
#define RESOURCE_SIZE     0x00040000
#define RESOURCE_64_BIT   0x00100000
#define RESOURCE_UNSET    0x20000000

#define LEAST_OF_CAPABILITIES 3 /* that a GPU has */

static const char *behind(const char *line, const char *label)
{
	const char *at = strstr(line, label);

	return at ? at + strlen(label) : NULL;
}

static void take_driver(struct gp_ticket *ticket, struct gp_lspci_block *block, const char *line)
{
	const char *driver = behind(line, "Kernel driver in use: ");

	if (!driver)
		driver = behind(line, "Kernel driver: ");
	if (!driver)
		driver = behind(line, "driver in use: ");
	if (!driver)
		return;
	block->has_driver = true;
	gp_ticket_driver(ticket, block->address,
		gp_strndup(ticket->arena, driver, strcspn(driver, " \t,;")));
}

static unsigned long long size_of(const char *text)
{
	static const char units[] = "KMGT";
	char *end;
	unsigned long long size = strtoull(text, &end, 10);
	const char *unit = *end ? strchr(units, *end) : NULL;

	return size > 1u << 20 ? 0 : unit ? size << 10 * (unit - units + 1) : size;
}

/*
 * "Region 2: Memory at 4000000000 (64-bit, prefetchable) [size=256M]"; lspci -v leaves the number
 * out, and a BAR of 64 bits takes two.
 */
static void take_region(struct gp_lspci_block *block, const char *line)
{
	const char *text = line + strspn(line, " \t"), *region = behind(text, "Region "), *at;
	const char *size = behind(text, "[size=");
	size_t number = block->next_bar;
	struct gp_lspci_bar *bar;

	if (region && *region >= '0' && *region <= '5' && region[1] == ':')
		number = (size_t)(*region - '0');
	else if (!gp_starts_with(text, "Memory at ") && !gp_starts_with(text, "I/O ports at "))
		return;
	at = behind(text, "Memory at ");
	block->next_bar = number + 1 + (strstr(text, "64-bit") != NULL);
	if (!at || number >= GP_ARRAY_SIZE(block->bars))
		return;
	block->has_bars = true;
	bar = &block->bars[number];
	bar->start = *at == '<' ? 0 : strtoull(at, NULL, 16);
	bar->size = size ? size_of(size) : 0;
	bar->is_64_bit = strstr(text, "64-bit");
	bar->is_prefetchable = strstr(text, "prefetchable") && !strstr(text, "non-prefetchable");
}

/* "Capabilities: [320 v1] Single Root I/O Virtualization (SR-IOV)" */
static void take_capability(struct gp_lspci_block *block, const char *line)
{
	const char *name = behind(line, "Capabilities: [");

	block->capabilities += name != NULL;
	block->has_sriov |= name && (strstr(name, "SR-IOV") || strstr(name, "Single Root I/O"));
}

/* "Initial VFs: 7, Total VFs: 7, Number of VFs: 0, Function Dependency Link: 00" */
static void take_vfs(struct gp_ticket *ticket, const struct gp_lspci_block *block, const char *line)
{
	static const struct {
		const char *label, *file;
	} counts[] = {{"Total VFs: ", "sriov_totalvfs"}, {"Number of VFs: ", "sriov_numvfs"}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(counts); i++) {
		const char *at = behind(line, counts[i].label);
		size_t digits = at ? strspn(at, "0123456789") : 0;

		if (digits && digits < 5)
			gp_sheet_file(ticket->sheet,
				gp_ticket_pci_path(ticket->arena, block->address, counts[i].file),
				gp_strndup(ticket->arena, at, digits));
	}
}

long gp_lspci_attribute(struct gp_ticket *ticket, struct gp_lspci_block *block, const char *line)
{
	const char *group = behind(line, "IOMMU group: ");

	if (!group)
		group = behind(line, ", IOMMU group ");

	take_driver(ticket, block, line);
	block->has_modules |= strstr(line, "Kernel modules: ") != NULL;
	take_region(block, line);
	take_capability(block, line);
	take_vfs(ticket, block, line);
	return group && *group >= '0' && *group <= '9' ? strtol(group, NULL, 10) % 10000 : -1;
}

static void put_bars(struct gp_ticket *ticket, const struct gp_lspci_block *block)
{
	const char *path = gp_ticket_pci_path(ticket->arena, block->address, "resource");

	gp_sheet_file(ticket->sheet, path, "");
	for (size_t i = 0; i < GP_ARRAY_SIZE(block->bars); i++) {
		const struct gp_lspci_bar *bar = &block->bars[i];
		unsigned flags = RESOURCE_MEMORY | RESOURCE_SIZE;

		flags |= bar->is_64_bit ? RESOURCE_64_BIT : 0;
		flags |= bar->size && !bar->start ? RESOURCE_UNSET : 0;
		flags |= bar->is_prefetchable ? RESOURCE_PREFETCH : 0;
		gp_sheet_line(ticket->sheet, path,
			gp_printf(ticket->arena, "0x%016llx 0x%016llx 0x%016x", bar->start,
				bar->size ? bar->start + bar->size - 1 : bar->start,
				bar->size || bar->start ? flags : 0));
	}
}

void gp_lspci_end(struct gp_ticket *ticket, struct gp_lspci_block *block)
{
	if (!block->address)
		return;
	/* lspci -k names the driver above the modules, where there is one. */
	if (block->has_modules && !block->has_driver)
		gp_sheet_error(ticket->sheet,
			gp_ticket_pci_path(ticket->arena, block->address, "driver"), "ENOENT");
	/* The kernel's lines stand below the last of the capabilities. */
	if (block->capabilities >= LEAST_OF_CAPABILITIES && !block->has_sriov &&
		(block->has_modules || block->has_driver))
		gp_sheet_error(ticket->sheet,
			gp_ticket_pci_path(ticket->arena, block->address, "sriov_totalvfs"),
			"ENOENT");
	if (block->has_bars)
		put_bars(ticket, block);
	*block = (struct gp_lspci_block){0};
}
