/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "try/opencl-api.h"
#include "try/say.h"

/* cl_nv_device_attribute_query and cl_amd_device_attribute_query, which have no header here. */
#define NV_BUS       0x4008
#define NV_SLOT      0x4009 /* device and function, as in the configuration space */
#define NV_DOMAIN    0x400A
#define AMD_TOPOLOGY 0x4037
#define AMD_PCIE     1

#define MOST_TEXT ((size_t)64 * 1024)

/* NULL where it cannot be had; the caller frees it. */
static char *text_of(const struct gp_cl_subject *subject, cl_device_info what)
{
	char *text;
	size_t size = 0;

	if (subject->cl->device_info(subject->device, what, 0, NULL, &size) || size > MOST_TEXT)
		return NULL;
	text = calloc(1, size + 1);
	if (text && subject->cl->device_info(subject->device, what, size, text, NULL)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Of the long list those that something here asks for. */
static const char *const extensions[] = {"cl_intel_va_api_media_sharing", "cl_khr_fp16",
	"cl_khr_fp64", "cl_khr_gl_sharing", "cl_khr_int64_base_atomics", "cl_khr_pci_bus_info",
	"cl_khr_spir", "cl_khr_subgroups"};

bool gp_cl_has(const struct gp_cl_subject *subject, const char *extension)
{
	char *all = text_of(subject, CL_DEVICE_EXTENSIONS), *rest = NULL;
	bool found = false;

	for (char *word = all ? strtok_r(all, " ", &rest) : NULL; word && !found;
		word = strtok_r(NULL, " ", &rest))
		found = strcmp(word, extension) == 0;
	free(all);
	return found;
}

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
	char *text = text_of(subject, info);

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

static bool number_of(const struct gp_cl_subject *subject, cl_device_info what, cl_uint *ret)
{
	return !subject->cl->device_info(subject->device, what, sizeof(*ret), ret, NULL);
}

static bool khronos_address(const struct gp_cl_subject *subject, cl_device_pci_bus_info_khr *ret)
{
	return gp_cl_has(subject, "cl_khr_pci_bus_info") &&
	       !subject->cl->device_info(
		       subject->device, CL_DEVICE_PCI_BUS_INFO_KHR, sizeof(*ret), ret, NULL);
}

static bool nvidia_address(const struct gp_cl_subject *subject, cl_device_pci_bus_info_khr *ret)
{
	cl_uint bus, slot, domain = 0;

	if (!gp_cl_has(subject, "cl_nv_device_attribute_query") ||
		!number_of(subject, NV_BUS, &bus) || !number_of(subject, NV_SLOT, &slot))
		return false;
	number_of(subject, NV_DOMAIN, &domain);
	*ret = (cl_device_pci_bus_info_khr){domain, bus & 0xff, (slot >> 3) & 0x1f, slot & 7};
	return true;
}

/* It knows no domains: 0 is the one that most machines have alone. */
static bool amd_address(const struct gp_cl_subject *subject, cl_device_pci_bus_info_khr *ret)
{
	struct {
		cl_uint type;
		cl_uchar unused[17], bus, device, function;
	} topology;

	if (!gp_cl_has(subject, "cl_amd_device_attribute_query") ||
		subject->cl->device_info(
			subject->device, AMD_TOPOLOGY, sizeof(topology), &topology, NULL) ||
		topology.type != AMD_PCIE)
		return false;
	*ret = (cl_device_pci_bus_info_khr){0, topology.bus, topology.device, topology.function};
	return true;
}

void gp_cl_say_device(struct gp_cl_subject *subject, char pci[static 32])
{
	cl_device_pci_bus_info_khr at;

	*pci = '\0';
	subject->pci = pci;
	say_text(subject, "name", CL_DEVICE_NAME);
	say_text(subject, "vendor", CL_DEVICE_VENDOR);
	gp_say("device", "%s type %s", subject->number, type_name(type_of(subject)));
	say_text(subject, "version", CL_DEVICE_VERSION);
	say_text(subject, "driver", CL_DRIVER_VERSION);
	say_extensions(subject);
	if (!khronos_address(subject, &at) && !nvidia_address(subject, &at) &&
		!amd_address(subject, &at))
		return;
	snprintf(pci, 32, "%04x:%02x:%02x.%x", at.pci_domain & 0xffff, at.pci_bus & 0xff,
		at.pci_device & 0x1f, at.pci_function & 7);
	gp_say("device", "%s pci %s", subject->number, pci);
}
