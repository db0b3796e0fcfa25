/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Each packet is fed when its picture is due at the content's rate. All times are from when it was
 * due, not from when it could be fed: what is late makes the next ones late, and that is to be
 * seen.
 */
#include <errno.h>
#include <math.h>
#include <time.h>

#include "failure.h"
#include "transcode.h"
#include "try/say.h"
#include "work/spread.h"
#include "work/work.h"

#define HEAD_START 20000000 /* nanoseconds */
#define POLL       300000   /* the same: while a picture is on its way */

struct pace {
	struct gp_chain *chain;
	struct gp_kept *kept;
	int64_t start;      /* when the first frame is due */
	int64_t first, end; /* the frames that are measured, up to but without `end` */
	int64_t from, to;   /* the time that goes with them */
	int64_t out;        /* the last frame that came out; -1: none */
	int64_t n_out;      /* measured frames that came out */
	int64_t n_in_time;  /* frames of any number that came out in the time */
	int64_t n_missed;   /* later than the next frame is due */
	int64_t delay;      /* how many packets a frame waits inside for, at least */
	struct gp_spread *spread;
	double cpu_from, cpu_to;
};

static int64_t due(const struct pace *pace, int64_t frame)
{
	return pace->start + (int64_t)((double)frame * 1e9 / av_q2d(pace->chain->rate));
}

static double late(const struct pace *pace, int64_t frame, int64_t now)
{
	int64_t from = pace->chain->options->experiment == GP_LATENCY
			       ? due(pace, frame)
			       : due(pace, frame + pace->delay);

	return now > from ? (double)(now - from) / 1e6 : 0;
}

static void take(void *context, struct gp_chain *chain, AVPacket *packet)
{
	struct pace *pace = context;
	int64_t now = gp_work_now(), frame = packet->pts, inside = chain->n_fed - 1 - frame;

	pace->out = frame;
	pace->n_in_time += now >= pace->from && now < pace->to;
	if (frame < pace->first && inside >= 0 && inside < pace->delay)
		pace->delay = inside;
	if (frame >= pace->first && frame < pace->end) {
		pace->n_out++;
		pace->n_missed += now > due(pace, frame + chain->clip->reorder + 1);
		gp_spread_add(pace->spread, late(pace, frame, now));
	}
	gp_keep(pace->kept, packet);
}

static void sleep_until(int64_t time)
{
	const struct timespec until = {.tv_sec = time / 1000000000, .tv_nsec = time % 1000000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
		;
}

/* Encoders with threads of their own are asked whether they are done; others are, by now. */
static bool wait_until(struct pace *pace, int64_t time)
{
	bool asks = pace->chain->options->experiment == GP_LATENCY;
	int64_t now;

	while (asks && pace->out + 1 < pace->chain->n_fed && (now = gp_work_now()) + POLL < time) {
		sleep_until(now + POLL);
		if (!gp_chain_poll(pace->chain))
			return false;
	}
	sleep_until(time);
	return true;
}

static bool feed(struct pace *pace)
{
	return wait_until(pace, due(pace, pace->chain->n_fed)) && gp_chain_feed(pace->chain);
}

/* Later than that, waiting for what is measured makes no sense. */
static bool is_hopeless(const struct pace *pace)
{
	bool is_stream = pace->chain->options->experiment == GP_STREAM;
	int64_t grace = is_stream ? 0 : pace->to - pace->from + HEAD_START;

	return gp_work_now() > due(pace, pace->end + pace->delay) + grace;
}

static bool go(struct pace *pace)
{
	struct gp_chain *chain = pace->chain;

	while (pace->out + 1 < pace->end && !is_hopeless(pace)) {
		if (chain->n_fed == pace->first)
			pace->cpu_from = gp_work_cpu();
		if (chain->n_fed == pace->end)
			pace->cpu_to = gp_work_cpu();
		if (!feed(pace))
			return false;
	}
	if (chain->n_fed <= pace->end)
		pace->cpu_to = gp_work_cpu();
	return true;
}

static void say_latency(struct pace *pace, int64_t n)
{
	gp_spread_say(pace->spread, "latency", "ms");
	gp_say("metric", "missed %.9g %%", 100.0 * (double)pace->n_missed / (double)n);
}

/* Frames that are still inside are at least so late. */
static void say_stream(struct pace *pace, int64_t n)
{
	double done = fmin((double)pace->n_in_time / (double)n, 1);
	int64_t now = gp_work_now();

	for (int64_t frame = pace->out < pace->first ? pace->first : pace->out + 1;
		frame < pace->end; frame++)
		gp_spread_add(pace->spread, late(pace, frame, now));
	gp_say("metric", "slowest %.9g x", pace->n_out == n ? 1 : done);
	gp_say("metric", "late %.9g frames",
		gp_spread_percentile(pace->spread, 99) / 1e3 * av_q2d(pace->chain->rate));
}

static bool say(struct pace *pace)
{
	bool is_stream = pace->chain->options->experiment == GP_STREAM;
	int64_t n = pace->end - pace->first;

	if (!is_stream && pace->n_out < n)
		return gp_failed("too slow for %.6g frames/s: of %lld frames, %lld came out in "
				 "twice their time",
			av_q2d(pace->chain->rate), (long long)n, (long long)pace->n_out);
	gp_say("window", "%lld %lld", (long long)pace->from, (long long)pace->to);
	gp_say("about", "rate %.6g", av_q2d(pace->chain->rate));
	gp_say("about", "delay %lld frames", (long long)pace->delay);
	if (pace->n_out)
		gp_say("metric", "cpu %.9g ms/frame",
			(pace->cpu_to - pace->cpu_from) * 1e3 / (double)pace->n_out);
	if (is_stream)
		say_stream(pace, n);
	else
		say_latency(pace, n);
	return true;
}

bool gp_paced(struct gp_chain *chain, struct gp_kept *kept, int64_t queued)
{
	const struct gp_transcode_options *options = chain->options;
	double rate = av_q2d(chain->rate);
	struct gp_spread spread;
	struct pace pace = {.chain = chain,
		.kept = kept,
		.start = gp_work_now() + HEAD_START,
		.first = (int64_t)ceil(options->warmup * rate),
		.out = -1,
		.delay = queued,
		.spread = &spread};
	bool done;

	pace.end = pace.first + (int64_t)fmax(round(options->seconds * rate), 1);
	pace.from = due(&pace, pace.first);
	pace.to = due(&pace, pace.end);
	if (gp_spread_begin(&spread, (size_t)(pace.end - pace.first)) < 0)
		return gp_failed("out of memory");
	chain->take = take;
	chain->context = &pace;
	done = go(&pace) && say(&pace);
	kept->last = (pace.out + 1) / chain->clip->n - 1;
	gp_spread_end(&spread);
	return done;
}
