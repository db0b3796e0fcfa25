/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VM_H
#define GP_VM_H

#include "log/log.h"
#include "machine/read.h"
#include "pci/functions.h"
#include "vm/rom.h"
#include "vm/traits.h"

/* The virtual machines and containers that this host is configured to run, and what they take. */

struct gp_vm_setting {
	const char *key, *value;
	size_t line; /* from 1 */
};

/* The last of a name counts, as Proxmox has it; only keys of lxc.* repeat. */
struct gp_vm_settings {
	struct gp_vm_setting *items;
	size_t n;
};

/* One PCI device that a VM is given (Proxmox: hostpciN; libvirt: hostdev; QEMU: -device). */
struct gp_passed {
	const struct gp_vm *vm;
	const char *key;  /* hostpci0, hostdev, -device */
	const char *text; /* its value as it stands; of libvirt's what it comes to */
	size_t line;
	const char *file;            /* that the line is in; NULL: the VM's source */
	struct gp_strings addresses; /* 0000:01:00.0, or 0000:01:00 for all functions */
	struct gp_strings expected;  /* of each address: the id that a mapping says, or "" */
	const char *mapping;         /* name of a mapping, whose addresses are above; or NULL */
	bool has_choice;             /* any one of the mapping's entries will do */
	const char *mdev;            /* type of a vGPU made of it, "" where not known; or NULL */
	const char *uuid;            /* of that mdev, where the VM names it; or NULL */
	const char *romfile;         /* or NULL */
	struct gp_rom rom;           /* of that file */
	const char *guest_address;   /* 0000:00:02.0, as the guest has it; NULL: not said */
	bool pcie, x_vga, legacy_igd, no_rombar;
	bool is_rebound; /* its manager takes it from the host's driver when the VM starts */
	bool is_later;   /* the VM runs without: it gets the device when it starts anew */
};

enum gp_vm_manager { GP_VM_PROXMOX, GP_VM_LIBVIRT, GP_VM_PLAIN };

struct gp_vm {
	const char *name;   /* vm/100, vm/win11, of a QEMU without manager its process: vm/4711 */
	const char *source; /* /etc/pve/qemu-server/100.conf, /etc/libvirt/qemu/win11.xml */
	enum gp_vm_manager manager;
	struct gp_origin from;                   /* of that file */
	struct gp_vm_settings settings, pending; /* Proxmox: up to the first section; [PENDING] */
	/* What runs, else what the settings say; and what they say. */
	struct gp_vm_traits traits, configured;
	bool at_boot;     /* it starts with the host */
	bool is_template; /* it is never started */
	const char *uuid; /* of the system that the guest sees; NULL: not known */
	struct {
		struct gp_passed *items;
		size_t n;
	} passed;
	uint32_t pid;                /* of its running QEMU; 0: it does not run */
	struct gp_strings arguments; /* of that QEMU; none where they could not be read */
};

/* A container: Proxmox LXC. */
struct gp_ct {
	const char *name;   /* ct/101 */
	const char *source; /* /etc/pve/lxc/101.conf */
	struct gp_origin from;
	struct gp_vm_settings settings, pending;
};

struct gp_facts;

struct gp_vms {
	struct gp_origin from;      /* /etc/pve/qemu-server */
	struct gp_origin libvirt;   /* /etc/libvirt/qemu */
	struct gp_origin mappings;  /* /etc/pve/mapping/pci.cfg, where there are VMs of Proxmox */
	struct gp_origin processes; /* /sys/kernel/debug/kvm: every process that has a VM */
	struct gp_vm *items;
	size_t n;
	struct gp_origin cts_from; /* /etc/pve/lxc */
	struct {
		struct gp_ct *items;
		size_t n;
	} cts;
	/*
	 * What QEMU, libvirt and Proxmox's tasks said when VMs were last started: of each VM the
	 * newest start that worked and those that failed since, none from before this boot.
	 */
	struct gp_log log;
};

void gp_vms_collect(struct gp_machine *machine, struct gp_vms *ret);

/* The value of the setting of that name (the first of lxc.*), or NULL. */
const char *gp_vm_get(const struct gp_vm_settings *settings, const char *key);
const struct gp_vm_setting *gp_vm_setting(const struct gp_vm_settings *settings, const char *key);
/* "/etc/pve/qemu-server/100.conf:7", for evidence; line 0: the file. */
const char *gp_vm_place(struct gp_arena *arena, const char *source, size_t line);
/*
 * A property of a value as "q35,viommu=intel"; NULL where it is not there. first: its name may be
 * left out, as that of the first one.
 */
const char *gp_vm_property(struct gp_arena *arena, const char *value, const char *name, bool first);
bool gp_vm_is_on(const char *value); /* 1, on, yes, true; NULL is off */
/* The value behind an argument of its running QEMU, as "-bios", or NULL. */
const char *gp_vm_argument(const struct gp_vm *vm, const char *name);

/* The same of a VM's device. */
const char *gp_passed_place(struct gp_arena *arena, const struct gp_passed *passed);
/* Whether it takes this function: by its address, or with its whole slot. */
bool gp_passed_takes(const struct gp_passed *passed, const struct gp_function *function);
/*
 * Whether a VM takes this function itself and its manager rebinds it when that VM starts, so that
 * a driver of the host's may have it until then. One VM that counts on vfio-pci is enough for no.
 */
bool gp_vms_rebind(const struct gp_vms *vms, const struct gp_function *function);
/* The next device of a VM that takes this function, as a whole or as a vGPU; NULL behind the last.
 */
const struct gp_passed *gp_vms_next_passed(const struct gp_vms *vms,
	const struct gp_function *function, const struct gp_passed *after);
/* A device of a VM that takes this function itself, not a vGPU made of it; or NULL. */
const struct gp_passed *gp_vms_taking(const struct gp_vms *vms, const struct gp_function *function);
/* The VM whose start wrote it, by the file it is in; or NULL. */
const struct gp_vm *gp_vms_said_by(const struct gp_vms *vms, const struct gp_log_hit *hit);
/* Settings of a VM or container that could not be read: who uses a GPU is not known then. NULL: all
 * were. */
const struct gp_origin *gp_vms_unread(const struct gp_vms *vms);
/* The setting of a container that is about this GPU's nodes, or NULL. */
const struct gp_vm_setting *gp_ct_wish(
	const struct gp_facts *facts, const struct gp_ct *ct, const struct gp_function *gpu);
/* What makes a container on this host want the GPU's render node: a file, or NULL. */
const char *gp_vms_container_wish(const struct gp_facts *facts, const struct gp_function *gpu);

/* ---- the pieces: config.c, qemu-server.c, domain.c, libvirt.c, plain.c, lxc.c, tasks.c */

#define GP_MOST_VMS 1024
/* Adds a VM; NULL: there are too many. Devices point at their VM, so that the list never moves. */
struct gp_vm *gp_vms_add(struct gp_arena *arena, struct gp_vms *vms);
/* Whether a program is QEMU by its name: "/usr/bin/qemu-system-x86_64", "/usr/bin/kvm". */
bool gp_vm_is_qemu(const char *program);
/* The arguments of a process, "" where they could not be read; the origin says why. */
struct gp_strings gp_vm_read_arguments(
	struct gp_machine *machine, uint32_t pid, struct gp_origin *ret_from);
/* The whole command line of a QEMU: what it does not say is QEMU's default. */
struct gp_vm_traits gp_vm_traits_of_arguments(
	struct gp_arena *arena, uint32_t pid, const struct gp_strings *arguments);
/* What Proxmox makes of its settings. */
struct gp_vm_traits gp_vm_traits_of_settings(struct gp_arena *arena, const struct gp_vm *vm);
/* The vfio-pci devices among arguments. */
void gp_vm_find_devices(
	struct gp_arena *arena, const struct gp_strings *arguments, struct gp_vm *vm);
/* Of an mdev that a VM names: what it is made of, and its type where it is there. */
void gp_passed_find_parent(struct gp_machine *machine, struct gp_passed *passed);
/* "01:00.0" to "0000:01:00.0", "0000:01:00" likewise; NULL: no address. */
const char *gp_vm_address(struct gp_arena *arena, const char *text);
/* Where Proxmox has a ROM file; others say a path. */
const char *gp_vm_rom_path(struct gp_arena *arena, const struct gp_passed *passed);

/* A file as Proxmox writes it for VMs and containers; pending: its section [PENDING]. */
void gp_vm_config_parse(struct gp_arena *arena, const char *text, struct gp_vm_settings *settings,
	struct gp_vm_settings *pending);
/* /etc/pve/mapping/pci.cfg; node: the name of this one, NULL where not known. */
struct gp_vm_mapping {
	const char *name, *path, *id;
};
struct gp_vm_mappings {
	struct gp_vm_mapping *items;
	size_t n;
};
void gp_vm_mappings_parse(
	struct gp_arena *arena, const char *text, const char *node, struct gp_vm_mappings *ret);
/* The devices among a VM's settings. */
void gp_vm_find_passed(
	struct gp_arena *arena, const struct gp_vm_mappings *mappings, struct gp_vm *vm);

void gp_qemu_server_collect(struct gp_machine *machine, struct gp_vms *ret);
void gp_libvirt_collect(struct gp_machine *machine, struct gp_vms *ret);
void gp_plain_collect(struct gp_machine *machine, struct gp_vms *ret);
void gp_lxc_collect(struct gp_machine *machine, struct gp_vms *ret);
void gp_vm_logs_collect(struct gp_machine *machine, struct gp_vms *ret);

#endif
