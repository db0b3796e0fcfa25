/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VM_TRAITS_H
#define GP_VM_TRAITS_H

#include "base/text.h"

/*
 * What a VM is like, whoever manages it: said by Proxmox's settings, by libvirt's XML or by the
 * arguments of a QEMU. What is not said is what the manager then takes, where that is fixed.
 */

enum gp_vm_firmware { GP_VM_FIRMWARE_UNKNOWN, GP_VM_SEABIOS, GP_VM_OVMF };
enum gp_vm_guest { GP_VM_GUEST_UNKNOWN, GP_VM_WINDOWS, GP_VM_LINUX, GP_VM_OTHER_GUEST };

enum gp_vm_trait {
	GP_VM_MACHINE,
	GP_VM_FIRMWARE,
	GP_VM_CPU,
	GP_VM_DISPLAY,
	GP_VM_BALLOON,
	GP_VM_GUEST,
	GP_VM_ARGS,
	GP_VM_IOAPIC,
	GP_VM_VIOMMU,
	GP_N_VM_TRAITS
};

/* Numbers that say yes or no: 1, 0, and -1 where not known. */
struct gp_vm_traits {
	const char *source; /* file, or command line: evidence of what has none of its own */
	const char *where[GP_N_VM_TRAITS]; /* the line or element that says it; NULL: none does */
	const char *machine;               /* pc-q35-8.1, q35, pc; NULL: not said */
	int q35;
	enum gp_vm_firmware firmware;
	bool enrolled_keys;          /* Secure Boot is on from the start */
	const char *cpu;             /* host, max, kvm64, Skylake-Client; NULL: not known */
	struct gp_strings cpu_flags; /* as QEMU has them: +pcid, -hypervisor, kvm=off, hv_time */
	bool overrides_cpu;          /* an argument of its own says -cpu over the manager's */
	struct gp_strings displays;  /* emulated ones: std, qxl, virtio */
	bool knows_displays;
	int balloon;
	bool shrinks; /* the balloon is to give memory back: less than all is asked for */
	enum gp_vm_guest guest;
	const char *guest_name; /* win11, l26, http://microsoft.com/win/11; NULL: not said */
	const char *args;       /* arguments for QEMU beside what the manager gives; or NULL */
	int ioapic_kvm;         /* the I/O APIC is kvm's, not QEMU's */
	bool viommu;
};

/* Nothing is known yet. */
struct gp_vm_traits gp_vm_traits_none(const char *source);
/* The evidence of a trait, the source where nothing says it. */
const char *gp_vm_trait_where(const struct gp_vm_traits *traits, enum gp_vm_trait trait);

bool gp_vm_hides_kvm(const struct gp_vm_traits *traits);
/* The hypervisor bit of CPUID is taken away from the guest. */
bool gp_vm_hides_hypervisor(const struct gp_vm_traits *traits);
/* Hyper-V enlightenments; their vendor id, or NULL. */
bool gp_vm_has_hyperv(const struct gp_vm_traits *traits);
const char *gp_vm_hv_vendor(const struct gp_vm_traits *traits);
/* What a VM starts with where nothing names a firmware; arch: x86_64, aarch64, or NULL. */
enum gp_vm_firmware gp_vm_usual_firmware(const char *arch, const char *machine);
/* Whether the CPU can address as much as the host's: phys-bits=host, host-phys-bits=on. */
bool gp_vm_has_host_phys_bits(const struct gp_vm_traits *traits);
/* Whether the CPU's model is the host's own: 1, 0, -1. */
int gp_vm_has_host_cpu(const struct gp_vm_traits *traits);
/* "-vmx" or "vmx=off" among the flags. */
bool gp_vm_takes_away(const struct gp_vm_traits *traits, const char *flag);

/* "host,kvm=off,-hypervisor" as behind -cpu: the model and its flags. */
void gp_vm_take_cpu(struct gp_arena *arena, const char *text, struct gp_vm_traits *traits);
/* "q35", "pc-q35-8.1+pve0", "type=pc-i440fx-7.2,hpet=off" */
void gp_vm_take_machine(struct gp_arena *arena, const char *text, struct gp_vm_traits *traits);
/* What an argument list says: the last -cpu, -machine and firmware, its displays ... */
void gp_vm_take_arguments(
	struct gp_arena *arena, const struct gp_strings *arguments, struct gp_vm_traits *traits);
/* Further arguments of a managed VM: they come last, so they win. */
void gp_vm_take_args(
	struct gp_arena *arena, const char *args, const char *where, struct gp_vm_traits *traits);

#endif
