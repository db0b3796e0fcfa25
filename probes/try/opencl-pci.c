/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "try/opencl-pci.h"

#include <CL/cl_ext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* cl_nv_device_attribute_query and cl_amd_device_attribute_query, which have no header here. */
#define NV_BUS       0x4008
#define NV_SLOT      0x4009 /* device and function, as in the configuration space */
#define NV_DOMAIN    0x400A
#define AMD_TOPOLOGY 0x4037
#define AMD_PCIE     1

#define MOST_TEXT ((size_t)64 * 1024)

char *gp_cl_text(struct gp_cl_asked asked, cl_device_info what)
{
	char *text;
	size_t size = 0;

	if (asked.info(asked.device, what, 0, NULL, &size) || size > MOST_TEXT)
		return NULL;
	text = calloc(1, size + 1);
	if (text && asked.info(asked.device, what, size, text, NULL)) {
		free(text);
		return NULL;
	}
	return text;
}

bool gp_cl_extends(struct gp_cl_asked asked, const char *extension)
{
	char *all = gp_cl_text(asked, CL_DEVICE_EXTENSIONS), *rest = NULL;
	bool found = false;

	for (char *word = all ? strtok_r(all, " ", &rest) : NULL; word && !found;
		word = strtok_r(NULL, " ", &rest))
		found = strcmp(word, extension) == 0;
	free(all);
	return found;
}

static bool number_of(struct gp_cl_asked asked, cl_device_info what, cl_uint *ret)
{
	return !asked.info(asked.device, what, sizeof(*ret), ret, NULL);
}

static bool khronos_address(struct gp_cl_asked asked, cl_device_pci_bus_info_khr *ret)
{
	return gp_cl_extends(asked, "cl_khr_pci_bus_info") &&
	       !asked.info(asked.device, CL_DEVICE_PCI_BUS_INFO_KHR, sizeof(*ret), ret, NULL);
}

static bool nvidia_address(struct gp_cl_asked asked, cl_device_pci_bus_info_khr *ret)
{
	cl_uint bus, slot, domain = 0;

	if (!gp_cl_extends(asked, "cl_nv_device_attribute_query") ||
		!number_of(asked, NV_BUS, &bus) || !number_of(asked, NV_SLOT, &slot))
		return false;
	number_of(asked, NV_DOMAIN, &domain);
	*ret = (cl_device_pci_bus_info_khr){domain, bus & 0xff, (slot >> 3) & 0x1f, slot & 7};
	return true;
}

/* It knows no domains: 0 is the one that most machines have alone. */
static bool amd_address(struct gp_cl_asked asked, cl_device_pci_bus_info_khr *ret)
{
	struct {
		cl_uint type;
		cl_uchar unused[17], bus, device, function;
	} topology;

	if (!gp_cl_extends(asked, "cl_amd_device_attribute_query") ||
		asked.info(asked.device, AMD_TOPOLOGY, sizeof(topology), &topology, NULL) ||
		topology.type != AMD_PCIE)
		return false;
	*ret = (cl_device_pci_bus_info_khr){0, topology.bus, topology.device, topology.function};
	return true;
}

bool gp_cl_address(struct gp_cl_asked asked, char pci[static 32])
{
	cl_device_pci_bus_info_khr at;

	*pci = '\0';
	if (!khronos_address(asked, &at) && !nvidia_address(asked, &at) && !amd_address(asked, &at))
		return false;
	snprintf(pci, 32, "%04x:%02x:%02x.%x", at.pci_domain & 0xffff, at.pci_bus & 0xff,
		at.pci_device & 0x1f, at.pci_function & 7);
	return true;
}
