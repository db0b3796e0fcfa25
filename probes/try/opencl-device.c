/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "try/opencl-api.h"
#include "try/opencl-pci.h"
#include "try/say.h"

static struct gp_cl_asked asked(const struct gp_cl_subject *subject)
{
	return (struct gp_cl_asked){subject->cl->device_info, subject->device};
}

bool gp_cl_has(const struct gp_cl_subject *subject, const char *extension)
{
	return gp_cl_extends(asked(subject), extension);
}

/* Of the long list those that something here asks for. */
static const char *const extensions[] = {"cl_intel_va_api_media_sharing", "cl_khr_fp16",
	"cl_khr_fp64", "cl_khr_gl_sharing", "cl_khr_int64_base_atomics", "cl_khr_pci_bus_info",
	"cl_khr_spir", "cl_khr_subgroups"};

static cl_device_type type_of(const struct gp_cl_subject *subject)
{
	cl_device_type type = 0;

	subject->cl->device_info(subject->device, CL_DEVICE_TYPE, sizeof(type), &type, NULL);
	return type;
}

bool gp_cl_is_gpu(const struct gp_cl_subject *subject)
{
	return type_of(subject) & CL_DEVICE_TYPE_GPU;
}

bool gp_cl_is_cpu(const struct gp_cl_subject *subject)
{
	return type_of(subject) & CL_DEVICE_TYPE_CPU && !gp_cl_is_gpu(subject);
}

static const char *type_name(cl_device_type type)
{
	if (type & CL_DEVICE_TYPE_GPU)
		return "gpu";
	if (type & CL_DEVICE_TYPE_CPU)
		return "cpu";
	return type & CL_DEVICE_TYPE_ACCELERATOR ? "accelerator" : "other";
}

static void say_text(const struct gp_cl_subject *subject, const char *what, cl_device_info info)
{
	char *text = gp_cl_text(asked(subject), info);

	if (text)
		gp_say("device", "%s %s %s", subject->number, what, text);
	free(text);
}

static void say_extensions(const struct gp_cl_subject *subject)
{
	char list[512] = "";

	for (size_t i = 0; i < sizeof(extensions) / sizeof(extensions[0]); i++)
		if (gp_cl_has(subject, extensions[i])) {
			strcat(list, *list ? " " : "");
			strcat(list, extensions[i]);
		}
	gp_say("device", "%s extensions %s", subject->number, list);
}

void gp_cl_say_device(struct gp_cl_subject *subject, char pci[static 32])
{
	subject->pci = pci;
	say_text(subject, "name", CL_DEVICE_NAME);
	say_text(subject, "vendor", CL_DEVICE_VENDOR);
	gp_say("device", "%s type %s", subject->number, type_name(type_of(subject)));
	say_text(subject, "version", CL_DEVICE_VERSION);
	say_text(subject, "driver", CL_DRIVER_VERSION);
	say_extensions(subject);
	if (gp_cl_address(asked(subject), pci))
		gp_say("device", "%s pci %s", subject->number, pci);
}
