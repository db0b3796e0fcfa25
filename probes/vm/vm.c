/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vm/vm.h"

#include <errno.h>
#include <string.h>

struct gp_vm *gp_vms_add(struct gp_arena *arena, struct gp_vms *vms)
{
	if (!vms->items)
		vms->items = gp_alloc(arena, GP_MOST_VMS, sizeof(*vms->items));
	return vms->n < GP_MOST_VMS ? &vms->items[vms->n++] : NULL;
}

/* A path from a setting is only followed where it is a whole one. */
static bool is_whole_path(const char *path)
{
	return *path == '/' && !strstr(path, "/../");
}

static void read_roms(struct gp_machine *machine, struct gp_vms *vms)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	gp_each (vm, vms)
		gp_each (passed, &vm->passed) {
			const char *path = passed->romfile ? gp_vm_rom_path(arena, passed) : "";

			if (is_whole_path(path))
				passed->rom = gp_rom_read(machine, path);
			/* Proxmox always has that directory: without it nothing is known of it. */
			if (gp_is_absent(&passed->rom.from) && vm->manager == GP_VM_PROXMOX &&
				!gp_is_there(machine, "/usr/share/kvm"))
				passed->rom.from = (struct gp_origin){
					.path = passed->rom.from.path, .error = ENODATA};
		}
}

void gp_vms_collect(struct gp_machine *machine, struct gp_vms *ret)
{
	*ret = (struct gp_vms){0};
	gp_qemu_server_collect(machine, ret);
	gp_libvirt_collect(machine, ret);
	gp_plain_collect(machine, ret);
	read_roms(machine, ret);
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

const struct gp_origin *gp_vms_unread(const struct gp_vms *vms)
{
	if (vms->from.presence == GP_UNREADABLE)
		return &vms->from;
	if (vms->libvirt.presence == GP_UNREADABLE)
		return &vms->libvirt;
	if (vms->cts_from.presence == GP_UNREADABLE)
		return &vms->cts_from;
	gp_each (vm, vms)
		if (vm->from.presence == GP_UNREADABLE || vm->from.presence == GP_MALFORMED)
			return &vm->from;
	gp_each (ct, &vms->cts)
		if (ct->from.presence == GP_UNREADABLE)
			return &ct->from;
	return NULL;
}
