/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupass-try-opencl [ICD]: what OpenCL has, and whether its devices compute: attempt.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "try/opencl-api.h"
#include "try/say.h"

#define MOST_PLATFORMS 32
#define MOST_DEVICES   64

static void say_platform(const struct gp_cl *cl, cl_platform_id platform, cl_uint number)
{
	static const struct {
		const char *name;
		cl_platform_info info;
	} what[] = {{"name", CL_PLATFORM_NAME}, {"vendor", CL_PLATFORM_VENDOR},
		{"version", CL_PLATFORM_VERSION}};
	char text[1024];

	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
		memset(text, 0, sizeof(text));
		if (!cl->platform_info(platform, what[i].info, sizeof(text) - 1, text, NULL))
			gp_say("platform", "%u %s %s", number, what[i].name, text);
	}
}

/* On which devices kernels are run. */
enum computing {
	COMPUTES_NOWHERE,
	COMPUTES_BEYOND_CPU, /* what computes on a CPU compiles for a second, and says little */
	COMPUTES_EVERYWHERE,
};

static bool computes_on(enum computing computing, const struct gp_cl_subject *subject)
{
	return computing == COMPUTES_EVERYWHERE ||
	       (computing == COMPUTES_BEYOND_CPU && !gp_cl_is_cpu(subject));
}

/* What may crash comes last: kernels of all devices, then what needs another driver beside. */
static void say_devices(
	const struct gp_cl *cl, cl_platform_id platform, cl_uint number, enum computing computing)
{
	cl_device_id devices[MOST_DEVICES];
	char numbers[MOST_DEVICES][32], pci[MOST_DEVICES][32];
	struct gp_cl_subject subjects[MOST_DEVICES];
	cl_uint n = 0;
	cl_int status = cl->devices(platform, CL_DEVICE_TYPE_ALL, MOST_DEVICES, devices, &n);

	n = status ? 0 : n < MOST_DEVICES ? n : MOST_DEVICES;
	gp_say("devices", "%u %u", number, n);
	if (status && status != CL_DEVICE_NOT_FOUND)
		gp_say("devices-error", "%u %d", number, status);
	for (cl_uint i = 0; i < n; i++) {
		snprintf(numbers[i], sizeof(numbers[i]), "%u.%u", number, i);
		subjects[i] = (struct gp_cl_subject){
			.cl = cl, .platform = platform, .device = devices[i], .number = numbers[i]};
		gp_cl_say_device(&subjects[i], pci[i]);
	}
	for (cl_uint i = 0; i < n; i++)
		if (computes_on(computing, &subjects[i]))
			gp_cl_say_kernel(&subjects[i]);
	for (cl_uint i = 0; computing && i < n; i++)
		if (gp_cl_is_gpu(&subjects[i]))
			gp_cl_say_sharing(&subjects[i]);
}

/* By what looks at one ICD alone; on all devices where the user chose the ICDs. */
static enum computing choose_devices(const char *subject)
{
	if (gp_cl_are_icds_chosen())
		return COMPUTES_EVERYWHERE;
	return *subject ? COMPUTES_BEYOND_CPU : COMPUTES_NOWHERE;
}

static void say_all(const struct gp_cl *cl, enum computing computing)
{
	cl_platform_id platforms[MOST_PLATFORMS];
	cl_uint n = 0;
	cl_int status = cl->platforms(MOST_PLATFORMS, platforms, &n);

	if (status) {
		gp_say("platforms-error", "%d", status);
		return;
	}
	n = n < MOST_PLATFORMS ? n : MOST_PLATFORMS;
	gp_say("platforms", "%u", n);
	for (cl_uint i = 0; i < n; i++)
		say_platform(cl, platforms[i], i);
	for (cl_uint i = 0; i < n; i++)
		say_devices(cl, platforms[i], i, computing);
}

int main(int argc, char **argv)
{
	const char *subject = argc > 1 ? argv[1] : "";
	struct gp_cl_view view;
	struct gp_cl cl;
	enum computing computing = choose_devices(subject);
	bool says_all = *subject || gp_cl_are_icds_chosen() || gp_cl_count_icds() != 1;

	if (gp_say_begin())
		return 1;
	/* One ICD is looked at alone; to load it here too would say the same again. */
	if (gp_cl_choose_icds(subject, &view) == 0 && gp_cl_open(&cl) == 0 && says_all)
		say_all(&cl, computing);
	gp_cl_forget_icds(&view);
	fflush(NULL);
	/* Drivers that are left at once cannot fall over one another on the way out. */
	_Exit(0);
}
