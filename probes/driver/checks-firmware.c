/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Firmware that a GPU's driver asked for, and GPUs that their drivers gave up. */
#include <string.h>

#include "driver/check-help.h"
#include "driver/checks.h"

/* Where the drivers of a vendor look, below /lib/firmware; and who brings the files. */
static const struct vendor {
	uint16_t id;
	const char *folders[3];
	const char *package;
} vendors[] = {
	{GP_INTEL, {"i915/", "xe/"}, "intel-gpu-firmware"},
	{GP_AMD, {"amdgpu/", "radeon/"}, "amd-gpu-firmware"},
	{GP_NVIDIA, {"nvidia/", "nouveau/"}, "nvidia-gpu-firmware"},
};

/* How much a missing file matters, by what the drivers do without it. */
enum loss {
	LOSS_NONE,    /* GVT-g's golden state, and what has its own line */
	LOSS_POWER,   /* display power saving (DMC) */
	LOSS_UNKNOWN, /* a part of the driver may miss it */
	LOSS_VIDEO,   /* HuC: low-power video encoding */
	LOSS_GUC,     /* GuC: scheduling, VFs; HuC needs it too */
};

struct missing {
	enum loss worst;
	const struct gp_log_hit *hit;
};

static const struct vendor *vendor_of(const struct gp_function *gpu)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(vendors); i++)
		if (vendors[i].id == gpu->vendor_id)
			return &vendors[i];
	return NULL;
}

/* "load for i915/adlp_guc_70.bin", "failed to load amdgpu/..." */
static bool is_of_vendor(const struct vendor *vendor, const char *text)
{
	for (const char *const *folder = vendor->folders; *folder; folder++) {
		const char *at = strstr(text, *folder);

		if (at && at > text && at[-1] == ' ')
			return true;
	}
	return false;
}

static enum loss loss_of(const struct gp_log_hit *hit)
{
	if (strstr(hit->text, "golden_hw_state") || strstr(hit->text, "/gvt/"))
		return LOSS_NONE;
	if (hit->id == GP_LOG_UC_MISSING)
		return strstr(hit->text, "GuC firmware") ? LOSS_GUC : LOSS_VIDEO;
	if (hit->id == GP_LOG_DMC_MISSING || strstr(hit->text, "dmc"))
		return LOSS_POWER;
	/* Of the microcontrollers' files several are tried; whether one was found is said apart. */
	return strstr(hit->text, "_guc_") || strstr(hit->text, "_huc_") ? LOSS_NONE : LOSS_UNKNOWN;
}

/* The same of a line that stands alone, without what the driver says of it elsewhere. */
static enum loss named_loss_of(const struct gp_log_hit *hit)
{
	enum loss loss = loss_of(hit);

	if (loss == LOSS_NONE && strstr(hit->text, "_guc_"))
		return LOSS_GUC;
	return loss == LOSS_NONE && strstr(hit->text, "_huc_") ? LOSS_VIDEO : loss;
}

static void weigh_missing(const struct gp_case *c, const struct gp_function *gpu,
	const struct vendor *vendor, struct missing *ret)
{
	static const enum gp_log_id ids[] = {
		GP_LOG_FW_MISSING, GP_LOG_UC_MISSING, GP_LOG_DMC_MISSING};
	const struct gp_log *klog = &c->facts->kernel.klog;

	gp_each (hit, klog) {
		bool asked = false;
		enum loss loss;

		for (size_t i = 0; i < GP_ARRAY_SIZE(ids); i++)
			asked |= hit->id == ids[i];
		if (!asked || !is_of_vendor(vendor, hit->text) || !gp_log_is_about(c, hit, gpu))
			continue;
		loss = klog->whole ? loss_of(hit) : named_loss_of(hit);
		if (!ret->hit || loss > ret->worst)
			*ret = (struct missing){loss, hit};
	}
}

static bool is_given_up(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_log_last_of(c, GP_LOG_WEDGED, gpu) != NULL;
}

/*
 * Whether the driver came through all the same: it has the GPU, and a render node. -1: what became
 * of it was not seen.
 */
static int works(const struct gp_case *c, const struct gp_function *gpu)
{
	const struct gp_nodes *nodes = &c->facts->nodes;

	if (is_given_up(c, gpu))
		return 0;
	if (c->facts->pci.is_partial && !gp_nodes_render(nodes, gpu->address))
		return gp_is_absent(&gpu->driver_from) ? 0 : -1;
	if (!gp_pci_is_native(gpu))
		return 0;
	return nodes->from.presence == GP_UNREADABLE || gp_nodes_render(nodes, gpu->address);
}

static bool guc_is_missed(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_wanted_modes(c, gpu) & GP_MODE_VF && !gpu->numvfs &&
	       !gp_log_last_of(c, GP_LOG_GUC_ON, gpu);
}

static void mend_firmware(
	struct gp_findings *out, struct gp_finding *finding, const struct vendor *vendor)
{
	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, vendor->package, "", 0});
	gp_mend_reboot(out, finding, true);
}

static void say_missing(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct vendor *vendor, const struct missing *missing)
{
	static const char *const texts[] = {
		[LOSS_NONE] = "a file of firmware is missing that the driver does well without",
		[LOSS_POWER] = "the firmware for saving power (DMC) is missing",
		[LOSS_UNKNOWN] = "a file of firmware is missing that the driver asked for",
		[LOSS_VIDEO] = "firmware for video (HuC) is missing: no low-power encoding",
		[LOSS_GUC] = "GuC firmware is missing: no VFs, and no HuC for video",
	};
	bool for_vfs = missing->worst == LOSS_GUC && guc_is_missed(c, gpu);
	int runs = works(c, gpu);
	bool fatal = missing->worst >= LOSS_UNKNOWN && !runs;
	enum gp_verdict verdict =
		fatal || for_vfs ? GP_FAIL
		: missing->worst >= LOSS_VIDEO || (missing->worst >= LOSS_POWER && runs < 0)
			? GP_WARN
			: GP_NOTE;
	struct gp_finding *finding = gp_find_gpu(out, verdict, gpu,
		gp_log_evidence(out, missing->hit), "%s",
		fatal ? "firmware is missing, and the driver could not start the GPU without it"
		      : texts[missing->worst]);

	if (verdict >= GP_WARN)
		mend_firmware(out, finding, vendor);
	if (for_vfs && !fatal)
		finding->modes = GP_MODE_VF;
}

/* Neither of the drivers that might have asked is loaded. */
static bool is_out(const struct gp_case *c, const struct vendor *vendor)
{
	const struct gp_kernel *kernel = &c->facts->kernel;

	if (!vendor || !gp_kernel_knows_modules(kernel))
		return false;
	for (const char *const *folder = vendor->folders; *folder; folder++) {
		const char *slash = strchr(*folder, '/');
		char name[16] = "";

		memcpy(name, *folder, (size_t)(slash - *folder));
		if (gp_kernel_has_module(kernel, name))
			return false;
	}
	return true;
}

static void say_silence(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	if (c->facts->kernel.klog.whole)
		gp_find_gpu(out, GP_PASS, gpu, GP_KERNEL_LOG, "the log does not say so");
	else if (is_out(c, vendor_of(gpu)))
		gp_find_gpu(out, GP_PASS, gpu, "/proc/modules", "its driver is not loaded");
	else
		gp_find_gpu(out, GP_UNKNOWN, gpu, GP_KERNEL_LOG,
			"the kernel log does not reach back to the start");
}

static void firmware_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct vendor *vendor = vendor_of(gpu);
	struct missing missing = {LOSS_NONE, NULL};

	if (vendor)
		weigh_missing(c, gpu, vendor, &missing);
	if (missing.hit)
		say_missing(c, out, gpu, vendor, &missing);
	else if (gp_pci_is_native(gpu) && gp_nodes_render(&c->facts->nodes, gpu->address))
		gp_find_gpu(out, GP_PASS, gpu, "/sys/class/drm",
			"%s has the GPU, and no firmware is said to be missing", gpu->driver);
	else
		say_silence(c, out, gpu);
}

/* A log alone: the worst line about a file of some GPU's driver; what runs is not known. */
static bool missing_by_log(const struct gp_case *c, struct gp_findings *out)
{
	static const enum gp_log_id ids[] = {
		GP_LOG_FW_MISSING, GP_LOG_UC_MISSING, GP_LOG_DMC_MISSING};
	const struct vendor *vendor = NULL;
	struct missing missing = {LOSS_NONE, NULL};
	struct gp_finding *finding;

	for (size_t i = 0; i < GP_ARRAY_SIZE(ids); i++) {
		const struct gp_log_hit *hit = gp_log_without_gpu(c, ids[i], 0);

		for (size_t k = 0; hit && k < GP_ARRAY_SIZE(vendors); k++) {
			enum loss loss = named_loss_of(hit);

			if (!is_of_vendor(&vendors[k], hit->text) ||
				(missing.hit && loss <= missing.worst))
				continue;
			missing = (struct missing){loss, hit};
			vendor = &vendors[k];
		}
	}
	if (!missing.hit || missing.worst == LOSS_NONE)
		return false;
	finding = gp_find(out, missing.worst == LOSS_POWER ? GP_WARN : GP_FAIL,
		gp_log_evidence(out, missing.hit),
		"a file of firmware is missing that the GPU's "
		"driver asked for");
	mend_firmware(out, finding, vendor);
	return true;
}

static void fw_missing(const struct gp_case *c, struct gp_findings *out)
{
	if (!missing_by_log(c, out))
		gp_each_driven(c, out, 0, firmware_of);
}

#define GIVEN_UP "the driver could not start the GPU and gave it up"

static void mend_wedged(struct gp_findings *out, struct gp_finding *finding, const char *subject)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, subject,
			"Shut down, take the power away for a moment and start again; if it "
			"comes back, bring the kernel, the linux-firmware package and the "
			"BIOS up to date.",
			0});
}

static void wedged_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *wedged = gp_log_last_of(c, GP_LOG_WEDGED, gpu);
	const struct gp_log_hit *failed = gp_log_last_of(c, GP_LOG_UC_FAILED, gpu);
	const struct gp_log_hit *on = gp_log_last_of(c, GP_LOG_GUC_ON, gpu);

	if (wedged)
		mend_wedged(out,
			gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, wedged), GIVEN_UP),
			gpu->address);
	else if (failed && !(on && on > failed))
		gp_find_gpu(out, GP_WARN, gpu, gp_log_evidence(out, failed),
			"GuC did not start at once; the driver did not give the GPU up");
	else
		say_silence(c, out, gpu);
}

static void wedged(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_WEDGED, 0);

	if (hit)
		mend_wedged(out, gp_find(out, GP_FAIL, gp_log_evidence(out, hit), GIVEN_UP), "gpu");
	else
		gp_each_driven(c, out, 0, wedged_of);
}

static const struct gp_check checks[] = {
	{
		.id = "drm-fw-missing",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "firmware of the GPU is missing",
		.why = "The driver loads it into the GPU at each start; without it some GPUs do not "
		       "start, others lose VFs, video or power saving.",
		.mend = "Install the firmware package, rebuild the initrd, reboot.",
		.reference = "Linux, drivers/gpu/drm/i915/gt/uc/intel_uc_fw.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.run = fw_missing,
	},
	{
		.id = "gpu-wedged",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the driver gave the GPU up",
		.why = "Its node may still be there, and all work sent to it fails.",
		.mend = "Power cycle; newer firmware, kernel and BIOS.",
		.reference = "Linux, drivers/gpu/drm/i915/gt/intel_gt_pm.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.needs = {"drm-fw-missing", "guest-amdgpu-no-vbios", "guest-vf-no-dkms",
			"guest-guc-disabled"},
		.run = wedged,
	},
};

const struct gp_check_table gp_driver_firmware_checks = {checks, GP_ARRAY_SIZE(checks)};
