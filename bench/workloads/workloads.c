/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workloads/workload.h"

const struct gp_workload gp_workloads[] = {
	{NULL, NULL, false, false, NULL},
};
const size_t gp_n_workloads = 0;
