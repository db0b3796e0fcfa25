/* SPDX-License-Identifier: GPL-2.0-or-later */
/* hostpciN, as PVE::QemuServer::PCI has it. */
#include <ctype.h>
#include <string.h>

#include "vm/vm.h"

#define MOST_ADDRESSES 256
#define MOST_PASSED    16 /* hostpci0 to 15: $MAX_HOSTPCI_DEVICES */

const char *gp_vm_address(struct gp_arena *arena, const char *text)
{
	const char *colon = strchr(text, ':');
	char *address;

	if (!colon || !isxdigit((unsigned char)*text))
		return NULL;
	address =
		strchr(colon + 1, ':') ? gp_strdup(arena, text) : gp_printf(arena, "0000:%s", text);
	for (char *c = address; *c; c++) {
		if (!isxdigit((unsigned char)*c) && *c != ':' && *c != '.')
			return NULL;
		*c = (char)tolower((unsigned char)*c);
	}
	return address;
}

static void add_addresses(
	struct gp_arena *arena, const char *list, const char *id, struct gp_passed *passed)
{
	struct gp_strings pieces = gp_split(arena, list, "; \t");

	gp_each (piece, &pieces) {
		const char *address = gp_vm_address(arena, *piece);

		if (!address || passed->addresses.n >= MOST_ADDRESSES)
			continue;
		gp_strings_add(arena, &passed->addresses, address);
		gp_strings_add(arena, &passed->expected, id);
	}
}

static void resolve(
	struct gp_arena *arena, const struct gp_vm_mappings *mappings, struct gp_passed *passed)
{
	size_t entries = 0;

	gp_each (mapping, mappings) {
		if (strcmp(mapping->name, passed->mapping) != 0)
			continue;
		add_addresses(arena, mapping->path, mapping->id, passed);
		entries++;
	}
	passed->has_choice = entries > 1;
}

static void take(struct gp_arena *arena, const struct gp_vm_mappings *mappings,
	const struct gp_vm_setting *setting, struct gp_vm *vm)
{
	const char *value = setting->value, *host = gp_vm_property(arena, value, "host", true);
	const char *rombar = gp_vm_property(arena, value, "rombar", false);
	struct gp_passed *passed = gp_push(arena, &vm->passed);

	*passed = (struct gp_passed){
		.key = setting->key,
		.text = value,
		.line = setting->line,
		.mapping = gp_vm_property(arena, value, "mapping", false),
		.mdev = gp_vm_property(arena, value, "mdev", false),
		.romfile = gp_vm_property(arena, value, "romfile", false),
		.pcie = gp_vm_is_on(gp_vm_property(arena, value, "pcie", false)),
		.x_vga = gp_vm_is_on(gp_vm_property(arena, value, "x-vga", false)),
		.legacy_igd = gp_vm_is_on(gp_vm_property(arena, value, "legacy-igd", false)),
		.no_rombar = rombar && !gp_vm_is_on(rombar),
		.is_rebound = true,
	};
	if (host)
		add_addresses(arena, host, "", passed);
	if (passed->mapping)
		resolve(arena, mappings, passed);
}

void gp_vm_find_passed(
	struct gp_arena *arena, const struct gp_vm_mappings *mappings, struct gp_vm *vm)
{
	gp_each (setting, &vm->settings) {
		const char *number = setting->key + strlen("hostpci");

		if (gp_starts_with(setting->key, "hostpci") && *number &&
			!number[strspn(number, "0123456789")] && vm->passed.n < MOST_PASSED)
			take(arena, mappings, setting, vm);
	}
	gp_each (passed, &vm->passed)
		passed->vm = vm;
}

const char *gp_passed_place(struct gp_arena *arena, const struct gp_passed *passed)
{
	return gp_vm_place(arena, passed->file ? passed->file : passed->vm->source, passed->line);
}

bool gp_passed_takes(const struct gp_passed *passed, const struct gp_function *function)
{
	size_t slot = strcspn(function->address, ".");

	gp_each (address, &passed->addresses)
		if (strcmp(*address, function->address) == 0 ||
			(strlen(*address) == slot &&
				strncmp(*address, function->address, slot) == 0))
			return true;
	return false;
}

const struct gp_passed *gp_vms_next_passed(
	const struct gp_vms *vms, const struct gp_function *function, const struct gp_passed *after)
{
	const struct gp_vm *vm = after ? after->vm : vms->items;
	size_t i = after ? (size_t)(after - vm->passed.items) + 1 : 0;

	for (; vms->n && vm < vms->items + vms->n; vm++, i = 0)
		for (; i < vm->passed.n; i++)
			if (gp_passed_takes(&vm->passed.items[i], function))
				return &vm->passed.items[i];
	return NULL;
}

const struct gp_passed *gp_vms_taking(const struct gp_vms *vms, const struct gp_function *function)
{
	const struct gp_passed *passed = NULL;

	while ((passed = gp_vms_next_passed(vms, function, passed)))
		if (!passed->mdev)
			return passed;
	return NULL;
}

bool gp_vms_rebind(const struct gp_vms *vms, const struct gp_function *function)
{
	const struct gp_passed *passed = NULL;
	bool is_taken = false;

	while ((passed = gp_vms_next_passed(vms, function, passed))) {
		if (passed->mdev)
			continue;
		if (!passed->is_rebound)
			return false;
		is_taken = true;
	}
	return is_taken;
}

const char *gp_vm_rom_path(struct gp_arena *arena, const struct gp_passed *passed)
{
	if (passed->vm->manager == GP_VM_PROXMOX)
		return gp_printf(arena, "/usr/share/kvm/%s", passed->romfile);
	return passed->romfile;
}
