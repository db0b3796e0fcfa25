/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "platform/platform.h"

#include <stdio.h>
#include <string.h>

#include "machine/uuid.h"
#include "platform/roles.h"

#define LOADER_INFO "/sys/firmware/efi/efivars/LoaderInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
#define STUB_INFO   "/sys/firmware/efi/efivars/StubInfo-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

/* NAME=value of an os-release kind of file, quotes taken off; NULL where it is not there. */
static const char *shell_value(struct gp_arena *arena, const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (strncmp(line, name, length) != 0 || line[length] != '=')
			continue;
		const char *value = line + length + 1;
		size_t size = strcspn(value, "\n");
		if (size >= 2 && (*value == '"' || *value == '\'') && value[size - 1] == *value)
			return gp_strndup(arena, value + 1, size - 2);
		return gp_strndup(arena, value, size);
	}
	return NULL;
}

static void collect_distribution(struct gp_machine *machine, struct gp_platform *platform)
{
	static const char *const files[] = {"/etc/os-release", "/usr/lib/os-release"};
	struct gp_arena *arena = gp_machine_arena(machine);

	for (size_t i = 0; i < GP_ARRAY_SIZE(files) && !platform->distribution_id; i++) {
		struct gp_text_value text = gp_read_text(machine, files[i]);

		platform->distribution_id = shell_value(arena, text.value, "ID");
		platform->version_id = shell_value(arena, text.value, "VERSION_ID");
		platform->distribution = shell_value(arena, text.value, "PRETTY_NAME");
	}
}

/* Of those that something here depends on; others are not looked at. */
static void collect_packages(struct gp_machine *machine, struct gp_platform *platform)
{
	static const char *const packages[] = {
		"\nPackage: pve-manager\n",
		"\nPackage: intel-opencl-icd\n",
		"\nPackage: intel-opencl-icd-legacy\n",
		"\nPackage: intel-opencl-icd-legacy1\n",
		NULL,
	};

	platform->packages = gp_read_sections(machine, "/var/lib/dpkg/status", packages, "\n\n");
}

const char *gp_package_version(
	struct gp_arena *arena, const struct gp_platform *platform, const char *package)
{
	static const char field[] = "\nVersion: ";
	const char *stanza = strstr(
			   platform->packages.value, gp_printf(arena, "\nPackage: %s\n", package)),
		   *end, *version;

	if (!stanza)
		return NULL;
	end = strstr(stanza, "\n\n");
	stanza = gp_strndup(arena, stanza, end ? (size_t)(end - stanza) : strlen(stanza));
	version = strstr(stanza, field);
	if (!version || strstr(stanza, " deinstall ") || strstr(stanza, " not-installed\n"))
		return NULL;
	version += strlen(field);
	return gp_strndup(arena, version, strcspn(version, "\n"));
}

static void collect_proxmox(struct gp_machine *machine, struct gp_platform *platform)
{
	const char *version;

	if (!gp_is_there(machine, "/usr/bin/pveversion") && !gp_is_there(machine, "/etc/pve"))
		return;
	version = gp_package_version(gp_machine_arena(machine), platform, "pve-manager");
	platform->proxmox = version ? version : "";
}

static const char *line_or_null(struct gp_machine *machine, const char *path)
{
	struct gp_text_value line = gp_read_line(machine, path);

	return gp_is_present(&line.from) && *line.value ? line.value : NULL;
}

static const char *kernel_release(struct gp_machine *machine)
{
	const char *release = line_or_null(machine, "/proc/sys/kernel/osrelease"), *version;

	if (release)
		return release;
	version = line_or_null(machine, "/proc/version");
	if (!version || !gp_starts_with(version, "Linux version "))
		return NULL;
	version += strlen("Linux version ");
	return gp_strndup(gp_machine_arena(machine), version, strcspn(version, " "));
}

/* Never the UUID itself: records are handed on. */
static const char *uuid_of(struct gp_machine *machine, const char *path)
{
	const char *text = line_or_null(machine, path);

	return text ? gp_uuid_hash(gp_machine_arena(machine), text) : NULL;
}

static void collect_names(struct gp_machine *machine, struct gp_platform *platform)
{
	const char *vendor = line_or_null(machine, "/sys/class/dmi/id/sys_vendor");
	const char *product = line_or_null(machine, "/sys/class/dmi/id/product_name");

	platform->kernel = kernel_release(machine);
	platform->system = uuid_of(machine, "/sys/class/dmi/id/product_uuid");
	platform->boot = uuid_of(machine, "/proc/sys/kernel/random/boot_id");
	platform->hostname = line_or_null(machine, "/proc/sys/kernel/hostname");
	if (!platform->hostname)
		platform->hostname = line_or_null(machine, "/etc/hostname");
	if (vendor || product)
		platform->product = gp_printf(gp_machine_arena(machine), "%s%s%s",
			vendor ? vendor : "", vendor && product ? " " : "", product ? product : "");
}

static void set_loader(struct gp_platform *platform, enum gp_loader loader, const char *because)
{
	platform->loader = loader;
	platform->loader_because = because;
}

/* What the command line of the running kernel gives away, then what is installed. */
static void collect_loader(
	struct gp_machine *machine, const struct gp_cmdline *cmdline, struct gp_platform *platform)
{
	bool boot_tool = gp_is_there(machine, "/etc/kernel/proxmox-boot-uuids");
	bool grub = gp_is_there(machine, "/etc/default/grub");
	bool entries = gp_is_there(machine, "/boot/loader/entries") ||
		       gp_is_there(machine, "/efi/loader/entries");
	const struct gp_param *initrd = gp_cmdline_last(cmdline, "initrd");

	if (gp_cmdline_last(cmdline, "BOOT_IMAGE")) {
		if (boot_tool)
			set_loader(platform, GP_LOADER_PVE_GRUB,
				"/proc/cmdline has BOOT_IMAGE; /etc/kernel/proxmox-boot-uuids");
		else if (gp_is_there(machine, "/usr/sbin/grubby") ||
			 gp_is_there(machine, "/sbin/grubby"))
			set_loader(platform, GP_LOADER_GRUBBY,
				"/proc/cmdline has BOOT_IMAGE; grubby is installed");
		else
			set_loader(platform, GP_LOADER_GRUB, "/proc/cmdline has BOOT_IMAGE");
	} else if (boot_tool && (platform->efi || initrd || !grub)) {
		set_loader(platform, GP_LOADER_PVE_SYSTEMD,
			"/etc/kernel/proxmox-boot-uuids; no BOOT_IMAGE in /proc/cmdline");
	} else if (boot_tool) {
		set_loader(
			platform, GP_LOADER_PVE_GRUB, "/etc/kernel/proxmox-boot-uuids; BIOS boot");
	} else if (gp_is_there(machine, STUB_INFO) && !initrd) {
		set_loader(platform, GP_LOADER_UKI, "StubInfo in the EFI variables");
	} else if (gp_is_there(machine, LOADER_INFO) || (entries && (initrd || !grub))) {
		set_loader(platform, GP_LOADER_SYSTEMD_BOOT, "loader entries");
	} else if (grub && !gp_cmdline_last(cmdline, "initrd")) {
		set_loader(platform, GP_LOADER_GRUB, "/etc/default/grub");
	} else {
		set_loader(platform, GP_LOADER_UNKNOWN, "no trace of a known boot loader");
	}
}

static enum gp_initrd_tool find_initrd_tool(struct gp_machine *machine)
{
	static const struct {
		const char *path;
		enum gp_initrd_tool tool;
	} traces[] = {
		{"/etc/mkinitcpio.conf", GP_INITRD_MKINITCPIO},
		{"/etc/initramfs-tools/initramfs.conf", GP_INITRD_INITRAMFS_TOOLS},
		{"/usr/bin/dracut", GP_INITRD_DRACUT},
		{"/etc/dracut.conf", GP_INITRD_DRACUT},
		{"/etc/dracut.conf.d", GP_INITRD_DRACUT},
		{"/etc/initramfs-tools", GP_INITRD_INITRAMFS_TOOLS},
		{"/usr/sbin/update-initramfs", GP_INITRD_INITRAMFS_TOOLS},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(traces); i++)
		if (gp_is_there(machine, traces[i].path))
			return traces[i].tool;
	return GP_INITRD_UNKNOWN;
}

void gp_platform_collect(
	struct gp_machine *machine, const struct gp_cmdline *cmdline, struct gp_platform *ret)
{
	*ret = (struct gp_platform){0};
	collect_distribution(machine, ret);
	collect_packages(machine, ret);
	collect_proxmox(machine, ret);
	collect_names(machine, ret);
	ret->libvirt = gp_is_there(machine, "/etc/libvirt");
	ret->efi = gp_is_there(machine, "/sys/firmware/efi");
	collect_loader(machine, cmdline, ret);
	ret->initrd = find_initrd_tool(machine);
	ret->roles = gp_roles_find(machine, ret->product, &ret->roles_because);
}

const char *gp_loader_name(enum gp_loader loader)
{
	static const char *const names[] = {
		[GP_LOADER_UNKNOWN] = "unknown boot loader",
		[GP_LOADER_GRUB] = "GRUB",
		[GP_LOADER_GRUBBY] = "GRUB, edited by grubby",
		[GP_LOADER_PVE_GRUB] = "GRUB through proxmox-boot-tool",
		[GP_LOADER_PVE_SYSTEMD] = "systemd-boot through proxmox-boot-tool",
		[GP_LOADER_SYSTEMD_BOOT] = "systemd-boot",
		[GP_LOADER_UKI] = "unified kernel image",
	};

	return names[loader];
}

const char *gp_initrd_name(enum gp_initrd_tool tool)
{
	static const char *const names[] = {
		[GP_INITRD_UNKNOWN] = "unknown initrd tool",
		[GP_INITRD_INITRAMFS_TOOLS] = "initramfs-tools",
		[GP_INITRD_DRACUT] = "dracut",
		[GP_INITRD_MKINITCPIO] = "mkinitcpio",
	};

	return names[tool];
}

bool gp_loader_is_grub(enum gp_loader loader)
{
	return loader == GP_LOADER_GRUB || loader == GP_LOADER_PVE_GRUB;
}

const char *gp_loader_file(enum gp_loader loader)
{
	if (gp_loader_is_grub(loader) || loader == GP_LOADER_GRUBBY)
		return "/etc/default/grub";
	return loader == GP_LOADER_UNKNOWN ? NULL : "/etc/kernel/cmdline";
}

bool gp_kernel_at_least(const char *release, unsigned major, unsigned minor)
{
	unsigned has_major, has_minor;

	if (!release || sscanf(release, "%u.%u", &has_major, &has_minor) != 2)
		return false;
	return has_major > major || (has_major == major && has_minor >= minor);
}
