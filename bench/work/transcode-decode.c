/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "failure.h"
#include "transcode.h"

/* Where there is no VA-API among them, the processor is not to step in. */
static enum AVPixelFormat vaapi_or_none(AVCodecContext *decoder, const enum AVPixelFormat *formats)
{
	bool *is_refused = decoder->opaque;

	for (; *formats != AV_PIX_FMT_NONE; formats++)
		if (*formats == AV_PIX_FMT_VAAPI)
			return *formats;
	*is_refused = true;
	return AV_PIX_FMT_NONE;
}

static void set_up(AVCodecContext *decoder, const struct gp_device *device,
	const struct gp_transcode_options *options)
{
	decoder->max_pixels = (int64_t)GP_CLIP_MOST_SIDE * GP_CLIP_MOST_SIDE;
	if (device->va) {
		decoder->hw_device_ctx = av_buffer_ref(device->va);
		decoder->get_format = vaapi_or_none;
		decoder->thread_count = 1;
		/* FFmpeg 5.1's pools do not grow: what the scaler and the encoder hold. */
		decoder->extra_hw_frames = (int)options->depth + 4;
		return;
	}
	decoder->thread_count = (int)options->threads;
	/* A thread for each frame delays them all. */
	if (options->experiment == GP_LATENCY)
		decoder->thread_type = FF_THREAD_SLICE;
	/* libdav1d has threads of its own; in native decoders the flag does away with reordering.
	 */
	if (options->experiment == GP_LATENCY && decoder->codec_id == AV_CODEC_ID_AV1)
		decoder->flags |= AV_CODEC_FLAG_LOW_DELAY;
}

AVCodecContext *gp_decoder_open(const AVCodecParameters *parameters, const struct gp_device *device,
	const struct gp_transcode_options *options, bool *is_refused)
{
	const AVCodec *codec = device->va ? gp_vaapi_decoder(parameters->codec_id)
					  : gp_software_decoder(parameters->codec_id);
	AVCodecContext *decoder = codec ? avcodec_alloc_context3(codec) : NULL;
	int error = decoder ? avcodec_parameters_to_context(decoder, parameters)
			    : AVERROR_DECODER_NOT_FOUND;

	if (error >= 0) {
		set_up(decoder, device, options);
		decoder->opaque = is_refused;
		error = avcodec_open2(decoder, codec, NULL);
	}
	if (error < 0) {
		gp_failed_with(error, "the decoder cannot be opened");
		avcodec_free_context(&decoder);
	}
	return decoder;
}
