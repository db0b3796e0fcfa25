/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "failure.h"
#include "transcode.h"
#include "try/say.h"
#include "work/film.h"

#define LONGEST_GROUP 60
#define THREADS       4 /* the same everywhere: encoders decide by it */

/* Fixed quantisers; fast, with the coding tools that films have. */
static const struct {
	const char *encoder, *options;
} recipes[] = {
	{"libx264", "preset=superfast:qp=26:sc_threshold=0:x264-params=cpu-independent=1"},
	{"libx265",
		"preset=ultrafast:x265-params=log-level=error\\:qp=28\\:bframes=0\\:scenecut=0\\:"
		"open-gop=0\\:frame-threads=2"},
	{"libvpx-vp9", "deadline=realtime:cpu-used=8:lag-in-frames=0:auto-alt-ref=0:"
		       "tile-columns=2:crf=34:qmin=34:qmax=34:b=0"},
	{"libsvtav1", "preset=12:qp=36:svtav1-params=pred-struct=1\\:rc=0\\:scd=0\\:lp=2"},
	{"libaom-av1", "usage=realtime:cpu-used=9:lag-in-frames=0:tile-columns=2:crf=36"},
};

struct making {
	const struct gp_transcode_options *options;
	const struct gp_codec_kind *kind;
	AVFormatContext *file;
	AVCodecContext *encoder;
	struct gp_film *film;
	AVFrame *frame;
	AVPacket *packet;
};

static int set_up(struct making *making, const AVCodec *codec)
{
	const struct gp_transcode_options *options = making->options;
	AVRational rate = options->rate > 0 ? av_d2q(options->rate, 100000) : (AVRational){30, 1};
	AVCodecContext *encoder = making->encoder;
	AVDictionary *how = NULL;
	int error = 0;

	encoder->width = (int)options->width;
	encoder->height = (int)options->height;
	encoder->pix_fmt = making->kind->in_memory;
	encoder->time_base = av_inv_q(rate);
	encoder->framerate = rate;
	encoder->gop_size =
		(int)(options->frames < LONGEST_GROUP ? options->frames : LONGEST_GROUP);
	encoder->max_b_frames = 0;
	/* What is not told, drivers guess, each in its way. */
	encoder->color_range = AVCOL_RANGE_MPEG;
	encoder->colorspace = AVCOL_SPC_BT709;
	encoder->color_primaries = AVCOL_PRI_BT709;
	encoder->color_trc = AVCOL_TRC_BT709;
	encoder->thread_count = THREADS;
	encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
	for (size_t i = 0; i < sizeof(recipes) / sizeof(*recipes); i++)
		if (strcmp(recipes[i].encoder, codec->name) == 0)
			error = av_dict_parse_string(&how, recipes[i].options, "=", ":", 0);
	if (error >= 0)
		error = avcodec_open2(encoder, codec, &how);
	av_dict_free(&how);
	return error;
}

static bool open_encoder(struct making *making)
{
	const AVCodec *codec = gp_software_encoder(making->kind);
	int error;

	if (!codec)
		return gp_failed("this FFmpeg has no software encoder of %s", making->kind->name);
	making->encoder = avcodec_alloc_context3(codec);
	error = making->encoder ? set_up(making, codec) : AVERROR(ENOMEM);
	return error >= 0 || gp_failed_with(error, "the clip's encoder cannot be opened");
}

static bool open_file(struct making *making)
{
	const char *path = making->options->make_clip;
	AVStream *stream;
	int error = avformat_alloc_output_context2(&making->file, NULL, "matroska", path);

	if (error < 0)
		return gp_failed_with(error, "the clip cannot be written");
	making->file->flags |= AVFMT_FLAG_BITEXACT;
	stream = avformat_new_stream(making->file, NULL);
	if (!stream || avcodec_parameters_from_context(stream->codecpar, making->encoder) < 0)
		return gp_failed("out of memory");
	stream->time_base = making->encoder->time_base;
	stream->avg_frame_rate = making->encoder->framerate;
	error = avio_open(&making->file->pb, path, AVIO_FLAG_WRITE);
	if (error >= 0)
		error = avformat_write_header(making->file, NULL);
	return error >= 0 || gp_failed_with(error, "the clip cannot be written");
}

static bool write_packets(struct making *making)
{
	int error;

	while (!(error = avcodec_receive_packet(making->encoder, making->packet))) {
		av_packet_rescale_ts(making->packet, making->encoder->time_base,
			making->file->streams[0]->time_base);
		error = av_write_frame(making->file, making->packet);
		av_packet_unref(making->packet);
		if (error < 0)
			return gp_failed_with(error, "the clip cannot be written");
	}
	return error == AVERROR(EAGAIN) || error == AVERROR_EOF ||
	       gp_failed_with(error, "the clip cannot be encoded");
}

static bool send(struct making *making, AVFrame *frame)
{
	int error = avcodec_send_frame(making->encoder, frame);

	if (error < 0)
		return gp_failed_with(error, "the clip cannot be encoded");
	return write_packets(making);
}

static bool draw_all(struct making *making)
{
	AVFrame *frame = making->frame;

	for (unsigned int i = 0; i < making->options->frames; i++) {
		frame->format = making->kind->in_memory;
		frame->width = making->encoder->width;
		frame->height = making->encoder->height;
		if (av_frame_get_buffer(frame, 0) < 0)
			return gp_failed("out of memory");
		gp_film_picture(making->film, i, frame->data, frame->linesize);
		frame->pts = i;
		if (!send(making, frame))
			return false;
		av_frame_unref(frame);
	}
	return send(making, NULL);
}

static bool make(struct making *making)
{
	const struct gp_transcode_options *options = making->options;
	unsigned int bits = making->kind->in_memory == AV_PIX_FMT_YUV420P10 ? 10 : 8;
	int error;

	making->frame = av_frame_alloc();
	making->packet = av_packet_alloc();
	making->film = gp_film_new(options->width, options->height, bits);
	if (!making->frame || !making->packet || !making->film)
		return gp_failed("out of memory");
	if (!open_encoder(making) || !open_file(making) || !draw_all(making))
		return false;
	error = av_write_trailer(making->file);
	if (error >= 0)
		error = avio_closep(&making->file->pb);
	return error >= 0 || gp_failed_with(error, "the clip cannot be written");
}

static void clean_up(struct making *making)
{
	if (making->file)
		avio_closep(&making->file->pb);
	avformat_free_context(making->file);
	avcodec_free_context(&making->encoder);
	gp_film_free(making->film);
	av_frame_free(&making->frame);
	av_packet_free(&making->packet);
}

bool gp_clip_make(const struct gp_transcode_options *options)
{
	struct making making = {.options = options, .kind = gp_codec_kind(options->codec)};
	struct gp_clip clip;
	bool done;

	done = make(&making);
	clean_up(&making);
	if (!done) {
		unlink(options->make_clip);
		return false;
	}
	if (!gp_clip_read(&clip, options->make_clip))
		return false;
	gp_say("check", "the clip is read back");
	gp_clip_free(&clip);
	return true;
}
