/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether nodes are what their names say, and settings name the right ones. */
#include <string.h>
#include <sys/stat.h>

#include "drm/check-help.h"
#include "drm/checks.h"

#define SHARED (GP_MODE_NATIVE | GP_MODE_CONTAINER)

/* ---- render-node-not-chardev */

static const char *kind_of(mode_t mode)
{
	return S_ISREG(mode)   ? "an ordinary file"
	       : S_ISDIR(mode) ? "a directory"
	       : S_ISCHR(mode) ? "a device, and not of a GPU"
			       : "no device";
}

static void mend_no_device(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_node *node)
{
	if (gp_is_container(c))
		gp_mend_node(out, finding, node,
			"On the host see that ls -l %s shows a device (c at the start of the "
			"line) of the GPU's driver. Then, in the container: rm -r %s, and restart "
			"it.",
			node->node.path, node->node.path);
	else
		gp_mend_node(out, finding, node,
			"Stop the containers that name %s, rm -r %s, load the GPU's driver, and "
			"see with ls -l " GP_DRI " that the device is there before they start.",
			node->node.path, node->node.path);
}

static void chardev_of(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu)
{
	struct gp_finding *finding;

	if (!gp_is_present(&node->node)) {
		gp_find_unknown(out, &node->node);
		return;
	}
	if (!c->facts->nodes.types_known) {
		gp_find_node(out, GP_UNKNOWN, node, gpu,
			"a plain tree does not show whether it is a device");
		return;
	}
	if (node->is_device) {
		gp_find_node(out, GP_PASS, node, gpu, "it is a device of DRM");
		return;
	}
	finding = gp_find_node(out, GP_FAIL, node, gpu, "%s is %s: no program can use a GPU by it",
		node->node.path, kind_of(node->stat.mode));
	mend_no_device(c, out, finding, node);
}

/*
 * Proxmox, when it starts a container: "//dev/dri/renderD128 is not a device", "Device
 * /dev/dri/renderD128 does not exist".
 */
static const struct gp_log_hit *said_no_device(const struct gp_case *c)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_NOT_A_DEVICE);

	return hit && strstr(hit->text, GP_DRI "/") &&
			       (strstr(hit->text, "is not a device") ||
				       strstr(hit->text, "does not exist"))
		       ? hit
		       : NULL;
}

static void not_chardev(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *said = said_no_device(c);
	struct gp_finding *finding;

	if (!said || c->facts->nodes.n) {
		gp_each_node(c, out, false, chardev_of);
		return;
	}
	finding = gp_find(out, GP_FAIL, gp_log_evidence(out, said),
		"what a container is given as a node of " GP_DRI " is no device, or not there");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, GP_DRI,
			"On the host, take away what ls -l " GP_DRI " shows without a c at the "
			"start of its line, load the GPU's driver, then start the container.",
			0});
}

/* ---- render-minor-name-mismatch */

static void minor_of(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu)
{
	const struct gp_node *other;
	struct gp_finding *finding;

	if (!node->is_device) {
		gp_find_node(out, GP_SKIP, node, gpu, "it is no device");
		return;
	}
	if (strcmp(node->name, node->really) == 0) {
		gp_find_node(out, GP_PASS, node, gpu, "its number is that of its name, %u:%u",
			node->stat.dev_major, node->stat.dev_minor);
		return;
	}
	other = gp_nodes_find(&c->facts->nodes, node->really);
	if (other && other->is_device && gp_equal(other->really, node->really)) {
		gp_find_node(out, GP_NOTE, node, gpu, "it is %s under another name; %s is here too",
			node->really, node->really);
		return;
	}
	finding = gp_find_node(out, GP_WARN, node, gpu,
		"%s has the number of %s, %u:%u: newer libdrm looks for that name and fails",
		node->name, node->really, node->stat.dev_major, node->stat.dev_minor);
	gp_mend_node(out, finding, node,
		"Give it to the container under its own name: " GP_DRI "/%s, in the container as "
		"on the host, and set the program to that.",
		node->really);
}

static void minor_mismatch(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_node(c, out, false, minor_of);
}

/* ---- card-renumber */

static const struct gp_node *node_of_real_gpu(const struct gp_case *c, bool render)
{
	gp_each (node, &c->facts->nodes) {
		const struct gp_function *gpu = gp_node_gpu(c, node);

		if (node->render == render && !gp_is_absent(&node->node) && gpu &&
			gpu->kind == GP_GPU_REAL)
			return node;
	}
	return NULL;
}

static bool has_link(const struct gp_nodes *nodes, const char *name)
{
	gp_each (link, &nodes->links)
		if (strcmp(link->name, name + strlen(GP_BY_PATH)) == 0)
			return !link->leads_nowhere;
	return false;
}

static bool is_render_name(const char *name)
{
	return *name == 'r' || gp_ends_with(name, "-render");
}

/* The vendor whose media driver a setting asks for; 0: it does not say. */
static uint16_t vendor_asked(const char *text)
{
	static const struct {
		const char *word;
		uint16_t vendor;
	} words[] = {
		{"iHD", GP_INTEL}, {"i965", GP_INTEL}, {"qsv", GP_INTEL}, {"radeonsi", GP_AMD}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(words); i++)
		if (strstr(text, words[i].word))
			return words[i].vendor;
	return 0;
}

/* The node of another GPU, which is the one that the setting's driver is made for; or NULL. */
static const struct gp_node *node_meant(
	const struct gp_case *c, const struct gp_node *node, const char *setting)
{
	const struct gp_function *gpu = gp_node_gpu(c, node), *other;
	uint16_t vendor = vendor_asked(setting);

	if (!gpu || !vendor || gpu->vendor_id == vendor)
		return NULL;
	gp_each (found, &c->facts->nodes) {
		other = gp_node_gpu(c, found);
		if (found->render == node->render && !gp_is_absent(&found->node) && other &&
			other->vendor_id == vendor)
			return found;
	}
	return NULL;
}

/* What is wrong with naming it, as words behind its name; NULL: nothing that is known. */
static const char *wrong_node(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_named_node *named)
{
	const char *name = named->node;
	const struct gp_node *node = gp_nodes_find(&c->facts->nodes, name), *real;
	const struct gp_function *gpu;

	if (gp_starts_with(name, GP_BY_PATH) && has_link(&c->facts->nodes, name))
		return NULL;
	if (!node)
		return gp_printf(arena, "which is not there; %s",
			gp_nodes_list(arena, &c->facts->nodes, is_render_name(name)));
	gpu = gp_node_gpu(c, node);
	real = node_meant(c, node, named->text);
	if (real)
		return gp_printf(arena,
			"which is %s's; the GPU that the driver asked for is made "
			"for has %s",
			gpu->address, real->name);
	real = node_of_real_gpu(c, node->render);
	if (!real || (gpu ? gpu->kind == GP_GPU_REAL : !gp_node_is_virtual(node)))
		return NULL;
	return gp_printf(arena, "which is %s's; the GPU's is %s",
		node->driver ? node->driver : "another device", real->name);
}

static void mend_named(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_named_node *named)
{
	bool render = is_render_name(named->node);

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, *named->user ? named->user : named->where,
			gp_printf(out->arena,
				"In %s name the node that is the GPU's now: %s. Where a path may be "
				"given, " GP_DRI
				"/by-path/pci-ADDRESS-%s stays the same over boots.",
				named->where, gp_nodes_list(out->arena, &c->facts->nodes, render),
				render ? "render" : "card"),
			0});
}

static void look_at_named(
	const struct gp_case *c, struct gp_findings *out, const struct gp_named_node *named)
{
	const char *wrong = wrong_node(c, out->arena, named);
	const char *evidence = gp_evidence(out, named->where, named->text);
	struct gp_finding *finding;

	finding = gp_find(out, wrong ? GP_WARN : GP_PASS, evidence, "%s",
		wrong ? gp_printf(out->arena, "%s names %s, %s",
				*named->user ? named->user : named->where, named->node, wrong)
		      : gp_printf(out->arena, "%s is there", named->node));
	finding->subject = *named->user ? named->user : named->where;
	if (gp_starts_with(named->user, "ct/"))
		finding->waits_for = "lxc-wrong-minor";
	if (wrong)
		mend_named(c, out, finding, named);
}

static void card_renumber(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_nodes *nodes = &c->facts->nodes;

	if (!c->facts->drm.named.n) {
		gp_find(out, GP_PASS, "", "no settings that were read name a node by its number");
		return;
	}
	if (nodes->dri.presence == GP_UNREADABLE) {
		gp_find_unknown(out, &nodes->dri);
		return;
	}
	if (!node_of_real_gpu(c, true) && !node_of_real_gpu(c, false) && c->n_gpus) {
		gp_find(out, GP_SKIP, nodes->dri.path, "no GPU has a node");
		return;
	}
	gp_each (named, &c->facts->drm.named)
		look_at_named(c, out, named);
}

static const struct gp_check checks[] = {
	{
		.id = "render-node-not-chardev",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_FAIL,
		.title = "a node of /dev/dri is no device",
		.why = "Where a container is given a node that the host has not, an empty file or a "
		       "directory is made in its place, and stays when the driver comes.",
		.mend = "Remove the file, load the driver, start the container again.",
		.reference = "Proxmox VE, PVE/LXC/Tools.pm; lxc.container.conf(5): create=file",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = SHARED,
		.run = not_chardev,
	},
	{
		.id = "render-minor-name-mismatch",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_WARN,
		.title = "a node has another number than its name says",
		.why = "libdrm from 2.4.116 on makes the name of a node out of its number and looks "
		       "whether that is there.",
		.mend = "Give the node to the container under the name that it has on the host.",
		.reference = "libdrm, xf86drm.c: drmGetMinorType(); jellyfin-ffmpeg issue 297",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = SHARED,
		.needs = {"render-node-not-chardev"},
		.run = minor_mismatch,
	},
	{
		.id = "card-renumber",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_WARN,
		.title = "settings name a node that is not there, or not the GPU's",
		.why = "Nodes are numbered as drivers start: a framebuffer of the firmware may be "
		       "card0, and a new kernel may start them in another order.",
		.mend = "Name the node by its path: /dev/dri/by-path/pci-ADDRESS-render.",
		.reference = "Linux, drivers/gpu/drm/drm_drv.c: drm_minor_alloc()",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = SHARED,
		.needs = {"dri-node-missing", "vf-blocked-lxc-missing", "sriov-vfs-lost-reboot"},
		.run = card_renumber,
	},
};

const struct gp_check_table gp_drm_node_checks = {checks, GP_ARRAY_SIZE(checks)};
