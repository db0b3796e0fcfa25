/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_IOMMU_H
#define GP_IOMMU_H

#include "machine/read.h"

/* Documentation/ABI/testing/sysfs-kernel-iommu_groups */
struct gp_group {
	const char *number;
	struct gp_text_value type;     /* identity, DMA, DMA-FQ, blocked */
	struct gp_names_value members; /* PCI addresses */
};

struct gp_iommu {
	struct gp_names_value units; /* /sys/class/iommu: dmar0, ivhd0; empty: none in use */
	struct gp_group *items;      /* by number */
	size_t n;
	struct gp_origin groups_from;           /* /sys/kernel/iommu_groups */
	struct gp_text_value ecap;              /* of dmar0: extended capabilities, hexadecimal */
	struct gp_text_value cap;               /* of dmar0: capabilities, hexadecimal */
	struct gp_text_value interrupts;        /* lines of /proc/interrupts that were remapped */
	struct gp_text_value unsafe_interrupts; /* allow_unsafe_interrupts: Y or N */
	struct gp_text_value unsafe_iommufd;    /* the same of module iommufd */
	struct gp_text_value hypervisor;        /* /sys/hypervisor/type */
};

void gp_iommu_collect(struct gp_machine *machine, struct gp_iommu *ret);

/* Whether the kernel uses an IOMMU: 1 yes, 0 no, -1 not known. */
int gp_iommu_in_use(const struct gp_iommu *iommu);

/* Bit 3 of the extended capability register (VT-d specification 11.4.3): 1, 0, -1 not known. */
int gp_iommu_can_remap_interrupts(const struct gp_iommu *iommu);

/* Bits 21:16 of the capability register: width of the addresses it translates; 0: not known. */
unsigned gp_iommu_address_bits(const struct gp_iommu *iommu);

#endif
