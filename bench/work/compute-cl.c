/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "work/compute.h"

#define MOST_LOG   ((size_t)16 * 1024)
#define GROUP_MOST 256

bool gp_compute_failed(const struct gp_compute *c)
{
	return *c->why;
}

void gp_compute_fail(struct gp_compute *c, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (!*c->why)
		vsnprintf(c->why, sizeof(c->why), format, arguments);
	va_end(arguments);
}

#define ERROR(name)              \
	{                        \
		CL_##name, #name \
	}

/* NULL: it has no name here. */
static const char *error_name(cl_int status)
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

void gp_compute_tried(struct gp_compute *c, const char *call, cl_int status)
{
	const char *name = error_name(status);

	if (status && name)
		gp_compute_fail(c, "%s: CL_%s", call, name);
	else if (status)
		gp_compute_fail(c, "%s: error %d", call, status);
}

void gp_compute_first_line(const char *text, char *ret, size_t size)
{
	size_t n;

	text += strspn(text, " \t\r\n");
	n = strcspn(text, "\r\n");
	snprintf(ret, size, "%.*s", (int)(n < size ? n : size - 1), text);
}

static void make_context(struct gp_compute *c)
{
	const cl_context_properties properties[] = {
		CL_CONTEXT_PLATFORM, (cl_context_properties)c->platform, 0};
	cl_int status;

	c->context = clCreateContext(properties, 1, &c->device, NULL, NULL, &status);
	gp_compute_tried(c, "clCreateContext", status);
}

static void make_queue(struct gp_compute *c)
{
	const cl_command_queue_properties properties =
		c->test->has_events ? CL_QUEUE_PROFILING_ENABLE : 0;
	cl_int status;

	if (gp_compute_failed(c))
		return;
	c->queue = clCreateCommandQueue(c->context, c->device, properties, &status);
	gp_compute_tried(c, "clCreateCommandQueue", status);
}

static void make_program(struct gp_compute *c)
{
	const char *source = gp_compute_source;
	cl_int status;

	if (gp_compute_failed(c))
		return;
	c->program = clCreateProgramWithSource(c->context, 1, &source, NULL, &status);
	gp_compute_tried(c, "clCreateProgramWithSource", status);
}

static void build(struct gp_compute *c, const char *options)
{
	static char log[MOST_LOG];
	char line[512];
	cl_int status;

	if (gp_compute_failed(c))
		return;
	status = clBuildProgram(c->program, 1, &c->device, options, NULL, NULL);
	if (status == CL_BUILD_PROGRAM_FAILURE &&
		!clGetProgramBuildInfo(
			c->program, c->device, CL_PROGRAM_BUILD_LOG, sizeof(log) - 1, log, NULL)) {
		gp_compute_first_line(log, line, sizeof(line));
		gp_compute_fail(c, "the kernels cannot be compiled: %s", line);
	}
	gp_compute_tried(c, "clBuildProgram", status);
}

void gp_compute_begin(struct gp_compute *c, const char *options)
{
	if (gp_compute_failed(c))
		return;
	make_context(c);
	make_queue(c);
	make_program(c);
	build(c, options);
}

cl_mem gp_compute_buffer(struct gp_compute *c, cl_mem_flags flags)
{
	cl_mem buffer;
	cl_int status;

	if (gp_compute_failed(c))
		return NULL;
	buffer = clCreateBuffer(c->context, CL_MEM_READ_WRITE | flags, c->size, NULL, &status);
	gp_compute_tried(c, "clCreateBuffer", status);
	return buffer;
}

cl_kernel gp_compute_kernel(struct gp_compute *c, const char *name)
{
	cl_kernel kernel;
	cl_int status;

	if (gp_compute_failed(c))
		return NULL;
	kernel = clCreateKernel(c->program, name, &status);
	gp_compute_tried(c, "clCreateKernel", status);
	return kernel;
}

void gp_compute_argument(
	struct gp_compute *c, cl_kernel kernel, cl_uint at, size_t size, const void *value)
{
	if (!gp_compute_failed(c))
		gp_compute_tried(c, "clSetKernelArg", clSetKernelArg(kernel, at, size, value));
}

/* Powers of two that divide the items and that the kernel may have. */
static size_t choose_group(const struct gp_compute *c, cl_kernel kernel, size_t items)
{
	size_t most = 0, group = GROUP_MOST;

	if (items == 1 || clGetKernelWorkGroupInfo(kernel, c->device, CL_KERNEL_WORK_GROUP_SIZE,
				  sizeof(most), &most, NULL))
		return 1;
	while (group > 1 && (group > most || items % group))
		group /= 2;
	return group;
}

void gp_compute_run(struct gp_compute *c, cl_kernel kernel, size_t items, cl_event *event)
{
	size_t group;

	if (gp_compute_failed(c))
		return;
	group = choose_group(c, kernel, items);
	gp_compute_tried(c, "clEnqueueNDRangeKernel",
		clEnqueueNDRangeKernel(c->queue, kernel, 1, NULL, &items, &group, 0, NULL, event));
}

void gp_compute_write(
	struct gp_compute *c, cl_mem buffer, const void *from, size_t size, cl_event *event)
{
	if (!gp_compute_failed(c))
		gp_compute_tried(c, "clEnqueueWriteBuffer",
			clEnqueueWriteBuffer(
				c->queue, buffer, CL_FALSE, 0, size, from, 0, NULL, event));
}

void gp_compute_read(struct gp_compute *c, cl_mem buffer, void *to, size_t size, cl_event *event)
{
	if (!gp_compute_failed(c))
		gp_compute_tried(c, "clEnqueueReadBuffer",
			clEnqueueReadBuffer(
				c->queue, buffer, CL_FALSE, 0, size, to, 0, NULL, event));
}

void gp_compute_map_all(struct gp_compute *c)
{
	cl_int status;

	if (gp_compute_failed(c))
		return;
	c->host = clEnqueueMapBuffer(c->queue, c->pinned, CL_TRUE, CL_MAP_READ | CL_MAP_WRITE, 0,
		c->size, 0, NULL, NULL, &status);
	gp_compute_tried(c, "clEnqueueMapBuffer", status);
}

void gp_compute_unmap(struct gp_compute *c)
{
	if (!gp_compute_failed(c))
		gp_compute_tried(c, "clEnqueueUnmapMemObject",
			clEnqueueUnmapMemObject(c->queue, c->pinned, c->host, 0, NULL, NULL));
}

void gp_compute_finish(struct gp_compute *c)
{
	if (!gp_compute_failed(c))
		gp_compute_tried(c, "clFinish", clFinish(c->queue));
}
