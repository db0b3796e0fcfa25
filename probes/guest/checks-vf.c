/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A VF of an Intel GPU in a guest: the driver that it needs, and what that one needs. */
#include "driver/check-help.h"
#include "driver/options.h"
#include "gpu/support.h"
#include "guest/check-help.h"
#include "guest/checks.h"
#include "kernel/configured.h"

#define MODPROBE_CONF "/etc/modprobe.d/gpupass.conf"

static enum gp_passed_as passed_as(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_guest_passed_as(&c->facts->guest, gpu);
}

/* 1: i915 is the one of DKMS, 0: the kernel's own, -1: not known. */
static int has_dkms_i915(const struct gp_case *c)
{
	return gp_module_is_foreign(&c->facts->modules, "i915");
}

static bool has_failed(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_log_last_of(c, GP_LOG_PROBE_FAILED, gpu) ||
	       gp_log_last_of(c, GP_LOG_MMIO_DEAD, gpu);
}

/* ---- guest-vf-no-dkms */

static bool is_by_i915(const struct gp_gpu_model *model)
{
	return model && gp_equal(model->sriov[0].driver, "i915");
}

static void mend_i915(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const char *ways)
{
	const struct gp_modules *modules = &c->facts->modules;

	if (gp_is_absent(&modules->headers))
		gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "kernel-headers", "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "dkms", "", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "i915-sriov-dkms",
			gp_printf(out->arena,
				"In this VM install the release of i915-sriov-dkms that the host has, "
				"from its releases page. With Secure Boot, enroll the key that DKMS "
				"signs with. What knows such VFs: %s.",
				ways),
			0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, MODPROBE_CONF, "options i915 enable_guc=3", 0});
	gp_mend_reboot(out, finding, true);
}

static void mend_other(struct gp_findings *out, struct gp_finding *finding, const char *ways)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "kernel",
			*ways ? gp_printf(out->arena,
					"Boot a kernel whose driver knows VFs of this GPU: %s.",
					ways)
			      : "Boot the newest kernel there is: its driver may know VFs of this GPU.",
			0});
}

static void say_stock(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const char *ways = model ? gp_driver_ways(out->arena, model->sriov) : "";
	const char *because = gp_guest_because(&c->facts->guest, gpu);
	struct gp_finding *finding = gp_find_gpu(out, GP_FAIL, gpu,
		gp_printf(out->arena, "%s%s%s", because, *because ? "; " : "",
			c->facts->modules.files_from.from.path),
		"this VM has the kernel's own driver, which does not know VFs of %s",
		gp_gpu_title(out->arena, gpu));

	if (is_by_i915(model))
		mend_i915(c, out, finding, ways);
	else
		mend_other(out, finding, ways);
}

static void no_dkms_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_origin *files = &c->facts->modules.files_from.from;
	bool wanted = gp_is_wanted(c, gpu, GP_MODE_VF);
	enum gp_passed_as as = passed_as(c, gpu);

	if (as == GP_PASSED_FULL || as == GP_PASSED_SPLIT)
		gp_find_gpu(
			out, GP_SKIP, gpu, gp_guest_because(&c->facts->guest, gpu), "it is no VF");
	else if (gp_guest_is_driven(c, gpu))
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "%s drives it", gpu->driver);
	else if (gp_log_next_of(&c->facts->kernel.klog, GP_LOG_SRIOV_VF_MODE, gpu->address, NULL))
		gp_find_gpu(out, GP_PASS, gpu, gp_guest_because(&c->facts->guest, gpu),
			"its driver knows that it is a VF");
	else if (has_dkms_i915(c) == 1)
		gp_find_gpu(out, GP_PASS, gpu, files->path, "i915 is not the kernel's own: %s",
			gp_module_file(&c->facts->modules, "i915"));
	else if (as != GP_PASSED_VF && !wanted && !has_failed(c, gpu))
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id, "nothing shows that it is a VF");
	else if (as != GP_PASSED_VF && !wanted)
		gp_find_gpu(out, GP_UNKNOWN, gpu, gpu->id,
			"the kernel's own i915 failed on it; whether it is a VF, which needs "
			"i915-sriov-dkms, cannot be told from here");
	else if (has_dkms_i915(c) < 0 && !gp_is_present(files))
		gp_find_gpu_unknown(out, gpu, files);
	else
		say_stock(c, out, gpu);
}

static void no_dkms(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_INTEL, no_dkms_of);
}

/* ---- guest-guc-disabled */

static void mend_guc(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	struct gp_options options = gp_options_of(c, out->arena, "i915");
	const struct gp_option *set = gp_option_last(&options, "enable_guc");

	if (set)
		gp_mend_option(out, finding, set, "enable_guc=3");
	else
		gp_mend(out, finding,
			(struct gp_step){
				GP_STEP_LINE, MODPROBE_CONF, "options i915 enable_guc=3", 0});
	gp_mend_reboot(out, finding, true);
	finding->waits_for = gp_name_configured_in_vain(c, out->arena, "i915.enable_guc");
}

static void guc_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *off = gp_log_last_of(c, GP_LOG_GUC_OFF, gpu);
	const struct gp_log_hit *on = gp_log_last_of(c, GP_LOG_GUC_ON, gpu);

	if (passed_as(c, gpu) != GP_PASSED_VF)
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id, "nothing shows that it is a VF");
	else if (!off || (on && on > off) || gp_guest_is_driven(c, gpu))
		gp_guest_silence(c, out, gpu, "its driver does not say that GuC is off");
	else
		mend_guc(c, out,
			gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, off),
				"i915 in this VM runs without GuC, and a VF takes work from GuC "
				"alone: enable_guc=3 is missing here"));
}

static void guc_disabled(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_INTEL, guc_of);
}

/* ---- guest-mmio-ffffffff */

static void mend_mmio(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding, bool is_vf)
{
	if (has_dkms_i915(c) == 1)
		gp_mend_reboot(out, finding, true);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "host",
			is_vf ? "On the host, see that the VFs are there (sriov_numvfs of the GPU) and "
				"that this VF is not the VM's primary display; then stop the VM and "
				"start it. A reboot inside is not enough."
			      : "On the host, stop the VM and start it; if that does not help, turn "
				"the host off and on again: the GPU has not come back from a reset.",
			0});
}

static void mmio_of(const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_MMIO_DEAD, gpu);
	bool is_vf = passed_as(c, gpu) == GP_PASSED_VF || gp_is_wanted(c, gpu, GP_MODE_VF);
	struct gp_finding *finding;

	if (!hit) {
		gp_guest_silence(c, out, gpu, "the GPU answers its driver");
		return;
	}
	if (gp_guest_is_driven(c, gpu)) {
		gp_find_gpu(out, GP_NOTE, gpu, gp_log_evidence(out, hit),
			"it did not answer at first; %s drives it now. If that is so after each "
			"start, the initrd has another driver: rebuild it",
			gpu->driver);
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, hit),
		has_dkms_i915(c) == 1
			? "the GPU did not answer i915: the initrd may still have the kernel's own "
			  "driver, or the host took the GPU away"
			: "the GPU does not answer i915: the host took it away, or it has not come "
			  "back from a reset");
	mend_mmio(c, out, finding, is_vf);
}

static void mmio_dead(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_INTEL, mmio_of);
}

static const struct gp_check checks[] = {
	{
		.id = "guest-vf-no-dkms",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the guest's driver does not know VFs",
		.why = "A VF has almost none of the registers of a GPU: a driver that was not made "
		       "for VFs fails on it. The guest needs such a driver as the host does.",
		.mend = "Install i915-sriov-dkms in the guest, the release of the host.",
		.reference = "i915-sriov-dkms, README.md: Linux guest installation",
		.roles = GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.needs = {"guest-cloud-kernel", "dkms-kernel-range", "dkms-added-not-installed",
			"dkms-secureboot", "native-driver-blacklisted"},
		.run = no_dkms,
	},
	{
		.id = "guest-guc-disabled",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "i915 in the guest does not use GuC",
		.why = "A VF takes work from GuC alone. Some platforms use it only where "
		       "enable_guc=3 says so, and the host's setting does not reach the guest.",
		.mend = "options i915 enable_guc=3 in the guest, rebuild its initrd, reboot.",
		.reference = "i915-sriov-dkms, README.md: Linux guest installation; issue 103",
		.roles = GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.needs = {"guest-vf-no-dkms", "guc-param-typo", "guc-value-7"},
		.run = guc_disabled,
	},
	{
		.id = "guest-mmio-ffffffff",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the GPU does not answer its driver",
		.why = "Every register reads as ones: the VF is gone or was reset, its driver is one "
		       "that knows no VFs, or the GPU has not come back from a reset.",
		.mend = "Put the driver that knows VFs into the initrd; stop and start the VM; look at "
			"the VFs on the host.",
		.reference =
			"Linux, drivers/gpu/drm/i915/intel_uncore.c: sanity_check_mmio_access()",
		.roles = GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.needs = {"guest-vf-no-dkms", "guest-module-symbols"},
		.run = mmio_dead,
	},
};

const struct gp_check_table gp_guest_vf_checks = {checks, GP_ARRAY_SIZE(checks)};
