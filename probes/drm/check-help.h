/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRM_CHECK_HELP_H
#define GP_DRM_CHECK_HELP_H

#include "check.h"

/* What several checks of this layer share. */

/* gpu: NULL where it is not known whose node it is. */
typedef void gp_look_at_node(const struct gp_case *c, struct gp_findings *out,
	const struct gp_node *node, const struct gp_function *gpu);

/*
 * Looks at each node of /dev/dri that may be a GPU's of the case; render: at render nodes alone.
 * Skips, saying why, where there is none.
 */
void gp_each_node(
	const struct gp_case *c, struct gp_findings *out, bool render, gp_look_at_node *look);

/* A finding about a node: its subject is node/NAME. */
struct gp_finding *gp_find_node(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_node *node, const struct gp_function *gpu, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* The GPU that it is of, or NULL. */
const struct gp_function *gp_node_gpu(const struct gp_case *c, const struct gp_node *node);

/* "/dev/dri/renderD128: 0660 root render", as evidence. */
const char *gp_node_says(struct gp_arena *arena, const struct gp_node *node);
/* "card0 is 0000:00:02.0's (i915), card1 ..." of cards, or of render nodes. */
const char *gp_nodes_list(struct gp_arena *arena, const struct gp_nodes *nodes, bool render);

/* Everybody may read and write it. */
bool gp_node_is_open(const struct gp_node *node);
/*
 * It belongs to a group that the container's map of ids lacks: the kernel shows nobody's,
 * user_namespaces(7).
 */
bool gp_node_is_unmapped(const struct gp_case *c, const struct gp_node *node);
/* A container that Docker, Podman or Kubernetes made, and not LXC. */
bool gp_is_app_container(const struct gp_case *c);
bool gp_is_container(const struct gp_case *c);
/* A group that has no name here. */
bool gp_is_bare_id(const char *group);

/* Of dri-node-missing, in a container: missing.c. */
void gp_look_for_container_nodes(const struct gp_case *c, struct gp_findings *out);

/* One step by hand about a node. */
void gp_mend_node(struct gp_findings *out, struct gp_finding *finding, const struct gp_node *node,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
