/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The .icd files, and the libraries that they name. */
#include <string.h>

#include "opencl/opencl.h"

static const struct {
	const char *part; /* of the library's path */
	enum gp_cl_kind kind;
} libraries[] = {
	{"libigdrcl_legacy", GP_CL_NEO_LEGACY},
	{"libigdrcl", GP_CL_NEO},
	{"beignet", GP_CL_BEIGNET},
	{"libRusticlOpenCL", GP_CL_RUSTICL},
	{"libMesaOpenCL", GP_CL_CLOVER},
	{"libpocl", GP_CL_POCL},
	{"libintelocl", GP_CL_INTEL_CPU},
	{"libamdocl", GP_CL_AMD},
	{"libnvidia-opencl", GP_CL_NVIDIA},
};

static const struct {
	const char *start; /* of the platform's name */
	enum gp_cl_kind kind;
} platforms[] = {
	{"Intel(R) OpenCL HD Graphics", GP_CL_NEO},
	{"Intel(R) OpenCL Graphics", GP_CL_NEO},
	{"Intel(R) OpenCL", GP_CL_INTEL_CPU},
	{"Intel Gen OCL Driver", GP_CL_BEIGNET},
	{"Experiment Intel Gen OCL Driver", GP_CL_BEIGNET},
	{"rusticl", GP_CL_RUSTICL},
	{"Clover", GP_CL_CLOVER},
	{"Portable Computing Language", GP_CL_POCL},
	{"AMD Accelerated Parallel Processing", GP_CL_AMD},
	{"NVIDIA CUDA", GP_CL_NVIDIA},
};

static const struct {
	const char *name;
	uint16_t vendor;
} kinds[] = {
	[GP_CL_OTHER] = {"another implementation", 0},
	[GP_CL_NEO] = {"Intel's compute-runtime (NEO)", GP_INTEL},
	[GP_CL_NEO_LEGACY] = {"Intel's compute-runtime for older GPUs", GP_INTEL},
	[GP_CL_BEIGNET] = {"Beignet", GP_INTEL},
	[GP_CL_RUSTICL] = {"Mesa's rusticl", 0},
	[GP_CL_CLOVER] = {"Mesa's Clover", 0},
	[GP_CL_POCL] = {"PoCL", 0},
	[GP_CL_INTEL_CPU] = {"Intel's CPU runtime", 0},
	[GP_CL_AMD] = {"AMD's", GP_AMD},
	[GP_CL_NVIDIA] = {"NVIDIA's", GP_NVIDIA},
};

enum gp_cl_kind gp_cl_kind_of_library(const char *path)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(libraries); i++)
		if (strstr(path, libraries[i].part))
			return libraries[i].kind;
	return GP_CL_OTHER;
}

enum gp_cl_kind gp_cl_kind_of_platform(const char *name)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(platforms); i++)
		if (gp_starts_with(name, platforms[i].start))
			return platforms[i].kind;
	return GP_CL_OTHER;
}

const char *gp_cl_kind_name(enum gp_cl_kind kind)
{
	return kinds[kind].name;
}

uint16_t gp_cl_kind_vendor(enum gp_cl_kind kind)
{
	return kinds[kind].vendor;
}

bool gp_icd_is_whole(const struct gp_icd *icd)
{
	return gp_is_present(&icd->from) && !gp_is_absent(&icd->target) && !icd->load_error;
}

const struct gp_icd *gp_opencl_icd(const struct gp_opencl *opencl, enum gp_cl_kind kind)
{
	gp_each (icd, &opencl->icds)
		if (icd->kind == kind && gp_icd_is_whole(icd))
			return icd;
	return NULL;
}

const struct gp_cl_variable *gp_opencl_variable(const struct gp_opencl *opencl, const char *name)
{
	gp_each (variable, &opencl->variables)
		if (strcmp(variable->name, name) == 0)
			return variable;
	return NULL;
}
