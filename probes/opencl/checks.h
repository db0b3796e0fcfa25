/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OPENCL_CHECKS_H
#define GP_OPENCL_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_opencl_icd_checks;
extern const struct gp_check_table gp_opencl_neo_checks;
extern const struct gp_check_table gp_opencl_mesa_checks;
extern const struct gp_check_table gp_opencl_device_checks;

#endif
