/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

static void write_vm(const struct gp_vm *vm, const struct gp_fact_sink *sink)
{
	static const char *const keys[] = {"machine", "bios", "cpu", "vga", "ostype"};
	struct gp_arena *arena = sink->record->arena;

	const char *system = gp_vm_system(arena, vm);

	gp_fact(sink, vm->name, "vm.running", vm->source, vm->pid ? "yes" : "no", "");
	if (system)
		gp_fact(sink, vm->name, "vm.system", vm->source, system, "");
	for (size_t i = 0; i < GP_ARRAY_SIZE(keys); i++) {
		const struct gp_vm_setting *setting = gp_vm_setting(&vm->settings, keys[i]);

		if (setting)
			gp_fact(sink, vm->name, gp_printf(arena, "vm.%s", keys[i]),
				gp_vm_place(arena, vm->source, setting->line), setting->value, "");
	}
	gp_each (passed, &vm->passed)
		gp_fact(sink, vm->name, passed->mdev ? "vm.mdev" : "vm.device",
			gp_vm_place(arena, vm->source, passed->line),
			gp_join(arena, &passed->addresses, ";"), "");
}

void gp_vm_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_vms *vms = &facts->vms;

	/* A VM without a device has nothing to do with GPUs. */
	gp_each (vm, vms)
		if (vm->passed.n)
			write_vm(vm, sink);
}
