/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VM_H
#define GP_VM_H

#include "log/log.h"
#include "machine/read.h"
#include "pci/functions.h"

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

/* One PCI device that a VM is given (Proxmox: hostpciN). */
struct gp_passed {
	const struct gp_vm *vm;
	const char *key;  /* hostpci0 */
	const char *text; /* its value as it stands */
	size_t line;
	struct gp_strings addresses; /* 0000:01:00.0, or 0000:01:00 for all functions */
	struct gp_strings expected;  /* of each address: the id that a mapping says, or "" */
	const char *mapping;         /* name of a mapping, whose addresses are above; or NULL */
	bool has_choice;             /* any one of the mapping's entries will do */
	const char *mdev;            /* type of a vGPU made of it, or NULL */
	const char *romfile;         /* or NULL */
	bool pcie, x_vga, legacy_igd, no_rombar;
};

struct gp_vm {
	const char *name;                        /* vm/100 */
	const char *source;                      /* /etc/pve/qemu-server/100.conf */
	struct gp_origin from;                   /* of that file */
	struct gp_vm_settings settings, pending; /* Proxmox: up to the first section; [PENDING] */
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
	struct gp_origin from; /* /etc/pve/qemu-server */
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

/* Whether it takes this function: by its address, or with its whole slot. */
bool gp_passed_takes(const struct gp_passed *passed, const struct gp_function *function);
/* The next device of a VM that takes this function, as a whole or as a vGPU; NULL behind the last.
 */
const struct gp_passed *gp_vms_next_passed(const struct gp_vms *vms,
	const struct gp_function *function, const struct gp_passed *after);
/* A device of a VM that takes this function itself, not a vGPU made of it; or NULL. */
const struct gp_passed *gp_vms_taking(const struct gp_vms *vms, const struct gp_function *function);
/* The VM whose start wrote it, where a task of Proxmox's did; or NULL. */
const struct gp_vm *gp_vms_said_by(const struct gp_vms *vms, const struct gp_log_hit *hit);
/* Settings of a VM or container that could not be read: who uses a GPU is not known then. NULL: all
 * were. */
const struct gp_origin *gp_vms_unread(const struct gp_vms *vms);
/* The setting of a container that is about this GPU's nodes, or NULL. */
const struct gp_vm_setting *gp_ct_wish(
	const struct gp_facts *facts, const struct gp_ct *ct, const struct gp_function *gpu);
/* What makes a container on this host want the GPU's render node: a file, or NULL. */
const char *gp_vms_container_wish(const struct gp_facts *facts, const struct gp_function *gpu);

/* What stands for the UUID that the guest sees as its system's; NULL: not known. */
const char *gp_vm_system(struct gp_arena *arena, const struct gp_vm *vm);

/* ---- the pieces: config.c, qemu-server.c, lxc.c, tasks.c */

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
void gp_lxc_collect(struct gp_machine *machine, struct gp_vms *ret);
void gp_vm_logs_collect(struct gp_machine *machine, struct gp_vms *ret);

#endif
