/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_IVRS_H
#define GP_IVRS_H

#include "firmware/acpi.h"

/*
 * The IVRS table: AMD's IOMMUs and what they look after (AMD I/O Virtualization Technology
 * specification, 48882, chapter 5). A device id is bus << 8 | device << 3 | function.
 */

enum gp_ivhd_entry_type {
	GP_IVHD_PADDING = 0x00,
	GP_IVHD_ALL = 0x01,
	GP_IVHD_SELECT = 0x02,
	GP_IVHD_RANGE_START = 0x03,
	GP_IVHD_RANGE_END = 0x04,
	GP_IVHD_ALIAS_SELECT = 0x42,
	GP_IVHD_ALIAS_RANGE_START = 0x43,
	GP_IVHD_EXTENDED_SELECT = 0x46,
	GP_IVHD_EXTENDED_RANGE_START = 0x47,
	GP_IVHD_SPECIAL = 0x48,
	GP_IVHD_ACPI = 0xf0,
};

enum gp_ivhd_variety { GP_IVHD_IOAPIC = 1, GP_IVHD_HPET = 2 };

enum gp_ivhd_uid_format { GP_IVHD_UID_NONE, GP_IVHD_UID_NUMBER, GP_IVHD_UID_TEXT };

struct gp_ivhd_entry {
	size_t offset;
	uint8_t type; /* enum gp_ivhd_entry_type, or one not known yet */
	uint16_t device_id;
	uint8_t data;       /* data setting: interrupts and LINTs to let through */
	uint16_t source_id; /* alias and special: the device id that the requests bear */
	uint32_t extended;  /* extended: the extended data setting */
	uint8_t handle;     /* special: the IOAPIC's id or the HPET's number */
	uint8_t variety;    /* special: enum gp_ivhd_variety */
	/* ACPI: a device that only the ACPI namespace names. */
	char hid[9], cid[9];
	uint8_t uid_format; /* enum gp_ivhd_uid_format */
	uint64_t uid_number;
	const char *uid_text; /* NULL unless it is text */
};

/*
 * One IOMMU. Firmware describes the same IOMMU by up to three of these, type 10h, 11h and 40h,
 * each richer than the one before.
 */
struct gp_ivrs_ivhd {
	size_t offset;
	uint8_t type;
	uint8_t flags;
	uint16_t device_id;
	uint16_t capability; /* offset in the IOMMU's configuration space */
	uint64_t base;       /* of the register set */
	uint16_t segment;
	uint16_t info;
	uint32_t features;  /* 10h: feature reporting; 11h, 40h: attributes */
	uint64_t efr, efr2; /* 11h, 40h: images of the extended feature registers */
	GP_LIST(struct gp_ivhd_entry) entries;
	size_t n_unknown; /* entries of types not known here; the last may have ended the list */
};

/* What memory devices must have as it is, or may not have (IVMD). */
struct gp_ivrs_ivmd {
	size_t offset;
	uint8_t type; /* 20h: all devices, 21h: device_id, 22h: device_id to last_id */
	uint8_t flags;
	uint16_t device_id;
	uint16_t last_id; /* 20h, 21h: auxiliary data without a meaning */
	uint64_t start, length;
};

#define GP_IVMD_UNITY     0x01
#define GP_IVMD_READ      0x02
#define GP_IVMD_WRITE     0x04
#define GP_IVMD_EXCLUSION 0x08

struct gp_ivrs {
	struct gp_acpi_header header;
	uint32_t info; /* IVinfo */
	GP_LIST(struct gp_ivrs_ivhd) ivhd;
	GP_LIST(struct gp_ivrs_ivmd) ivmd;
	size_t n_unknown; /* blocks of types not known here, which is no problem */
	struct gp_acpi_problems problems;
};

/*
 * Decodes as much as can be told apart; what is wrong with it is in problems. A block that is too
 * short for its type is left out. Whether device ids name devices that exist is not looked at.
 */
void gp_ivrs_decode(struct gp_arena *arena, const uint8_t *data, size_t size, struct gp_ivrs *ret);

#endif
