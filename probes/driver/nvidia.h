/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_NVIDIA_H
#define GP_NVIDIA_H

#include "machine/read.h"

/* NVIDIA's own driver: what is loaded, and what is installed for programs. */
struct gp_nvidia {
	struct gp_text_value module; /* /sys/module/nvidia/version: 550.90.07 */
	struct gp_text_value driver; /* /proc/driver/nvidia/version: its first line */
	bool open;                   /* what is loaded is the open kernel module */
	const char *library;         /* version of libnvidia-ml.so, or NULL */
	const char *library_path;
	struct gp_origin node; /* /dev/nvidiactl, which programs open first */
};

void gp_nvidia_collect(struct gp_machine *machine, struct gp_nvidia *ret);

#endif
