/* SPDX-License-Identifier: GPL-2.0-or-later */
/* GPUs that do not come back from a reset, and what is done about it. */
#include <stdio.h>
#include <string.h>

#include "gpu/checks.h"
#include "gpu/support.h"
#include "vfio/check-help.h"

static bool has_word(const char *words, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += length)
		if ((at == words || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
			return true;
	return false;
}

/* A mishap at a restart of a VM concerns those who want to give the GPU to one. */
static enum gp_verdict warn_if_wanted(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_is_wanted(c, gpu, GP_MODE_FULL) ? GP_WARN : GP_NOTE;
}

/* One of the vendor's GPUs that is free of the fault; of others there is nothing to say. */
static void say_unaffected(struct gp_findings *out, const struct gp_function *gpu, bool is_related)
{
	gp_find_gpu(out, is_related ? GP_PASS : GP_SKIP, gpu, gpu->id,
		"%s is not one of the GPUs with this fault", gp_gpu_title(out->arena, gpu));
}

static void mend_method(struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu, const char *method)
{
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, GP_TMPFILES_CONF,
			gp_printf(out->arena, "w /sys/bus/pci/devices/%s/reset_method - - - - %s",
				gpu->address, method),
			0});
}

static void mend_amd(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu)
{
	bool loaded = gp_kernel_has_module(&c->facts->kernel, "vendor_reset");

	if (!loaded && !gp_module_file(&c->facts->modules, "vendor_reset"))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "vendor-reset",
				gp_kernel_at_least(c->facts->platform.kernel, 6, 12)
					? "Install the vendor-reset module through DKMS, from a "
					  "source that has been brought up to kernel 6.12: the "
					  "original does not build since."
					: "Install the vendor-reset module for the running kernel "
					  "through DKMS.",
				0});
	if (!loaded)
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vendor-reset", "", 0});
	if (gp_is_present(&gpu->reset_methods.from))
		mend_method(out, finding, gpu, "device_specific");
}

static void amd_reset_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const struct gp_text_value *methods = &gpu->reset_methods;
	bool loaded = gp_kernel_has_module(&c->facts->kernel, "vendor_reset");
	bool old_kernel = gp_is_absent(&methods->from);
	/* Somebody wrote device_specific into reset_method before vendor-reset was there. */
	const struct gp_log_hit *refused =
		gp_log_next_of(&c->facts->kernel.klog, GP_LOG_RESET_BY_VENDOR, gpu->address, NULL);
	struct gp_finding *finding;

	if (!model || !model->bad_reset) {
		say_unaffected(out, gpu, model && gpu->vendor_id == 0x1002);
		return;
	}
	if (has_word(methods->value, "device_specific") || (old_kernel && loaded)) {
		gp_find_gpu(out, GP_PASS, gpu, methods->from.path,
			"has a reset of its own, by vendor-reset");
		return;
	}
	if (!gp_is_present(&methods->from) && !old_kernel && !refused) {
		gp_find_gpu_unknown(out, gpu, &methods->from);
		return;
	}
	finding = gp_find_gpu(out, refused ? GP_WARN : warn_if_wanted(c, gpu), gpu,
		refused ? gp_evidence(out, refused->source, refused->text)
			: gp_evidence(out, methods->from.path, methods->value),
		"%s does not come back from the resets the kernel has for it: the second start of "
		"its VM fails",
		gp_gpu_title(out->arena, gpu));
	mend_amd(c, out, finding, gpu);
}

/* A card that was reset in vain does not answer the IOMMU any more. */
static bool amd_reset_by_log(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_log_without_gpu(c, GP_LOG_IOTLB_TIMEOUT, 0);

	if (!hit)
		hit = gp_log_without_gpu(c, GP_LOG_RESET_BY_VENDOR, 0);
	if (!hit)
		return false;
	gp_mend(out,
		gp_find(out, GP_WARN, gp_log_evidence(out, hit),
			"a device does not answer after its VM has used it, as AMD cards do that no "
			"reset of the kernel brings back"),
		(struct gp_step){GP_STEP_MANUAL, "vendor-reset",
			"For an AMD card of the Polaris, Vega or Navi 1x kind install the "
			"vendor-reset module through DKMS; until then restart the host before the VM.",
			0});
	return true;
}

static void amd_reset(const struct gp_case *c, struct gp_findings *out)
{
	if (!amd_reset_by_log(c, out))
		gp_each_gpu(c, out, amd_reset_of);
}

/* A GPU that vendor-reset knows, or one of AMD's that is in no table; NULL: none here. */
static const struct gp_function *helped_by_vendor_reset(const struct gp_case *c)
{
	gp_each (function, &c->facts->pci) {
		const struct gp_gpu_model *model =
			gp_gpu_model(function->vendor_id, function->device_id);

		if (function->kind == GP_GPU_REAL && function->vendor_id == 0x1002 &&
			(!model || model->vendor_reset))
			return function;
	}
	return NULL;
}

static const struct gp_step remove_vendor_reset = {GP_STEP_MANUAL, "vendor-reset",
	"Remove vendor-reset: it knows AMD's Polaris, Vega and Navi 1x cards only.", 0};

/* A GPU in the tables that it does not serve, and whose driver was asked for its reset in vain. */
static const struct gp_log_hit *refused_vendor_reset(
	const struct gp_case *c, const struct gp_function **ret)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_gpu_model *model =
			gp_gpu_model(c->gpus[i]->vendor_id, c->gpus[i]->device_id);
		const struct gp_log_hit *hit =
			gp_log_last_of(c, GP_LOG_RESET_BY_VENDOR, c->gpus[i]);

		if (hit && model && !model->vendor_reset) {
			*ret = c->gpus[i];
			return hit;
		}
	}
	return NULL;
}

static void vendor_reset_unsupported(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_function *gpu = helped_by_vendor_reset(c);
	bool loaded = gp_kernel_has_module(kernel, "vendor_reset");
	const struct gp_function *refused = NULL;
	const struct gp_log_hit *hit = refused_vendor_reset(c, &refused);
	struct gp_finding *finding;

	if (hit) {
		finding = gp_find_gpu(out, GP_WARN, refused, gp_log_evidence(out, hit),
			"vendor-reset does not know %s: the kernel has no reset of that kind for it",
			gp_gpu_title(out->arena, refused));
		gp_mend(out, finding, remove_vendor_reset);
		return;
	}
	if (!loaded && !gp_kernel_lists_module(kernel, "vendor_reset")) {
		if (gp_kernel_knows_modules(kernel))
			gp_find(out, GP_PASS, "/proc/modules", "vendor-reset is not in use");
		else
			gp_find_unknown(out, &kernel->modules_text.from);
		return;
	}
	if (gpu || !gp_is_present(&c->facts->pci.from) || c->facts->pci.unread.path) {
		gp_find(out, GP_PASS, "/proc/modules", "vendor-reset may serve %s",
			gpu ? gpu->address : "a GPU that could not be read");
		return;
	}
	finding = gp_find(out, GP_WARN, loaded ? "/proc/modules" : "/etc/modules",
		"vendor-reset is in use, and no GPU here is one that it can reset");
	gp_each (listed, &kernel->listed)
		if (gp_same_name(listed->module, "vendor_reset"))
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_REPLACE, listed->file,
					gp_listed_without(out->arena, listed), listed->line});
	gp_mend(out, finding, remove_vendor_reset);
}

static void blackwell_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const struct gp_log_hit *hit =
		gp_log_next_of(&c->facts->kernel.klog, GP_LOG_FLR_DEAD, gpu->address, NULL);
	bool by_flr = has_word(gpu->reset_methods.value, "flr");
	bool by_bus = has_word(gpu->reset_methods.value, "bus");
	struct gp_finding *finding;

	if (!model || !model->flr_hangs) {
		say_unaffected(out, gpu, model && gpu->vendor_id == 0x10de);
		return;
	}
	if (!hit) {
		gp_find_gpu(out, by_flr && gp_is_wanted(c, gpu, GP_MODE_FULL) ? GP_NOTE : GP_PASS,
			gpu, gpu->reset_methods.from.path,
			by_flr ? "some GPUs of its kind hang in a function level reset; this one has "
				 "not, as far as the log goes back"
			       : "is not reset by its function alone");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu, gp_evidence(out, hit->source, hit->text),
		"%s did not come back from a function level reset: it is gone until the host is "
		"powered off",
		gp_gpu_title(out->arena, gpu));
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, gpu->address,
			"Shut the host down and take its power away for some seconds; a reboot does not "
			"bring the GPU back. Then use the newest kernel and the card's newest firmware.",
			0});
	if (by_flr && by_bus)
		mend_method(out, finding, gpu, "bus");
}

static void blackwell_flr(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_gpu(c, out, blackwell_of);
}

static bool is_release(const char *release, const char *wanted)
{
	size_t length = strlen(wanted);

	return release && strncmp(release, wanted, length) == 0 &&
	       !(release[length] >= '0' && release[length] <= '9');
}

static void reset_regress(const struct gp_case *c, struct gp_findings *out)
{
	const char *release = c->facts->platform.kernel;
	const char *evidence =
		gp_evidence(out, "/proc/sys/kernel/osrelease", release ? release : "");
	size_t before = out->n;

	if (!release) {
		gp_find(out, GP_UNKNOWN, "/proc/sys/kernel/osrelease",
			"the version of the kernel is not known");
		return;
	}
	for (size_t i = 0; i < c->n_gpus; i++) {
		struct gp_finding *finding;

		if (c->gpus[i]->vendor_id != 0x10de ||
			!(is_release(release, "6.14.2") || is_release(release, "6.12.23")))
			continue;
		finding = gp_find_gpu(out, warn_if_wanted(c, c->gpus[i]), c->gpus[i], evidence,
			"VMs with NVIDIA GPUs hang at their reboot under this kernel");
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, release,
				"Boot another kernel: the next stable release has it mended.", 0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, evidence, "not a kernel and GPU with this fault");
}

static const struct gp_check checks[] = {
	{
		.id = "amd-reset-bug",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_WARN,
		.title = "an AMD GPU that does not come back from a reset",
		.why = "Polaris, Vega and Navi 1x stay dead after the reset that the kernel knows: "
		       "their VM starts once for each boot of the host.",
		.mend = "Load the vendor-reset module early, and select device_specific as the "
			"GPU's reset method.",
		.reference =
			"vendor-reset, README; Linux, Documentation/ABI/testing/sysfs-bus-pci: "
			"reset_method",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = amd_reset,
	},
	{
		.id = "vendor-reset-unsupported-gpu",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_WARN,
		.title = "vendor-reset for a GPU that it does not know",
		.why = "vendor-reset resets AMD's Polaris, Vega and Navi 1x cards. For others it "
		       "does nothing, and it fails to build with new kernels.",
		.mend = "Remove vendor-reset.",
		.reference = "vendor-reset, README: supported devices",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = vendor_reset_unsupported,
	},
	{
		.id = "blackwell-flr",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_FAIL,
		.title = "a Blackwell GPU hung in a function level reset",
		.why = "The GPU answers no more: no VM and no driver of the host can use it before the "
		       "host was without power.",
		.mend = "Power the host off and on; use the newest kernel and card firmware, and the "
			"bus reset where the kernel offers it.",
		.reference = "Linux, drivers/pci/pci.c: pci_dev_wait()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = blackwell_flr,
	},
	{
		.id = "kernel-6.14.2-reset-regress",
		.layer = GP_LAYER_PCI,
		.ceiling = GP_WARN,
		.title = "a kernel that hangs VMs at their reboot",
		.why = "6.14.2 and 6.12.23 changed how a GPU is reset; VMs with NVIDIA GPUs hang when "
		       "they reboot.",
		.mend = "Use another kernel release.",
		.reference = "Linux, stable releases 6.14.2 and 6.12.23",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = reset_regress,
	},
};

const struct gp_check_table gp_gpu_reset_checks = {checks, GP_ARRAY_SIZE(checks)};
