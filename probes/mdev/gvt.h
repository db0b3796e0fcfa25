/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GVT_H
#define GP_GVT_H

#include "kernel/kernel.h"
#include "pci/functions.h"

/* Intel GVT-g: what i915 was told about it, and by whom. */

struct gp_facts;

/* A parameter of i915 as somebody set it. */
struct gp_i915_setting {
	const char *value;
	const char *file;                     /* that sets it */
	const struct gp_param *param;         /* of a kernel command line, or NULL */
	const struct gp_directive *directive; /* of modprobe.d, or NULL */
};

/* The last word of the running kernel's command line, else of modprobe.d. False: nobody's. */
bool gp_i915_setting(const struct gp_facts *facts, const char *name, struct gp_i915_setting *ret);
/* The same of the file that the boot loader's command line is made from. */
bool gp_i915_configured(
	const struct gp_facts *facts, const char *name, struct gp_i915_setting *ret);
/* The parameter of the loaded module, which may be unreadable; NULL: it has none. */
const struct gp_text_value *gp_i915_param(const struct gp_facts *facts, const char *name);
/* A boolean as the kernel takes it. */
bool gp_is_yes(const char *value);

/* The GPU in the processor: the one that GVT-g is about. */
bool gp_is_integrated_intel(const struct gp_function *gpu);
/* Whether GVT-g splits this GPU: 1, 0, or -1 where its id could not be read. */
int gp_gvt_splits(const struct gp_function *gpu);

#endif
