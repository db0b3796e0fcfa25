/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRM_NODES_H
#define GP_DRM_NODES_H

#include "machine/read.h"

/* The nodes of /dev/dri, as the kernel says which device each is of. */
struct gp_node {
	const char *name;      /* card0, renderD128 */
	const char *address;   /* of its PCI function; NULL: of none */
	struct gp_origin node; /* /dev/dri/NAME */
	bool render;
};

struct gp_nodes {
	struct gp_origin from; /* /sys/class/drm, or what below it could not be read */
	struct gp_node *items; /* by name */
	size_t n;
	struct gp_origin intel_gpu_top; /* the tool that shows how busy they are */
};

void gp_nodes_collect(struct gp_machine *machine, struct gp_nodes *ret);

/* The render node of the function at that address, or NULL. */
const struct gp_node *gp_nodes_render(const struct gp_nodes *nodes, const char *address);

#endif
