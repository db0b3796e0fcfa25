/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether who is to use a GPU may open its node. */
#include <string.h>

#include "drm/access.h"
#include "drm/check-help.h"
#include "drm/checks.h"

#define SHARED     (GP_MODE_NATIVE | GP_MODE_CONTAINER)
#define ANYWHERE   (GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER)
#define RENDER_GID "$(pct exec CT -- getent group render | cut -d: -f3)"

#define UNMAPPED "its group is one of the host's that the container does not know"

static void mend_group(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_node *node)
{
	const char *path = node->node.path;

	if (gp_is_container(c))
		gp_mend_node(out, finding, node,
			"On the host give the node the container's own number of render: pct set "
			"CT --dev0 %s,gid=" RENDER_GID ", then restart the container. CT is its "
			"number.",
			path);
	else
		gp_mend_node(out, finding, node,
			"Have udev set it again: udevadm trigger --name-match=%s. Then look for "
			"what changed it: chgrp or chown in a hook of a container, in rc.local or a "
			"cron job.",
			path);
}

static void say_root(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu)
{
	struct gp_finding *finding = gp_find_node(out, GP_WARN, node, gpu,
		"%s belongs to the group root: only root may open it", node->node.path);

	mend_group(c, out, finding, node);
}

static void say_wrong(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu)
{
	const char *group = node->stat.group;
	struct gp_finding *finding = gp_find_node(out, GP_FAIL, node, gpu,
		gp_is_bare_id(group) ? "%s belongs to group %s, which has no name here"
				     : "%s belongs to the group %s and not to render",
		node->node.path, group);

	mend_group(c, out, finding, node);
}

/* The number is the host's; its name comes from the image, or there is none. */
static bool has_hosts_group(const struct gp_case *c, const struct gp_node *node)
{
	if (gp_is_app_container(c))
		return true;
	return gp_is_container(c) && gp_is_bare_id(node->stat.group) &&
	       !gp_is_present(&c->facts->accounts.groups.from);
}

/* All who are known to be meant, root aside. */
static bool all_are_let_in(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_node *node)
{
	const struct gp_origin *unknown;
	struct gp_persons persons = gp_persons_of(c, arena, &unknown);

	gp_each (person, &persons)
		if (person->overrides || gp_person_access(c, person, node) != GP_ACCESS_YES)
			return false;
	return persons.n > 0;
}

static void group_of(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu)
{
	static const char *const right[] = {"render", "video", NULL};
	const char *group = node->stat.group;

	if (!node->is_device)
		gp_find_node(out, GP_SKIP, node, gpu, "it is no device");
	else if (!group)
		gp_find_node(out, GP_UNKNOWN, node, gpu, "whose it is was not read");
	else if (gp_is_one_of(group, right))
		gp_find_node(out, GP_PASS, node, gpu, "it belongs to the group %s", group);
	else if (gp_node_is_open(node))
		gp_find_node(out, GP_PASS, node, gpu, "everybody may open it, whatever its group");
	else if (gp_node_is_unmapped(c, node))
		gp_find_node(out, GP_SKIP, node, gpu, UNMAPPED);
	else if (has_hosts_group(c, node))
		gp_find_node(out, GP_PASS, node, gpu,
			"it belongs to the host's group, %s here, as it does in such a container",
			group);
	else if (all_are_let_in(c, out->arena, node))
		gp_find_node(out, GP_NOTE, node, gpu,
			"it belongs to the group %s, and who is to use it is let in", group);
	else if (strcmp(group, "root") == 0)
		say_root(c, out, node, gpu);
	else
		say_wrong(c, out, node, gpu);
}

static void wrong_group(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_node(c, out, true, group_of);
}

/* ---- not-in-render */

static const char *group_number(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_node *node)
{
	uint64_t gid;

	if (gp_accounts_gid(&c->facts->accounts, node->stat.group, &gid))
		return gp_printf(arena, "%llu", (unsigned long long)gid);
	return gp_printf(arena, "$(stat -c %%g %s)", node->node.path);
}

static void mend_app_container(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_node *node)
{
	const char *gid = group_number(c, out->arena, node);

	gp_mend_node(out, finding, node,
		"Start the container with the node's group: docker run --group-add %s; in a "
		"compose file group_add: [\"%s\"]; in a pod securityContext.supplementalGroups: "
		"[%s].",
		gid, gid, gid);
}

static void mend_membership(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const struct gp_node *node, const struct gp_person *person)
{
	bool no_name = gp_is_bare_id(node->stat.group);

	if (gp_is_app_container(c) || (gp_is_container(c) && no_name)) {
		mend_app_container(c, out, finding, node);
		return;
	}
	gp_mend_node(out, finding, node, "Run usermod -aG %s %s, then %s.",
		gp_shell_word(out->arena, node->stat.group),
		gp_shell_word(out->arena, person->name),
		person->unit ? gp_printf(out->arena, "systemctl restart %s",
				       gp_shell_word(out->arena, person->unit))
			     : "log in again, or restart the service that it runs");
}

static void say_access(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu, const struct gp_person *person)
{
	enum gp_access access = gp_person_access(c, person, node);
	const char *who = gp_person_says(out->arena, person);
	struct gp_finding *finding;

	if (access == GP_ACCESS_YES) {
		gp_find_node(out, GP_PASS, node, gpu, "%s may open it", who);
		return;
	}
	if (access == GP_ACCESS_MAYBE) {
		gp_find_node(out, GP_UNKNOWN, node, gpu,
			"%s is not in the group %s; as the user at the display an access list that "
			"was not read may let %s in",
			who, node->stat.group, who);
		return;
	}
	finding = gp_find_node(out, GP_FAIL, node, gpu, "%s may not open %s: not in its group, %s",
		who, node->node.path, node->stat.group);
	mend_membership(c, out, finding, node, person);
}

/* Nobody is known: whether anybody but root can open it at all. */
static void say_of_nobody(const struct gp_case *c, struct gp_findings *out,
	const struct gp_node *node, const struct gp_function *gpu)
{
	struct gp_finding *finding;

	if (!gp_is_container(c) || !gp_is_bare_id(node->stat.group) || gp_node_is_open(node)) {
		gp_find_node(out, GP_SKIP, node, gpu,
			"it is not known who is to use it: --user NAME says whether NAME may");
		return;
	}
	finding = gp_find_node(out, GP_WARN, node, gpu,
		"group %s has no name here: besides root nobody may open %s who was not started "
		"with that group",
		node->stat.group, node->node.path);
	mend_app_container(c, out, finding, node);
}

/* A program said that it could not open the node, and permissions are the likely reason. */
static const struct gp_log_hit *said_denied(const struct gp_case *c, const struct gp_node *node)
{
	const struct gp_log_hit *hit = NULL;

	if (gp_is_absent(&node->node) || gp_node_is_open(node))
		return NULL;
	while ((hit = gp_log_next(&c->facts->said, GP_LOG_NODE_NAMED, hit)))
		if (strstr(hit->text, node->name) && strstr(hit->text, "ermission denied"))
			return hit;
	hit = gp_log_next(&c->facts->said, GP_LOG_NODE_UNOPENED, NULL);
	return hit && strstr(hit->text, node->name) ? hit : NULL;
}

static void say_denied(const struct gp_case *c, struct gp_findings *out, const struct gp_node *node,
	const struct gp_function *gpu, const struct gp_log_hit *said)
{
	struct gp_finding *finding = gp_find_node(out, GP_FAIL, node, gpu,
		"a program could not open %s: its user is not in the group %s", node->node.path,
		node->stat.group);

	finding->evidence = gp_log_evidence(out, said);
	if (gp_is_container(c))
		mend_app_container(c, out, finding, node);
	else
		gp_mend_node(out, finding, node,
			"Run usermod -aG %s USER for the user of the program, and restart it.",
			gp_shell_word(out->arena, node->stat.group));
}

static void in_render_of(const struct gp_case *c, struct gp_findings *out,
	const struct gp_node *node, const struct gp_function *gpu)
{
	const struct gp_origin *unknown;
	struct gp_persons persons = gp_persons_of(c, out->arena, &unknown);
	const struct gp_log_hit *said = said_denied(c, node);

	if (!node->is_device)
		gp_find_node(out, GP_SKIP, node, gpu, "it is no device");
	else if (gp_node_is_unmapped(c, node))
		gp_find_node(out, GP_SKIP, node, gpu, UNMAPPED);
	else if (!node->stat.group)
		gp_find_node(
			out, c->user ? GP_UNKNOWN : GP_SKIP, node, gpu, "whose it is was not read");
	else if (unknown)
		gp_find_unknown(out, unknown);
	else if (c->user && !persons.n)
		gp_find_node(out, GP_UNKNOWN, node, gpu, "there is no user %s in /etc/passwd",
			gp_printable(out->arena, c->user, strlen(c->user), 60));
	else if (persons.n)
		gp_each (person, &persons)
			say_access(c, out, node, gpu, person);
	else if (said)
		say_denied(c, out, node, gpu, said);
	else
		say_of_nobody(c, out, node, gpu);
}

static bool is_denied(const struct gp_log_hit *hit)
{
	return strstr(hit->text, "renderD") && strstr(hit->text, "ermission denied");
}

/* Nothing is known of the node but that somebody was refused. */
static bool say_denied_alone(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = NULL;

	if (c->facts->nodes.n)
		return false;
	while ((hit = gp_log_next(&c->facts->said, GP_LOG_NODE_NAMED, hit))) {
		struct gp_finding *finding;

		if (!is_denied(hit))
			continue;
		finding = gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"a program may not open its render node");
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, GP_DRI,
				"Add the program's user to the group that ls -l " GP_DRI " shows: "
				"usermod -aG render USER; for a container docker run --group-add "
				"$(stat -c %g " GP_DRI "/renderD128).",
				0});
		return true;
	}
	return false;
}

static void not_in_render(const struct gp_case *c, struct gp_findings *out)
{
	if (!say_denied_alone(c, out))
		gp_each_node(c, out, true, in_render_of);
}

static const struct gp_check checks[] = {
	{
		.id = "render-node-wrong-group",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_FAIL,
		.title = "the render node belongs to a wrong group",
		.why = "Services are given the group render. In a container the number of the "
		       "host's group may be another group's, and a change there is one of the "
		       "host's node.",
		.mend = "Have udev set the group again; give containers the number of their own "
			"group render.",
		.reference = "systemd, rules.d/50-udev-default.rules; pct(1): dev[n]",
		.roles = ANYWHERE,
		.modes = SHARED,
		.needs = {"render-node-not-chardev"},
		.run = wrong_group,
	},
	{
		.id = "not-in-render",
		.layer = GP_LAYER_DRM,
		.ceiling = GP_FAIL,
		.title = "a user may not open the render node",
		.why = "Programs that may not open it decode on the CPU, or fail with errors that "
		       "do not say so.",
		.mend = "Add the user to the node's group and restart the program; for containers "
			"--group-add or supplementalGroups.",
		.reference = "jellyfin.org, Hardware Acceleration: Intel; usermod(8)",
		.roles = ANYWHERE,
		.modes = SHARED,
		.needs = {"dri-node-missing", "render-node-not-chardev", "render-node-wrong-group",
			"node-cgroup-denied", "lxc-nobody", "lxc-gid-from-host"},
		.run = not_in_render,
	},
};

const struct gp_check_table gp_drm_access_checks = {checks, GP_ARRAY_SIZE(checks)};
