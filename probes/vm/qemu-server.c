/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vm/vm.h"

/* The file stays when a QEMU dies, and its number may since be another's. */
static void find_process(struct gp_machine *machine, const char *id, struct gp_vm *vm)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_number_value pid =
		gp_read_number(machine, gp_printf(arena, "/run/qemu-server/%s.pid", id), 10);
	struct gp_origin from;

	if (!gp_is_present(&pid.from) || !pid.value || pid.value > INT32_MAX)
		return;
	vm->arguments = gp_vm_read_arguments(machine, (uint32_t)pid.value, &from);
	if (gp_is_absent(&from))
		return;
	if (gp_is_present(&from) && !gp_equal(gp_vm_argument(vm, "-id"), id))
		vm->arguments = (struct gp_strings){0};
	else
		vm->pid = (uint32_t)pid.value;
}

/* What runs comes first; what its arguments leave open the settings say. */
static void find_traits(struct gp_arena *arena, struct gp_vm *vm)
{
	struct gp_vm_traits settings = gp_vm_traits_of_settings(arena, vm), running;

	vm->configured = vm->traits = settings;
	if (!vm->arguments.n)
		return;
	running = gp_vm_traits_of_arguments(arena, vm->pid, &vm->arguments);
	vm->traits.source = running.source;
	if (running.machine) {
		vm->traits.q35 = running.q35;
		vm->traits.machine = running.machine;
	}
	vm->traits.balloon = running.balloon;
	vm->traits.viommu = running.viommu;
	vm->traits.ioapic_kvm = running.ioapic_kvm;
	if (running.where[GP_VM_CPU]) {
		vm->traits.cpu = running.cpu;
		vm->traits.cpu_flags = running.cpu_flags;
	}
	if (running.where[GP_VM_FIRMWARE])
		vm->traits.firmware = running.firmware;
	if (running.where[GP_VM_DISPLAY])
		vm->traits.displays = running.displays;
	vm->traits.overrides_cpu = running.overrides_cpu;
	for (size_t i = 0; i < GP_N_VM_TRAITS; i++)
		if (running.where[i])
			vm->traits.where[i] = running.where[i];
}

static void read_vm(struct gp_machine *machine, const char *file,
	const struct gp_vm_mappings *mappings, struct gp_vm *vm)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *id = gp_strndup(arena, file, strlen(file) - strlen(".conf"));
	const char *path = gp_printf(arena, "/etc/pve/qemu-server/%s", file), *smbios;
	struct gp_text_value text = gp_read_text(machine, path);

	*vm = (struct gp_vm){
		.name = gp_printf(arena, "vm/%s", id), .source = path, .from = text.from};
	gp_vm_config_parse(arena, text.value, &vm->settings, &vm->pending);
	gp_vm_find_passed(arena, mappings, vm);
	find_process(machine, id, vm);
	find_traits(arena, vm);
	smbios = gp_vm_get(&vm->settings, "smbios1");
	vm->uuid = smbios ? gp_vm_property(arena, smbios, "uuid", false) : NULL;
	vm->at_boot = gp_vm_is_on(gp_vm_get(&vm->settings, "onboot"));
	vm->is_template = gp_vm_is_on(gp_vm_get(&vm->settings, "template"));
}

static struct gp_vm_mappings read_mappings(struct gp_machine *machine, struct gp_origin *ret_from)
{
	struct gp_text_value node = gp_read_link_name(machine, "/etc/pve/local");
	struct gp_text_value text = gp_read_text(machine, "/etc/pve/mapping/pci.cfg");
	struct gp_vm_mappings mappings = {0};

	*ret_from = text.from;
	gp_vm_mappings_parse(gp_machine_arena(machine), text.value,
		gp_is_present(&node.from) ? node.value : NULL, &mappings);
	return mappings;
}

void gp_qemu_server_collect(struct gp_machine *machine, struct gp_vms *ret)
{
	struct gp_names_value names = gp_read_names(machine, "/etc/pve/qemu-server");
	struct gp_vm_mappings mappings;

	ret->from = names.from;
	if (!names.value.n)
		return;
	mappings = read_mappings(machine, &ret->mappings);
	gp_each (name, &names.value)
		if (gp_ends_with(*name, ".conf")) {
			struct gp_vm *vm = gp_vms_add(gp_machine_arena(machine), ret);

			if (vm)
				read_vm(machine, *name, &mappings, vm);
		}
}
