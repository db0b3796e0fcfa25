/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libavfilter/buffersink.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <string.h>

#include "failure.h"
#include "transcode.h"
#include "try/say.h"

#define QP 26 /* of H.264 and HEVC: 0 to 51 */

/* VP9 and AV1 count to 255 (to 63 in their libraries), about five for each of H.264's. */
static bool counts_to_255(const struct gp_codec_kind *kind)
{
	return kind->id == AV_CODEC_ID_VP9 || kind->id == AV_CODEC_ID_AV1;
}

static void put(AVDictionary **how, const char *key, const char *value)
{
	av_dict_set(how, key, value, 0);
}

static bool set_up_vaapi(const struct gp_encoder_how *how, AVCodecContext *encoder,
	const struct gp_scaler *scaler, AVDictionary **ret)
{
	unsigned int qp = how->options->qp ? how->options->qp : QP;
	bool is_low_power;

	if (!gp_device_encodes(how->device, how->kind, &encoder->profile, &is_low_power))
		return false;
	encoder->pix_fmt = AV_PIX_FMT_VAAPI;
	encoder->hw_frames_ctx = av_buffer_ref(av_buffersink_get_hw_frames_ctx(scaler->sink));
	put(ret, "rc_mode", "CQP");
	put(ret, "low_power", is_low_power ? "1" : "0");
	av_dict_set_int(ret, "async_depth", how->options->depth, 0);
	if (counts_to_255(how->kind))
		encoder->global_quality = (int)(how->options->qp ? qp : 5 * QP);
	else
		av_dict_set_int(ret, "qp", qp, 0);
	return true;
}

/* What each library calls "this constant quantiser, no B-frames, no scene cuts". */
static void set_up_x264(const struct gp_transcode_options *o, AVDictionary **ret)
{
	put(ret, "preset", o->preset);
	if (o->experiment == GP_LATENCY)
		put(ret, "tune", "zerolatency");
	av_dict_set_int(ret, "qp", o->qp ? o->qp : QP, 0);
	put(ret, "sc_threshold", "0");
	put(ret, "forced-idr", "1");
}

static void set_up_x265(const struct gp_transcode_options *o, AVDictionary **ret)
{
	char params[160];

	put(ret, "preset", o->preset);
	if (o->experiment == GP_LATENCY)
		put(ret, "tune", "zerolatency");
	put(ret, "forced-idr", "1");
	snprintf(params, sizeof(params),
		"log-level=error:qp=%u:bframes=0:scenecut=0:open-gop=0:pools=%u",
		o->qp ? o->qp : QP, o->threads);
	put(ret, "x265-params", params);
}

static void set_up_libvpx(const struct gp_transcode_options *o, AVDictionary **ret)
{
	unsigned int q = o->qp ? (o->qp < 63 ? o->qp : 63) : 33;

	put(ret, "deadline", "realtime");
	put(ret, "cpu-used", strcmp(o->preset, "medium") == 0 ? "5" : "8");
	put(ret, "lag-in-frames", "0");
	put(ret, "auto-alt-ref", "0");
	put(ret, "row-mt", "1");
	av_dict_set_int(ret, "crf", q, 0);
	av_dict_set_int(ret, "qmin", q, 0);
	av_dict_set_int(ret, "qmax", q, 0);
	put(ret, "b", "0");
}

static void set_up_svt(const struct gp_transcode_options *o, AVDictionary **ret)
{
	char params[96];
	bool is_medium = strcmp(o->preset, "medium") == 0;

	av_dict_set_int(ret, "preset", is_medium ? 8 : 12, 0);
	av_dict_set_int(ret, "qp", o->qp ? (o->qp < 63 ? o->qp : 63) : 33, 0);
	snprintf(params, sizeof(params), "pred-struct=%d:rc=0:scd=0:lp=%u",
		o->experiment == GP_LATENCY ? 1 : 2, o->threads);
	put(ret, "svtav1-params", params);
}

static void set_up_libaom(const struct gp_transcode_options *o, AVDictionary **ret)
{
	put(ret, "usage", "realtime");
	put(ret, "cpu-used", strcmp(o->preset, "medium") == 0 ? "7" : "9");
	put(ret, "lag-in-frames", "0");
	put(ret, "row-mt", "1");
	av_dict_set_int(ret, "crf", o->qp ? (o->qp < 63 ? o->qp : 63) : 33, 0);
}

static const struct {
	const char *encoder;
	void (*set_up)(const struct gp_transcode_options *options, AVDictionary **ret);
} libraries[] = {{"libx264", set_up_x264}, {"libx265", set_up_x265}, {"libvpx-vp9", set_up_libvpx},
	{"libsvtav1", set_up_svt}, {"libaom-av1", set_up_libaom}};

static void set_up_software(
	const struct gp_encoder_how *how, AVCodecContext *encoder, AVDictionary **ret)
{
	encoder->pix_fmt = how->kind->in_memory;
	encoder->thread_count = (int)how->options->threads;
	for (size_t i = 0; i < sizeof(libraries) / sizeof(*libraries); i++)
		if (strcmp(libraries[i].encoder, encoder->codec->name) == 0)
			libraries[i].set_up(how->options, ret);
}

/* An option that is not known would change what is measured. */
static bool open_encoder(AVCodecContext *encoder, AVDictionary **how)
{
	int error = avcodec_open2(encoder, encoder->codec, how);
	const AVDictionaryEntry *left = av_dict_get(*how, "", NULL, AV_DICT_IGNORE_SUFFIX);

	if (error < 0)
		return gp_failed_with(error, "the encoder cannot be opened");
	if (left)
		return gp_failed(
			"%s of this FFmpeg has no option %s", encoder->codec->name, left->key);
	return true;
}

AVCodecContext *gp_encoder_open(const struct gp_encoder_how *how, const struct gp_scaler *scaler)
{
	const AVCodec *codec = how->device->va ? avcodec_find_encoder_by_name(how->kind->vaapi)
					       : gp_software_encoder(how->kind);
	AVCodecContext *encoder = codec ? avcodec_alloc_context3(codec) : NULL;
	AVDictionary *options = NULL;
	bool is_open = true;

	if (!encoder) {
		gp_failed("no encoder of %s", how->kind->name);
		return NULL;
	}
	encoder->width = (int)how->options->width;
	encoder->height = (int)how->options->height;
	encoder->time_base = av_inv_q(how->rate);
	encoder->framerate = how->rate;
	encoder->sample_aspect_ratio = (AVRational){1, 1};
	encoder->gop_size = how->group;
	encoder->max_b_frames = 0;
	if (how->device->va)
		is_open = set_up_vaapi(how, encoder, scaler, &options);
	else
		set_up_software(how, encoder, &options);
	if (!is_open || !open_encoder(encoder, &options))
		avcodec_free_context(&encoder);
	av_dict_free(&options);
	return encoder;
}
