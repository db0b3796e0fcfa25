/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/kernel.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines that begin with # are for people, not for the kernel. */
static struct gp_strings without_comments(struct gp_arena *arena, const char *text)
{
	struct gp_strings lines = gp_split(arena, text, "\n"), kept = {0};

	gp_each (line, &lines)
		if (**line != '#' && (*line)[strspn(*line, " \t\r")])
			gp_strings_add(arena, &kept, *line);
	return kept;
}

void gp_kernel_collect_cmdline(struct gp_machine *machine, struct gp_kernel *kernel)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	kernel->cmdline_text = gp_read_line(machine, "/proc/cmdline");
	kernel->cmdline = gp_cmdline_parse(arena, kernel->cmdline_text.value);
	kernel->configured_text = gp_read_text(machine, "/etc/kernel/cmdline");
	kernel->configured_lines = without_comments(arena, kernel->configured_text.value);
	kernel->configured =
		gp_cmdline_parse(arena, gp_join(arena, &kernel->configured_lines, "\n"));
}

static char *module_name(struct gp_arena *arena, const char *text, size_t length)
{
	char *name = gp_strndup(arena, text, length);

	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

/* First word of each line of /proc/modules. */
static void collect_loaded(struct gp_machine *machine, struct gp_kernel *kernel)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	kernel->modules_text = gp_read_text(machine, "/proc/modules");
	for (const char *line = kernel->modules_text.value; *line;) {
		gp_strings_add(
			arena, &kernel->modules, module_name(arena, line, strcspn(line, " \n")));
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
}

/* "kernel/drivers/vfio/pci/vfio-pci.ko" a line. */
static void collect_builtin(
	struct gp_machine *machine, const char *release, struct gp_kernel *kernel)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	static const char *const phrases[] = {"/vfio", "/kvm", "/i915", "/xe.", "/amdgpu",
		"/radeon", "/nouveau", "/nvidia", NULL};
	struct gp_text_value text = gp_read_matching(
		machine, gp_printf(arena, "/lib/modules/%s/modules.builtin", release), phrases, 64);

	for (const char *line = text.value; *line;) {
		size_t length = strcspn(line, "\n");
		const char *slash = memrchr(line, '/', length);
		const char *name = slash ? slash + 1 : line;
		size_t size = (size_t)(line + length - name);
		const char *dot = memchr(name, '.', size);

		gp_strings_add(arena, &kernel->builtin,
			module_name(arena, name, dot ? (size_t)(dot - name) : size));
		line += length + (line[length] == '\n');
	}
}

static void collect_config(
	struct gp_machine *machine, const char *release, struct gp_kernel *kernel)
{
	static const char *const phrases[] = {"CONFIG_INTEL_IOMMU", "CONFIG_AMD_IOMMU",
		"CONFIG_VFIO", "CONFIG_DRM_I915=", "CONFIG_DRM_I915_GVT", NULL};
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *paths[] = {
		gp_printf(arena, "/boot/config-%s", release),
		gp_printf(arena, "/lib/modules/%s/config", release),
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(paths); i++) {
		kernel->config = gp_read_matching(machine, paths[i], phrases, 64);
		if (gp_is_present(&kernel->config.from))
			return;
	}
}

static void collect_initrd(
	struct gp_machine *machine, const char *release, struct gp_kernel *kernel)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *paths[] = {
		gp_printf(arena, "/boot/initrd.img-%s", release),
		gp_printf(arena, "/boot/initramfs-%s.img", release),
		"/boot/initramfs-linux.img",
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(paths); i++) {
		struct gp_stat stat;

		kernel->initrd = gp_read_presence(machine, paths[i]);
		if (!gp_is_present(&kernel->initrd))
			continue;
		if (gp_machine_stat(machine, paths[i], &stat) == 0)
			kernel->initrd_mtime = stat.mtime;
		return;
	}
}

static bool has_word(const char *line, size_t length, const char *word)
{
	size_t size = strlen(word);

	for (const char *at = line; (at = memmem(at, (size_t)(line + length - at), word, size));
		at++) {
		const char *end = at + size;
		if (at > line && at[-1] == ' ' && (end == line + length || *end == ' '))
			return true;
	}
	return false;
}

static void collect_cpu(struct gp_machine *machine, struct gp_kernel *kernel)
{
	const char *flags, *sizes, *vendor;

	kernel->cpuinfo = gp_read_section(machine, "/proc/cpuinfo", "processor", "\n\n");
	flags = strstr(kernel->cpuinfo.value, "\nflags");
	if (flags) {
		size_t length = strcspn(++flags, "\n");
		kernel->cpu_virt = has_word(flags, length, "vmx") || has_word(flags, length, "svm");
	}
	sizes = strstr(kernel->cpuinfo.value, "\naddress sizes\t: ");
	if (sizes)
		kernel->cpu_address_bits =
			(unsigned)strtoul(strchr(sizes, ':') + 1, NULL, 10) & 0x7f;
	vendor = strstr(kernel->cpuinfo.value, "vendor_id\t: ");
	if (vendor) {
		vendor += strlen("vendor_id\t: ");
		kernel->cpu_vendor =
			gp_strndup(gp_machine_arena(machine), vendor, strcspn(vendor, "\n"));
	}
}

bool gp_is_host_driver(const char *module)
{
	static const char *const drivers[] = {"i915", "xe", "amdgpu", "radeon", "nouveau", "nvidia",
		"nvidiafb", "nvidia_drm", "snd_hda_intel"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(drivers); i++)
		if (gp_same_name(module, drivers[i]))
			return true;
	return false;
}

bool gp_is_about_vfio(const struct gp_directive *directive)
{
	if (gp_starts_with(directive->module, "vfio") || strstr(directive->rest, "vfio"))
		return true;
	return strcmp(directive->command, "blacklist") == 0 && gp_is_host_driver(directive->module);
}

/* To unpack an initrd takes a while: only where it may say something. */
static bool is_initrd_of_interest(const struct gp_kernel *kernel)
{
	gp_each (directive, &kernel->modprobe)
		if (gp_is_about_vfio(directive) && gp_starts_with(directive->file, "/etc/"))
			return true;
	gp_each (listed, &kernel->listed)
		if (gp_starts_with(listed->module, "vfio"))
			return true;
	return gp_cmdline_last(&kernel->cmdline, "vfio-pci.ids") ||
	       gp_cmdline_last(&kernel->cmdline, "vfio_pci.ids");
}

void gp_kernel_collect(struct gp_machine *machine, const char *release, struct gp_kernel *kernel)
{
	static const char *const framebuffers[] = {
		"BOOTFB", "efifb", "simplefb", "simple-framebuffer", "vesafb", NULL};

	gp_grub_collect(machine, &kernel->grub);
	gp_entries_collect(machine, &kernel->entries);
	collect_loaded(machine, kernel);
	if (release) {
		collect_builtin(machine, release, kernel);
		collect_config(machine, release, kernel);
		collect_initrd(machine, release, kernel);
	}
	gp_modprobe_collect(machine, &kernel->files, &kernel->modprobe);
	gp_modules_collect(machine, &kernel->files, &kernel->listed);
	if (gp_is_present(&kernel->initrd) && is_initrd_of_interest(kernel))
		gp_initrd_collect(machine, kernel->initrd.path, &kernel->image);
	collect_cpu(machine, kernel);
	kernel->kvm = gp_read_presence(machine, "/dev/kvm");
	kernel->consoles = gp_read_line(machine, "/sys/class/tty/console/active");
	kernel->iomem = gp_read_matching(machine, "/proc/iomem", framebuffers, 16);
	gp_log_collect_kernel(machine, &kernel->klog);
}

char gp_kernel_config(const struct gp_kernel *kernel, const char *option)
{
	size_t length = strlen(option);

	if (!gp_is_present(&kernel->config.from))
		return 0;
	for (const char *at = kernel->config.value; (at = strstr(at, option)); at += length)
		if ((at == kernel->config.value || at[-1] == '\n') && at[length] == '=')
			return at[length + 1] == 'y' || at[length + 1] == 'm' ? at[length + 1]
									      : 'n';
	return 'n';
}

bool gp_kernel_lacks_config(const struct gp_kernel *kernel, const char *option)
{
	char line[80];
	int length = snprintf(line, sizeof(line), "# %s is not set\n", option);

	return gp_is_present(&kernel->config.from) && length > 0 && (size_t)length < sizeof(line) &&
	       strstr(kernel->config.value, line);
}

static bool has_name(const struct gp_strings *names, const char *module)
{
	gp_each (name, names)
		if (gp_same_name(*name, module))
			return true;
	return false;
}

bool gp_kernel_has_module(const struct gp_kernel *kernel, const char *module)
{
	return has_name(&kernel->modules, module) || has_name(&kernel->builtin, module);
}

bool gp_kernel_has_builtin(const struct gp_kernel *kernel, const char *module)
{
	return has_name(&kernel->builtin, module);
}

bool gp_kernel_knows_modules(const struct gp_kernel *kernel)
{
	return gp_is_present(&kernel->modules_text.from);
}

bool gp_kernel_lists_module(const struct gp_kernel *kernel, const char *module)
{
	gp_each (listed, &kernel->listed)
		if (gp_same_name(listed->module, module))
			return true;
	return false;
}
