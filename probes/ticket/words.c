/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>

#include "log/log.h"
#include "ticket/formats.h"

char *gp_ticket_word(struct gp_arena *arena, const char *line, size_t n)
{
	for (;;) {
		size_t length;

		line += strspn(line, " \t");
		length = strcspn(line, " \t");
		if (!length)
			return NULL;
		if (!n--)
			return gp_strndup(arena, line, length);
		line += length;
	}
}

bool gp_ticket_runs(const char *command, const char *program)
{
	size_t length = strlen(program);

	if (!command)
		return false;
	for (;;) {
		const char *word = command + strspn(command, " ");
		size_t size = strcspn(word, " |;&");
		const char *name = memrchr(word, '/', size);

		name = name ? name + 1 : word;
		if (!strncmp(name, program, length) && name + length == word + size)
			return true;
		if (strncmp(word, "sudo", size) != 0 && strncmp(word, "-E", size) != 0 &&
			!memchr(word, '=', size))
			return false;
		if (!word[size])
			return false;
		command = word + size + 1;
	}
}

char *gp_ticket_address(struct gp_arena *arena, const char *text)
{
	size_t domain = strspn(text, "0123456789abcdefABCDEF");
	const char *rest = domain == 4 && text[4] == ':' ? text + 5 : text;
	char *address;

	if (strnlen(rest, GP_LOG_ADDRESS) < GP_LOG_ADDRESS ||
		gp_log_address(rest, GP_LOG_ADDRESS) != rest ||
		isalnum((unsigned char)rest[GP_LOG_ADDRESS]))
		return NULL;
	address = gp_printf(arena, "%.4s:%.7s", rest == text ? "0000" : text, rest);
	for (char *c = address; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return address[8] < '2' ? address : NULL; /* a device has five bits */
}

char *gp_ticket_find_address(struct gp_arena *arena, const char *text)
{
	const char *at = gp_log_address(text, strlen(text));

	if (!at)
		return NULL;
	if (at - text >= 5 && at[-1] == ':') {
		char *address = gp_ticket_address(arena, at - 5);

		if (address)
			return address;
	}
	return gp_ticket_address(arena, at);
}

char *gp_ticket_pci_path(struct gp_arena *arena, const char *address, const char *name)
{
	return gp_printf(arena, "/sys/bus/pci/devices/%s/%s", address, name);
}

static void put_id(
	struct gp_ticket *ticket, const char *address, const char *name, long id, int digits)
{
	if (id >= 0)
		gp_sheet_file(ticket->sheet, gp_ticket_pci_path(ticket->arena, address, name),
			gp_printf(ticket->arena, "0x%0*lx", digits, id));
}

void gp_ticket_function(
	struct gp_ticket *ticket, const char *address, long vendor, long device, long class_code)
{
	if (!gp_ticket_has_function(ticket, address))
		gp_strings_add(
			ticket->arena, &ticket->functions, gp_strdup(ticket->arena, address));
	put_id(ticket, address, "vendor", vendor, 4);
	put_id(ticket, address, "device", device, 4);
	put_id(ticket, address, "class", class_code, 6);
}

void gp_ticket_driver(struct gp_ticket *ticket, const char *address, const char *driver)
{
	gp_sheet_link(ticket->sheet, gp_ticket_pci_path(ticket->arena, address, "driver"),
		gp_printf(ticket->arena, "../../../bus/pci/drivers/%s", driver));
}
