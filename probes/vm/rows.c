/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/uuid.h"
#include "to-record.h"

static void write_traits(const struct gp_vm *vm, const struct gp_fact_sink *sink)
{
	static const char *const firmwares[] = {[GP_VM_FIRMWARE_UNKNOWN] = NULL,
		[GP_VM_SEABIOS] = "SeaBIOS",
		[GP_VM_OVMF] = "OVMF"};
	const struct gp_vm_traits *traits = &vm->traits;
	struct gp_arena *arena = sink->record->arena;
	const struct {
		const char *id, *value;
		enum gp_vm_trait trait;
	} rows[] = {
		{"vm.machine", traits->machine, GP_VM_MACHINE},
		{"vm.firmware", firmwares[traits->firmware], GP_VM_FIRMWARE},
		{"vm.cpu", traits->cpu, GP_VM_CPU},
		{"vm.display",
			!traits->knows_displays ? NULL
			: traits->displays.n    ? gp_join(arena, &traits->displays, ";")
						: "none",
			GP_VM_DISPLAY},
		{"vm.guest", traits->guest_name, GP_VM_GUEST},
		{"vm.viommu", traits->viommu ? "yes" : NULL, GP_VM_VIOMMU},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(rows); i++)
		if (rows[i].value)
			gp_fact(sink, vm->name, rows[i].id,
				gp_vm_trait_where(traits, rows[i].trait), rows[i].value, "");
}

static void write_rom(
	const struct gp_passed *passed, const char *place, const struct gp_fact_sink *sink)
{
	const struct gp_rom *rom = &passed->rom;
	const char *images = rom->legacy && rom->efi ? "BIOS;UEFI"
			     : rom->efi              ? "UEFI"
			     : rom->legacy           ? "BIOS"
						     : "unknown";

	gp_fact(sink, passed->vm->name, "vm.romfile", place, passed->romfile, "");
	if (gp_is_present(&rom->from))
		gp_fact(sink, passed->vm->name, "vm.romfile_images", rom->from.path, images, "");
}

static void write_vm(const struct gp_vm *vm, const struct gp_fact_sink *sink)
{
	static const char *const managers[] = {
		[GP_VM_PROXMOX] = "Proxmox", [GP_VM_LIBVIRT] = "libvirt", [GP_VM_PLAIN] = "none"};

	const char *system = vm->uuid ? gp_uuid_hash(sink->record->arena, vm->uuid) : NULL;

	gp_fact(sink, vm->name, "vm.manager", vm->source, managers[vm->manager], "");
	gp_fact(sink, vm->name, "vm.running", vm->source, vm->pid ? "yes" : "no", "");
	gp_fact(sink, vm->name, "vm.at_boot", vm->source, vm->at_boot ? "yes" : "no", "");
	if (system)
		gp_fact(sink, vm->name, "vm.system", vm->source, system, "");
	write_traits(vm, sink);
	gp_each (passed, &vm->passed) {
		const char *place = gp_passed_place(sink->record->arena, passed);

		gp_fact(sink, vm->name, passed->mdev ? "vm.mdev" : "vm.device", place,
			gp_join(sink->record->arena, &passed->addresses, ";"), "");
		if (passed->guest_address)
			gp_fact(sink, vm->name, "vm.guest_address", place, passed->guest_address,
				"");
		if (passed->romfile)
			write_rom(passed, place, sink);
	}
}

void gp_vm_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_vms *vms = &facts->vms;

	/* A VM without a device has nothing to do with GPUs. */
	gp_each (vm, vms)
		if (vm->passed.n)
			write_vm(vm, sink);
}
