/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DECODE_H
#define GP_DECODE_H

#include "driver.h"

#include <libavcodec/avcodec.h>

/* A software decoder, asked for one picture at a time in the order of the stream. */
struct gp_decoder {
	AVCodecContext *codec;
	AVPacket *packet;
	AVFrame *output;  /* what the decoder shows; looked at by nobody */
	AVFrame *picture; /* the memory that the last picture was decoded into */
	struct SwsContext *scaler;
};

VAStatus gp_decoder_open(struct gp_decoder *decoder, enum AVCodecID id);
void gp_decoder_close(struct gp_decoder *decoder);

/* Decodes exactly one picture, also one that is not to be shown yet, or never. */
VAStatus gp_decoder_decode(struct gp_decoder *decoder, const uint8_t *data, size_t size,
	const struct gp_pixels *target);

#endif
