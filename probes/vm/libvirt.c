/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Domains of libvirt's QEMU driver: /etc/libvirt/qemu/NAME.xml is what counts from the next start,
 * /run/libvirt/qemu/NAME.xml what runs.
 */
#include <string.h>

#include "vm/domain.h"

#define SETTINGS "/etc/libvirt/qemu"
#define STATE    "/run/libvirt/qemu"

static const char *name_of_file(struct gp_arena *arena, const char *file)
{
	return gp_strndup(arena, file, strlen(file) - strlen(".xml"));
}

static struct gp_vm *find_vm(struct gp_vms *vms, const char *name)
{
	gp_each (vm, vms)
		if (vm->manager == GP_VM_LIBVIRT && strcmp(vm->name + strlen("vm/"), name) == 0)
			return vm;
	return NULL;
}

static struct gp_vm *add_vm(
	struct gp_arena *arena, struct gp_vms *vms, const char *name, const char *source)
{
	struct gp_vm *vm = gp_vms_add(arena, vms);

	if (!vm)
		return NULL;
	vm->name = gp_printf(arena, "vm/%s", gp_printable(arena, name, strlen(name), 64));
	vm->source = source;
	vm->manager = GP_VM_LIBVIRT;
	vm->traits = vm->configured = gp_vm_traits_none(source);
	return vm;
}

/* Reads a file of either kind; false: it could not be, and *ret_from says why. */
static bool read_domain(struct gp_machine *machine, const char *path, struct gp_domain *ret,
	struct gp_origin *ret_from)
{
	struct gp_text_value text = gp_read_text(machine, path);
	const char *problem;

	*ret_from = text.from;
	if (!gp_is_present(&text.from))
		return false;
	if (gp_domain_parse(gp_machine_arena(machine), text.from.path, text.value,
		    strlen(text.value), ret, &problem))
		return true;
	ret_from->presence = GP_MALFORMED;
	ret_from->problem = problem;
	return false;
}

static bool is_same_device(const struct gp_passed *a, const struct gp_passed *b)
{
	if (a->uuid || b->uuid)
		return gp_equal(a->uuid, b->uuid);
	return a->addresses.n && b->addresses.n &&
	       strcmp(a->addresses.items[0], b->addresses.items[0]) == 0;
}

static bool has_device(const struct gp_vm *vm, const struct gp_passed *device)
{
	gp_each (passed, &vm->passed)
		if (is_same_device(passed, device))
			return true;
	return false;
}

static void add_device(
	struct gp_machine *machine, struct gp_vm *vm, const struct gp_passed *device, bool is_later)
{
	struct gp_passed *passed = gp_push(gp_machine_arena(machine), &vm->passed);

	*passed = *device;
	passed->is_later = is_later;
	if (passed->uuid)
		gp_passed_find_parent(machine, passed);
}

static void read_settings(struct gp_machine *machine, const char *file, struct gp_vms *vms)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *path = gp_printf(arena, SETTINGS "/%s", file);
	struct gp_domain domain;
	struct gp_origin from;
	bool is_read = read_domain(machine, path, &domain, &from);
	struct gp_vm *vm =
		add_vm(arena, vms, is_read ? domain.name : name_of_file(arena, file), from.path);

	if (!vm)
		return;
	vm->from = from;
	vm->at_boot = gp_is_there(machine, gp_printf(arena, SETTINGS "/autostart/%s", file));
	if (!is_read)
		return;
	vm->uuid = domain.uuid;
	vm->traits = vm->configured = domain.traits;
	gp_each (passed, &domain.passed)
		add_device(machine, vm, passed, false);
}

/* The process may be gone with its file left behind, and its number another's. */
static bool is_running(struct gp_machine *machine, const struct gp_domain *domain,
	struct gp_strings *ret_arguments)
{
	struct gp_origin from;

	*ret_arguments = (struct gp_strings){0};
	if (!domain->pid || gp_equal(domain->state, "shutoff"))
		return false;
	*ret_arguments = gp_vm_read_arguments(machine, domain->pid, &from);
	if (!gp_is_present(&from))
		return !gp_is_absent(&from);
	return ret_arguments->n && gp_vm_is_qemu(ret_arguments->items[0]);
}

static void take_running(struct gp_machine *machine, struct gp_vm *vm,
	const struct gp_domain *domain, const struct gp_strings *arguments)
{
	__typeof__(vm->passed) configured = vm->passed;

	vm->pid = domain->pid;
	vm->arguments = *arguments;
	vm->uuid = domain->uuid;
	vm->traits = domain->traits;
	if (!vm->traits.guest_name) {
		vm->traits.guest = vm->configured.guest;
		vm->traits.guest_name = vm->configured.guest_name;
	}
	vm->passed.items = NULL;
	vm->passed.n = 0;
	gp_each (passed, &domain->passed)
		add_device(machine, vm, passed, false);
	gp_each (passed, &configured)
		if (!has_device(vm, passed)) {
			*gp_push(gp_machine_arena(machine), &vm->passed) = *passed;
			vm->passed.items[vm->passed.n - 1].is_later = true;
		}
}

static void read_state(struct gp_machine *machine, const char *file, struct gp_vms *vms)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_strings arguments;
	struct gp_domain domain;
	struct gp_origin from;
	struct gp_vm *vm;

	if (!read_domain(machine, gp_printf(arena, STATE "/%s", file), &domain, &from) ||
		!is_running(machine, &domain, &arguments))
		return;
	vm = find_vm(vms, domain.name);
	if (!vm) {
		vm = add_vm(arena, vms, domain.name, from.path);
		if (!vm)
			return;
		vm->from = from;
		vm->configured = domain.traits;
	}
	take_running(machine, vm, &domain, &arguments);
}

void gp_libvirt_collect(struct gp_machine *machine, struct gp_vms *ret)
{
	struct gp_names_value settings = gp_read_names(machine, SETTINGS);
	struct gp_names_value states = gp_read_names(machine, STATE);

	ret->libvirt = settings.from;
	gp_each (file, &settings.value)
		if (gp_ends_with(*file, ".xml"))
			read_settings(machine, *file, ret);
	gp_each (file, &states.value)
		if (gp_ends_with(*file, ".xml"))
			read_state(machine, *file, ret);
	gp_each (vm, ret)
		gp_each (passed, &vm->passed)
			passed->vm = vm;
}
