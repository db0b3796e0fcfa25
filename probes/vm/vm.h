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
	const char *mapping;         /* name of a mapping, whose addresses are above; or NULL */
	const char *mdev;            /* type of a vGPU made of it, or NULL */
	const char *romfile;         /* or NULL */
	bool pcie, x_vga, legacy_igd, no_rombar;
};

struct gp_vm {
	const char *name;                        /* vm/100 */
	const char *source;                      /* /etc/pve/qemu-server/100.conf */
	struct gp_vm_settings settings, pending; /* Proxmox: up to the first section; [PENDING] */
	struct {
		struct gp_passed *items;
		size_t n;
	} passed;
	uint32_t pid;                /* of its running QEMU; 0: it does not run */
	struct gp_strings arguments; /* of that QEMU */
};

/* A container: Proxmox LXC. */
struct gp_ct {
	const char *name;   /* ct/101 */
	const char *source; /* /etc/pve/lxc/101.conf */
	struct gp_vm_settings settings;
	struct gp_vm_settings pending;
};

struct gp_vms {
	struct gp_origin from; /* /etc/pve/qemu-server */
	struct gp_vm *items;
	size_t n;
	struct {
		struct gp_ct *items;
		size_t n;
	} cts;
	struct gp_log log; /* what QEMU, libvirt and Proxmox's tasks said of failed starts */
};

void gp_vms_collect(struct gp_machine *machine, struct gp_vms *ret);

/* The value of the first setting of that name, or NULL. */
const char *gp_vm_get(const struct gp_vm_settings *settings, const char *key);
/* Whether it takes this function: by its address, or with its whole slot. */
bool gp_passed_takes(const struct gp_passed *passed, const struct gp_function *function);
/* The next device of a VM that takes this function, as a whole or as a vGPU; NULL behind the last.
 */
const struct gp_passed *gp_vms_next_passed(const struct gp_vms *vms,
	const struct gp_function *function, const struct gp_passed *after);
/* What makes a container on this host want the GPU's render node: a file, or NULL. */
const char *gp_vms_container_wish(const struct gp_vms *vms, const struct gp_function *gpu);

#endif
