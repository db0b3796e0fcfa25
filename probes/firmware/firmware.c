/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "firmware/firmware.h"

#include <errno.h>

#define TABLES    "/sys/firmware/acpi/tables"
#define TABLE_CAP (1u << 20)

/* A table is only known to be absent where the folder of tables is there. */
static void doubt(struct gp_machine *machine, struct gp_origin *table)
{
	struct gp_origin folder = gp_read_presence(machine, TABLES);

	if (gp_is_absent(table) && gp_is_absent(&folder)) {
		table->presence = GP_UNREADABLE;
		table->error = ENODATA;
	}
}

void gp_firmware_collect(struct gp_machine *machine, struct gp_firmware *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	*ret = (struct gp_firmware){
		.dmar_bytes = gp_read_bytes(machine, TABLES "/DMAR", TABLE_CAP),
		.ivrs_bytes = gp_read_bytes(machine, TABLES "/IVRS", TABLE_CAP),
	};
	doubt(machine, &ret->dmar_bytes.from);
	doubt(machine, &ret->ivrs_bytes.from);
	if (gp_is_present(&ret->dmar_bytes.from))
		gp_dmar_decode(
			arena, ret->dmar_bytes.value.data, ret->dmar_bytes.value.size, &ret->dmar);
	if (gp_is_present(&ret->ivrs_bytes.from))
		gp_ivrs_decode(
			arena, ret->ivrs_bytes.value.data, ret->ivrs_bytes.value.size, &ret->ivrs);
}

static int offers(const struct gp_origin *from)
{
	switch (from->presence) {
	case GP_PRESENT:
	case GP_MALFORMED:
		return 1;
	case GP_ABSENT:
		return 0;
	case GP_UNREADABLE:
		break;
	}
	return from->error == EACCES || from->error == EPERM ? 1 : -1;
}

int gp_firmware_offers_intel(const struct gp_firmware *firmware)
{
	return offers(&firmware->dmar_bytes.from);
}

int gp_firmware_offers_amd(const struct gp_firmware *firmware)
{
	return offers(&firmware->ivrs_bytes.from);
}
