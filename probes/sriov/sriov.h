/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SRIOV_H
#define GP_SRIOV_H

#include "machine/read.h"
#include "pci/functions.h"

struct gp_sriov {
	struct gp_origin from;
};

struct gp_facts;

void gp_sriov_collect(struct gp_machine *machine, const struct gp_pci *pci, struct gp_sriov *ret);

/* The setting that asks for VFs of this GPU: a file, or NULL. */
const char *gp_sriov_wish(const struct gp_facts *facts, const struct gp_function *gpu);

#endif
