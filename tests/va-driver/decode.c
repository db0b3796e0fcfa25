/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decode.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/*
 * A decoder asks for the memory of a picture before it decodes it, and with one thread the picture
 * is complete when the packet is. So a picture can be had in the order of the stream, while its
 * output comes in the order of display. Gaps in a stream ask first: the last one is the picture.
 */
static int remember_picture(AVCodecContext *codec, AVFrame *frame, int flags)
{
	struct gp_decoder *decoder = codec->opaque;
	int error = avcodec_default_get_buffer2(codec, frame, flags);

	if (error < 0)
		return error;
	av_frame_unref(decoder->picture);
	return av_frame_ref(decoder->picture, frame);
}

VAStatus gp_decoder_open(struct gp_decoder *decoder, enum AVCodecID id)
{
	const AVCodec *codec = avcodec_find_decoder(id);

	if (codec == NULL)
		return VA_STATUS_ERROR_UNSUPPORTED_PROFILE;
	decoder->codec = avcodec_alloc_context3(codec);
	decoder->packet = av_packet_alloc();
	decoder->output = av_frame_alloc();
	decoder->picture = av_frame_alloc();
	if (decoder->codec == NULL || decoder->packet == NULL || decoder->output == NULL ||
		decoder->picture == NULL)
		return VA_STATUS_ERROR_ALLOCATION_FAILED;
	decoder->codec->opaque = decoder;
	decoder->codec->get_buffer2 = remember_picture;
	decoder->codec->thread_count = 1;
	decoder->codec->thread_type = FF_THREAD_SLICE;
	return gp_status_of(avcodec_open2(decoder->codec, codec, NULL));
}

void gp_decoder_close(struct gp_decoder *decoder)
{
	avcodec_free_context(&decoder->codec);
	av_packet_free(&decoder->packet);
	av_frame_free(&decoder->output);
	av_frame_free(&decoder->picture);
	sws_freeContext(decoder->scaler);
}

static int send(struct gp_decoder *decoder, const uint8_t *data, size_t size)
{
	int error;

	if (size > INT_MAX - AV_INPUT_BUFFER_PADDING_SIZE)
		return -EINVAL;
	error = av_new_packet(decoder->packet, (int)size);
	if (error < 0)
		return error;
	memcpy(decoder->packet->data, data, size);
	error = avcodec_send_packet(decoder->codec, decoder->packet);
	av_packet_unref(decoder->packet);
	while (error >= 0 && avcodec_receive_frame(decoder->codec, decoder->output) >= 0)
		av_frame_unref(decoder->output);
	return error;
}

VAStatus gp_decoder_decode(struct gp_decoder *decoder, const uint8_t *data, size_t size,
	const struct gp_pixels *target)
{
	VAStatus status = VA_STATUS_ERROR_DECODING_ERROR;

	if (send(decoder, data, size) >= 0 && decoder->picture->data[0] != NULL)
		status = gp_status_of(gp_copy(
			&decoder->scaler, gp_view_of_frame(decoder->picture), gp_view_of(target)));
	av_frame_unref(decoder->picture);
	return status;
}
