/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CONTAINER_CHECKS_H
#define GP_CONTAINER_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_container_lxc_checks;
extern const struct gp_check_table gp_container_lxc_ids_checks;
extern const struct gp_check_table gp_container_docker_checks;
extern const struct gp_check_table gp_container_cluster_checks;
extern const struct gp_check_table gp_container_kubernetes_checks;
extern const struct gp_check_table gp_container_node_checks;

#endif
