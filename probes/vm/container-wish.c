/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which GPU the settings of a container are about: they name nodes of /dev/dri, or all of it. */
#include <stdlib.h>
#include <string.h>

#include "facts.h"

#define FIRST_RENDER 128 /* minor number of the first render node */

static bool is_device_key(const char *key)
{
	return gp_starts_with(key, "dev") && key[3] && !key[3 + strspn(key + 3, "0123456789")];
}

/* Where the setting speaks of DRM nodes; NULL: it does not. Their major number is 226. */
static const char *drm_part(const struct gp_vm_setting *setting)
{
	if (strcmp(setting->key, "lxc.cgroup2.devices.allow") == 0 ||
		strcmp(setting->key, "lxc.cgroup.devices.allow") == 0)
		return strstr(setting->value, " 226:");
	return is_device_key(setting->key) || strcmp(setting->key, "lxc.mount.entry") == 0
		       ? strstr(setting->value, "/dev/dri")
		       : NULL;
}

/* The number of the render node that it names; 0: none, so that any may be meant. */
static unsigned long named_node(const char *part)
{
	const char *render = strstr(part, "renderD");
	unsigned long number = 0;

	if (render)
		number = strtoul(render + strlen("renderD"), NULL, 10);
	else if (gp_starts_with(part, " 226:"))
		number = strtoul(part + strlen(" 226:"), NULL, 10);
	return number >= FIRST_RENDER ? number : 0;
}

static bool serves(const struct gp_node *node, unsigned long number)
{
	return node && (!number || strtoul(node->name + strlen("renderD"), NULL, 10) == number);
}

static bool is_given_away(const struct gp_facts *facts, const struct gp_function *gpu)
{
	return gp_vms_taking(&facts->vms, gpu) ||
	       (gpu->driver && gp_pci_is_vfio_driver(gpu->driver));
}

/* Whether another GPU is the likelier one: it has the node, or it is the one that stays here. */
static bool is_about_another(
	const struct gp_facts *facts, const struct gp_function *gpu, unsigned long number)
{
	gp_each (other, &facts->pci) {
		if (other == gpu || other->kind != GP_GPU_REAL)
			continue;
		if (serves(gp_nodes_render(&facts->nodes, other->address), number))
			return true;
		if (is_given_away(facts, gpu) && !is_given_away(facts, other))
			return true;
	}
	return false;
}

/* A render node that nothing here has, as that of a VF which went to vfio-pci. */
static bool is_gone(const struct gp_facts *facts, unsigned long number)
{
	if (!number || !gp_is_present(&facts->nodes.from))
		return false;
	gp_each (node, &facts->nodes)
		if (node->render && serves(node, number))
			return false;
	return true;
}

static bool is_about(const struct gp_facts *facts, const struct gp_function *gpu, const char *part)
{
	const struct gp_node *own = gp_nodes_render(&facts->nodes, gpu->address);
	unsigned long number = named_node(part);

	if (own)
		return serves(own, number) || (gpu->numvfs && is_gone(facts, number));
	return !is_about_another(facts, gpu, number);
}

const struct gp_vm_setting *gp_ct_wish(
	const struct gp_facts *facts, const struct gp_ct *ct, const struct gp_function *gpu)
{
	gp_each (setting, &ct->settings) {
		const char *part = drm_part(setting);

		if (part && is_about(facts, gpu, part))
			return setting;
	}
	return NULL;
}

const char *gp_vms_container_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	gp_each (ct, &facts->vms.cts)
		if (gp_ct_wish(facts, ct, gpu))
			return ct->source;
	return NULL;
}
