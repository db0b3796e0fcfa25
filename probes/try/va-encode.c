/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Encodes one smooth picture as an IDR frame and looks at the stream that comes of it. */
#include <string.h>

#include "try/clip.h"
#include "try/say.h"
#include "try/va-try.h"

#define SIZE      256
#define QP        26
#define MOST_BUFS 10

struct encoder {
	struct gp_va_job work;
	VAProfile profile;
	uint32_t packed; /* headers that the driver leaves to us */
	VAContextID context;
	VASurfaceID source, reconstructed;
	VABufferID coded;
	VABufferID buffers[MOST_BUFS];
	int n;
};

static bool add(struct encoder *e, VABufferType type, const void *data, size_t size)
{
	if (e->n == MOST_BUFS)
		return false;
	return gp_va_is_done(&e->work, "vaCreateBuffer",
		vaCreateBuffer(e->work.display, e->context, type, (unsigned)size, 1,
			(void *)(uintptr_t)data, &e->buffers[e->n++]));
}

static bool add_header(struct encoder *e, uint32_t type, const void *data, size_t bits)
{
	VAEncPackedHeaderParameterBuffer head = {
		.type = type, .bit_length = (uint32_t)bits, .has_emulation_bytes = 1};

	return add(e, VAEncPackedHeaderParameterBufferType, &head, sizeof(head)) &&
	       add(e, VAEncPackedHeaderDataBufferType, data, (bits + 7) / 8);
}

static bool add_sequence(struct encoder *e)
{
	VAEncSequenceParameterBufferH264 s = {
		.level_idc = 30,
		.intra_period = 1,
		.intra_idr_period = 1,
		.ip_period = 1,
		.max_num_ref_frames = 1,
		.picture_width_in_mbs = SIZE / 16,
		.picture_height_in_mbs = SIZE / 16,
		.num_units_in_tick = 1,
		.time_scale = 60,
	};

	s.seq_fields.bits.chroma_format_idc = 1;
	s.seq_fields.bits.frame_mbs_only_flag = 1;
	s.seq_fields.bits.direct_8x8_inference_flag = 1;
	s.seq_fields.bits.log2_max_pic_order_cnt_lsb_minus4 = 4;
	return add(e, VAEncSequenceParameterBufferType, &s, sizeof(s));
}

static VAPictureH264 no_picture(void)
{
	return (VAPictureH264){.picture_id = VA_INVALID_SURFACE, .flags = VA_PICTURE_H264_INVALID};
}

static bool add_picture(struct encoder *e)
{
	VAEncPictureParameterBufferH264 p = {
		.CurrPic = {.picture_id = e->reconstructed},
		.coded_buf = e->coded,
		.pic_init_qp = QP,
	};

	for (size_t i = 0; i < sizeof(p.ReferenceFrames) / sizeof(*p.ReferenceFrames); i++)
		p.ReferenceFrames[i] = no_picture();
	p.pic_fields.bits.idr_pic_flag = 1;
	p.pic_fields.bits.reference_pic_flag = 1;
	p.pic_fields.bits.deblocking_filter_control_present_flag = 1;
	return add(e, VAEncPictureParameterBufferType, &p, sizeof(p));
}

static bool add_slice(struct encoder *e)
{
	VAEncSliceParameterBufferH264 s = {
		.num_macroblocks = SIZE / 16 * SIZE / 16,
		.macroblock_info = VA_INVALID_ID,
		.slice_type = 2,
	};

	for (size_t i = 0; i < sizeof(s.RefPicList0) / sizeof(*s.RefPicList0); i++)
		s.RefPicList0[i] = s.RefPicList1[i] = no_picture();
	return add(e, VAEncSliceParameterBufferType, &s, sizeof(s));
}

static bool add_parameter_sets(struct encoder *e)
{
	const struct gp_h264_headers *headers = &gp_h264_headers;
	uint8_t bytes[64];

	if (!(e->packed & VA_ENC_PACKED_HEADER_SEQUENCE))
		return true;
	memcpy(bytes, headers->parameter_sets, headers->parameter_sets_size);
	if (e->profile == VAProfileH264Main)
		bytes[GP_H264_PROFILE_AT] = 77;
	else if (e->profile == VAProfileH264High)
		return true; /* its SPS has more in it: the driver's own will do */
	return add_header(e, VAEncPackedHeaderSequence, bytes, 8 * headers->parameter_sets_size);
}

static bool add_slice_head(struct encoder *e)
{
	return !(e->packed & VA_ENC_PACKED_HEADER_SLICE) ||
	       add_header(e, VAEncPackedHeaderSlice, gp_h264_headers.slice_head,
		       gp_h264_headers.slice_head_bits);
}

static bool submit(struct encoder *e)
{
	VADisplay display = e->work.display;

	return add_sequence(e) && add_parameter_sets(e) && add_picture(e) && add_slice_head(e) &&
	       add_slice(e) &&
	       gp_va_is_done(&e->work, "vaBeginPicture",
		       vaBeginPicture(display, e->context, e->source)) &&
	       gp_va_is_done(&e->work, "vaRenderPicture",
		       vaRenderPicture(display, e->context, e->buffers, e->n)) &&
	       gp_va_is_done(&e->work, "vaEndPicture", vaEndPicture(display, e->context)) &&
	       gp_va_is_done(&e->work, "vaSyncSurface", vaSyncSurface(display, e->source));
}

/* Whether it starts with a NAL unit that an IDR frame may start with, and has the frame. */
static bool is_sane(const uint8_t *data, size_t size)
{
	bool starts = false, has_frame = false;

	for (size_t i = 0; i + 4 <= size; i++) {
		unsigned type = data[i + 3] & 0x1f;

		if (data[i] || data[i + 1] || data[i + 2] != 1)
			continue;
		if (i <= 1)
			starts = type == 5 || type == 6 || type == 7 || type == 9;
		has_frame |= type == 5 && i + 4 < size;
	}
	return starts && has_frame;
}

static void look_at_stream(const struct encoder *e, const uint8_t *picture)
{
	static uint8_t stream[GP_NV12_BYTES(SIZE)];
	const VACodedBufferSegment *segment;
	void *mapped = NULL;
	size_t size = 0;

	if (!gp_va_is_done(
		    &e->work, "vaMapBuffer", vaMapBuffer(e->work.display, e->coded, &mapped)))
		return;
	for (segment = mapped; segment; segment = segment->next)
		if (segment->buf && segment->size <= sizeof(stream) - size) {
			memcpy(stream + size, segment->buf, segment->size);
			size += segment->size;
		}
	vaUnmapBuffer(e->work.display, e->coded);
	if (!size)
		gp_say(e->work.kind, "%s wrong-stream it is empty", e->work.codec);
	else if (!is_sane(stream, size))
		gp_say(e->work.kind, "%s wrong-stream no H.264 frame in it", e->work.codec);
	else
		gp_say(e->work.kind, "%s ok %zu bytes", e->work.codec, size);
	if (is_sane(stream, size))
		gp_va_decode_back(&e->work, stream, size, picture);
}

static bool open_encoder(struct encoder *e, VAEntrypoint entrypoint, VAConfigID *ret_config)
{
	VADisplay display = e->work.display;
	uint32_t controls =
		gp_va_attribute(display, e->profile, entrypoint, VAConfigAttribRateControl);
	VAConfigAttrib attributes[3] = {
		{.type = VAConfigAttribRTFormat, .value = VA_RT_FORMAT_YUV420}};
	int n = 1;

	e->packed =
		gp_va_attribute(display, e->profile, entrypoint, VAConfigAttribEncPackedHeaders) &
		(VA_ENC_PACKED_HEADER_SEQUENCE | VA_ENC_PACKED_HEADER_SLICE);
	if (controls & VA_RC_CQP)
		attributes[n++] = (VAConfigAttrib){VAConfigAttribRateControl, VA_RC_CQP};
	if (e->packed)
		attributes[n++] = (VAConfigAttrib){VAConfigAttribEncPackedHeaders, e->packed};
	return gp_va_is_done(&e->work, "vaCreateConfig",
		vaCreateConfig(display, e->profile, entrypoint, attributes, n, ret_config));
}

static bool make_room(struct encoder *e, VAConfigID config)
{
	VADisplay display = e->work.display;
	VASurfaceID surfaces[2];
	bool done = gp_va_is_done(&e->work, "vaCreateSurfaces",
		vaCreateSurfaces(display, VA_RT_FORMAT_YUV420, SIZE, SIZE, surfaces, 2, NULL, 0));

	if (!done)
		return false;
	e->source = surfaces[0];
	e->reconstructed = surfaces[1];
	return gp_va_is_done(&e->work, "vaCreateContext",
		       vaCreateContext(display, config, SIZE, SIZE, VA_PROGRESSIVE, surfaces, 2,
			       &e->context)) &&
	       gp_va_is_done(&e->work, "vaCreateBuffer",
		       vaCreateBuffer(display, e->context, VAEncCodedBufferType,
			       (unsigned)GP_NV12_BYTES(SIZE), 1, NULL, &e->coded));
}

void gp_va_encode(VADisplay display, VAEntrypoint entrypoint, const char *codec)
{
	static uint8_t picture[GP_NV12_BYTES(SIZE)];
	struct encoder e = {.work = {display, "encode", codec},
		.profile = gp_va_h264_profile(display, entrypoint)};
	VAConfigID config;

	if (e.profile == VAProfileNone)
		return;
	gp_va_begin(&e.work);
	gp_picture_draw(picture, SIZE);
	if (open_encoder(&e, entrypoint, &config) && make_room(&e, config) &&
		gp_va_put(&e.work, e.source, picture, SIZE) && submit(&e))
		look_at_stream(&e, picture);
}
