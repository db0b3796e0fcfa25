/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FIRMWARE_CHECKS_H
#define GP_FIRMWARE_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_firmware_checks;
extern const struct gp_check_table gp_firmware_bar_checks;
extern const struct gp_check_table gp_firmware_memory_checks;

#endif
