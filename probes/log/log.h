/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_LOG_H
#define GP_LOG_H

#include "machine/machine.h"

/*
 * The messages of a log that a check asks for: of the kernel's, and of what QEMU and the VM
 * managers wrote. A log is read once; a line is kept where it holds one of the phrases of
 * log/phrases.c. Message bodies are matched, never prefixes, which change from version to version.
 */
enum gp_log_id {
	/* kernel command line and modules */
	GP_LOG_UNKNOWN_PARAM, /* Unknown kernel command line parameters "..." */
	GP_LOG_MODULE_PARAM,  /* NAME: unknown parameter '...' ignored */
	GP_LOG_NOMODESET,     /* Booted with the nomodeset parameter */
	/* firmware and IOMMU */
	GP_LOG_DMAR_OPTION,   /* DMAR: Unknown option - '...' */
	GP_LOG_DMAR_FAILURE,  /* the kernel could not start VT-d */
	GP_LOG_AMD_FAILURE,   /* the kernel could not start the AMD IOMMU */
	GP_LOG_IR_ENABLED,    /* interrupt remapping is on */
	GP_LOG_IR_MISSING,    /* vfio says that it is not */
	GP_LOG_VIRT_DISABLED, /* kvm: VMX/SVM disabled by BIOS */
	GP_LOG_ACS_OVERRIDE,  /* the out-of-tree ACS override is honoured */
	/* pci and vfio */
	GP_LOG_SIMPLEDRM,   /* Initialized simpledrm */
	GP_LOG_BAR_BUSY,    /* vfio-pci ...: BAR N: can't reserve [mem ...] */
	GP_LOG_VFIO_BAD_ID, /* vfio-pci: invalid id string */
	GP_LOG_RESET_WAIT,   /* (not )ready 1023ms after FLR; waiting, giving up */
	GP_LOG_INACCESSIBLE, /* ... to D0, device inaccessible */
	GP_LOG_ROM_INVALID,  /* the option ROM is none */
	GP_LOG_DENYLIST,     /* exists in vfio-pci device denylist */
	GP_LOG_VFIO_DENIED,  /* AppArmor or SELinux kept something from /dev/vfio/ */
	GP_LOG_MSR,          /* kvm: a guest's access to a register that kvm does not know */
	/* mdev and GVT-g */
	/* SR-IOV */
	/* drivers and their firmware */
	/* QEMU, Proxmox, libvirt */
	GP_LOG_NOT_VIABLE,   /* vfio 0000:01:00.0: group 1 is not viable */
	GP_LOG_VFIO_OPEN,    /* failed to open /dev/vfio/1: Permission denied */
	GP_LOG_VFIO_IN_USE,  /* another VM has the device */
	GP_LOG_BIND_FAILED,  /* Proxmox could not bind the device to vfio-pci */
	GP_LOG_CDEV_MISSING, /* there is no /dev/vfio/devices/vfioN */
	GP_LOG_XEN_HOST_BRIDGE, /* Xen: ... Failed to open .../0000:00:00.0/config */
	GP_LOG_COUNT
};

/* The phrases of ids; one id may have several. Two lines of one table may share a phrase. */
struct gp_log_phrase {
	enum gp_log_id id;
	const char *phrase; /* at least four bytes */
};

extern const struct gp_log_phrase gp_log_phrases[];
extern const size_t gp_log_phrase_count;

struct gp_log_hit {
	enum gp_log_id id;
	const char *text;   /* printable, cut at 400 bytes */
	const char *source; /* "kernel log", or the file */
	int64_t usec;       /* since boot; -1: not known */
};

struct gp_log {
	const char *source;       /* file it was read from, or NULL */
	int error;                /* why it could not be read, positive errno */
	bool whole;               /* starts at boot: what is not in it was not said */
	struct gp_log_hit *items; /* oldest first, at most 64 of an id */
	size_t n;
	size_t seen[GP_LOG_COUNT]; /* how many there were */
};

void gp_log_collect_kernel(struct gp_machine *machine, struct gp_log *ret);

/* The first hit of id after `after` (NULL: from the start), or NULL. */
const struct gp_log_hit *gp_log_next(
	const struct gp_log *log, enum gp_log_id id, const struct gp_log_hit *after);
/* The same, of those that name the address, with its domain or without. */
const struct gp_log_hit *gp_log_next_of(const struct gp_log *log, enum gp_log_id id,
	const char *address, const struct gp_log_hit *after);

/* ---- scanning: log/scan.c */

/* Finds all phrases in one pass over a text. */
struct gp_log_scanner;
struct gp_log_scanner *gp_log_scanner_new(struct gp_arena *arena);
/* Calls found() once for each id with a phrase in the text, in no particular order. */
void gp_log_scan(const struct gp_log_scanner *scanner, const char *text, size_t size,
	void (*found)(void *context, enum gp_log_id id), void *context);
/* Adds a hit for each id in the line. */
void gp_log_take(struct gp_arena *arena, const struct gp_log_scanner *scanner, struct gp_log *log,
	const char *source, const struct gp_klog_line *line);

#endif
