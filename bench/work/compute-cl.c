/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "try/opencl-pci.h"
#include "work/compute.h"

#define MOST_LOG   ((size_t)16 * 1024)
#define GROUP_MOST 256

int gp_compute_fail(struct gp_compute *c, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (!*c->why)
		vsnprintf(c->why, sizeof(c->why), format, arguments);
	va_end(arguments);
	return -EIO;
}

#define ERROR(name)              \
	{                        \
		CL_##name, #name \
	}

const char *gp_compute_error(cl_int status)
{
	static const struct {
		cl_int status;
		const char *name;
	} errors[] = {
		ERROR(DEVICE_NOT_FOUND),
		ERROR(DEVICE_NOT_AVAILABLE),
		ERROR(COMPILER_NOT_AVAILABLE),
		ERROR(MEM_OBJECT_ALLOCATION_FAILURE),
		ERROR(OUT_OF_RESOURCES),
		ERROR(OUT_OF_HOST_MEMORY),
		ERROR(PROFILING_INFO_NOT_AVAILABLE),
		ERROR(BUILD_PROGRAM_FAILURE),
		ERROR(MAP_FAILURE),
		ERROR(EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST),
		ERROR(INVALID_VALUE),
		ERROR(INVALID_DEVICE),
		ERROR(INVALID_CONTEXT),
		ERROR(INVALID_COMMAND_QUEUE),
		ERROR(INVALID_MEM_OBJECT),
		ERROR(INVALID_BUILD_OPTIONS),
		ERROR(INVALID_PROGRAM_EXECUTABLE),
		ERROR(INVALID_KERNEL_NAME),
		ERROR(INVALID_KERNEL),
		ERROR(INVALID_KERNEL_ARGS),
		ERROR(INVALID_WORK_GROUP_SIZE),
		ERROR(INVALID_GLOBAL_WORK_SIZE),
		ERROR(INVALID_BUFFER_SIZE),
		ERROR(PLATFORM_NOT_FOUND_KHR),
	};

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].status == status)
			return errors[i].name;
	return NULL;
}

int gp_compute_tried(struct gp_compute *c, const char *call, cl_int status)
{
	const char *name = gp_compute_error(status);

	if (!status)
		return 0;
	return name ? gp_compute_fail(c, "%s: CL_%s", call, name)
		    : gp_compute_fail(c, "%s: error %d", call, status);
}

void gp_compute_first_line(const char *text, char *ret, size_t size)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strcspn(text, "\r\n");
	snprintf(ret, size, "%.*s", (int)(n < size ? n : size - 1), text);
}

cl_ulong gp_compute_number(const struct gp_compute *c, cl_device_info what)
{
	cl_ulong value = 0;
	size_t size = 0;

	/* Numbers are of four or eight bytes, the low ones first. */
	if (clGetDeviceInfo(c->device, what, sizeof(value), &value, &size) || size > sizeof(value))
		return 0;
	return value;
}

static int build(struct gp_compute *c, const char *options)
{
	static char log[MOST_LOG];
	char line[512];
	cl_int status = clBuildProgram(c->program, 1, &c->device, options, NULL, NULL);

	if (status != CL_BUILD_PROGRAM_FAILURE ||
		clGetProgramBuildInfo(
			c->program, c->device, CL_PROGRAM_BUILD_LOG, sizeof(log) - 1, log, NULL))
		return gp_compute_tried(c, "clBuildProgram", status);
	gp_compute_first_line(log, line, sizeof(line));
	return gp_compute_fail(c, "the kernels cannot be compiled: %s", line);
}

int gp_compute_begin(struct gp_compute *c, const char *options)
{
	const cl_context_properties properties[] = {
		CL_CONTEXT_PLATFORM, (cl_context_properties)c->platform, 0};
	const char *source = gp_compute_source;
	cl_int status;
	int error;

	c->context = clCreateContext(properties, 1, &c->device, NULL, NULL, &status);
	error = gp_compute_tried(c, "clCreateContext", status);
	if (error)
		return error;
	c->queue = clCreateCommandQueue(c->context, c->device,
		c->test->has_events ? CL_QUEUE_PROFILING_ENABLE : 0, &status);
	error = gp_compute_tried(c, "clCreateCommandQueue", status);
	if (error)
		return error;
	c->program = clCreateProgramWithSource(c->context, 1, &source, NULL, &status);
	error = gp_compute_tried(c, "clCreateProgramWithSource", status);
	return error ? error : build(c, options);
}

int gp_compute_buffers(struct gp_compute *c, unsigned int n)
{
	cl_int status = CL_SUCCESS;

	for (unsigned int i = 0; !status && i < n && i < GP_COMPUTE_BUFFERS; i++)
		c->buffers[i] =
			clCreateBuffer(c->context, CL_MEM_READ_WRITE, c->size, NULL, &status);
	return gp_compute_tried(c, "clCreateBuffer", status);
}

int gp_compute_pin(struct gp_compute *c)
{
	cl_int status;

	c->pinned = clCreateBuffer(
		c->context, CL_MEM_READ_WRITE | CL_MEM_ALLOC_HOST_PTR, c->size, NULL, &status);
	return gp_compute_tried(c, "clCreateBuffer of host memory", status);
}

int gp_compute_map_all(struct gp_compute *c)
{
	cl_int status;

	c->host = clEnqueueMapBuffer(c->queue, c->pinned, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0,
		c->size, 0, NULL, NULL, &status);
	return gp_compute_tried(c, "clEnqueueMapBuffer", status);
}

int gp_compute_unmap(struct gp_compute *c)
{
	return gp_compute_tried(c, "clEnqueueUnmapMemObject",
		clEnqueueUnmapMemObject(c->queue, c->pinned, c->host, 0, NULL, NULL));
}

int gp_compute_kernel(struct gp_compute *c, const char *name, cl_kernel *ret)
{
	cl_int status;

	*ret = clCreateKernel(c->program, name, &status);
	return gp_compute_tried(c, "clCreateKernel", status);
}

int gp_compute_argument(
	struct gp_compute *c, cl_kernel kernel, cl_uint at, size_t size, const void *value)
{
	return gp_compute_tried(c, "clSetKernelArg", clSetKernelArg(kernel, at, size, value));
}

int gp_compute_run(struct gp_compute *c, cl_kernel kernel, size_t items, cl_event *ret)
{
	size_t most = 0, group = GROUP_MOST;

	if (clGetKernelWorkGroupInfo(
		    kernel, c->device, CL_KERNEL_WORK_GROUP_SIZE, sizeof(most), &most, NULL))
		most = 1;
	while (group > 1 && (group > most || items % group))
		group /= 2;
	return gp_compute_tried(c, "clEnqueueNDRangeKernel",
		clEnqueueNDRangeKernel(c->queue, kernel, 1, NULL, &items, &group, 0, NULL, ret));
}

int gp_compute_finish(struct gp_compute *c)
{
	return gp_compute_tried(c, "clFinish", clFinish(c->queue));
}
