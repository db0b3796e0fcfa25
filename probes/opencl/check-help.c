/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "opencl/check-help.h"

#include <string.h>

#include "diagnosis/packages.h"
#include "driver/check-help.h"
#include "gpu/models.h"
#include "opencl/neo.h"

static bool was_said(const struct gp_case *c)
{
	static const enum gp_log_id ids[] = {
		GP_LOG_OCL_NONE, GP_LOG_OCL_BEIGNET, GP_LOG_OCL_SMALL_BAR};

	for (size_t i = 0; i < GP_ARRAY_SIZE(ids); i++)
		if (gp_log_next(&c->facts->said, ids[i], NULL))
			return true;
	return false;
}

static bool are_files_known(const struct gp_opencl *opencl)
{
	return gp_is_present(&opencl->from) || gp_is_absent(&opencl->from);
}

bool gp_opencl_is_known(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;

	if (are_files_known(opencl) || gp_is_present(&opencl->all.from) || was_said(c))
		return true;
	gp_find(out, GP_SKIP, GP_OPENCL_VENDORS, "nothing is known of OpenCL here");
	return false;
}

const char *gp_opencl_is_asked_for(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_opencl *opencl = &c->facts->opencl;
	const struct gp_log_hit *hit = gp_log_next(&c->facts->said, GP_LOG_OCL_NONE, NULL);

	if (hit)
		return gp_log_evidence(out, hit);
	if (!are_files_known(opencl) && gp_is_present(&opencl->all.from))
		return opencl->all.from.path;
	return opencl->variables.n ? gp_evidence(out, opencl->variables.items[0].source,
					     opencl->variables.items[0].name)
				   : NULL;
}

void gp_opencl_narrow(const struct gp_case *c, struct gp_findings *out, size_t before)
{
	bool own = !(c->roles & GP_ROLE_CONTAINER) && !gp_opencl_is_asked_for(c, out);

	for (size_t i = before; own && i < out->n; i++)
		out->items[i].modes = GP_MODE_NATIVE;
}

void gp_each_compute(const struct gp_case *c, struct gp_findings *out, gp_look_at_compute *look)
{
	size_t before = out->n;

	if (!gp_opencl_is_known(c, out))
		return;
	gp_each_driven(c, out, 0, look);
	gp_opencl_narrow(c, out, before);
}

static const char *vendor_word(uint16_t vendor)
{
	switch (vendor) {
	case GP_INTEL:
		return "Intel";
	case GP_AMD:
		return "AMD";
	case GP_NVIDIA:
		return "NVIDIA";
	default:
		return NULL;
	}
}

static bool is_only_one_of_vendor(const struct gp_case *c, const struct gp_function *gpu)
{
	size_t n = 0;

	gp_each (function, &c->facts->pci)
		n += function->kind == GP_GPU_REAL && function->vendor_id == gpu->vendor_id;
	return n == 1;
}

/* "Advanced Micro Devices, Inc." and "AMD" are one. */
static bool is_vendors(const struct gp_cl_device *device, uint16_t vendor)
{
	const char *word = vendor_word(vendor);

	return word && (strstr(device->vendor, word) ||
			       (vendor == GP_AMD && strstr(device->vendor, "Advanced Micro")));
}

/* By its address, or where it says none, by being the only one of its maker. */
static bool is_of(
	const struct gp_case *c, const struct gp_cl_device *device, const struct gp_function *gpu)
{
	if (strcmp(device->type, "gpu") != 0)
		return false;
	if (device->pci)
		return strcmp(device->pci, gpu->address) == 0;
	return is_vendors(device, gpu->vendor_id) && is_only_one_of_vendor(c, gpu);
}

const struct gp_cl_device *gp_opencl_device(const struct gp_case *c, const struct gp_function *gpu)
{
	gp_each (platform, &c->facts->opencl.platforms)
		gp_each (device, &platform->devices)
			if (is_of(c, device, gpu))
				return device;
	return NULL;
}

/* Some device of this maker whose GPU is not told, or its implementation was not asked. */
static bool may_be_served(const struct gp_case *c, const struct gp_function *gpu)
{
	if (gpu->vendor_id == GP_NVIDIA && c->facts->opencl.leaves_nvidia)
		return true;
	gp_each (platform, &c->facts->opencl.platforms)
		gp_each (device, &platform->devices)
			if (strcmp(device->type, "gpu") == 0 && !device->pci &&
				is_vendors(device, gpu->vendor_id))
				return true;
	return false;
}

int gp_opencl_serves(const struct gp_case *c, const struct gp_function *gpu)
{
	if (gp_opencl_device(c, gpu))
		return 1;
	return c->facts->opencl.is_counted && !may_be_served(c, gpu) ? 0 : -1;
}

bool gp_opencl_has_type(const struct gp_opencl *opencl, const char *type)
{
	gp_each (platform, &opencl->platforms)
		gp_each (device, &platform->devices)
			if (strcmp(device->type, type) == 0)
				return true;
	return false;
}

bool gp_may_have_gpu(const struct gp_case *c)
{
	return !c->n_gpus && !gp_is_present(&c->facts->pci.from);
}

const struct gp_icd *gp_opencl_icd_for(const struct gp_opencl *opencl, uint16_t vendor)
{
	gp_each (icd, &opencl->icds)
		if (vendor && gp_cl_kind_vendor(icd->kind) == vendor && gp_icd_is_whole(icd))
			return icd;
	return NULL;
}

const struct gp_cl_platform *gp_opencl_platform(
	const struct gp_opencl *opencl, enum gp_cl_kind kind)
{
	gp_each (platform, &opencl->platforms)
		if (platform->kind == kind)
			return platform;
	return NULL;
}

const char *gp_opencl_platform_names(struct gp_arena *arena, const struct gp_opencl *opencl)
{
	struct gp_strings names = {0};

	gp_each (platform, &opencl->platforms)
		gp_strings_add_once(arena, &names,
			platform->kind == GP_CL_OTHER ? platform->name
						      : gp_cl_kind_name(platform->kind));
	return gp_join(arena, &names, ", ");
}

void gp_mend_neo(struct gp_findings *out, struct gp_finding *finding, const char *words)
{
	gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, "intel-opencl-icd", words, 0});
}

/* Of a distribution that is not known, or lacks it, the words say what to get. */
static void mend_by_package(const struct gp_case *c, struct gp_findings *out,
	struct gp_finding *finding, const char *key, const char *words)
{
	if (gp_package_name(out->arena, &c->facts->platform, key))
		gp_mend(out, finding, (struct gp_step){GP_STEP_PACKAGE, key, "", 0});
	else
		gp_mend(out, finding, (struct gp_step){GP_STEP_MANUAL, key, words, 0});
}

void gp_mend_newer_neo(struct gp_findings *out, struct gp_finding *finding, const char *since)
{
	gp_mend_neo(out, finding,
		gp_printf(out->arena,
			"Install intel-opencl-icd %s or newer and its libraries: by apt-get where apt "
			"policy shows such a version, else of "
			"https://github.com/intel/compute-runtime/releases.",
			since));
}

static void mend_intel(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu)
{
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	struct gp_neo_version first;
	const char *since = model ? gp_neo_since(model, &first) : NULL;

	/* Debian 12 and Ubuntu 22.04 have 22.x. */
	if (since && first.part[0] >= 23)
		gp_mend_newer_neo(out, finding, since);
	else if (model && gp_neo_is_never(model))
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, gpu->address,
				"Intel's compute-runtime has never known this GPU: use OpenCL on "
				"another, or on the CPU.",
				0});
	else if (model && gp_neo_is_legacy(model))
		gp_mend_neo(out, finding,
			"Install intel-opencl-icd older than 24.35, or intel-opencl-icd-legacy1 of "
			"https://github.com/intel/compute-runtime/releases/tag/24.35.30872.36 "
			"(Arch: intel-compute-runtime-legacy).");
	else
		mend_by_package(c, out, finding, "intel-opencl",
			"Install intel-opencl-icd and its libraries of "
			"https://github.com/intel/compute-runtime/releases.");
}

void gp_mend_opencl(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const struct gp_function *gpu)
{
	switch (gpu ? gpu->vendor_id : 0) {
	case GP_INTEL:
		mend_intel(c, out, finding, gpu);
		break;
	case GP_AMD:
		mend_by_package(c, out, finding, "mesa-opencl",
			"Install Mesa's OpenCL (mesa-opencl-icd), or AMD's ROCm.");
		break;
	case GP_NVIDIA:
		mend_by_package(c, out, finding, "nvidia-opencl",
			"Install the OpenCL library of the NVIDIA driver that is loaded.");
		break;
	default:
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, GP_OPENCL_VENDORS,
				"Install the OpenCL of this GPU's maker. Intel: intel-opencl-icd; "
				"AMD: mesa-opencl-icd or ROCm; NVIDIA: nvidia-opencl-icd. In a "
				"container it has to be in the image.",
				0});
	}
}
