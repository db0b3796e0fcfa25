/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRIVER_CHECKS_H
#define GP_DRIVER_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_driver_checks;
extern const struct gp_check_table gp_driver_bound_checks;
extern const struct gp_check_table gp_driver_dkms_checks;
extern const struct gp_check_table gp_driver_signing_checks;
extern const struct gp_check_table gp_driver_firmware_checks;
extern const struct gp_check_table gp_driver_guc_checks;
extern const struct gp_check_table gp_driver_nvidia_checks;

#endif
