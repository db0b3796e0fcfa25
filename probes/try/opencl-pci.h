/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OPENCL_PCI_H
#define GP_OPENCL_PCI_H

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <stdbool.h>

/* A device, and clGetDeviceInfo() of the loader it comes from. */
struct gp_cl_asked {
	cl_int (*info)(cl_device_id, cl_device_info, size_t, void *, size_t *);
	cl_device_id device;
};

/* NULL where it cannot be had; the caller frees it. */
char *gp_cl_text(struct gp_cl_asked asked, cl_device_info what);
/* Whether the device has the extension. */
bool gp_cl_extends(struct gp_cl_asked asked, const char *extension);
/* "0000:00:02.0", by whichever extension tells; false, and "", where none does. */
bool gp_cl_address(struct gp_cl_asked asked, char pci[static 32]);

#endif
