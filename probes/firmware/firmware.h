/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FIRMWARE_H
#define GP_FIRMWARE_H

#include "firmware/dmar.h"
#include "firmware/ivrs.h"
#include "machine/read.h"

/* What the firmware tells the kernel about the IOMMU. */
struct gp_firmware {
	struct gp_bytes_value dmar_bytes, ivrs_bytes;
	bool has_dmar, has_ivrs; /* the table is there, read or not */
	struct gp_dmar dmar; /* decoded where the bytes are present */
	struct gp_ivrs ivrs;
	struct gp_number_value ggc; /* the host bridge's graphics control register, Intel's */
};

/* MiB that the firmware sets aside for the graphics (generations 9 to 12). */
uint64_t gp_ggc_stolen(uint64_t ggc);

void gp_firmware_collect(struct gp_machine *machine, struct gp_firmware *ret);

/* Whether the firmware offers an IOMMU: 1 yes, 0 no, -1 not known. Unreadable tables are there. */
int gp_firmware_offers_intel(const struct gp_firmware *firmware);
int gp_firmware_offers_amd(const struct gp_firmware *firmware);

#endif
