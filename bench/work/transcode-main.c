/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transcodes a clip on one device, and says what it took: worker/worker.h. It also makes clips
 * (make-clip=FILE), and says which codecs a device has, or what a clip is (offers=yes).
 */
#include <libavutil/avutil.h>
#include <stdio.h>

#include "failure.h"
#include "transcode.h"
#include "try/say.h"
#include "work/work.h"

static void stop_at_first(void *context, struct gp_chain *chain, AVPacket *packet)
{
	(void)packet;
	if (chain->is_stopped)
		return;
	*(int64_t *)context = gp_work_now();
	chain->is_stopped = true;
}

/* A session of its own: from opening the device until the first packet is out. */
static bool time_first_packet(struct gp_chain *chain, int64_t *ret_out, int64_t *ret_queued)
{
	bool done;

	chain->take = stop_at_first;
	chain->context = ret_out;
	done = gp_chain_open(chain);
	while (done && !chain->is_stopped && chain->n_fed < chain->clip->n)
		done = gp_chain_feed(chain);
	if (done && !chain->is_stopped)
		done = gp_chain_drain(chain);
	if (done && !chain->is_stopped)
		done = gp_failed("the encoder put nothing out");
	if (done) {
		*ret_queued = chain->n_fed - 1;
		gp_chain_say(chain);
	}
	gp_chain_close(chain);
	return done;
}

static bool measure(struct gp_chain *chain, struct gp_kept *kept, int64_t queued)
{
	if (chain->options->experiment == GP_THROUGHPUT)
		return gp_throughput(chain, kept);
	return gp_paced(chain, kept, queued);
}

static bool run(struct gp_chain *chain, struct gp_kept *kept, int64_t began)
{
	int64_t out, queued;

	if (!gp_device_decodes(chain->device, chain->clip->parameters) ||
		!time_first_packet(chain, &out, &queued) || !gp_chain_open(chain))
		return false;
	gp_forget_errors();
	if (!gp_work_ready(out - began))
		return true;
	if (!measure(chain, kept, queued))
		return false;
	return !chain->options->check || gp_check_output(chain, kept);
}

static bool transcode(const struct gp_transcode_options *options)
{
	struct gp_clip clip;
	struct gp_kept kept = {0};
	struct gp_device device = {0};
	struct gp_chain chain = {.options = options,
		.device = &device,
		.clip = &clip,
		.kind = gp_codec_kind(options->codec)};
	int64_t began;
	bool done;

	if (!gp_clip_read(&clip, options->clip))
		return false;
	gp_forget_errors();
	chain.rate = options->rate > 0 ? av_d2q(options->rate, 100000) : clip.rate;
	began = gp_work_now();
	done = gp_device_open(options, &device) && gp_kept_init(&kept, clip.n) &&
	       run(&chain, &kept, began);
	gp_chain_close(&chain);
	gp_device_close(&device);
	gp_kept_free(&kept);
	gp_clip_free(&clip);
	return done;
}

/* What a device can do, or what a clip is. */
static void answer(const struct gp_transcode_options *options)
{
	struct gp_device device;
	struct gp_clip clip;

	if (options->clip) {
		if (gp_clip_read(&clip, options->clip)) {
			gp_clip_describe(&clip);
			gp_say("check", "the clip is read");
			gp_clip_free(&clip);
		}
		return;
	}
	if (gp_device_open(options, &device)) {
		gp_device_say_offers(&device);
		gp_say("check", "the driver answers");
	}
	gp_device_close(&device);
}

int main(int argc, char **argv)
{
	struct gp_transcode_options options;

	if (gp_say_begin() < 0)
		return 1;
	gp_keep_errors();
	if (!gp_transcode_options(argc, argv, &options))
		return 0;
	gp_say("about", "ffmpeg %s", av_version_info());
	if (options.offers)
		answer(&options);
	else if (options.make_clip)
		gp_clip_make(&options);
	else
		transcode(&options);
	return 0;
}
