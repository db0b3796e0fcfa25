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
/* The VM has no display but the GPU. */
bool gp_vm_is_only_screen(const struct gp_passed *passed);
bool gp_vm_is_ovmf(const struct gp_vm *vm);
/* The same with one of its traits as evidence. */
struct gp_finding *gp_find_trait(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_function *gpu, const struct gp_passed *passed, enum gp_vm_trait trait,
	const char *format, ...) __attribute__((format(printf, 6, 7)));
/* An Intel VF, told by its PF; an Intel GPU of the processor, no VF. */
bool gp_is_intel_vf(const struct gp_function *gpu);
bool gp_is_igd(const struct gp_function *gpu);
/* A line in which Windows says that it stopped a device, or NULL. */
const struct gp_log_hit *gp_code_43(const struct gp_case *c);
/* Puts that line, where there is one, before the finding's evidence. */
void gp_show_code_43(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding);
/* The first such line that no VM wrote whose settings are known, or NULL. */
const struct gp_log_hit *gp_unexplained(const struct gp_case *c, enum gp_log_id id);
/* The first such line that the start of this VM wrote, or NULL. */
const struct gp_log_hit *gp_log_of_vm(
	const struct gp_case *c, enum gp_log_id id, const struct gp_vm *vm);
/* A finding that a line is all there is for; mend: what to do, in words. */
struct gp_finding *gp_find_logged(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_log_hit *hit, const char *text, const char *mend);
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
/* The same without properties of these names, as "rombar,x-vga": a later setting replaces one. */
const char *gp_hostpci_without(
	struct gp_arena *arena, const struct gp_passed *passed, const char *names);
/* "the <hostdev> of 0000:01:00.0", "-device vfio-pci,host=0000:01:00.0" with what is added. */
const char *gp_hostdev_place(struct gp_arena *arena, const struct gp_passed *passed);
const char *gp_device_with(
	struct gp_arena *arena, const struct gp_passed *passed, const char *property);

#endif
