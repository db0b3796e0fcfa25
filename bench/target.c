/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "target.h"

#include <errno.h>
#include <string.h>

#include "check.h"

struct question {
	struct gp_arena *arena;
	const struct gp_facts *facts;
	unsigned int mode; /* that --mode says; 0: as found */
	const char *error;
};

static int refuse(struct question *q, const char *device, const char *why)
{
	q->error = gp_printf(
		q->arena, "%s: %s", gp_printable(q->arena, device, strlen(device), 80), why);
	return -ENODEV;
}

/* ---- mode */

/* How the GPU came into a guest; it tells of itself, or not at all. */
static void mode_in_guest(
	const struct question *q, const struct gp_function *function, struct gp_target *target)
{
	const struct gp_guest *guest = &q->facts->guest;

	target->mode = gp_guest_mode(guest, function);
	target->mode_because = gp_guest_because(guest, function);
	if (gp_guest_passed_as(guest, function) == GP_PASSED_UNKNOWN)
		target->mode_because = "a guest, and nothing shows how it got the GPU: --mode "
				       "says it";
	else if (gp_guest_passed_as(guest, function) == GP_PASSED_EMULATED)
		target->mode_because = gp_printf(
			q->arena, "%s: a display that is not passed through", function->id);
}

static void find_mode(
	const struct question *q, const struct gp_function *function, struct gp_target *target)
{
	const struct gp_platform *platform = &q->facts->platform;
	const char *because = platform->roles_because ? platform->roles_because : "";

	if (q->mode) {
		target->mode = q->mode;
		target->mode_because = "--mode says so";
	} else if (platform->roles & GP_ROLE_CONTAINER) {
		target->mode = GP_MODE_CONTAINER;
		target->mode_because = because;
	} else if (function && gp_pci_is_vf(function)) {
		target->mode = GP_MODE_VF;
		target->mode_because = gp_printf(q->arena, "%s", function->physfn.path);
	} else if (function && platform->roles & GP_ROLE_GUEST) {
		mode_in_guest(q, function, target);
	} else {
		target->mode = GP_MODE_NATIVE;
		target->mode_because = function ? because : "no PCI function is behind it";
	}
}

/* ---- kinds of targets */

/* "Intel Core i5-12500" of the line "model name\t: ..." */
static const char *cpu_name(struct gp_arena *arena, const struct gp_facts *facts)
{
	const char *line = strstr(facts->kernel.cpuinfo.value, "\nmodel name");
	const char *name = line ? line + strcspn(line, ":") : "";

	if (*name != ':')
		return "processor";
	return gp_printable(arena, name + 2, strcspn(name + 2, "\n"), 80);
}

struct gp_target gp_target_cpu(struct gp_arena *arena, const struct gp_facts *facts)
{
	return (struct gp_target){.subject = "cpu",
		.name = cpu_name(arena, facts),
		.mode = GP_MODE_CPU,
		.mode_because = "no GPU takes part"};
}

static struct gp_target make_x11(const struct question *q)
{
	struct gp_target target = {.subject = "x11", .name = "the VA-API driver of the X server"};

	find_mode(q, NULL, &target);
	return target;
}

static struct gp_target make(const struct question *q, const struct gp_node *node)
{
	const struct gp_function *function =
		node->address ? gp_pci_find(&q->facts->pci, node->address) : NULL;
	struct gp_target target = {.node = node->node.path,
		.subject = gp_printf(q->arena, "node/%s", node->name),
		.address = node->address,
		.driver = node->driver,
		.name = node->driver ? node->driver : node->name};

	if (node->address)
		target.subject = node->address;
	if (function) {
		target.name = gp_printf(q->arena, "%s [%s]", function->name, function->id);
		target.vendor = function->vendor_id == 0xffff ? 0 : function->vendor_id;
		target.is_vf = gp_pci_is_vf(function);
	}
	find_mode(q, function, &target);
	target.is_vf = target.is_vf || target.mode == GP_MODE_VF;
	return target;
}

/* ---- which one is named */

static bool is_usable(const struct gp_node *node)
{
	return node->render && !gp_is_absent(&node->node);
}

/* "; there is renderD128, renderD129" */
static const char *what_there_is(const struct question *q)
{
	struct gp_strings names = {0};

	gp_each (node, &q->facts->nodes)
		if (is_usable(node))
			gp_strings_add(q->arena, &names, node->name);
	if (!names.n)
		return "; there is none here";
	return gp_printf(q->arena, "; there is %s", gp_join(q->arena, &names, ", "));
}

/* The render node of the device that cardN is of. */
static const struct gp_node *render_of(const struct question *q, const struct gp_node *card)
{
	uint64_t number;

	if (card->address)
		return gp_nodes_render(&q->facts->nodes, card->address);
	/* Of one device both minor numbers go up together: Linux, drivers/gpu/drm/drm_drv.c. */
	if (gp_parse_u64(card->name + strlen("card"), 10, &number))
		return NULL;
	return gp_nodes_find(&q->facts->nodes,
		gp_printf(q->arena, "renderD%llu", (unsigned long long)number + 128));
}

static int find_node(struct question *q, const char *name, struct gp_target *ret)
{
	const struct gp_node *node = gp_nodes_find(&q->facts->nodes, name);

	if (!node)
		return refuse(
			q, name, gp_printf(q->arena, "there is no such node%s", what_there_is(q)));
	if (!node->render) {
		node = render_of(q, node);
		if (!node || !is_usable(node))
			return refuse(q, name, "it has no render node, which is what can be timed");
	}
	if (q->facts->nodes.types_known && !node->is_device)
		return refuse(q, name, "it is no DRM device");
	*ret = make(q, node);
	return 0;
}

/* A link of /dev/dri/by-path. */
static int find_link(struct question *q, const char *name, struct gp_target *ret)
{
	gp_each (link, &q->facts->nodes.links)
		if (strcmp(link->name, name) == 0)
			return find_node(q, link->target, ret);
	return refuse(q, name, "there is no such link in " GP_DRI "/by-path");
}

static const char *why_no_node(const struct question *q, const struct gp_function *function)
{
	const struct gp_node *node = gp_nodes_render(&q->facts->nodes, function->address);

	if (function->kind == GP_GPU_NONE)
		return gp_printf(q->arena, "it is no GPU: %s", function->name);
	if (node)
		return gp_printf(q->arena, "its node %s is not in " GP_DRI, node->name);
	if (!function->driver)
		return "no driver is bound to it, so it has no render node";
	return gp_printf(q->arena, "it is bound to %s%s, so it has no render node here",
		function->driver, gp_pci_is_vfio_driver(function->driver) ? ", for a VM" : "");
}

static int find_address(struct question *q, const char *device, struct gp_target *ret)
{
	/* 00:02.0 is short for 0000:00:02.0 */
	const char *address = strchr(device, ':') == strrchr(device, ':')
				      ? gp_printf(q->arena, "0000:%s", device)
				      : device;
	const struct gp_function *function = gp_pci_find(&q->facts->pci, address);
	const struct gp_node *node = gp_nodes_render(&q->facts->nodes, address);

	if (node && is_usable(node)) {
		*ret = make(q, node);
		return 0;
	}
	return refuse(
		q, device, function ? why_no_node(q, function) : "there is no such PCI function");
}

/* The first GPU that can be used; by what is emulated nothing is meant unless it is named. */
static bool find_first(struct question *q, struct gp_target *ret)
{
	gp_each (function, &q->facts->pci) {
		const struct gp_node *node = gp_nodes_render(&q->facts->nodes, function->address);

		if (function->kind == GP_GPU_REAL && node && is_usable(node)) {
			*ret = make(q, node);
			return true;
		}
	}
	return false;
}

static int find(struct question *q, const char *device, struct gp_target *ret)
{
	if (!device && !find_first(q, ret))
		*ret = gp_target_cpu(q->arena, q->facts);
	if (!device)
		return 0;
	if (strcmp(device, "cpu") == 0)
		*ret = gp_target_cpu(q->arena, q->facts);
	else if (strcmp(device, "x11") == 0)
		*ret = make_x11(q);
	else if (gp_starts_with(device, GP_DRI "/" GP_BY_PATH))
		return find_link(q, device + strlen(GP_DRI "/" GP_BY_PATH), ret);
	else if (gp_starts_with(device, GP_DRI "/"))
		return find_node(q, device + strlen(GP_DRI "/"), ret);
	else if (gp_is_node_name(device))
		return find_node(q, device, ret);
	else if (strchr(device, ':') && !strchr(device, '/'))
		return find_address(q, device, ret);
	else
		return refuse(q, device,
			"no device: use a PCI address, a node as renderD128, cpu or x11");
	return 0;
}

int gp_target_find(struct gp_arena *arena, const struct gp_facts *facts, const char *device,
	unsigned int mode, struct gp_target *ret, const char **ret_error)
{
	struct question q = {.arena = arena, .facts = facts, .mode = mode};
	int error = find(&q, device, ret);

	*ret_error = q.error;
	return error;
}

bool gp_target_is_cpu(const struct gp_target *target)
{
	return target->mode == GP_MODE_CPU;
}
