/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drm/nodes.h"

#include <string.h>

#define CLASS      "/sys/class/drm"
#define MOST_NODES 256

/* card0 and renderD128, but no connector (card0-HDMI-A-1), no version. */
static bool is_node(const char *name)
{
	size_t letters = gp_starts_with(name, "card")      ? strlen("card")
			 : gp_starts_with(name, "renderD") ? strlen("renderD")
							   : 0;
	size_t digits = strspn(name + letters, "0123456789");

	return letters && digits && !name[letters + digits];
}

void gp_nodes_collect(struct gp_machine *machine, struct gp_nodes *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, CLASS);

	*ret = (struct gp_nodes){.from = names.from,
		.intel_gpu_top = gp_read_presence(machine, "/usr/bin/intel_gpu_top")};
	gp_each (name, &names.value) {
		struct gp_text_value device;

		if (!is_node(*name) || ret->n >= MOST_NODES)
			continue;
		device = gp_read_link_name(machine, gp_printf(arena, CLASS "/%s/device", *name));
		if (device.from.presence == GP_UNREADABLE)
			ret->from = device.from;
		*gp_push(arena, ret) = (struct gp_node){
			.name = *name,
			.address = strchr(device.value, ':') ? device.value : NULL,
			.node = gp_read_presence(machine, gp_printf(arena, "/dev/dri/%s", *name)),
			.render = **name == 'r',
		};
	}
}

const struct gp_node *gp_nodes_render(const struct gp_nodes *nodes, const char *address)
{
	gp_each (node, nodes)
		if (node->render && gp_equal(node->address, address))
			return node;
	return NULL;
}
