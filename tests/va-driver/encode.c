/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "encode.h"

static VAStatus take_misc(struct gp_encode_order *order, const struct gp_buffer *buffer)
{
	const VAEncMiscParameterBuffer *misc = gp_buffer_data(buffer, sizeof(*misc));
	const VAEncMiscParameterRateControl *rate;
	const VAEncMiscParameterFrameRate *frames;
	const VAEncMiscParameterHRD *hrd;

	if (misc == NULL)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	/* A buffer ends where its contents end; which of them is known is read, the rest is not. */
	if (misc->type == VAEncMiscParameterTypeRateControl &&
		gp_buffer_data(buffer, sizeof(*misc) + sizeof(*rate)) != NULL) {
		rate = (const void *)misc->data;
		order->rate = rate->bits_per_second;
		order->target = rate->target_percentage;
	} else if (misc->type == VAEncMiscParameterTypeHRD &&
		   gp_buffer_data(buffer, sizeof(*misc) + sizeof(*hrd)) != NULL) {
		hrd = (const void *)misc->data;
		order->window = hrd->buffer_size;
	} else if (misc->type == VAEncMiscParameterTypeFrameRate &&
		   gp_buffer_data(buffer, sizeof(*misc) + sizeof(frames->framerate)) != NULL) {
		frames = (const void *)misc->data;
		order->fps[0] = frames->framerate & 0xffff;
		order->fps[1] = frames->framerate >> 16;
	}
	return VA_STATUS_SUCCESS;
}

static VAStatus take_sequence(struct gp_encode_order *order, const struct gp_buffer *buffer)
{
	const VAEncSequenceParameterBufferH264 *sequence =
		gp_buffer_data(buffer, sizeof(*sequence));

	if (sequence == NULL)
		return VA_STATUS_ERROR_INVALID_BUFFER;
	order->sequence = *sequence;
	order->has_sequence = true;
	if (order->rate == 0)
		order->rate = sequence->bits_per_second;
	if (sequence->vui_fields.bits.timing_info_present_flag && order->fps[0] == 0) {
		order->fps[0] = sequence->time_scale / 2;
		order->fps[1] = sequence->num_units_in_tick;
	}
	return VA_STATUS_SUCCESS;
}

/* Packed headers, which are declared unsupported, and all else are left alone. */
VAStatus gp_encode_take(struct gp_encode_order *order, const struct gp_buffer *buffer)
{
	const VAEncPictureParameterBufferH264 *picture;
	const VAEncSliceParameterBufferH264 *slice;

	switch (buffer->type) {
	case VAEncSequenceParameterBufferType:
		return take_sequence(order, buffer);
	case VAEncMiscParameterBufferType:
		return take_misc(order, buffer);
	case VAEncPictureParameterBufferType:
		picture = gp_buffer_data(buffer, sizeof(*picture));
		if (picture == NULL)
			return VA_STATUS_ERROR_INVALID_BUFFER;
		order->picture = *picture;
		order->has_picture = true;
		return VA_STATUS_SUCCESS;
	case VAEncSliceParameterBufferType:
		slice = gp_buffer_data(buffer, sizeof(*slice));
		if (slice == NULL)
			return VA_STATUS_ERROR_INVALID_BUFFER;
		if (!order->has_slice)
			order->slice = *slice;
		order->has_slice = true;
		return VA_STATUS_SUCCESS;
	default:
		return VA_STATUS_SUCCESS;
	}
}

void gp_encode_forget(struct gp_encode_order *order)
{
	order->has_picture = order->has_slice = false;
}

/* ITU-T H.264, 7.4.2.1.1: of 4:2:0, cropping counts in steps of two. */
static int cropped(unsigned int macroblocks, bool cropping, unsigned int before, unsigned int after)
{
	unsigned int size = 16 * macroblocks;

	if (cropping && before < size && after < size && 2 * (before + after) < size)
		size -= 2 * (before + after);
	return (int)size;
}

int gp_encode_width(const struct gp_encode_order *order)
{
	return cropped(order->sequence.picture_width_in_mbs, order->sequence.frame_cropping_flag,
		order->sequence.frame_crop_left_offset, order->sequence.frame_crop_right_offset);
}

int gp_encode_height(const struct gp_encode_order *order)
{
	return cropped(order->sequence.picture_height_in_mbs, order->sequence.frame_cropping_flag,
		order->sequence.frame_crop_top_offset, order->sequence.frame_crop_bottom_offset);
}
