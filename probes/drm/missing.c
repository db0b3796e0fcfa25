/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A container without a render node: of dri-node-missing. */
#include <string.h>

#include "drm/check-help.h"

#define WHERE "/dev/dri/renderD128" /* the usual one, where the host's is not known */

static const struct gp_node *any_render_node(const struct gp_nodes *nodes, bool here)
{
	gp_each (node, nodes)
		if (node->render && gp_is_absent(&node->node) != here && !gp_node_is_virtual(node))
			return node;
	return NULL;
}

/* CUDA needs no render node. */
static bool all_are_nvidia(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (!gp_equal(c->gpus[i]->driver, "nvidia"))
			return false;
	return c->n_gpus > 0;
}

static void mend_missing(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const struct gp_node *hosts = any_render_node(&c->facts->nodes, false);
	const char *path = hosts ? hosts->node.path : WHERE;
	const char *docker = gp_printf(out->arena,
		"Start the container with it: docker run --device %s; in a compose file devices: "
		"[\"%s\"]; in Kubernetes ask for the resource of the GPU's device plugin.",
		path, path);
	const char *lxc = gp_printf(out->arena,
		"On the host: pct set CT --dev0 %s,gid=$(pct exec CT -- getent group render | cut "
		"-d: -f3), then restart the container. CT is its number.",
		path);

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, GP_DRI, gp_is_app_container(c) ? docker : lxc, 0});
}

void gp_look_for_container_nodes(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_nodes *nodes = &c->facts->nodes;
	const struct gp_node *node = any_render_node(nodes, true);
	bool is_asked = strcmp(c->intent, "--mode") == 0;
	struct gp_finding *finding;

	if (node) {
		gp_find(out, GP_PASS, node->node.path, "the container has %s", node->name);
		return;
	}
	if (nodes->dri.presence == GP_UNREADABLE) {
		gp_find(out, c->modes ? GP_UNKNOWN : GP_SKIP, nodes->dri.path, "%s",
			gp_origin_says(out->arena, &nodes->dri));
		return;
	}
	if (!c->n_gpus && !c->modes) {
		gp_find(out, GP_SKIP, nodes->dri.path, "no GPU is seen");
		return;
	}
	if (all_are_nvidia(c)) {
		gp_find(out, is_asked ? GP_WARN : GP_NOTE, nodes->dri.path,
			"the container has no render node: that is enough for CUDA alone");
		return;
	}
	finding = gp_find(out, GP_FAIL, gp_printf(out->arena, GP_DRI ": no render node"),
		"the container was given no render node");
	finding->waits_for = "docker-device-missing";
	mend_missing(c, out, finding);
}
