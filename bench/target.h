/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TARGET_H
#define GP_TARGET_H

#include "facts.h"

/* What a workload runs on: a GPU in one of the modes, or the processor. */
struct gp_target {
	const char *subject; /* "0000:00:02.0"; "node/renderD128" where no PCI function is behind
				it; "cpu"; "x11" */
	const char *node;    /* "/dev/dri/renderD128"; NULL: none */
	const char *address; /* of the PCI function; NULL: none */
	const char *driver;  /* the kernel's: "i915", "vgem"; NULL: none or not known */
	const char *name;    /* for people: "Intel Alder Lake-S GT1 [...]", "QEMU Virtual CPU" */
	unsigned int mode;   /* one bit of enum gp_mode */
	const char *mode_because; /* the evidence for it, or that --mode says so */
	unsigned int vendor;      /* PCI vendor id; 0: not known */
	bool is_vf;
};

/* No GPU: libx264, llvmpipe, PoCL. */
struct gp_target gp_target_cpu(struct gp_arena *arena, const struct gp_facts *facts);

/*
 * What `device` names: a PCI address (the domain may be left out), a node ("renderD128",
 * "/dev/dri/renderD128", "card0" for its render node), "cpu", or "x11" (the VA-API of the X server
 * at $DISPLAY). NULL: the first GPU that has a render node, else the processor. mode: 0 is as
 * found. 0, -ENODEV (no such device, or none with a render node) and one line in *ret_error.
 */
int gp_target_find(struct gp_arena *arena, const struct gp_facts *facts, const char *device,
	unsigned int mode, struct gp_target *ret, const char **ret_error);

bool gp_target_is_cpu(const struct gp_target *target);

#endif
