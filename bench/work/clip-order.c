/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "clip-parts.h"
#include "failure.h"

struct place {
	int64_t pts;
	unsigned int at;
};

static int by_time(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->pts != y->pts)
		return x->pts < y->pts ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

bool gp_clip_rank(struct gp_clip *clip)
{
	struct place *places = calloc(clip->n, sizeof(*places));
	unsigned int latest = 0;

	if (!places)
		return gp_failed("out of memory");
	for (unsigned int i = 0; i < clip->n; i++) {
		places[i] = (struct place){clip->packets[i]->pts, i};
		if (places[i].pts == AV_NOPTS_VALUE) {
			free(places);
			return gp_failed("the clip has no timestamps: put it into Matroska or MP4");
		}
	}
	qsort(places, clip->n, sizeof(*places), by_time);
	for (unsigned int rank = 0; rank < clip->n; rank++) {
		clip->packets[places[rank].at]->pts = rank;
		clip->packets[places[rank].at]->duration = 1;
		latest = places[rank].at > latest ? places[rank].at : latest;
		if (latest - rank > clip->reorder)
			clip->reorder = latest - rank;
	}
	free(places);
	return true;
}

/* How many bytes of length stand before each unit; 0: start codes (ISO/IEC 14496-15 5.3.3.1,
   8.3.3.1). */
static size_t length_size(const AVCodecParameters *is)
{
	size_t at = is->codec_id == AV_CODEC_ID_H264 ? 4 : 21;

	if (is->extradata_size <= (int)at || is->extradata[0] != 1)
		return 0;
	return (is->extradata[at] & 3u) + 1;
}

/* Past the length or the start code of the next unit; NULL: there is none. */
static const uint8_t *next_unit(
	const uint8_t *at, const uint8_t *end, size_t size, const uint8_t **ret_next)
{
	size_t length = 0;

	if (!size) {
		for (; end - at > 3; at++)
			if (!at[0] && !at[1] && at[2] == 1) {
				*ret_next = at + 3;
				return at + 3;
			}
		return NULL;
	}
	if ((size_t)(end - at) <= size)
		return NULL;
	for (size_t i = 0; i < size; i++)
		length = length << 8 | at[i];
	at += size;
	if (!length || length > (size_t)(end - at))
		return NULL;
	*ret_next = at + length;
	return at;
}

/* Whether the first slice is of an IDR picture (H.264 table 7-1, H.265 table 7-1). */
static bool is_idr(const AVCodecParameters *is, const AVPacket *packet)
{
	const uint8_t *at = packet->data, *end = at + packet->size, *unit;
	size_t size = length_size(is);

	while ((unit = next_unit(at, end, size, &at))) {
		unsigned int h264 = *unit & 31u, hevc = *unit >> 1 & 63u;

		if (is->codec_id == AV_CODEC_ID_H264 && h264 >= 1 && h264 <= 5)
			return h264 == 5;
		if (is->codec_id == AV_CODEC_ID_HEVC && hevc < 32)
			return hevc == 19 || hevc == 20;
	}
	return false;
}

bool gp_clip_is_seamless(const struct gp_clip *clip)
{
	switch (clip->parameters->codec_id) {
	case AV_CODEC_ID_H264:
	case AV_CODEC_ID_HEVC:
		return is_idr(clip->parameters, clip->packets[0]);
	case AV_CODEC_ID_VP9:
	case AV_CODEC_ID_AV1:
		return clip->packets[0]->flags & AV_PKT_FLAG_KEY;
	default:
		return false;
	}
}
