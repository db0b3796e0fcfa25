/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "try/va-try.h"

void gp_picture_draw(uint8_t *picture, unsigned size)
{
	uint8_t *chroma = picture + (size_t)size * size;

	for (unsigned y = 0; y < size; y++)
		for (unsigned x = 0; x < size; x++)
			picture[y * size + x] = (uint8_t)(32 + 96 * x / size + 80 * y / size);
	for (unsigned y = 0; y < size / 2; y++)
		for (unsigned x = 0; x < size / 2; x++) {
			chroma[y * size + 2 * x] = (uint8_t)(96 + 128 * x / size);
			chroma[y * size + 2 * x + 1] = (uint8_t)(160 - 128 * y / size);
		}
}

uint64_t gp_picture_sum(const uint8_t *picture, unsigned size)
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < GP_NV12_BYTES(size); i++)
		sum = (sum ^ picture[i]) * UINT64_C(0x100000001b3);
	return sum;
}

unsigned gp_picture_difference(const uint8_t *a, const uint8_t *b, unsigned size)
{
	unsigned long sum = 0;

	for (size_t i = 0; i < GP_NV12_BYTES(size); i++)
		sum += (unsigned)abs((int)a[i] - (int)b[i]);
	return (unsigned)(sum / GP_NV12_BYTES(size));
}

bool gp_picture_is_blank(const uint8_t *picture, unsigned size)
{
	for (size_t i = 1; i < GP_NV12_BYTES(size); i++)
		if (picture[i] != picture[0])
			return false;
	return true;
}

/* Between a mapped image, whose lines may be longer, and a picture. */
static bool copy(const VAImage *image, uint8_t *mapped, uint8_t *picture, unsigned size, bool put)
{
	uint64_t chroma_end = image->offsets[1] + (uint64_t)image->pitches[1] * (size / 2);
	uint64_t luma_end = image->offsets[0] + (uint64_t)image->pitches[0] * size;

	if (image->format.fourcc != VA_FOURCC_NV12 || image->width < size || image->height < size ||
		image->pitches[0] < size || image->pitches[1] < size ||
		luma_end > image->data_size || chroma_end > image->data_size)
		return false;
	for (unsigned y = 0; y < size + size / 2; y++) {
		unsigned plane = y >= size, line = plane ? y - size : y;
		uint8_t *there = mapped + image->offsets[plane] + line * image->pitches[plane];
		uint8_t *here = picture + (size_t)y * size;

		memcpy(put ? there : here, put ? here : there, size);
	}
	return true;
}

static VAStatus copy_image(
	VADisplay display, const VAImage *image, uint8_t *picture, unsigned size, bool put)
{
	void *mapped = NULL;
	VAStatus status = vaMapBuffer(display, image->buf, &mapped);
	bool copied;

	if (status != VA_STATUS_SUCCESS)
		return status;
	copied = mapped && copy(image, mapped, picture, size, put);
	status = vaUnmapBuffer(display, image->buf);
	return copied ? status : VA_STATUS_ERROR_INVALID_IMAGE_FORMAT;
}

static VAStatus by_image(
	VADisplay display, VASurfaceID surface, uint8_t *picture, unsigned size, bool put)
{
	VAImageFormat format = {
		.fourcc = VA_FOURCC_NV12, .byte_order = VA_LSB_FIRST, .bits_per_pixel = 12};
	VAImage image;
	VAStatus status = vaCreateImage(display, &format, (int)size, (int)size, &image);

	if (status != VA_STATUS_SUCCESS)
		return status;
	if (put)
		status = copy_image(display, &image, picture, size, true);
	if (status == VA_STATUS_SUCCESS && put)
		status = vaPutImage(
			display, surface, image.image_id, 0, 0, size, size, 0, 0, size, size);
	else if (status == VA_STATUS_SUCCESS)
		status = vaGetImage(display, surface, 0, 0, size, size, image.image_id);
	if (status == VA_STATUS_SUCCESS && !put)
		status = copy_image(display, &image, picture, size, false);
	vaDestroyImage(display, image.image_id);
	return status;
}

static VAStatus by_derived(
	VADisplay display, VASurfaceID surface, uint8_t *picture, unsigned size, bool put)
{
	VAImage image;
	VAStatus status = vaDeriveImage(display, surface, &image);

	if (status != VA_STATUS_SUCCESS)
		return status;
	status = copy_image(display, &image, picture, size, put);
	vaDestroyImage(display, image.image_id);
	return status;
}

bool gp_va_put(
	const struct gp_va_job *work, VASurfaceID surface, const uint8_t *picture, unsigned size)
{
	uint8_t *source = (uint8_t *)(uintptr_t)picture;
	VAStatus status = by_image(work->display, surface, source, size, true);

	if (status != VA_STATUS_SUCCESS &&
		by_derived(work->display, surface, source, size, true) == VA_STATUS_SUCCESS)
		status = VA_STATUS_SUCCESS;
	return gp_va_is_done(work, "vaPutImage", status);
}

bool gp_va_get(
	const struct gp_va_job *work, VASurfaceID surface, uint8_t *ret_picture, unsigned size)
{
	VAStatus status = by_image(work->display, surface, ret_picture, size, false);

	if (status != VA_STATUS_SUCCESS &&
		by_derived(work->display, surface, ret_picture, size, false) == VA_STATUS_SUCCESS)
		status = VA_STATUS_SUCCESS;
	return gp_va_is_done(work, "vaGetImage", status);
}
