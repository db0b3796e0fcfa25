/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VM_CHECKS_H
#define GP_VM_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_vm_settings_checks;
extern const struct gp_check_table gp_vm_address_checks;
extern const struct gp_check_table gp_vm_guest_checks;

#endif
