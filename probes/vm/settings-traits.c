/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Proxmox makes of a VM's settings (PVE::QemuServer, PVE::QemuServer::CPUConfig). */
#include <string.h>

#include "vm/vm.h"

static const char *said(struct gp_arena *arena, const struct gp_vm *vm, const char *key)
{
	const struct gp_vm_setting *setting = gp_vm_setting(&vm->settings, key);

	return setting ? gp_printf(arena, "%s: \"%s: %s\"",
				 gp_vm_place(arena, vm->source, setting->line), key, setting->value)
		       : NULL;
}

/* wxp, w2k3, wvista, win7, win11 ... */
static enum gp_vm_guest guest_of(const char *type)
{
	if (!type || strcmp(type, "other") == 0)
		return GP_VM_GUEST_UNKNOWN;
	if (*type == 'w')
		return GP_VM_WINDOWS;
	return type[0] == 'l' && type[1] == '2' ? GP_VM_LINUX : GP_VM_OTHER_GUEST;
}

static bool gives_gpu(const struct gp_vm *vm)
{
	gp_each (passed, &vm->passed)
		if (passed->x_vga)
			return true;
	return false;
}

/* Windows gets Hyper-V's enlightenments; with x-vga also a vendor id, and kvm stays hidden. */
static void take_cpu(struct gp_arena *arena, const struct gp_vm *vm, struct gp_vm_traits *traits)
{
	const char *value = gp_vm_get(&vm->settings, "cpu");
	const char *type = value ? gp_vm_property(arena, value, "cputype", true) : NULL;
	const char *flags = value ? gp_vm_property(arena, value, "flags", false) : NULL;
	const char *vendor = value ? gp_vm_property(arena, value, "hv-vendor-id", false) : NULL;
	const char *bits = value ? gp_vm_property(arena, value, "phys-bits", false) : NULL;
	bool windows = traits->guest == GP_VM_WINDOWS, gpu = gives_gpu(vm);
	struct gp_strings words = gp_split(arena, flags ? flags : "", ";");

	traits->cpu = type ? type : "kvm64";
	traits->where[GP_VM_CPU] = said(arena, vm, "cpu");
	gp_each (word, &words)
		gp_strings_add(arena, &traits->cpu_flags, *word);
	if (bits)
		gp_strings_add(arena, &traits->cpu_flags, gp_printf(arena, "phys-bits=%s", bits));
	if (windows) {
		gp_strings_add(arena, &traits->cpu_flags, "hv_relaxed");
		if (gpu || vendor)
			gp_strings_add(arena, &traits->cpu_flags,
				gp_printf(arena, "hv_vendor_id=%s", vendor ? vendor : "proxmox"));
	}
	if (gpu || (value && gp_vm_is_on(gp_vm_property(arena, value, "hidden", false))))
		gp_strings_add(arena, &traits->cpu_flags, "kvm=off");
}

/* Without a setting it is std, and nothing where a device is the VM's display (x-vga). */
static void take_display(
	struct gp_arena *arena, const struct gp_vm *vm, struct gp_vm_traits *traits)
{
	const char *value = gp_vm_get(&vm->settings, "vga");
	const char *type = value ? gp_vm_property(arena, value, "type", true) : NULL;

	traits->knows_displays = true;
	traits->where[GP_VM_DISPLAY] = said(arena, vm, "vga");
	if (!type)
		type = gives_gpu(vm) ? "none" : "std";
	if (strcmp(type, "none") != 0 && !gp_starts_with(type, "serial"))
		gp_strings_add(arena, &traits->displays, type);
}

/* In MiB; "memory: 8192", or "memory: current=8192". */
static uint64_t memory_of(const struct gp_vm_settings *settings, const char *key)
{
	const char *value = gp_vm_get(settings, key);
	uint64_t number = 512;

	if (value && gp_starts_with(value, "current="))
		value += strlen("current=");
	if (value && gp_parse_u64(value, 10, &number) < 0)
		return 0;
	return number;
}

struct gp_vm_traits gp_vm_traits_of_settings(struct gp_arena *arena, const struct gp_vm *vm)
{
	struct gp_vm_traits traits = gp_vm_traits_none(vm->source);
	const struct gp_vm_settings *settings = &vm->settings;
	const char *machine = gp_vm_get(settings, "machine"), *bios = gp_vm_get(settings, "bios");
	const char *efidisk = gp_vm_get(settings, "efidisk0"), *args = gp_vm_get(settings, "args");
	const char *balloon = gp_vm_get(settings, "balloon");
	const char *viommu = machine ? gp_vm_property(arena, machine, "viommu", false) : NULL;

	if (!gp_is_present(&vm->from))
		return traits;
	gp_vm_take_machine(arena, machine ? machine : "pc", &traits);
	traits.where[GP_VM_MACHINE] = said(arena, vm, "machine");
	traits.where[GP_VM_VIOMMU] = traits.where[GP_VM_MACHINE];
	traits.viommu = viommu && strcmp(viommu, "none") != 0;
	traits.firmware = gp_equal(bios, "ovmf") ? GP_VM_OVMF : GP_VM_SEABIOS;
	traits.where[GP_VM_FIRMWARE] = said(arena, vm, "bios");
	traits.enrolled_keys =
		efidisk && gp_vm_is_on(gp_vm_property(arena, efidisk, "pre-enrolled-keys", false));
	traits.balloon = !gp_equal(balloon, "0");
	traits.shrinks = traits.balloon && balloon &&
			 memory_of(settings, "balloon") < memory_of(settings, "memory");
	traits.where[GP_VM_BALLOON] = said(arena, vm, "balloon");
	traits.guest_name = gp_vm_get(settings, "ostype");
	traits.guest = guest_of(traits.guest_name);
	traits.where[GP_VM_GUEST] = said(arena, vm, "ostype");
	take_cpu(arena, vm, &traits);
	take_display(arena, vm, &traits);
	if (args)
		gp_vm_take_args(arena, args, said(arena, vm, "args"), &traits);
	return traits;
}
