/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vm/vm.h"

/* "0000:00:02.0" of /sys/devices/pci0000:00/0000:00:02.0/UUID. */
static const char *parent_in(struct gp_arena *arena, const char *path)
{
	const char *end = strrchr(path, '/'), *start = end;

	while (start && start > path && start[-1] != '/')
		start--;
	return start ? gp_vm_address(arena, gp_strndup(arena, start, (size_t)(end - start))) : NULL;
}

/* Whom mdevctl is told to make it of. */
static const char *parent_defined(struct gp_machine *machine, const char *uuid)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value parents = gp_read_names(machine, "/etc/mdevctl.d");

	gp_each (parent, &parents.value)
		if (gp_is_there(machine, gp_printf(arena, "/etc/mdevctl.d/%s/%s", *parent, uuid)))
			return gp_vm_address(arena, *parent);
	return NULL;
}

void gp_passed_find_parent(struct gp_machine *machine, struct gp_passed *passed)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *path = gp_printf(arena, "/sys/bus/mdev/devices/%s", passed->uuid);
	const char *real, *parent;
	struct gp_text_value type;

	if (gp_machine_realpath(machine, path, &real) == 0) {
		parent = parent_in(arena, real);
		type = gp_read_link_name(machine, gp_printf(arena, "%s/mdev_type", path));
		if (gp_is_present(&type.from))
			passed->mdev = type.value;
	} else {
		parent = parent_defined(machine, passed->uuid);
	}
	if (!parent)
		return;
	gp_strings_add(arena, &passed->addresses, parent);
	gp_strings_add(arena, &passed->expected, "");
}
