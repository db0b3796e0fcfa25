/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_UDEV_H
#define GP_UDEV_H

#include "machine/read.h"

#define GP_UDEV_RULES "/etc/udev/rules.d"

/* Of a file of udev's rules the lines that make VFs or are about the nodes of GPUs. */
struct gp_text_value gp_udev_rules(struct gp_machine *machine, const char *path);

#endif
