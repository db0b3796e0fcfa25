/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readiness inside a guest or a container: whether what was given to it works here. */
#include "diagnosis/readiness.h"

static bool is_container(const struct gp_case *c)
{
	return c->roles & GP_ROLE_CONTAINER;
}

unsigned gp_modes_inside(const struct gp_case *c, const struct gp_function *gpu)
{
	if (is_container(c))
		return GP_MODE_CONTAINER;
	return gp_wanted_modes(c, gpu) | gp_guest_mode(&c->facts->guest, gpu) | GP_MODE_CONTAINER;
}

enum gp_support gp_supports_inside(struct gp_arena *arena, const struct gp_case *c,
	const struct gp_function *gpu, enum gp_mode mode, const char **ret_why)
{
	static const char *const given[] = {[GP_PASSED_FULL] = "the whole GPU",
		[GP_PASSED_SPLIT] = "a vGPU",
		[GP_PASSED_VF] = "a VF"};
	enum gp_passed_as as = gp_guest_passed_as(&c->facts->guest, gpu);

	*ret_why = "";
	if (is_container(c))
		return gp_is_present(&c->facts->nodes.from) || gp_equal(gpu->driver, "nvidia")
			       ? GP_SUPPORTED
			       : GP_SUPPORT_UNKNOWN;
	if (!(mode & GP_MODES_PASSTHROUGH) || as == GP_PASSED_UNKNOWN || as == GP_PASSED_EMULATED ||
		mode == gp_guest_mode(&c->facts->guest, gpu))
		return GP_SUPPORTED;
	*ret_why = gp_printf(arena, "this VM was given %s", given[as]);
	return GP_NOT_SUPPORTED;
}

static const char *missing_in_container(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const struct gp_node *node = gp_nodes_render(&facts->nodes, gpu->address);

	if (gp_equal(gpu->driver, "nvidia"))
		return gp_is_absent(&facts->nvidia.node) ? "/dev/nvidiactl is not in this container"
							 : NULL;
	if (!node)
		return "the host shows no render node of it";
	return gp_is_absent(&node->node) ? "its render node is not in this container" : NULL;
}

const char *gp_missing_inside(
	struct gp_arena *arena, const struct gp_case *c, const struct gp_function *gpu)
{
	if (is_container(c))
		return missing_in_container(c->facts, gpu);
	if (!gpu->driver)
		return "no driver has it";
	if (!gp_pci_is_native(gpu))
		return gp_printf(arena, "%s has it, so its own driver cannot", gpu->driver);
	if (gp_lacks_node(c->facts, gpu))
		return "it has no render node";
	return NULL;
}

const char *gp_ready_inside(struct gp_arena *arena, const struct gp_case *c,
	const struct gp_function *gpu, enum gp_mode mode)
{
	const struct gp_node *node = gp_nodes_render(&c->facts->nodes, gpu->address);
	const char *where = node ? gp_printf(arena, "; its render node is %s", node->name) : "";

	if (is_container(c))
		return gp_printf(arena, "the host's %s drives it%s",
			gpu->driver ? gpu->driver : "driver", where);
	if (mode == GP_MODE_CONTAINER)
		return gp_printf(arena, "containers of this VM can share it%s", where);
	return gp_printf(arena, "%s drives it%s", gpu->driver, where);
}
