/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CLIP_H
#define GP_CLIP_H

#include <libavcodec/avcodec.h>
#include <stdbool.h>
#include <stdint.h>

struct gp_transcode_options;

#define GP_CLIP_MOST_BYTES ((size_t)512 << 20)
#define GP_CLIP_LEAST_SIDE 16
#define GP_CLIP_MOST_SIDE  8192
#define GP_CLIP_MOST_RATE  1000

/* The packets of a clip's video, in memory. */
struct gp_clip {
	AVCodecParameters *parameters;
	AVRational rate;
	AVPacket **packets; /* pts: the place among the pictures, from 0 */
	unsigned int n;
	unsigned int reorder; /* how many packets a picture waits for those before it */
	bool is_seamless;     /* its begin needs nothing of what was decoded before */
};

/* Says what is wrong with it, and what it is. */
bool gp_clip_read(struct gp_clip *ret, const char *path);
void gp_clip_free(struct gp_clip *clip);
/* Lines for programs: "about clip-kind hevc10", clip-size, clip-rate, clip-frames. */
void gp_clip_describe(const struct gp_clip *clip);

/* Encodes a clip of its own. */
bool gp_clip_make(const struct gp_transcode_options *options);

#endif
