/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MDEV_CHECKS_H
#define GP_MDEV_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_gvt_checks;
extern const struct gp_check_table gp_gvt_log_checks;
extern const struct gp_check_table gp_mdev_type_checks;
extern const struct gp_check_table gp_mdev_vm_checks;

#endif
