/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_VFIO_H
#define GP_VFIO_H

#include "kernel/kernel.h"
#include "pci/functions.h"

/* Whether vfio-pci ever hears of an id. */
enum gp_id_lost {
	GP_ID_TAKEN,
	GP_ID_CUT,      /* behind a blank: the kernel takes it for a parameter of its own */
	GP_ID_REPLACED, /* a later ids= counts instead */
};

/* A PCI id that vfio-pci was told to take, and where. */
struct gp_vfio_id {
	const char *id;                       /* "8086:4680" */
	const char *text;                     /* as it stands, with what narrows it down */
	const char *source;                   /* "/etc/modprobe.d/vfio.conf:1", "/proc/cmdline" */
	const struct gp_directive *directive; /* NULL: of the kernel command line */
	size_t list;                          /* which ids= of its source, from 1 */
	enum gp_id_lost lost;
};

struct gp_vfio {
	struct gp_vfio_id *items;
	size_t n;
};

/* Finds the ids in what the kernel was told. */
void gp_vfio_collect(struct gp_arena *arena, const struct gp_kernel *kernel, struct gp_vfio *ret);

/* The entry that names this function, lost ones left out, or NULL. */
const struct gp_vfio_id *gp_vfio_claims(
	const struct gp_vfio *vfio, const struct gp_function *function);

#endif
