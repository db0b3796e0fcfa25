/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vm/vm.h"

#include "machine/uuid.h"

#include <string.h>

void gp_vms_collect(struct gp_machine *machine, struct gp_vms *ret)
{
	*ret = (struct gp_vms){0};
	gp_qemu_server_collect(machine, ret);
	gp_lxc_collect(machine, ret);
	gp_vm_logs_collect(machine, ret);
}

const char *gp_vm_argument(const struct gp_vm *vm, const char *name)
{
	for (size_t i = 0; i + 1 < vm->arguments.n; i++)
		if (strcmp(vm->arguments.items[i], name) == 0)
			return vm->arguments.items[i + 1];
	return NULL;
}

/* "-uuid X" or "-smbios type=1,uuid=X" of its QEMU; "smbios1: uuid=X" of its settings. */
static const char *uuid_of(struct gp_arena *arena, const struct gp_vm *vm)
{
	const char *uuid = gp_vm_argument(vm, "-uuid");
	const char *smbios = gp_vm_get(&vm->settings, "smbios1");

	for (size_t i = 0; !uuid && i + 1 < vm->arguments.n; i++)
		if (strcmp(vm->arguments.items[i], "-smbios") == 0)
			uuid = gp_vm_property(arena, vm->arguments.items[i + 1], "uuid", false);
	return !uuid && smbios ? gp_vm_property(arena, smbios, "uuid", false) : uuid;
}

const char *gp_vm_system(struct gp_arena *arena, const struct gp_vm *vm)
{
	const char *uuid = uuid_of(arena, vm);

	return uuid ? gp_uuid_hash(arena, uuid) : NULL;
}

const struct gp_origin *gp_vms_unread(const struct gp_vms *vms)
{
	if (vms->from.presence == GP_UNREADABLE)
		return &vms->from;
	if (vms->cts_from.presence == GP_UNREADABLE)
		return &vms->cts_from;
	gp_each (vm, vms)
		if (vm->from.presence == GP_UNREADABLE)
			return &vm->from;
	gp_each (ct, &vms->cts)
		if (ct->from.presence == GP_UNREADABLE)
			return &ct->from;
	return NULL;
}
