/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "try/opencl-pci.h"
#include "try/say.h"
#include "work/compute.h"

#define MOST_PLATFORMS 32
#define MOST_DEVICES   64
#define FUNCTIONS      "/sys/bus/pci/devices"

static struct gp_cl_asked asked(const struct gp_compute *c)
{
	return (struct gp_cl_asked){clGetDeviceInfo, c->device};
}

/* Those that were looked at: "gpu "Name" at 0000:01:00.0, cpu "pthread"". */
struct seen {
	char text[512];
};

cl_ulong gp_compute_number(const struct gp_compute *c, cl_device_info what)
{
	cl_ulong value = 0;
	size_t size = 0;

	/* Numbers are of four or eight bytes, the low ones first. */
	if (clGetDeviceInfo(c->device, what, sizeof(value), &value, &size) || size > sizeof(value))
		return 0;
	return value;
}

static const char *type_name(cl_ulong type)
{
	if (type & CL_DEVICE_TYPE_GPU)
		return "gpu";
	return type & CL_DEVICE_TYPE_CPU ? "cpu" : "accelerator";
}

static void note(struct seen *seen, const struct gp_compute *c, cl_ulong type)
{
	char *name = gp_cl_text(asked(c), CL_DEVICE_NAME);
	const size_t used = strlen(seen->text);

	snprintf(seen->text + used, sizeof(seen->text) - used, "%s%s \"%.100s\"%s%s",
		used ? ", " : "", type_name(type), name ? name : "?",
		type & CL_DEVICE_TYPE_CPU ? ""
		: *c->pci                 ? " at "
					  : " at no known address",
		c->pci);
	free(name);
}

static bool is_named(const struct gp_compute *c)
{
	if (strcmp(c->order.device, "cpu") == 0)
		return c->is_cpu;
	return !c->is_cpu && strcasecmp(c->order.device, c->pci) == 0;
}

static bool is_lone(const struct gp_compute *c)
{
	return gp_compute_is_lone(c->lone, c->pci, gp_compute_number(c, CL_DEVICE_TYPE),
		gp_compute_number(c, CL_DEVICE_VENDOR_ID));
}

/* Whether one of the platform's is it: the first counts. */
static bool find_in(struct gp_compute *c, cl_platform_id platform,
	bool (*is_wanted)(const struct gp_compute *c), struct seen *seen)
{
	cl_device_id devices[MOST_DEVICES];
	cl_uint n = 0;

	if (clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, MOST_DEVICES, devices, &n))
		return false;
	for (cl_uint i = 0; i < n && i < MOST_DEVICES; i++) {
		cl_ulong type;

		c->platform = platform;
		c->device = devices[i];
		type = gp_compute_number(c, CL_DEVICE_TYPE);
		c->is_cpu = type & CL_DEVICE_TYPE_CPU && !(type & CL_DEVICE_TYPE_GPU);
		gp_cl_address(asked(c), c->pci);
		if (is_wanted(c))
			return true;
		note(seen, c, type);
	}
	return false;
}

static void fail(struct gp_compute *c, const struct seen *seen)
{
	const char *there = *seen->text ? "is " : "are no devices";

	c->device_is_missing = !gp_compute_failed(c);
	if (strcmp(c->order.device, "cpu") == 0)
		gp_compute_fail(
			c, "no OpenCL device is a processor: there %s%s", there, seen->text);
	else
		gp_compute_fail(c, "no OpenCL device at %s: there %s%s", c->order.device, there,
			seen->text);
}

void gp_compute_find(struct gp_compute *c)
{
	cl_platform_id platforms[MOST_PLATFORMS];
	struct seen seen = {0}, none = {0};
	cl_uint n = 0;
	cl_int status = clGetPlatformIDs(MOST_PLATFORMS, platforms, &n);

	if (status && status != CL_PLATFORM_NOT_FOUND_KHR)
		gp_compute_tried(c, "clGetPlatformIDs", status);
	n = status ? 0 : n < MOST_PLATFORMS ? n : MOST_PLATFORMS;
	for (cl_uint i = 0; i < n; i++)
		if (find_in(c, platforms[i], is_named, &seen))
			return;
	c->lone = gp_compute_lone(FUNCTIONS, c->order.device);
	for (cl_uint i = 0; c->lone && i < n; i++)
		if (find_in(c, platforms[i], is_lone, &none))
			return;
	fail(c, &seen);
}

static void say_text(const struct gp_compute *c, const char *key, cl_device_info what)
{
	char *text = gp_cl_text(asked(c), what);

	if (text && *text)
		gp_say("about", "%s %s", key, text);
	free(text);
}

/* The library behind a platform: cl_khr_icd has a table of functions first in each object. */
static void say_icd(const struct gp_compute *c)
{
	void *const *table = *(void *const *const *)c->platform;
	Dl_info info;

	if (table && table[1] && dladdr(table[1], &info) && info.dli_fname)
		gp_say("about", "icd %s", info.dli_fname);
}

static void say_platform(const struct gp_compute *c)
{
	char name[256] = "", version[256] = "";

	clGetPlatformInfo(c->platform, CL_PLATFORM_NAME, sizeof(name) - 1, name, NULL);
	clGetPlatformInfo(c->platform, CL_PLATFORM_VERSION, sizeof(version) - 1, version, NULL);
	gp_say("about", "platform %s, %s", name, version);
}

void gp_compute_say_device(const struct gp_compute *c)
{
	say_text(c, "device", CL_DEVICE_NAME);
	say_text(c, "vendor", CL_DEVICE_VENDOR);
	say_text(c, "driver", CL_DRIVER_VERSION);
	say_text(c, "opencl", CL_DEVICE_VERSION);
	say_platform(c);
	say_icd(c);
	gp_say("about", "units %llu",
		(unsigned long long)gp_compute_number(c, CL_DEVICE_MAX_COMPUTE_UNITS));
	gp_say("about", "clock %llu MHz",
		(unsigned long long)gp_compute_number(c, CL_DEVICE_MAX_CLOCK_FREQUENCY));
	if (*c->pci)
		gp_say("about", "pci %s", c->pci);
	else if (c->lone)
		gp_say("about", "matched by its maker: it does not say where it is");
	gp_say("about", "memory %s",
		gp_compute_number(c, CL_DEVICE_HOST_UNIFIED_MEMORY) ? "shared with the host"
								    : "of its own");
	gp_say("about", "software %s", c->is_cpu ? "yes" : "no");
}
