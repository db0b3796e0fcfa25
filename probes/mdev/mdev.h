/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MDEV_H
#define GP_MDEV_H

#include "machine/read.h"
#include "pci/functions.h"

/*
 * Devices that are split into mediated devices (Documentation/driver-api/
 * vfio-mediated-device.rst): who can be, into what, and what was made of them.
 */

/* A device that makes mdevs; a GPU, or one that is on no PCI bus. */
struct gp_mdev_parent {
	const char *name;            /* 0000:00:02.0, mdpy */
	struct gp_names_value types; /* names in its mdev_supported_types */
};

struct gp_mdev_type {
	const char *parent, *type;        /* 0000:00:02.0, i915-GVTg_V5_4 */
	const char *dir;                  /* its directory */
	struct gp_text_value name;        /* GVTg_V5_4, GRID T4-1Q */
	struct gp_text_value description; /* several lines, or absent */
	struct gp_text_value device_api;  /* vfio-pci */
	struct gp_number_value left;      /* instances that can still be made */
};

/* An mdev that exists: /sys/bus/mdev/devices/UUID. */
struct gp_mdev_device {
	const char *uuid, *dir;
	const char *parent;                /* "" where not known */
	const char *type, *driver, *group; /* likewise */
};

/* One that mdevctl is told to make: /etc/mdevctl.d/PARENT/UUID. */
struct gp_mdev_definition {
	const char *uuid, *parent, *source;
	const char *type; /* "" where the file does not say */
	bool at_boot;
};

/* A VF of an NVIDIA GPU that becomes a vGPU without an mdev (kernel 6.8 and later). */
struct gp_nvidia_vgpu {
	const char *address, *pf;
	struct gp_text_value creatable; /* "ID : NAME" a line */
	struct gp_number_value current; /* type; 0: none */
};

struct gp_mdev {
	struct gp_origin from; /* /sys/class/mdev_bus */
	struct {
		struct gp_mdev_parent *items;
		size_t n;
	} parents;
	struct {
		struct gp_mdev_type *items;
		size_t n;
	} types;                       /* in the order of their parents */
	struct gp_origin devices_from; /* /sys/bus/mdev/devices */
	struct {
		struct gp_mdev_device *items;
		size_t n;
	} devices;
	struct {
		struct gp_mdev_definition *items;
		size_t n;
	} definitions;
	struct {
		struct gp_nvidia_vgpu *items;
		size_t n;
	} vgpus;
};

struct gp_facts;
struct gp_vm;

void gp_mdev_collect(struct gp_machine *machine, const struct gp_pci *pci, struct gp_mdev *ret);

/* The next type that this device can be split into; NULL behind the last. */
const struct gp_mdev_type *gp_mdev_next_type(
	const struct gp_mdev *mdev, const char *parent, const struct gp_mdev_type *after);
/* The type of that name, or NULL. */
const struct gp_mdev_type *gp_mdev_type(
	const struct gp_mdev *mdev, const char *parent, const char *type);

/* ---- mdev/owner.c */
/*
 * The VM that an mdev is made for: one whose QEMU names it, or whose number Proxmox has put into
 * the UUID. NULL: none that this machine has.
 */
const struct gp_vm *gp_mdev_owner(
	const struct gp_facts *facts, const struct gp_mdev_device *device);
/* "vm/100, which is running", "vm/100", "a program that gpupass does not know". */
const char *gp_mdev_owner_says(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_mdev_device *device);

/* ---- mdev/wish.c */
/* The setting that asks for vGPUs of this GPU: a file, or NULL. */
const char *gp_mdev_wish(const struct gp_facts *facts, const struct gp_function *gpu);

#endif
