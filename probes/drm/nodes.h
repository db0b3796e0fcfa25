/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRM_NODES_H
#define GP_DRM_NODES_H

#include "machine/read.h"

#define GP_DRI       "/dev/dri"
#define GP_BY_PATH   "by-path/"
#define GP_DRM_MAJOR 226 /* Linux, Documentation/admin-guide/devices.txt */

/*
 * The nodes of /dev/dri, and those that the kernel has and /dev/dri lacks. A container may have one
 * of the host's nodes, under another name, and see all of the host's /sys.
 */
struct gp_node {
	const char *name;      /* in /dev/dri, else the kernel's: card0, renderD128 */
	const char *really;    /* what the kernel calls the device with its number, or NULL */
	struct gp_origin node; /* /dev/dri/NAME */
	struct gp_stat stat;   /* of that; a zero mode: not known */
	bool is_device;        /* it is a character device with DRM's major number */
	bool render;           /* by its name */
	struct gp_origin from; /* /sys/class/drm/REALLY */
	const char *address;   /* of the PCI function behind it, or NULL */
	const char *driver;    /* i915, simple-framebuffer, vgem; NULL: not known */
};

/* /dev/dri/by-path/pci-0000:00:02.0-render -> ../renderD128 */
struct gp_node_link {
	const char *name;
	const char *target; /* renderD128 */
	bool leads_nowhere;
};

struct gp_nodes {
	struct gp_origin from; /* /sys/class/drm, or what below it could not be read */
	struct gp_origin dri;  /* /dev/dri */
	bool types_known;      /* false: a plain tree has files where a machine has devices */
	struct gp_node *items; /* those of /dev/dri, then the others, by name */
	size_t n;
	struct {
		struct gp_node_link *items;
		size_t n;
	} links;
	struct gp_origin intel_gpu_top; /* the tool that shows how busy they are */
};

void gp_nodes_collect(struct gp_machine *machine, struct gp_nodes *ret);

/* The render node of the function at that address, or NULL. */
const struct gp_node *gp_nodes_render(const struct gp_nodes *nodes, const char *address);
/* The one of that name in /dev/dri, or NULL. */
const struct gp_node *gp_nodes_find(const struct gp_nodes *nodes, const char *name);
/* Whether a name is that of a node: card0, renderD128. */
bool gp_is_node_name(const char *name);
/* It is of no hardware: a firmware's framebuffer, or made by software alone. */
bool gp_node_is_virtual(const struct gp_node *node);

#endif
