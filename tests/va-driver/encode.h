/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_ENCODE_H
#define GP_ENCODE_H

#include "driver.h"

/* What the buffers of an H.264 encode said, kept from picture to picture. */
struct gp_encode_order {
	bool has_sequence, has_picture, has_slice; /* the last two: of this picture */
	VAEncSequenceParameterBufferH264 sequence;
	VAEncPictureParameterBufferH264 picture;
	VAEncSliceParameterBufferH264 slice; /* the first */
	unsigned int rate;                   /* bits per second at most, 0: not said */
	unsigned int target;                 /* percent of that */
	unsigned int window;                 /* bits of the decoder's buffer, 0: not said */
	unsigned int fps[2];                 /* numerator, denominator */
};

VAStatus gp_encode_take(struct gp_encode_order *order, const struct gp_buffer *buffer);
void gp_encode_forget(struct gp_encode_order *order);

/* Of the picture that is shown, without what macroblocks add. */
int gp_encode_width(const struct gp_encode_order *order);
int gp_encode_height(const struct gp_encode_order *order);

#endif
