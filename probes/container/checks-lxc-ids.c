/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose the nodes of /dev/dri are in an LXC container. */
#include <stdlib.h>
#include <string.h>

#include "container/check-help.h"
#include "container/checks.h"

/* ---- lxc-nobody */

static void mend_nobody(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_lxc *lxc, const struct gp_lxc_view *view)
{
	const struct gp_user_group *render = gp_user_group_named(&lxc->groups, "render");

	gp_mend_lxc(out, finding, lxc,
		"Take line %zu out of %s and give the container a node of its own: pct set %s "
		"--%s %s,gid=%s; then pct reboot %s.",
		view->node->setting->line, lxc->ct->source, lxc->ct->name + 3,
		gp_lxc_free_device(out->arena, lxc), view->path,
		render ? gp_printf(out->arena, "%llu", (unsigned long long)render->gid)
		       : gp_printf(out->arena,
				 "$(pct exec %s -- getent group render | cut -d: -f3)",
				 lxc->ct->name + 3),
		lxc->ct->name + 3);
}

static void nobody_of(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	struct gp_lxc_views views = gp_lxc_see(out->arena, c, lxc);
	const struct gp_lxc_view *unclear = NULL;

	if (!gp_lxc_maps_hold(lxc))
		return;
	gp_each (view, &views) {
		if (view->file && !view->is_known)
			unclear = view;
		if (!view->is_nobody || gp_is_open_to_all(view->mode))
			continue;
		mend_nobody(out,
			gp_find_lxc(c, out, GP_FAIL, lxc, view->node->setting,
				"in %s %s belongs to nobody: the host's group %s (%llu) has no id "
				"there",
				lxc->ct->name, view->path, view->file->group,
				(unsigned long long)view->file->gid),
			lxc, view);
		return;
	}
	if (!views.n)
		return;
	if (unclear)
		gp_find_lxc(c, out, GP_UNKNOWN, lxc, unclear->node->setting,
			"whose %s is on the host is not known", unclear->path);
	else
		gp_find_lxc(c, out, GP_PASS, lxc, views.items[0].node->setting,
			"what %s gets of /dev/dri has an owner there", lxc->ct->name);
}

static bool is_nobody(const char *name)
{
	static const char *const names[] = {"nogroup", "nobody", "65534", NULL};

	return gp_is_one_of(name, names);
}

static void nobody_here(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_containers *containers = &c->facts->containers;
	struct gp_finding *finding;
	bool any = false;

	gp_each (file, &containers->dri) {
		any |= file->group != NULL;
		if (!file->group || !is_nobody(file->group) || gp_is_open_to_all(file->mode) ||
			!gp_starts_with(gp_dri_name(file->path), "renderD"))
			continue;
		finding = gp_find(out, GP_FAIL,
			gp_printf(out->arena, "%s: %s:%s %04o", file->path, file->owner,
				file->group, file->mode),
			"%s belongs to nobody here: its group on the host has no id in this container",
			file->path);
		finding->subject = file->path;
		gp_mend_by_hand(out, finding, file->path,
			"On the host take the lxc.mount.entry of %s out of the container's settings and "
			"give it a node of its own; on Proxmox: pct set ID --dev0 %s,gid=G, G as "
			"getent group render says here.",
			file->path, file->path);
		return;
	}
	if (any)
		gp_find(out, GP_PASS, "/dev/dri", "the nodes of /dev/dri have owners here");
	else
		gp_find(out, GP_SKIP, "/dev/dri", "this container has no node of /dev/dri");
}

static void lxc_nobody(const struct gp_case *c, struct gp_findings *out)
{
	if (c->roles & GP_ROLE_CONTAINER)
		nobody_here(c, out);
	else
		gp_each_lxc(c, out, nobody_of);
}

/* ---- lxc-gid-from-host */

enum guess { OURS, OTHERS, NOT_KNOWN };

/*
 * Without the container's files: the ids of base-passwd (Debian) below 100 and of a few others are
 * the same everywhere; that of render is given out anew on each system.
 */
static enum guess guess_group(const char *ostype, uint64_t gid)
{
	static const struct {
		const char *ostype;
		uint64_t video;
	} known[] = {{"debian", 44}, {"ubuntu", 44}, {"devuan", 44}, {"alpine", 27}};

	for (size_t i = 0; ostype && i < GP_ARRAY_SIZE(known); i++)
		if (strcmp(known[i].ostype, ostype) == 0)
			return gid == known[i].video ? OURS : gid < 100 ? OTHERS : NOT_KNOWN;
	return NOT_KNOWN;
}

static enum guess judge_group(
	const struct gp_lxc *lxc, const struct gp_user_group *group, uint64_t gid)
{
	static const char *const usual[] = {"render", "video", NULL};

	if (!gp_is_present(&lxc->groups.from))
		return guess_group(lxc->ostype, gid);
	if (!group)
		return lxc->is_nesting ? NOT_KNOWN : OTHERS;
	return gp_is_one_of(group->name, usual) || group->members.n ? OURS : OTHERS;
}

static const char *group_says(struct gp_arena *arena, const struct gp_lxc *lxc,
	const struct gp_user_group *group, const struct gp_user_group *render)
{
	const char *here =
		render ? gp_printf(arena, "; render is %llu there", (unsigned long long)render->gid)
		       : "";

	if (group)
		return gp_printf(arena, "group %s%s", group->name, here);
	if (gp_is_present(&lxc->groups.from))
		return gp_printf(arena, "a group without a name%s", here);
	return "a group that is not render";
}

static void mend_gid(struct gp_findings *out, struct gp_finding *finding, const struct gp_lxc *lxc,
	const struct gp_lxc_view *view, const struct gp_user_group *render)
{
	const char *id = lxc->ct->name + strlen("ct/");

	if (render && view->node->is_made) {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_VM, lxc->ct->name,
				gp_printf(out->arena, "--%s %s,gid=%llu", view->node->setting->key,
					view->path, (unsigned long long)render->gid),
				0});
		gp_mend_lxc(out, finding, lxc,
			"When its setting is changed, start the container again: pct reboot %s.",
			id);
	} else if (view->node->is_made) {
		gp_mend_lxc(out, finding, lxc,
			"With the container running: pct set %s --%s %s,gid=$(pct exec %s -- getent "
			"group render | cut -d: -f3); then pct reboot %s.",
			id, view->node->setting->key, view->path, id, id);
	} else {
		gp_mend_lxc(out, finding, lxc,
			"Take line %zu out of %s and give the container a node of its own: pct set "
			"%s --%s %s,gid=$(pct exec %s -- getent group render | cut -d: -f3); then "
			"pct reboot %s.",
			view->node->setting->line, lxc->ct->source, id,
			gp_lxc_free_device(out->arena, lxc), view->path, id, id);
	}
}

/* Root there may open it whosever it is, where its owner and its group have ids there. */
static bool is_open_to_root(const struct gp_lxc *lxc, const struct gp_lxc_view *view)
{
	uint64_t inside;

	return view->node->is_made || !gp_equal(view->file->owner, "root") ||
	       gp_lxc_inside_id(lxc, true, 0, &inside);
}

/*
 * Who uses it in the container can hardly be seen from here: where no service is, root may be one,
 * as Plex and Docker are started by many.
 */
static void find_other_group(const struct gp_case *c, struct gp_findings *out,
	const struct gp_lxc *lxc, const struct gp_lxc_view *view, const char *whose)
{
	bool open = is_open_to_root(lxc, view);
	const struct gp_user_group *group = gp_user_group_of(&lxc->groups, view->gid);
	const char *service = gp_lxc_service_outside(lxc, group);
	struct gp_strings who = {0};

	if (open)
		gp_strings_add(out->arena, &who, "root");
	if (group || !gp_is_present(&lxc->groups.from))
		gp_strings_add(out->arena, &who,
			group ? gp_printf(out->arena, "members of %s", group->name)
			      : "members of that");
	mend_gid(out,
		gp_find_lxc(c, out, open && !service ? GP_WARN : GP_FAIL, lxc, view->node->setting,
			"in %s %s belongs to gid %llu, %s: %s%s may open it%s%s", lxc->ct->name,
			view->path, (unsigned long long)view->gid, whose,
			who.n ? "only " : "nobody", gp_join(out->arena, &who, " and "),
			service ? ", not " : "", service ? service : ""),
		lxc, view, gp_user_group_named(&lxc->groups, "render"));
}

static void find_no_gid(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc,
	const struct gp_lxc_view *view)
{
	const struct gp_user_group *render = gp_user_group_named(&lxc->groups, "render");

	mend_gid(out,
		gp_find_lxc(c, out, GP_WARN, lxc, view->node->setting,
			"in %s %s is root's alone: the setting names no gid", lxc->ct->name,
			view->path),
		lxc, view, render);
}

/* It may be meant for containers within, which are given the number: a plan leaves it alone. */
static void find_nameless(const struct gp_case *c, struct gp_findings *out,
	const struct gp_lxc *lxc, const struct gp_lxc_view *view,
	const struct gp_user_group *render)
{
	const char *id = lxc->ct->name + strlen("ct/");
	unsigned long long gid = view->gid;
	struct gp_finding *finding = gp_find_lxc(c, out, GP_WARN, lxc, view->node->setting,
		"in %s %s belongs to gid %llu, which no group there has; only containers inside it "
		"that are given this number may open it",
		lxc->ct->name, view->path, gid);

	if (render && view->node->is_made)
		gp_mend_lxc(out, finding, lxc,
			"For programs of %s itself: pct set %s --%s %s,gid=%llu; then pct reboot %s. "
			"For containers of Docker in it: group_add: [\"%llu\"].",
			lxc->ct->name, id, view->node->setting->key, view->path,
			(unsigned long long)render->gid, id, gid);
}

static void find_gid(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc,
	const struct gp_lxc_view *view)
{
	const struct gp_user_group *group = gp_user_group_of(&lxc->groups, view->gid);
	const struct gp_user_group *render = gp_user_group_named(&lxc->groups, "render");
	const struct gp_vm_setting *setting = view->node->setting;
	enum guess guess = judge_group(lxc, group, view->gid);
	unsigned long long gid = view->gid;

	if (guess == OURS)
		gp_find_lxc(c, out, GP_PASS, lxc, setting,
			"in %s %s belongs to group %s (%llu), whose members may open it",
			lxc->ct->name, view->path, group ? group->name : "video", gid);
	else if (guess == OTHERS)
		find_other_group(c, out, lxc, view, group_says(out->arena, lxc, group, render));
	else if (gp_is_present(&lxc->groups.from))
		find_nameless(c, out, lxc, view, render);
	else
		gp_find_lxc(c, out, GP_UNKNOWN, lxc, setting,
			"which group has gid %llu in %s is not known: %s", gid, lxc->ct->name,
			gp_is_absent(&lxc->groups.from)
				? "its files cannot be found from here; look inside it"
				: gp_origin_says(out->arena, &lxc->groups.from));
}

static void gid_of(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	struct gp_lxc_views views = gp_lxc_see(out->arena, c, lxc);

	gp_each (view, &views) {
		if (!view->file || !view->is_known || view->is_nobody || !gp_lxc_maps_hold(lxc))
			continue;
		if (gp_is_open_to_all(view->mode))
			gp_find_lxc(c, out, GP_PASS, lxc, view->node->setting,
				"everybody in %s may open %s", lxc->ct->name, view->path);
		else if (!view->gid)
			find_no_gid(c, out, lxc, view);
		else
			find_gid(c, out, lxc, view);
	}
}

static void lxc_gid(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_lxc(c, out, gid_of);
}

/* ---- lxc-wrong-minor */

/* What the host has of real GPUs: "/dev/dri/renderD129 (0000:03:00.0)". */
static const struct gp_node *usable_node(const struct gp_case *c, const char *like)
{
	bool render = !gp_starts_with(gp_dri_name(like), "card");

	gp_each (node, &c->facts->nodes) {
		const struct gp_function *gpu =
			node->address ? gp_pci_find(&c->facts->pci, node->address) : NULL;

		if (node->render == render && gpu && gpu->kind == GP_GPU_REAL)
			return node;
	}
	return NULL;
}

static void mend_minor(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_lxc *lxc, const struct gp_lxc_view *view)
{
	const struct gp_node *instead = usable_node(c, view->path);
	const char *id = lxc->ct->name + strlen("ct/");
	const char *path = instead ? gp_printf(out->arena, "/dev/dri/%s", instead->name) : NULL;

	if (!path)
		gp_mend_lxc(out, finding, lxc,
			"See what ls -l /dev/dri shows on the host, and name that in %s.",
			lxc->ct->source);
	else if (view->node->is_made)
		gp_mend_lxc(out, finding, lxc,
			"In %s, line %zu, name %s instead of %s and keep the rest of the line; then "
			"pct start %s.",
			lxc->ct->source, view->node->setting->line, path, view->path, id);
	else
		gp_mend_lxc(out, finding, lxc,
			"Take line %zu and the lines lxc.cgroup2.devices.allow of it out of %s, and "
			"give the container a node of its own: pct set %s --%s %s,gid=$(pct exec %s "
			"-- getent group render | cut -d: -f3); then pct reboot %s.",
			view->node->setting->line, lxc->ct->source, id,
			gp_lxc_free_device(out->arena, lxc), path, id, id);
}

static void find_gone(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc,
	const struct gp_lxc_view *view)
{
	const struct gp_origin *from = &c->facts->containers.dri_from;

	if (!gp_is_present(from) && !gp_is_absent(from)) {
		gp_find_lxc(c, out, GP_UNKNOWN, lxc, view->node->setting, "%s",
			gp_origin_says(out->arena, from));
		return;
	}
	mend_minor(c, out,
		gp_find_lxc(c, out, GP_FAIL, lxc, view->node->setting,
			"%s names %s, which the host does not have%s", lxc->ct->name, view->path,
			view->node->is_optional ? "" : ": it does not start"),
		lxc, view);
}

static void find_no_right(const struct gp_case *c, struct gp_findings *out,
	const struct gp_lxc *lxc, const struct gp_lxc_view *view)
{
	struct gp_finding *finding = gp_find_lxc(c, out, GP_FAIL, lxc, view->node->setting,
		"%s gets %s but may not open it: no line allows it the device %u:%u", lxc->ct->name,
		view->path, view->file->major, view->file->minor);

	gp_mend_lxc(out, finding, lxc,
		"In %s allow the number that the device has now, instead of an old one: "
		"lxc.cgroup2.devices.allow: c %u:%u rwm; then pct reboot %s.",
		lxc->ct->source, view->file->major, view->file->minor, lxc->ct->name + 3);
}

/* The node of a server's own display chip, where the host has a GPU. */
static bool is_of_no_gpu(const struct gp_case *c, const struct gp_lxc_view *view)
{
	gp_each (node, &c->facts->nodes) {
		const struct gp_function *function =
			node->address ? gp_pci_find(&c->facts->pci, node->address) : NULL;

		if (function && strcmp(node->name, gp_dri_name(view->path)) == 0)
			return function->kind != GP_GPU_REAL && usable_node(c, view->path);
	}
	return false;
}

static void find_other_device(const struct gp_case *c, struct gp_findings *out,
	const struct gp_lxc *lxc, const struct gp_lxc_view *view)
{
	const struct gp_node *instead = usable_node(c, view->path);

	mend_minor(c, out,
		gp_find_lxc(c, out, GP_FAIL, lxc, view->node->setting,
			"%s gets %s, which is no GPU's; that of %s is %s now", lxc->ct->name,
			view->path, instead->address, instead->name),
		lxc, view);
}

/* True: it was said. */
static bool look_at_view(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc,
	const struct gp_lxc_view *view)
{
	const char *because;
	enum gp_cgroup version = gp_cgroup_of(c, &because);

	if (!view->file) {
		find_gone(c, out, lxc, view);
		return true;
	}
	if (is_of_no_gpu(c, view)) {
		find_other_device(c, out, lxc, view);
		return true;
	}
	if (!view->node->is_made && !view->file->owner) {
		gp_find_lxc(c, out, GP_UNKNOWN, lxc, view->node->setting,
			"the number of %s is not known here", view->path);
		return true;
	}
	if (view->node->is_made || gp_lxc_may_open(lxc, view->file, version != GP_CGROUP_V1) ||
		gp_lxc_may_open(lxc, view->file, version == GP_CGROUP_V1))
		return false;
	find_no_right(c, out, lxc, view);
	return true;
}

static void minor_of(const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc)
{
	struct gp_lxc_views views = gp_lxc_see(out->arena, c, lxc);

	gp_each (view, &views)
		if (look_at_view(c, out, lxc, view))
			return;
	if (views.n)
		gp_find_lxc(c, out, GP_PASS, lxc, views.items[0].node->setting,
			"what %s names of /dev/dri is there, and it may open it", lxc->ct->name);
}

static void wrong_minor(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding = gp_find_message(c, out, GP_LOG_LXC_NO_DEVICE, NULL,
		"a container did not start: a node that it names is not there");
	bool look_on = gp_is_to_look_on(finding);

	if (finding)
		gp_mend_by_hand(out, finding, "/dev/dri",
			"See what ls -l /dev/dri shows on the host, and name that in the container's "
			"settings.");
	if (look_on)
		gp_each_lxc(c, out, minor_of);
}

static const struct gp_check checks[] = {
	{
		.id = "lxc-wrong-minor",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "a container names a node that the GPU has not",
		.why = "Cards and render nodes are numbered as drivers come up: another card, a new "
		       "kernel or a changed order gives them other numbers.",
		.mend = "Name the node that the host has now; dev0 finds its number by itself.",
		.reference = "pct.conf(5): dev[n]; lxc.container.conf(5): lxc.cgroup2",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_CONTAINER,
		.needs = {"vf-blocked-lxc-missing", "lxc-gpu-on-vfio", "dri-node-missing",
			"native-driver-blacklisted", "nomodeset-leftover"},
		.run = wrong_minor,
	},
	{
		.id = "lxc-nobody",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "in the container the GPU's node belongs to nobody",
		.why = "An unprivileged container sees ids of the host that are not mapped into it as "
		       "nobody: no user of it is in that group.",
		.mend = "Give it a node with an id of its own: dev0 with gid=.",
		.reference = "user_namespaces(7); pct.conf(5): dev[n]",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_CONTAINER,
		.needs = {"lxc-gpu-on-vfio"},
		.run = lxc_nobody,
	},
	{
		.id = "lxc-gid-from-host",
		.layer = GP_LAYER_CONTAINER,
		.ceiling = GP_FAIL,
		.title = "in the container the GPU's node belongs to another group",
		.why = "The number of the group render differs from system to system: the host's is "
		       "another group's in the container, where only root and its members may then "
		       "open the node.",
		.mend = "Set gid= to what getent group render says in the container.",
		.reference =
			"pct.conf(5): dev[n]; Jellyfin documentation, hardware acceleration, LXC",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODE_CONTAINER,
		.needs = {"lxc-gpu-on-vfio"},
		.run = lxc_gid,
	},
};

const struct gp_check_table gp_container_lxc_ids_checks = {checks, GP_ARRAY_SIZE(checks)};
