/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pci/functions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gpu/models.h"
#include "pci/host-use.h"

#define DEVICES "/sys/bus/pci/devices"

static char *attribute(struct gp_machine *machine, const char *address, const char *name)
{
	return gp_printf(gp_machine_arena(machine), DEVICES "/%s/%s", address, name);
}

/* One of the three that say what a function is; false where it is there and cannot be read. */
static bool identity(struct gp_machine *machine, struct gp_pci *pci, const char *address,
	const char *name, uint64_t *ret)
{
	struct gp_number_value value =
		gp_read_number(machine, attribute(machine, address, name), 16);

	if (gp_is_present(&value.from))
		*ret = value.value;
	/* Of a ticket, what was not seen is no failure to read it. */
	if (value.from.presence != GP_UNREADABLE || gp_machine_is_partial(machine))
		return true;
	if (!pci->unread.path)
		pci->unread = value.from;
	return false;
}

static uint64_t number(struct gp_machine *machine, const char *address, const char *name, int base,
	uint64_t otherwise)
{
	struct gp_number_value value =
		gp_read_number(machine, attribute(machine, address, name), base);

	return gp_is_present(&value.from) ? value.value : otherwise;
}

/* Just the digits of a field, which ends in that byte; SIZE_MAX where it is something else. */
static size_t take_hex(const char **at, size_t least, size_t most, char end)
{
	size_t digits = strspn(*at, "0123456789abcdefABCDEF"), number;

	if (digits < least || digits > most || (*at)[digits] != end)
		return SIZE_MAX;
	number = strtoul(*at, NULL, 16);
	*at += digits + (end != '\0');
	return number;
}

/* DDDD:BB:DD.F; a domain made up by the kernel, as of VMD, has more digits. */
static bool parse_address(const char *address, struct gp_function *function)
{
	size_t domain = take_hex(&address, 4, 8, ':'), bus, device, index;

	if (domain == SIZE_MAX)
		return false;
	bus = take_hex(&address, 2, 2, ':');
	device = bus == SIZE_MAX ? bus : take_hex(&address, 2, 2, '.');
	index = device == SIZE_MAX ? device : take_hex(&address, 1, 1, '\0');
	if (index > 7 || device > 31)
		return false;
	function->domain = (uint32_t)domain;
	function->bus = (uint8_t)bus;
	function->device = (uint8_t)device;
	function->function = (uint8_t)index;
	return true;
}

/*
 * The bridge above: the second last component of where the device's link leads,
 * "../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0".
 */
static const char *find_parent(struct gp_machine *machine, const char *address)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_function parsed;
	const char *link, *last;
	char *above;

	if (gp_machine_readlink(machine, gp_printf(arena, DEVICES "/%s", address), &link))
		return NULL;
	last = strrchr(link, '/');
	if (!last)
		return NULL;
	above = gp_strndup(arena, link, (size_t)(last - link));
	last = strrchr(above, '/');
	return last && parse_address(last + 1, &parsed) ? last + 1 : NULL;
}

static void read_bars(struct gp_machine *machine, struct gp_function *function)
{
	struct gp_text_value text =
		gp_read_text(machine, attribute(machine, function->address, "resource"));
	const char *line = text.value;

	function->bars_from = text.from;
	for (size_t i = 0; i < GP_ARRAY_SIZE(function->bars) && *line; i++) {
		struct gp_bar *bar = &function->bars[i];
		char *end;

		bar->start = strtoull(line, &end, 16);
		bar->end = strtoull(end, &end, 16);
		bar->flags = strtoull(end, &end, 16);
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

static bool is_display_or_accelerator(uint32_t class_code)
{
	return class_code >> 16 == 0x03 || class_code >> 16 == 0x12;
}

static enum gp_gpu_kind classify(const struct gp_function *function)
{
	static const struct {
		uint16_t vendor, first, last;
		enum gp_gpu_kind kind;
	} known[] = {
		{0x1a03, 0x0000, 0xffff, GP_GPU_BMC},      /* ASPEED */
		{0x102b, 0x0522, 0x0538, GP_GPU_BMC},      /* Matrox G200 of servers */
		{0x19e5, 0x1711, 0x1711, GP_GPU_BMC},      /* HiSilicon Hi171x */
		{0x18ca, 0x0020, 0x0020, GP_GPU_BMC},      /* XGI Z7 */
		{0x1234, 0x0000, 0xffff, GP_GPU_EMULATED}, /* QEMU, Bochs */
		{0x1b36, 0x0000, 0xffff, GP_GPU_EMULATED}, /* Red Hat QXL */
		{0x1af4, 0x0000, 0xffff, GP_GPU_EMULATED}, /* virtio */
		{0x15ad, 0x0000, 0xffff, GP_GPU_EMULATED}, /* VMware */
		{0x1414, 0x0000, 0xffff, GP_GPU_EMULATED}, /* Hyper-V */
		{0x80ee, 0x0000, 0xffff, GP_GPU_EMULATED}, /* VirtualBox */
		{0x1ab8, 0x0000, 0xffff, GP_GPU_EMULATED}, /* Parallels */
		{0x1d0f, 0x1111, 0x1111, GP_GPU_EMULATED}, /* Amazon EC2 */
		{0x1013, 0x00b8, 0x00b8, GP_GPU_EMULATED}, /* Cirrus, as QEMU emulates it */
	};

	if (!is_display_or_accelerator(function->class_code))
		return GP_GPU_NONE;
	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
		if (function->vendor_id == known[i].vendor &&
			function->device_id >= known[i].first &&
			function->device_id <= known[i].last)
			return known[i].kind;
	if (function->class_code >> 16 == 0x12 && function->vendor_id == 0x8086)
		return GP_GPU_NPU;
	return GP_GPU_REAL;
}

static void read_identity(
	struct gp_machine *machine, struct gp_pci *pci, struct gp_function *function)
{
	uint64_t vendor = 0xffff, device = 0xffff, class_code = 0;
	bool known = identity(machine, pci, function->address, "vendor", &vendor);

	known &= identity(machine, pci, function->address, "device", &device);
	known &= identity(machine, pci, function->address, "class", &class_code);
	function->vendor_id = (uint16_t)vendor;
	function->device_id = (uint16_t)device;
	function->class_code = (uint32_t)class_code & 0xffffff;
	function->id = gp_printf(
		gp_machine_arena(machine), "%04x:%04x", function->vendor_id, function->device_id);
	function->kind = known ? classify(function) : GP_GPU_NONE;
}

static void read_driver(struct gp_machine *machine, struct gp_function *function)
{
	const char *address = function->address;
	struct gp_text_value driver =
		gp_read_link_name(machine, attribute(machine, address, "driver"));

	function->driver_from = driver.from;
	if (gp_is_present(&driver.from))
		function->driver = driver.value;
	function->group = gp_read_link_name(machine, attribute(machine, address, "iommu_group"));
}

static void read_bridge(struct gp_machine *machine, struct gp_function *function)
{
	if (gp_pci_is_bridge(function))
		function->secondary_bus =
			(uint8_t)number(machine, function->address, "secondary_bus_number", 10, 0);
}

static void read_module(struct gp_machine *machine, struct gp_function *function)
{
	static const struct {
		const char *driver, *module;
	} named_otherwise[] = {{"bochs-drm", "bochs"}, {"xhci_hcd", "xhci_pci"}};
	struct gp_text_value module =
		gp_read_link_name(machine, attribute(machine, function->address, "driver/module"));

	function->module = gp_is_present(&module.from) ? module.value : function->driver;
	for (size_t i = 0; function->module && i < GP_ARRAY_SIZE(named_otherwise); i++)
		if (strcmp(function->module, named_otherwise[i].driver) == 0)
			function->module = named_otherwise[i].module;
}

static void read_pf(struct gp_machine *machine, struct gp_function *function)
{
	struct gp_text_value pf =
		gp_read_link_name(machine, attribute(machine, function->address, "physfn"));

	function->physfn = pf.from;
	function->pf = gp_is_present(&pf.from) ? pf.value : NULL;
}

/* What only matters for a function that may be given away. */
static void read_gpu(struct gp_machine *machine, struct gp_function *function)
{
	const char *address = function->address;

	read_module(machine, function);
	function->override = gp_read_line(machine, attribute(machine, address, "driver_override"));
	if (strcmp(function->override.value, "(null)") == 0) {
		function->override.from.presence = GP_ABSENT;
		function->override.value = "";
	}
	function->reset_methods =
		gp_read_line(machine, attribute(machine, address, "reset_method"));
	function->reset = gp_read_presence(machine, attribute(machine, address, "reset"));
	function->power_state = gp_read_line(machine, attribute(machine, address, "power_state"));
	function->boot_vga = number(machine, address, "boot_vga", 10, 0) == 1;
	read_pf(machine, function);
	function->totalvfs = number(machine, address, "sriov_totalvfs", 10, 0);
	function->numvfs = number(machine, address, "sriov_numvfs", 10, 0);
	read_bars(machine, function);
}

static uint64_t order_of(const struct gp_function *function)
{
	return (uint64_t)function->domain << 16 | (uint64_t)function->bus << 8 |
	       (uint64_t)function->device << 3 | function->function;
}

static int by_address(const void *a, const void *b)
{
	uint64_t left = order_of(a), right = order_of(b);

	return left < right ? -1 : left > right;
}

/* What the list of PCI IDs, which may be older than the card, does not name. */
static const char *family_name(struct gp_arena *arena, const struct gp_function *function)
{
	const struct gp_gpu_model *model = gp_gpu_model(function->vendor_id, function->device_id);

	if (!model)
		return "unlisted device";
	return gp_printf(arena, "%s %s",
		function->vendor_id == 0x8086   ? "Intel"
		: function->vendor_id == 0x10de ? "NVIDIA"
						: "AMD",
		model->platform);
}

static void name_functions(struct gp_arena *arena, const char *pci_ids, struct gp_pci *pci)
{
	struct gp_pci_names *names = gp_pci_names_open(pci_ids);

	gp_each (function, pci) {
		const char *name =
			gp_pci_name(names, arena, function->vendor_id, function->device_id);
		function->name = name ? name : family_name(arena, function);
	}
	gp_pci_names_close(names);
}

/* Of sorted functions, in which those of one slot are next to each other; where the next begins. */
static size_t read_slot(struct gp_machine *machine, struct gp_pci *pci, size_t first)
{
	bool has_gpu = false;
	size_t end = first;

	for (; end < pci->n && gp_pci_same_slot(&pci->items[first], &pci->items[end]); end++)
		has_gpu |= pci->items[end].kind != GP_GPU_NONE;
	for (size_t i = first; has_gpu && i < end; i++)
		read_gpu(machine, &pci->items[i]);
	return end;
}

void gp_pci_collect(struct gp_machine *machine, const char *pci_ids, struct gp_pci *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value addresses = gp_read_names(machine, DEVICES);

	*ret = (struct gp_pci){
		.from = addresses.from, .is_partial = gp_is_partial_list(machine, DEVICES)};
	gp_each (address, &addresses.value) {
		struct gp_function function = {.address = *address,
			.override = {.value = ""},
			.reset_methods = {.value = ""},
			.power_state = {.value = ""},
			.group = {.value = ""}};

		if (!parse_address(*address, &function))
			continue;
		read_identity(machine, ret, &function);
		read_driver(machine, &function);
		read_bridge(machine, &function);
		function.parent = find_parent(machine, *address);
		*gp_push(arena, ret) = function;
	}
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_address);
	for (size_t first = 0; first < ret->n;)
		first = read_slot(machine, ret, first);
	name_functions(arena, pci_ids, ret);
	gp_host_use_collect(machine, ret);
}

const struct gp_function *gp_pci_find(const struct gp_pci *pci, const char *address)
{
	gp_each (function, pci)
		if (strcmp(function->address, address) == 0)
			return function;
	return NULL;
}

bool gp_pci_is_vf(const struct gp_function *function)
{
	return gp_is_present(&function->physfn);
}

bool gp_pci_is_bridge(const struct gp_function *function)
{
	uint32_t class_and_subclass = function->class_code >> 8;

	return class_and_subclass == 0x0600 || class_and_subclass == 0x0604 ||
	       class_and_subclass == 0x0609;
}

bool gp_pci_same_slot(const struct gp_function *a, const struct gp_function *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->device == b->device;
}

bool gp_pci_same_group(const struct gp_function *a, const struct gp_function *b)
{
	return gp_is_present(&a->group.from) && gp_is_present(&b->group.from) &&
	       strcmp(a->group.value, b->group.value) == 0;
}

bool gp_pci_is_vfio_driver(const char *driver)
{
	return strcmp(driver, "pci-stub") == 0 || strcmp(driver, "pciback") == 0 ||
	       gp_starts_with(driver, "vfio") || strstr(driver, "-vfio") || strstr(driver, "_vfio");
}

bool gp_pci_is_native(const struct gp_function *function)
{
	return function->driver && !gp_pci_is_vfio_driver(function->driver);
}

const char *gp_gpu_kind_name(enum gp_gpu_kind kind)
{
	static const char *const names[] = {[GP_GPU_NONE] = "none",
		[GP_GPU_REAL] = "gpu",
		[GP_GPU_BMC] = "bmc",
		[GP_GPU_EMULATED] = "emulated",
		[GP_GPU_NPU] = "npu"};

	return names[kind];
}
