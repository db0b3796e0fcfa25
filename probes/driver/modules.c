/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver/modules.h"

#include <string.h>

#include "kernel/cmdline.h"

#define MOST_FILES 96

static const struct {
	const char *module, *name;
} params[] = {
	{"i915", "enable_guc"},
	{"i915", "enable_gvt"},
	{"i915", "force_probe"},
	{"i915", "max_vfs"},
	{"i915", "modeset"},
	{"xe", "force_probe"},
	{"xe", "max_vfs"},
	{"nvidia_drm", "modeset"},
	{"amdgpu", "virtual_display"},
	{"kvm", "ignore_msrs"},
	{"kvm", "report_ignored_msrs"},
	{"kvm_intel", "nested"},
	{"vfio_pci", "disable_denylist"},
	{"vfio_pci", "disable_idle_d3"},
	{"vfio_pci", "disable_vga"},
	{"vfio_pci", "enable_sriov"},
	{"vfio_pci", "ids"},
	{"vfio_iommu_type1", "allow_unsafe_interrupts"},
	{"vfio_iommu_type1", "dma_entry_limit"},
};

static char *module_of_path(struct gp_arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *name = gp_strdup(arena, slash ? slash + 1 : path);

	name[strcspn(name, ".")] = '\0';
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	return name;
}

/* "kernel/drivers/gpu/drm/i915/i915.ko.zst: what it needs" a line (modules.dep(5)). */
static void collect_files(struct gp_machine *machine, const char *release, struct gp_modules *ret)
{
	static const char *const phrases[] = {"/i915.ko", "/xe.ko", "/kvmgt.ko", "/nvidia",
		"/nouveau.ko", "/amdgpu.ko", "/radeon.ko", "/vfio", "-vfio-pci.ko", "/mdev.ko",
		"/vendor-reset.ko", "sriov", NULL};
	struct gp_arena *arena = gp_machine_arena(machine);

	ret->files_from = gp_read_matching(machine,
		gp_printf(arena, "/lib/modules/%s/modules.dep", release), phrases, MOST_FILES);
	for (const char *line = ret->files_from.value; *line;) {
		size_t length = strcspn(line, "\n"), size = strcspn(line, ":\n");
		char *path = gp_strndup(arena, line, size);

		if (size && line[size] == ':')
			*gp_push(arena, &ret->files) =
				(struct gp_module_file){module_of_path(arena, path), path};
		line += length + (line[length] == '\n');
	}
}

static void collect_params(struct gp_machine *machine, struct gp_modules *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	for (size_t i = 0; i < GP_ARRAY_SIZE(params); i++) {
		struct gp_text_value value =
			gp_read_line(machine, gp_printf(arena, "/sys/module/%s/parameters/%s",
						      params[i].module, params[i].name));

		if (!gp_is_absent(&value.from))
			*gp_push(arena, &ret->params) =
				(struct gp_module_param){params[i].module, params[i].name, value};
	}
}

void gp_modules_collect_files(
	struct gp_machine *machine, const char *release, struct gp_modules *ret)
{
	*ret = (struct gp_modules){.release = release, .files_from = {.value = ""}};
	if (release) {
		collect_files(machine, release, ret);
		ret->headers = gp_read_presence(machine,
			gp_printf(gp_machine_arena(machine), "/lib/modules/%s/build", release));
	}
	collect_params(machine, ret);
	gp_dkms_collect(machine, ret);
	gp_signing_collect(machine, ret);
}

const char *gp_module_file(const struct gp_modules *modules, const char *module)
{
	gp_each (file, &modules->files)
		if (gp_same_name(file->module, module))
			return file->path;
	return NULL;
}

int gp_module_is_foreign(const struct gp_modules *modules, const char *module)
{
	const char *path = gp_module_file(modules, module);

	return path ? !gp_starts_with(path, "kernel/") : -1;
}

const char *gp_module_param(const struct gp_modules *modules, const char *module, const char *name)
{
	gp_each (param, &modules->params)
		if (gp_same_name(param->module, module) && strcmp(param->name, name) == 0 &&
			gp_is_present(&param->value.from))
			return param->value.value;
	return NULL;
}
