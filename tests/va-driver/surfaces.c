/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver.h"

#include <stdlib.h>

/* Surfaces from elsewhere are not taken. A hint of their use changes nothing. */
static VAStatus read_attribute(const VASurfaceAttrib *attribute, const struct gp_format **format)
{
	if (!(attribute->flags & VA_SURFACE_ATTRIB_SETTABLE) &&
		attribute->type != VASurfaceAttribPixelFormat)
		return VA_STATUS_SUCCESS;
	switch (attribute->type) {
	case VASurfaceAttribPixelFormat:
		*format = gp_format_of_fourcc((uint32_t)attribute->value.value.i);
		return *format != NULL ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
	case VASurfaceAttribMemoryType:
		return attribute->value.value.i == VA_SURFACE_ATTRIB_MEM_TYPE_VA
			       ? VA_STATUS_SUCCESS
			       : VA_STATUS_ERROR_UNSUPPORTED_MEMORY_TYPE;
	case VASurfaceAttribUsageHint:
		return VA_STATUS_SUCCESS;
	case VASurfaceAttribExternalBufferDescriptor:
		return attribute->value.value.p == NULL ? VA_STATUS_SUCCESS
							: VA_STATUS_ERROR_ATTR_NOT_SUPPORTED;
	default:
		return VA_STATUS_ERROR_ATTR_NOT_SUPPORTED;
	}
}

static VAStatus create(struct gp_driver *driver, const struct gp_format *format, int width,
	int height, VASurfaceID *id)
{
	struct gp_surface *surface = calloc(1, sizeof(*surface));
	VAStatus status;

	if (surface == NULL)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	status = gp_status_of(gp_pixels_alloc(&surface->pixels, format, width, height));
	if (status == VA_STATUS_SUCCESS) {
		*id = gp_table_add(&driver->surfaces, surface);
		if (*id != VA_INVALID_ID)
			return VA_STATUS_SUCCESS;
		status = VA_STATUS_ERROR_ALLOCATION_FAILED;
	}
	gp_surface_free(surface);
	return status;
}

VAStatus gp_vaCreateSurfaces2(struct gp_driver *driver, unsigned int rt_format, unsigned int width,
	unsigned int height, VASurfaceID *ids, unsigned int n, VASurfaceAttrib *attributes,
	unsigned int n_attributes)
{
	const struct gp_format *format = gp_format_of_rt(rt_format);
	VAStatus status = VA_STATUS_SUCCESS;

	if (format == NULL)
		return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
	if (width > GP_LARGEST_SIDE || height > GP_LARGEST_SIDE)
		return VA_STATUS_ERROR_RESOLUTION_NOT_SUPPORTED;
	for (unsigned int i = 0; i < n_attributes && status == VA_STATUS_SUCCESS; i++)
		status = read_attribute(&attributes[i], &format);
	for (unsigned int i = 0; i < n && status == VA_STATUS_SUCCESS; i++) {
		status = create(driver, format, (int)width, (int)height, &ids[i]);
		for (unsigned int j = 0; j < i && status != VA_STATUS_SUCCESS; j++)
			gp_surface_free(gp_table_take(&driver->surfaces, ids[j]));
	}
	return status;
}

void gp_surface_free(struct gp_surface *surface)
{
	if (surface == NULL)
		return;
	gp_pixels_free(&surface->pixels);
	free(surface);
}

VAStatus gp_vaDestroySurfaces(struct gp_driver *driver, VASurfaceID *ids, int n)
{
	for (int i = 0; i < n; i++)
		if (gp_table_get(&driver->surfaces, ids[i]) == NULL)
			return VA_STATUS_ERROR_INVALID_SURFACE;
	for (int i = 0; i < n; i++)
		gp_surface_free(gp_table_take(&driver->surfaces, ids[i]));
	return VA_STATUS_SUCCESS;
}

/* All work is done when vaEndPicture() returns: there is never anything to wait for. */
VAStatus gp_vaSyncSurface(struct gp_driver *driver, VASurfaceID id)
{
	return gp_table_get(&driver->surfaces, id) != NULL ? VA_STATUS_SUCCESS
							   : VA_STATUS_ERROR_INVALID_SURFACE;
}

VAStatus gp_vaSyncSurface2(struct gp_driver *driver, VASurfaceID id, uint64_t timeout)
{
	(void)timeout;
	return gp_vaSyncSurface(driver, id);
}

VAStatus gp_vaQuerySurfaceStatus(struct gp_driver *driver, VASurfaceID id, VASurfaceStatus *status)
{
	*status = VASurfaceReady;
	return gp_vaSyncSurface(driver, id);
}
