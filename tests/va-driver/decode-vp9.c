/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bits.h"
#include "decode.h"

struct vp9 {
	struct gp_decoder decoder;
	size_t offset, size; /* of the frame in the slice data */
	struct gp_bytes frame;
};

static VAStatus open(struct gp_context *context)
{
	struct vp9 *vp9 = context->state;

	return gp_decoder_open(&vp9->decoder, AV_CODEC_ID_VP9);
}

static void close(void *state)
{
	struct vp9 *vp9 = state;

	gp_decoder_close(&vp9->decoder);
	gp_bytes_free(&vp9->frame);
}

static void forget(void *state)
{
	struct vp9 *vp9 = state;

	vp9->offset = vp9->size = 0;
	vp9->frame.n = 0;
}

/* The picture parameters say again what stands in the frame itself. */
static VAStatus take(struct gp_context *context, const struct gp_buffer *buffer)
{
	struct vp9 *vp9 = context->state;

	if (buffer->type == VASliceParameterBufferType) {
		const VASliceParameterBufferVP9 *slice = gp_buffer_data(buffer, sizeof(*slice));

		if (slice == NULL || buffer->n != 1)
			return VA_STATUS_ERROR_INVALID_BUFFER;
		vp9->offset = slice->slice_data_offset;
		vp9->size = slice->slice_data_size;
	} else if (buffer->type == VASliceDataBufferType) {
		gp_bytes_add(
			&vp9->frame, gp_buffer_data(buffer, 0), (size_t)buffer->size * buffer->n);
	}
	return VA_STATUS_SUCCESS;
}

static VAStatus work(
	struct gp_driver *driver, struct gp_context *context, const struct gp_pixels *pixels)
{
	struct vp9 *vp9 = context->state;

	(void)driver;
	if (vp9->frame.failed)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	if (vp9->size == 0 || vp9->offset > vp9->frame.n || vp9->size > vp9->frame.n - vp9->offset)
		return VA_STATUS_ERROR_DECODING_ERROR;
	return gp_decoder_decode(&vp9->decoder, vp9->frame.data + vp9->offset, vp9->size, pixels);
}

const struct gp_worker gp_decode_vp9 = {
	.state_size = sizeof(struct vp9),
	.open = open,
	.close = close,
	.take = take,
	.work = work,
	.forget = forget,
};
