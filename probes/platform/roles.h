/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ROLES_H
#define GP_ROLES_H

#include "machine/read.h"

/*
 * The roles of this machine as a set of enum gp_role, from evidence: a container from what its
 * runtime leaves behind, a guest from the hypervisor flag or the DMI product, a host otherwise. A
 * guest with an IOMMU of its own (DMAR or IVRS) is a host too. Of a machine of which only parts were
 * seen nothing follows from what is not there: without evidence it may be all three. product may be
 * NULL.
 */
unsigned gp_roles_find(struct gp_machine *machine, const char *product, const char **ret_because);

#endif
