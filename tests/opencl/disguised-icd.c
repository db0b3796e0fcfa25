/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * PoCL, that says it is a GPU at 0000:00:02.0. DISGUISED_OF is its library; DISGUISED_AS says what
 * else is odd about it: "lost", "error", "crash", "memory", "build", "clock",
 * "nowhere": it has no address, "single": no double precision.
 */
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <CL/cl_ext.h>
#include <CL/cl_icd.h>
#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define GOOD 6 /* commands before what is odd */

/* Looked up by loaders by its name. */
void *clGetExtensionFunctionAddress(const char *name);

static cl_icd_dispatch was;
static void *(*extension)(const char *name);
static unsigned int commands;

static bool is_odd(const char *how)
{
	const char *as = getenv("DISGUISED_AS");

	return as && strcmp(as, how) == 0;
}

static cl_int answer(const void *from, size_t n, size_t size, void *value, size_t *used)
{
	if (used)
		*used = n;
	if (value && size < n)
		return CL_INVALID_VALUE;
	if (value)
		memcpy(value, from, n);
	return CL_SUCCESS;
}

static cl_int CL_API_CALL device_info(
	cl_device_id device, cl_device_info what, size_t size, void *value, size_t *used)
{
	static const char extensions[] = "cl_khr_fp64 cl_khr_pci_bus_info";
	const cl_device_pci_bus_info_khr at = {.pci_device = 2};
	const char *said = is_odd("nowhere")  ? ""
			   : is_odd("single") ? strchr(extensions, ' ') + 1
					      : extensions;
	const cl_device_type type = CL_DEVICE_TYPE_GPU;

	if (what == CL_DEVICE_TYPE)
		return answer(&type, sizeof(type), size, value, used);
	if (what == CL_DEVICE_PCI_BUS_INFO_KHR)
		return answer(&at, sizeof(at), size, value, used);
	if (what == CL_DEVICE_EXTENSIONS)
		return answer(said, strlen(said) + 1, size, value, used);
	return was.clGetDeviceInfo(device, what, size, value, used);
}

static cl_int CL_API_CALL run(cl_command_queue queue, cl_kernel kernel, cl_uint dimensions,
	const size_t *offset, const size_t *items, const size_t *group, cl_uint n,
	const cl_event *wait, cl_event *event)
{
	commands++;
	if (commands > GOOD && is_odd("crash"))
		abort();
	if (commands > GOOD && is_odd("error"))
		return CL_OUT_OF_RESOURCES;
	if (commands > GOOD && is_odd("lost"))
		return was.clEnqueueMarkerWithWaitList(queue, n, wait, event);
	return was.clEnqueueNDRangeKernel(
		queue, kernel, dimensions, offset, items, group, n, wait, event);
}

static cl_int CL_API_CALL put(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
	size_t offset, size_t size, const void *from, cl_uint n, const cl_event *wait,
	cl_event *event)
{
	commands++;
	if (commands > 1 && is_odd("lost"))
		return was.clEnqueueMarkerWithWaitList(queue, n, wait, event);
	return was.clEnqueueWriteBuffer(
		queue, buffer, blocking, offset, size, from, n, wait, event);
}

static cl_int CL_API_CALL get(cl_command_queue queue, cl_mem buffer, cl_bool blocking,
	size_t offset, size_t size, void *to, cl_uint n, const cl_event *wait, cl_event *event)
{
	commands++;
	if (!blocking && commands > GOOD && is_odd("lost"))
		return was.clEnqueueMarkerWithWaitList(queue, n, wait, event);
	return was.clEnqueueReadBuffer(queue, buffer, blocking, offset, size, to, n, wait, event);
}

static cl_mem CL_API_CALL buffer(
	cl_context context, cl_mem_flags flags, size_t size, void *host, cl_int *status)
{
	if (!is_odd("memory"))
		return was.clCreateBuffer(context, flags, size, host, status);
	*status = CL_MEM_OBJECT_ALLOCATION_FAILURE;
	return NULL;
}

static cl_program CL_API_CALL program(
	cl_context context, cl_uint n, const char **sources, const size_t *lengths, cl_int *status)
{
	const char *broken = "kernel void sum(global not_a_type *out) {}\n";

	if (!is_odd("build"))
		return was.clCreateProgramWithSource(context, n, sources, lengths, status);
	return was.clCreateProgramWithSource(context, 1, &broken, NULL, status);
}

static cl_int CL_API_CALL event_time(
	cl_event event, cl_profiling_info what, size_t size, void *value, size_t *used)
{
	cl_int status = was.clGetEventProfilingInfo(event, what, size, value, used);

	if (!status && what == CL_PROFILING_COMMAND_END && is_odd("clock"))
		*(cl_ulong *)value += 1000000000;
	return status;
}

static void disguise(cl_platform_id platform)
{
	cl_icd_dispatch *table = *(cl_icd_dispatch **)(void *)platform;
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *start = (char *)table - (size_t)table % page;

	was = *table;
	mprotect(start, (size_t)((char *)(table + 1) - start), PROT_READ | PROT_WRITE);
	table->clGetDeviceInfo = device_info;
	table->clEnqueueNDRangeKernel = run;
	table->clEnqueueWriteBuffer = put;
	table->clEnqueueReadBuffer = get;
	table->clCreateBuffer = buffer;
	table->clCreateProgramWithSource = program;
	table->clGetEventProfilingInfo = event_time;
}

static cl_int CL_API_CALL platforms(cl_uint most, cl_platform_id *list, cl_uint *n)
{
	cl_int(CL_API_CALL * ask)(cl_uint, cl_platform_id *, cl_uint *);
	cl_int status;

	*(void **)&ask = extension("clIcdGetPlatformIDsKHR");
	status = ask(most, list, n);
	if (!status && list && most && !was.clGetDeviceInfo)
		disguise(list[0]);
	return status;
}

void *clGetExtensionFunctionAddress(const char *name)
{
	void *address = NULL;
	void *library = extension ? NULL : dlopen(getenv("DISGUISED_OF"), RTLD_NOW | RTLD_LOCAL);

	if (library)
		*(void **)&extension = dlsym(library, "clGetExtensionFunctionAddress");
	if (!extension)
		return NULL;
	if (strcmp(name, "clIcdGetPlatformIDsKHR") != 0)
		return extension(name);
	*(cl_int(CL_API_CALL **)(cl_uint, cl_platform_id *, cl_uint *)) & address = platforms;
	return address;
}
