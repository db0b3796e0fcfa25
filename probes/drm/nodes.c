/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drm/nodes.h"

#include <string.h>
#include <sys/stat.h>

#define CLASS        "/sys/class/drm"
#define MOST_NODES   256
#define FIRST_RENDER 128 /* minor number; Linux, drivers/gpu/drm/drm_drv.c */

bool gp_is_node_name(const char *name)
{
	size_t letters = gp_starts_with(name, "card")      ? strlen("card")
			 : gp_starts_with(name, "renderD") ? strlen("renderD")
							   : 0;
	size_t digits = strspn(name + letters, "0123456789");

	/* No connector (card0-HDMI-A-1), no version. */
	return letters && digits && !name[letters + digits];
}

/* ---- what the kernel says */

/* What stands before the last component: "0000:00:02.0" of ".../0000:00:02.0/virtio0". */
static const char *parent_of(struct gp_arena *arena, const char *path)
{
	const char *end = strrchr(path, '/');
	const char *start = end ? memrchr(path, '/', (size_t)(end - path)) : NULL;

	return start ? gp_strndup(arena, start + 1, (size_t)(end - start - 1)) : NULL;
}

/* The PCI function of a virtio device: ".../0000:00:02.0/virtio0/drm/card0". */
static const char *behind_virtio(struct gp_machine *machine, const char *name)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *target, *drm, *parent;

	if (gp_machine_readlink(machine, gp_printf(arena, CLASS "/%s", name), &target) < 0)
		return NULL;
	drm = strstr(target, "/drm/");
	parent = drm ? parent_of(arena, gp_strndup(arena, target, (size_t)(drm - target))) : NULL;
	return parent && strchr(parent, ':') ? parent : NULL;
}

/* "simple-framebuffer" of simple-framebuffer.0, "vgem": a device without a driver of its own. */
static const char *without_number(struct gp_arena *arena, const char *device)
{
	return gp_strndup(arena, device, strcspn(device, "."));
}

static const char *driver_of(struct gp_machine *machine, const char *name, const char *device)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	bool is_pci = strchr(device, ':');
	struct gp_text_value driver = gp_read_link_name(machine,
		gp_printf(arena,
			is_pci ? "/sys/bus/pci/devices/%s/driver" : CLASS "/%s/device/driver",
			is_pci ? device : name));

	if (strcmp(driver.value, "virtio-pci") == 0)
		return "virtio_gpu";
	if (*driver.value)
		return driver.value;
	return is_pci ? NULL : without_number(arena, device);
}

/* What /sys/class/drm knows of a node. */
static void take_class(struct gp_machine *machine, const struct gp_strings *known, const char *name,
	struct gp_node *node)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value device;

	node->from = (struct gp_origin){
		.presence = GP_ABSENT, .path = gp_printf(arena, CLASS "/%s", name)};
	if (!gp_strings_has(known, name))
		return;
	node->from.presence = GP_PRESENT;
	device = gp_read_link_name(machine, gp_printf(arena, CLASS "/%s/device", name));
	if (!*device.value) {
		if (device.from.presence == GP_UNREADABLE)
			node->from = device.from;
		return;
	}
	node->driver = driver_of(machine, name, device.value);
	node->address = strchr(device.value, ':')                ? device.value
			: gp_starts_with(device.value, "virtio") ? behind_virtio(machine, name)
								 : NULL;
}

/* ---- what is in /dev/dri */

static const char *name_of_number(struct gp_machine *machine, const struct gp_stat *stat)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value link = gp_read_link_name(
		machine, gp_printf(arena, "/sys/dev/char/%u:%u", stat->dev_major, stat->dev_minor));

	if (gp_is_node_name(link.value))
		return link.value;
	return gp_printf(
		arena, stat->dev_minor < FIRST_RENDER ? "card%u" : "renderD%u", stat->dev_minor);
}

static void take_node(struct gp_machine *machine, const struct gp_strings *known, const char *name,
	struct gp_nodes *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *path = gp_printf(arena, GP_DRI "/%s", name);
	struct gp_node *node = gp_push(arena, ret);

	*node = (struct gp_node){
		.name = name, .render = *name == 'r', .node = gp_read_presence(machine, path)};
	if (gp_machine_stat(machine, path, &node->stat) < 0)
		node->stat = (struct gp_stat){0};
	node->is_device = S_ISCHR(node->stat.mode) && node->stat.dev_major == GP_DRM_MAJOR;
	node->really = node->is_device ? name_of_number(machine, &node->stat) : NULL;
	take_class(machine, known, node->really ? node->really : name, node);
}

static bool is_in_dri(const struct gp_nodes *nodes, const char *name)
{
	gp_each (node, nodes)
		if (gp_equal(node->really, name) || (!node->really && !strcmp(node->name, name)))
			return true;
	return false;
}

/* One that the kernel has and /dev/dri lacks. */
static void take_missing(struct gp_machine *machine, const struct gp_strings *known,
	const char *name, struct gp_nodes *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_node *node;
	enum gp_presence presence = ret->dri.presence;

	if (is_in_dri(ret, name))
		return;
	node = gp_push(arena, ret);
	*node = (struct gp_node){.name = name, .really = name, .render = *name == 'r'};
	node->node = ret->dri;
	node->node.path = gp_printf(arena, GP_DRI "/%s", name);
	if (presence != GP_UNREADABLE)
		node->node.presence = GP_ABSENT;
	take_class(machine, known, name, node);
}

static void collect_links(struct gp_machine *machine, struct gp_nodes *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, GP_DRI "/by-path");

	gp_each (name, &names.value) {
		const char *path = gp_printf(arena, GP_DRI "/by-path/%s", *name);
		struct gp_text_value target = gp_read_link_name(machine, path);
		struct gp_origin at = gp_read_presence(machine, path);

		if (*target.value && ret->links.n < MOST_NODES)
			*gp_push(arena, &ret->links) = (struct gp_node_link){.name = *name,
				.target = target.value,
				.leads_nowhere = gp_is_absent(&at)};
	}
}

void gp_nodes_collect(struct gp_machine *machine, struct gp_nodes *ret)
{
	struct gp_names_value names = gp_read_names(machine, CLASS);
	struct gp_names_value nodes = gp_read_names(machine, GP_DRI);

	*ret = (struct gp_nodes){.from = names.from,
		.dri = nodes.from,
		.types_known = gp_machine_kind(machine) != GP_MACHINE_TREE,
		.intel_gpu_top = gp_read_presence(machine, "/usr/bin/intel_gpu_top")};
	gp_each (name, &nodes.value)
		if (gp_is_node_name(*name) && ret->n < MOST_NODES)
			take_node(machine, &names.value, *name, ret);
	gp_each (name, &names.value)
		if (gp_is_node_name(*name) && ret->n < 2 * MOST_NODES)
			take_missing(machine, &names.value, *name, ret);
	gp_each (node, ret)
		if (node->from.presence == GP_UNREADABLE && node->from.path)
			ret->from = node->from;
	collect_links(machine, ret);
}

/* ---- asking */

const struct gp_node *gp_nodes_render(const struct gp_nodes *nodes, const char *address)
{
	gp_each (node, nodes)
		if (node->render && gp_equal(node->address, address))
			return node;
	return NULL;
}

const struct gp_node *gp_nodes_find(const struct gp_nodes *nodes, const char *name)
{
	gp_each (node, nodes)
		if (!gp_is_absent(&node->node) && strcmp(node->name, name) == 0)
			return node;
	return NULL;
}

bool gp_node_is_virtual(const struct gp_node *node)
{
	static const char *const drivers[] = {
		"simple-framebuffer", "efi-framebuffer", "vesa-framebuffer", "vgem", "vkms", NULL};

	return gp_is_one_of(node->driver, drivers);
}
