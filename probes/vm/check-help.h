/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VM_CHECK_HELP_H
#define GP_VM_CHECK_HELP_H

#include "check.h"

/* What checks about settings of VMs share. */

typedef void gp_look_at_passed(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_passed *passed);

/*
 * Looks at each GPU of the case with each VM device that takes it, as a whole or as a vGPU; says
 * what could not be read, and skips where no VM has a GPU.
 */
void gp_each_passed(const struct gp_case *c, struct gp_findings *out, gp_look_at_passed *look);
/* A finding about the VM and the GPU, with the line of its settings as evidence. */
struct gp_finding *gp_find_passed(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_function *gpu, const struct gp_passed *passed, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* `/etc/pve/qemu-server/100.conf:7: "machine: q35"`. */
const char *gp_vm_evidence(
	struct gp_findings *out, const struct gp_vm *vm, const struct gp_vm_setting *setting);
/* ostype of Windows. */
bool gp_vm_is_windows(const struct gp_vm *vm);
bool gp_vm_is_ovmf(const struct gp_vm *vm);

#endif
