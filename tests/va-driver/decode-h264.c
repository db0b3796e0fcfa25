/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decode.h"
#include "h264-headers.h"

#include <string.h>

#define MOST_PPS        256
#define MOST_REFERENCES 32

struct h264 {
	struct gp_decoder decoder;
	struct gp_bytes sent; /* the headers that the decoder has */
	VAPictureParameterBufferH264 picture;
	VAIQMatrixBufferH264 matrices;
	bool has_picture, has_matrices;
	/* Of the picture, from the parameters whose data is still to come. */
	VASliceParameterBufferH264 *slices;
	size_t n_slices;
	unsigned int pps_id, references[2];
	struct gp_bytes headers, data;
};

static VAStatus open(struct gp_context *context)
{
	struct h264 *h264 = context->state;

	return gp_decoder_open(&h264->decoder, AV_CODEC_ID_H264);
}

static void forget(void *state)
{
	struct h264 *h264 = state;

	av_freep(&h264->slices);
	h264->n_slices = 0;
	h264->has_picture = h264->has_matrices = false;
	h264->references[0] = h264->references[1] = 1;
	h264->data.n = 0;
	h264->headers.n = 0;
}

static void close(void *state)
{
	struct h264 *h264 = state;

	gp_decoder_close(&h264->decoder);
	gp_bytes_free(&h264->sent);
	gp_bytes_free(&h264->headers);
	gp_bytes_free(&h264->data);
	av_freep(&h264->slices);
}

/* The parameters of one slice or of several come before the data of these slices. */
static VAStatus take_parameters(struct h264 *h264, const struct gp_buffer *buffer)
{
	const void *data = gp_buffer_data(buffer, 0);

	if (buffer->size != sizeof(*h264->slices))
		return VA_STATUS_ERROR_INVALID_BUFFER;
	av_freep(&h264->slices);
	h264->slices = av_memdup(data, (size_t)buffer->size * buffer->n);
	if (h264->slices == NULL)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	h264->n_slices = buffer->n;
	return VA_STATUS_SUCCESS;
}

static VAStatus take_slice(struct h264 *h264, const VASliceParameterBufferH264 *slice,
	const uint8_t *data, size_t size)
{
	struct gp_slice_header header = gp_read_slice_header(data, size, &h264->picture);

	if (header.pps_id >= MOST_PPS || slice->num_ref_idx_l0_active_minus1 >= MOST_REFERENCES ||
		slice->num_ref_idx_l1_active_minus1 >= MOST_REFERENCES)
		return VA_STATUS_ERROR_DECODING_ERROR;
	h264->pps_id = header.pps_id;
	if (!header.counts_references && slice->slice_type % 5 <= 1)
		h264->references[0] = slice->num_ref_idx_l0_active_minus1 + 1u;
	if (!header.counts_references && slice->slice_type % 5 == 1)
		h264->references[1] = slice->num_ref_idx_l1_active_minus1 + 1u;
	gp_bytes_add(&h264->data, "\0\0\1", 3);
	gp_bytes_add(&h264->data, data, size);
	return VA_STATUS_SUCCESS;
}

static VAStatus take_data(struct h264 *h264, const struct gp_buffer *buffer)
{
	const uint8_t *data = gp_buffer_data(buffer, 0);
	size_t size = (size_t)buffer->size * buffer->n;
	VAStatus status = VA_STATUS_SUCCESS;

	if (!h264->has_picture || h264->n_slices == 0)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	for (size_t i = 0; i < h264->n_slices && status == VA_STATUS_SUCCESS; i++) {
		const VASliceParameterBufferH264 *slice = &h264->slices[i];

		if (slice->slice_data_offset > size ||
			slice->slice_data_size > size - slice->slice_data_offset)
			return VA_STATUS_ERROR_INVALID_BUFFER;
		status = take_slice(
			h264, slice, data + slice->slice_data_offset, slice->slice_data_size);
	}
	h264->n_slices = 0;
	return status;
}

static VAStatus take_picture(struct h264 *h264, const struct gp_buffer *buffer)
{
	const VAPictureParameterBufferH264 *picture = gp_buffer_data(buffer, sizeof(*picture));

	if (picture == NULL)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	/* Order type 1 has parameters that VA-API does not carry. */
	if (!picture->seq_fields.bits.frame_mbs_only_flag ||
		picture->seq_fields.bits.pic_order_cnt_type == 1)
		return VA_STATUS_ERROR_UNIMPLEMENTED;
	h264->picture = *picture;
	h264->has_picture = true;
	return VA_STATUS_SUCCESS;
}

static VAStatus take(struct gp_context *context, const struct gp_buffer *buffer)
{
	struct h264 *h264 = context->state;
	const VAIQMatrixBufferH264 *matrices;

	switch (buffer->type) {
	case VAPictureParameterBufferType:
		return take_picture(h264, buffer);
	case VAIQMatrixBufferType:
		matrices = gp_buffer_data(buffer, sizeof(*matrices));
		if (matrices == NULL)
			return VA_STATUS_ERROR_INVALID_BUFFER;
		h264->matrices = *matrices;
		h264->has_matrices = true;
		return VA_STATUS_SUCCESS;
	case VASliceParameterBufferType:
		return take_parameters(h264, buffer);
	case VASliceDataBufferType:
		return take_data(h264, buffer);
	default:
		return VA_STATUS_SUCCESS;
	}
}

/* The headers, only where they differ from the ones before, and the slices behind them. */
static const struct gp_bytes *whole_picture(struct h264 *h264)
{
	struct gp_bytes *headers = &h264->headers;

	gp_put_sps(headers, &h264->picture);
	gp_put_pps(headers, h264->pps_id, h264->references, &h264->picture,
		h264->has_matrices ? &h264->matrices : NULL);
	if (headers->failed)
		return headers;
	if (headers->n == h264->sent.n && memcmp(headers->data, h264->sent.data, headers->n) == 0)
		return &h264->data;
	h264->sent.n = 0;
	gp_bytes_add(&h264->sent, headers->data, headers->n);
	gp_bytes_add(headers, h264->data.data, h264->data.n);
	return headers;
}

static VAStatus work(
	struct gp_driver *driver, struct gp_context *context, const struct gp_pixels *pixels)
{
	struct h264 *h264 = context->state;
	const struct gp_bytes *picture;

	(void)driver;
	if (!h264->has_picture || h264->data.n == 0)
		return VA_STATUS_ERROR_DECODING_ERROR;
	picture = whole_picture(h264);
	if (picture->failed || h264->data.failed || h264->sent.failed)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	return gp_decoder_decode(&h264->decoder, picture->data, picture->n, pixels);
}

const struct gp_worker gp_decode_h264 = {
	.state_size = sizeof(struct h264),
	.open = open,
	.close = close,
	.take = take,
	.work = work,
	.forget = forget,
};
