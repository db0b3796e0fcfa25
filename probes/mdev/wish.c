/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "facts.h"
#include "gpu/models.h"
#include "mdev/gvt.h"

static const char *mdev_wish(const struct gp_mdev *mdev, const struct gp_function *gpu)
{
	gp_each (device, &mdev->devices)
		if (strcmp(device->parent, gpu->address) == 0)
			return device->dir;
	gp_each (definition, &mdev->definitions)
		if (strcmp(definition->parent, gpu->address) == 0)
			return definition->source;
	gp_each (vgpu, &mdev->vgpus)
		if (vgpu->current.value && (gp_equal(vgpu->pf, gpu->address) ||
						   strcmp(vgpu->address, gpu->address) == 0))
			return vgpu->current.from.path;
	return NULL;
}

static const char *vm_wish(const struct gp_vms *vms, const struct gp_function *gpu)
{
	const struct gp_passed *passed = NULL;

	while ((passed = gp_vms_next_passed(vms, gpu, passed)))
		if (passed->mdev)
			return passed->vm->source;
	return NULL;
}

/* enable_gvt is a parameter of i915, which has one integrated GPU to split. */
static const char *gvt_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const struct gp_kernel *kernel = &facts->kernel;
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	struct gp_i915_setting setting;

	if (!gp_is_integrated_intel(gpu))
		return NULL;
	if (gp_i915_setting(facts, "enable_gvt", &setting) && gp_is_yes(setting.value))
		return setting.file;
	if (gp_i915_configured(facts, "enable_gvt", &setting) && gp_is_yes(setting.value))
		return setting.file;
	/* Guides for VFs still list kvmgt: it says something only where it can do something. */
	gp_each (listed, &kernel->listed)
		if (model && model->gvt && gp_same_name(listed->module, "kvmgt"))
			return listed->file;
	return NULL;
}

const char *gp_mdev_wish(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const char *because = vm_wish(&facts->vms, gpu);

	if (!because)
		because = mdev_wish(&facts->mdev, gpu);
	return because ? because : gvt_wish(facts, gpu);
}
