/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drm/check-help.h"

#include <string.h>

const struct gp_function *gp_node_gpu(const struct gp_case *c, const struct gp_node *node)
{
	return node->address ? gp_pci_find(&c->facts->pci, node->address) : NULL;
}

static bool is_of_case(const struct gp_case *c, const struct gp_function *gpu)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i] == gpu)
			return true;
	return false;
}

static bool is_looked_at(
	const struct gp_case *c, const struct gp_node *node, const struct gp_function *gpu)
{
	if (gp_is_absent(&node->node) || gp_node_is_virtual(node))
		return false;
	return gpu ? is_of_case(c, gpu) : !c->device;
}

void gp_each_node(
	const struct gp_case *c, struct gp_findings *out, bool render, gp_look_at_node *look)
{
	const struct gp_nodes *nodes = &c->facts->nodes;
	size_t before = out->n;

	gp_each (node, nodes) {
		const struct gp_function *gpu = gp_node_gpu(c, node);

		if ((node->render || !render) && is_looked_at(c, node, gpu))
			look(c, out, node, gpu);
	}
	if (out->n == before)
		gp_find(out, GP_SKIP, nodes->dri.path, "there is no such node of a GPU");
}

struct gp_finding *gp_find_node(struct gp_findings *out, enum gp_verdict verdict,
	const struct gp_node *node, const struct gp_function *gpu, const char *format, ...)
{
	const char *evidence = gp_node_says(out->arena, node), *text;
	struct gp_finding *finding;
	va_list args;

	va_start(args, format);
	text = gp_vprintf(out->arena, format, args);
	va_end(args);
	finding = gpu ? gp_find_gpu(out, verdict, gpu, evidence, "%s", text)
		      : gp_find(out, verdict, evidence, "%s", text);
	finding->subject = gp_printf(out->arena, "node/%s", node->name);
	return finding;
}

const char *gp_node_says(struct gp_arena *arena, const struct gp_node *node)
{
	const struct gp_stat *stat = &node->stat;

	if (!stat->owner || !stat->group)
		return node->node.path;
	return gp_printf(arena, "%s: %04o %s %s", node->node.path,
		(unsigned int)(stat->mode & 07777), stat->owner, stat->group);
}

const char *gp_nodes_list(struct gp_arena *arena, const struct gp_nodes *nodes, bool render)
{
	struct gp_strings list = {0};

	gp_each (node, nodes) {
		const char *driver = node->driver ? node->driver : "driver not known";

		if (node->render != render || gp_is_absent(&node->node))
			continue;
		gp_strings_add(arena, &list,
			node->address ? gp_printf(arena, "%s is %s (%s)", node->name, node->address,
						driver)
				      : gp_printf(arena, "%s (%s)", node->name, driver));
	}
	return list.n ? gp_join(arena, &list, ", ") : "there is none";
}

bool gp_node_is_open(const struct gp_node *node)
{
	return (node->stat.mode & 06) == 06;
}

bool gp_node_is_unmapped(const struct gp_case *c, const struct gp_node *node)
{
	static const char *const nobody[] = {"nogroup", "nobody", "65534", NULL};

	return gp_is_container(c) && !gp_node_is_open(node) &&
	       gp_is_one_of(node->stat.group, nobody);
}

bool gp_is_container(const struct gp_case *c)
{
	return c->roles & GP_ROLE_CONTAINER;
}

bool gp_is_app_container(const struct gp_case *c)
{
	static const char *const traces[] = {
		"/.dockerenv", "/run/.containerenv", "/run/secrets/kubernetes.io", NULL};

	return gp_is_container(c) && gp_is_one_of(c->facts->platform.roles_because, traces);
}

bool gp_is_bare_id(const char *group)
{
	return *group && !group[strspn(group, "0123456789")];
}

void gp_mend_node(struct gp_findings *out, struct gp_finding *finding, const struct gp_node *node,
	const char *format, ...)
{
	struct gp_step step = {
		.kind = GP_STEP_MANUAL, .subject = gp_printf(out->arena, "node/%s", node->name)};
	va_list args;

	va_start(args, format);
	step.argument = gp_vprintf(out->arena, format, args);
	va_end(args);
	gp_mend(out, finding, step);
}
