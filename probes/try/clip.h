/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CLIP_H
#define GP_CLIP_H

#include <stddef.h>
#include <stdint.h>

/*
 * H.264 of one or two progressive frames, a slice each, and what its headers say: names as in
 * ITU-T H.264, section 7.4.
 */

struct gp_clip_frame {
	const uint8_t *data; /* one NAL unit, without a start code */
	size_t data_size;
	uint8_t slice_type; /* 2: I, 0: P, of the frame before */
	uint32_t is_reference;
	int8_t slice_qp_delta;
	uint8_t disable_deblocking;
	int8_t alpha_div2, beta_div2;
	uint16_t data_bit_offset; /* of the slice's data, from the start of the NAL unit, without
				     the bytes that prevent start codes */
	uint64_t sum;             /* of its NV12 picture: gp_picture_sum() */
};

struct gp_clip {
	uint16_t size; /* width and height */
	uint8_t level;
	uint8_t num_ref_frames;
	uint32_t log2_max_frame_num_minus4;
	uint32_t pic_order_cnt_type; /* 0 or 2 */
	uint32_t log2_max_pic_order_cnt_lsb_minus4;
	uint32_t direct_8x8_inference;
	uint32_t entropy_coding_mode;
	uint32_t bottom_field_pic_order;
	uint32_t weighted_pred;
	int8_t pic_init_qp_minus26;
	int8_t chroma_qp_index_offset, second_chroma_qp_index_offset;
	uint32_t deblocking_filter_control;
	uint32_t constrained_intra_pred;
	uint32_t transform_8x8_mode;
	unsigned n_frames;
	struct gp_clip_frame frames[2];
};

extern const struct gp_clip gp_clip_h264; /* clip-h264.c, generated */

/*
 * The one IDR frame of a stream with start codes, whose bytes it goes on to use. -EBADMSG: it has
 * none; -ENOTSUP: it has more than is looked at here.
 */
int gp_clip_read(const uint8_t *stream, size_t size, struct gp_clip *ret);

/* Headers of one IDR frame to be encoded, as NAL units behind start codes. */
struct gp_h264_headers {
	uint16_t size;
	const uint8_t *parameter_sets; /* SPS and PPS */
	size_t parameter_sets_size;
	const uint8_t *slice_head;
	size_t slice_head_bits;
};

#define GP_H264_PROFILE_AT 5 /* where the SPS has its profile_idc */

extern const struct gp_h264_headers gp_h264_headers;

#endif
