/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration of a VM, and the same bytes as the list of mappings that it may name. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "vm/vm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_up(const struct gp_vm *vm)
{
	gp_each (setting, &vm->settings)
		if (!*setting->key || !*setting->value || !gp_vm_get(&vm->settings, setting->key))
			__builtin_trap();
	gp_each (passed, &vm->passed) {
		if (passed->addresses.n != passed->expected.n || passed->vm != vm)
			__builtin_trap();
		gp_each (address, &passed->addresses) {
			struct gp_function function = {.address = *address};

			if (!gp_passed_takes(passed, &function))
				__builtin_trap();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	const char *text = gp_strndup(arena, (const char *)data, size);
	struct gp_vm_mappings mappings = {0};
	struct gp_vm vm = {0};

	gp_vm_mappings_parse(arena, text, size % 2 ? "pve" : NULL, &mappings);
	gp_vm_config_parse(arena, text, &vm.settings, &vm.pending);
	gp_vm_find_passed(arena, &mappings, &vm);
	look_up(&vm);
	gp_vm_property(arena, text, "type", true);
	gp_arena_free(arena);
	return 0;
}
