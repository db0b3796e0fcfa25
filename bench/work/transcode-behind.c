/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The processor's encoder in a thread of its own, behind decoding and scaling, as FFmpeg's command
 * line has it since 7.0. A device works by itself meanwhile and needs none.
 */
#include <pthread.h>
#include <stdlib.h>

#include "failure.h"
#include "transcode.h"

#define PLACES 4 /* frames on their way */

struct gp_behind {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct gp_chain *chain;
	AVFrame *frames[PLACES];
	unsigned int first, n;
	bool is_ended, is_failed;
};

/* False: there are no more. */
static bool take_frame(struct gp_behind *behind, AVFrame *ret)
{
	bool is_there;

	pthread_mutex_lock(&behind->lock);
	while (!behind->n && !behind->is_ended)
		pthread_cond_wait(&behind->changed, &behind->lock);
	is_there = behind->n;
	if (is_there) {
		av_frame_move_ref(ret, behind->frames[behind->first]);
		behind->first = (behind->first + 1) % PLACES;
		behind->n--;
		pthread_cond_signal(&behind->changed);
	}
	pthread_mutex_unlock(&behind->lock);
	return is_there;
}

static void *encode_all(void *argument)
{
	struct gp_behind *behind = argument;
	AVFrame *frame = av_frame_alloc();
	bool done = frame || gp_failed("out of memory");

	while (done && take_frame(behind, frame)) {
		done = behind->chain->is_stopped || gp_chain_encode(behind->chain, frame);
		av_frame_unref(frame);
	}
	pthread_mutex_lock(&behind->lock);
	behind->is_failed = !done;
	pthread_cond_signal(&behind->changed);
	pthread_mutex_unlock(&behind->lock);
	av_frame_free(&frame);
	return NULL;
}

static void discard(struct gp_behind *behind)
{
	for (unsigned int i = 0; i < PLACES; i++)
		av_frame_free(&behind->frames[i]);
	pthread_cond_destroy(&behind->changed);
	pthread_mutex_destroy(&behind->lock);
	free(behind);
}

bool gp_behind_begin(struct gp_chain *chain)
{
	struct gp_behind *behind = calloc(1, sizeof(*behind));
	bool done = behind;

	if (!behind)
		return gp_failed("out of memory");
	behind->chain = chain;
	pthread_mutex_init(&behind->lock, NULL);
	pthread_cond_init(&behind->changed, NULL);
	for (unsigned int i = 0; i < PLACES; i++)
		done &= (behind->frames[i] = av_frame_alloc()) != NULL;
	if (!done || pthread_create(&behind->thread, NULL, encode_all, behind) != 0) {
		discard(behind);
		return gp_failed("no thread can be started");
	}
	chain->behind = behind;
	return true;
}

bool gp_behind_give(struct gp_behind *behind, AVFrame *frame)
{
	bool is_failed;

	pthread_mutex_lock(&behind->lock);
	while (behind->n == PLACES && !behind->is_failed)
		pthread_cond_wait(&behind->changed, &behind->lock);
	is_failed = behind->is_failed;
	if (!is_failed) {
		av_frame_move_ref(behind->frames[(behind->first + behind->n++) % PLACES], frame);
		pthread_cond_signal(&behind->changed);
	}
	pthread_mutex_unlock(&behind->lock);
	return !is_failed;
}

bool gp_behind_end(struct gp_chain *chain)
{
	struct gp_behind *behind = chain->behind;
	bool done;

	if (!behind)
		return true;
	pthread_mutex_lock(&behind->lock);
	behind->is_ended = true;
	pthread_cond_signal(&behind->changed);
	pthread_mutex_unlock(&behind->lock);
	pthread_join(behind->thread, NULL);
	done = !behind->is_failed;
	chain->behind = NULL;
	discard(behind);
	return done;
}
