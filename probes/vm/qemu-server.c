/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vm/vm.h"

#define MOST_VMS       1024
#define MOST_ARGUMENTS (256u << 10)

static struct gp_strings split_arguments(struct gp_arena *arena, const struct gp_bytes *bytes)
{
	const char *at = (const char *)bytes->data, *end = at + bytes->size;
	struct gp_strings arguments = {0};

	for (; at < end; at += strlen(at) + 1)
		gp_strings_add(arena, &arguments, at);
	return arguments;
}

/* The file stays when a QEMU dies, and its number may since be another's. */
static void find_process(struct gp_machine *machine, const char *id, struct gp_vm *vm)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_number_value pid =
		gp_read_number(machine, gp_printf(arena, "/run/qemu-server/%s.pid", id), 10);
	struct gp_bytes_value arguments;
	const char *said;

	if (!gp_is_present(&pid.from) || !pid.value || pid.value > INT32_MAX)
		return;
	arguments = gp_read_bytes(machine,
		gp_printf(arena, "/proc/%u/cmdline", (unsigned int)pid.value), MOST_ARGUMENTS);
	if (gp_is_absent(&arguments.from))
		return;
	if (gp_is_present(&arguments.from))
		vm->arguments = split_arguments(arena, &arguments.value);
	said = gp_vm_argument(vm, "-id");
	if (gp_is_present(&arguments.from) && !gp_equal(said, id))
		vm->arguments = (struct gp_strings){0};
	else
		vm->pid = (uint32_t)pid.value;
}

static void read_vm(struct gp_machine *machine, const char *file,
	const struct gp_vm_mappings *mappings, struct gp_vm *vm)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *id = gp_strndup(arena, file, strlen(file) - strlen(".conf"));
	const char *path = gp_printf(arena, "/etc/pve/qemu-server/%s", file);
	struct gp_text_value text = gp_read_text(machine, path);

	*vm = (struct gp_vm){
		.name = gp_printf(arena, "vm/%s", id), .source = path, .from = text.from};
	gp_vm_config_parse(arena, text.value, &vm->settings, &vm->pending);
	gp_vm_find_passed(arena, mappings, vm);
	find_process(machine, id, vm);
}

static struct gp_vm_mappings read_mappings(struct gp_machine *machine)
{
	struct gp_text_value node = gp_read_link_name(machine, "/etc/pve/local");
	struct gp_text_value text = gp_read_text(machine, "/etc/pve/mapping/pci.cfg");
	struct gp_vm_mappings mappings = {0};

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
	mappings = read_mappings(machine);
	/* Devices point at their VM: the list must not move. */
	ret->items = gp_alloc(gp_machine_arena(machine), MOST_VMS, sizeof(*ret->items));
	gp_each (name, &names.value)
		if (gp_ends_with(*name, ".conf") && ret->n < MOST_VMS)
			read_vm(machine, *name, &mappings, &ret->items[ret->n++]);
}
