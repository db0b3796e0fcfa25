/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sriov/sriov.h"

#include "facts.h"

void gp_sriov_collect(struct gp_machine *machine, const struct gp_pci *pci, struct gp_sriov *ret)
{
	(void)machine;
	(void)pci;
	*ret = (struct gp_sriov){0};
}

const char *gp_sriov_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	(void)facts;
	return gpu->numvfs || gp_pci_is_vf(gpu) ? "sriov_numvfs" : NULL;
}
