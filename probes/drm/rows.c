/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "to-record.h"

static void write_permissions(
	const struct gp_node *node, const char *subject, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;
	const struct gp_stat *stat = &node->stat;

	if (node->is_device)
		gp_fact(sink, subject, "drm.number", node->node.path,
			gp_printf(arena, "%u:%u", stat->dev_major, stat->dev_minor), "");
	if (!stat->owner || !stat->group)
		return;
	gp_fact(sink, subject, "drm.mode", node->node.path,
		gp_printf(arena, "%04o", (unsigned int)(stat->mode & 07777)), "");
	gp_fact(sink, subject, "drm.owner", node->node.path, stat->owner, "");
	gp_fact(sink, subject, "drm.group", node->node.path, stat->group, "");
}

static void write_try(
	const struct gp_tried *tried, const char *subject, const struct gp_fact_sink *sink)
{
	static const char *const keys[] = {"open", "version", "bus", "device", "acl", "cap"};
	struct gp_arena *arena = sink->record->arena;

	for (size_t i = 0; i < GP_ARRAY_SIZE(keys); i++) {
		const struct gp_tried_line *line = NULL;

		while ((line = gp_tried_next(tried, keys[i], line)))
			gp_fact(sink, subject, gp_printf(arena, "drm.%s", keys[i]),
				tried->from.path, line->value, "");
	}
	if (tried->end != GP_TRIED_EXITED)
		gp_fact(sink, subject, "drm.try", tried->from.path, gp_tried_ended(arena, tried),
			"");
}

static const char *state_of(const struct gp_node *node, const struct gp_nodes *nodes)
{
	if (gp_is_absent(&node->node))
		return "not in " GP_DRI;
	if (!gp_is_present(&node->node))
		return "not known";
	if (!node->is_device)
		return nodes->types_known ? "no device" : "a file of a plain tree";
	return "device";
}

static void write_node(
	const struct gp_facts *facts, const struct gp_node *node, const struct gp_fact_sink *sink)
{
	const char *subject = gp_printf(sink->record->arena, "node/%s", node->name);
	const struct gp_tried *tried = gp_drm_tried(&facts->drm, node);

	gp_fact(sink, subject, "drm.node", node->node.path, state_of(node, &facts->nodes), "");
	if (node->driver)
		gp_fact(sink, subject, "drm.driver", node->from.path, node->driver, "");
	if (node->address)
		gp_fact(sink, subject, "drm.address", node->from.path, node->address, "");
	if (node->address && node->render && node->is_device)
		gp_fact(sink, node->address, "gpu.node", node->node.path, node->name, "");
	if (node->really && strcmp(node->really, node->name) != 0)
		gp_fact(sink, subject, "drm.kernel_name", node->node.path, node->really, "");
	write_permissions(node, subject, sink);
	if (tried)
		write_try(tried, subject, sink);
}

void gp_drm_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;

	gp_each (node, &facts->nodes)
		write_node(facts, node, sink);
	gp_each (link, &facts->nodes.links)
		gp_fact(sink, gp_printf(arena, "node/by-path/%s", link->name), "drm.link",
			GP_DRI "/by-path",
			gp_printf(arena, link->leads_nowhere ? "%s, which is not there" : "%s",
				link->target),
			"");
	gp_each (named, &facts->drm.named)
		gp_fact(sink, named->user, "drm.named", named->where, named->node, "");
}
