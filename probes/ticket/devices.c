/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GPUs that no list shows, but messages name; and which of them are VFs. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "gpu/models.h"
#include "log/log.h"
#include "pci/functions.h"
#include "ticket/formats.h"

#define DISPLAY 0x030000

/* Drivers of GPUs: a message of theirs about an address is about a GPU. */
static const struct {
	const char *driver;
	long vendor;
} drivers[] = {
	{"i915", GP_INTEL},
	{"xe", GP_INTEL},
	{"amdgpu", GP_AMD},
	{"radeon", GP_AMD},
	{"nouveau", GP_NVIDIA},
	{"nvidia", GP_NVIDIA},
	{"ast", 0x1a03},
	{"mgag200", 0x102b},
};

bool gp_ticket_has_function(struct gp_ticket *ticket, const char *address)
{
	return gp_sheet_has(ticket->sheet, gp_ticket_pci_path(ticket->arena, address, "class"));
}

bool gp_ticket_is_gpu_driver(const char *name)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(drivers); i++)
		if (strcmp(drivers[i].driver, name) == 0)
			return true;
	return false;
}

/* "i915 0000:00:02.0: Your graphics device 7d55 is not properly supported by i915" */
static void take_refusal(struct gp_ticket *ticket, const char *line)
{
	static const char words[] = "Your graphics device ";
	const char *id = strstr(line, words);
	char *address = id ? gp_ticket_find_address(ticket->arena, line) : NULL;
	char *end;
	long number;

	if (!address)
		return;
	id += strlen(words);
	number = strtol(id, &end, 16);
	if (end == id + 4)
		gp_ticket_function(ticket, address, GP_INTEL, number, DISPLAY);
}

/* "NVRM: GPU 0000:01:00.0: RmInitAdapter failed!", "... (PCI:0000:14:00.0)" */
static void take_nvrm(struct gp_ticket *ticket, const char *line)
{
	char *address = strstr(line, "NVRM: ") ? gp_ticket_find_address(ticket->arena, line) : NULL;

	if (address && !gp_ticket_has_function(ticket, address))
		gp_ticket_function(ticket, address, GP_NVIDIA, -1, DISPLAY);
}

/* "i915 0000:00:02.0: ", at the word before the address. */
static void take_driver_message(struct gp_ticket *ticket, const char *line)
{
	const char *at = gp_log_address(line, strnlen(line, 200)), *word;
	char *address;

	if (!at || at[GP_LOG_ADDRESS] != ':' || at - line < 7 || at[-1] != ':')
		return;
	address = gp_ticket_address(ticket->arena, at - 5);
	word = at - 6;
	if (!address || *word != ' ' || gp_ticket_has_function(ticket, address))
		return;
	for (size_t i = 0; i < GP_ARRAY_SIZE(drivers); i++) {
		size_t length = strlen(drivers[i].driver);
		const char *start = word - length;

		if ((size_t)(word - line) >= length && !strncmp(start, drivers[i].driver, length) &&
			(start == line || !isalnum((unsigned char)start[-1])))
			gp_ticket_function(ticket, address, drivers[i].vendor, -1, DISPLAY);
	}
}

/* "pci 0000:00:06.0: [10de:15f8] type 00 class 0x030200" */
static void take_enumeration(struct gp_ticket *ticket, const char *line)
{
	const char *ids = strstr(line, ": ["), *class_code = ids ? strstr(ids, " class 0x") : NULL;
	char *address = class_code ? gp_ticket_find_address(ticket->arena, line) : NULL;

	if (!address || strlen(ids) < 13 || ids[7] != ':' || ids[12] != ']')
		return;
	gp_ticket_function(ticket, address, strtol(ids + 3, NULL, 16), strtol(ids + 8, NULL, 16),
		strtol(class_code + 9, NULL, 16) & 0xffffff);
}

/* "PCI ID of the iGPU: 8086:7d41": Intel's integrated GPUs all have one address on a host. */
static void take_id(struct gp_ticket *ticket, const char *line)
{
	static const char igpu[] = "0000:00:02.0";

	for (const char *at = line; (at = strstr(at, "8086:")); at++) {
		const struct gp_gpu_model *model;
		size_t digits = strspn(at + 5, "0123456789abcdefABCDEF");
		long id = strtol(at + 5, NULL, 16);

		if (digits != 4 || (at > line && isalnum((unsigned char)at[-1])) ||
			gp_ticket_has_function(ticket, igpu))
			continue;
		model = gp_gpu_model(GP_INTEL, (uint16_t)id);
		if (model && !model->discrete)
			gp_ticket_function(ticket, igpu, GP_INTEL, id, DISPLAY);
	}
}

/*
 * "hostpci0: 0000:00:02.3,pcie=1": beside Intel's integrated GPU, at its address on every host,
 * there are no functions but its VFs that somebody would give to a VM.
 */
static void take_hostpci(struct gp_ticket *ticket, const char *line)
{
	static const char igpu[] = "0000:00:02.0";
	const char *text = line + strspn(line, " \t");
	char *address;

	if (!gp_starts_with(text, "hostpci"))
		return;
	text = strchr(text, ':');
	text = text ? text + 1 + strspn(text + 1, " ") : "";
	address = gp_ticket_address(ticket->arena, gp_starts_with(text, "host=") ? text + 5 : text);
	if (!address || strncmp(address, igpu, strlen(igpu) - 1) != 0 ||
		gp_ends_with(address, "0") || gp_ticket_has_function(ticket, address))
		return;
	if (!gp_ticket_has_function(ticket, igpu))
		gp_ticket_function(ticket, igpu, GP_INTEL, -1, DISPLAY);
	gp_ticket_function(ticket, address, GP_INTEL, -1, DISPLAY);
}

void gp_ticket_devices(struct gp_ticket *ticket)
{
	gp_each (line, &ticket->lines)
		if (!line->is_command)
			take_enumeration(ticket, line->text);
	gp_each (line, &ticket->lines) {
		if (line->is_command)
			continue;
		take_driver_message(ticket, line->text);
		take_nvrm(ticket, line->text);
		take_refusal(ticket, line->text);
		take_id(ticket, line->text);
		take_hostpci(ticket, line->text);
	}
}
