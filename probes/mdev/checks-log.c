/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel and QEMU say of GVT-g, and modules that guides still list for it. */
#include <string.h>

#include "mdev/check-help.h"
#include "mdev/checks.h"

/* Names from guides. major, minor: the first kernel without it; 0: no kernel ever had it. */
static const struct {
	const char *module;
	enum gp_verdict verdict;
	unsigned major, minor;
	const char *text;
} gone[] = {
	{"exngt", GP_WARN, 0, 0, "exngt is a slip of the pen in a guide: there is no such module"},
	{"xengt", GP_WARN, 0, 0, "xengt belongs to Xen and to no kernel of today"},
	{"vfio_mdev", GP_WARN, 5, 19,
		"vfio_mdev is a part of mdev since kernel 5.19, and no module any more"},
	{"intel_agp", GP_NOTE, 0, 0, "intel_agp does nothing for a GPU that GVT-g can split"},
};

/* systemd says so of each listed module that is not there. */
static const struct gp_log_hit *was_not_found(const struct gp_case *c, const char *module)
{
	const struct gp_log *logs[] = {&c->facts->kernel.klog, &c->facts->vms.log};

	for (size_t i = 0; i < GP_ARRAY_SIZE(logs); i++) {
		const struct gp_log_hit *hit = NULL;

		while ((hit = gp_log_next(logs[i], GP_LOG_MODULE_NOT_FOUND, hit))) {
			const char *at = strchr(hit->text, '\'');
			size_t length = at ? strcspn(++at, "'") : 0;

			if (at && length == strlen(module) && strncmp(at, module, length) == 0)
				return hit;
		}
	}
	return NULL;
}

/* The verdict on a listed module of that table; GP_SKIP: nothing to say. */
static enum gp_verdict stale_verdict(
	const struct gp_case *c, const struct gp_listed_module *listed, size_t i)
{
	const char *release = c->facts->platform.kernel;

	if (was_not_found(c, listed->module))
		return GP_WARN;
	if (gp_kernel_has_module(&c->facts->kernel, gone[i].module) ||
		gp_module_file(&c->facts->modules, gone[i].module))
		return GP_SKIP;
	if (!gone[i].major)
		return gone[i].verdict;
	if (!release)
		return GP_UNKNOWN;
	return gp_kernel_at_least(release, gone[i].major, gone[i].minor) ? gone[i].verdict
									 : GP_SKIP;
}

static void stale_listed(
	const struct gp_case *c, struct gp_findings *out, const struct gp_listed_module *listed)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(gone); i++) {
		enum gp_verdict verdict;
		struct gp_finding *finding;

		if (!gp_same_name(listed->module, gone[i].module))
			continue;
		verdict = stale_verdict(c, listed, i);
		if (verdict == GP_SKIP)
			return;
		finding = gp_find(out, verdict,
			gp_printf(out->arena, "%s:%zu: \"%s\"", listed->file, listed->line,
				listed->module),
			"%s", gone[i].text);
		finding->subject = listed->file;
		if (verdict == GP_WARN)
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_REPLACE, listed->file,
					gp_listed_without(out->arena, listed), listed->line});
	}
}

/* Where the lists themselves were not seen. */
static bool stale_by_log(const struct gp_case *c, struct gp_findings *out)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(gone); i++) {
		const struct gp_log_hit *hit = was_not_found(c, gone[i].module);

		if (!hit || gone[i].verdict != GP_WARN)
			continue;
		gp_find(out, GP_WARN, gp_log_evidence(out, hit), "%s", gone[i].text);
		return true;
	}
	return false;
}

static void stale(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	gp_each (listed, &c->facts->kernel.listed)
		stale_listed(c, out, listed);
	if (out->n == before && !stale_by_log(c, out))
		gp_find(out, GP_PASS, "/etc/modules", "no module of old guides is listed");
}

/* Who is after VFs has no use for kvmgt; who is after vGPUs needs one that fits. */
static void mend_mismatch(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	gp_each (listed, &c->facts->kernel.listed)
		if (gp_same_name(listed->module, "kvmgt") && !(c->modes & GP_MODE_SPLIT))
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_REPLACE, listed->file,
					gp_listed_without(out->arena, listed), listed->line});
	if (c->modes & GP_MODE_SPLIT)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "kvmgt",
				"Update i915-sriov-dkms to a version that brings its own kvmgt, or "
				"take it off (\"dkms status\", then \"dkms remove "
				"i915-sriov-dkms/VERSION --all\"), rebuild the initrd, reboot.",
				0});
}

static void mismatch(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_KVMGT_SYMBOL);
	struct gp_finding *finding;

	if (gp_kernel_has_module(kernel, "kvmgt")) {
		gp_find(out, GP_PASS, "/proc/modules", "kvmgt is loaded");
		return;
	}
	if (!hit) {
		gp_find(out, kernel->klog.whole ? GP_PASS : GP_SKIP, "kernel log",
			kernel->klog.whole ? "the kernel did not refuse kvmgt"
					   : "no line about kvmgt's symbols is known");
		return;
	}
	finding =
		gp_find(out, c->modes == GP_MODE_VF ? GP_WARN : GP_FAIL, gp_log_evidence(out, hit),
			"kvmgt was built for another i915 than the one that runs%s",
			gp_module_is_foreign(&c->facts->modules, "i915") == 1
				? ", which is not the kernel's"
				: "");
	mend_mismatch(c, out, finding);
}

static void golden(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_GVT_GOLDEN);

	if (hit)
		gp_find(out, GP_NOTE, gp_log_evidence(out, hit),
			"an optional file of GVT-g is not there: harmless, vGPUs work without it");
	else
		gp_find(out, GP_PASS, "kernel log", "no line about golden_hw_state");
}

static void freeze(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_GVT_GUEST);
	struct gp_finding *finding;

	if (!hit) {
		gp_find(out, GP_PASS, "kernel log",
			"GVT-g does not complain about page tables of guests");
		return;
	}
	finding = gp_find(out, GP_WARN, gp_log_evidence(out, hit),
		"GVT-g lost track of a guest's page tables (%zu lines): its VM, or all, may freeze",
		c->facts->kernel.klog.seen[GP_LOG_GVT_GUEST]);
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "vGPU",
			"No kernel mends this: run fewer vGPUs, keep the guest's GPU driver as it is "
			"where it works, or share the GPU with containers instead.",
			0});
}

static bool has_mdev(const struct gp_vm *vm)
{
	gp_each (passed, &vm->passed)
		if (passed->mdev)
			return true;
	return false;
}

/* Such a line is about a whole GPU too; of an mdev it names the UUID. */
static bool is_about_mdev(const struct gp_case *c, const struct gp_log_hit *hit)
{
	if (strstr(hit->text, "/mdev/devices/"))
		return true;
	gp_each (device, &c->facts->mdev.devices)
		if (strstr(hit->text, device->uuid))
			return true;
	gp_each (vm, &c->facts->vms)
		if (has_mdev(vm))
			return true;
	return c->modes == GP_MODE_SPLIT;
}

static void opregion(const struct gp_case *c, struct gp_findings *out)
{
	const char *release = c->facts->platform.kernel;
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_MDEV_OPREGION);
	struct gp_finding *finding;

	if (!hit || !is_about_mdev(c, hit)) {
		gp_find(out, hit ? GP_SKIP : GP_PASS,
			hit ? gp_log_evidence(out, hit) : "kernel log",
			hit ? "the line is about a whole GPU" : "no VM missed a vGPU's OpRegion");
		return;
	}
	if (release && gp_kernel_at_least(release, 4, 17)) {
		gp_find(out, GP_NOTE, gp_log_evidence(out, hit),
			"a VM missed a vGPU's OpRegion, which kernel %s has: an old line, or an mdev "
			"of another maker",
			release);
		return;
	}
	finding = gp_find(out, release ? GP_FAIL : GP_WARN, gp_log_evidence(out, hit),
		"GVT-g has an OpRegion for vGPUs since kernel 4.17 only; %s",
		release ? gp_printf(out->arena, "this is %s", release)
			: "which one this is, is not known");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "kernel",
			"Install kernel 4.17 or newer, or start the VM without x-igd-opregion=on.",
			0});
}

static const struct gp_check checks[] = {
	{
		.id = "gvt-stale-modules",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_WARN,
		.title = "modules of old guides are listed for GVT-g",
		.why = "They exist no more, or never did. They do no harm but a failed unit at each "
		       "start, and some initrds are not built because of them.",
		.mend = "Keep kvmgt alone; delete the other lines.",
		.reference = "Linux, drivers/vfio/mdev/Makefile; modules-load.d(5)",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = stale,
	},
	{
		.id = "gvt-kvmgt-symbol-mismatch",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "kvmgt and i915 are not of one build",
		.why = "Another i915, as that of i915-sriov-dkms, was put in the place of the kernel's; "
		       "the kernel's kvmgt does not fit it and is refused.",
		.mend = "Update the package to one that has its own kvmgt, or remove it. For VFs "
			"take kvmgt off the list.",
		.reference = "Linux, kernel/module/version.c: check_version()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT | GP_MODE_VF,
		.run = mismatch,
	},
	{
		.id = "gvt-golden-hw-state",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_NOTE,
		.title = "golden_hw_state was not found, which is harmless",
		.why = "GVT-g asks for a file of register values that nobody ships, and then reads "
		       "them off the GPU.",
		.mend = "Nothing to do.",
		.reference =
			"Linux, drivers/gpu/drm/i915/gvt/firmware.c: intel_gvt_load_firmware()",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = golden,
	},
	{
		.id = "gvt-guest-freeze",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_WARN,
		.title = "GVT-g lost track of a guest",
		.why = "GVT-g follows each write to a guest's page tables; when it cannot, the guest "
		       "freezes, now and then the host's GPU with it. It is not mended upstream.",
		.mend = "Fewer vGPUs, or another mode: containers, VFs, the whole GPU.",
		.reference = "Linux, drivers/gpu/drm/i915/gvt/page_track.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.not_in_plan = true,
		.run = freeze,
	},
	{
		.id = "gvt-mdev-opregion-kernel-too-old",
		.layer = GP_LAYER_MDEV,
		.ceiling = GP_FAIL,
		.title = "the kernel has no OpRegion for vGPUs",
		.why = "x-igd-opregion=on asks for a region that GVT-g offers since kernel 4.17; QEMU "
		       "does not start the VM without it.",
		.mend = "A newer kernel, or no x-igd-opregion=on; then the guest has no display of "
			"the vGPU.",
		.reference = "Linux 4.17, drivers/gpu/drm/i915/gvt/opregion.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_SPLIT,
		.run = opregion,
	},
};

const struct gp_check_table gp_gvt_log_checks = {checks, GP_ARRAY_SIZE(checks)};
