/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VM_CHECKS_H
#define GP_VM_CHECKS_H

#include "check.h"

extern const struct gp_check_table gp_vm_gone_checks;
extern const struct gp_check_table gp_vm_igd_checks;
extern const struct gp_check_table gp_vm_machine_checks;
extern const struct gp_check_table gp_vm_rom_checks;
extern const struct gp_check_table gp_vm_settings_checks;
extern const struct gp_check_table gp_vm_shared_checks;
extern const struct gp_check_table gp_vm_windows_checks;
extern const struct gp_check_table gp_vm_windows_vf_checks;
extern const struct gp_check_table gp_vm_address_checks;
extern const struct gp_check_table gp_vm_guest_checks;

#endif
