/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_KLOG_H
#define GP_KLOG_H

#include "machine/machine.h"

/*
 * The messages of the kernel log that a check asks for. The log is read once; a line is kept
 * where it holds one of the phrases of the table in klog.c. Message bodies are matched, never
 * prefixes, which change from kernel to kernel.
 */
enum gp_klog_id {
	GP_KLOG_UNKNOWN_PARAM, /* Unknown kernel command line parameters "..." */
	GP_KLOG_MODULE_PARAM,  /* NAME: unknown parameter '...' ignored */
	GP_KLOG_DMAR_OPTION,   /* DMAR: Unknown option - '...' */
	GP_KLOG_DMAR_FAILURE,  /* the kernel could not start VT-d */
	GP_KLOG_AMD_FAILURE,   /* the kernel could not start the AMD IOMMU */
	GP_KLOG_IR_ENABLED,    /* interrupt remapping is on */
	GP_KLOG_IR_MISSING,    /* vfio says that it is not */
	GP_KLOG_VIRT_DISABLED, /* kvm: VMX/SVM disabled by BIOS */
	GP_KLOG_ACS_OVERRIDE,  /* the out-of-tree ACS override is honoured */
	GP_KLOG_NOMODESET,     /* Booted with the nomodeset parameter */
	GP_KLOG_SIMPLEDRM,     /* Initialized simpledrm */
	GP_KLOG_BAR_BUSY,      /* vfio-pci ...: BAR N: can't reserve [mem ...] */
	GP_KLOG_VFIO_BAD_ID,   /* vfio-pci: invalid id string */
	GP_KLOG_COUNT
};

struct gp_klog_hit {
	enum gp_klog_id id;
	const char *text; /* printable, cut at 400 bytes */
};

struct gp_klog {
	const char *source;        /* file it was read from, or NULL */
	int error;                 /* why it could not be read, positive errno */
	bool whole;                /* starts at boot: what is not in it was not said */
	struct gp_klog_hit *items; /* oldest first, at most 64 of an id */
	size_t n;
	size_t seen[GP_KLOG_COUNT]; /* how many there were */
};

void gp_klog_collect(struct gp_machine *machine, struct gp_klog *ret);

/* The first hit of id after `after` (NULL: from the start), or NULL. */
const struct gp_klog_hit *gp_klog_next(
	const struct gp_klog *klog, enum gp_klog_id id, const struct gp_klog_hit *after);

#endif
