/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>

#include "failure.h"
#include "transcode.h"

#define LONGEST_GROUP 120

/* Keyframes fall on the begin of each loop: the longest group that divides it. */
static int group_of(unsigned int frames)
{
	for (unsigned int n = LONGEST_GROUP; n > 1; n--)
		if (frames % n == 0 && (n >= LONGEST_GROUP / 4 || n == frames))
			return (int)n;
	return LONGEST_GROUP / 2;
}

bool gp_chain_open(struct gp_chain *chain)
{
	chain->n_fed = 0;
	chain->last = -1;
	chain->is_stopped = false;
	chain->frame = av_frame_alloc();
	chain->input = av_packet_alloc();
	chain->output = av_packet_alloc();
	if (!chain->frame || !chain->input || !chain->output)
		return gp_failed("out of memory");
	chain->decoder = gp_decoder_open(
		chain->clip->parameters, chain->device, chain->options, &chain->is_refused);
	return chain->decoder;
}

void gp_chain_close(struct gp_chain *chain)
{
	chain->is_stopped = true;
	gp_behind_end(chain);
	avcodec_free_context(&chain->encoder);
	gp_scaler_close(&chain->scaler);
	avcodec_free_context(&chain->decoder);
	av_frame_free(&chain->frame);
	av_packet_free(&chain->input);
	av_packet_free(&chain->output);
}

/* The scaler and the encoder are made for the first frame. */
static bool open_rest(struct gp_chain *chain)
{
	const struct gp_transcode_options *options = chain->options;
	struct gp_encoder_how how = {
		chain->kind, chain->device, options, chain->rate, group_of(chain->clip->n)};
	char filters[120];

	if (chain->device->va)
		snprintf(filters, sizeof(filters), "scale_vaapi=w=%u:h=%u:format=%s",
			options->width, options->height,
			av_get_pix_fmt_name(chain->kind->on_device));
	else
		snprintf(filters, sizeof(filters), "scale=w=%u:h=%u:flags=bilinear,format=%s",
			options->width, options->height,
			av_get_pix_fmt_name(chain->kind->in_memory));
	if (!gp_scaler_open(&chain->scaler, chain->frame, av_inv_q(chain->rate), filters,
		    options->threads, options->depth + 8))
		return false;
	chain->encoder = gp_encoder_open(&how, &chain->scaler);
	if (!chain->encoder)
		return false;
	return chain->device->va || options->experiment != GP_THROUGHPUT || gp_behind_begin(chain);
}

static bool pump_encoder(struct gp_chain *chain)
{
	int error;

	while (!(error = avcodec_receive_packet(chain->encoder, chain->output))) {
		chain->take(chain->context, chain, chain->output);
		av_packet_unref(chain->output);
	}
	return error == AVERROR(EAGAIN) || error == AVERROR_EOF ||
	       gp_failed_with(error, "encoding failed");
}

bool gp_chain_encode(struct gp_chain *chain, AVFrame *frame)
{
	int error;

	if (frame->format != chain->encoder->pix_fmt)
		return gp_failed("a frame left the device after scaling");
	frame->pict_type = frame->pts % chain->clip->n ? AV_PICTURE_TYPE_NONE : AV_PICTURE_TYPE_I;
	error = avcodec_send_frame(chain->encoder, frame);
	av_frame_unref(frame);
	if (error < 0)
		return gp_failed_with(error, "encoding failed");
	return pump_encoder(chain);
}

static bool pump_scaler(struct gp_chain *chain)
{
	int error;

	while ((error = av_buffersink_get_frame(chain->scaler.sink, chain->frame)) >= 0)
		if (chain->behind ? !gp_behind_give(chain->behind, chain->frame)
				  : !gp_chain_encode(chain, chain->frame))
			return false;
	return error == AVERROR(EAGAIN) || error == AVERROR_EOF ||
	       gp_failed_with(error, "scaling failed");
}

static bool scale(struct gp_chain *chain)
{
	AVFrame *frame = chain->frame;
	int error;

	if (chain->device->va && frame->format != AV_PIX_FMT_VAAPI)
		return gp_failed("a frame was decoded by the processor");
	if (frame->pts == AV_NOPTS_VALUE || frame->pts <= chain->last)
		return gp_failed("the clip's timestamps are not in the order of its pictures");
	chain->last = frame->pts;
	if (!chain->scaler.graph && !open_rest(chain))
		return false;
	error = av_buffersrc_add_frame(chain->scaler.source, frame);
	if (error < 0)
		return gp_failed_with(error, "scaling failed");
	return pump_scaler(chain);
}

static bool fail_decoding(const struct gp_chain *chain, int error)
{
	const AVCodecParameters *is = chain->clip->parameters;
	const char *profile = avcodec_profile_name(is->codec_id, is->profile);

	if (chain->is_refused)
		return gp_failed("the driver does not decode %s%s%s; FFmpeg would go on with the "
				 "processor",
			gp_codec_title(is->codec_id), profile ? " " : "", profile ? profile : "");
	return gp_failed_with(error, "decoding failed");
}

static bool pump_decoder(struct gp_chain *chain)
{
	int error;

	while (!(error = avcodec_receive_frame(chain->decoder, chain->frame)))
		if (!scale(chain))
			return false;
	return error == AVERROR(EAGAIN) || error == AVERROR_EOF || fail_decoding(chain, error);
}

static bool send(struct gp_chain *chain, const AVPacket *packet)
{
	int error = avcodec_send_packet(chain->decoder, packet);

	if (error == AVERROR(EAGAIN)) {
		if (!pump_decoder(chain))
			return false;
		error = avcodec_send_packet(chain->decoder, packet);
	}
	if (error < 0)
		return fail_decoding(chain, error);
	return pump_decoder(chain);
}

/* A clip whose begin leans on what was before is begun anew. */
static bool turn(struct gp_chain *chain)
{
	if (!send(chain, NULL))
		return false;
	avcodec_flush_buffers(chain->decoder);
	return true;
}

bool gp_chain_feed(struct gp_chain *chain)
{
	const struct gp_clip *clip = chain->clip;
	int64_t loop = chain->n_fed / clip->n, place = chain->n_fed % clip->n;

	if (!place && loop && !clip->is_seamless && !turn(chain))
		return false;
	if (av_packet_ref(chain->input, clip->packets[place]) < 0)
		return gp_failed("out of memory");
	chain->input->pts += loop * clip->n;
	chain->input->dts = chain->n_fed++;
	if (!send(chain, chain->input))
		return false;
	av_packet_unref(chain->input);
	return true;
}

bool gp_chain_poll(struct gp_chain *chain)
{
	return !chain->encoder || pump_encoder(chain);
}

bool gp_chain_drain(struct gp_chain *chain)
{
	if (!send(chain, NULL))
		return false;
	if (!chain->encoder)
		return gp_failed("the clip has no picture that can be decoded");
	if (av_buffersrc_add_frame(chain->scaler.source, NULL) < 0 || !pump_scaler(chain))
		return gp_failed("scaling failed");
	if (!gp_behind_end(chain))
		return false;
	if (avcodec_send_frame(chain->encoder, NULL) < 0)
		return gp_failed("encoding failed");
	return pump_encoder(chain);
}
