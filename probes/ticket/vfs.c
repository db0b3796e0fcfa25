/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions are VFs: no list of devices says so. */
#include <stdlib.h>
#include <string.h>

#include "gpu/models.h"
#include "log/log.h"
#include "pci/functions.h"
#include "ticket/formats.h"

#define INTEGRATED "0000:00:02.0"
#define MOST_VFS   "7" /* of an integrated GPU of Intel's */

static const char *value(struct gp_ticket *ticket, const char *address, const char *name)
{
	return gp_sheet_first_line(ticket->sheet, gp_ticket_pci_path(ticket->arena, address, name));
}

/* Names stand for several ids of one platform. */
static bool is_alike(const char *id, const char *pf_id)
{
	uint64_t number, pf_number;

	if (!id || !pf_id || strcmp(id, pf_id) == 0)
		return true;
	return gp_parse_u64(id, 16, &number) == 0 && gp_parse_u64(pf_id, 16, &pf_number) == 0 &&
	       gp_gpu_model(GP_INTEL, (uint16_t)number) ==
		       gp_gpu_model(GP_INTEL, (uint16_t)pf_number);
}

/*
 * Functions 1 to 7 beside Intel's integrated GPU that are of its class, and of its id where both
 * are known: nothing else looks like that.
 */
static bool is_vf(struct gp_ticket *ticket, const char *address)
{
	const char *id = value(ticket, address, "device");
	const char *pf_id = value(ticket, INTEGRATED, "device");
	const char *class_code = value(ticket, INTEGRATED, "class");

	return !strncmp(address, INTEGRATED, strlen(INTEGRATED) - 1) &&
	       strcmp(address, INTEGRATED) != 0 && class_code && !strcmp(class_code, "0x030000") &&
	       gp_equal(class_code, value(ticket, address, "class")) &&
	       gp_equal(value(ticket, INTEGRATED, "vendor"), "0x8086") && is_alike(id, pf_id);
}

static void put(struct gp_ticket *ticket, const char *address, const char *name, const char *text)
{
	const char *path = gp_ticket_pci_path(ticket->arena, address, name);

	if (!gp_sheet_has(ticket->sheet, path))
		gp_sheet_file(ticket->sheet, path, text);
}

/* "7 VFs could be associated with this PF", "Enabled 7 VFs" of i915 and xe. */
static void take_message(struct gp_ticket *ticket, const char *line)
{
	static const char offered[] = " VFs could be associated with this PF", made[] = "Enabled ";
	char *address = gp_ticket_find_address(ticket->arena, line);
	const char *at = strstr(line, offered);

	if (!address || !gp_ticket_has_function(ticket, address))
		return;
	if (at && at > line && at[-1] >= '0' && at[-1] <= '9')
		put(ticket, address, "sriov_totalvfs", gp_strndup(ticket->arena, at - 1, 1));
	at = strstr(line, made);
	if (at && strstr(at, " VFs") && at[strlen(made)] >= '1' && at[strlen(made)] <= '9')
		gp_sheet_file(ticket->sheet,
			gp_ticket_pci_path(ticket->arena, address, "sriov_numvfs"),
			gp_strndup(ticket->arena, at + strlen(made),
				strspn(at + strlen(made), "0123456789")));
}

void gp_ticket_vfs(struct gp_ticket *ticket)
{
	unsigned n = 0;

	gp_each (address, &ticket->functions) {
		const char *physfn = gp_ticket_pci_path(ticket->arena, *address, "physfn");

		if (is_vf(ticket, *address)) {
			gp_sheet_link(ticket->sheet, physfn, "../" INTEGRATED);
			gp_sheet_link(ticket->sheet,
				gp_ticket_pci_path(ticket->arena, INTEGRATED,
					gp_printf(ticket->arena, "virtfn%u", n++)),
				gp_printf(ticket->arena, "../%s", *address));
		} else {
			gp_sheet_error(ticket->sheet, physfn, "ENOENT");
		}
	}
	if (n) {
		gp_sheet_file(ticket->sheet,
			gp_ticket_pci_path(ticket->arena, INTEGRATED, "sriov_numvfs"),
			gp_printf(ticket->arena, "%u", n));
		put(ticket, INTEGRATED, "sriov_totalvfs", MOST_VFS);
	}
	gp_each (line, &ticket->lines)
		if (!line->is_command && strstr(line->text, " VFs"))
			take_message(ticket, line->text);
}
