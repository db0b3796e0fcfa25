/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bits.h"
#include "encode.h"

/*
 * A stream that is right and costs nothing: pictures are gray, and all of them after an IDR picture
 * say that nothing has changed. Section numbers are those of ITU-T H.264.
 */

#define NAL_SPS        0x67
#define NAL_PPS        0x68
#define NAL_IDR        0x65
#define NAL_P          0x41
#define FRAME_NUM_BITS 16

struct gray {
	struct gp_encode_order order;
	unsigned int frame_num;
	unsigned int idr_pic_id;
	bool started;
};

static void forget(void *state)
{
	struct gray *gray = state;

	gp_encode_forget(&gray->order);
}

static VAStatus take(struct gp_context *context, const struct gp_buffer *buffer)
{
	struct gray *gray = context->state;

	return gp_encode_take(&gray->order, buffer);
}

/* 7.3.2.1.1, of the Constrained Baseline profile; 7.3.2.2 */
static void put_headers(struct gp_bytes *stream, const VAEncSequenceParameterBufferH264 *sequence)
{
	struct gp_bit_writer sps = {.pending = 0}, pps = {.pending = 0};

	gp_put_bits(&sps, 8, 66);
	gp_put_bits(&sps, 8, 0xc0);
	gp_put_bits(&sps, 8, 52);
	gp_put_ue(&sps, 0); /* seq_parameter_set_id */
	gp_put_ue(&sps, FRAME_NUM_BITS - 4);
	gp_put_ue(&sps, 2);      /* pic_order_cnt_type */
	gp_put_ue(&sps, 1);      /* max_num_ref_frames */
	gp_put_bits(&sps, 1, 0); /* gaps_in_frame_num_value_allowed_flag */
	gp_put_ue(&sps, sequence->picture_width_in_mbs - 1u);
	gp_put_ue(&sps, sequence->picture_height_in_mbs - 1u);
	gp_put_bits(&sps, 1, 1); /* frame_mbs_only_flag */
	gp_put_bits(&sps, 1, 1); /* direct_8x8_inference_flag */
	gp_put_bits(&sps, 1, sequence->frame_cropping_flag != 0);
	if (sequence->frame_cropping_flag) {
		gp_put_ue(&sps, sequence->frame_crop_left_offset);
		gp_put_ue(&sps, sequence->frame_crop_right_offset);
		gp_put_ue(&sps, sequence->frame_crop_top_offset);
		gp_put_ue(&sps, sequence->frame_crop_bottom_offset);
	}
	gp_put_bits(&sps, 1, 0); /* vui_parameters_present_flag */
	gp_put_nal(stream, NAL_SPS, &sps);

	gp_put_ue(&pps, 0);      /* pic_parameter_set_id */
	gp_put_ue(&pps, 0);      /* seq_parameter_set_id */
	gp_put_bits(&pps, 2, 0); /* entropy_coding_mode_flag, bottom_field_pic_order... */
	gp_put_ue(&pps, 0);      /* num_slice_groups_minus1 */
	gp_put_ue(&pps, 0);      /* num_ref_idx_l0_default_active_minus1 */
	gp_put_ue(&pps, 0);      /* num_ref_idx_l1_default_active_minus1 */
	gp_put_bits(&pps, 3, 0); /* weighted_pred_flag, weighted_bipred_idc */
	gp_put_se(&pps, 0);      /* pic_init_qp_minus26 */
	gp_put_se(&pps, 0);      /* pic_init_qs_minus26 */
	gp_put_se(&pps, 0);      /* chroma_qp_index_offset */
	gp_put_bits(&pps, 1, 1); /* deblocking_filter_control_present_flag */
	gp_put_bits(&pps, 2, 0); /* constrained_intra_pred_flag, redundant_pic_cnt_present_flag */
	gp_put_nal(stream, NAL_PPS, &pps);
}

/* 7.3.3: what the headers of both kinds of slices begin and end with. */
static void begin_slice(struct gp_bit_writer *slice, unsigned int type, unsigned int frame_num)
{
	gp_put_ue(slice, 0); /* first_mb_in_slice */
	gp_put_ue(slice, type);
	gp_put_ue(slice, 0); /* pic_parameter_set_id */
	gp_put_bits(slice, FRAME_NUM_BITS, frame_num);
}

static void end_slice_header(struct gp_bit_writer *slice)
{
	gp_put_se(slice, 0); /* slice_qp_delta */
	gp_put_ue(slice, 1); /* disable_deblocking_filter_idc */
}

static void put_idr(struct gp_bytes *stream, unsigned int idr_pic_id, unsigned int macroblocks)
{
	struct gp_bit_writer slice = {.pending = 0};

	begin_slice(&slice, 7, 0);
	gp_put_ue(&slice, idr_pic_id);
	gp_put_bits(&slice, 2, 0); /* no_output_of_prior_pics_flag, long_term_reference_flag */
	end_slice_header(&slice);
	/*
	 * I_16x16 predicted from the mean, without any residual, is ue(3) ue(0) se(0) and an empty
	 * block of CAVLC, "1": 00100 1 1 1. The mean of no neighbours is 128 (8.3.3.3).
	 */
	for (unsigned int i = 0; i < macroblocks; i++)
		gp_put_bits(&slice, 8, 0x27);
	gp_put_nal(stream, NAL_IDR, &slice);
}

static void put_same(struct gp_bytes *stream, unsigned int frame_num, unsigned int macroblocks)
{
	struct gp_bit_writer slice = {.pending = 0};

	begin_slice(&slice, 5, frame_num);
	gp_put_bits(&slice, 3, 0); /* override, modification of list 0, adaptive marking: none */
	end_slice_header(&slice);
	gp_put_ue(&slice, macroblocks); /* mb_skip_run */
	gp_put_nal(stream, NAL_P, &slice);
}

static VAStatus work(
	struct gp_driver *driver, struct gp_context *context, const struct gp_pixels *pixels)
{
	struct gray *gray = context->state;
	const VAEncSequenceParameterBufferH264 *sequence = &gray->order.sequence;
	unsigned int macroblocks =
		(unsigned int)sequence->picture_width_in_mbs * sequence->picture_height_in_mbs;
	struct gp_bytes stream = {.data = NULL};
	VAStatus status;

	(void)pixels;
	if (!gray->order.has_sequence || !gray->order.has_picture || macroblocks == 0 ||
		macroblocks > GP_LARGEST_SIDE / 16 * (GP_LARGEST_SIDE / 16))
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	if (!gray->started || gray->order.picture.pic_fields.bits.idr_pic_flag) {
		put_headers(&stream, sequence);
		put_idr(&stream, gray->idr_pic_id ^= 1, macroblocks);
		gray->frame_num = 0;
		gray->started = true;
	} else {
		gray->frame_num = (gray->frame_num + 1) % (1u << FRAME_NUM_BITS);
		put_same(&stream, gray->frame_num, macroblocks);
	}
	status = stream.failed ? VA_STATUS_ERROR_ALLOCATION_FAILED
			       : gp_buffer_fill(driver, gray->order.picture.coded_buf, stream.data,
					 stream.n);
	gp_bytes_free(&stream);
	return status;
}

const struct gp_worker gp_encode_gray = {
	.state_size = sizeof(struct gray),
	.take = take,
	.work = work,
	.forget = forget,
};
