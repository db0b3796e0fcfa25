/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "try/opencl-api.h"
#include "try/say.h"

#define FUNCTION(member, name)                       \
	{                                            \
		offsetof(struct gp_cl, member), name \
	}

static const struct {
	size_t offset;
	const char *name;
} functions[] = {
	FUNCTION(platforms, "clGetPlatformIDs"),
	FUNCTION(platform_info, "clGetPlatformInfo"),
	FUNCTION(devices, "clGetDeviceIDs"),
	FUNCTION(device_info, "clGetDeviceInfo"),
	FUNCTION(extension, "clGetExtensionFunctionAddressForPlatform"),
	FUNCTION(context, "clCreateContext"),
	FUNCTION(release_context, "clReleaseContext"),
	FUNCTION(queue, "clCreateCommandQueue"),
	FUNCTION(release_queue, "clReleaseCommandQueue"),
	FUNCTION(buffer, "clCreateBuffer"),
	FUNCTION(release_buffer, "clReleaseMemObject"),
	FUNCTION(program, "clCreateProgramWithSource"),
	FUNCTION(build, "clBuildProgram"),
	FUNCTION(build_info, "clGetProgramBuildInfo"),
	FUNCTION(release_program, "clReleaseProgram"),
	FUNCTION(kernel, "clCreateKernel"),
	FUNCTION(release_kernel, "clReleaseKernel"),
	FUNCTION(argument, "clSetKernelArg"),
	FUNCTION(run, "clEnqueueNDRangeKernel"),
	FUNCTION(read, "clEnqueueReadBuffer"),
};

int gp_cl_open(struct gp_cl *ret)
{
	void *library = dlopen("libOpenCL.so.1", RTLD_NOW | RTLD_LOCAL);
	Dl_info info;

	if (!library) {
		gp_say("loader", "missing %s", dlerror());
		return -ENOENT;
	}
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *function = dlsym(library, functions[i].name);

		if (!function) {
			gp_say("loader", "malformed %s", dlerror());
			return -ENOSYS;
		}
		memcpy((char *)ret + functions[i].offset, &function, sizeof(function));
	}
	gp_say("loader", "ok %s",
		dladdr(dlsym(library, "clGetPlatformIDs"), &info) && info.dli_fname
			? info.dli_fname
			: "libOpenCL.so.1");
	return 0;
}
