/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Nodes that are open to all, or shut although their permissions open them. */
#include <string.h>

#include "drm/check-help.h"
#include "drm/checks.h"

#define SHARED     (GP_MODE_NATIVE | GP_MODE_CONTAINER)
#define RENDER_GID "$(pct exec CT -- getent group render | cut -d: -f3)"

/* ---- world-writable-dri */

static void mend_open(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_node *node)
{
	if (gp_is_container(c))
		gp_mend_node(out, finding, node,
			"On the host: chmod 0660 %s, take chmod 666 and mode=0666 out of hooks and "
			"of the container's settings, and give the program the group.",
			node->node.path);
	else
		gp_mend_node(out, finding, node,
			"Run chmod 0660 %s, take what did chmod 666 out of rc.local, cron jobs and "
			"hooks, and add users by usermod -aG render USER.",
			node->node.path);
}

static bool is_debian(const struct gp_platform *platform)
{
	static const char *const ids[] = {"debian", "ubuntu", "raspbian", "linuxmint", NULL};

	return platform->proxmox || gp_is_one_of(platform->distribution_id, ids);
}

/* What makes sure that the host's own rules do not give this mode: somebody did by hand. */
static bool is_by_hand(const struct gp_case *c, const struct gp_node *node)
{
	const struct gp_drm *drm = &c->facts->drm;
	const char *kernel = c->facts->platform.kernel;

	if (!node->render)
		return true;
	if (gp_is_container(c))
		return kernel && gp_ends_with(kernel, "-pve");
	return drm->default_is_known ? !drm->default_is_open : is_debian(&c->facts->platform);
}

static void open_of(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu)
{
	struct gp_finding *finding;

	if (!node->is_device || !node->stat.owner) {
		gp_find_node(out, GP_SKIP, node, gpu, "its permissions are not known");
	} else if (!gp_node_is_open(node)) {
		gp_find_node(out, GP_PASS, node, gpu, "not everybody may open it");
	} else if (!is_by_hand(c, node)) {
		gp_find_node(out, GP_NOTE, node, gpu,
			gp_is_container(c) ? "everybody may open it, as the host may have it"
					   : "everybody may open it, by this distribution's rule");
	} else {
		finding = gp_find_node(out, GP_WARN, node, gpu,
			"everybody may read and write %s; a reboot takes that back",
			node->node.path);
		mend_open(c, out, finding, node);
	}
}

static void say_rule(struct gp_findings *out, const struct gp_open_rule *rule)
{
	struct gp_finding *finding = gp_find(out, GP_WARN, gp_evidence(out, rule->file, rule->text),
		"a rule of udev lets everybody open the GPU's nodes");

	finding->subject = rule->file;
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, rule->file,
			gp_printf(out->arena,
				"Take the line out of %s, then: udevadm control --reload; udevadm "
				"trigger --subsystem-match=drm. Add users by usermod -aG render USER.",
				rule->file),
			0});
}

static void world_writable(const struct gp_case *c, struct gp_findings *out)
{
	gp_each (rule, &c->facts->drm.open_rules)
		say_rule(out, rule);
	if (!c->facts->drm.open_rules.n)
		gp_each_node(c, out, false, open_of);
}

/* ---- node-cgroup-denied */

/* Its permissions let who tried it in. */
static bool is_let_in(const struct gp_case *c, const struct gp_node *node)
{
	const struct gp_process *self = &c->facts->accounts.self;

	return gp_is_present(&self->from) && self->uid == 0 && !gp_node_is_unmapped(c, node);
}

static void say_refused(struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu, const struct gp_tried *tried)
{
	struct gp_finding *finding = gp_find_node(out, GP_WARN, node, gpu,
		"root may not open %s, though its permissions say so: AppArmor, SELinux or a mount "
		"with nodev keeps it shut",
		node->node.path);

	finding->evidence = gp_evidence(out, tried->from.path, "open EACCES");
	gp_mend_node(out, finding, node,
		"In the container see findmnt -T %s: it must not say nodev. On the host dmesg | "
		"grep -i denied names the profile that refuses it.",
		node->node.path);
}

static void denied_of(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu)
{
	const struct gp_tried *tried = gp_drm_tried(&c->facts->drm, node);
	const char *open = tried ? gp_tried_get(tried, "open") : NULL;
	struct gp_finding *finding;

	if (!open) {
		gp_find_node(out, GP_SKIP, node, gpu, "it was not tried");
		return;
	}
	if (strcmp(open, "EACCES") == 0 && is_let_in(c, node)) {
		say_refused(out, node, gpu, tried);
		return;
	}
	if (strcmp(open, "EPERM") != 0) {
		gp_find_node(out, GP_PASS, node, gpu, "no rule of the container refuses it");
		return;
	}
	finding = gp_find_node(out, GP_FAIL, node, gpu,
		"%s is there, and the container's device rules refuse it", node->node.path);
	finding->evidence = gp_evidence(out, tried->from.path, "open EPERM");
	if (gp_is_app_container(c))
		gp_mend_node(out, finding, node,
			"Give it as a device, not as a volume: docker run --device %s; in a "
			"compose file devices: [\"%s\"]; in Kubernetes by a device plugin.",
			node->node.path, node->node.path);
	else
		gp_mend_node(out, finding, node,
			"On the host: pct set CT --dev0 %s,gid=" RENDER_GID "; with "
			"lxc.mount.entry also lxc.cgroup2.devices.allow: c %u:%u rwm.",
			node->node.path, node->stat.dev_major, node->stat.dev_minor);
}

static void cgroup_denied(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_node(c, out, true, denied_of);
}

static const struct gp_check checks[] = {
	{
		.id = "node-cgroup-denied",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_FAIL,
		.title = "the container's device rules refuse the node",
		.why = "A node that is mounted into a container can be seen and not opened, not "
		       "even by root, unless the container's list of devices has it.",
		.mend = "Give the node as a device of the container.",
		.reference = "Linux, Documentation/admin-guide/cgroup-v2.rst: Device controller",
		.roles = GP_ROLE_CONTAINER,
		.modes = SHARED,
		.needs = {"render-node-not-chardev"},
		.run = cgroup_denied,
	},
	{
		.id = "world-writable-dri",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_WARN,
		.title = "everybody may open the GPU's nodes",
		.why = "Every process of the machine may use the GPU, and what another draws may "
		       "leak. After a reboot udev sets the old mode again.",
		.mend = "Set 0660 and use the groups render and video.",
		.reference = "systemd, rules.d/50-udev-default.rules",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = SHARED,
		.needs = {"render-node-not-chardev"},
		.run = world_writable,
	},
};

const struct gp_check_table gp_drm_open_checks = {checks, GP_ARRAY_SIZE(checks)};
