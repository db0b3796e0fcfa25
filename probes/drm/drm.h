/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRM_H
#define GP_DRM_H

#include "drm/accounts.h"
#include "drm/nodes.h"
#include "machine/attempt.h"

struct gp_facts;

/* A place that names a node by its number, which another boot may give to another GPU. */
struct gp_named_node {
	const char *node;  /* renderD128, or by-path/... */
	const char *where; /* /etc/pve/lxc/101.conf:7 */
	const char *text;  /* what stands there */
	const char *user;  /* ct/101, vm/100; "": the machine */
};

/* A rule of udev that lets everybody open nodes. */
struct gp_open_rule {
	const char *file, *text;
};

/* What came of opening a render node, and its access list: gpupass-try-drm. */
struct gp_node_try {
	const char *node; /* /dev/dri/renderD128 */
	struct gp_tried tried;
};

struct gp_drm {
	struct {
		struct gp_named_node *items;
		size_t n;
	} named;
	struct {
		struct gp_open_rule *items;
		size_t n;
	} open_rules;          /* of the administrator's */
	bool default_is_open;  /* the distribution's own rule gives render nodes 0666 */
	bool default_is_known; /* that rule could be read */
	struct gp_origin seat; /* /run/systemd/seats/seat0 */
	uint64_t seat_uid;     /* of who sits at the display */
	bool seat_is_taken;
	struct gp_text_value perf_paranoid; /* kernel.perf_event_paranoid: "2", "-1" */
	struct {
		struct gp_node_try *items;
		size_t n;
	} tries;
};

/* Asks for the render nodes that the kernel has a driver for. */
void gp_drm_attempts(struct gp_arena *arena, const struct gp_facts *facts, struct gp_attempts *ret);
void gp_drm_collect(struct gp_machine *machine, const struct gp_attempts *attempts,
	const struct gp_facts *facts, struct gp_drm *ret);

/* What came of opening it, or NULL. */
const struct gp_tried *gp_drm_tried(const struct gp_drm *drm, const struct gp_node *node);

/* ---- the pieces: named.c */

void gp_drm_collect_named(
	struct gp_machine *machine, const struct gp_facts *facts, struct gp_drm *ret);

#endif
