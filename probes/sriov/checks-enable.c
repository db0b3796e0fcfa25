/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What keeps a driver from making VFs at all, from the firmware upwards. */
#include <errno.h>
#include <string.h>

#include "driver/options.h"
#include "gpu/models.h"
#include "sriov/check-help.h"
#include "kernel/configured.h"
#include "sriov/checks.h"
#include "vfio/check-help.h"

static void bios_off_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const struct gp_origin *from = &pf->totalvfs.from;
	struct gp_finding *finding;

	if (gp_is_present(from)) {
		gp_find_gpu(out, GP_PASS, gpu, from->path, "it shows its SR-IOV capability");
		return;
	}
	if (c->roles & GP_ROLE_GUEST) {
		gp_find_gpu(out, GP_SKIP, gpu, from->path,
			"a virtual machine is never shown the SR-IOV capability of its GPU");
		return;
	}
	if (!model || model->sriov_hardware != GP_SRIOV_YES) {
		gp_find_gpu(out, GP_SKIP, gpu, from->path,
			"this GPU is not known to have an SR-IOV capability");
		return;
	}
	if (!gp_is_absent(from)) {
		gp_find_gpu_unknown(out, pf->function, from);
		return;
	}
	finding =
		gp_find_gpu(out, GP_FAIL, gpu, gp_printf(out->arena, "%s is not there", from->path),
			"%s has SR-IOV, and the firmware hides it", model->platform);
	gp_mend(out, finding, (struct gp_step){GP_STEP_FIRMWARE, "SR-IOV", "enabled", 0});
	if (gp_iommu_in_use(&c->facts->iommu) != 1)
		gp_mend(out, finding, (struct gp_step){GP_STEP_FIRMWARE, "VT-d", "enabled", 0});
}

static void bios_off(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_pf(c, out, bios_off_of);
}

/* The drivers that make VFs of it, as words. */
static const char *makers_of(struct gp_arena *arena, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	struct gp_strings names = {0};

	for (size_t i = 0; model && i < GP_ARRAY_SIZE(model->sriov) && model->sriov[i].driver; i++)
		gp_strings_add_once(arena, &names, model->sriov[i].driver);
	return names.n ? gp_join(arena, &names, " or ") : "its driver";
}

#define NO_DRIVER "no driver has the GPU, so nothing can make VFs of it"

static void no_driver_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const struct gp_log_hit *hit = gp_pf_failed(c, GP_LOG_SRIOV_NO_DRIVER, gpu);
	const char *drivers = makers_of(out->arena, gpu);
	struct gp_finding *finding;

	if (gpu->driver) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "%s has it", gpu->driver);
		return;
	}
	if (!hit && !gp_is_absent(&gpu->driver_from)) {
		gp_find_gpu_unknown(out, pf->function, &gpu->driver_from);
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu,
		hit ? gp_log_evidence(out, hit)
		    : gp_printf(out->arena, "%s is not there", gpu->driver_from.path),
		NO_DRIVER);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			gp_printf(out->arena,
				"Load %s with modprobe, and read in dmesg why it does not take %s; "
				"a kernel older than the GPU needs force_probe=%04x.",
				drivers, gpu->address, gpu->device_id),
			0});
}

static void no_driver(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_SRIOV_NO_DRIVER, 0);

	if (hit)
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit), NO_DRIVER);
	else
		gp_each_perhaps_capable_pf(c, out, no_driver_of);
}

static void give_back(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu)
{
	const struct gp_vfio_id *claim = gp_vfio_claims(&c->facts->vfio, gpu);

	if (!claim) {
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, gpu->address,
				gp_printf(out->arena,
					"Give it back to its own driver: driverctl unset-override "
					"%s where driverctl has it, else restart the host without "
					"starting a VM that takes %s.",
					gpu->address, gpu->address),
				0});
		return;
	}
	gp_mend_claim(c, out, finding, claim);
}

static void pf_on_vfio_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const char *enabled = gp_module_param(&c->facts->modules, "vfio_pci", "enable_sriov");
	const struct gp_vfio_id *claim = gp_vfio_claims(&c->facts->vfio, gpu);
	struct gp_finding *finding;

	if (!gpu->driver || !gp_pci_is_vfio_driver(gpu->driver)) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "vfio-pci does not have it");
		return;
	}
	if (pf->numvfs.value || (enabled && (*enabled == 'Y' || *enabled == '1'))) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"%s makes VFs too (enable_sriov)", gpu->driver);
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu,
		claim ? gp_evidence(out, claim->source,
				claim->directive ? claim->directive->text : claim->text)
		      : gp_printf(out->arena, "%s: %s", gpu->driver_from.path, gpu->driver),
		"%s has the GPU itself: VFs are made by its own driver", gpu->driver);
	give_back(c, out, finding, gpu);
}

static void pf_on_vfio(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_perhaps_capable_pf(c, out, pf_on_vfio_of);
}

static const struct gp_log_hit *refused_max_vfs(const struct gp_log *klog)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(klog, GP_LOG_MODULE_PARAM, hit)))
		if (strstr(hit->text, "i915: unknown parameter 'max_vfs'"))
			return hit;
	return NULL;
}

/* Whether i915 was told max_vfs, and the log has it that it said nothing against it. */
static bool took_max_vfs(const struct gp_case *c, struct gp_arena *arena)
{
	struct gp_options options = gp_options_of(c, arena, "i915");

	return c->facts->kernel.klog.whole && gp_option_last(&options, "max_vfs") &&
	       !refused_max_vfs(&c->facts->kernel.klog);
}

/*
 * What shows that the loaded i915 is the kernel's own, which makes no VFs; or NULL. *ret_said: it
 * said so itself.
 */
static const char *stock_evidence(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, bool *ret_said)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_number_value max_vfs = gp_max_vfs(&c->facts->modules, "i915");
	const struct gp_log_hit *refused = gp_pf_failed(c, GP_LOG_SRIOV_NOT_BY_DRIVER, gpu);

	if (max_vfs.from.presence == GP_PRESENT ||
		(max_vfs.from.error && max_vfs.from.error != ENODATA) ||
		gp_log_last_of(c, GP_LOG_SRIOV_PF_MODE, gpu))
		return NULL;
	if (!refused)
		refused = refused_max_vfs(klog);
	*ret_said = refused != NULL;
	if (refused)
		return gp_log_evidence(out, refused);
	if (took_max_vfs(c, out->arena))
		return NULL;
	if (gp_is_absent(&max_vfs.from))
		return "/sys/module/i915/parameters: no max_vfs";
	if (gp_module_is_foreign(&c->facts->modules, "i915") == 0)
		return gp_module_file(&c->facts->modules, "i915");
	return NULL;
}

static bool knows_i915(const struct gp_case *c)
{
	return gp_max_vfs(&c->facts->modules, "i915").from.presence != GP_UNREADABLE ||
	       gp_module_is_foreign(&c->facts->modules, "i915") >= 0 || c->facts->kernel.klog.whole;
}

static void mend_stock(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	if (gp_module_is_foreign(&c->facts->modules, "i915") == 1) {
		gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
		gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
		return;
	}
	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "kernel-headers", "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "dkms", "", 0});
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "i915-sriov-dkms",
			"With headers and DKMS installed, install the release of i915-sriov-dkms "
			"that is made for the running kernel, see that dkms status says installed, "
			"then rebuild the initrd and restart.",
			0});
}

#define STOCK "the kernel's own i915 is loaded, and that makes no VFs"

static void stock_i915_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	const char *evidence;
	bool said = false;
	struct gp_finding *finding;

	if (!gp_pf_is_driven_by(pf, "i915")) {
		gp_find_gpu(out, GP_SKIP, gpu, gpu->driver_from.path, "i915 does not drive it");
		return;
	}
	if (pf->numvfs.value) {
		gp_find_gpu(out, GP_PASS, gpu, pf->numvfs.from.path, "i915 has made VFs");
		return;
	}
	evidence = stock_evidence(c, out, gpu, &said);
	if (!evidence) {
		bool knows = knows_i915(c);

		gp_find_gpu(out, knows ? GP_PASS : GP_UNKNOWN, gpu, "/sys/module/i915/parameters",
			knows ? "this i915 can make VFs"
			      : "which i915 is loaded could not be measured");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu, evidence,
		gp_module_is_foreign(&c->facts->modules, "i915") == 1
			? "the kernel's own i915, which makes no VFs, was loaded instead of the "
			  "installed one: the initrd still holds it"
			: STOCK);
	finding->waits_for = said ? NULL : "guc-forced-off";
	mend_stock(c, out, finding);
}

static void stock_i915(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_SRIOV_NOT_BY_DRIVER, 0);

	if (!hit && gp_log_without_gpu(c, GP_LOG_MODULE_PARAM, 0))
		hit = refused_max_vfs(&c->facts->kernel.klog);
	if (hit)
		mend_stock(c, out, gp_find(out, GP_FAIL, gp_log_evidence(out, hit), STOCK));
	else
		gp_each_perhaps_capable_pf(c, out, stock_i915_of);
}

static void xe_max_vfs_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	struct gp_number_value max_vfs = gp_max_vfs(&c->facts->modules, "xe");
	struct gp_finding *finding;

	if (!gp_pf_is_driven_by(pf, "xe")) {
		gp_find_gpu(out, GP_SKIP, gpu, gpu->driver_from.path, "xe does not drive it");
		return;
	}
	if (pf->totalvfs.value) {
		gp_find_gpu(out, GP_PASS, gpu, pf->totalvfs.from.path, "xe offers %llu VFs",
			(unsigned long long)pf->totalvfs.value);
		return;
	}
	if (!gp_is_present(&max_vfs.from)) {
		gp_find_gpu_unknown(out, pf->function, &max_vfs.from);
		return;
	}
	if (max_vfs.value) {
		gp_find_gpu(out, GP_PASS, gpu, max_vfs.from.path, "xe.max_vfs is %llu",
			(unsigned long long)max_vfs.value);
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu, gp_evidence(out, max_vfs.from.path, "0"),
		"xe.max_vfs is 0, so xe makes no VFs");
	gp_mend_max_vfs(c, out, finding, "xe");
}

static void xe_max_vfs(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_capable_pf(c, out, xe_max_vfs_of);
}

/* The driver has taken its offer of VFs back. */
static void none_offered(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_function *gpu = pf->function;
	struct gp_number_value max_vfs = gp_max_vfs(&c->facts->modules, "i915");
	bool is_set_to_0 = gp_is_present(&max_vfs.from) && !max_vfs.value;
	struct gp_finding *finding;

	if (!gp_pf_is_driven_by(pf, "i915")) {
		gp_find_gpu(out, GP_SKIP, gpu, pf->totalvfs.from.path, "no VFs are offered");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu,
		gp_evidence(out, is_set_to_0 ? max_vfs.from.path : pf->totalvfs.from.path, "0"),
		is_set_to_0 ? "i915.max_vfs is 0, so i915 offers no VFs: any number is out of range"
			    : "i915 offers no VFs, though it may: its GuC firmware is not in use");
	finding->waits_for = gp_name_configured_in_vain(
		c, out->arena, is_set_to_0 ? "i915.max_vfs" : "i915.enable_guc");
	if (is_set_to_0)
		gp_mend_max_vfs(c, out, finding, "i915");
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD, "i915.enable_guc=3", "", 0});
}

/* The line with the highest number that is possible. */
static void mend_count(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_vf_maker *maker, const struct gp_pf *pf)
{
	const char *number = gp_printf(out->arena, "%llu", (unsigned long long)maker->count);
	size_t at = strlen(maker->text) - strlen(number);

	if (maker->line && strlen(maker->text) > strlen(number) &&
		strcmp(maker->text + at, number) == 0)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_REPLACE, maker->file,
				gp_printf(out->arena, "%.*s%llu", (int)at, maker->text,
					(unsigned long long)pf->totalvfs.value),
				maker->line});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, maker->file,
				gp_printf(out->arena, "In %s ask for at most %llu VFs of %s.",
					maker->file, (unsigned long long)pf->totalvfs.value,
					pf->function->address),
				0});
}

static void erange_of(const struct gp_case *c, struct gp_findings *out, const struct gp_pf *pf)
{
	const struct gp_vf_maker *maker = NULL;
	size_t before = out->n;

	if (!pf->totalvfs.value) {
		none_offered(c, out, pf);
		return;
	}
	while ((maker = gp_sriov_next_maker(&c->facts->sriov, pf->function, maker))) {
		if (!maker->address || maker->count <= pf->totalvfs.value || maker->problem)
			continue;
		mend_count(out,
			gp_find_gpu(out, pf->numvfs.value ? GP_WARN : GP_FAIL, pf->function,
				gp_evidence(out, gp_maker_place(out->arena, maker), maker->text),
				"%llu VFs are asked for and at most %llu can be: the kernel makes "
				"none then",
				(unsigned long long)maker->count,
				(unsigned long long)pf->totalvfs.value),
			maker, pf);
	}
	if (out->n == before)
		gp_find_gpu(out, GP_PASS, pf->function, pf->totalvfs.from.path,
			"up to %llu VFs, and nobody asks for more",
			(unsigned long long)pf->totalvfs.value);
}

/* A shell said it, as somebody wrote the number by hand. */
static bool erange_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_SRIOV_ERANGE);

	if (!hit || !strstr(hit->text, "sriov_numvfs"))
		return false;
	gp_mend(out,
		gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
			"more VFs were asked for than the driver offers: the kernel makes none then"),
		(struct gp_step){GP_STEP_MANUAL, "sriov_numvfs",
			"Ask for no more VFs than sriov_totalvfs says; where that is 0, the driver "
			"offers none: i915.max_vfs=7 or xe.max_vfs=7, and i915.enable_guc=3.",
			0});
	return true;
}

static void erange(const struct gp_case *c, struct gp_findings *out)
{
	if (!erange_by_log(c, out))
		gp_each_capable_pf(c, out, erange_of);
}

static const struct gp_check checks[] = {
	{
		.id = "fw-sriov-bios-off",
		.layer = GP_LAYER_FIRMWARE,
		.ceiling = GP_FAIL,
		.title = "the firmware hides SR-IOV",
		.why = "Without the capability the kernel has no sriov_numvfs for this GPU, and no "
		       "driver can make VFs.",
		.mend = "Turn SR-IOV and VT-d on in the firmware setup; some boards show the switch "
			"only after an update.",
		.reference = "PCI Express Base Specification, 9.3.3 SR-IOV Extended Capability",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-platform-unsupported"},
		.run = bios_off,
	},
	{
		.id = "sriov-no-driver",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "no driver has the PF",
		.why = "The kernel hands the number of VFs to the driver of the PF; without one it "
		       "answers: no such file or directory.",
		.mend = "Let the GPU's own driver have it: no blacklist, force_probe where the kernel "
			"needs it.",
		.reference = "Linux, drivers/pci/iov.c: sriov_numvfs_store()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-platform-unsupported", "native-driver-blacklisted",
			"nomodeset-leftover", "force-probe-required", "kernel-too-old-for-gpu",
			"dkms-secureboot", "drm-fw-missing", "guest-mmio-ffffffff"},
		.run = no_driver,
	},
	{
		.id = "sriov-pf-on-vfio",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "vfio-pci has the PF",
		.why = "vfio-pci makes no VFs unless it is told to; only the GPU's own driver shares "
		       "the GPU out among them.",
		.mend = "Take the GPU's id out of ids= and any blacklist, rebuild the initrd, restart.",
		.reference = "Linux, drivers/vfio/pci/vfio_pci.c: enable_sriov",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-platform-unsupported", "pf-vf-same-group", "vm-all-functions-pf",
			"pf-passed-with-vfs", "vfio-newid-capture"},
		.run = pf_on_vfio,
	},
	{
		.id = "sriov-stock-i915",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "the kernel's own i915 is loaded",
		.why = "The i915 of the mainline kernel makes no VFs. That it does not know max_vfs is "
		       "the sign of it.",
		.mend = "Install i915-sriov-dkms for the running kernel, rebuild the initrd, restart.",
		.reference =
			"Linux, drivers/pci/iov.c: sriov_numvfs_store(); i915-sriov-dkms, README",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-platform-unsupported", "dkms-added-not-installed",
			"dkms-kernel-range", "dkms-secureboot"},
		.run = stock_i915,
	},
	{
		.id = "xe-max-vfs-default",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "xe.max_vfs is 0",
		.why = "The first kernels in which xe can make VFs leave that off unless they are "
		       "asked.",
		.mend = "Boot with xe.max_vfs=7, or use a newer kernel.",
		.reference = "Linux, drivers/gpu/drm/xe/xe_module.c: max_vfs",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-platform-unsupported", "i915-opts-on-xe"},
		.run = xe_max_vfs,
	},
	{
		.id = "sriov-erange",
		.layer = GP_LAYER_SRIOV,
		.ceiling = GP_FAIL,
		.title = "more VFs are asked for than there can be",
		.why = "The kernel answers: numerical result out of range, and makes none.",
		.mend = "Ask for no more than sriov_totalvfs; raise i915.max_vfs where that is what "
			"limits it.",
		.reference = "Linux, drivers/pci/iov.c: sriov_numvfs_store()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_VF,
		.needs = {"sriov-platform-unsupported", "sriov-stock-i915", "xe-max-vfs-default",
			"guc-param-typo", "guc-value-7", "guc-forced-off"},
		.run = erange,
	},
};

const struct gp_check_table gp_sriov_enable_checks = {checks, GP_ARRAY_SIZE(checks)};
