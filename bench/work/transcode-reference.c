/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the clip looks like, decoded and scaled by the processor. */
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
#include <stdio.h>
#include <stdlib.h>

#include "transcode-check.h"

struct decoding {
	AVCodecContext *decoder;
	AVFrame *frame;
	bool (*take)(void *context, AVFrame *frame);
	void *context;
	unsigned int n;
};

static bool receive(struct decoding *decoding)
{
	int error;

	while (!(error = avcodec_receive_frame(decoding->decoder, decoding->frame))) {
		bool is_taken = decoding->take(decoding->context, decoding->frame);

		decoding->n++;
		av_frame_unref(decoding->frame);
		if (!is_taken)
			return false;
	}
	return error == AVERROR(EAGAIN) || error == AVERROR_EOF;
}

static bool decode_all(struct decoding *decoding, AVPacket *const *packets, unsigned int n)
{
	for (unsigned int i = 0; i <= n; i++) {
		const AVPacket *packet = i < n ? packets[i] : NULL;
		int error = avcodec_send_packet(decoding->decoder, packet);

		if (error == AVERROR(EAGAIN)) {
			if (!receive(decoding))
				return false;
			error = avcodec_send_packet(decoding->decoder, packet);
		}
		if (error < 0 || !receive(decoding))
			return false;
	}
	return true;
}

bool gp_decode_all(const AVCodecParameters *parameters, unsigned int threads,
	const struct gp_packets *packets, struct gp_frame_taker taker, unsigned int *ret_n)
{
	const AVCodec *codec = gp_software_decoder(parameters->codec_id);
	struct decoding decoding = {.decoder = codec ? avcodec_alloc_context3(codec) : NULL,
		.frame = av_frame_alloc(),
		.take = taker.take,
		.context = taker.context};
	bool done = false;

	if (decoding.decoder && decoding.frame &&
		avcodec_parameters_to_context(decoding.decoder, parameters) >= 0) {
		decoding.decoder->thread_count = (int)threads;
		decoding.decoder->max_pixels = (int64_t)GP_CLIP_MOST_SIDE * GP_CLIP_MOST_SIDE;
		done = avcodec_open2(decoding.decoder, codec, NULL) >= 0 &&
		       decode_all(&decoding, packets->items, packets->n);
	}
	*ret_n = decoding.n;
	av_frame_free(&decoding.frame);
	avcodec_free_context(&decoding.decoder);
	return done;
}

struct making {
	const struct gp_chain *chain;
	struct gp_reference *reference;
	struct gp_scaler scaler;
};

static bool scale_into(struct making *making, AVFrame *frame, AVFrame **ret)
{
	const struct gp_transcode_options *options = making->chain->options;
	char filters[120];

	snprintf(filters, sizeof(filters), "scale=w=%u:h=%u:flags=bilinear,format=%s",
		options->width, options->height,
		av_get_pix_fmt_name(making->chain->kind->in_memory));
	if (!making->scaler.graph &&
		!gp_scaler_open(&making->scaler, frame, av_inv_q(making->chain->rate), filters,
			options->threads, 0))
		return false;
	*ret = av_frame_alloc();
	return *ret && av_buffersrc_add_frame(making->scaler.source, frame) >= 0 &&
	       av_buffersink_get_frame(making->scaler.sink, *ret) >= 0;
}

static bool take(void *context, AVFrame *frame)
{
	struct making *making = context;
	struct gp_reference *reference = making->reference;

	for (unsigned int i = 0; i < reference->n; i++)
		if (reference->places[i] == frame->pts)
			return scale_into(making, frame, &reference->frames[i]);
	return true;
}

bool gp_reference_make(struct gp_reference *reference, const struct gp_chain *chain)
{
	struct making making = {.chain = chain, .reference = reference};
	const struct gp_clip *clip = chain->clip;
	unsigned int most = GP_KEPT_MOST + clip->reorder, n = clip->n < most ? clip->n : most;
	const struct gp_packets packets = {clip->packets, n};
	bool done = gp_decode_all(clip->parameters, chain->options->threads, &packets,
		(struct gp_frame_taker){take, &making}, &reference->n_clip);

	for (unsigned int i = 0; i < reference->n; i++)
		done = done && reference->frames[i];
	gp_scaler_close(&making.scaler);
	if (n < clip->n)
		reference->n_clip = 0;
	return done;
}

void gp_reference_free(struct gp_reference *reference)
{
	for (unsigned int i = 0; i < GP_SAMPLED; i++)
		av_frame_free(&reference->frames[i]);
}
