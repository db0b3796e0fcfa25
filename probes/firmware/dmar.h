/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DMAR_H
#define GP_DMAR_H

#include "firmware/acpi.h"

/*
 * The DMAR table: Intel's remapping units and what they look after (VT-d specification, chapter
 * 8). Structures are kept in the order of the table; offset is where in it they begin.
 */

#define GP_DMAR_INTR_REMAP      0x01 /* flags of the table */
#define GP_DMAR_X2APIC_OPT_OUT  0x02
#define GP_DMAR_DMA_CTRL_OPT_IN 0x04

#define GP_DRHD_INCLUDE_PCI_ALL 0x01
#define GP_ATSR_ALL_PORTS       0x01
#define GP_SATC_ATC_REQUIRED    0x01

struct gp_dmar_drhd { /* remapping hardware unit, 8.3 */
	size_t offset;
	uint8_t flags;
	uint8_t size; /* of the register set: 2^N pages of 4 KiB, N the low 4 bits */
	uint16_t segment;
	uint64_t base; /* of the register set */
	struct gp_scopes scopes;
};

struct gp_dmar_rmrr { /* reserved memory region, 8.4 */
	size_t offset;
	uint16_t segment;
	uint64_t base, limit; /* limit is the last byte of it */
	struct gp_scopes scopes;
};

struct gp_dmar_atsr { /* root ports that support ATS, 8.5 */
	size_t offset;
	uint8_t flags;
	uint16_t segment;
	struct gp_scopes scopes;
};

struct gp_dmar_rhsa { /* which NUMA node a unit belongs to, 8.6 */
	size_t offset;
	uint64_t base; /* of the unit's register set */
	uint32_t domain;
};

struct gp_dmar_andd { /* a device that only the ACPI namespace names, 8.7 */
	size_t offset;
	uint8_t device; /* what a namespace scope has as its enumeration_id */
	const char *name;
};

struct gp_dmar_satc { /* devices of the SoC with a translation cache, 8.8 */
	size_t offset;
	uint8_t flags;
	uint16_t segment;
	struct gp_scopes scopes;
};

struct gp_dmar_sidp { /* properties of devices of the SoC, 8.9; they are in the scopes' flags */
	size_t offset;
	uint16_t segment;
	struct gp_scopes scopes;
};

struct gp_dmar {
	struct gp_acpi_header header;
	uint16_t haw; /* host address width in bits; 0: the table ends before it */
	uint8_t flags;
	GP_LIST(struct gp_dmar_drhd) drhd;
	GP_LIST(struct gp_dmar_rmrr) rmrr;
	GP_LIST(struct gp_dmar_atsr) atsr;
	GP_LIST(struct gp_dmar_rhsa) rhsa;
	GP_LIST(struct gp_dmar_andd) andd;
	GP_LIST(struct gp_dmar_satc) satc;
	GP_LIST(struct gp_dmar_sidp) sidp;
	size_t n_unknown; /* structures of types not known here, which is no problem */
	struct gp_acpi_problems problems;
};

/*
 * Decodes as much as can be told apart; what is wrong with it is in problems. A structure that is
 * too short for its type is left out. Whether scopes name devices that exist is not looked at.
 */
void gp_dmar_decode(struct gp_arena *arena, const uint8_t *data, size_t size, struct gp_dmar *ret);

#endif
