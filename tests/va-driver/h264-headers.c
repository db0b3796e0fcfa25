/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "h264-headers.h"

#define NAL_IDR 5
#define NAL_SPS 0x67
#define NAL_PPS 0x68

/* High is a superset of the other profiles as far as VA-API has them; no level is too small. */
#define PROFILE_HIGH 100
#define LEVEL_6_2    62

struct gp_slice_header gp_read_slice_header(
	const uint8_t *data, size_t size, const VAPictureParameterBufferH264 *picture)
{
	struct gp_bit_reader reader = {.data = data, .n = size};
	unsigned int nal_type = gp_get_bits(&reader, 8) & 31, slice_type;
	struct gp_slice_header header;

	gp_get_ue(&reader); /* first_mb_in_slice */
	slice_type = gp_get_ue(&reader) % 5;
	header.pps_id = gp_get_ue(&reader);
	gp_get_bits(&reader, picture->seq_fields.bits.log2_max_frame_num_minus4 + 4u);
	if (nal_type == NAL_IDR)
		gp_get_ue(&reader); /* idr_pic_id */
	if (picture->seq_fields.bits.pic_order_cnt_type == 0) {
		gp_get_bits(
			&reader, picture->seq_fields.bits.log2_max_pic_order_cnt_lsb_minus4 + 4u);
		if (picture->pic_fields.bits.pic_order_present_flag)
			gp_get_ue(&reader); /* delta_pic_order_cnt_bottom */
	}
	if (picture->pic_fields.bits.redundant_pic_cnt_present_flag)
		gp_get_ue(&reader);
	if (slice_type == 1)
		gp_get_bits(&reader, 1); /* direct_spatial_mv_pred_flag */
	header.counts_references = gp_get_bits(&reader, 1) != 0;
	return header;
}

/* 7.3.2.1.1 */
void gp_put_sps(struct gp_bytes *stream, const VAPictureParameterBufferH264 *picture)
{
	struct gp_bit_writer sps = {.pending = 0};

	gp_put_bits(&sps, 8, PROFILE_HIGH);
	gp_put_bits(&sps, 8, 0); /* constraints */
	gp_put_bits(&sps, 8, LEVEL_6_2);
	gp_put_ue(&sps, 0); /* seq_parameter_set_id */
	gp_put_ue(&sps, picture->seq_fields.bits.chroma_format_idc);
	gp_put_ue(&sps, picture->bit_depth_luma_minus8);
	gp_put_ue(&sps, picture->bit_depth_chroma_minus8);
	gp_put_bits(&sps, 1, 0); /* qpprime_y_zero_transform_bypass_flag */
	gp_put_bits(&sps, 1, 0); /* seq_scaling_matrix_present_flag */
	gp_put_ue(&sps, picture->seq_fields.bits.log2_max_frame_num_minus4);
	gp_put_ue(&sps, picture->seq_fields.bits.pic_order_cnt_type);
	if (picture->seq_fields.bits.pic_order_cnt_type == 0)
		gp_put_ue(&sps, picture->seq_fields.bits.log2_max_pic_order_cnt_lsb_minus4);
	gp_put_ue(&sps, picture->num_ref_frames);
	gp_put_bits(&sps, 1, picture->seq_fields.bits.gaps_in_frame_num_value_allowed_flag);
	gp_put_ue(&sps, picture->picture_width_in_mbs_minus1);
	gp_put_ue(&sps, picture->picture_height_in_mbs_minus1);
	gp_put_bits(&sps, 1, 1); /* frame_mbs_only_flag */
	gp_put_bits(&sps, 1, picture->seq_fields.bits.direct_8x8_inference_flag);
	gp_put_bits(&sps, 1, 0); /* frame_cropping_flag */
	gp_put_bits(&sps, 1, 0); /* vui_parameters_present_flag */
	gp_put_nal(stream, NAL_SPS, &sps);
}

/* 8.5.6: the order in which a matrix of side * side is written. */
static void zigzag(unsigned int side, uint8_t order[])
{
	unsigned int x = 0, y = 0;

	for (unsigned int i = 0; i < side * side; i++) {
		bool up = (x + y) % 2 == 0;

		order[i] = (uint8_t)(y * side + x);
		if (up && x == side - 1)
			y++;
		else if (up && y == 0)
			x++;
		else if (!up && y == side - 1)
			x++;
		else if (!up && x == 0)
			y++;
		else
			x += up ? 1u : -1u, y += up ? -1u : 1u;
	}
}

/* 7.3.2.1.1.1; the list is in raster order. */
static void put_scaling_list(struct gp_bit_writer *pps, const uint8_t *list, unsigned int side)
{
	uint8_t order[64];
	int last = 8;

	zigzag(side, order);
	gp_put_bits(pps, 1, 1); /* pic_scaling_list_present_flag */
	for (unsigned int i = 0; i < side * side; i++) {
		int value = list[order[i]];

		gp_put_se(pps, (int8_t)(value - last));
		last = value;
	}
}

static bool all_flat(const VAIQMatrixBufferH264 *matrices)
{
	bool flat = true;

	for (int i = 0; i < 6; i++)
		for (int j = 0; j < 16; j++)
			flat = flat && matrices->ScalingList4x4[i][j] == 16;
	for (int i = 0; i < 2; i++)
		for (int j = 0; j < 64; j++)
			flat = flat && matrices->ScalingList8x8[i][j] == 16;
	return flat;
}

static void put_matrices(
	struct gp_bit_writer *pps, bool transform_8x8, const VAIQMatrixBufferH264 *matrices)
{
	if (matrices == NULL || all_flat(matrices)) {
		gp_put_bits(pps, 1, 0); /* pic_scaling_matrix_present_flag */
		return;
	}
	gp_put_bits(pps, 1, 1);
	for (int i = 0; i < 6; i++)
		put_scaling_list(pps, matrices->ScalingList4x4[i], 4);
	for (int i = 0; i < 2 && transform_8x8; i++)
		put_scaling_list(pps, matrices->ScalingList8x8[i], 8);
}

/* 7.3.2.2 */
void gp_put_pps(struct gp_bytes *stream, unsigned int pps_id, const unsigned int references[2],
	const VAPictureParameterBufferH264 *picture, const VAIQMatrixBufferH264 *matrices)
{
	struct gp_bit_writer pps = {.pending = 0};

	gp_put_ue(&pps, pps_id);
	gp_put_ue(&pps, 0); /* seq_parameter_set_id */
	gp_put_bits(&pps, 1, picture->pic_fields.bits.entropy_coding_mode_flag);
	gp_put_bits(&pps, 1, picture->pic_fields.bits.pic_order_present_flag);
	gp_put_ue(&pps, 0); /* num_slice_groups_minus1 */
	gp_put_ue(&pps, references[0] - 1);
	gp_put_ue(&pps, references[1] - 1);
	gp_put_bits(&pps, 1, picture->pic_fields.bits.weighted_pred_flag);
	gp_put_bits(&pps, 2, picture->pic_fields.bits.weighted_bipred_idc);
	gp_put_se(&pps, picture->pic_init_qp_minus26);
	gp_put_se(&pps, picture->pic_init_qs_minus26);
	gp_put_se(&pps, picture->chroma_qp_index_offset);
	gp_put_bits(&pps, 1, picture->pic_fields.bits.deblocking_filter_control_present_flag);
	gp_put_bits(&pps, 1, picture->pic_fields.bits.constrained_intra_pred_flag);
	gp_put_bits(&pps, 1, picture->pic_fields.bits.redundant_pic_cnt_present_flag);
	gp_put_bits(&pps, 1, picture->pic_fields.bits.transform_8x8_mode_flag);
	put_matrices(&pps, picture->pic_fields.bits.transform_8x8_mode_flag != 0, matrices);
	gp_put_se(&pps, picture->second_chroma_qp_index_offset);
	gp_put_nal(stream, NAL_PPS, &pps);
}
