/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vm/traits.h"

#include <string.h>
#include <strings.h>

#include "vm/vm.h"

struct gp_vm_traits gp_vm_traits_none(const char *source)
{
	return (struct gp_vm_traits){.source = source, .q35 = -1, .balloon = -1, .ioapic_kvm = -1};
}

const char *gp_vm_trait_where(const struct gp_vm_traits *traits, enum gp_vm_trait trait)
{
	return traits->where[trait] ? traits->where[trait] : traits->source;
}

/* "hv_vendor_id" and "hv-vendor-id" are the same to QEMU. */
static bool is_named(const char *word, const char *name)
{
	for (; *name; word++, name++)
		if (*word != *name && !(*word == '-' && *name == '_'))
			return false;
	return !*word || *word == '=';
}

/* The value of the last flag of that name, "" of one without value; NULL: there is none. */
static const char *flag_value(const struct gp_vm_traits *traits, const char *name)
{
	const char *value = NULL;

	gp_each (flag, &traits->cpu_flags)
		if (is_named(*flag, name))
			value = (*flag)[strlen(name)] ? *flag + strlen(name) + 1 : "";
	return value;
}

static bool is_off(const char *value)
{
	return value && (strcmp(value, "off") == 0 || strcmp(value, "no") == 0 ||
				strcmp(value, "false") == 0);
}

bool gp_vm_takes_away(const struct gp_vm_traits *traits, const char *flag)
{
	bool gone = is_off(flag_value(traits, flag));

	gp_each (word, &traits->cpu_flags)
		if ((**word == '-' || **word == '+') && is_named(*word + 1, flag))
			gone = **word == '-';
	return gone;
}

bool gp_vm_hides_kvm(const struct gp_vm_traits *traits)
{
	return is_off(flag_value(traits, "kvm"));
}

bool gp_vm_hides_hypervisor(const struct gp_vm_traits *traits)
{
	return gp_vm_takes_away(traits, "hypervisor");
}

const char *gp_vm_hv_vendor(const struct gp_vm_traits *traits)
{
	return flag_value(traits, "hv_vendor_id");
}

bool gp_vm_has_hyperv(const struct gp_vm_traits *traits)
{
	gp_each (flag, &traits->cpu_flags)
		if ((gp_starts_with(*flag, "hv_") || gp_starts_with(*flag, "hv-")) &&
			!is_named(*flag, "hv_vendor_id"))
			return true;
	return false;
}

/* SeaBIOS is for PCs: QEMU starts other machines with firmware of their own, or none. */
enum gp_vm_firmware gp_vm_usual_firmware(const char *arch, const char *machine)
{
	static const char *const pcs[] = {"x86_64", "i686", NULL};
	bool is_pc = arch ? gp_is_one_of(arch, pcs)
			  : !machine || strstr(machine, "pc") || strstr(machine, "q35");

	return is_pc ? GP_VM_SEABIOS : GP_VM_FIRMWARE_UNKNOWN;
}

bool gp_vm_has_host_phys_bits(const struct gp_vm_traits *traits)
{
	return gp_equal(flag_value(traits, "phys_bits"), "host") ||
	       gp_vm_is_on(flag_value(traits, "host_phys_bits")) ||
	       gp_strings_has(&traits->cpu_flags, "+host-phys-bits");
}

int gp_vm_has_host_cpu(const struct gp_vm_traits *traits)
{
	if (!traits->cpu)
		return -1;
	return strcmp(traits->cpu, "host") == 0 || strcmp(traits->cpu, "max") == 0;
}

void gp_vm_take_cpu(struct gp_arena *arena, const char *text, struct gp_vm_traits *traits)
{
	struct gp_strings words = gp_split(arena, text, ",");

	if (!words.n)
		return;
	traits->cpu = words.items[0];
	traits->cpu_flags = (struct gp_strings){0};
	for (size_t i = 1; i < words.n; i++)
		gp_strings_add(arena, &traits->cpu_flags, words.items[i]);
}

void gp_vm_take_machine(struct gp_arena *arena, const char *text, struct gp_vm_traits *traits)
{
	const char *type = gp_vm_property(arena, text, "type", true);
	const char *irqchip = gp_vm_property(arena, text, "kernel_irqchip", false);

	if (!irqchip)
		irqchip = gp_vm_property(arena, text, "kernel-irqchip", false);
	if (type) {
		traits->machine = type;
		traits->q35 = strstr(type, "q35") != NULL;
	}
	if (irqchip)
		traits->ioapic_kvm = strcmp(irqchip, "on") == 0;
}

static void add_display(
	struct gp_arena *arena, struct gp_vm_traits *traits, const char *name, const char *where)
{
	gp_strings_add(arena, &traits->displays, name);
	traits->where[GP_VM_DISPLAY] = where;
}

/* Devices of QEMU that show a picture, and what people call them. */
static const char *display_of(const char *device)
{
	static const struct {
		const char *device, *name;
	} displays[] = {{"VGA", "std"}, {"bochs-display", "std"}, {"qxl", "qxl"},
		{"qxl-vga", "qxl"}, {"virtio-vga", "virtio"}, {"virtio-vga-gl", "virtio"},
		{"virtio-gpu", "virtio"}, {"virtio-gpu-pci", "virtio"},
		{"virtio-gpu-gl-pci", "virtio"}, {"cirrus-vga", "cirrus"},
		{"vmware-svga", "vmware"}};
	size_t length = strcspn(device, ",");

	for (size_t i = 0; i < GP_ARRAY_SIZE(displays); i++)
		if (strlen(displays[i].device) == length &&
			strncmp(displays[i].device, device, length) == 0)
			return displays[i].name;
	return NULL;
}

static void take_device(struct gp_arena *arena, const char *device, struct gp_vm_traits *traits)
{
	const char *display = display_of(device);

	if (display)
		add_display(arena, traits, display, gp_printf(arena, "-device %s", device));
	else if (gp_starts_with(device, "virtio-balloon"))
		traits->balloon = 1;
	else if (gp_starts_with(device, "intel-iommu") || gp_starts_with(device, "virtio-iommu") ||
		 gp_starts_with(device, "amd-iommu"))
		traits->viommu = true;
}

static bool is_ovmf(const char *text)
{
	return strcasestr(text, "OVMF") || strcasestr(text, "edk2");
}

/* -drive if=pflash,...,file=OVMF_CODE.fd; -blockdev of the same; -bios. */
static void take_firmware(
	struct gp_arena *arena, const char *name, const char *value, struct gp_vm_traits *traits)
{
	bool flash = strstr(value, "pflash") || strstr(value, "OVMF_CODE");

	if (strcmp(name, "-bios") != 0 && !flash)
		return;
	if (!is_ovmf(value) && !flash)
		return;
	traits->firmware = GP_VM_OVMF;
	if (!traits->where[GP_VM_FIRMWARE])
		traits->where[GP_VM_FIRMWARE] = gp_printf(arena, "%s %s", name, value);
}

static void take_vga(struct gp_arena *arena, const char *value, struct gp_vm_traits *traits)
{
	const char *where = gp_printf(arena, "-vga %s", value);

	if (strcmp(value, "none") == 0)
		traits->where[GP_VM_DISPLAY] = where;
	else
		add_display(arena, traits, value, where);
}

static void take_argument(
	struct gp_arena *arena, const char *name, const char *value, struct gp_vm_traits *traits)
{
	const char *where = gp_printf(arena, "%s %s", name, value);

	if (strcmp(name, "-cpu") == 0) {
		gp_vm_take_cpu(arena, value, traits);
		traits->where[GP_VM_CPU] = where;
	} else if (strcmp(name, "-machine") == 0 || strcmp(name, "-M") == 0) {
		gp_vm_take_machine(arena, value, traits);
		traits->where[GP_VM_MACHINE] = where;
		if (strstr(value, "irqchip"))
			traits->where[GP_VM_IOAPIC] = where;
	} else if (strcmp(name, "-device") == 0) {
		take_device(arena, value, traits);
	} else if (strcmp(name, "-vga") == 0) {
		take_vga(arena, value, traits);
	} else if (strcmp(name, "-bios") == 0 || strcmp(name, "-drive") == 0 ||
		   strcmp(name, "-blockdev") == 0) {
		take_firmware(arena, name, value, traits);
	}
}

/* libvirt says devices as JSON: {"driver":"vfio-pci","host":"0000:01:00.0",...}. */
static const char *plain_value(struct gp_arena *arena, const char *value)
{
	struct gp_strings words = {0}, pieces;

	if (*value != '{')
		return value;
	pieces = gp_split(arena, value, "{}\",");
	for (size_t i = 0; i + 2 < pieces.n; i++)
		if (strcmp(pieces.items[i + 1], ":") == 0) {
			bool is_driver = strcmp(pieces.items[i], "driver") == 0;

			gp_strings_add(arena, &words,
				is_driver ? pieces.items[i + 2]
					  : gp_printf(arena, "%s=%s", pieces.items[i],
						    pieces.items[i + 2]));
			i += 2;
		}
	return gp_join(arena, &words, ",");
}

void gp_vm_take_arguments(
	struct gp_arena *arena, const struct gp_strings *arguments, struct gp_vm_traits *traits)
{
	for (size_t i = 0; i + 1 < arguments->n; i++)
		if (*arguments->items[i] == '-') {
			const char *name = arguments->items[i];

			name += gp_starts_with(name, "--");
			take_argument(
				arena, name, plain_value(arena, arguments->items[i + 1]), traits);
		}
}

void gp_vm_take_args(
	struct gp_arena *arena, const char *args, const char *where, struct gp_vm_traits *traits)
{
	struct gp_strings words = gp_split(arena, args, " \t'\"");
	struct gp_vm_traits before = *traits;

	traits->args = args;
	traits->where[GP_VM_ARGS] = where;
	gp_vm_take_arguments(arena, &words, traits);
	for (size_t i = 0; i < GP_N_VM_TRAITS; i++)
		if (traits->where[i] != before.where[i])
			traits->where[i] = where;
	for (size_t i = 0; i + 1 < words.n; i++)
		traits->overrides_cpu |= strcmp(words.items[i], "-cpu") == 0;
}
