/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <stdio.h>
#include <stdlib.h>

#include "clip-parts.h"
#include "failure.h"
#include "try/say.h"

#define MOST_PACKETS 1800 /* a minute of most films: whole loops of it are measured */

/* Containers that hold one film, and nothing that leads to other files. */
#define FORMATS \
	"matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,mpegts,mpeg,avi,flv,ivf,nut,obu,h264,hevc,m4v"

static bool open_file(AVFormatContext **ret, const char *path)
{
	char *url = av_asprintf("file:%s", path);
	AVDictionary *how = NULL;
	int error;

	av_dict_set(&how, "protocol_whitelist", "file", 0);
	av_dict_set(&how, "format_whitelist", FORMATS, 0);
	error = url ? avformat_open_input(ret, url, NULL, &how) : AVERROR(ENOMEM);
	av_dict_free(&how);
	av_free(url);
	if (error >= 0)
		error = avformat_find_stream_info(*ret, NULL);
	return error >= 0 || gp_failed_with(error, "the clip cannot be read");
}

static AVStream *video_of(AVFormatContext *file)
{
	AVStream *found = NULL;

	for (unsigned int i = 0; i < file->nb_streams; i++) {
		AVStream *stream = file->streams[i];

		if (!found && stream->codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
			!(stream->disposition & AV_DISPOSITION_ATTACHED_PIC))
			found = stream;
		else
			stream->discard = AVDISCARD_ALL;
	}
	return found;
}

static bool is_sane(struct gp_clip *clip, AVFormatContext *file, AVStream *stream)
{
	const AVCodecParameters *is = stream->codecpar;
	double rate;

	if (is->codec_id == AV_CODEC_ID_NONE)
		return gp_failed("the clip's codec is not known");
	if (is->width < GP_CLIP_LEAST_SIDE || is->height < GP_CLIP_LEAST_SIDE ||
		is->width > GP_CLIP_MOST_SIDE || is->height > GP_CLIP_MOST_SIDE)
		return gp_failed("the clip's pictures of %dx%d are too small or too large",
			is->width, is->height);
	clip->rate = av_guess_frame_rate(file, stream, NULL);
	rate = clip->rate.den > 0 && clip->rate.num > 0 ? av_q2d(clip->rate) : 0;
	if (!(rate >= 1 && rate <= GP_CLIP_MOST_RATE))
		return gp_failed("the clip's %g frames/s are not to be believed", rate);
	clip->parameters = avcodec_parameters_alloc();
	return (clip->parameters && avcodec_parameters_copy(clip->parameters, is) >= 0) ||
	       gp_failed("out of memory");
}

static bool add(struct gp_clip *clip, AVPacket *packet)
{
	AVPacket **packets = clip->packets;

	if ((clip->n & (clip->n - 1)) == 0)
		packets = realloc(packets, sizeof(*packets) * (clip->n ? 2 * clip->n : 1));
	if (!packets)
		return gp_failed("out of memory");
	clip->packets = packets;
	packets[clip->n] = av_packet_alloc();
	/* A demuxer's packet may be a part of a large buffer: its own copy is as it is fed. */
	if (!packets[clip->n] || av_packet_make_refcounted(packet) < 0)
		return gp_failed("out of memory");
	av_packet_move_ref(packets[clip->n++], packet);
	return true;
}

struct reading {
	struct gp_clip *clip;
	AVFormatContext *file;
	const AVStream *stream;
	AVPacket *packet;
	size_t bytes;
	bool is_part;
};

/* Before the first keyframe there is nothing to decode. */
static bool take(struct reading *reading)
{
	AVPacket *packet = reading->packet;
	struct gp_clip *clip = reading->clip;

	if (packet->stream_index != reading->stream->index || packet->size <= 0 ||
		(!clip->n && !(packet->flags & AV_PKT_FLAG_KEY)))
		return true;
	if (packet->flags & AV_PKT_FLAG_CORRUPT)
		return gp_failed("the clip is damaged: packet %u", clip->n);
	reading->bytes += (size_t)packet->size;
	if (reading->bytes > GP_CLIP_MOST_BYTES || clip->n == MOST_PACKETS) {
		reading->is_part = true;
		return true;
	}
	return add(clip, packet);
}

static bool read_packets(struct reading *reading)
{
	int error = 0;

	gp_forget_errors();
	while (!reading->is_part && (error = av_read_frame(reading->file, reading->packet)) >= 0) {
		bool is_taken = take(reading);

		av_packet_unref(reading->packet);
		if (!is_taken)
			return false;
	}
	if (!reading->is_part && error != AVERROR_EOF)
		return gp_failed_with(error, "the clip is damaged");
	/* Some containers end wherever they were cut off, and only say so. */
	if (gp_has_errors())
		return gp_failed("the clip is damaged");
	if (!reading->clip->n)
		return gp_failed("the clip has no picture");
	return true;
}

static bool read_all(struct reading *reading, const char *path)
{
	if (!open_file(&reading->file, path))
		return false;
	reading->stream = video_of(reading->file);
	if (!reading->stream)
		return gp_failed("the clip has no video");
	if (!is_sane(reading->clip, reading->file, (AVStream *)reading->stream) ||
		!read_packets(reading))
		return false;
	if (reading->file->pb && reading->file->pb->error < 0)
		return gp_failed_with(reading->file->pb->error, "the clip cannot be read");
	return gp_clip_rank(reading->clip);
}

bool gp_clip_read(struct gp_clip *ret, const char *path)
{
	struct reading reading = {.clip = ret, .packet = av_packet_alloc()};
	bool done;

	*ret = (struct gp_clip){0};
	done = reading.packet ? read_all(&reading, path) : gp_failed("out of memory");
	avformat_close_input(&reading.file);
	av_packet_free(&reading.packet);
	if (!done) {
		gp_clip_free(ret);
		return false;
	}
	ret->is_seamless = gp_clip_is_seamless(ret);
	gp_clip_say(ret);
	if (reading.is_part)
		gp_say("about", "clip-part the first %u frames: the rest is left out", ret->n);
	return true;
}

void gp_clip_free(struct gp_clip *clip)
{
	for (unsigned int i = 0; i < clip->n; i++)
		av_packet_free(&clip->packets[i]);
	free(clip->packets);
	avcodec_parameters_free(&clip->parameters);
	*clip = (struct gp_clip){0};
}
