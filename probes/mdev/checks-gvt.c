/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps Intel GVT-g from offering vGPUs. */
#include <stdlib.h>
#include <string.h>

#include "kernel/configured.h"
#include "mdev/check-help.h"
#include "mdev/checks.h"

enum { GUC_SUBMISSION = 1, GUC_LOADS_HUC = 2 };

static const char *types_path(struct gp_findings *out, const struct gp_function *gpu)
{
	return gp_printf(out->arena, "/sys/bus/pci/devices/%s/mdev_supported_types", gpu->address);
}

/* True, with a pass, where vGPUs are offered: then nothing stands in the way. */
static bool passes_by_types(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	if (!gp_has_mdev_types(c, gpu))
		return false;
	gp_find_gpu(out, GP_PASS, gpu, types_path(out, gpu), "vGPUs are offered: %s",
		gp_mdev_type_names(c, out->arena, gpu));
	return true;
}

static void say_unknown(
	struct gp_findings *out, const struct gp_function *gpu, const struct gp_origin *from)
{
	gp_find_gpu(out, GP_UNKNOWN, gpu, from->path ? from->path : "", "%s",
		gp_origin_says(out->arena, from));
}

static void mend_off(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	struct gp_i915_setting setting;

	if (gp_i915_setting(c->facts, "enable_gvt", &setting) && gp_is_yes(setting.value)) {
		gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
		gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
		return;
	}
	gp_mend_i915(c, out, finding, "enable_gvt", "1");
	if (!gp_kernel_lists_module(&c->facts->kernel, "kvmgt"))
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "kvmgt", "", 0});
}

static void say_off(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu,
	const char *evidence)
{
	struct gp_i915_setting setting;
	bool is_set = gp_i915_setting(c->facts, "enable_gvt", &setting) && gp_is_yes(setting.value);
	struct gp_finding *finding;

	if (is_set)
		finding = gp_find_gpu(out, GP_FAIL, gpu, evidence,
			"enable_gvt is off in i915, though %s sets it%s", setting.file,
			setting.directive ? ": i915 was loaded without it" : "");
	else
		finding = gp_find_gpu(out, GP_FAIL, gpu, evidence,
			"i915 is not told to split the GPU: enable_gvt is off");
	finding->waits_for = gp_configured_in_vain(c, out->arena, "i915.enable_gvt=1");
	mend_off(c, out, finding);
}

/* Told to, and still no types: kvmgt makes them when it is loaded. */
static void say_on(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu,
	const char *evidence)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	struct gp_finding *finding;

	if (!gp_kernel_knows_modules(kernel) || gp_kernel_has_module(kernel, "kvmgt") ||
		!gp_equal(gpu->driver, "i915")) {
		gp_find_gpu(out, GP_PASS, gpu, evidence, "i915 is told to split the GPU");
		return;
	}
	if (!gp_kernel_lists_module(kernel, "kvmgt")) {
		finding = gp_find_gpu(out, GP_FAIL, gpu, "/proc/modules",
			"i915 is told to split the GPU, and kvmgt, which makes the vGPUs, is not "
			"loaded");
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "kvmgt", "", 0});
		return;
	}
	finding = gp_find_gpu(out, GP_WARN, gpu, "/proc/modules",
		"kvmgt is listed and is not loaded: until it is, no vGPU is offered");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "kvmgt",
			"See what \"modprobe -v kvmgt\" says, then what \"dmesg\" does.", 0});
}

static void not_enabled_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_text_value *param = gp_i915_param(c->facts, "enable_gvt");
	const char *evidence = "";

	if (passes_by_types(c, out, gpu))
		return;
	switch (gp_gvt_state(c, out, &evidence)) {
	case GP_GVT_OFF:
		say_off(c, out, gpu, evidence);
		return;
	case GP_GVT_ON:
		say_on(c, out, gpu, evidence);
		return;
	default:
		say_unknown(out, gpu, param ? &param->from : &c->facts->kernel.cmdline_text.from);
	}
}

static void not_enabled(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gvt(c, out, not_enabled_of);
}

/* What i915's enable_guc is: the bits, or -1 (left to i915, or not known). */
static int guc_bits(const struct gp_case *c, struct gp_findings *out, const char **ret_evidence)
{
	const struct gp_text_value *param = gp_i915_param(c->facts, "enable_guc");
	struct gp_i915_setting setting;

	if (param && gp_is_present(&param->from)) {
		*ret_evidence = gp_evidence(out, param->from.path, param->value);
		return atoi(param->value);
	}
	if (gp_i915_setting(c->facts, "enable_guc", &setting)) {
		*ret_evidence =
			gp_printf(out->arena, "%s: enable_guc=%.3s", setting.file, setting.value);
		return atoi(setting.value);
	}
	return -1;
}

static void guc_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_GVT_GUC);
	const char *evidence = "/sys/module/i915/parameters/enable_guc", *ignored;
	int bits = guc_bits(c, out, &evidence);
	bool submits = bits > 0 && bits & GUC_SUBMISSION;
	bool on = gp_gvt_state(c, out, &ignored) == GP_GVT_ON;
	struct gp_finding *finding;

	if (passes_by_types(c, out, gpu))
		return;
	/* Generation 9 has none, and newer kernels say so (intel_guc_submission.c). */
	if (!hit && submits && gp_any_log(c, GP_LOG_GUC_NOT_SUBMITTING)) {
		gp_find_gpu(out, GP_PASS, gpu, evidence,
			"enable_guc asks for GuC submission, which this GPU does without");
		return;
	}
	if (!hit && !submits) {
		gp_find_gpu(out, GP_PASS, gpu, evidence, "nothing asks for GuC submission");
		return;
	}
	finding = gp_find_gpu(out, hit || on ? GP_FAIL : GP_WARN, gpu,
		hit ? gp_log_evidence(out, hit) : evidence,
		"GVT-g does not go with GuC submission, which enable_guc asks for");
	gp_mend_i915(c, out, finding, "enable_guc", bits > 0 && bits & GUC_LOADS_HUC ? "2" : "0");
}

static void guc(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gvt(c, out, guc_of);
}

/* y, m or n; 0 where the configuration does not speak of i915 at all. */
static char kvmgt_config(const struct gp_kernel *kernel)
{
	const char *text = gp_is_present(&kernel->config.from) ? kernel->config.value : "";

	return strstr(text, "CONFIG_DRM_I915")
		       ? gp_kernel_config(kernel, "CONFIG_DRM_I915_GVT_KVMGT")
		       : 0;
}

/* i915 of this build has never heard of enable_gvt. */
static const struct gp_log_hit *rejected_param(const struct gp_case *c)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(&c->facts->kernel.klog, GP_LOG_MODULE_PARAM, hit)))
		if (strstr(hit->text, "i915: unknown parameter 'enable_gvt'"))
			return hit;
	return NULL;
}

static void say_no_kvmgt(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const char *evidence)
{
	struct gp_finding *finding = gp_find_gpu(out, GP_FAIL, gpu, evidence,
		"this kernel was built without kvmgt, which GVT-g needs");

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "kernel",
			c->facts->platform.proxmox
				? "Start a kernel of Proxmox itself, which has kvmgt: see "
				  "\"proxmox-boot-tool kernel list\"."
				: "Install a kernel with CONFIG_DRM_I915_GVT_KVMGT=m, or build one.",
			0});
}

static void kconfig_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_log_hit *missing = gp_any_log(c, GP_LOG_KVMGT_NOT_FOUND);
	const struct gp_modules *modules = &c->facts->modules;

	if (passes_by_types(c, out, gpu))
		return;
	missing = missing ? missing : rejected_param(c);
	if (gp_has_kvmgt(c) == 1)
		gp_find_gpu(out, GP_PASS, gpu, modules->files_from.from.path, "kvmgt is there");
	else if (gp_has_kvmgt(c) == 0)
		say_no_kvmgt(c, out, gpu, modules->files_from.from.path);
	else if (missing)
		say_no_kvmgt(c, out, gpu, gp_log_evidence(out, missing));
	else if (!kvmgt_config(kernel))
		say_unknown(out, gpu, &kernel->config.from);
	else if (kvmgt_config(kernel) == 'n')
		say_no_kvmgt(c, out, gpu,
			gp_evidence(out, kernel->config.from.path,
				"CONFIG_DRM_I915_GVT_KVMGT is not set"));
	else
		gp_find_gpu(out, GP_PASS, gpu, kernel->config.from.path, "kvmgt was built");
}

static void kconfig(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gvt(c, out, kconfig_of);
}

static bool is_5_19(const char *release)
{
	return gp_kernel_at_least(release, 5, 19) && !gp_kernel_at_least(release, 6, 0);
}

static void broken_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_GVT_UNTRACKED);
	const char *release = c->facts->platform.kernel, *ignored;
	bool tried = gp_gvt_state(c, out, &ignored) == GP_GVT_ON &&
		     gp_kernel_has_module(&c->facts->kernel, "kvmgt");
	struct gp_finding *finding;

	if (passes_by_types(c, out, gpu))
		return;
	if (release ? !is_5_19(release) : !hit) {
		gp_find_gpu(out, release ? GP_PASS : GP_UNKNOWN, gpu, "/proc/sys/kernel/osrelease",
			release ? "the kernel is not 5.19"
				: "the version of the kernel is not known");
		return;
	}
	if (!hit && !tried) {
		gp_find_gpu(out, GP_WARN, gpu, "/proc/sys/kernel/osrelease",
			"GVT-g does not start in kernel %s", release);
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu,
		hit ? gp_log_evidence(out, hit) : "/proc/sys/kernel/osrelease",
		"GVT-g of kernel 5.19 lacks registers of this GPU and does not start");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "kernel",
			"Install kernel 6.0 or newer, or go back to 5.18 or older.", 0});
}

static void broken(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gvt(c, out, broken_of);
}

static const struct gp_check checks[] = {
	{
		.id = "gvt-kconfig-missing",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "the kernel has no kvmgt",
		.why = "GVT-g is the module kvmgt; many distributions no longer build it.",
		.mend = "Use a kernel that has it (Proxmox, Arch, Debian), or share the GPU with "
			"containers instead.",
		.reference = "Linux, drivers/gpu/drm/i915/Kconfig: DRM_I915_GVT_KVMGT",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.needs = {"gvt-unsupported-gen"},
		.run = kconfig,
	},
	{
		.id = "gvt-5.19-broken",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "GVT-g does not start in kernel 5.19",
		.why = "Its table of registers was moved in 5.19 and lost some; kvmgt gives up at the "
		       "first that it misses.",
		.mend = "Use kernel 6.0 or newer, or 5.18 or older.",
		.reference = "Linux, drivers/gpu/drm/i915/gvt/handlers.c: setup_mmio_info()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.needs = {"gvt-unsupported-gen", "gvt-kconfig-missing"},
		.run = broken,
	},
	{
		.id = "gvt-vs-guc",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "GVT-g and GuC submission exclude each other",
		.why = "With enable_guc=1 or 3 the GPU's own scheduler takes over, and GVT-g, which "
		       "has to do the scheduling, stays off.",
		.mend = "Set i915.enable_guc=0, or 2 to keep the HuC.",
		.reference = "Linux, drivers/gpu/drm/i915/intel_gvt.c: intel_gvt_init_device()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.needs = {"gvt-unsupported-gen", "gvt-kconfig-missing"},
		.run = guc,
	},
	{
		.id = "gvt-not-enabled",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "GVT-g is not enabled",
		.why = "Without enable_gvt i915 keeps the GPU to itself and no type of vGPU appears.",
		.mend = "Boot with i915.enable_gvt=1 and load kvmgt.",
		.reference = "Linux, drivers/gpu/drm/i915/i915_params.c: enable_gvt; Proxmox VE "
			     "administration guide, Mediated Devices",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.needs = {"gvt-unsupported-gen", "gvt-kconfig-missing", "gvt-vs-guc",
			"gvt-5.19-broken", "gvt-kvmgt-symbol-mismatch"},
		.run = not_enabled,
	},
};

const struct gp_check_table gp_gvt_checks = {checks, GP_ARRAY_SIZE(checks)};
