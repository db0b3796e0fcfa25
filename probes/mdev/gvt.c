/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "mdev/gvt.h"

#include <string.h>

#include "facts.h"
#include "gpu/models.h"

enum { INTEL = 0x8086, NOT_READ = 0xffff };

static bool take_param(
	const struct gp_cmdline *cmdline, const char *name, struct gp_i915_setting *ret)
{
	bool found = false;

	gp_each (param, cmdline) {
		if (!gp_starts_with(param->name, "i915.") || !param->value ||
			!gp_same_name(param->name + strlen("i915."), name))
			continue;
		*ret = (struct gp_i915_setting){.value = param->value, .param = param};
		found = true;
	}
	return found;
}

bool gp_i915_setting(const struct gp_facts *facts, const char *name, struct gp_i915_setting *ret)
{
	*ret = (struct gp_i915_setting){0};
	if (take_param(&facts->kernel.cmdline, name, ret)) {
		ret->file = "/proc/cmdline";
		return true;
	}
	ret->value = gp_modprobe_value(&facts->kernel.modprobe, "i915", name, &ret->directive);
	ret->file = ret->value ? ret->directive->file : NULL;
	return ret->value;
}

bool gp_i915_configured(const struct gp_facts *facts, const char *name, struct gp_i915_setting *ret)
{
	const struct gp_kernel *kernel = &facts->kernel;
	const char *file = gp_loader_file(facts->platform.loader);

	if ((!file || strcmp(file, GP_GRUB_FILE) == 0) &&
		take_param(&kernel->grub.effective, name, ret)) {
		ret->file = GP_GRUB_FILE;
		return true;
	}
	if ((!file || strcmp(file, GP_GRUB_FILE) != 0) &&
		take_param(&kernel->configured, name, ret)) {
		ret->file = kernel->configured_text.from.path;
		return true;
	}
	return false;
}

const struct gp_text_value *gp_i915_param(const struct gp_facts *facts, const char *name)
{
	gp_each (param, &facts->modules.params)
		if (gp_same_name(param->module, "i915") && strcmp(param->name, name) == 0 &&
			!gp_is_absent(&param->value.from))
			return &param->value;
	return NULL;
}

/* kstrtobool(): the first letter says it, of "on" the second. */
bool gp_is_yes(const char *value)
{
	if (*value && strchr("1yYtT", *value))
		return true;
	return (*value == 'o' || *value == 'O') && (value[1] == 'n' || value[1] == 'N');
}

bool gp_is_integrated_intel(const struct gp_function *gpu)
{
	return gpu->vendor_id == INTEL && !gp_pci_is_vf(gpu) && gpu->kind == GP_GPU_REAL &&
	       strcmp(gpu->address, "0000:00:02.0") == 0;
}

int gp_gvt_splits(const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	if (!gp_is_integrated_intel(gpu))
		return 0;
	if (model)
		return model->gvt;
	return gpu->device_id == NOT_READ ? -1 : 0;
}
