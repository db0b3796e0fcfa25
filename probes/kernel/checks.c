/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/checks.h"

#include <ctype.h>
#include <string.h>

#include "kernel/configured.h"
#include "kernel/words.h"

#define CMDLINE    "/proc/cmdline"
#define KERNEL_LOG "kernel log"

/* True, with a finding, where the running command line could not be read. */
static bool cmdline_unknown(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_origin *from = &c->facts->kernel.cmdline_text.from;

	if (gp_is_present(from))
		return false;
	gp_find_unknown(out, from);
	return true;
}

/* A log that does not reach back to the start of the machine proves nothing by silence. */
static struct gp_finding *find_log_unknown(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_klog *klog = &c->facts->kernel.klog;

	return gp_find(out, GP_UNKNOWN, klog->source ? klog->source : KERNEL_LOG,
		"the kernel log %s",
		klog->source ? "does not reach back to the start" : "could not be read");
}

/* ---- set, but not in effect */

static void not_applied(const struct gp_case *c, struct gp_findings *out,
	const struct gp_param *param, const char *file, const char *reads, bool generated)
{
	enum gp_verdict missed = gp_param_missed(c, param);
	bool wrong_file = reads && strcmp(reads, file) != 0;
	struct gp_finding *finding;

	finding = gp_find(out, missed, gp_evidence(out, file, param->raw),
		wrong_file  ? "%s is set in %s, which this boot loader does not read (it reads %s)"
		: generated ? "%s is set in %s and in the boot loader's own file: only a reboot is "
			      "missing"
			    : "%s is set in %s and the running kernel was started without it",
		param->raw, file, reads);
	finding->subject = param->raw;
	if (missed != GP_NOTE)
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, param->raw, "", 0});
}

static size_t compare_with_running(const struct gp_case *c, struct gp_findings *out,
	const struct gp_cmdline *configured, const char *file)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const char *reads = gp_loader_file(c->facts->platform.loader);
	size_t missing = 0;

	gp_each (param, configured) {
		bool generated;

		if (gp_cmdline_has(&kernel->cmdline, param->raw) || strchr(param->raw, '$'))
			continue;
		if (!gp_param_matters(param->name) && (!reads || strcmp(reads, file) != 0))
			continue;
		generated = gp_loader_is_grub(c->facts->platform.loader) &&
			    strstr(kernel->grub.generated.value, param->raw);
		not_applied(c, out, param, file, reads, generated);
		missing++;
	}
	return missing;
}

static void cmdline_not_applied(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	size_t missing = 0;

	if (cmdline_unknown(c, out))
		return;
	if (!gp_is_present(&kernel->grub.text.from) &&
		!gp_is_present(&kernel->configured_text.from)) {
		gp_find(out, GP_SKIP, GP_GRUB_FILE,
			"no file of a known boot loader sets a command line");
		return;
	}
	missing += compare_with_running(c, out, &kernel->grub.effective, GP_GRUB_FILE);
	missing += compare_with_running(c, out, &kernel->configured, "/etc/kernel/cmdline");
	if (!missing)
		gp_find(out, GP_PASS, CMDLINE,
			"the running kernel has every parameter that is set");
}

/* ---- /etc/default/grub */

static void say_grub_line(const struct gp_case *c, struct gp_findings *out,
	const struct gp_grub_line *line, const char *problem, const char *replacement)
{
	struct gp_cmdline params = gp_grub_params(out->arena, line);
	struct gp_strings lost = {0};
	struct gp_finding *finding;

	gp_each (param, &params)
		if (!gp_cmdline_has(&c->facts->kernel.cmdline, param->raw) &&
			gp_param_missed(c, param) == GP_FAIL)
			gp_strings_add_once(out->arena, &lost, param->raw);
	finding = gp_find(out, lost.n ? GP_FAIL : GP_WARN,
		gp_printf(out->arena, "%s:%zu: \"%s\"", line->file, line->line, line->text),
		lost.n ? "%s, so %s is not in effect" : "%s", problem,
		gp_join(out->arena, &lost, " "));
	finding->subject = line->file;
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_REPLACE, line->file, replacement, line->line});
	gp_each (param, &lost)
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, *param, "", 0});
}

/* The line in straight quotes. */
static const char *straightened(struct gp_arena *arena, const struct gp_grub_line *line)
{
	struct gp_cmdline params = gp_grub_params(arena, line);
	struct gp_strings words = {0};

	gp_each (param, &params)
		gp_strings_add(arena, &words, param->raw);
	return gp_printf(arena, "%s=\"%s\"", line->variable, gp_join(arena, &words, " "));
}

static void look_at_grub_line(
	const struct gp_case *c, struct gp_findings *out, const struct gp_grub_line *line)
{
	switch (gp_grub_fault(&c->facts->kernel.grub, line)) {
	case GP_GRUB_CURLY:
		say_grub_line(c, out, line, "typographic quotes are letters to the shell",
			straightened(out->arena, line));
		break;
	case GP_GRUB_UNKNOWN_VARIABLE:
		say_grub_line(c, out, line,
			gp_printf(out->arena, "GRUB knows no variable %s", line->variable), "");
		break;
	case GP_GRUB_OVERRIDDEN:
		say_grub_line(c, out, line,
			gp_printf(out->arena, "%s is set twice and the last line wins",
				line->variable),
			"");
		break;
	case GP_GRUB_FINE:
		break;
	}
}

static void grub_two_lines(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	enum gp_loader loader = c->facts->platform.loader;
	size_t before = out->n;

	if (gp_is_absent(&kernel->grub.text.from) ||
		(loader != GP_LOADER_UNKNOWN && loader != GP_LOADER_GRUBBY &&
			!gp_loader_is_grub(loader))) {
		gp_find(out, GP_SKIP, GP_GRUB_FILE, "this machine does not boot by GRUB's file");
		return;
	}
	if (!gp_is_present(&kernel->grub.text.from)) {
		gp_find_unknown(out, &kernel->grub.text.from);
		return;
	}
	gp_each (line, &kernel->grub)
		look_at_grub_line(c, out, line);
	if (out->n == before)
		gp_find(out, GP_PASS, GP_GRUB_FILE, "each GRUB variable is set once");
}

/* ---- what the kernel did not understand */

static bool is_benign(const struct gp_strings *benign, const char *name)
{
	gp_each (item, benign)
		if (gp_same_name(*item, name))
			return true;
	return false;
}

/* A parameter of a module whose name was left out, or a slip. */
static const char *meant_instead_of(const char *name)
{
	static const char *const of_modules[] = {
		"i915.enable_guc", "i915.enable_gvt", "kvm.ignore_msrs"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(of_modules); i++)
		if (gp_same_name(strchr(of_modules[i], '.') + 1, name))
			return of_modules[i];
	return gp_param_meant(name);
}

static void say_unknown_param(struct gp_findings *out, const char *raw, const char *line)
{
	static const char *own_check[] = {"pcie_acs_override"};
	static const char *others[] = {"BOOT_IMAGE", "boot", "splash", "nosplash", "initrd"};
	const struct gp_strings skipped = {own_check, GP_ARRAY_SIZE(own_check)};
	const struct gp_strings benign = {others, GP_ARRAY_SIZE(others)};
	const char *name = gp_strndup(out->arena, raw, strcspn(raw, "="));
	const char *meant = meant_instead_of(name);
	struct gp_finding *finding;

	if (is_benign(&skipped, name) || is_benign(&benign, name))
		return;
	if (!meant && !gp_param_matters(name)) {
		finding = gp_find(out, GP_NOTE, gp_evidence(out, KERNEL_LOG, line),
			"the kernel does not know %s and leaves it to user space", raw);
		finding->subject = raw;
		return;
	}
	finding = gp_find(out, GP_WARN, gp_evidence(out, KERNEL_LOG, line),
		meant ? "the kernel does not know %s; %s is meant, it seems"
		      : "the kernel does not know %s, so it has no effect",
		raw, meant);
	finding->subject = raw;
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, raw, "", 0});
	if (meant)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD,
				gp_printf(out->arena, "%s%s", meant, raw + strcspn(raw, "=")), "",
				0});
}

/* The words that the kernel lists between quotes; each may itself hold quotes no more. */
static struct gp_strings unknown_params(struct gp_arena *arena, const struct gp_klog_hit *hit)
{
	const char *start = strchr(hit->text, '"'), *end = strrchr(hit->text, '"');

	if (!start || end == start)
		return (struct gp_strings){0};
	return gp_split(arena, gp_strndup(arena, start + 1, (size_t)(end - start - 1)), " ");
}

static void unknown_param(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_klog *klog = &c->facts->kernel.klog;
	const struct gp_klog_hit *hit = gp_klog_next(klog, GP_KLOG_UNKNOWN_PARAM, NULL);
	size_t before = out->n;

	if (!hit && !klog->whole) {
		find_log_unknown(c, out);
		return;
	}
	if (hit) {
		struct gp_strings names = unknown_params(out->arena, hit);
		gp_each (name, &names)
			say_unknown_param(out, *name, hit->text);
	}
	if (out->n == before)
		gp_find(out, GP_PASS, KERNEL_LOG, "the kernel knows every parameter it was given");
}

static bool is_pci_id(const char *text)
{
	for (size_t i = 0; i < 9; i++)
		if (i == 4 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return text[9] == '\0' || text[9] == ',' || text[9] == ':';
}

static void module_param(const struct gp_case *c, struct gp_findings *out)
{
	static const char middle[] = ": unknown parameter '";
	const struct gp_klog *klog = &c->facts->kernel.klog;
	const struct gp_klog_hit *hit = NULL;
	size_t before = out->n;

	while ((hit = gp_klog_next(klog, GP_KLOG_MODULE_PARAM, hit))) {
		const char *colon = strstr(hit->text, middle), *name;
		struct gp_finding *finding;
		size_t length;

		if (!colon) /* cut off: no line of the kernel's */
			continue;
		name = colon + strlen(middle);
		length = strcspn(name, "'");
		if (is_pci_id(gp_strndup(out->arena, name, length)))
			continue;
		finding = gp_find(out, GP_WARN, gp_evidence(out, KERNEL_LOG, hit->text),
			"module %.*s has no parameter %.*s", (int)(colon - hit->text), hit->text,
			(int)length, name);
		finding->subject = gp_printf(out->arena, "%.*s.%.*s", (int)(colon - hit->text),
			hit->text, (int)length, name);
	}
	if (out->n != before)
		return;
	if (klog->whole)
		gp_find(out, GP_PASS, KERNEL_LOG, "no module refused a parameter");
	else
		find_log_unknown(c, out);
}

/* ---- parameters that are wrong in themselves */

static const char *bad_intel_option(struct gp_arena *arena, const struct gp_param *param)
{
	static const char *const known[] = {"on", "off", "igfx_off", "forcedac", "strict", "sp_off",
		"sm_on", "sm_off", "tboot_noforce"};
	struct gp_strings given = gp_split(arena, param->value ? param->value : "", ",");

	gp_each (option, &given) {
		bool is_known = false;

		for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
			is_known |= gp_starts_with(*option, known[i]);
		if (!is_known)
			return *option;
	}
	return NULL;
}

/* Whether VT-d may be off because the option that was to turn it on is none. */
static bool keeps_vtd_off(const struct gp_case *c)
{
	const struct gp_param *by;

	return gp_iommu_in_use(&c->facts->iommu) == 0 &&
	       gp_firmware_offers_intel(&c->facts->firmware) == 1 &&
	       gp_intel_iommu_said(&c->facts->kernel.cmdline, &by) < 0 &&
	       gp_intel_starts_by_itself(c) != 1;
}

static void intel_bad_option(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_cmdline *cmdline = &c->facts->kernel.cmdline;
	enum gp_verdict verdict = keeps_vtd_off(c) ? GP_FAIL : GP_WARN;
	size_t before = out->n;

	if (cmdline_unknown(c, out))
		return;
	gp_each (param, cmdline) {
		const char *bad = strcmp(param->name, "intel_iommu") == 0
					  ? bad_intel_option(out->arena, param)
					  : NULL;
		struct gp_finding *finding;

		if (!bad)
			continue;
		finding = gp_find(out, verdict, gp_evidence(out, CMDLINE, param->raw),
			"intel_iommu has no option %s%s", bad,
			strcmp(bad, "pt") == 0 ? ": pt belongs to iommu=" : "");
		finding->subject = param->raw;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
		if (!gp_cmdline_option(cmdline, "intel_iommu", "on") || strchr(param->value, ','))
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_ADD, "intel_iommu=on", "", 0});
		if (strcmp(bad, "pt") == 0)
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_ADD, "iommu=pt", "", 0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, CMDLINE, "intel_iommu has only options that exist");
}

static void amd_on_bogus(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_finding *finding;

	if (cmdline_unknown(c, out))
		return;
	if (!gp_cmdline_has(&c->facts->kernel.cmdline, "amd_iommu=on")) {
		gp_find(out, GP_PASS, CMDLINE, "no amd_iommu=on");
		return;
	}
	finding = gp_find(out, GP_NOTE, gp_evidence(out, CMDLINE, "amd_iommu=on"),
		"amd_iommu=on does nothing: the AMD IOMMU is on unless it is turned off");
	finding->subject = "amd_iommu=on";
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, "amd_iommu=on", "", 0});
}

/* Whether the kernel honours pcie_acs_override=: 1, 0, -1 not known. */
static int acs_honoured(const struct gp_case *c, struct gp_arena *arena)
{
	static const char *const patched[] = {"-pve", "zen", "liquorix", "xanmod"};
	const struct gp_klog *klog = &c->facts->kernel.klog;
	const struct gp_klog_hit *hit = gp_klog_next(klog, GP_KLOG_UNKNOWN_PARAM, NULL);
	const char *release = c->facts->platform.kernel;

	if (gp_klog_next(klog, GP_KLOG_ACS_OVERRIDE, NULL))
		return 1;
	if (hit) {
		struct gp_strings names = unknown_params(arena, hit);
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

	if (cmdline_unknown(c, out))
		return NULL;
	if (!param)
		gp_find(out, GP_PASS, CMDLINE, "no pcie_acs_override");
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
		gp_find(out, GP_PASS, KERNEL_LOG, "this kernel honours pcie_acs_override");
		return;
	case 0:
		finding = gp_find(out, GP_WARN, gp_evidence(out, CMDLINE, param->raw),
			"this kernel lacks the patch that pcie_acs_override needs: it does nothing");
		finding->subject = param->raw;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
		return;
	default:
		find_log_unknown(c, out);
	}
}

static void acs_security(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_param *param = acs_param(c, out);
	struct gp_finding *finding;

	if (!param)
		return;
	switch (acs_honoured(c, out->arena)) {
	case 0:
		gp_find(out, GP_PASS, KERNEL_LOG, "the override is not in effect");
		return;
	case 1:
		finding = gp_find(out, GP_WARN, gp_evidence(out, CMDLINE, param->raw),
			"pcie_acs_override is in effect: devices that it calls isolated can reach "
			"each other's memory");
		finding->subject = param->raw;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
		return;
	default:
		find_log_unknown(c, out);
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

static void efifb_off(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_klog_hit *simple = gp_klog_next(&kernel->klog, GP_KLOG_SIMPLEDRM, NULL);
	const char *line = kernel->iomem.value;
	bool held = *line != '\0';
	bool found = false;

	if (cmdline_unknown(c, out))
		return;
	gp_each (param, &kernel->cmdline) {
		struct gp_finding *finding;

		if (!is_framebuffer_off(param))
			continue;
		found = true;
		if (!held && !simple) {
			bool knows = gp_is_present(&kernel->iomem.from) && kernel->klog.whole;
			finding = gp_find(out, knows ? GP_NOTE : GP_UNKNOWN,
				gp_evidence(out, CMDLINE, param->raw),
				knows ? "%s is not needed: no boot framebuffer is left"
				      : "whether %s freed the boot framebuffer could not be measured",
				param->raw);
			finding->subject = param->raw;
			continue;
		}
		finding = gp_find(out, GP_WARN,
			held ? gp_evidence(out, "/proc/iomem",
				       gp_strndup(out->arena, line, strcspn(line, "\n")))
			     : gp_evidence(out, KERNEL_LOG, simple->text),
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
		gp_find(out, GP_PASS, CMDLINE, "no video=efifb:off or its kin");
}

/* Whether a GPU of that vendor (0: of any) has no driver; where there is no GPU, nobody knows. */
static bool some_gpu_is_idle(const struct gp_case *c, uint16_t vendor)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if ((!vendor || c->gpus[i]->vendor_id == vendor) && !gp_pci_is_native(c->gpus[i]))
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
	const struct gp_klog_hit *hit =
		gp_klog_next(&c->facts->kernel.klog, GP_KLOG_NOMODESET, NULL);
	size_t before = out->n;

	if (cmdline_unknown(c, out))
		return;
	for (size_t i = 0; i < GP_ARRAY_SIZE(off); i++) {
		bool idle = some_gpu_is_idle(c, off[i].vendor);
		struct gp_finding *finding;

		if (!gp_cmdline_has(&c->facts->kernel.cmdline, off[i].raw))
			continue;
		finding = gp_find(out, idle ? GP_FAIL : GP_NOTE,
			hit && i == 0 ? gp_evidence(out, KERNEL_LOG, hit->text)
				      : gp_evidence(out, CMDLINE, off[i].raw),
			idle ? "%s keeps the GPU's driver from starting"
			     : "%s is set and keeps no driver from a GPU here",
			off[i].raw);
		finding->subject = off[i].raw;
		if (idle)
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_REMOVE, off[i].raw, "", 0});
	}
	if (out->n == before)
		gp_find(out, GP_PASS, CMDLINE, "nothing keeps graphics drivers from starting");
}

static void rd_driver_pre(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_platform *platform = &c->facts->platform;
	const struct gp_param *param = gp_cmdline_last(&c->facts->kernel.cmdline, "rd.driver.pre");
	struct gp_finding *finding;

	if (cmdline_unknown(c, out))
		return;
	if (!param) {
		gp_find(out, GP_PASS, CMDLINE, "no rd.driver.pre");
		return;
	}
	if (platform->initrd == GP_INITRD_UNKNOWN) {
		gp_find(out, GP_UNKNOWN, CMDLINE, "with what the initrd is made is not known");
		return;
	}
	if (platform->initrd == GP_INITRD_DRACUT) {
		gp_find(out, GP_PASS, CMDLINE, "the initrd is made by dracut, which reads %s",
			param->raw);
		return;
	}
	finding = gp_find(out, GP_WARN, gp_evidence(out, CMDLINE, param->raw),
		"%s is read by dracut alone, and this initrd is made by %s", param->raw,
		gp_initrd_name(platform->initrd));
	finding->subject = param->raw;
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vfio_pci", "", 0});
}

static const struct gp_check checks[] = {
	{
		.id = "cmdline-not-applied",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_FAIL,
		.title = "a kernel parameter is set but not in effect",
		.why = "What counts is the command line that the running kernel was started with, not "
		       "what a file says.",
		.mend = "Write it to the file that this boot loader reads, regenerate, reboot.",
		.reference = "Proxmox VE administration guide, Editing the Kernel Commandline",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL,
		.run = cmdline_not_applied,
	},
	{
		.id = "grub-two-lines",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_FAIL,
		.title = "/etc/default/grub does not say what it seems to say",
		.why = "The file is a shell script: the last of two lines wins, a name that GRUB does "
		       "not know is ignored, and typographic quotes are letters.",
		.mend = "Keep one GRUB_CMDLINE_LINUX_DEFAULT line, in straight quotes.",
		.reference = "GRUB manual, Simple configuration handling",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL,
		.run = grub_two_lines,
	},
	{
		.id = "kernel-unknown-param",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_WARN,
		.title = "the kernel does not know a parameter",
		.why = "A parameter with a slip in its name is silently ignored.",
		.mend = "Correct or remove it.",
		.reference = "Linux, init/main.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL,
		.run = unknown_param,
	},
	{
		.id = "module-unknown-param",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_WARN,
		.title = "a kernel module does not know a parameter",
		.why = "The option is ignored; often it belongs to another version of the driver.",
		.mend = "Correct it, remove it, or install the driver that has it.",
		.reference = "Linux, kernel/module/main.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL,
		.run = module_param,
	},
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

const struct gp_check_table gp_kernel_checks = {checks, GP_ARRAY_SIZE(checks)};
