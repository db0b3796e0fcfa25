/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PCI_CHECKS_H
#define GP_PCI_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_pci_checks;
extern const struct gp_check_table gp_pci_said_checks;

#endif
