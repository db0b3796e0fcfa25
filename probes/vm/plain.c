/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMUs that no manager started. kvm says which processes have a VM: /sys/kernel/debug/kvm has a
 * directory PID-FD for each (Linux, virt/kvm/kvm_main.c: kvm_create_vm_debugfs()).
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "vm/vm.h"

static uint32_t pid_of(const char *name)
{
	size_t digits = strspn(name, "0123456789");
	unsigned long pid;

	if (!digits || digits > 9 || name[digits] != '-')
		return 0;
	pid = strtoul(name, NULL, 10);
	return pid <= INT32_MAX ? (uint32_t)pid : 0;
}

static bool is_known(const struct gp_vms *vms, uint32_t pid)
{
	gp_each (vm, vms)
		if (vm->pid == pid)
			return true;
	return false;
}

/* "-uuid X", or "-smbios type=1,uuid=X". */
static const char *uuid_of(struct gp_arena *arena, const struct gp_vm *vm)
{
	const char *uuid = gp_vm_argument(vm, "-uuid");

	for (size_t i = 0; !uuid && i + 1 < vm->arguments.n; i++)
		if (strcmp(vm->arguments.items[i], "-smbios") == 0)
			uuid = gp_vm_property(arena, vm->arguments.items[i + 1], "uuid", false);
	return uuid;
}

static void add_process(struct gp_machine *machine, uint32_t pid, struct gp_vms *vms)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_origin from;
	struct gp_strings arguments = gp_vm_read_arguments(machine, pid, &from);
	struct gp_vm *vm;

	if (!arguments.n || !gp_vm_is_qemu(arguments.items[0]))
		return;
	vm = gp_vms_add(arena, vms);
	if (!vm)
		return;
	vm->name = gp_printf(arena, "vm/%u", (unsigned int)pid);
	vm->source = from.path;
	vm->manager = GP_VM_PLAIN;
	vm->from = from;
	vm->pid = pid;
	vm->arguments = arguments;
	vm->uuid = uuid_of(arena, vm);
	vm->traits = vm->configured = gp_vm_traits_of_arguments(arena, pid, &arguments);
	gp_vm_find_devices(arena, &arguments, vm);
	gp_each (passed, &vm->passed)
		if (passed->uuid && gp_is_plain(passed->uuid, "-"))
			gp_passed_find_parent(machine, passed);
}

void gp_plain_collect(struct gp_machine *machine, struct gp_vms *ret)
{
	struct gp_names_value names = gp_read_names(machine, "/sys/kernel/debug/kvm");

	ret->processes = names.from;
	gp_each (name, &names.value) {
		uint32_t pid = pid_of(*name);

		if (pid && !is_known(ret, pid))
			add_process(machine, pid, ret);
	}
}
