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
bool gp_vm_is_windows(const struct gp_vm *vm);
bool gp_vm_is_ovmf(const struct gp_vm *vm);
/* The same with one of its traits as evidence. */
struct gp_finding *gp_find_trait(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_function *gpu, const struct gp_passed *passed, enum gp_vm_trait trait,
	const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The VM's number, name or process: what stands behind vm/. */
const char *gp_vm_id(const struct gp_vm *vm);

/* A change of a VM's settings, as each manager has it; NULL where it has none of the kind. */
struct gp_vm_remedy {
	const char *proxmox; /* "--machine q35", for qm set */
	const char *libvirt; /* "<ioapic driver='kvm'/> in <features>" */
	const char *qemu;    /* "-machine q35" */
};
void gp_mend_vm(struct gp_findings *out, struct gp_finding *finding, const struct gp_vm *vm,
	const struct gp_vm_remedy *remedy);
/* The setting of a device of Proxmox's with this property instead of its own, as "pcie=1". */
const char *gp_hostpci_with(
	struct gp_arena *arena, const struct gp_passed *passed, const char *property);
/* The same without a property of that name. */
const char *gp_hostpci_without(
	struct gp_arena *arena, const struct gp_passed *passed, const char *name);
/* "the <hostdev> of 0000:01:00.0", "-device vfio-pci,host=0000:01:00.0" with what is added. */
const char *gp_hostdev_place(struct gp_arena *arena, const struct gp_passed *passed);
const char *gp_device_with(
	struct gp_arena *arena, const struct gp_passed *passed, const char *property);

#endif
