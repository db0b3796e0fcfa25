/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the hardware can do the mode at all: all other checks of the mode wait for these. */
#include "gpu/checks.h"
#include "gpu/support.h"
#include "vfio/check-help.h"

/*
 * What this hardware cannot do is a fault where somebody wants it, and else only worth knowing;
 * either way the other checks of the mode have nothing to look at.
 */
static struct gp_finding *say_unsupported(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const char *evidence, const char *why)
{
	struct gp_finding *finding = gp_find_gpu(out, GP_FAIL, gpu, evidence, "%s", why);

	if (!gp_is_wanted(c, gpu, out->check->modes))
		finding->verdict = GP_NOTE;
	return finding;
}

/* Not known is only missing where the mode is wanted. */
static void say_unknown(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const char *why)
{
	bool wanted = gp_is_wanted(c, gpu, out->check->modes);

	gp_find_gpu(out, wanted ? GP_UNKNOWN : GP_NOTE, gpu, gpu->id, "%s", why);
}

/* Whether the driver that has it can do what its hardware can. */
static bool judge_driver(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, enum gp_mode mode, const char *able)
{
	const char *why = gp_gpu_waits_for_driver(out->arena, c->facts, gpu, mode);
	struct gp_finding *finding;

	if (!why) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->id, "%s", able);
		return true;
	}
	finding = say_unsupported(c, out, gpu, gpu->driver_from.path, why);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			gp_printf(out->arena, "%s: %s.", gpu->address, why), 0});
	return false;
}

/* The answer of the hardware; false where it is no. */
static bool judge_hardware(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, enum gp_mode mode)
{
	const char *why;
	struct gp_finding *finding;

	switch (gp_gpu_supports(out->arena, c->facts, gpu, mode, &why)) {
	case GP_SUPPORTED:
		return judge_driver(c, out, gpu, mode, why);
	case GP_SUPPORT_UNKNOWN:
		say_unknown(c, out, gpu, why);
		return true;
	case GP_NOT_SUPPORTED:
		break;
	}
	finding = say_unsupported(c, out, gpu, gpu->id, why);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			gp_printf(out->arena, "No setting helps: %s.", why), 0});
	return false;
}

static void gvt_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_GVT_UNSUPPORTED, gpu);
	struct gp_finding *finding;

	if (!hit || (model && !model->gvt)) {
		judge_hardware(c, out, gpu, GP_MODE_SPLIT);
		return;
	}
	finding = say_unsupported(c, out, gpu, gp_evidence(out, hit->source, hit->text),
		gp_printf(out->arena, "this kernel's i915 has no GVT-g for %s",
			gp_gpu_title(out->arena, gpu)));
	if (model)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, gpu->address,
				"Boot a newer kernel: later ones have GVT-g for this GPU.", 0});
}

/* A line of a log that stands alone: no GPU is known that it might be about. */
static bool judge_by_log(
	const struct gp_case *c, struct gp_findings *out, enum gp_log_id id, const char *text)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, id, 0);

	if (hit)
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit), "%s", text);
	return hit;
}

static void gvt_unsupported(const struct gp_case *c, struct gp_findings *out)
{
	if (!judge_by_log(
		    c, out, GP_LOG_GVT_UNSUPPORTED, "this kernel's i915 has no GVT-g for the GPU"))
		gp_each_gpu(c, out, gvt_of);
}

/* xe hides the capability where its version has no SR-IOV for the platform. */
static void say_unused(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_log_hit *hit)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const char *title = gp_gpu_title(out->arena, gpu);
	struct gp_finding *finding =
		say_unsupported(c, out, gpu, gp_evidence(out, hit->source, hit->text),
			gp_printf(out->arena,
				"%s shows SR-IOV, and xe of this kernel does not use it", title));
	const char *mend = gp_printf(
		out->arena, "No driver is known to make VFs of %s: use full or container.", title);

	if (model && model->sriov[0].driver)
		mend = gp_printf(out->arena, "Use a kernel and driver that make VFs of %s: %s.",
			title, gp_driver_ways(out->arena, model->sriov));
	else if (!model || model->sriov_hardware == GP_SRIOV_BY_BOARD)
		mend = "Try a newer kernel: later versions of xe make VFs of more GPUs.";
	gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, gpu->address, mend, 0});
}

static void sriov_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_SRIOV_UNUSED, gpu);

	if (hit && !gpu->totalvfs && !gp_pci_is_vf(gpu))
		say_unused(c, out, gpu, hit);
	else
		judge_hardware(c, out, gpu, GP_MODE_VF);
}

static void sriov_unsupported(const struct gp_case *c, struct gp_findings *out)
{
	if (!judge_by_log(c, out, GP_LOG_SRIOV_UNUSED,
		    "the GPU shows SR-IOV, and xe of this kernel does not use it"))
		gp_each_gpu(c, out, sriov_of);
}

static const struct gp_check checks[] = {
	{
		.id = "gvt-unsupported-gen",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "this GPU cannot be split into vGPUs",
		.why = "Intel GVT-g works on Broadwell up to Comet Lake (and Apollo Lake), NVIDIA vGPU "
		       "on the cards that it is sold for. Nothing that is set makes other GPUs do it.",
		.mend = "Use the mode that this GPU has: VFs, the whole device, or containers.",
		.reference = "Linux, drivers/gpu/drm/i915/intel_gvt.c: is_supported_device()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.run = gvt_unsupported,
	},
	{
		.id = "sriov-platform-unsupported",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "this GPU, or its driver here, makes no VFs",
		.why = "VFs need hardware that has SR-IOV and a driver that makes VFs of it: without "
		       "either there is nothing to give to a VM in this mode.",
		.mend = "Use a driver that knows the platform where there is one; else split, full or "
			"container.",
		.reference =
			"Linux, drivers/gpu/drm/xe/xe_pci.c: has_sriov; i915-sriov-dkms, README",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.run = sriov_unsupported,
	},
};

const struct gp_check_table gp_gpu_mode_checks = {checks, GP_ARRAY_SIZE(checks)};
