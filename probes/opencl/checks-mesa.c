/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Mesa's implementations, and Beignet: there, and no use. */
#include <stdlib.h>
#include <string.h>

#include "gpu/support.h"
#include "opencl/check-help.h"
#include "opencl/checks.h"

/* ---- beignet-obsolete */

/* The GPU that Beignet said it does not know; NULL: it named none. */
static const struct gp_gpu_model *refused_model(const char *text)
{
	const char *id = strstr(text, "unknown device: ");
	unsigned long number = id ? strtoul(id + strlen("unknown device: "), NULL, 16) : 0;

	return number && number < 0xffff ? gp_gpu_model(GP_INTEL, (uint16_t)number) : NULL;
}

/* A line of its own that shows a GPU on which it does not work. */
static const struct gp_log_hit *refusal(const struct gp_case *c)
{
	const struct gp_log_hit *hit = NULL;

	while ((hit = gp_log_next(&c->facts->said, GP_LOG_OCL_BEIGNET, hit)))
		if (strstr(hit->text, "self-test failed") ||
			strstr(hit->text, "no supported GPU found") || refused_model(hit->text))
			return hit;
	return NULL;
}

static bool is_newer_gpu(const struct gp_case *c)
{
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_gpu_model *model =
			gp_gpu_model(c->gpus[i]->vendor_id, c->gpus[i]->device_id);

		if (c->gpus[i]->vendor_id == GP_INTEL && model && model->graphics >= 80)
			return true;
	}
	return false;
}

/* Where it is: its platform, its .icd file or what it said; NULL: it is not here. */
static const char *beignet_is_here(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const struct gp_cl_platform *platform = gp_opencl_platform(opencl, GP_CL_BEIGNET);
	const struct gp_icd *icd = gp_opencl_icd(opencl, GP_CL_BEIGNET);
	const struct gp_log_hit *hit = refusal(c);

	if (hit)
		return gp_log_evidence(out, hit);
	if (platform)
		return gp_evidence(out, platform->source, platform->name);
	return icd ? gp_evidence(out, icd->path, icd->library) : NULL;
}

static void mend_beignet(
	const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding)
{
	const struct gp_log_hit *hit = refusal(c);
	const struct gp_function *gpu = NULL;

	for (size_t i = 0; i < c->n_gpus && !gpu; i++)
		gpu = c->gpus[i]->vendor_id == GP_INTEL ? c->gpus[i] : NULL;
	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "beignet",
			"Remove Beignet (Debian: apt-get remove beignet-opencl-icd).", 0});
	if (gpu || !hit)
		gp_mend_opencl(c, out, finding, gpu);
	else
		gp_mend_neo(out, finding,
			"Install Intel's compute-runtime for this GPU: intel-opencl-icd, or "
			"intel-opencl-icd-legacy1 for Gen8 to Gen11.");
}

static void beignet(const struct gp_case *c, struct gp_findings *out)
{
	const char *here = beignet_is_here(c, out);
	size_t before = out->n;
	bool fails = refusal(c) || is_newer_gpu(c);
	struct gp_finding *finding;

	if (!here && !gp_opencl_is_known(c, out))
		return;
	if (!here) {
		gp_find(out, GP_PASS, GP_OPENCL_VENDORS, "Beignet is not installed");
	} else if (!fails) {
		gp_find(out, GP_NOTE, here,
			"Beignet is installed: nobody works on it, and for Gen7 there is no other");
	} else {
		finding = gp_find(out,
			gp_opencl_has_type(&c->facts->opencl, "gpu") ? GP_WARN : GP_FAIL, here,
			"Beignet is installed, which does not serve this GPU");
		mend_beignet(c, out, finding);
	}
	gp_opencl_narrow(c, out, before);
}

/* Of what is not among the platforms: whether these are known. */
static enum gp_verdict no_fault(const struct gp_opencl *opencl)
{
	return opencl->is_counted || opencl->platforms.n ? GP_PASS : GP_SKIP;
}

/* ---- rusticl-disabled */

/* The driver of Mesa's that has it, as RUSTICL_ENABLE names it. */
static const char *gallium_driver(const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);

	switch (gpu->vendor_id) {
	case GP_INTEL:
		return model && model->graphics < 80 ? "crocus" : "iris";
	case GP_AMD:
		return gp_equal(gpu->driver, "radeon") ? "r600" : "radeonsi";
	case GP_NVIDIA:
		return "nouveau";
	default:
		return NULL;
	}
}

static bool enables(const char *list, const char *driver)
{
	size_t n = strlen(driver);

	for (const char *at = list; (at = strstr(at, driver)); at += n)
		if ((at == list || at[-1] == ',') && (!at[n] || at[n] == ',' || at[n] == ':'))
			return true;
	return false;
}

static void say_disabled(const struct gp_case *c, struct gp_findings *out,
	const struct gp_function *gpu, const char *driver)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const struct gp_cl_variable *set = gp_opencl_variable(opencl, "RUSTICL_ENABLE");
	const char *value = set ? gp_printf(out->arena, "is \"%s\"", set->value) : "is not set",
		   *evidence =
			   set ? set->source : gp_opencl_platform(opencl, GP_CL_RUSTICL)->source;
	struct gp_finding *finding =
		gpu ? gp_find_gpu(out, GP_FAIL, gpu, evidence,
			      "rusticl offers no device: RUSTICL_ENABLE %s, and %s is its driver",
			      value, driver)
		    : gp_find(out, GP_FAIL, evidence, "rusticl offers no device: RUSTICL_ENABLE %s",
			      value);

	gp_mend(out, finding,
		(struct gp_step){GP_STEP_MANUAL, "RUSTICL_ENABLE",
			gp_printf(out->arena,
				"Set RUSTICL_ENABLE=%s in the environment of the program: systemctl "
				"edit SERVICE, Environment=RUSTICL_ENABLE=%s; for all, a line in "
				"/etc/environment.",
				driver, driver),
			0});
}

/* Empty, and nothing better is installed for the GPU. */
static const char *why_rusticl_is_fine(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_function *gpu)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const struct gp_cl_platform *rusticl = gp_opencl_platform(opencl, GP_CL_RUSTICL);
	const struct gp_icd *other = gpu ? gp_opencl_icd_for(opencl, gpu->vendor_id) : NULL;

	if (!rusticl)
		return "rusticl is not among the platforms";
	if (rusticl->devices.n)
		return "rusticl offers a device";
	if (gpu ? gp_opencl_serves(c, gpu) == 1 : gp_opencl_has_type(opencl, "gpu"))
		return "another platform has the GPU";
	return other ? gp_printf(arena, "%s is installed for this GPU", other->path) : NULL;
}

static void rusticl_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_cl_variable *set = gp_opencl_variable(&c->facts->opencl, "RUSTICL_ENABLE");
	const char *driver = gallium_driver(gpu);
	const char *fine = why_rusticl_is_fine(c, out->arena, gpu);

	if (fine)
		gp_find_gpu(out, no_fault(&c->facts->opencl), gpu, GP_OPENCL_VENDORS, "%s", fine);
	else if (!driver)
		gp_find_gpu(out, GP_SKIP, gpu, gpu->id, "no driver of Mesa's is known for it");
	else if (set && enables(set->value, driver))
		gp_find_gpu(out, GP_PASS, gpu, set->source, "RUSTICL_ENABLE names %s", driver);
	else
		say_disabled(c, out, gpu, driver);
}

static void rusticl(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;

	if (!gp_may_have_gpu(c)) {
		gp_each_compute(c, out, rusticl_of);
		return;
	}
	if (!gp_opencl_is_known(c, out))
		return;
	if (why_rusticl_is_fine(c, out->arena, NULL))
		gp_find(out, no_fault(&c->facts->opencl), GP_OPENCL_VENDORS, "%s",
			why_rusticl_is_fine(c, out->arena, NULL));
	else
		say_disabled(c, out, NULL, "iris (Intel) or radeonsi (AMD)");
	gp_opencl_narrow(c, out, before);
}

/* ---- clover-only-no-gpu-icd */

static const char *why_clover_is_fine(const struct gp_opencl *opencl)
{
	const struct gp_cl_platform *clover = gp_opencl_platform(opencl, GP_CL_CLOVER);

	if (!clover)
		return "Clover is not among the platforms";
	if (clover->devices.n)
		return "Clover offers a device";
	gp_each (platform, &opencl->platforms)
		if (platform->devices.n)
			return "another platform has a device";
	return NULL;
}

static void say_clover(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const char *names = gp_opencl_platform_names(out->arena, opencl);
	const char *source = gp_opencl_platform(opencl, GP_CL_CLOVER)->source;
	const char *words = "OpenCL has no device: there is %s alone, which serves old AMD GPUs";
	struct gp_finding *finding = gpu ? gp_find_gpu(out, GP_FAIL, gpu, source, words, names)
					 : gp_find(out, GP_FAIL, source, words, names);

	gp_mend_opencl(c, out, finding, gpu);
}

static void clover_of(
	const struct gp_case *c, struct gp_findings *out, const struct gp_function *gpu)
{
	const char *fine = why_clover_is_fine(&c->facts->opencl);

	if (fine)
		gp_find_gpu(out, no_fault(&c->facts->opencl), gpu, GP_OPENCL_VENDORS, "%s", fine);
	else
		say_clover(c, out, gpu);
}

static void clover(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;
	const char *fine = why_clover_is_fine(&c->facts->opencl);

	if (!gp_may_have_gpu(c)) {
		gp_each_compute(c, out, clover_of);
		return;
	}
	if (!gp_opencl_is_known(c, out))
		return;
	if (fine)
		gp_find(out, no_fault(&c->facts->opencl), GP_OPENCL_VENDORS, "%s", fine);
	else
		say_clover(c, out, NULL);
	gp_opencl_narrow(c, out, before);
}

static const struct gp_check checks[] = {
	{
		.id = "beignet-obsolete",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "Beignet is installed for a GPU that it does not serve",
		.why = "Intel ended Beignet in 2018; it computes wrongly or not at all on Gen8 and "
		       "newer, and spoils OpenCL for programs that take its platform first.",
		.mend = "Remove Beignet and install Intel's compute-runtime.",
		.reference = "https://github.com/intel/beignet, README",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS},
		.run = beignet,
	},
	{
		.id = "rusticl-disabled",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "rusticl has no driver enabled",
		.why = "Mesa's rusticl offers the GPUs of those drivers alone that RUSTICL_ENABLE "
		       "names; without it the platform is there, and has no device.",
		.mend = "Set RUSTICL_ENABLE to the GPU's driver: iris, radeonsi.",
		.reference = "Mesa, docs/envvars.rst: RUSTICL_ENABLE",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS, "ocl-no-platform", "beignet-obsolete", "neo-bypath-perm",
			"neo-legacy-gen", "neo-too-old"},
		.run = rusticl,
	},
	{
		.id = "clover-only-no-gpu-icd",
		.layer = GP_LAYER_OPENCL,
		.ceiling = GP_FAIL,
		.title = "Mesa's Clover is the only platform, and has no device",
		.why = "Clover comes with Mesa and serves few, old GPUs: a platform that is listed is "
		       "no OpenCL for this one.",
		.mend = "Install the OpenCL of the GPU's maker.",
		.reference = "Mesa, docs/gallium: Clover",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER,
		.modes = GP_MODE_NATIVE | GP_MODE_CONTAINER,
		.needs = {GP_CL_NEEDS, "ocl-no-platform", "beignet-obsolete", "neo-bypath-perm",
			"neo-legacy-gen", "neo-too-old", "rusticl-disabled"},
		.run = clover,
	},
};

const struct gp_check_table gp_opencl_mesa_checks = {checks, GP_ARRAY_SIZE(checks)};
