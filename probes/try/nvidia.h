/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TRY_NVIDIA_H
#define GP_TRY_NVIDIA_H

#include <stdbool.h>

/*
 * NVIDIA's libraries have nvidia-modprobe(1) load the modules that they miss, and make their nodes:
 * they are to be left alone where that would change the machine.
 */
bool gp_nvidia_would_load(void);

#endif
