/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "driver.h"

#include <stdlib.h>

VAStatus gp_vaQueryImageFormats(struct gp_driver *driver, VAImageFormat *formats, int *n)
{
	(void)driver;
	for (size_t i = 0; i < gp_n_formats; i++)
		formats[i] = gp_formats[i].image;
	*n = (int)gp_n_formats;
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaQuerySubpictureFormats(
	struct gp_driver *driver, VAImageFormat *formats, unsigned int *flags, unsigned int *n)
{
	(void)driver;
	(void)formats;
	(void)flags;
	*n = 0;
	return VA_STATUS_SUCCESS;
}

static VAImage describe(const struct gp_pixels *pixels, VAImageID id, VABufferID buffer)
{
	VAImage image = {
		.image_id = id,
		.format = pixels->format->image,
		.buf = buffer,
		.width = (uint16_t)pixels->width,
		.height = (uint16_t)pixels->height,
		.data_size = (uint32_t)pixels->memory->size,
		.num_planes = pixels->n_planes,
	};

	for (unsigned int i = 0; i < pixels->n_planes && i < 3; i++) {
		image.pitches[i] = (uint32_t)pixels->pitches[i];
		image.offsets[i] = (uint32_t)pixels->offsets[i];
	}
	return image;
}

/* Takes the pixels over, also where it fails. */
static VAStatus add(struct gp_driver *driver, struct gp_pixels pixels, VAImage *ret)
{
	struct gp_image *image = calloc(1, sizeof(*image));
	VAImageID id;

	if (image == NULL) {
		gp_pixels_free(&pixels);
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	}
	image->pixels = pixels;
	image->buffer = gp_buffer_add(
		driver, VAImageBufferType, (unsigned int)pixels.memory->size, 1, pixels.memory);
	id = image->buffer != VA_INVALID_ID ? gp_table_add(&driver->images, image) : VA_INVALID_ID;
	if (id == VA_INVALID_ID) {
		gp_buffer_free(gp_table_take(&driver->buffers, image->buffer));
		gp_image_free(image);
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	}
	*ret = describe(&image->pixels, id, image->buffer);
	return VA_STATUS_SUCCESS;
}

VAStatus gp_vaCreateImage(
	struct gp_driver *driver, VAImageFormat *format, int width, int height, VAImage *image)
{
	const struct gp_format *ours = gp_format_of_fourcc(format->fourcc);
	struct gp_pixels pixels;
	VAStatus status;

	if (ours == NULL)
		return VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
	status = gp_status_of(gp_pixels_alloc(&pixels, ours, width, height));
	return status == VA_STATUS_SUCCESS ? add(driver, pixels, image) : status;
}

VAStatus gp_vaDeriveImage(struct gp_driver *driver, VASurfaceID surface, VAImage *image)
{
	const struct gp_surface *shown = gp_table_get(&driver->surfaces, surface);
	struct gp_pixels pixels;
	VAStatus status;

	if (shown == NULL)
		return VA_STATUS_ERROR_INVALID_SURFACE;
	status = gp_status_of(gp_pixels_share(&pixels, &shown->pixels));
	return status == VA_STATUS_SUCCESS ? add(driver, pixels, image) : status;
}

void gp_image_free(struct gp_image *image)
{
	if (image == NULL)
		return;
	gp_pixels_free(&image->pixels);
	free(image);
}

VAStatus gp_vaDestroyImage(struct gp_driver *driver, VAImageID id)
{
	struct gp_image *image = gp_table_take(&driver->images, id);

	if (image == NULL)
		return VA_STATUS_ERROR_INVALID_IMAGE;
	gp_buffer_free(gp_table_take(&driver->buffers, image->buffer));
	gp_image_free(image);
	return VA_STATUS_SUCCESS;
}

static bool cut(struct gp_view *view, int x, int y, unsigned int width, unsigned int height)
{
	return width <= GP_LARGEST_SIDE && height <= GP_LARGEST_SIDE &&
	       gp_view_cut(view, x, y, (int)width, (int)height);
}

VAStatus gp_vaGetImage(struct gp_driver *driver, VASurfaceID surface, int x, int y,
	unsigned int width, unsigned int height, VAImageID id)
{
	const struct gp_surface *shown = gp_table_get(&driver->surfaces, surface);
	const struct gp_image *image = gp_table_get(&driver->images, id);
	struct gp_view from, to;

	if (shown == NULL)
		return VA_STATUS_ERROR_INVALID_SURFACE;
	if (image == NULL)
		return VA_STATUS_ERROR_INVALID_IMAGE;
	from = gp_view_of(&shown->pixels);
	to = gp_view_of(&image->pixels);
	if (!cut(&from, x, y, width, height) || !cut(&to, 0, 0, width, height))
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	return gp_status_of(gp_convert(&driver->scaler, from, to));
}

VAStatus gp_vaPutImage(struct gp_driver *driver, VASurfaceID surface, VAImageID id, int from_x,
	int from_y, unsigned int from_width, unsigned int from_height, int to_x, int to_y,
	unsigned int to_width, unsigned int to_height)
{
	const struct gp_surface *shown = gp_table_get(&driver->surfaces, surface);
	const struct gp_image *image = gp_table_get(&driver->images, id);
	struct gp_view from, to;

	if (shown == NULL)
		return VA_STATUS_ERROR_INVALID_SURFACE;
	if (image == NULL)
		return VA_STATUS_ERROR_INVALID_IMAGE;
	from = gp_view_of(&image->pixels);
	to = gp_view_of(&shown->pixels);
	if (!cut(&from, from_x, from_y, from_width, from_height) ||
		!cut(&to, to_x, to_y, to_width, to_height))
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	return gp_status_of(gp_convert(&driver->scaler, from, to));
}
