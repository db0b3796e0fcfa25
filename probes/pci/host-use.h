/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HOST_USE_H
#define GP_HOST_USE_H

#include "pci/functions.h"

/*
 * Notes on each network and storage function what the host does with it, so that nobody gives
 * the machine's own disk or network away: a network interface that is not known to be down, a
 * storage controller with a driver of the host's.
 */
void gp_host_use_collect(struct gp_machine *machine, struct gp_pci *pci);

#endif
