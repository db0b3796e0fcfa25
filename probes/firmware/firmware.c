/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "firmware/firmware.h"

#include <errno.h>

#include "machine/stream.h"

#define TABLES    "/sys/firmware/acpi/tables"
#define TABLE_CAP (1u << 20)

#define HOST_BRIDGE "/sys/bus/pci/devices/0000:00:00.0/config"
#define GGC         0x50 /* register in it, 16 bits */
#define GGC_END     (GGC + 2)
#define CONFIG_MAX  4096u

/* A table is only known to be absent where the folder of tables is there. */
static void doubt(struct gp_machine *machine, struct gp_origin *table)
{
	struct gp_origin folder = gp_read_presence(machine, TABLES);

	if (gp_is_absent(table) && gp_is_absent(&folder)) {
		table->presence = GP_UNREADABLE;
		table->error = ENODATA;
	}
}

/* Configuration space up to a register and no further. */
static int take_start(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret)
{
	uint8_t *start = gp_alloc(arena, GGC_END + 1, 1);
	size_t n = 0;

	while (n < GGC_END) {
		ssize_t r = stream->read(stream, start + n, GGC_END - n);

		if (r < 0)
			return (int)r;
		if (!r)
			break;
		n += (size_t)r;
	}
	*ret = (struct gp_bytes){start, n};
	return 0;
}

/* Only root is shown more than the first 64 bytes. */
static void collect_ggc(struct gp_machine *machine, struct gp_number_value *ggc)
{
	static const struct gp_extract start = {CONFIG_MAX, CONFIG_MAX, take_start};
	struct gp_bytes bytes = {0};
	int r = gp_machine_extract(machine, HOST_BRIDGE, &start, &bytes);

	*ggc = (struct gp_number_value){.from = {.path = HOST_BRIDGE}};
	if (r == -ENOENT) {
		ggc->from.presence = GP_ABSENT;
	} else if (r < 0) {
		ggc->from.error = -r;
	} else if (bytes.size < GGC_END) {
		ggc->from.error = EACCES;
	} else if (bytes.data[0] != 0x86 || bytes.data[1] != 0x80) {
		ggc->from.presence = GP_ABSENT;
	} else {
		ggc->from.presence = GP_PRESENT;
		ggc->value = bytes.data[GGC] | (uint64_t)bytes.data[GGC + 1] << 8;
	}
}

/* Intel, datasheets of the 6th to 14th generation: GGC, field GMS. */
uint64_t gp_ggc_stolen(uint64_t ggc)
{
	uint64_t gms = ggc >> 8 & 0xff;

	return gms < 0xf0 ? gms * 32 : (gms - 0xf0 + 1) * 4;
}

void gp_firmware_collect(struct gp_machine *machine, struct gp_firmware *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	*ret = (struct gp_firmware){
		.dmar_bytes = gp_read_bytes(machine, TABLES "/DMAR", TABLE_CAP),
		.ivrs_bytes = gp_read_bytes(machine, TABLES "/IVRS", TABLE_CAP),
	};
	ret->has_dmar = gp_is_there(machine, TABLES "/DMAR");
	ret->has_ivrs = gp_is_there(machine, TABLES "/IVRS");
	collect_ggc(machine, &ret->ggc);
	doubt(machine, &ret->dmar_bytes.from);
	doubt(machine, &ret->ivrs_bytes.from);
	if (gp_is_present(&ret->dmar_bytes.from))
		gp_dmar_decode(
			arena, ret->dmar_bytes.value.data, ret->dmar_bytes.value.size, &ret->dmar);
	if (gp_is_present(&ret->ivrs_bytes.from))
		gp_ivrs_decode(
			arena, ret->ivrs_bytes.value.data, ret->ivrs_bytes.value.size, &ret->ivrs);
}

static int offers(const struct gp_origin *from, bool is_there)
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
	return is_there || from->error == EACCES || from->error == EPERM ? 1 : -1;
}

int gp_firmware_offers_intel(const struct gp_firmware *firmware)
{
	return offers(&firmware->dmar_bytes.from, firmware->has_dmar);
}

int gp_firmware_offers_amd(const struct gp_firmware *firmware)
{
	return offers(&firmware->ivrs_bytes.from, firmware->has_ivrs);
}
