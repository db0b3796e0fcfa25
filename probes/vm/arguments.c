/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the whole command line of a QEMU says; what it leaves out is QEMU's own default. */
#include <string.h>

#include "vm/vm.h"

#define MOST_ARGUMENTS (256u << 10)

static struct gp_strings split_arguments(struct gp_arena *arena, const struct gp_bytes *bytes)
{
	const char *at = (const char *)bytes->data, *end = at + bytes->size;
	struct gp_strings arguments = {0};

	for (; at < end; at += strlen(at) + 1)
		gp_strings_add(arena, &arguments, at);
	return arguments;
}

struct gp_strings gp_vm_read_arguments(
	struct gp_machine *machine, uint32_t pid, struct gp_origin *ret_from)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_bytes_value bytes = gp_read_bytes(
		machine, gp_printf(arena, "/proc/%u/cmdline", (unsigned int)pid), MOST_ARGUMENTS);

	*ret_from = bytes.from;
	return gp_is_present(&bytes.from) ? split_arguments(arena, &bytes.value)
					  : (struct gp_strings){0};
}

bool gp_vm_is_qemu(const char *program)
{
	const char *slash = strrchr(program, '/');
	const char *name = slash ? slash + 1 : program;

	return gp_starts_with(name, "qemu") || gp_ends_with(name, "kvm");
}

static size_t count_word(const struct gp_strings *arguments, const char *word)
{
	size_t n = 0;

	gp_each (argument, arguments)
		n += strcmp(*argument, word) == 0;
	return n;
}

struct gp_vm_traits gp_vm_traits_of_arguments(
	struct gp_arena *arena, uint32_t pid, const struct gp_strings *arguments)
{
	struct gp_vm_traits traits =
		gp_vm_traits_none(gp_printf(arena, "/proc/%u/cmdline", (unsigned int)pid));

	gp_vm_take_arguments(arena, arguments, &traits);
	traits.overrides_cpu = count_word(arguments, "-cpu") > 1;
	if (traits.firmware == GP_VM_FIRMWARE_UNKNOWN)
		traits.firmware = gp_vm_usual_firmware(NULL, traits.machine);
	if (traits.q35 < 0)
		traits.q35 = 0;
	if (!traits.cpu)
		traits.cpu = "qemu64";
	if (traits.balloon < 0)
		traits.balloon = 0;
	traits.knows_displays = true;
	if (!traits.displays.n && !traits.where[GP_VM_DISPLAY] &&
		!gp_strings_has(arguments, "-nodefaults"))
		gp_strings_add(arena, &traits.displays, "std");
	for (size_t i = 0; i < GP_N_VM_TRAITS; i++)
		if (traits.where[i])
			traits.where[i] =
				gp_printf(arena, "%s: \"%s\"", traits.source, traits.where[i]);
	return traits;
}

/* The value of a property of a device: "host" of "vfio-pci,host=01:00.0,x-vga=on". */
static void take_device(struct gp_arena *arena, const char *text, struct gp_vm *vm)
{
	const char *host = gp_vm_property(arena, text, "host", false);
	const char *sysfs = gp_vm_property(arena, text, "sysfsdev", false);
	const char *rombar = gp_vm_property(arena, text, "rombar", false);
	const char *name = sysfs && strrchr(sysfs, '/') ? strrchr(sysfs, '/') + 1 : host;
	const char *address = name ? gp_vm_address(arena, name) : NULL;
	struct gp_passed *passed;

	if (!name || (!address && !sysfs))
		return;
	passed = gp_push(arena, &vm->passed);
	*passed = (struct gp_passed){
		.key = "-device",
		.text = text,
		.romfile = gp_vm_property(arena, text, "romfile", false),
		.x_vga = gp_vm_is_on(gp_vm_property(arena, text, "x-vga", false)),
		.no_rombar = rombar && !gp_vm_is_on(rombar),
		.mdev = address ? NULL : "",
		.uuid = address ? NULL : name,
	};
	if (!address)
		return;
	gp_strings_add(arena, &passed->addresses, address);
	gp_strings_add(arena, &passed->expected, "");
}

void gp_vm_find_devices(
	struct gp_arena *arena, const struct gp_strings *arguments, struct gp_vm *vm)
{
	for (size_t i = 0; i + 1 < arguments->n && vm->passed.n < 64; i++)
		if (strcmp(arguments->items[i], "-device") == 0 &&
			gp_starts_with(arguments->items[i + 1], "vfio-pci"))
			take_device(arena, arguments->items[i + 1], vm);
	gp_each (passed, &vm->passed)
		passed->vm = vm;
}
