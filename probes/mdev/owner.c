/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>

#include "facts.h"

enum { UUID_LENGTH = 36, VMID_AT = 24 };

/*
 * The number of the VM in a UUID of Proxmox, which has the index of hostpciN first, then zeros,
 * then the VM's number, all decimal (PVE::QemuServer::PCI::generate_mdev_uuid()). "": of another
 * maker.
 */
static const char *number_in_uuid(const char *uuid)
{
	static const char zeros[] = "-0000-0000-0000-";

	if (strlen(uuid) != UUID_LENGTH || strspn(uuid, "0123456789-") != UUID_LENGTH)
		return "";
	if (strncmp(uuid + 8, zeros, strlen(zeros)) != 0)
		return "";
	return uuid + VMID_AT + strspn(uuid + VMID_AT, "0");
}

static bool is_named_by(const struct gp_vm *vm, const char *uuid)
{
	gp_each (argument, &vm->arguments)
		if (strstr(*argument, uuid))
			return true;
	gp_each (passed, &vm->passed)
		if (gp_equal(passed->uuid, uuid))
			return true;
	return false;
}

const struct gp_vm *gp_mdev_owner(const struct gp_facts *facts, const struct gp_mdev_device *device)
{
	const char *number = number_in_uuid(device->uuid);

	gp_each (vm, &facts->vms)
		if (is_named_by(vm, device->uuid))
			return vm;
	gp_each (vm, &facts->vms)
		if (*number && vm->manager == GP_VM_PROXMOX &&
			strcmp(vm->name + strlen("vm/"), number) == 0)
			return vm;
	return NULL;
}

const char *gp_mdev_owner_says(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_mdev_device *device)
{
	const struct gp_vm *vm = gp_mdev_owner(facts, device);
	const char *number = number_in_uuid(device->uuid);

	if (vm)
		return gp_printf(
			arena, "%s, which %s", vm->name, vm->pid ? "is running" : "is stopped");
	if (*number)
		return gp_printf(arena, "vm/%s, going by its UUID", number);
	return "a program that does not leave its name";
}
