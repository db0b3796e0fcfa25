/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mdev/mdev.h"

#include <string.h>

#define CLASS       "/sys/class/mdev_bus"
#define DEVICES     "/sys/bus/mdev/devices"
#define DEFINITIONS "/etc/mdevctl.d"

/* Far above what any machine has; what lies beyond is left out. */
enum { MOST_PARENTS = 512, MOST_TYPES = 4096, MOST_DEVICES = 1024 };

static const struct gp_mdev_parent *find_parent(const struct gp_mdev *mdev, const char *name)
{
	gp_each (parent, &mdev->parents)
		if (strcmp(parent->name, name) == 0)
			return parent;
	return NULL;
}

static void collect_type(struct gp_machine *machine, const char *parent, const char *dir,
	const char *type, struct gp_mdev *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *path = gp_printf(arena, "%s/%s", dir, type);

	if (ret->types.n >= MOST_TYPES)
		return;
	*gp_push(arena, &ret->types) = (struct gp_mdev_type){
		.parent = parent,
		.type = type,
		.dir = path,
		.name = gp_read_line(machine, gp_printf(arena, "%s/name", path)),
		.description = gp_read_text(machine, gp_printf(arena, "%s/description", path)),
		.device_api = gp_read_line(machine, gp_printf(arena, "%s/device_api", path)),
		.left = gp_read_number(
			machine, gp_printf(arena, "%s/available_instances", path), 10),
	};
}

static void collect_parent(
	struct gp_machine *machine, const char *name, const char *base, struct gp_mdev *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *dir = gp_printf(arena, "%s/%s/mdev_supported_types", base, name);
	struct gp_names_value types;

	if (ret->parents.n >= MOST_PARENTS || find_parent(ret, name))
		return;
	types = gp_read_names(machine, dir);
	if (gp_is_absent(&types.from))
		return;
	*gp_push(arena, &ret->parents) = (struct gp_mdev_parent){name, types};
	gp_each (type, &types.value)
		collect_type(machine, name, dir, *type, ret);
}

/* GPUs are looked at themselves too: a part of a machine may lack the class. */
static void collect_parents(
	struct gp_machine *machine, const struct gp_pci *pci, struct gp_mdev *ret)
{
	struct gp_names_value names = gp_read_names(machine, CLASS);

	ret->from = names.from;
	gp_each (name, &names.value)
		collect_parent(machine, *name,
			gp_pci_find(pci, *name) ? "/sys/bus/pci/devices" : CLASS, ret);
	gp_each (function, pci)
		if (function->kind == GP_GPU_REAL)
			collect_parent(machine, function->address, "/sys/bus/pci/devices", ret);
}

/* The directory that the device itself is in: /sys/devices/.../PARENT/UUID. */
static const char *parent_of(struct gp_machine *machine, const char *dir)
{
	const char *real, *last, *start;

	if (gp_machine_realpath(machine, dir, &real) < 0)
		return "";
	last = strrchr(real, '/');
	if (!last || gp_starts_with(real, DEVICES))
		return "";
	start = memrchr(real, '/', (size_t)(last - real));
	return start ? gp_strndup(gp_machine_arena(machine), start + 1, (size_t)(last - start - 1))
		     : "";
}

static void collect_devices(struct gp_machine *machine, struct gp_mdev *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value uuids = gp_read_names(machine, DEVICES);

	ret->devices_from = uuids.from;
	gp_each (uuid, &uuids.value) {
		const char *dir = gp_printf(arena, DEVICES "/%s", *uuid);

		if (ret->devices.n >= MOST_DEVICES)
			return;
		*gp_push(arena, &ret->devices) = (struct gp_mdev_device){
			.uuid = *uuid,
			.dir = dir,
			.parent = parent_of(machine, dir),
			.type = gp_read_link_name(machine, gp_printf(arena, "%s/mdev_type", dir))
					.value,
			.driver = gp_read_link_name(machine, gp_printf(arena, "%s/driver", dir))
					  .value,
			.group = gp_read_link_name(machine, gp_printf(arena, "%s/iommu_group", dir))
					 .value,
		};
	}
}

/*
 * The string that a key of a JSON text has first, "" where there is none. mdevctl writes one flat
 * object, and names of types need no escapes.
 */
static const char *json_string(struct gp_arena *arena, const char *text, const char *key)
{
	const char *at = strstr(text, gp_printf(arena, "\"%s\"", key));
	static const char blanks[] = " \t\r\n";
	size_t length;

	if (!at)
		return "";
	at += strlen(key) + 2;
	at += strspn(at, blanks);
	if (*at != ':')
		return "";
	at++;
	at += strspn(at, blanks);
	if (*at != '"')
		return "";
	length = strcspn(++at, "\"\\\n");
	return at[length] == '"' ? gp_strndup(arena, at, length) : "";
}

static void collect_definitions_of(
	struct gp_machine *machine, const char *parent, struct gp_mdev *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *dir = gp_printf(arena, DEFINITIONS "/%s", parent);
	struct gp_names_value uuids = gp_read_names(machine, dir);

	gp_each (uuid, &uuids.value) {
		struct gp_text_value text;

		if (ret->definitions.n >= MOST_DEVICES)
			return;
		text = gp_read_text(machine, gp_printf(arena, "%s/%s", dir, *uuid));
		*gp_push(arena, &ret->definitions) = (struct gp_mdev_definition){
			.uuid = *uuid,
			.parent = parent,
			.source = text.from.path,
			.type = json_string(arena, text.value, "mdev_type"),
			.at_boot = strcmp(json_string(arena, text.value, "start"), "auto") == 0,
		};
	}
}

static void collect_definitions(struct gp_machine *machine, struct gp_mdev *ret)
{
	struct gp_names_value parents = gp_read_names(machine, DEFINITIONS);

	/* scripts.d is mdevctl's own (mdevctl(8)). */
	gp_each (parent, &parents.value)
		if (strcmp(*parent, "scripts.d") != 0)
			collect_definitions_of(machine, *parent, ret);
}

static void collect_vgpus(struct gp_machine *machine, const struct gp_pci *pci, struct gp_mdev *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	gp_each (vf, pci) {
		const char *dir = gp_printf(arena, "/sys/bus/pci/devices/%s/nvidia", vf->address);
		struct gp_number_value current;

		if (vf->vendor_id != 0x10de || !gp_pci_is_vf(vf))
			continue;
		current =
			gp_read_number(machine, gp_printf(arena, "%s/current_vgpu_type", dir), 10);
		if (gp_is_absent(&current.from))
			continue;
		*gp_push(arena, &ret->vgpus) = (struct gp_nvidia_vgpu){
			.address = vf->address,
			.pf = vf->pf,
			.creatable = gp_read_text(
				machine, gp_printf(arena, "%s/creatable_vgpu_types", dir)),
			.current = current,
		};
	}
}

void gp_mdev_collect(struct gp_machine *machine, const struct gp_pci *pci, struct gp_mdev *ret)
{
	*ret = (struct gp_mdev){0};
	collect_parents(machine, pci, ret);
	collect_devices(machine, ret);
	collect_definitions(machine, ret);
	collect_vgpus(machine, pci, ret);
}

const struct gp_mdev_type *gp_mdev_next_type(
	const struct gp_mdev *mdev, const char *parent, const struct gp_mdev_type *after)
{
	size_t i = after ? (size_t)(after - mdev->types.items) + 1 : 0;

	for (; i < mdev->types.n; i++)
		if (strcmp(mdev->types.items[i].parent, parent) == 0)
			return &mdev->types.items[i];
	return NULL;
}

const struct gp_mdev_type *gp_mdev_type(
	const struct gp_mdev *mdev, const char *parent, const char *name)
{
	const struct gp_mdev_type *type = NULL;

	while ((type = gp_mdev_next_type(mdev, parent, type)))
		if (strcmp(type->type, name) == 0)
			return type;
	return NULL;
}
