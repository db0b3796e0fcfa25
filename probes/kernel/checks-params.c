/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Parameters that are wrong in themselves, or not needed. */
#include <string.h>

#include "kernel/check-help.h"
#include "kernel/checks.h"
#include "kernel/configured.h"

/* The kernel takes what an option begins with (drivers/iommu/intel/iommu.c). */
static bool is_intel_option(const char *option)
{
	static const char *const known[] = {"on", "off", "igfx_off", "forcedac", "strict", "sp_off",
		"sm_on", "sm_off", "tboot_noforce"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
		if (gp_starts_with(option, known[i]))
			return true;
	return false;
}

static const char *bad_intel_option(struct gp_arena *arena, const struct gp_param *param)
{
	struct gp_strings given = gp_split(arena, param->value ? param->value : "", ",");

	gp_each (option, &given)
		if (!is_intel_option(*option))
			return *option;
	return NULL;
}

/* The parameter with its good options, and on. */
static const char *good_intel_options(struct gp_arena *arena, const struct gp_param *param)
{
	struct gp_strings given = gp_split(arena, param->value ? param->value : "", ",");
	struct gp_strings good = {0};

	gp_strings_add(arena, &good, "on");
	gp_each (option, &given)
		if (is_intel_option(*option) && strcmp(*option, "off") != 0)
			gp_strings_add_once(arena, &good, *option);
	return gp_printf(arena, "intel_iommu=%s", gp_join(arena, &good, ","));
}

/* Whether VT-d may be off because the option that was to turn it on is none. */
static bool keeps_vtd_off(const struct gp_case *c)
{
	const struct gp_param *by;

	if (gp_iommu_in_use(&c->facts->iommu) < 0 && gp_any_log(c, GP_LOG_NO_IOMMU))
		return gp_intel_iommu_said(&c->facts->kernel.cmdline, &by) < 0;
	return gp_iommu_in_use(&c->facts->iommu) == 0 &&
	       gp_firmware_offers_intel(&c->facts->firmware) == 1 &&
	       gp_intel_iommu_said(&c->facts->kernel.cmdline, &by) < 0 &&
	       gp_intel_starts_by_itself(c) != 1;
}

/* pt, or iommu=pt behind a comma. */
static bool is_about_iommu(const char *option)
{
	return strcmp(option, "pt") == 0 || strcmp(option, "iommu=pt") == 0;
}

/* "DMAR: Unknown option - 'pt'", where the command line itself was not seen. */
static void bad_option_by_log(struct gp_findings *out, const struct gp_log_hit *hit)
{
	const char *quote = strchr(hit->text, '\'');
	const char *option =
		quote ? gp_strndup(out->arena, quote + 1, strcspn(quote + 1, "'")) : "";
	struct gp_finding *finding =
		gp_find(out, GP_WARN, gp_log_evidence(out, hit), "intel_iommu has no option %s%s",
			option, is_about_iommu(option) ? ": pt belongs to iommu=" : "");

	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, "intel_iommu=on", "", 0});
	if (is_about_iommu(option))
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, "iommu=pt", "", 0});
}

static void intel_bad_option(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_cmdline *cmdline = &c->facts->kernel.cmdline;
	enum gp_verdict verdict = keeps_vtd_off(c) ? GP_FAIL : GP_WARN;
	const struct gp_log_hit *hit =
		gp_log_next(&c->facts->kernel.klog, GP_LOG_DMAR_OPTION, NULL);
	size_t before = out->n;

	if (!gp_is_present(&c->facts->kernel.cmdline_text.from) && hit) {
		bad_option_by_log(out, hit);
		return;
	}
	if (gp_cmdline_unknown(c, out))
		return;
	gp_each (param, cmdline) {
		const char *bad = strcmp(param->name, "intel_iommu") == 0
					  ? bad_intel_option(out->arena, param)
					  : NULL;
		struct gp_finding *finding;

		if (!bad)
			continue;
		finding = gp_find(out, verdict,
			hit ? gp_log_evidence(out, hit)
			    : gp_evidence(out, GP_CMDLINE_FILE, param->raw),
			"intel_iommu has no option %s%s", bad,
			is_about_iommu(bad) ? ": pt belongs to iommu=" : "");
		finding->subject = param->raw;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
		gp_mend(out, finding,
			(struct gp_step){
				GP_STEP_CMDLINE_ADD, good_intel_options(out->arena, param), "", 0});
		if (is_about_iommu(bad))
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_ADD, "iommu=pt", "", 0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, GP_CMDLINE_FILE, "intel_iommu has only options that exist");
}

static void amd_on_bogus(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding;

	if (gp_cmdline_unknown(c, out))
		return;
	if (!gp_cmdline_has(&c->facts->kernel.cmdline, "amd_iommu=on")) {
		gp_find(out, GP_PASS, GP_CMDLINE_FILE, "no amd_iommu=on");
		return;
	}
	finding = gp_find(out, GP_NOTE, gp_evidence(out, GP_CMDLINE_FILE, "amd_iommu=on"),
		"amd_iommu=on does nothing: the AMD IOMMU is on unless it is turned off");
	finding->subject = "amd_iommu=on";
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, "amd_iommu=on", "", 0});
}

/* Whether the kernel honours pcie_acs_override=: 1, 0, -1 not known. */
static int acs_honoured(const struct gp_case *c, struct gp_arena *arena)
{
	static const char *const patched[] = {"-pve", "zen", "liquorix", "xanmod"};
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_log_hit *hit = gp_log_next(klog, GP_LOG_UNKNOWN_PARAM, NULL);
	const char *release = c->facts->platform.kernel;

	if (gp_log_next(klog, GP_LOG_ACS_OVERRIDE, NULL))
		return 1;
	if (hit) {
		struct gp_strings names = gp_unknown_params(arena, hit);
		gp_each (name, &names)
			if (gp_starts_with(*name, "pcie_acs_override"))
				return 0;
	}
	for (size_t i = 0; release && i < GP_ARRAY_SIZE(patched); i++)
		if (strstr(release, patched[i]))
			return 1;
	return klog->whole ? 0 : -1;
}

/* The override on the command line, or NULL with a finding that says so. */
static const struct gp_param *acs_param(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_param *param =
		gp_cmdline_last(&c->facts->kernel.cmdline, "pcie_acs_override");

	if (gp_cmdline_unknown(c, out))
		return NULL;
	if (!param)
		gp_find(out, GP_PASS, GP_CMDLINE_FILE, "no pcie_acs_override");
	return param;
}

static void acs_no_effect(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_param *param = acs_param(c, out);
	struct gp_finding *finding;

	if (!param)
		return;
	switch (acs_honoured(c, out->arena)) {
	case 1:
		gp_find(out, GP_PASS, GP_KERNEL_LOG, "this kernel honours pcie_acs_override");
		return;
	case 0:
		finding = gp_find(out, GP_WARN, gp_evidence(out, GP_CMDLINE_FILE, param->raw),
			"this kernel lacks the patch that pcie_acs_override needs: it does nothing");
		finding->subject = param->raw;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
		return;
	default:
		gp_find_log_unknown(c, out);
	}
}

#define ACS_IN_EFFECT                                                               \
	"pcie_acs_override is in effect: devices that it calls isolated can reach " \
	"each other's memory"

static void acs_security(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *said = gp_any_log(c, GP_LOG_ACS_OVERRIDE);
	const struct gp_param *param;
	struct gp_finding *finding;

	if (!gp_is_present(&c->facts->kernel.cmdline_text.from) && said) {
		gp_find(out, GP_WARN, gp_log_evidence(out, said), ACS_IN_EFFECT);
		return;
	}
	param = acs_param(c, out);
	if (!param)
		return;
	switch (acs_honoured(c, out->arena)) {
	case 0:
		gp_find(out, GP_PASS, GP_KERNEL_LOG, "the override is not in effect");
		return;
	case 1:
		finding = gp_find(
			out, GP_WARN, gp_evidence(out, GP_CMDLINE_FILE, param->raw), ACS_IN_EFFECT);
		finding->subject = param->raw;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
		return;
	default:
		gp_find_log_unknown(c, out);
	}
}

static bool is_framebuffer_off(const struct gp_param *param)
{
	static const char *values[] = {"efifb:off", "vesafb:off", "vesa:off", "efifb",
		"simplefb:off", "efifb:off,vesafb:off", "vesafb:off,efifb:off"};
	const struct gp_strings off = {values, GP_ARRAY_SIZE(values)};

	return strcmp(param->name, "video") == 0 && param->value &&
	       gp_strings_has(&off, param->value);
}

/* Its driver has taken the screen over from the firmware's framebuffer. */
static bool boot_gpu_is_driven(const struct gp_case *c)
{
	gp_each (function, &c->facts->pci)
		if (function->boot_vga && gp_pci_is_native(function))
			return true;
	return false;
}

static void efifb_off(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_log_hit *simple = gp_log_next(&kernel->klog, GP_LOG_SIMPLEDRM, NULL);
	const char *line = kernel->iomem.value;
	bool held = *line != '\0';
	bool found = false;

	if (boot_gpu_is_driven(c))
		simple = NULL;

	if (gp_cmdline_unknown(c, out))
		return;
	gp_each (param, &kernel->cmdline) {
		struct gp_finding *finding;

		if (!is_framebuffer_off(param))
			continue;
		found = true;
		if (!held && !simple) {
			bool knows = gp_is_present(&kernel->iomem.from) && kernel->klog.whole;
			finding = gp_find(out, knows ? GP_NOTE : GP_UNKNOWN,
				gp_evidence(out, GP_CMDLINE_FILE, param->raw),
				knows ? "%s is not needed: no boot framebuffer is left"
				      : "whether %s freed the boot framebuffer could not be measured",
				param->raw);
			finding->subject = param->raw;
			continue;
		}
		finding = gp_find(out, GP_WARN,
			held ? gp_evidence(out, "/proc/iomem",
				       gp_strndup(out->arena, line, strcspn(line, "\n")))
			     : gp_log_evidence(out, simple),
			"%s is set and the boot framebuffer is still there: newer kernels do not "
			"heed it",
			param->raw);
		finding->subject = param->raw;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
		gp_mend(out, finding,
			(struct gp_step){
				GP_STEP_CMDLINE_ADD, "initcall_blacklist=sysfb_init", "", 0});
	}
	if (!found)
		gp_find(out, GP_PASS, GP_CMDLINE_FILE, "no video=efifb:off or its kin");
}

/* Whether a GPU of that vendor (0: of any) has no driver; where there is no GPU, nobody knows. */
static bool some_gpu_is_idle(const struct gp_case *c, uint16_t vendor)
{
	if (!gp_is_present(&c->facts->pci.from))
		return true;
	for (size_t i = 0; i < c->n_gpus; i++)
		if ((!vendor || c->gpus[i]->vendor_id == vendor) && !c->gpus[i]->driver)
			return true;
	return false;
}

static void nomodeset(const struct gp_case *c, struct gp_findings *out)
{
	static const struct {
		const char *raw;
		uint16_t vendor;
	} off[] = {{"nomodeset", 0}, {"i915.modeset=0", 0x8086}, {"xe.modeset=0", 0x8086},
		{"amdgpu.modeset=0", 0x1002}, {"radeon.modeset=0", 0x1002},
		{"nouveau.modeset=0", 0x10de}};
	const struct gp_log_hit *hit = gp_log_next(&c->facts->kernel.klog, GP_LOG_NOMODESET, NULL);
	size_t before = out->n;

	if (!gp_is_present(&c->facts->kernel.cmdline_text.from) && hit) {
		gp_mend(out,
			gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
				"nomodeset keeps the GPU's driver from starting"),
			(struct gp_step){GP_STEP_CMDLINE_REMOVE, "nomodeset", "", 0});
		return;
	}
	if (gp_cmdline_unknown(c, out))
		return;
	for (size_t i = 0; i < GP_ARRAY_SIZE(off); i++) {
		bool idle = some_gpu_is_idle(c, off[i].vendor);
		struct gp_finding *finding;

		if (!gp_cmdline_has(&c->facts->kernel.cmdline, off[i].raw))
			continue;
		finding = gp_find(out, idle ? GP_FAIL : GP_NOTE,
			hit && i == 0 ? gp_log_evidence(out, hit)
				      : gp_evidence(out, GP_CMDLINE_FILE, off[i].raw),
			idle ? "%s keeps the GPU's driver from starting"
			     : "%s is set and keeps no driver from a GPU here",
			off[i].raw);
		finding->subject = off[i].raw;
		if (idle)
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_REMOVE, off[i].raw, "", 0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, GP_CMDLINE_FILE,
			"nothing keeps graphics drivers from starting");
}

static void rd_driver_pre(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_platform *platform = &c->facts->platform;
	const struct gp_param *param = gp_cmdline_last(&c->facts->kernel.cmdline, "rd.driver.pre");
	struct gp_finding *finding;

	if (gp_cmdline_unknown(c, out))
		return;
	if (!param) {
		gp_find(out, GP_PASS, GP_CMDLINE_FILE, "no rd.driver.pre");
		return;
	}
	if (platform->initrd == GP_INITRD_UNKNOWN) {
		gp_find(out, GP_UNKNOWN, GP_CMDLINE_FILE,
			"with what the initrd is made is not known");
		return;
	}
	if (platform->initrd == GP_INITRD_DRACUT) {
		gp_find(out, GP_PASS, GP_CMDLINE_FILE,
			"the initrd is made by dracut, which reads %s", param->raw);
		return;
	}
	finding = gp_find(out, GP_WARN, gp_evidence(out, GP_CMDLINE_FILE, param->raw),
		"%s is read by dracut alone, and this initrd is made by %s", param->raw,
		gp_initrd_name(platform->initrd));
	finding->subject = param->raw;
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vfio_pci", "", 0});
}

static const struct gp_check checks[] = {
	{
		.id = "intel-iommu-bad-option",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_FAIL,
		.title = "intel_iommu= has an option that does not exist",
		.why = "The kernel ignores it, so what it was meant to turn on stays off.",
		.mend = "Use two parameters: intel_iommu=on iommu=pt.",
		.reference = "Linux, Documentation/admin-guide/kernel-parameters.txt: intel_iommu",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_PASSTHROUGH,
		.needs = {"fw-vtd-off"},
		.run = intel_bad_option,
	},
	{
		.id = "amd-iommu-on-bogus",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_NOTE,
		.title = "amd_iommu=on does nothing",
		.why = "The AMD IOMMU is on by default and the option never existed; it is harmless.",
		.mend = "Remove it when you next edit the command line.",
		.reference = "Linux, Documentation/admin-guide/kernel-parameters.txt: amd_iommu",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = amd_on_bogus,
	},
	{
		.id = "acs-override-no-effect",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_WARN,
		.title = "pcie_acs_override does nothing on this kernel",
		.why = "It comes from a patch that the mainline kernel does not carry: the groups stay "
		       "as they are.",
		.mend = "Remove it, or use a kernel that has the patch.",
		.reference = "Linux, Documentation/admin-guide/kernel-parameters.txt: config_acs",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = acs_no_effect,
	},
	{
		.id = "acs-override-security",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_WARN,
		.title = "the ACS override weakens isolation",
		.why = "The kernel is told that devices are isolated which are not: a guest can reach "
		       "other devices by peer-to-peer DMA.",
		.mend = "Remove it unless the GPU's group is really mixed; better use another slot.",
		.reference = "Text of the ACS override patch",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.not_in_plan = true,
		.run = acs_security,
	},
	{
		.id = "efifb-off-stale",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_WARN,
		.title = "video=efifb:off does not free the boot framebuffer",
		.why = "The framebuffer keeps a piece of the GPU's memory reserved, and vfio-pci cannot "
		       "have it.",
		.mend = "To pass the boot GPU through use initcall_blacklist=sysfb_init instead; the "
			"screen stays dark until a driver starts.",
		.reference = "Linux, drivers/firmware/sysfb.c",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.not_in_plan = true,
		.run = efifb_off,
	},
	{
		.id = "nomodeset-leftover",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_FAIL,
		.title = "nomodeset keeps the GPU's driver away",
		.why = "Without its driver the GPU has no render node, no vGPU and no VF.",
		.mend = "Remove it from the command line and reboot.",
		.reference = "Linux, drivers/video/nomodeset.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.run = nomodeset,
	},
	{
		.id = "rd-driver-pre-without-dracut",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_WARN,
		.title = "rd.driver.pre= is for dracut",
		.why = "Other initrds do not read it, so vfio-pci is not loaded first.",
		.mend = "Name vfio_pci in the initrd's own list of modules, or use a softdep.",
		.reference = "dracut.cmdline(7)",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODE_FULL,
		.run = rd_driver_pre,
	},
};

const struct gp_check_table gp_kernel_param_checks = {checks, GP_ARRAY_SIZE(checks)};
