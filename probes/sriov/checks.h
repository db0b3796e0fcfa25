/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SRIOV_CHECKS_H
#define GP_SRIOV_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_sriov_enable_checks;
extern const struct gp_check_table gp_sriov_log_checks;
extern const struct gp_check_table gp_sriov_persist_checks;
extern const struct gp_check_table gp_sriov_use_checks;

#endif
