/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TRANSCODE_CHECK_H
#define GP_TRANSCODE_CHECK_H

#include "transcode.h"

struct gp_packets {
	AVPacket *const *items;
	unsigned int n;
};

struct gp_frame_taker {
	bool (*take)(void *context, AVFrame *frame); /* false: it is enough, and has failed */
	void *context;
};

/* By the processor. *ret_n: how many frames there were. Says nothing. */
bool gp_decode_all(const AVCodecParameters *parameters, unsigned int threads,
	const struct gp_packets *packets, struct gp_frame_taker taker, unsigned int *ret_n);

/* ---- transcode-reference.c */
#define GP_SAMPLED 8

struct gp_reference {
	unsigned int n;
	int64_t places[GP_SAMPLED]; /* among the pictures of the clip */
	AVFrame *frames[GP_SAMPLED];
	unsigned int n_clip; /* pictures that the clip has; 0: too many to be counted */
};

/* Fills in the frames at those places. */
bool gp_reference_make(struct gp_reference *reference, const struct gp_chain *chain);
void gp_reference_free(struct gp_reference *reference);

#endif
