/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VFIO_CHECKS_H
#define GP_VFIO_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_vfio_ids_checks;
extern const struct gp_check_table gp_vfio_binding_checks;
extern const struct gp_check_table gp_vfio_initrd_checks;
extern const struct gp_check_table gp_vfio_said_checks;
extern const struct gp_check_table gp_vfio_state_checks;

#endif
