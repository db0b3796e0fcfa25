/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VA_CHECKS_H
#define GP_VA_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_va_asked_checks;
extern const struct gp_check_table gp_va_driver_checks;
extern const struct gp_check_table gp_va_offer_checks;
extern const struct gp_check_table gp_va_work_checks;

#endif
