/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gpu/support.h"

#include <string.h>

#include "check.h"
#include "gpu/models.h"

struct question {
	struct gp_arena *arena;
	const struct gp_facts *facts;
	const struct gp_function *gpu;
	const struct gp_gpu_model *model; /* NULL: not in the table */
	const char *why;
};

static enum gp_support answer(struct question *q, enum gp_support support, const char *why)
{
	q->why = why;
	return support;
}

static enum gp_support not_listed(struct question *q)
{
	return answer(q, GP_SUPPORT_UNKNOWN,
		gp_printf(q->arena, "%s is not in the table of known GPUs", q->gpu->id));
}

const char *gp_gpu_title(struct gp_arena *arena, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	if (!model)
		return gp_printf(arena, "the GPU %s", gpu->id);
	if (gpu->vendor_id == GP_INTEL)
		return model->platform;
	return gp_printf(arena, "%s (%s)", model->platform, model->family);
}

/* "i915 (out of tree, from kernel 6.1) or xe (with force_probe, from kernel 6.18)" */
const char *gp_driver_ways(struct gp_arena *arena, const struct gp_driver_since *ways)
{
	struct gp_strings names = {0};

	for (; ways->driver; ways++) {
		struct gp_strings terms = {0};

		if (ways->out_of_tree)
			gp_strings_add(arena, &terms, "out of tree");
		if (ways->force_probe)
			gp_strings_add(arena, &terms, "with force_probe");
		if (ways->major)
			gp_strings_add(arena, &terms,
				gp_printf(arena, "from kernel %u.%u", ways->major, ways->minor));
		gp_strings_add(arena, &names,
			terms.n ? gp_printf(arena, "%s (%s)", ways->driver,
					  gp_join(arena, &terms, ", "))
				: ways->driver);
	}
	return gp_join(arena, &names, " or ");
}

/* How this hardware is shared, where not in the way that was asked for. */
static const char *instead(const struct gp_gpu_model *model)
{
	if (model->sriov_hardware == GP_SRIOV_YES)
		return "use vf, full or container";
	if (model->gvt || model->vgpu)
		return "use split, full or container";
	return "use full or container";
}

static const char *split_missing(const struct question *q)
{
	const char *title = gp_gpu_title(q->arena, q->gpu);

	if (q->gpu->vendor_id == GP_NVIDIA)
		return gp_printf(
			q->arena, "%s is not among the GPUs that NVIDIA offers vGPU for", title);
	if (q->gpu->vendor_id == GP_AMD)
		return gp_printf(q->arena, "%s has no mediated devices", title);
	if (q->model->sriov_hardware == GP_SRIOV_NEVER)
		return gp_printf(q->arena, "%s has neither GVT-g nor SR-IOV", title);
	return gp_printf(q->arena, "%s has no GVT-g", title);
}

bool gp_gpu_offers_vgpus(const struct gp_facts *facts, const struct gp_function *gpu)
{
	const struct gp_mdev *mdev = &facts->mdev;

	if (gp_mdev_next_type(mdev, gpu->address, NULL))
		return true;
	for (size_t i = 0; i < mdev->vgpus.n; i++)
		if (gp_equal(mdev->vgpus.items[i].address, gpu->address) ||
			gp_equal(mdev->vgpus.items[i].pf, gpu->address))
			return true;
	return false;
}

static enum gp_support supports_split(struct question *q)
{
	const struct gp_gpu_model *model = q->model;

	if (gp_gpu_offers_vgpus(q->facts, q->gpu))
		return answer(q, GP_SUPPORTED, "it offers vGPUs");
	if (gp_pci_is_vf(q->gpu))
		return answer(q, GP_NOT_SUPPORTED, "a VF is not split further; use vf");
	if (!model)
		return not_listed(q);
	if (model->gvt)
		return answer(q, GP_SUPPORTED,
			gp_printf(q->arena, "%s has GVT-g", gp_gpu_title(q->arena, q->gpu)));
	if (model->vgpu)
		return answer(
			q, GP_SUPPORTED, "NVIDIA offers vGPU for it, with its own host driver");
	return answer(q, GP_NOT_SUPPORTED,
		gp_printf(q->arena, "%s; %s", split_missing(q), instead(model)));
}

static const char *vf_missing(const struct question *q)
{
	const char *title = gp_gpu_title(q->arena, q->gpu);

	if (q->gpu->vendor_id == GP_INTEL && !q->model->gvt && !q->model->discrete)
		return gp_printf(q->arena, "%s has neither GVT-g nor SR-IOV", title);
	return gp_printf(q->arena, "%s has no SR-IOV", title);
}

static enum gp_support supports_vf_by_table(struct question *q)
{
	const struct gp_gpu_model *model = q->model;

	if (!model)
		return not_listed(q);
	switch (model->sriov_hardware) {
	case GP_SRIOV_YES:
		return answer(q, GP_SUPPORTED,
			gp_printf(q->arena, "%s has SR-IOV, with the driver %s",
				gp_gpu_title(q->arena, q->gpu),
				gp_driver_ways(q->arena, model->sriov)));
	case GP_SRIOV_BY_BOARD:
		return answer(q, GP_SUPPORT_UNKNOWN,
			gp_printf(q->arena,
				"only some boards with %s have SR-IOV, and this one shows none",
				gp_gpu_title(q->arena, q->gpu)));
	case GP_SRIOV_NEVER:
		break;
	}
	return answer(
		q, GP_NOT_SUPPORTED, gp_printf(q->arena, "%s; %s", vf_missing(q), instead(model)));
}

/*
 * xe says so of a GPU that shows the capability on a kernel whose xe has no SR-IOV for it, and
 * hides sriov_totalvfs: drivers/gpu/drm/xe/xe_sriov.c, xe_sriov_probe_early().
 */
static enum gp_support supports_vf(struct question *q)
{
	const struct gp_function *gpu = q->gpu;

	if (gp_pci_is_vf(gpu))
		return answer(q, GP_SUPPORTED, "it is a VF");
	if (gpu->totalvfs || gpu->numvfs)
		return answer(q, GP_SUPPORTED,
			gp_printf(q->arena, "it can have %llu VFs",
				(unsigned long long)(gpu->totalvfs ? gpu->totalvfs : gpu->numvfs)));
	if (gp_log_next_of(&q->facts->kernel.klog, GP_LOG_SRIOV_UNUSED, gpu->address, NULL))
		return answer(q, GP_SUPPORTED, "it has SR-IOV, which its driver here does not use");
	return supports_vf_by_table(q);
}

static enum gp_support supports_full(struct question *q)
{
	if (gp_pci_is_vf(q->gpu))
		return answer(q, GP_NOT_SUPPORTED, "it is a VF and given away as one; use vf");
	return answer(q, GP_SUPPORTED, "any PCI function can be given away whole");
}

/* What is no GPU has no more than its own driver, and can be given away whole where it is a card.
 */
static enum gp_support supports_as_no_gpu(struct question *q, unsigned mode)
{
	const char *kind = gp_gpu_kind_name(q->gpu->kind);

	if (q->gpu->kind == GP_GPU_BMC && mode != GP_MODE_NATIVE)
		return answer(q, GP_NOT_SUPPORTED,
			"the display of a management controller stays with the host");
	if (mode & (unsigned)(GP_MODE_FULL | GP_MODE_NATIVE))
		return answer(q, GP_SUPPORTED, gp_printf(q->arena, "as a device of kind %s", kind));
	if (mode == GP_MODE_VF && (gp_pci_is_vf(q->gpu) || q->gpu->totalvfs))
		return supports_vf(q);
	if (q->gpu->kind == GP_GPU_NPU && mode != GP_MODE_SPLIT)
		return answer(q, GP_SUPPORT_UNKNOWN, "nothing is known of sharing this NPU");
	return answer(
		q, GP_NOT_SUPPORTED, gp_printf(q->arena, "is of kind %s, no GPU; use full", kind));
}

static enum gp_support supports(struct question *q, unsigned mode)
{
	if (mode == GP_MODE_CPU)
		return answer(q, GP_SUPPORTED, "needs no GPU");
	if (q->gpu->kind != GP_GPU_REAL)
		return supports_as_no_gpu(q, mode);
	switch (mode) {
	case GP_MODE_FULL:
		return supports_full(q);
	case GP_MODE_SPLIT:
		return supports_split(q);
	case GP_MODE_VF:
		return supports_vf(q);
	default:
		return answer(q, GP_SUPPORTED, "by its driver on the host");
	}
}

enum gp_support gp_gpu_supports(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, unsigned mode, const char **ret_why)
{
	struct question q = {arena, facts, gpu, gp_gpu_model(gpu->vendor_id, gpu->device_id), ""};
	enum gp_support support = supports(&q, mode);

	*ret_why = q.why;
	return support;
}

/* nvidia-vgpu-vfio comes with the host driver of NVIDIA vGPU alone. */
static const char *nvidia_shares_by(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, const struct gp_gpu_model *model, unsigned mode)
{
	const struct gp_kernel *kernel = &facts->kernel;

	if (gpu->numvfs || gp_gpu_offers_vgpus(facts, gpu) || !gp_kernel_knows_modules(kernel))
		return NULL;
	if (!gp_kernel_has_module(kernel, "nvidia_vgpu_vfio"))
		return "NVIDIA's vGPU host driver, which alone splits it, is not loaded";
	if (mode == GP_MODE_SPLIT && model->sriov_hardware == GP_SRIOV_YES)
		return gp_printf(arena,
			"its vGPUs are made of VFs, which are not there yet (sriov-manage -e %s)",
			gpu->address);
	return NULL;
}

const char *gp_gpu_waits_for_driver(struct gp_arena *arena, const struct gp_facts *facts,
	const struct gp_function *gpu, unsigned mode)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	if (!model || gp_pci_is_vf(gpu) || !gp_pci_is_native(gpu) ||
		!(mode & (GP_MODE_SPLIT | GP_MODE_VF)))
		return NULL;
	if (gpu->vendor_id == GP_NVIDIA)
		return nvidia_shares_by(arena, facts, gpu, model, mode);
	if (gpu->vendor_id != GP_AMD || mode != GP_MODE_VF || gpu->numvfs ||
		model->sriov_hardware != GP_SRIOV_YES)
		return NULL;
	for (const struct gp_driver_since *way = model->sriov; way->driver; way++)
		if (gp_equal(gpu->driver, way->driver))
			return NULL;
	return gp_printf(arena, "%s has it, which makes no VFs of it: that takes the driver %s",
		gpu->driver, gp_driver_ways(arena, model->sriov));
}
