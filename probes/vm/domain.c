/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libvirt's XML of a domain (formatdomain) and of its state (virDomainObjFormat()). */
#include "vm/domain.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <string.h>

#define MOST_BYTES  (1u << 20)
#define MOST_PASSED 64
#define MOST_ARGS   512

struct reader {
	struct gp_arena *arena;
	const char *source;
	struct gp_domain *domain;
};

/* Whatever its prefix: where that stands for nothing it is still a part of the name. */
static bool is_element(const xmlNode *node, const char *name)
{
	const char *own = (const char *)node->name;
	const char *colon = node->type == XML_ELEMENT_NODE ? strchr(own, ':') : NULL;

	return node->type == XML_ELEMENT_NODE && strcmp(colon ? colon + 1 : own, name) == 0;
}

/* The next child of that name behind `after`; NULL: there is none, or no parent. */
static xmlNode *next_child(const xmlNode *parent, const char *name, const xmlNode *after)
{
	xmlNode *node = after ? after->next : parent ? parent->children : NULL;

	while (node && !is_element(node, name))
		node = node->next;
	return node;
}

static xmlNode *child(const xmlNode *parent, const char *name)
{
	return next_child(parent, name, NULL);
}

/* An attribute or a text that holds just text: an entity in it makes it none. */
static const char *plain_text(struct gp_arena *arena, const xmlNode *first)
{
	if (!first || first->type != XML_TEXT_NODE || first->next || !first->content)
		return NULL;
	return gp_strip(arena, (const char *)first->content);
}

static const char *attribute(const struct reader *r, const xmlNode *node, const char *name)
{
	for (const xmlAttr *at = node ? node->properties : NULL; at; at = at->next)
		if (strcmp((const char *)at->name, name) == 0)
			return plain_text(r->arena, at->children);
	return NULL;
}

static const char *text_of(const struct reader *r, const xmlNode *node)
{
	return node ? plain_text(r->arena, node->children) : NULL;
}

static bool is_on(const struct reader *r, const xmlNode *node, const char *name)
{
	return gp_vm_is_on(attribute(r, node, name));
}

/* "/etc/libvirt/qemu/win11.xml:12: "<ioapic driver='kvm'/>"". */
static const char *said(
	const struct reader *r, const xmlNode *node, const char *name, const char *value)
{
	const char *place = gp_vm_place(
		r->arena, r->source, (size_t)(xmlGetLineNo(node) > 0 ? xmlGetLineNo(node) : 0));

	if (!name)
		return gp_printf(r->arena, "%s: \"<%s>\"", place, (const char *)node->name);
	return gp_printf(r->arena, "%s: \"<%s %s='%s'>\"", place, (const char *)node->name, name,
		value ? value : "");
}

static void take_os(const struct reader *r, const xmlNode *domain)
{
	struct gp_vm_traits *traits = &r->domain->traits;
	const xmlNode *os = child(domain, "os"), *type = child(os, "type");
	const xmlNode *loader = child(os, "loader"), *feature = NULL;
	const char *machine = attribute(r, type, "machine");
	const char *firmware = attribute(r, os, "firmware"), *path = text_of(r, loader);
	bool flash = gp_equal(attribute(r, loader, "type"), "pflash");

	if (machine) {
		gp_vm_take_machine(r->arena, machine, traits);
		traits->where[GP_VM_MACHINE] = said(r, type, "machine", machine);
	}
	traits->firmware = gp_equal(firmware, "efi") || flash ? GP_VM_OVMF
			   : firmware                         ? GP_VM_SEABIOS
				      : gp_vm_usual_firmware(attribute(r, type, "arch"), machine);
	if (firmware)
		traits->where[GP_VM_FIRMWARE] = said(r, os, "firmware", firmware);
	else if (loader)
		traits->where[GP_VM_FIRMWARE] = said(r, loader, NULL, NULL);
	if (loader && !flash && path && (strstr(path, "OVMF") || strstr(path, "edk2")))
		traits->firmware = GP_VM_OVMF;
	while ((feature = next_child(child(os, "firmware"), "feature", feature)))
		if (gp_equal(attribute(r, feature, "name"), "enrolled-keys"))
			traits->enrolled_keys = is_on(r, feature, "enabled");
}

static void add_flag(const struct reader *r, const char *flag)
{
	gp_strings_add(r->arena, &r->domain->traits.cpu_flags, flag);
}

static void take_cpu(const struct reader *r, const xmlNode *domain)
{
	struct gp_vm_traits *traits = &r->domain->traits;
	const xmlNode *cpu = child(domain, "cpu"), *feature = NULL;
	const char *mode = attribute(r, cpu, "mode"), *model = text_of(r, child(cpu, "model"));

	if (gp_equal(mode, "host-passthrough") || gp_equal(mode, "maximum"))
		traits->cpu = "host";
	else if (gp_equal(mode, "host-model"))
		traits->cpu = "host-model";
	else
		traits->cpu = model ? model : "qemu64";
	if (cpu)
		traits->where[GP_VM_CPU] = said(r, cpu, "mode", mode);
	if (gp_equal(attribute(r, child(cpu, "maxphysaddr"), "mode"), "passthrough"))
		add_flag(r, "host-phys-bits=on");
	while ((feature = next_child(cpu, "feature", feature))) {
		const char *policy = attribute(r, feature, "policy");
		const char *name = attribute(r, feature, "name");
		bool gone = gp_equal(policy, "disable") || gp_equal(policy, "forbid");

		if (name)
			add_flag(r, gp_printf(r->arena, "%c%s", gone ? '-' : '+', name));
	}
}

static void take_hyperv(const struct reader *r, const xmlNode *hyperv)
{
	if (gp_equal(attribute(r, hyperv, "mode"), "passthrough"))
		add_flag(r, "hv_passthrough");
	for (const xmlNode *node = hyperv ? hyperv->children : NULL; node; node = node->next) {
		const char *value =
			attribute(r, node->type == XML_ELEMENT_NODE ? node : NULL, "value");

		if (node->type != XML_ELEMENT_NODE || !is_on(r, node, "state"))
			continue;
		add_flag(r, value ? gp_printf(r->arena, "hv_%s=%s", (const char *)node->name, value)
				  : gp_printf(r->arena, "hv_%s", (const char *)node->name));
	}
}

static void take_features(const struct reader *r, const xmlNode *domain)
{
	struct gp_vm_traits *traits = &r->domain->traits;
	const xmlNode *features = child(domain, "features"), *ioapic = child(features, "ioapic");
	const char *driver = attribute(r, ioapic, "driver");

	if (is_on(r, child(child(features, "kvm"), "hidden"), "state"))
		add_flag(r, "kvm=off");
	take_hyperv(r, child(features, "hyperv"));
	if (driver) {
		traits->ioapic_kvm = strcmp(driver, "kvm") == 0;
		traits->where[GP_VM_IOAPIC] = said(r, ioapic, "driver", driver);
	}
}

static const char *display_name(const char *model)
{
	if (strcmp(model, "vga") == 0 || strcmp(model, "bochs") == 0)
		return "std";
	return strcmp(model, "vmvga") == 0 ? "vmware" : model;
}

static void take_displays(const struct reader *r, const xmlNode *devices)
{
	struct gp_vm_traits *traits = &r->domain->traits;
	const xmlNode *video = NULL;

	traits->knows_displays = true;
	while ((video = next_child(devices, "video", video))) {
		const xmlNode *model = child(video, "model");
		const char *type = attribute(r, model, "type");

		if (!type)
			continue;
		traits->where[GP_VM_DISPLAY] = said(r, model, "type", type);
		if (strcmp(type, "none") != 0)
			gp_strings_add(r->arena, &traits->displays, display_name(type));
	}
}

/* In bytes; libvirt writes KiB, people any unit. 0: not said. */
static uint64_t memory_of(const struct reader *r, const xmlNode *node)
{
	static const struct {
		const char *unit;
		unsigned shift;
	} units[] = {{"b", 0}, {"bytes", 0}, {"K", 10}, {"KiB", 10}, {"M", 20}, {"MiB", 20},
		{"G", 30}, {"GiB", 30}, {"T", 40}, {"TiB", 40}};
	const char *text = text_of(r, node), *unit = attribute(r, node, "unit");
	uint64_t number;

	if (!text || gp_parse_u64(text, 10, &number) < 0)
		return 0;
	for (size_t i = 0; i < GP_ARRAY_SIZE(units); i++)
		if (strcmp(unit ? unit : "KiB", units[i].unit) == 0)
			return number > UINT64_MAX >> units[i].shift ? 0 : number << units[i].shift;
	return 0;
}

static void take_memory(const struct reader *r, const xmlNode *domain)
{
	struct gp_vm_traits *traits = &r->domain->traits;
	uint64_t now = memory_of(r, child(domain, "currentMemory"));

	traits->shrinks =
		traits->balloon == 1 && now && now < memory_of(r, child(domain, "memory"));
}

static void take_devices(const struct reader *r, const xmlNode *devices)
{
	struct gp_vm_traits *traits = &r->domain->traits;
	const xmlNode *balloon = child(devices, "memballoon"), *iommu = child(devices, "iommu");
	const char *model = attribute(r, balloon, "model");

	take_displays(r, devices);
	traits->balloon = !gp_equal(model, "none");
	if (balloon)
		traits->where[GP_VM_BALLOON] = said(r, balloon, "model", model);
	if (iommu) {
		traits->viommu = true;
		traits->where[GP_VM_VIOMMU] = said(r, iommu, "model", attribute(r, iommu, "model"));
	}
}

/* What libosinfo calls Linux distributions begins so. */
static enum gp_vm_guest guest_of(const char *id)
{
	static const char *const linuxes[] = {"debian.org", "ubuntu.com", "fedoraproject.org",
		"redhat.com", "centos.org", "archlinux.org", "suse.com", "opensuse.org",
		"almalinux.org", "rockylinux.org", "gentoo.org", "alpinelinux.org", "nixos.org",
		"linuxmint.com", "libosinfo.org/linux", "oracle.com/ol", "voidlinux.org"};

	if (strstr(id, "//microsoft.com/"))
		return GP_VM_WINDOWS;
	for (size_t i = 0; i < GP_ARRAY_SIZE(linuxes); i++)
		if (strstr(id, linuxes[i]))
			return GP_VM_LINUX;
	return strstr(id, "libosinfo.org/") ? GP_VM_GUEST_UNKNOWN : GP_VM_OTHER_GUEST;
}

static void take_guest(const struct reader *r, const xmlNode *domain)
{
	struct gp_vm_traits *traits = &r->domain->traits;
	const xmlNode *os = child(child(child(domain, "metadata"), "libosinfo"), "os");
	const char *id = attribute(r, os, "id");

	if (!id)
		return;
	traits->guest_name = id;
	traits->guest = guest_of(id);
	traits->where[GP_VM_GUEST] = said(r, os, "id", id);
}

static void take_commandline(const struct reader *r, const xmlNode *domain)
{
	const xmlNode *commandline = child(domain, "commandline"), *arg = NULL;
	struct gp_strings words = {0};

	while (words.n < MOST_ARGS && (arg = next_child(commandline, "arg", arg))) {
		const char *value = attribute(r, arg, "value");

		if (value)
			gp_strings_add(r->arena, &words, value);
	}
	if (words.n)
		gp_vm_take_args(r->arena, gp_join(r->arena, &words, " "),
			said(r, commandline, NULL, NULL), &r->domain->traits);
}

static bool number(
	const struct reader *r, const xmlNode *node, const char *name, unsigned most, unsigned *ret)
{
	const char *text = attribute(r, node, name);
	uint64_t value = 0;

	if (text && (gp_parse_u64(text, 0, &value) < 0 || value > most))
		return false;
	*ret = (unsigned)value;
	return true;
}

/* <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>; NULL: it is none. */
static const char *address_of(const struct reader *r, const xmlNode *node)
{
	unsigned domain, bus, slot, function;

	if (!node || !attribute(r, node, "bus") || !number(r, node, "domain", 0xffff, &domain) ||
		!number(r, node, "bus", 0xff, &bus) || !number(r, node, "slot", 0x1f, &slot) ||
		!number(r, node, "function", 7, &function))
		return NULL;
	return gp_printf(r->arena, "%04x:%02x:%02x.%x", domain, bus, slot, function);
}

static void take_pci(const struct reader *r, const xmlNode *hostdev, struct gp_passed *passed)
{
	const char *address = address_of(r, child(child(hostdev, "source"), "address"));
	const char *managed = attribute(r, hostdev, "managed");

	if (!address)
		return;
	gp_strings_add(r->arena, &passed->addresses, address);
	gp_strings_add(r->arena, &passed->expected, "");
	passed->is_rebound = gp_vm_is_on(managed);
	passed->text = gp_printf(r->arena, "%s managed='%s'%s%s%s", address,
		managed ? managed : "no", passed->romfile ? " rom file='" : "",
		passed->romfile ? passed->romfile : "", passed->romfile ? "'" : "");
}

static void take_hostdev(const struct reader *r, const xmlNode *hostdev)
{
	const xmlNode *rom = child(hostdev, "rom");
	const char *type = attribute(r, hostdev, "type"), *bar = attribute(r, rom, "bar");
	const char *enabled = attribute(r, rom, "enabled");
	const char *romfile = attribute(r, rom, "file");
	const char *at = address_of(r, child(hostdev, "address"));
	struct gp_passed passed = {
		.key = "hostdev",
		.file = r->source,
		.line = xmlGetLineNo(hostdev) > 0 ? (size_t)xmlGetLineNo(hostdev) : 0,
		.romfile = romfile,
		.no_rombar = (bar && !gp_vm_is_on(bar)) || (enabled && !gp_vm_is_on(enabled)),
		.pcie = r->domain->traits.q35 == 1,
		.guest_address = at,
	};

	if (gp_equal(type, "pci")) {
		take_pci(r, hostdev, &passed);
	} else if (gp_equal(type, "mdev")) {
		passed.uuid = attribute(r, child(child(hostdev, "source"), "address"), "uuid");
		passed.mdev = "";
		passed.text = gp_printf(r->arena, "mdev %s", passed.uuid ? passed.uuid : "");
	}
	if (passed.addresses.n || (passed.uuid && gp_is_plain(passed.uuid, "-")))
		*gp_push(r->arena, &r->domain->passed) = passed;
}

/* "-set device.hostdev0.x-vga=on" */
static bool has_x_vga(const char *args)
{
	return args && (strstr(args, "x-vga=on") || strstr(args, "x-vga=true"));
}

static void take_domain(const struct reader *r, const xmlNode *domain)
{
	const xmlNode *devices = child(domain, "devices"), *hostdev = NULL;
	struct gp_domain *ret = r->domain;

	ret->name = text_of(r, child(domain, "name"));
	ret->uuid = text_of(r, child(domain, "uuid"));
	take_os(r, domain);
	take_cpu(r, domain);
	take_features(r, domain);
	take_devices(r, devices);
	take_memory(r, domain);
	take_guest(r, domain);
	take_commandline(r, domain);
	while (ret->passed.n < MOST_PASSED && (hostdev = next_child(devices, "hostdev", hostdev)))
		take_hostdev(r, hostdev);
	if (ret->passed.n == 1 && has_x_vga(ret->traits.args))
		ret->passed.items[0].x_vga = true;
}

static void take_state(const struct reader *r, const xmlNode *status)
{
	const char *pid = attribute(r, status, "pid");
	uint64_t value;

	r->domain->state = attribute(r, status, "state");
	if (pid && gp_parse_u64(pid, 10, &value) == 0 && value <= INT32_MAX)
		r->domain->pid = (uint32_t)value;
}

static const char *take_document(const struct reader *r, const xmlDoc *document)
{
	const xmlNode *root = xmlDocGetRootElement(document);
	const xmlNode *domain = root;

	if (document->intSubset)
		return "has a document type, which no domain has";
	if (root && is_element(root, "domstatus")) {
		take_state(r, root);
		domain = child(root, "domain");
	}
	if (!domain || !is_element(domain, "domain"))
		return "is not the XML of a domain";
	take_domain(r, domain);
	return r->domain->name ? NULL : "has no name";
}

bool gp_domain_parse(struct gp_arena *arena, const char *source, const char *text, size_t size,
	struct gp_domain *ret, const char **ret_problem)
{
	struct reader r = {arena, source, ret};
	xmlParserCtxt *context;
	xmlDoc *document;

	*ret = (struct gp_domain){.traits = gp_vm_traits_none(source)};
	*ret_problem = "is not XML";
	/* Entities can do nothing where none can be declared. */
	if (size > MOST_BYTES || memmem(text, size, "<!DOCTYPE", 9))
		return false;
	context = xmlNewParserCtxt();
	if (!context)
		return false;
	document = xmlCtxtReadMemory(context, text, (int)size, NULL, "UTF-8",
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA |
			XML_PARSE_COMPACT);
	if (document)
		*ret_problem = take_document(&r, document);
	xmlFreeDoc(document);
	xmlFreeParserCtxt(context);
	return !*ret_problem;
}
