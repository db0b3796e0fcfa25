/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel says it did not understand. */
#include <ctype.h>
#include <string.h>

#include "kernel/check-help.h"
#include "kernel/checks.h"
#include "kernel/words.h"

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

/* What may be set right without asking; of others it is only said that they do nothing. */
static bool is_helpful(const char *name, const char *value)
{
	static const char *const names[] = {"vfio-pci.ids", "i915.enable_guc", "i915.enable_gvt",
		"i915.max_vfs", "xe.max_vfs", "kvm.ignore_msrs"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
		if (gp_same_name(names[i], name))
			return *value == '=';
	return (strcmp(name, "intel_iommu") == 0 && strcmp(value, "=on") == 0) ||
	       (strcmp(name, "iommu") == 0 && strcmp(value, "=pt") == 0);
}

static void say_unknown_param(struct gp_findings *out, const char *raw, const char *line)
{
	/* What checks of their own tell of. */
	static const char *own_check[] = {"pcie_acs_override", "i915_enable_guc", "enable_guc"};
	static const char *others[] = {"BOOT_IMAGE", "boot", "splash", "nosplash", "initrd"};
	const struct gp_strings skipped = {own_check, GP_ARRAY_SIZE(own_check)};
	const struct gp_strings benign = {others, GP_ARRAY_SIZE(others)};
	const char *name = gp_strndup(out->arena, raw, strcspn(raw, "="));
	const char *meant = meant_instead_of(name);
	struct gp_finding *finding;

	if (is_benign(&skipped, name) || is_benign(&benign, name))
		return;
	if (!meant && !gp_param_matters(name)) {
		finding = gp_find(out, GP_NOTE, gp_evidence(out, GP_KERNEL_LOG, line),
			"the kernel does not know %s and leaves it to user space", raw);
		finding->subject = raw;
		return;
	}
	finding = gp_find(out, GP_WARN, gp_evidence(out, GP_KERNEL_LOG, line),
		meant ? "the kernel does not know %s; %s is meant, it seems"
		      : "the kernel does not know %s, so it has no effect",
		raw, meant);
	finding->subject = raw;
	gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_REMOVE, raw, "", 0});
	if (meant && is_helpful(meant, raw + strcspn(raw, "=")))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD,
				gp_printf(out->arena, "%s%s", meant, raw + strcspn(raw, "=")), "",
				0});
}

static void unknown_param(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_log_hit *hit = gp_log_next(klog, GP_LOG_UNKNOWN_PARAM, NULL);
	size_t before = out->n;

	if (!hit && !klog->whole) {
		gp_find_log_unknown(c, out);
		return;
	}
	if (hit) {
		struct gp_strings names = gp_unknown_params(out->arena, hit);
		gp_each (name, &names)
			say_unknown_param(out, *name, hit->text);
	}
	if (out->n == before)
		gp_find(out, GP_PASS, GP_KERNEL_LOG,
			"the kernel knows every parameter it was given");
}

static bool is_pci_id(const char *text)
{
	for (size_t i = 0; i < 9; i++)
		if (i == 4 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return text[9] == '\0' || text[9] == ',' || text[9] == ':';
}

/* Why a driver lacks a parameter that it is known for: the check that tells, or NULL. */
static const char *reason_to_lack(const char *module, const char *name)
{
	static const struct {
		const char *name, *reason;
	} known[] = {{"max_vfs", "sriov-stock-i915"}, {"enable_gvt", "gvt-kconfig-missing"}};

	for (size_t i = 0; i < GP_ARRAY_SIZE(known) && strcmp(module, "i915") == 0; i++)
		if (strcmp(known[i].name, name) == 0)
			return known[i].reason;
	return NULL;
}

static const struct gp_function *driven_by(const struct gp_case *c, const char *module)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (c->gpus[i]->driver && gp_same_name(c->gpus[i]->driver, module))
			return c->gpus[i];
	return NULL;
}

static void say_refused(const struct gp_case *c, struct gp_findings *out, const char *line,
	const char *module, const char *name)
{
	struct gp_finding *finding = gp_find(out, GP_WARN, gp_evidence(out, GP_KERNEL_LOG, line),
		"module %s has no parameter %s", module, name);

	finding->subject = gp_printf(out->arena, "%s.%s", module, name);
	finding->gpu = driven_by(c, module);
	finding->waits_for = reason_to_lack(module, name);
}

static void module_param(const struct gp_case *c, struct gp_findings *out)
{
	static const char middle[] = ": unknown parameter '";
	const struct gp_log *klog = &c->facts->kernel.klog;
	const struct gp_log_hit *hit = NULL;
	size_t before = out->n;

	while ((hit = gp_log_next(klog, GP_LOG_MODULE_PARAM, hit))) {
		const char *colon = strstr(hit->text, middle), *name;

		if (!colon) /* cut off: no line of the kernel's */
			continue;
		name = colon + strlen(middle);
		name = gp_strndup(out->arena, name, strcspn(name, "'"));
		if (!is_pci_id(name))
			say_refused(c, out, hit->text,
				gp_strndup(out->arena, hit->text, (size_t)(colon - hit->text)),
				name);
	}
	if (out->n != before)
		return;
	if (klog->whole)
		gp_find(out, GP_PASS, GP_KERNEL_LOG, "no module refused a parameter");
	else
		gp_find_log_unknown(c, out);
}

static const struct gp_check checks[] = {
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
};

const struct gp_check_table gp_kernel_unknown_checks = {checks, GP_ARRAY_SIZE(checks)};
