/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_IOMMU_CHECKS_H
#define GP_IOMMU_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_iommu_checks;
extern const struct gp_check_table gp_iommu_group_checks;
extern const struct gp_check_table gp_iommu_dma_checks;
extern const struct gp_check_table gp_iommu_vm_checks;

#endif
