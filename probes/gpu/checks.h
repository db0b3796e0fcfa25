/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GPU_CHECKS_H
#define GP_GPU_CHECKS_H

#include "check.h"

/* What follows from the GPU itself: its platform, its known faults, the kernels that know it. */
extern const struct gp_check_table gp_gpu_mode_checks;   /* checks-mode.c */
extern const struct gp_check_table gp_gpu_reset_checks;  /* checks-reset.c */
extern const struct gp_check_table gp_gpu_kernel_checks; /* checks-kernel.c */
extern const struct gp_check_table gp_gpu_chip_checks;   /* checks-chip.c */

#endif
