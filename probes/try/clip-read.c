/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the headers of a stream that a driver wrote: ITU-T H.264, section 7.3. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "try/clip.h"

#define MOST_OF_HEAD 256 /* bytes of a NAL unit that headers may take */

enum { NAL_IDR = 5, NAL_SPS = 7, NAL_PPS = 8 };

/* The start of a NAL unit, without the bytes that prevent start codes. */
struct bits {
	uint8_t data[MOST_OF_HEAD];
	size_t size;
	size_t at; /* in bits */
	bool over; /* it asked for more than there is */
};

struct unit {
	const uint8_t *data;
	size_t size;
};

static uint32_t read_bits(struct bits *b, unsigned n)
{
	uint32_t value = 0;

	for (; n; n--, b->at++) {
		if (b->at / 8 >= b->size) {
			b->over = true;
			return 0;
		}
		value = value << 1 | (b->data[b->at / 8] >> (7 - b->at % 8) & 1u);
	}
	return value;
}

static uint32_t read_ue(struct bits *b)
{
	unsigned zeros = 0;

	while (!read_bits(b, 1) && !b->over)
		if (++zeros > 20)
			b->over = true;
	return b->over ? 0 : (1u << zeros) - 1 + read_bits(b, zeros);
}

static int32_t read_se(struct bits *b)
{
	uint32_t code = read_ue(b);

	return code & 1 ? (int32_t)((code + 1) / 2) : -(int32_t)(code / 2);
}

static int8_t read_offset(struct bits *b)
{
	int32_t value = read_se(b);

	if (value < -52 || value > 51)
		b->over = true;
	return b->over ? 0 : (int8_t)value;
}

static struct bits open_unit(const struct unit *unit)
{
	struct bits b = {.at = 8};
	unsigned zeros = 0;

	for (size_t i = 0; i < unit->size && b.size < MOST_OF_HEAD; i++) {
		bool prevents = zeros >= 2 && unit->data[i] == 3;

		zeros = unit->data[i] ? 0 : zeros + 1;
		if (!prevents)
			b.data[b.size++] = unit->data[i];
	}
	return b;
}

/* Whether more comes than the bit that ends a header; only asked of one that is there as a whole.
 */
static bool has_more(const struct bits *b)
{
	size_t last = 8 * b->size;

	while (last > b->at && !(b->data[(last - 1) / 8] >> (7 - (last - 1) % 8) & 1))
		last--;
	return last > b->at + 1;
}

/* Of the profiles with chroma formats: 8 bits, 4:2:0, no matrices. */
static bool read_high(struct bits *b)
{
	return read_ue(b) == 1 && !read_ue(b) && !read_ue(b) && !read_bits(b, 2);
}

static int read_sps(const struct unit *unit, struct gp_clip *clip)
{
	struct bits b = open_unit(unit);
	uint32_t profile = read_bits(&b, 8), width, height;

	read_bits(&b, 8);
	clip->level = (uint8_t)read_bits(&b, 8);
	if (read_ue(&b) || (profile >= 100 && !read_high(&b)))
		return -ENOTSUP;
	clip->log2_max_frame_num_minus4 = read_ue(&b);
	clip->pic_order_cnt_type = read_ue(&b);
	if (clip->pic_order_cnt_type == 0)
		clip->log2_max_pic_order_cnt_lsb_minus4 = read_ue(&b);
	clip->num_ref_frames = (uint8_t)read_ue(&b);
	read_bits(&b, 1);
	width = read_ue(&b);
	height = read_ue(&b);
	if (b.over || width != height || width > 255 || !read_bits(&b, 1) ||
		clip->pic_order_cnt_type == 1 || clip->log2_max_frame_num_minus4 > 12 ||
		clip->log2_max_pic_order_cnt_lsb_minus4 > 12)
		return -ENOTSUP;
	clip->size = (uint16_t)(16 * (width + 1));
	clip->direct_8x8_inference = read_bits(&b, 1);
	return b.over ? -EBADMSG : 0;
}

static int read_pps(const struct unit *unit, struct gp_clip *clip)
{
	struct bits b = open_unit(unit);
	bool plain = !read_ue(&b) && !read_ue(&b);

	clip->entropy_coding_mode = read_bits(&b, 1);
	clip->bottom_field_pic_order = read_bits(&b, 1);
	plain = plain && !read_ue(&b);
	read_ue(&b);
	read_ue(&b);
	clip->weighted_pred = read_bits(&b, 1);
	read_bits(&b, 2);
	clip->pic_init_qp_minus26 = read_offset(&b);
	read_offset(&b);
	clip->chroma_qp_index_offset = read_offset(&b);
	clip->second_chroma_qp_index_offset = clip->chroma_qp_index_offset;
	clip->deblocking_filter_control = read_bits(&b, 1);
	clip->constrained_intra_pred = read_bits(&b, 1);
	plain = plain && !read_bits(&b, 1);
	if (has_more(&b)) {
		clip->transform_8x8_mode = read_bits(&b, 1);
		plain = plain && !read_bits(&b, 1);
		clip->second_chroma_qp_index_offset = read_offset(&b);
	}
	if (b.over)
		return -EBADMSG;
	return plain ? 0 : -ENOTSUP;
}

static int read_slice(const struct unit *unit, struct gp_clip *clip)
{
	struct gp_clip_frame *frame = &clip->frames[clip->n_frames];
	struct bits b = open_unit(unit);

	if (clip->n_frames || read_ue(&b) || read_ue(&b) % 5 != 2 || read_ue(&b))
		return -ENOTSUP;
	read_bits(&b, clip->log2_max_frame_num_minus4 + 4);
	read_ue(&b);
	if (clip->pic_order_cnt_type == 0) {
		read_bits(&b, clip->log2_max_pic_order_cnt_lsb_minus4 + 4);
		if (clip->bottom_field_pic_order)
			read_se(&b);
	}
	frame->is_reference = unit->data[0] >> 5 & 3;
	if (frame->is_reference)
		read_bits(&b, 2);
	frame->is_reference = frame->is_reference != 0;
	frame->slice_type = 2;
	frame->slice_qp_delta = read_offset(&b);
	if (clip->deblocking_filter_control) {
		frame->disable_deblocking = (uint8_t)read_ue(&b);
		if (frame->disable_deblocking != 1) {
			frame->alpha_div2 = read_offset(&b);
			frame->beta_div2 = read_offset(&b);
		}
	}
	frame->data = unit->data;
	frame->data_size = unit->size;
	frame->data_bit_offset = (uint16_t)b.at;
	clip->n_frames++;
	return b.over ? -EBADMSG : 0;
}

static size_t next_start(const uint8_t *stream, size_t size, size_t from)
{
	for (size_t i = from; i + 3 <= size; i++)
		if (!stream[i] && !stream[i + 1] && stream[i + 2] == 1)
			return i;
	return size;
}

static int read_unit(const struct unit *unit, struct gp_clip *clip)
{
	switch (unit->data[0] & 0x1f) {
	case NAL_SPS:
		return read_sps(unit, clip);
	case NAL_PPS:
		return read_pps(unit, clip);
	case NAL_IDR:
		return clip->size ? read_slice(unit, clip) : -EBADMSG;
	default:
		return 0;
	}
}

int gp_clip_read(const uint8_t *stream, size_t size, struct gp_clip *ret)
{
	size_t at = next_start(stream, size, 0);

	*ret = (struct gp_clip){0};
	while (at + 3 < size) {
		size_t end = next_start(stream, size, at + 3);
		struct unit unit = {stream + at + 3, end - at - 3};
		int error;

		while (unit.size && !unit.data[unit.size - 1])
			unit.size--;
		error = unit.size ? read_unit(&unit, ret) : 0;
		if (error)
			return error;
		at = end;
	}
	return ret->n_frames ? 0 : -EBADMSG;
}
