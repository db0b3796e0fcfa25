/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What i915 and xe were told about their microcontroller (GuC), and whether it is heeded. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/check-help.h"
#include "driver/checks.h"
#include "driver/options.h"
#include "kernel/configured.h"
#include "sriov/check-help.h"
#include "gpu/models.h"
#include "kernel/configured.h"
#include "kernel/words.h"

/* Bits of enable_guc (drivers/gpu/drm/i915/i915_params.c); -1 leaves it to the driver. */
#define SUBMISSION 1
#define LOAD_HUC   2
#define AUTOMATIC  (-1)
#define NO_NUMBER  INT64_MIN

static int64_t number_of(const char *text)
{
	char *end;
	int64_t number;

	errno = 0;
	number = strtoll(text, &end, 0);
	return errno || end == text || *end ? NO_NUMBER : number;
}

static bool is_known_value(int64_t value)
{
	return value >= AUTOMATIC && value <= (SUBMISSION | LOAD_HUC);
}

/*
 * What the driver does by itself (uc_expand_default_options() in
 * drivers/gpu/drm/i915/gt/uc/intel_uc.c); -1: not known.
 */
static int default_of(const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	static const struct {
		const char *platform;
		int value;
	} exceptions[] = {{"Tiger Lake", 0}, {"Rocket Lake", 0}, {"Alder Lake-S", LOAD_HUC}};

	if (!model || !model->graphics || !model->platform)
		return -1;
	for (size_t i = 0; i < GP_ARRAY_SIZE(exceptions); i++)
		if (gp_starts_with(model->platform, exceptions[i].platform))
			return exceptions[i].value;
	return model->graphics < 120 ? 0 : SUBMISSION | LOAD_HUC;
}

/* What i915 was told, as it heeds it now; NULL: nothing, so the default holds. */
static const char *told(
	const struct gp_case *c, const struct gp_options *options, const struct gp_option **ret_by)
{
	const char *loaded = gp_module_param(&c->facts->modules, "i915", "enable_guc");
	const struct gp_option *option = gp_option_last(options, "enable_guc");
	bool agrees = option && (!loaded || number_of(loaded) == number_of(option->value));

	*ret_by = agrees ? option : NULL;
	return loaded ? loaded : option ? option->value : NULL;
}

/* A VF that this guest was given, and that works: there is no other way for it to. */
static bool is_working_vf(const struct gp_case *c, const struct gp_function *gpu)
{
	return !(c->roles & GP_ROLE_HOST) && gp_pci_is_native(gpu) &&
	       gp_guest_passed_as(&c->facts->guest, gpu) == GP_PASSED_VF &&
	       gp_nodes_render(&c->facts->nodes, gpu->address);
}

/* Whether the driver hands work to GuC, which VFs need: 1, 0, -1 not known. */
static int submits(
	const struct gp_case *c, const struct gp_function *gpu, const struct gp_options *options)
{
	const struct gp_log_hit *on = gp_log_last_of(c, GP_LOG_GUC_ON, gpu);
	const struct gp_log_hit *off = gp_log_last_of(c, GP_LOG_GUC_OFF, gpu);
	const struct gp_option *by;
	const char *text = told(c, options, &by);
	int64_t value = text ? number_of(text) : AUTOMATIC;

	if (is_working_vf(c, gpu))
		return 1;
	if (on || off)
		return !off || on > off;
	if (value == AUTOMATIC || value == NO_NUMBER)
		value = default_of(gpu);
	return value < 0 ? -1 : (value & SUBMISSION) != 0;
}

static bool is_on_i915(const struct gp_function *gpu)
{
	return gpu->vendor_id == GP_INTEL && (!gpu->driver || strcmp(gpu->driver, "i915") == 0);
}

static bool vfs_wanted(const struct gp_case *c, const struct gp_function *gpu)
{
	return gp_wanted_modes(c, gpu) & GP_MODE_VF;
}

/* ---- guc-param-typo */

static bool is_known_parameter(const char *name)
{
	static const char *const known[] = {"enable_guc", "guc_log_level", "guc_firmware_path",
		"huc_firmware_path", "gsc_firmware_path", "dmc_firmware_path", "enable_gvt"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
		if (gp_same_name(known[i], name))
			return true;
	return false;
}

/* enable_nuc, enabe_guc, guc, enable_guc_submission: what was meant is enable_guc. */
static bool is_slip_of_guc(struct gp_arena *arena, const char *name)
{
	const char *meant;

	if (is_known_parameter(name))
		return false;
	meant = gp_param_meant(gp_printf(arena, "i915.%s", name));
	return strstr(name, "guc") || gp_equal(meant, "i915.enable_guc");
}

/* i915_enable_guc=3 and enable_guc=3 are told to no module. */
static void add_lost_params(
	const struct gp_case *c, struct gp_arena *arena, struct gp_options *options)
{
	gp_each (param, &c->facts->kernel.cmdline)
		if (gp_same_name(param->name, "i915_enable_guc") ||
			gp_same_name(param->name, "enable_guc"))
			*gp_push(arena, options) = (struct gp_option){.module = "i915",
				.name = param->name,
				.value = param->value ? param->value : "",
				.param = param,
				.where = gp_printf(arena, "/proc/cmdline: \"%s\"", param->raw)};
}

/* Whether a GPU lacks what the slip was to bring. */
static bool is_missed(const struct gp_case *c, const struct gp_options *options)
{
	for (size_t i = 0; i < c->n_gpus; i++)
		if (is_on_i915(c->gpus[i]) && !c->gpus[i]->numvfs && vfs_wanted(c, c->gpus[i]) &&
			submits(c, c->gpus[i], options) != 1)
			return true;
	return false;
}

static void say_slip(const struct gp_case *c, struct gp_findings *out,
	const struct gp_options *options, const struct gp_option *slip)
{
	const struct gp_option *right = gp_option_last(options, "enable_guc");
	bool missed = !right && is_missed(c, options);
	int64_t value = number_of(slip->value);
	struct gp_finding *finding = gp_find(out, missed ? GP_FAIL : GP_WARN, slip->where,
		"i915 has no parameter %s, so it has no effect: %s", slip->name,
		right ? "enable_guc is set beside it" : "enable_guc is meant");

	finding->subject = gp_printf(out->arena, "i915.%s", slip->name);
	if (missed)
		finding->modes = GP_MODE_VF;
	gp_mend_option(out, finding, slip,
		right || !is_known_value(value)
			? NULL
			: gp_printf(out->arena, "enable_guc=%lld", (long long)value));
	gp_mend_reboot(out, finding, slip->directive != NULL);
}

static void param_typo(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_options options = gp_options_of(c, out->arena, "i915");
	struct gp_options all = gp_options_of(c, out->arena, "i915");
	size_t before = out->n;

	add_lost_params(c, out->arena, &all);
	gp_each (option, &all)
		if (is_slip_of_guc(out->arena, option->name))
			say_slip(c, out, &options, option);
	if (out->n == before)
		gp_find(out, GP_PASS, "/proc/cmdline; /etc/modprobe.d",
			"enable_guc is not misspelt");
}

/* ---- guc-value-7 */

/* The kernel does not load a module with a word where a number has to be. */
static enum gp_verdict harm_of(const struct gp_case *c, int64_t value)
{
	if (value == NO_NUMBER)
		return GP_FAIL;
	if (value & SUBMISSION)
		return gp_i915_offers_none(c) ? GP_FAIL : GP_WARN;
	return !c->modes || c->modes & GP_MODE_VF ? GP_FAIL : GP_WARN;
}

static const char *what_is_wrong(int64_t value)
{
	if (value == NO_NUMBER)
		return "is no number: i915 does not load with it";
	return value & SUBMISSION ? "has bits that do not exist; 3 is all there is"
				  : "is no value of it, and turns GuC submission off";
}

/* "Incompatible option enable_guc=7 - undocumented flag" */
static const char *said_value(struct gp_arena *arena, const struct gp_log_hit *hit)
{
	const char *value = strstr(hit->text, "enable_guc=");

	value = value ? value + strlen("enable_guc=") : "";
	return gp_strndup(arena, value, strspn(value, "-0123456789"));
}

static void bad_value(const struct gp_case *c, struct gp_findings *out)
{
	struct gp_options options = gp_options_of(c, out->arena, "i915");
	const struct gp_option *by;
	const char *text = told(c, &options, &by);
	const struct gp_log_hit *hit = gp_any_log(c, GP_LOG_GUC_OPTION);
	int64_t value;
	struct gp_finding *finding;

	if (!text && hit)
		text = said_value(out->arena, hit);
	value = text ? number_of(text) : AUTOMATIC;
	if (is_known_value(value)) {
		gp_find(out, GP_PASS, by ? by->where : "/sys/module/i915/parameters",
			text ? "enable_guc=%s is a value that exists" : "enable_guc is not set",
			text);
		return;
	}
	finding = gp_find(out, harm_of(c, value),
		by ? by->where : "/sys/module/i915/parameters/enable_guc", "enable_guc=%s %s", text,
		what_is_wrong(value));
	finding->subject = "i915.enable_guc";
	if (finding->verdict == GP_FAIL && value != NO_NUMBER)
		finding->modes = GP_MODE_VF;
	if (by)
		gp_mend_option(out, finding, by, "enable_guc=3");
	gp_mend_reboot(out, finding, by && by->directive);
}

/* ---- guc-forced-off */

static void say_off(struct gp_findings *out, const struct gp_function *gpu,
	const struct gp_option *by, enum gp_verdict verdict, const char *text)
{
	struct gp_finding *finding = gp_find_gpu(out, verdict, gpu, by->where, "%s", text);
	bool by_itself = default_of(gpu) == (SUBMISSION | LOAD_HUC);

	gp_mend_option(out, finding, by, by_itself ? NULL : "enable_guc=3");
	gp_mend_reboot(out, finding, by->directive != NULL);
	finding->modes = GP_MODE_VF;
	finding->waits_for = "guest-guc-disabled";
}

/* Nobody said anything, and the driver does not turn it on by itself on this platform. */
static void say_default(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_options *options)
{
	struct gp_finding *finding;

	if (!(c->roles & GP_ROLE_HOST)) {
		gp_find_gpu(out, GP_PASS, gpu, "/sys/module/i915/parameters/enable_guc",
			"enable_guc is left to the driver; guest-guc-disabled looks at what it did");
		return;
	}
	if (!vfs_wanted(c, gpu) || gpu->numvfs || submits(c, gpu, options) != 0) {
		gp_find_gpu(out, GP_PASS, gpu, "/sys/module/i915/parameters/enable_guc",
			"enable_guc is left to the driver");
		return;
	}
	finding = gp_find_gpu(out, GP_WARN, gpu, "/sys/module/i915/parameters/enable_guc",
		"GuC submission, which VFs need, is off on this platform unless enable_guc=3 is "
		"set");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_LINE, "/etc/modprobe.d/gpupass.conf",
			"options i915 enable_guc=3", 0});
	gp_mend_reboot(out, finding, true);
	finding->modes = GP_MODE_VF;
	finding->waits_for = gp_name_configured_in_vain(c, out->arena, "i915.enable_guc");
}

static void forced_off_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct gp_options options = gp_options_of(c, out->arena, "i915");
	const struct gp_option *by;
	const char *text = told(c, &options, &by);
	int64_t value = text ? number_of(text) : AUTOMATIC;
	int by_itself = default_of(gpu);

	if (!is_on_i915(gpu))
		gp_find_gpu(out, GP_SKIP, gpu, gpu->driver_from.path, "%s drives it, not i915",
			gpu->driver ? gpu->driver : "no driver");
	else if (value == AUTOMATIC || value == NO_NUMBER || !by)
		say_default(c, out, gpu, &options);
	else if (value & SUBMISSION || gpu->numvfs || submits(c, gpu, &options) == 1)
		gp_find_gpu(out, GP_PASS, gpu, by->where, "enable_guc=%s", text);
	else if (vfs_wanted(c, gpu) && by_itself < 0 && !gpu->totalvfs)
		gp_find_gpu(out, GP_UNKNOWN, gpu, by->where,
			"enable_guc=%s turns GuC submission off; whether this GPU would use it is "
			"not known",
			text);
	else if (vfs_wanted(c, gpu) || by_itself == (SUBMISSION | LOAD_HUC))
		say_off(out, gpu, by, vfs_wanted(c, gpu) ? GP_FAIL : GP_WARN,
			gp_printf(out->arena,
				"enable_guc=%s turns GuC submission off, which VFs need", text));
	else
		gp_find_gpu(
			out, GP_PASS, gpu, by->where, "enable_guc=%s, and no VFs are wanted", text);
}

static void forced_off(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_INTEL, forced_off_of);
}

/* ---- i915-opts-on-xe */

static bool is_number_above_0(const char *text)
{
	int64_t number = number_of(text);

	return number != NO_NUMBER && number > 0;
}

static bool any_on_i915(const struct gp_case *c)
{
	gp_each (function, &c->facts->pci)
		if (function->driver && strcmp(function->driver, "i915") == 0)
			return true;
	return false;
}

/* What was told to i915 and is lost on xe: the VFs where max_vfs is among it. */
static void say_lost_on_xe(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct gp_option *lost, const struct gp_option *of_xe)
{
	bool is_vfs = strcmp(lost->name, "max_vfs") == 0 && is_number_above_0(lost->value);
	bool missed = is_vfs && !of_xe && !gpu->numvfs && !gpu->totalvfs;
	struct gp_finding *finding = gp_find_gpu(out,
		!any_on_i915(c) ? (missed && vfs_wanted(c, gpu) ? GP_FAIL : GP_WARN) : GP_NOTE, gpu,
		lost->where, "xe drives the GPU, so i915.%s=%s does nothing for it", lost->name,
		lost->value);

	if (finding->verdict == GP_NOTE)
		return;
	if (missed)
		finding->modes = GP_MODE_VF;
	gp_mend_option(out, finding, lost, NULL);
	if (missed)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_CMDLINE_ADD,
				gp_printf(out->arena, "xe.max_vfs=%s", lost->value), "", 0});
	gp_mend_reboot(out, finding, lost->directive != NULL);
}

static bool is_about_xe_gpu(const char *name)
{
	static const char *const names[] = {"enable_guc", "enable_gvt", "max_vfs", "enable_huc"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++)
		if (gp_same_name(names[i], name))
			return true;
	return false;
}

static void opts_on_xe_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	struct gp_options i915 = gp_options_of(c, out->arena, "i915");
	struct gp_options xe = gp_options_of(c, out->arena, "xe");
	const struct gp_option *wrong = gp_option_last(&xe, "enable_guc");
	size_t before = out->n;

	if (!gpu->driver || strcmp(gpu->driver, "xe") != 0) {
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "xe does not drive it");
		return;
	}
	gp_each (option, &i915)
		if (is_about_xe_gpu(option->name) && option == gp_option_last(&i915, option->name))
			say_lost_on_xe(c, out, gpu, option, gp_option_last(&xe, option->name));
	if (wrong) {
		struct gp_finding *finding = gp_find_gpu(out, GP_WARN, gpu, wrong->where,
			"xe has no parameter enable_guc: it always uses GuC");

		gp_mend_option(out, finding, wrong, NULL);
	}
	if (out->n == before)
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
			"xe drives it, and no option is for i915");
}

static void opts_on_xe(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_INTEL, opts_on_xe_of);
}

static const struct gp_check checks[] = {
	{
		.id = "guc-param-typo",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "enable_guc is misspelt",
		.why = "i915 ignores a parameter it does not know, so GuC stays as it is by default; "
		       "VFs need it on.",
		.mend = "i915.enable_guc=3",
		.reference = "Linux, drivers/gpu/drm/i915/i915_params.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.run = param_typo,
	},
	{
		.id = "guc-value-7",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "enable_guc has a value that does not exist",
		.why = "Its bits are 1 (GuC submission) and 2 (load HuC). Other bits are ignored, and "
		       "words keep the module from loading.",
		.mend = "i915.enable_guc=3 for VFs; 2 for HuC alone on older platforms.",
		.reference = "Linux, drivers/gpu/drm/i915/gt/uc/intel_uc.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.run = bad_value,
	},
	{
		.id = "guc-forced-off",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "GuC submission is off",
		.why = "VFs are scheduled by GuC: without its submission i915 makes none.",
		.mend = "Remove enable_guc where the platform has it on by itself; else set it to 3.",
		.reference = "Linux, drivers/gpu/drm/i915/gt/uc/intel_uc.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.needs = {"guc-param-typo", "guc-value-7"},
		.run = forced_off,
	},
	{
		.id = "i915-opts-on-xe",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "options for i915 where xe drives the GPU",
		.why = "The two drivers have parameters of their own; what is told to the other is "
		       "lost.",
		.mend = "Say it to xe (xe.max_vfs=), or have i915 drive the GPU.",
		.reference = "Linux, drivers/gpu/drm/xe/xe_module.c",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.needs = {"i915-xe-both"},
		.run = opts_on_xe,
	},
};

const struct gp_check_table gp_driver_guc_checks = {checks, GP_ARRAY_SIZE(checks)};
