/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_FUNCTIONS_H
#define GP_FUNCTIONS_H

#include "machine/read.h"

/* Vendors of GPUs, by their PCI ids. */
#define GP_INTEL  0x8086
#define GP_AMD    0x1002
#define GP_NVIDIA 0x10de

/* What a display or processing function is good for. */
enum gp_gpu_kind {
	GP_GPU_NONE,     /* not a display or processing function */
	GP_GPU_REAL,     /* a GPU that can be given away */
	GP_GPU_BMC,      /* the display of a board management controller */
	GP_GPU_EMULATED, /* a virtual machine's display */
	GP_GPU_NPU,      /* a processing accelerator that draws nothing */
};

struct gp_bar {
	uint64_t start, end; /* inclusive; both 0: not assigned */
	uint64_t flags;
};

/*
 * A PCI function as sysfs shows it (Documentation/ABI/testing/sysfs-bus-pci). Names come from
 * the PCI ID list through libpci.
 */
struct gp_function {
	const char *address; /* 0000:00:02.0 */
	uint32_t domain;
	uint8_t bus, device, function;
	uint16_t vendor_id, device_id; /* 0xffff where they could not be read */
	uint32_t class_code;           /* 24 bits: base class, subclass, interface */
	const char *id;                /* "8086:4680" */
	const char *name; /* "Intel Corporation AlderLake-S GT1", or "unlisted device" */
	enum gp_gpu_kind kind;
	const char *driver;           /* NULL: none, where driver_from is absent */
	struct gp_origin driver_from; /* present, absent (no driver) or unreadable */
	const char *module; /* the driver's module, which may have another name; NULL: not known */
	struct gp_text_value override;      /* driver_override; "(null)" is absent */
	struct gp_text_value reset_methods; /* reset_method: names, in order */
	struct gp_origin reset;             /* the older reset file */
	struct gp_text_value power_state;   /* D0, D3hot, D3cold, unknown */
	bool boot_vga;
	struct gp_text_value group; /* IOMMU group number */
	struct gp_origin physfn;    /* present: this is a VF */
	const char *pf;             /* address of its PF; NULL: no VF */
	uint64_t numvfs, totalvfs;
	const char *parent;         /* the bridge it is behind, or NULL on a root bus */
	uint8_t secondary_bus;      /* of a bridge; 0: none */
	struct gp_origin bars_from; /* resource */
	struct gp_bar bars[6];
	const char *host_use; /* what the host does with it ("eth0 is up"), or NULL */
};

struct gp_pci {
	struct gp_origin from;     /* /sys/bus/pci/devices */
	struct gp_origin unread;   /* the first vendor, device or class that is there and could
				      not be read; path NULL: none */
	bool is_partial;           /* there may be more functions than these */
	struct gp_function *items; /* sorted by address */
	size_t n;
};

/* pci_ids: file with the names, NULL for the system's. */
void gp_pci_collect(struct gp_machine *machine, const char *pci_ids, struct gp_pci *ret);

const struct gp_function *gp_pci_find(const struct gp_pci *pci, const char *address);
/* Told by its link to a PF, never by its id, which is the PF's. */
bool gp_pci_is_vf(const struct gp_function *function);
/* A host bridge or a bridge between PCI buses: vfio does not mind these in a group. */
bool gp_pci_is_bridge(const struct gp_function *function);
/* The same slot: domain, bus and device are equal. */
bool gp_pci_same_slot(const struct gp_function *a, const struct gp_function *b);
bool gp_pci_same_group(const struct gp_function *a, const struct gp_function *b);
/* Drivers under which a function can be handed to a VM: vfio-pci and its variants, pci-stub,
 * pciback of Xen. */
bool gp_pci_is_vfio_driver(const char *driver);
/* Bound to a driver of the host's own. */
bool gp_pci_is_native(const struct gp_function *function);
const char *gp_gpu_kind_name(enum gp_gpu_kind kind);

/* ---- probes/pci/names.c: the only user of libpci */
struct gp_pci_names;
struct gp_pci_names *gp_pci_names_open(const char *pci_ids);
void gp_pci_names_close(struct gp_pci_names *names);
/* "Vendor Device", or NULL where the list does not know it. */
char *gp_pci_name(
	struct gp_pci_names *names, struct gp_arena *arena, uint16_t vendor, uint16_t device);

#endif
