/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the guest's kernel has what its GPU needs: drivers, fitting modules, a BIOS image. */
#include <string.h>

#include "driver/check-help.h"
#include "guest/check-help.h"
#include "guest/checks.h"

/* The drivers of a vendor that a kernel brings, and every module that they may be made of. */
static const struct vendor {
	uint16_t id;
	const char *drivers[3];
	const char *modules[6];
} vendors[] = {
	{GP_INTEL, {"i915", "xe"},
		{"i915", "xe", "i915_compat", "xe_compat", "intel_sriov_compat"}},
	{GP_AMD, {"amdgpu", "radeon"}, {"amdgpu", "radeon", "amdkcl", "amdttm", "amd_sched"}},
	{GP_NVIDIA, {NULL}, {"nvidia", "nvidia_modeset", "nvidia_drm", "nvidia_uvm", "nouveau"}},
};

static const struct vendor *vendor_of(const struct gp_function *gpu)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(vendors); i++)
		if (vendors[i].id == gpu->vendor_id)
			return &vendors[i];
	return NULL;
}

/* ---- guest-module-symbols, and what the next needs of it */

/* "i915: Unknown symbol drm_dp_dpcd_read (err -2)": whether the module is one of the vendor's. */
static bool is_of_module(struct gp_arena *arena, const struct vendor *vendor, const char *text)
{
	const char *name = gp_strndup(arena, text, strcspn(text, ": "));

	for (const char *const *module = vendor->modules; *module; module++)
		if (gp_same_name(name, *module))
			return true;
	return false;
}

/* The first line that says that a module of this GPU's does not fit the kernel, or NULL. */
static const struct gp_log_hit *misfit_of(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_function *gpu)
{
	static const enum gp_log_id ids[] = {GP_LOG_SYMBOL_VERSION, GP_LOG_UNKNOWN_SYMBOL};
	const struct vendor *vendor = vendor_of(gpu);
	const struct gp_log_hit *hit = NULL;

	for (size_t i = 0; vendor && i < GP_ARRAY_SIZE(ids); i++)
		while ((hit = gp_log_next(&c->facts->kernel.klog, ids[i], hit)))
			if (is_of_module(arena, vendor, hit->text))
				return hit;
	return NULL;
}

static void mend_symbols(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const struct gp_modules *modules = &c->facts->modules;

	gp_each (entry, &modules->dkms)
		if (entry->kernel && gp_equal(entry->kernel, modules->release)) {
			const char *kernel = gp_shell_word(out->arena, entry->kernel);
			const char *package = gp_shell_word(out->arena,
				gp_printf(out->arena, "%s/%s", entry->name, entry->version));

			gp_mend(out, finding,
				(struct gp_step){GP_STEP_MANUAL, entry->name,
					gp_printf(out->arena,
						"Build the module again for this kernel: dkms remove "
						"%s -k %s; dkms install %s -k %s; depmod -a",
						package, kernel, package, kernel),
					0});
			gp_mend_reboot(out, finding, true);
			return;
		}
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "modules",
			"Run depmod -a, and build modules from outside the kernel again for this one.",
			0});
	gp_mend_reboot(out, finding, true);
}

static void symbols_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = misfit_of(c, out->arena, gpu);

	if (!hit || gp_guest_is_driven(c, gpu))
		gp_guest_silence(c, out, gpu, "its modules fit the kernel");
	else
		mend_symbols(c, out,
			gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, hit),
				"a module of its driver does not fit the modules beside it, so the "
				"kernel refuses to load it"));
}

/*
 * Where no GPU is known: a line about a module of some vendor's. Of the helpers of DRM that a
 * driver builds on, the kernel's package of graphics modules is missing; of others the module does
 * not fit.
 */
static const struct gp_log_hit *misfit_by_log(
	const struct gp_case *c, struct gp_arena *arena, bool is_helper)
{
	static const enum gp_log_id ids[] = {GP_LOG_SYMBOL_VERSION, GP_LOG_UNKNOWN_SYMBOL};

	for (size_t i = 0; i < GP_ARRAY_SIZE(ids); i++) {
		const struct gp_log_hit *hit = gp_log_without_gpu(c, ids[i], 0);
		bool lacks = hit && strstr(hit->text, "symbol drm_") && strstr(hit->text, "err -2");

		for (size_t k = 0; hit && lacks == is_helper && k < GP_ARRAY_SIZE(vendors); k++)
			if (is_of_module(arena, &vendors[k], hit->text))
				return hit;
	}
	return NULL;
}

static void module_symbols(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = misfit_by_log(c, out->arena, false);

	if (hit) {
		mend_symbols(c, out,
			gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
				"a graphics module does not fit the modules beside it, so the kernel "
				"refuses to load it"));
		return;
	}
	gp_each_driven(c, out, 0, symbols_of);
}

/* ---- guest-cloud-kernel */

static bool is_builtin(const struct gp_case *c, const struct vendor *vendor)
{
	for (const char *const *driver = vendor->drivers; *driver; driver++)
		if (gp_kernel_has_builtin(&c->facts->kernel, *driver))
			return true;
	return false;
}

/* A module of the kernel's own, or of DKMS where own is false. */
static bool has_module(const struct gp_case *c, const struct vendor *vendor, bool own)
{
	const struct gp_modules *modules = &c->facts->modules;

	for (const char *const *driver = vendor->drivers; *driver; driver++) {
		const struct gp_origin *folder = gp_guest_own_driver(&c->facts->guest, *driver);
		int foreign = gp_module_is_foreign(modules, *driver);

		if (foreign == !own)
			return true;
		if (own && folder && gp_is_present(folder))
			return true;
	}
	return false;
}

static void mend_kernel(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const struct gp_platform *platform = &c->facts->platform;
	bool debian = gp_equal(platform->distribution_id, "debian") && platform->kernel &&
		      gp_ends_with(platform->kernel, "amd64");
	bool ubuntu = gp_equal(platform->distribution_id, "ubuntu");
	bool other_kernel = debian || c->facts->guest.flavour == GP_FLAVOUR_KVM;

	if (ubuntu && !other_kernel)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_PACKAGE, "kernel-graphics-modules", "", 0});
	else if (debian || ubuntu)
		gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, "full-kernel", "", 0});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "kernel",
				"Install the kernel, or the package of its modules, that this "
				"distribution makes for real machines.",
				0});
	if ((debian || ubuntu) && other_kernel)
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, "kernel",
				gp_printf(out->arena,
					"When the new kernel is installed, remove this one so that it is "
					"not booted again: apt-get remove linux-image-%s",
					platform->kernel),
				0});
	gp_mend_reboot(out, finding, false);
}

/* Known by its name alone: these are built without drivers of real GPUs. */
static bool is_made_for_clouds(const struct gp_case *c)
{
	const char *release = c->facts->platform.kernel;

	return release && (c->facts->guest.flavour == GP_FLAVOUR_KVM || strstr(release, "-cloud-"));
}

static void say_without_drivers(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const struct vendor *vendor, const struct gp_log_hit *misfit)
{
	const struct gp_origin *files = &c->facts->modules.files_from.from;
	const char *release = c->facts->platform.kernel;
	const char *evidence =
		gp_evidence(out, "/proc/sys/kernel/osrelease", release ? release : "");
	struct gp_finding *finding = gp_find_gpu(out, GP_FAIL, gpu, evidence,
		misfit ? "kernel %s is installed without its graphics modules, which the driver from "
			 "DKMS needs"
		       : "kernel %s is made, or installed, without the GPU's driver",
		release ? release : "here");

	if (misfit)
		finding->evidence = gp_log_evidence(out, misfit);
	else if (gp_is_present(files))
		finding->evidence =
			gp_printf(out->arena, "%s has no %s", files->path, vendor->drivers[0]);
	mend_kernel(c, out, finding);
}

static void cloud_kernel_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_origin *files = &c->facts->modules.files_from.from;
	const struct vendor *vendor = vendor_of(gpu);
	const struct gp_log_hit *misfit = misfit_of(c, out->arena, gpu);

	if (!vendor || !vendor->drivers[0])
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id, "its driver is no part of the kernel");
	else if (gpu->driver)
		gp_find_gpu(out, GP_PASS, gpu, gpu->driver_from.path, "%s has it", gpu->driver);
	else if (!gp_is_absent(&gpu->driver_from))
		gp_find_gpu_unknown(out, gpu, &gpu->driver_from);
	else if (is_builtin(c, vendor) || has_module(c, vendor, true))
		gp_find_gpu(out, GP_PASS, gpu, files->path, "the kernel has drivers for it");
	else if (!gp_is_present(files) && !is_made_for_clouds(c))
		gp_find_gpu_unknown(out, gpu, files);
	else if (has_module(c, vendor, false) && !misfit)
		gp_find_gpu(out, GP_PASS, gpu, files->path, "DKMS has a driver for it");
	else
		say_without_drivers(
			c, out, gpu, vendor, has_module(c, vendor, false) ? misfit : NULL);
}

static void cloud_kernel(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_log_hit *hit = misfit_by_log(c, out->arena, true);

	if (hit) {
		mend_kernel(c, out,
			gp_find(out, GP_FAIL, gp_log_evidence(out, hit),
				"the kernel is made, or installed, without its graphics modules"));
		return;
	}
	gp_each_driven(c, out, 0, cloud_kernel_of);
}

/* ---- guest-amdgpu-no-vbios */

static void vbios_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_log_hit *hit = gp_log_last_of(c, GP_LOG_NO_VBIOS, gpu);
	struct gp_finding *finding;

	if (!hit || gp_guest_is_driven(c, gpu)) {
		gp_guest_silence(c, out, gpu, "its driver found the GPU's BIOS image");
		return;
	}
	finding = gp_find_gpu(out, GP_FAIL, gpu, gp_log_evidence(out, hit),
		"its driver found no BIOS image of the GPU, and does not start without one");
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "host",
			"On the host, give the VM an image of the GPU's BIOS (romfile=). Of an "
			"integrated GPU it is a part of the ACPI table VFCT, "
			"/sys/firmware/acpi/tables/VFCT; of a card it can be read from its rom file "
			"in sysfs. Use OVMF, then stop and start the VM.",
			0});
}

static void no_vbios(const struct gp_case *c, struct gp_findings *out)
{
	gp_each_driven(c, out, GP_AMD, vbios_of);
}

static const struct gp_check checks[] = {
	{
		.id = "guest-cloud-kernel",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the guest's kernel comes without graphics drivers",
		.why = "Kernels for cloud images leave out the drivers of real hardware, or have them "
		       "in a package of their own that is not installed.",
		.mend = "Ubuntu: install linux-modules-extra of the running kernel. Debian: install "
			"linux-image-amd64 and remove the cloud kernel.",
		.reference = "Debian, linux-image-cloud-amd64; Ubuntu, linux-modules-extra; "
			     "i915-sriov-dkms, issues 188 and 418",
		.roles = GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.run = cloud_kernel,
	},
	{
		.id = "guest-module-symbols",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "the GPU's module does not fit the kernel",
		.why = "A module is loaded only where every symbol it uses is there, in the version it "
		       "was built for.",
		.mend = "depmod -a, build the module again, rebuild the initrd, reboot.",
		.reference =
			"Linux, kernel/module/main.c: simplify_symbols(); kernel/module/version.c",
		.roles = GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.needs = {"guest-cloud-kernel", "dkms-kernel-range", "dkms-added-not-installed"},
		.run = module_symbols,
	},
	{
		.id = "guest-amdgpu-no-vbios",
		.layer = GP_LAYER_DRIVER,
		.ceiling = GP_FAIL,
		.title = "amdgpu finds no BIOS image of the GPU",
		.why = "amdgpu reads how the GPU is wired from its BIOS image. The firmware of the "
		       "host has it of an integrated GPU, and a guest does not see that.",
		.mend = "Give the VM the image: romfile=, from the host's ACPI table VFCT.",
		.reference = "Linux, drivers/gpu/drm/amd/amdgpu/amdgpu_bios.c: amdgpu_get_bios()",
		.roles = GP_ROLE_GUEST,
		.modes = GP_MODES_ALL & ~(unsigned)GP_MODE_CPU,
		.needs = {"drm-fw-missing"},
		.run = no_vbios,
	},
};

const struct gp_check_table gp_guest_kernel_checks = {checks, GP_ARRAY_SIZE(checks)};
