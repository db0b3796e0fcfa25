/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "failure.h"
#include "transcode.h"
#include "try/say.h"
#include "work/work.h"

/*
 * Time is taken where the first packet of a loop comes out, with the next loop's frames on their
 * way already: whole loops lie between, and neither the filling nor the draining of any queue.
 */
struct meter {
	struct gp_kept *kept;
	int64_t loop, loop_frames, loop_bytes; /* of the loop that comes out */
	int64_t expected;                      /* frames of a loop; 0: not known yet */
	int64_t began;                         /* of warming up */
	int64_t from, to, first_loop;
	double cpu_from, cpu_to;
	bool is_uneven;
};

static void end_loop(struct meter *meter, struct gp_chain *chain)
{
	const struct gp_transcode_options *options = chain->options;
	int64_t now = gp_work_now();

	if (!meter->expected) {
		meter->expected = meter->loop_frames;
		gp_say("about", "loop-frames %lld", (long long)meter->loop_frames);
		gp_say("about", "loop-bytes %lld", (long long)meter->loop_bytes);
	}
	meter->is_uneven |= meter->loop_frames != meter->expected;
	if (!meter->from && (double)(now - meter->began) >= options->warmup * 1e9) {
		meter->from = now;
		meter->cpu_from = gp_work_cpu();
		meter->first_loop = meter->loop + 1;
	} else if (meter->from && (double)(now - meter->from) >= options->seconds * 1e9) {
		meter->to = now;
		meter->cpu_to = gp_work_cpu();
		chain->is_stopped = true;
	}
}

static void take(void *context, struct gp_chain *chain, AVPacket *packet)
{
	struct meter *meter = context;
	int64_t loop = packet->pts / chain->clip->n;

	if (chain->is_stopped)
		return;
	if (loop != meter->loop) {
		end_loop(meter, chain);
		if (chain->is_stopped)
			return;
		meter->loop = loop;
		meter->loop_frames = meter->loop_bytes = 0;
	}
	meter->loop_frames++;
	meter->loop_bytes += packet->size;
	gp_keep(meter->kept, packet);
}

bool gp_throughput(struct gp_chain *chain, struct gp_kept *kept)
{
	struct meter meter = {.kept = kept, .began = gp_work_now()};
	int64_t frames;
	double seconds;

	chain->take = take;
	chain->context = &meter;
	while (!chain->is_stopped)
		if (!gp_chain_feed(chain))
			return false;
	gp_behind_end(chain);
	kept->last = meter.loop;
	frames = (meter.loop - meter.first_loop + 1) * meter.expected;
	seconds = (double)(meter.to - meter.from) / 1e9;
	gp_say("window", "%lld %lld", (long long)meter.from, (long long)meter.to);
	gp_say("metric", "fps %.9g frames/s", (double)frames / seconds);
	gp_say("metric", "cpu %.9g ms/frame",
		(meter.cpu_to - meter.cpu_from) * 1e3 / (double)frames);
	if (meter.is_uneven)
		gp_say("invalid", "not each loop of the clip gave %lld frames",
			(long long)meter.expected);
	return true;
}
