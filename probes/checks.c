/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"
#include "driver/checks.h"
#include "firmware/checks.h"
#include "iommu/checks.h"
#include "kernel/checks.h"
#include "pci/checks.h"
#include "vfio/checks.h"

const struct gp_check_table *const gp_check_tables[] = {
	&gp_firmware_checks,
	&gp_kernel_checks,
	&gp_iommu_checks,
	&gp_pci_checks,
	&gp_vfio_checks,
	&gp_driver_checks,
	NULL,
};
