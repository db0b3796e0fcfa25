/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Decodes a clip of two frames, the second made of the first, and compares every pixel; and what
 * the driver itself encoded, roughly.
 */
#include <stdio.h>
#include <string.h>

#include "try/clip.h"
#include "try/say.h"
#include "try/va-try.h"

#define N_SURFACES 2
#define TOLERANCE  8 /* mean difference of what was encoded and decoded again */

struct decoder {
	struct gp_va_job work;
	const struct gp_clip *clip;
	VAContextID context;
	VASurfaceID surfaces[N_SURFACES];
};

static VAPictureH264 no_picture(void)
{
	return (VAPictureH264){.picture_id = VA_INVALID_SURFACE, .flags = VA_PICTURE_H264_INVALID};
}

/* pic_order_cnt_type 2, or an IDR frame: frame n is shown at 2n. */
static VAPictureH264 picture_of(const struct decoder *d, unsigned at, uint32_t flags)
{
	return (VAPictureH264){.picture_id = d->surfaces[at],
		.frame_idx = at,
		.flags = flags,
		.TopFieldOrderCnt = (int32_t)(2 * at),
		.BottomFieldOrderCnt = (int32_t)(2 * at)};
}

static void set_flags(VAPictureParameterBufferH264 *p, const struct gp_clip *clip, unsigned at)
{
	p->seq_fields.bits.chroma_format_idc = 1;
	p->seq_fields.bits.frame_mbs_only_flag = 1;
	p->seq_fields.bits.direct_8x8_inference_flag = clip->direct_8x8_inference & 1u;
	p->seq_fields.bits.log2_max_frame_num_minus4 = clip->log2_max_frame_num_minus4 & 0xfu;
	p->seq_fields.bits.pic_order_cnt_type = clip->pic_order_cnt_type & 3u;
	p->seq_fields.bits.log2_max_pic_order_cnt_lsb_minus4 =
		clip->log2_max_pic_order_cnt_lsb_minus4 & 0xfu;
	p->pic_fields.bits.entropy_coding_mode_flag = clip->entropy_coding_mode & 1u;
	p->pic_fields.bits.weighted_pred_flag = clip->weighted_pred & 1u;
	p->pic_fields.bits.transform_8x8_mode_flag = clip->transform_8x8_mode & 1u;
	p->pic_fields.bits.constrained_intra_pred_flag = clip->constrained_intra_pred & 1u;
	p->pic_fields.bits.pic_order_present_flag = clip->bottom_field_pic_order & 1u;
	p->pic_fields.bits.deblocking_filter_control_present_flag =
		clip->deblocking_filter_control & 1u;
	p->pic_fields.bits.reference_pic_flag = clip->frames[at].is_reference & 1u;
}

static VAPictureParameterBufferH264 picture_parameters(const struct decoder *d, unsigned at)
{
	const struct gp_clip *clip = d->clip;
	uint32_t is_kept = clip->frames[at].is_reference ? VA_PICTURE_H264_SHORT_TERM_REFERENCE : 0;
	VAPictureParameterBufferH264 p = {
		.CurrPic = picture_of(d, at, is_kept),
		.picture_width_in_mbs_minus1 = (uint16_t)(clip->size / 16 - 1),
		.picture_height_in_mbs_minus1 = (uint16_t)(clip->size / 16 - 1),
		.num_ref_frames = clip->num_ref_frames,
		.pic_init_qp_minus26 = clip->pic_init_qp_minus26,
		.chroma_qp_index_offset = clip->chroma_qp_index_offset,
		.second_chroma_qp_index_offset = clip->second_chroma_qp_index_offset,
		.frame_num = (uint16_t)at,
	};

	for (size_t i = 0; i < sizeof(p.ReferenceFrames) / sizeof(*p.ReferenceFrames); i++)
		p.ReferenceFrames[i] = no_picture();
	if (at)
		p.ReferenceFrames[0] = picture_of(d, at - 1, VA_PICTURE_H264_SHORT_TERM_REFERENCE);
	set_flags(&p, clip, at);
	return p;
}

static VASliceParameterBufferH264 slice_parameters(const struct decoder *d, unsigned at)
{
	const struct gp_clip_frame *frame = &d->clip->frames[at];
	VASliceParameterBufferH264 s = {
		.slice_data_size = (uint32_t)frame->data_size,
		.slice_data_flag = VA_SLICE_DATA_FLAG_ALL,
		.slice_data_bit_offset = frame->data_bit_offset,
		.slice_type = frame->slice_type,
		.slice_qp_delta = frame->slice_qp_delta,
		.disable_deblocking_filter_idc = frame->disable_deblocking,
		.slice_alpha_c0_offset_div2 = frame->alpha_div2,
		.slice_beta_offset_div2 = frame->beta_div2,
	};

	for (size_t i = 0; i < sizeof(s.RefPicList0) / sizeof(*s.RefPicList0); i++)
		s.RefPicList0[i] = s.RefPicList1[i] = no_picture();
	if (at)
		s.RefPicList0[0] = picture_of(d, at - 1, VA_PICTURE_H264_SHORT_TERM_REFERENCE);
	return s;
}

static bool add_buffer(
	const struct decoder *d, VABufferType type, const void *data, size_t size, VABufferID *ret)
{
	return gp_va_is_done(&d->work, "vaCreateBuffer",
		vaCreateBuffer(d->work.display, d->context, type, (unsigned)size, 1,
			(void *)(uintptr_t)data, ret));
}

static bool submit(const struct decoder *d, unsigned at, VABufferID *buffers, int n)
{
	VADisplay display = d->work.display;

	return gp_va_is_done(&d->work, "vaBeginPicture",
		       vaBeginPicture(display, d->context, d->surfaces[at])) &&
	       gp_va_is_done(&d->work, "vaRenderPicture",
		       vaRenderPicture(display, d->context, buffers, n)) &&
	       gp_va_is_done(&d->work, "vaEndPicture", vaEndPicture(display, d->context)) &&
	       gp_va_is_done(&d->work, "vaSyncSurface", vaSyncSurface(display, d->surfaces[at]));
}

static bool decode_frame(const struct decoder *d, unsigned at)
{
	const struct gp_clip_frame *frame = &d->clip->frames[at];
	VAPictureParameterBufferH264 picture = picture_parameters(d, at);
	VASliceParameterBufferH264 slice = slice_parameters(d, at);
	VAIQMatrixBufferH264 matrices;
	VABufferID buffers[4];
	bool done;

	memset(&matrices, 0, sizeof(matrices));
	memset(matrices.ScalingList4x4, 16, sizeof(matrices.ScalingList4x4));
	memset(matrices.ScalingList8x8, 16, sizeof(matrices.ScalingList8x8));
	done = add_buffer(
		       d, VAPictureParameterBufferType, &picture, sizeof(picture), &buffers[0]) &&
	       add_buffer(d, VAIQMatrixBufferType, &matrices, sizeof(matrices), &buffers[1]) &&
	       add_buffer(d, VASliceParameterBufferType, &slice, sizeof(slice), &buffers[2]) &&
	       add_buffer(d, VASliceDataBufferType, frame->data, frame->data_size, &buffers[3]) &&
	       submit(d, at, buffers, 4);
	for (int i = 0; i < 4 && done; i++)
		vaDestroyBuffer(d->work.display, buffers[i]);
	return done;
}

static bool open_decoder(struct decoder *d, VAProfile profile, VAConfigID *ret_config)
{
	VADisplay display = d->work.display;
	VAConfigAttrib format = {.type = VAConfigAttribRTFormat, .value = VA_RT_FORMAT_YUV420};
	unsigned size = d->clip->size;

	return gp_va_is_done(&d->work, "vaCreateConfig",
		       vaCreateConfig(display, profile, VAEntrypointVLD, &format, 1, ret_config)) &&
	       gp_va_is_done(&d->work, "vaCreateSurfaces",
		       vaCreateSurfaces(display, VA_RT_FORMAT_YUV420, size, size, d->surfaces,
			       N_SURFACES, NULL, 0)) &&
	       gp_va_is_done(&d->work, "vaCreateContext",
		       vaCreateContext(display, *ret_config, (int)size, (int)size, VA_PROGRESSIVE,
			       d->surfaces, N_SURFACES, &d->context));
}

static void close_decoder(struct decoder *d, VAConfigID config)
{
	vaDestroyContext(d->work.display, d->context);
	vaDestroySurfaces(d->work.display, d->surfaces, N_SURFACES);
	vaDestroyConfig(d->work.display, config);
}

static bool is_as_encoded(const struct decoder *d, unsigned at)
{
	static uint8_t picture[GP_NV12_BYTES(128)];

	if (!gp_va_get(&d->work, d->surfaces[at], picture, d->clip->size))
		return false;
	if (gp_picture_sum(picture, d->clip->size) == d->clip->frames[at].sum)
		return true;
	gp_say(d->work.kind, "%s wrong-pixels frame %u %s", d->work.codec, at,
		gp_picture_is_blank(picture, d->clip->size) ? "is blank"
							    : "differs from what was encoded");
	return false;
}

void gp_va_decode(VADisplay display)
{
	struct decoder d = {.work = {display, "decode", "H264"}, .clip = &gp_clip_h264};
	VAProfile profile = gp_va_h264_profile(display, VAEntrypointVLD);
	VAConfigID config;
	bool right = true;

	if (profile == VAProfileNone)
		return;
	gp_va_begin(&d.work);
	if (!open_decoder(&d, profile, &config))
		return;
	for (unsigned at = 0; at < d.clip->n_frames && right; at++)
		right = decode_frame(&d, at) && is_as_encoded(&d, at);
	if (right)
		gp_say(d.work.kind, "%s ok", d.work.codec);
	close_decoder(&d, config);
}

static void compare_roughly(const struct decoder *d, const uint8_t *picture)
{
	static uint8_t decoded[GP_NV12_BYTES(256)];
	unsigned difference;

	if (!gp_va_get(&d->work, d->surfaces[0], decoded, d->clip->size))
		return;
	difference = gp_picture_difference(picture, decoded, d->clip->size);
	if (difference <= TOLERANCE)
		gp_say(d->work.kind, "%s ok", d->work.codec);
	else
		gp_say(d->work.kind, "%s wrong-pixels mean difference %u", d->work.codec,
			difference);
}

void gp_va_decode_back(
	const struct gp_va_job *encode, const uint8_t *stream, size_t size, const uint8_t *picture)
{
	struct gp_clip clip;
	struct decoder d = {.work = {encode->display, "decode", ""}, .clip = &clip};
	VAProfile profile = gp_va_h264_profile(encode->display, VAEntrypointVLD);
	char codec[32];
	VAConfigID config;

	snprintf(codec, sizeof(codec), "encoded-%s", encode->codec);
	d.work.codec = codec;
	if (profile == VAProfileNone || gp_clip_read(stream, size, &clip) < 0 ||
		clip.size != gp_h264_headers.size)
		return;
	gp_va_begin(&d.work);
	if (!open_decoder(&d, profile, &config))
		return;
	if (decode_frame(&d, 0))
		compare_roughly(&d, picture);
	close_decoder(&d, config);
}
