/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MDEV_H
#define GP_MDEV_H

#include "machine/read.h"
#include "pci/functions.h"

struct gp_mdev {
	struct gp_origin from;
};

struct gp_facts;

void gp_mdev_collect(struct gp_machine *machine, const struct gp_pci *pci, struct gp_mdev *ret);

/* The setting that asks for vGPUs of this GPU: a file, or NULL. */
const char *gp_mdev_wish(const struct gp_facts *facts, const struct gp_function *gpu);

#endif
