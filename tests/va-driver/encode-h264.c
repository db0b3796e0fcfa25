/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "encode.h"

#include <string.h>
#include <x264.h>

#define SLICE_I 2

/* What an encoder was opened for; another one needs another encoder. */
struct settings {
	int width, height;
	unsigned int rate, target, window, fps[2];
	bool cabac, transform_8x8;
};

struct h264 {
	struct gp_encode_order order;
	struct settings settings;
	x264_t *encoder;
	int64_t n_frames;
};

static void close(void *state)
{
	struct h264 *h264 = state;

	if (h264->encoder != NULL)
		x264_encoder_close(h264->encoder);
}

static void forget(void *state)
{
	struct h264 *h264 = state;

	gp_encode_forget(&h264->order);
}

static VAStatus take(struct gp_context *context, const struct gp_buffer *buffer)
{
	struct h264 *h264 = context->state;

	return gp_encode_take(&h264->order, buffer);
}

static struct settings wanted_settings(const struct gp_encode_order *order)
{
	struct settings wanted;

	memset(&wanted, 0, sizeof(wanted)); /* compared byte by byte, padding included */
	wanted.width = gp_encode_width(order);
	wanted.height = gp_encode_height(order);
	wanted.rate = order->rate;
	wanted.target = order->target;
	wanted.window = order->window;
	wanted.fps[0] = order->fps[0] != 0 ? order->fps[0] : 25;
	wanted.fps[1] = order->fps[1] != 0 && order->fps[0] != 0 ? order->fps[1] : 1;
	wanted.cabac = order->picture.pic_fields.bits.entropy_coding_mode_flag;
	wanted.transform_8x8 = order->picture.pic_fields.bits.transform_8x8_mode_flag;
	return wanted;
}

static int qp_of(const struct gp_encode_order *order)
{
	int qp = order->picture.pic_init_qp + order->slice.slice_qp_delta;

	return qp < 0 ? 0 : qp > 51 ? 51 : qp;
}

static void set_rate(x264_param_t *param, unsigned int control, const struct gp_encode_order *order,
	const struct settings *settings)
{
	int kbit = (int)(settings->rate / 1000);
	unsigned int target =
		settings->target > 0 && settings->target <= 100 ? settings->target : 100;

	if (control == VA_RC_CQP || kbit == 0) {
		param->rc.i_rc_method = X264_RC_CQP;
		param->rc.i_qp_constant = qp_of(order);
		return;
	}
	param->rc.i_rc_method = X264_RC_ABR;
	param->rc.i_bitrate =
		control == VA_RC_CBR ? kbit : (int)((unsigned int)kbit * target / 100);
	param->rc.i_vbv_max_bitrate = kbit;
	param->rc.i_vbv_buffer_size = settings->window != 0 ? (int)(settings->window / 1000) : kbit;
}

static const char *profile_name(VAProfile profile)
{
	switch (profile) {
	case VAProfileH264ConstrainedBaseline:
		return "baseline";
	case VAProfileH264Main:
		return "main";
	default:
		return "high";
	}
}

/* A picture out for every picture in, types as they are ordered, and the same bits every time. */
static VAStatus open_encoder(struct h264 *h264, const struct gp_config *config)
{
	const struct settings *settings = &h264->settings;
	x264_param_t param;

	if (x264_param_default_preset(&param, "veryfast", "zerolatency") < 0)
		return VA_STATUS_ERROR_OPERATION_FAILED;
	param.i_log_level = X264_LOG_NONE;
	param.i_threads = 1;
	param.b_sliced_threads = 0;
	param.i_width = settings->width;
	param.i_height = settings->height;
	param.i_csp = X264_CSP_NV12;
	param.i_fps_num = settings->fps[0];
	param.i_fps_den = settings->fps[1];
	param.b_vfr_input = 0;
	param.i_keyint_max = X264_KEYINT_MAX_INFINITE;
	param.i_scenecut_threshold = 0;
	param.b_repeat_headers = 1;
	param.b_annexb = 1;
	param.b_cabac = settings->cabac;
	param.analyse.b_transform_8x8 = settings->transform_8x8;
	set_rate(&param, config->rate_control, &h264->order, settings);
	if (x264_param_apply_profile(&param, profile_name(config->profile)) < 0)
		return VA_STATUS_ERROR_OPERATION_FAILED;
	h264->encoder = x264_encoder_open(&param);
	h264->n_frames = 0;
	return h264->encoder != NULL ? VA_STATUS_SUCCESS : VA_STATUS_ERROR_ENCODING_ERROR;
}

static VAStatus fit_encoder(struct h264 *h264, const struct gp_config *config)
{
	struct settings wanted = wanted_settings(&h264->order);

	if (h264->encoder != NULL && memcmp(&wanted, &h264->settings, sizeof(wanted)) == 0)
		return VA_STATUS_SUCCESS;
	if (h264->encoder != NULL)
		x264_encoder_close(h264->encoder);
	h264->encoder = NULL;
	h264->settings = wanted;
	return open_encoder(h264, config);
}

static int picture_type(const struct gp_encode_order *order)
{
	if (order->picture.pic_fields.bits.idr_pic_flag)
		return X264_TYPE_IDR;
	return order->slice.slice_type % 5 == SLICE_I ? X264_TYPE_I : X264_TYPE_P;
}

static VAStatus encode(struct gp_driver *driver, struct h264 *h264, const struct gp_config *config,
	const struct gp_view *view)
{
	x264_picture_t picture, coded;
	x264_nal_t *nals = NULL;
	int n = 0, size;

	x264_picture_init(&picture);
	picture.i_type = picture_type(&h264->order);
	picture.i_pts = h264->n_frames++;
	if (config->rate_control == VA_RC_CQP)
		picture.i_qpplus1 = qp_of(&h264->order) + 1;
	picture.img.i_csp = X264_CSP_NV12;
	picture.img.i_plane = 2;
	for (int i = 0; i < 2; i++) {
		picture.img.plane[i] = view->planes[i];
		picture.img.i_stride[i] = view->pitches[i];
	}
	size = x264_encoder_encode(h264->encoder, &nals, &n, &picture, &coded);
	if (size <= 0)
		return VA_STATUS_ERROR_ENCODING_ERROR;
	return gp_buffer_fill(
		driver, h264->order.picture.coded_buf, nals[0].p_payload, (size_t)size);
}

/* The reconstructed picture is not written back: libx264 keeps its own references. */
static VAStatus work(
	struct gp_driver *driver, struct gp_context *context, const struct gp_pixels *pixels)
{
	struct h264 *h264 = context->state;
	struct gp_view view = gp_view_of(pixels);
	VAStatus status;

	if (!h264->order.has_sequence || !h264->order.has_picture || !h264->order.has_slice)
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	if (pixels->format->av != AV_PIX_FMT_NV12)
		return VA_STATUS_ERROR_UNSUPPORTED_RT_FORMAT;
	if (!gp_view_cut(
		    &view, 0, 0, gp_encode_width(&h264->order), gp_encode_height(&h264->order)))
		return VA_STATUS_ERROR_INVALID_PARAMETER;
	status = fit_encoder(h264, &context->config);
	return status == VA_STATUS_SUCCESS ? encode(driver, h264, &context->config, &view) : status;
}

const struct gp_worker gp_encode_h264 = {
	.state_size = sizeof(struct h264),
	.close = close,
	.take = take,
	.work = work,
	.forget = forget,
};
