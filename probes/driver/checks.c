/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver/check-help.h"
#include "driver/checks.h"

#include "gpu/models.h"

#include <string.h>

/* The kernel drivers of a vendor's GPUs. */
static const struct {
	uint16_t vendor;
	const char *drivers[4];
} native_drivers[] = {
	{0x8086, {"i915", "xe"}},
	{0x1002, {"amdgpu", "radeon"}},
	{0x10de, {"nvidia", "nouveau"}},
};

static bool is_driver_of(const struct gp_function *gpu, const char *module)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(native_drivers); i++) {
		if (native_drivers[i].vendor != gpu->vendor_id)
			continue;
		for (const char *const *driver = native_drivers[i].drivers; *driver; driver++)
			if (gp_same_name(*driver, module))
				return true;
	}
	return false;
}

/* The parameter without that module: "module_blacklist=a,b" less b; "" where nothing is left. */
static const char *param_without(
	struct gp_arena *arena, const struct gp_param *param, const char *module)
{
	struct gp_strings modules = gp_split(arena, param->value, ","), kept = {0};

	gp_each (name, &modules)
		if (!gp_same_name(*name, module))
			gp_strings_add(arena, &kept, *name);
	return kept.n ? gp_printf(arena, "%s=%s", param->name, gp_join(arena, &kept, ",")) : "";
}

/* Whether this kernel gives the GPU to the driver without being asked to. */
static bool takes_by_itself(
	const struct gp_case *c, const struct gp_function *gpu, const char *driver)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const char *release = c->facts->platform.kernel;

	for (const struct gp_driver_since *way = model ? model->native : NULL; way && way->driver;
		way++)
		if (gp_same_name(way->driver, driver))
			return !way->force_probe && release &&
			       gp_kernel_at_least(release, way->major, way->minor);
	return false;
}

/* A blacklist that only keeps a driver away which would not come: "module_blacklist=xe". */
static bool is_idle(const struct gp_case *c, const struct gp_function *gpu, const char *module,
	const char *other)
{
	return takes_by_itself(c, gpu, other) && !takes_by_itself(c, gpu, module);
}

/* The driver that a GPU may have instead: a blacklist for its sake is no fault. NULL: none. */
static const char *other_driver(const struct gp_case *c, struct gp_arena *arena,
	const struct gp_function *gpu, const char *module)
{
	static const char *const drivers[] = {
		"i915", "xe", "amdgpu", "radeon", "nvidia", "nouveau"};
	const struct gp_kernel *kernel = &c->facts->kernel;

	for (size_t i = 0; i < GP_ARRAY_SIZE(drivers); i++) {
		const char *other = drivers[i];

		if (gp_same_name(other, module) || !is_driver_of(gpu, other) ||
			gp_is_barred(kernel, arena, other))
			continue;
		if (gp_kernel_has_module(kernel, other) || gp_same_name(module, "nouveau") ||
			is_idle(c, gpu, module, other))
			return other;
	}
	return NULL;
}

/* Says it; NULL where there is nothing to mend. */
static struct gp_finding *say_barred(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const char *module, const char *evidence)
{
	const char *other = other_driver(c, out->arena, gpu, module);

	if (!other)
		return gp_find_gpu(out, gp_may_be_for_a_vm(c) ? GP_NOTE : GP_FAIL, gpu, evidence,
			gpu->driver ? "%s is blacklisted, so it cannot drive the GPU, which %s has"
				    : "%s is blacklisted, so nothing drives the GPU",
			module, gpu->driver);
	if (is_idle(c, gpu, module, other))
		gp_find_gpu(out, GP_NOTE, gpu, evidence,
			"%s is blacklisted, and this GPU belongs to %s", module, other);
	else if (gp_kernel_has_module(&c->facts->kernel, other))
		gp_find_gpu(out, GP_NOTE, gpu, evidence,
			"%s is blacklisted; %s is loaded and does not drive the GPU either", module,
			other);
	else
		gp_find_gpu(out, GP_WARN, gpu, evidence,
			"%s is blacklisted and %s is not loaded, so nothing drives the GPU", module,
			other);
	return NULL;
}

static size_t look_at_cmdline(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	size_t found = 0;

	gp_each (param, &c->facts->kernel.cmdline) {
		struct gp_strings modules;

		if (!gp_is_blacklist(param))
			continue;
		modules = gp_split(out->arena, param->value, ",");
		gp_each (module, &modules) {
			const char *rest = param_without(out->arena, param, *module);
			struct gp_finding *finding;

			if (!is_driver_of(gpu, *module))
				continue;
			found++;
			finding = say_barred(c, out, gpu, *module,
				gp_evidence(out, "/proc/cmdline", param->raw));
			if (!finding)
				continue;
			gp_mend(out, finding,
				(struct gp_step){GP_STEP_CMDLINE_REMOVE, param->raw, "", 0});
			if (*rest)
				gp_mend(out, finding,
					(struct gp_step){GP_STEP_CMDLINE_ADD, rest, "", 0});
		}
	}
	return found;
}

static size_t look_at_modprobe(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	size_t found = 0;

	gp_each (directive, &c->facts->kernel.modprobe) {
		struct gp_finding *finding;

		if (!gp_bars_module(directive) || !is_driver_of(gpu, directive->module))
			continue;
		found++;
		finding = say_barred(c, out, gpu, directive->module,
			gp_printf(out->arena, "%s:%zu: \"%s\"", directive->file, directive->line,
				directive->text));
		if (finding)
			gp_mend(out, finding,
				(struct gp_step){
					GP_STEP_REPLACE, directive->file, "", directive->line});
	}
	return found;
}

/*
 * Where no GPU is known, and the host's driver of one is wanted: a driver that few blacklist for
 * anything but passing a GPU on.
 */
static bool barred_by_itself(const struct gp_case *c, struct gp_findings *out)
{
	static const char *const drivers[] = {"i915", "xe", "amdgpu", NULL};
	size_t before = out->n;

	if (!c->facts->is_partial || !(c->modes & GP_MODES_HOST_DRIVER))
		return false;
	gp_each (directive, &c->facts->kernel.modprobe) {
		if (!gp_bars_module(directive) || !gp_is_one_of(directive->module, drivers))
			continue;
		gp_mend(out,
			gp_find(out, GP_FAIL,
				gp_printf(out->arena, "%s:%zu: \"%s\"", directive->file,
					directive->line, directive->text),
				"%s is kept from loading, so nothing drives the GPU",
				directive->module),
			(struct gp_step){GP_STEP_REPLACE, directive->file, "", directive->line});
	}
	return out->n > before;
}

static void blacklisted(const struct gp_case *c, struct gp_findings *out)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];

		if (gp_pci_is_native(gpu)) {
			gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "%s drives the GPU",
				gpu->driver);
			continue;
		}
		if (gp_pci_is_vf(gpu) && gpu->driver) {
			gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path,
				"a VF that %s has, as it should", gpu->driver);
			continue;
		}
		if (!(look_at_cmdline(c, out, gpu) + look_at_modprobe(c, out, gpu)))
			gp_find_gpu(out, GP_PASS, gpu, "/etc/modprobe.d",
				"no driver of this GPU is blacklisted");
	}
	if (!c->n_gpus && !barred_by_itself(c, out))
		gp_find(out, GP_SKIP, "/sys/bus/pci/devices", "there is no GPU to look at");
}

static const struct gp_check checks[] = {
	{
		.id = "native-driver-blacklisted",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the GPU's own driver is blacklisted",
		.why = "It is right for passing the whole GPU through, and wrong for every mode in "
		       "which the host's driver makes vGPUs, VFs or render nodes.",
		.mend = "Remove the line, rebuild the initrd, reboot.",
		.reference = "modprobe.d(5)",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_HOST_DRIVER,
		.run = blacklisted,
	},
};

const struct gp_check_table gp_driver_checks = {checks, GP_ARRAY_SIZE(checks)};
