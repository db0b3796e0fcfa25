/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <libavutil/intreadwrite.h>
#include <libavutil/mem.h>
#include <libavutil/sha.h>
#include <stdio.h>

#include "clip-parts.h"
#include "transcode.h"
#include "try/say.h"

/* Of what is decoded: the same in any container. */
static void say_hash(const struct gp_clip *clip)
{
	struct AVSHA *sha = av_sha_alloc();
	uint8_t digest[32], head[8];

	if (!sha)
		return;
	av_sha_init(sha, 256);
	for (unsigned int i = 0; i < clip->n; i++) {
		AV_WL32(head, (uint32_t)clip->packets[i]->size);
		AV_WL32(head + 4, (uint32_t)clip->packets[i]->pts);
		av_sha_update(sha, head, sizeof(head));
		av_sha_update(sha, clip->packets[i]->data, (size_t)clip->packets[i]->size);
	}
	av_sha_final(sha, digest);
	av_free(sha);
	gp_say("about", "clip-hash %016llx", (unsigned long long)AV_RB64(digest));
}

void gp_clip_say(const struct gp_clip *clip)
{
	const AVCodecParameters *is = clip->parameters;
	const char *profile = avcodec_profile_name(is->codec_id, is->profile);

	say_hash(clip);
	gp_say("about", "clip %s%s%s %dx%d, %.6g frames/s, %u frames", gp_codec_title(is->codec_id),
		profile ? " " : "", profile ? profile : "", is->width, is->height,
		av_q2d(clip->rate), clip->n);
}

void gp_clip_describe(const struct gp_clip *clip)
{
	const struct gp_codec_kind *kind = gp_codec_kind_of(clip->parameters);

	gp_say("about", "clip-kind %s", kind ? kind->name : "");
	gp_say("about", "clip-size %dx%d", clip->parameters->width, clip->parameters->height);
	gp_say("about", "clip-rate %.9g", av_q2d(clip->rate));
	gp_say("about", "clip-frames %u", clip->n);
}
