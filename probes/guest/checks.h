/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GUEST_CHECKS_H
#define GP_GUEST_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_guest_kernel_checks;
extern const struct gp_check_table gp_guest_vf_checks;

#endif
