/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRM_CHECKS_H
#define GP_DRM_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_drm_node_checks;
extern const struct gp_check_table gp_drm_open_checks;
extern const struct gp_check_table gp_drm_access_checks;
extern const struct gp_check_table gp_drm_pmu_checks;

#endif
