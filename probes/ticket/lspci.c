/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lspci in its variants, and the lists of IOMMU groups that scripts make of it. */
#include "ticket/lspci.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LEAST_OF_WHOLE 12 /* functions that a list of all has at least */

/* As pci.ids names the classes that matter here; the others are 0xff. */
static const struct {
	const char *name;
	long code;
} classes[] = {
	{"VGA compatible controller", 0x030000},
	{"3D controller", 0x030200},
	{"Display controller", 0x038000},
	{"Processing accelerators", 0x120000},
	{"Audio device", 0x040300},
	{"Multimedia audio controller", 0x040100},
	{"Host bridge", 0x060000},
	{"ISA bridge", 0x060100},
	{"PCI bridge", 0x060400},
	{"USB controller", 0x0c0330},
	{"Serial bus controller", 0x0c8000},
	{"SMBus", 0x0c0500},
	{"SATA controller", 0x010601},
	{"Non-Volatile memory controller", 0x010802},
	{"RAID bus controller", 0x010400},
	{"SCSI storage controller", 0x010000},
	{"Ethernet controller", 0x020000},
	{"Network controller", 0x028000},
	{"System peripheral", 0x088000},
	{"Communication controller", 0x078000},
	{"Serial controller", 0x070002},
	{"Signal processing controller", 0x118000},
	{"Encryption controller", 0x108000},
	{"IOMMU", 0x080600},
	{"Non-Essential Instrumentation", 0x130000},
	{"Unclassified device", 0x000000},
	{"Memory controller", 0x058000},
	{"RAM memory", 0x050000},
};

static const struct {
	const char *name;
	long id;
} vendors[] = {
	{"Intel", 0x8086},
	{"NVIDIA", 0x10de},
	{"nVidia", 0x10de},
	{"Advanced Micro Devices, Inc. [AMD/ATI]", 0x1002},
	{"AMD/ATI", 0x1002},
	{"Advanced Micro Devices", 0x1022},
	{"ASPEED", 0x1a03},
	{"Matrox", 0x102b},
	{"Red Hat, Inc. Virtio", 0x1af4},
	{"Red Hat", 0x1b36},
	{"VMware", 0x15ad},
	{"Device 1234:", 0x1234},
};

static long hex_of(const char *text, size_t digits)
{
	char number[9] = "";

	if (digits > 8 || strspn(text, "0123456789abcdefABCDEF") < digits)
		return -1;
	memcpy(number, text, digits);
	return strtol(number, NULL, 16);
}

/* "[10de:21c4]", the last in a text, or "8086:3e92" at its start. */
static bool find_ids(const char *text, struct gp_lspci *ret)
{
	const char *found = NULL;

	if (hex_of(text, 4) >= 0 && text[4] == ':' && hex_of(text + 5, 4) >= 0 &&
		!isalnum((unsigned char)text[9]))
		found = text;
	for (const char *at = text; (at = strchr(at, '[')); at++)
		if (hex_of(at + 1, 4) >= 0 && at[5] == ':' && hex_of(at + 6, 4) >= 0 &&
			at[10] == ']')
			found = at + 1;
	if (!found)
		return false;
	ret->vendor = hex_of(found, 4);
	ret->device = hex_of(found + 5, 4);
	return true;
}

/* What the names say where there are no numbers. */
static void find_names(const char *text, struct gp_lspci *ret)
{
	const char *device = strstr(text, " Device ");

	for (size_t i = 0; i < GP_ARRAY_SIZE(vendors) && ret->vendor < 0; i++)
		if (gp_starts_with(text, vendors[i].name))
			ret->vendor = vendors[i].id;
	if (device && hex_of(device + 8, 4) >= 0 && !isalnum((unsigned char)device[12]))
		ret->device = hex_of(device + 8, 4);
}

/* "VGA compatible controller [0300]: ", "0300: ", "Class 0300: "; NULL: no class of lspci. */
static const char *take_class(const char *text, struct gp_lspci *ret)
{
	const char *colon = strstr(text, ": ");
	size_t length = colon ? (size_t)(colon - text) : 0;

	if (!colon || length > 80)
		return NULL;
	ret->class_code = -1;
	for (size_t i = 0; i < GP_ARRAY_SIZE(classes); i++)
		if (!strncasecmp(text, classes[i].name, strlen(classes[i].name)))
			ret->class_code = classes[i].code;
	if (gp_starts_with(text, "Class "))
		text += strlen("Class ");
	if (hex_of(text, 4) >= 0 && text[4] == ':')
		ret->class_code = hex_of(text, 4) << 8;
	else if (length > 6 && colon[-1] == ']' && colon[-6] == '[' && hex_of(colon - 5, 4) >= 0)
		ret->class_code = hex_of(colon - 5, 4) << 8;
	else if (!isupper((unsigned char)*text) || (ret->class_code < 0 && strchr(text, '/')))
		return NULL;
	return colon + 2;
}

bool gp_lspci_parse(struct gp_arena *arena, const char *line, struct gp_lspci *ret)
{
	size_t address_size;
	const char *text;

	*ret = (struct gp_lspci){.vendor = -1, .device = -1, .class_code = -1};
	text = gp_log_address(line, strnlen(line, 80));
	if (!text)
		return false;
	ret->address = gp_ticket_find_address(arena, line);
	address_size = GP_LOG_ADDRESS;
	text += address_size + strspn(text + address_size, " \t\"");
	if (!ret->address || !(text = take_class(text, ret)))
		return false;
	ret->name = text;
	if (!find_ids(text, ret) && !find_ids(line, ret))
		find_names(text, ret);
	return ret->vendor >= 0 || ret->class_code >= 0;
}

/* "IOMMU Group 13", "Group: 13", "IOMMU group: 13"; -1: it names none. */
static long group_of(const char *line)
{
	const char *at = strcasestr(line, "group");
	char *end;
	long number;

	if (!at || at - line > 40)
		return -1;
	at += strlen("group");
	at += strspn(at, " :#\t");
	number = strtol(at, &end, 10);
	return end > at && number >= 0 && number < 10000 && strspn(end, " :\t-") + (*end == '\0')
		       ? number
		       : -1;
}

static void put_group(struct gp_ticket *ticket, const char *address, long group)
{
	struct gp_arena *arena = ticket->arena;

	gp_sheet_link(ticket->sheet, gp_ticket_pci_path(arena, address, "iommu_group"),
		gp_printf(arena, "../../../kernel/iommu_groups/%ld", group));
	gp_sheet_link(ticket->sheet,
		gp_printf(arena, "/sys/kernel/iommu_groups/%ld/devices/%s", group, address),
		gp_printf(arena, "../../../../bus/pci/devices/%s", address));
}

/* "/sys/kernel/iommu_groups/1/devices/0000:01:00.0", as find(1) lists them. */
static bool take_group_path(struct gp_ticket *ticket, const char *line)
{
	static const char start[] = "/iommu_groups/";
	const char *at = strstr(line, start);
	char *address = at ? gp_ticket_find_address(ticket->arena, at) : NULL;

	if (!address)
		return false;
	put_group(ticket, address, strtol(at + strlen(start), NULL, 10));
	return true;
}

/* State while lists are read. */
struct reading {
	struct gp_ticket *ticket;
	struct gp_lspci_block block; /* the function at hand */
	long group;                  /* of the heading above; -1: none */
	size_t in_a_row;
	bool begins_with_bridge;
	unsigned int part;
	const char *command;
};

static bool is_of_all(const char *command)
{
	return !command || (!strstr(command, "grep") && !strstr(command, " -s") &&
				   !strstr(command, " -d") && !strchr(command, '|'));
}

static void end_list(struct reading *r)
{
	gp_lspci_end(r->ticket, &r->block);
	if (r->begins_with_bridge && r->in_a_row >= LEAST_OF_WHOLE && is_of_all(r->command))
		gp_sheet_directory(r->ticket->sheet, "/sys/bus/pci/devices", true);
	r->in_a_row = 0;
	r->group = -1;
}

/* Its id was pasted, too. */
static bool is_known(struct gp_ticket *ticket, const char *address)
{
	return gp_sheet_has(ticket->sheet, gp_ticket_pci_path(ticket->arena, address, "device"));
}

static void take_function(struct reading *r, const char *line, const struct gp_lspci *found)
{
	long group = group_of(line), device = found->device;

	if (device < 0 && found->class_code >> 16 == 3 && !is_known(r->ticket, found->address))
		device = gp_ticket_id_of_name(r->ticket, found->vendor, found->name);
	gp_lspci_end(r->ticket, &r->block);
	r->block = (struct gp_lspci_block){.address = found->address};
	gp_ticket_function(r->ticket, found->address, found->vendor, device, found->class_code);
	if (!r->in_a_row++)
		r->begins_with_bridge = gp_ends_with(found->address, ":00:00.0");
	if (group >= 0 || r->group >= 0)
		put_group(r->ticket, found->address, group >= 0 ? group : r->group);
}

static void read_line(struct reading *r, const struct gp_ticket_line *line)
{
	struct gp_lspci found;

	if (line->part != r->part || line->command != r->command)
		end_list(r);
	r->part = line->part;
	r->command = line->command;
	if (line->is_command || !*line->text || take_group_path(r->ticket, line->text))
		return;
	if (gp_lspci_parse(r->ticket->arena, line->text, &found)) {
		take_function(r, line->text, &found);
	} else if (group_of(line->text) >= 0 && !isspace((unsigned char)*line->text)) {
		gp_lspci_end(r->ticket, &r->block);
		r->group = group_of(line->text);
	} else if (r->block.address) {
		long group = gp_lspci_attribute(r->ticket, &r->block, line->text);

		if (group >= 0)
			put_group(r->ticket, r->block.address, group);
	}
}

void gp_ticket_lspci(struct gp_ticket *ticket)
{
	struct reading r = {.ticket = ticket, .group = -1};

	gp_each (line, &ticket->lines)
		read_line(&r, line);
	end_list(&r);
}
