/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_KERNEL_CHECKS_H
#define GP_KERNEL_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_kernel_set_checks;
extern const struct gp_check_table gp_kernel_unknown_checks;
extern const struct gp_check_table gp_kernel_param_checks;

extern const struct gp_check_table gp_kernel_boot_checks;
extern const struct gp_check_table gp_kernel_vtd_checks;

#endif
