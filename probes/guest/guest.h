/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GUEST_H
#define GP_GUEST_H

#include "machine/read.h"
#include "pci/functions.h"

/* What a virtual machine sees of how it got its GPUs, and whether its kernel is made for them. */

/* A guest is not told: it follows from what drivers say and from what a device shows. */
enum gp_passed_as {
	GP_PASSED_UNKNOWN,
	GP_PASSED_FULL,     /* the whole device */
	GP_PASSED_SPLIT,    /* a vGPU: GVT-g, NVIDIA vGPU */
	GP_PASSED_VF,       /* a virtual function */
	GP_PASSED_EMULATED, /* QEMU's or another hypervisor's own display */
};

struct gp_guest_gpu {
	const struct gp_function *function;
	enum gp_passed_as as;
	const char *because; /* the evidence: a log line, a file, an id; "" where not known */
};

/* A graphics driver that a kernel may bring along. */
struct gp_own_driver {
	const char *name;
	struct gp_origin folder; /* /lib/modules/RELEASE/kernel/drivers/gpu/drm/... */
};

enum gp_kernel_flavour {
	GP_FLAVOUR_FULL,    /* nothing in its name says otherwise */
	GP_FLAVOUR_CLOUD,   /* Debian's cloud-amd64, Ubuntu's aws, azure, gcp... */
	GP_FLAVOUR_KVM,     /* Ubuntu's kvm */
	GP_FLAVOUR_UNKNOWN, /* its release is not known */
};

struct gp_facts;

struct gp_guest {
	struct gp_guest_gpu *items; /* the display and processing functions, by address */
	size_t n;
	enum gp_kernel_flavour flavour;
	struct gp_own_driver drivers[4]; /* without a release: never looked for */
};

/* facts: all but these, gathered before. */
void gp_guest_collect(
	struct gp_machine *machine, const struct gp_facts *facts, struct gp_guest *ret);

/* How this function was passed to the guest. */
enum gp_passed_as gp_guest_passed_as(
	const struct gp_guest *guest, const struct gp_function *function);
const char *gp_guest_because(const struct gp_guest *guest, const struct gp_function *function);
/* The mode (enum gp_mode) that a GPU of a guest is used in: as it was passed, else native. */
unsigned gp_guest_mode(const struct gp_guest *guest, const struct gp_function *function);
/* "full", "split", "vf", "emulated", "unknown" */
const char *gp_passed_as_name(enum gp_passed_as as);

/* The folder of a driver that the kernel itself brings, or NULL where it is none of drivers[]. */
const struct gp_origin *gp_guest_own_driver(const struct gp_guest *guest, const char *name);

/* ---- the pieces: passed.c */

/* What one GPU shows of how it was passed; model is that of NVIDIA's driver. */
struct gp_guest_gpu gp_guest_find_passed(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, const struct gp_text_value *model);

#endif
