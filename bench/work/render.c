/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupass-work-render KEY=VALUE...: one scene, drawn over and over: worker/worker.h. */
#include "work/render.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "try/say.h"
#include "work/spread.h"
#include "work/work.h"

#define KNOWN_FRAME  7
#define MOST_SIDE    16384
#define MOST_SECONDS 86400

struct order {
	const char *device;
	const struct gp_scene *scene;
	unsigned int width, height;
	double seconds, warmup;
};

/* What was measured, from the end of one frame to the end of another. */
struct window {
	int64_t from, to;
	double cpu; /* seconds of processors */
	uint64_t n; /* frames */
	struct gp_spread times;
};

static bool read_order(char **arguments, struct order *order)
{
	const char *scene = gp_work_word(arguments, "scene");

	*order = (struct order){
		.device = gp_work_word(arguments, "device"),
		.scene = scene ? gp_scene_find(scene) : NULL,
		.width = 1920,
		.height = 1080,
		.seconds = 20,
		.warmup = 5,
	};
	return order->device && order->scene &&
	       gp_work_size(arguments, "size", MOST_SIDE, &order->width, &order->height) &&
	       gp_work_number(arguments, "seconds", MOST_SECONDS, &order->seconds) &&
	       gp_work_number(arguments, "warmup", MOST_SECONDS, &order->warmup);
}

/* What came of all pictures that were looked at. */
struct judged {
	unsigned int right, wrong, blocks;
	double worst; /* of what is right */
};

/* One picture in client against what it has to be; what is wrong with it is invalid. */
static void judge_picture(
	const struct gp_frames *frames, uint32_t number, const char *when, struct judged *judged)
{
	struct gp_difference difference =
		gp_compare_picture(frames->scene, frames->drawing, number, frames->client);
	char text[GP_WHY_SIZE];

	if (!gp_difference_say(&difference, text)) {
		gp_say("invalid", "frame %" PRIu32 " %s %s", number, when, text);
		judged->wrong++;
		return;
	}
	judged->right++;
	judged->blocks = difference.blocks;
	if (difference.worst > judged->worst)
		judged->worst = difference.worst;
}

/* Two frames, the second of which is not to look like the first. */
static bool check_pictures(struct gp_frames *frames, const char *when, struct judged *judged)
{
	for (uint32_t number = KNOWN_FRAME; number < KNOWN_FRAME + 2; number++) {
		if (!gp_frames_picture(frames, number))
			return false;
		judge_picture(frames, number, when, judged);
	}
	return true;
}

/* Draws until frames have ended for so long; *ret_from: the end of the last one. */
static bool draw_for(
	struct gp_frames *frames, double seconds, struct window *window, int64_t *ret_last)
{
	int64_t start = *ret_last, done;

	do {
		if (!gp_frames_draw(frames, &done))
			return false;
		if (!done)
			continue;
		if (*ret_last && window) {
			gp_spread_add(&window->times, (double)(done - *ret_last) / 1e6);
			window->n++;
		}
		*ret_last = done;
		if (!start)
			start = done;
	} while (!done || (double)(*ret_last - start) / 1e9 < seconds);
	return true;
}

static bool measure(struct gp_frames *frames, const struct order *order, struct window *window)
{
	int64_t last = 0;
	double cpu;

	if (!draw_for(frames, order->warmup, NULL, &last))
		return false;
	window->from = last;
	cpu = gp_work_cpu();
	frames->stale = frames->early = 0;
	if (!draw_for(frames, order->seconds, window, &last))
		return false;
	window->to = last;
	window->cpu = gp_work_cpu() - cpu;
	return gp_frames_finish(frames);
}

static void say_window(const struct gp_frames *frames, struct window *window)
{
	double n = (double)window->n, seconds = (double)(window->to - window->from) / 1e9;
	double bytes = 4.0 * frames->drawing->width * frames->drawing->height;

	if (!frames->gl->is_software)
		gp_say("about", "bound %s", frames->early > window->n / 2 ? "processor" : "device");
	gp_say("window", "%" PRId64 " %" PRId64, window->from, window->to);
	gp_say("metric", "fps %.9g frames/s", n / seconds);
	if (frames->scene->is_read_back)
		gp_say("metric", "bandwidth %.9g GB/s", n * bytes / seconds / 1e9);
	gp_say("metric", "cpu %.9g ms/frame", window->cpu * 1e3 / n);
	gp_spread_say(&window->times, "frame", "ms");
}

/* After the window: what was drawn in it, and whether frames still come out right. */
static bool check_after(
	struct gp_frames *frames, const struct window *window, struct judged *judged)
{
	uint32_t last;

	if (frames->stale)
		gp_say("invalid",
			"%" PRIu64 " of %" PRIu64 " frames that were read are not what was drawn",
			frames->stale, window->n);
	else if (frames->scene->is_read_back)
		gp_say("check", "each frame that was read is the one that was drawn");
	if (!gp_frames_last(frames, &last))
		return false;
	judge_picture(frames, last, "of the run", judged);
	if (!check_pictures(frames, "after", judged))
		return false;
	if (!judged->wrong)
		gp_say("check", "%u pictures as computed, in %u blocks of each within %.1f of 255",
			judged->right, judged->blocks, ceil(judged->worst * 2) / 2);
	return true;
}

static bool work(struct gp_frames *frames, const struct order *order, struct window *window)
{
	int64_t begun = gp_work_now(), done;
	struct judged judged = {0};

	if (!gp_gl_open(frames->gl, order->device))
		return false;
	if (!gp_frames_begin(frames) || !gp_frames_draw(frames, &done) || !gp_frames_finish(frames))
		return false;
	done = gp_work_now() - begun;
	gp_gl_say(frames->gl);
	gp_say("about", "scene %ux%u: %s", order->width, order->height, order->scene->draws);
	if (!check_pictures(frames, "before", &judged))
		return false;
	if (!gp_work_ready(done))
		return true;
	if (!measure(frames, order, window))
		return false;
	say_window(frames, window);
	return check_after(frames, window, &judged);
}

/* That nothing draws on the processor is an answer, not a failure. */
static void offer(const char *device)
{
	struct gp_gl gl;

	if (gp_gl_open(&gl, device))
		gp_gl_say(&gl);
	else if (gl.has_no_driver)
		gp_say("about", "cannot %s", gl.why);
	else
		gp_say("failed", "%s", gl.why);
	fflush(NULL);
	_Exit(0);
}

int main(int argc, char **argv)
{
	struct order order;
	struct gp_gl gl = {0};
	struct window window = {0};
	struct gp_drawing drawing = {.gl = &gl};
	struct gp_frames frames = {.gl = &gl, .drawing = &drawing};

	(void)argc;
	if (gp_say_begin())
		return 1;
	if (gp_work_word(argv, "offers") && gp_work_word(argv, "device"))
		offer(gp_work_word(argv, "device"));
	if (!read_order(argv, &order)) {
		gp_say("failed",
			"wrong order: device=NODE|cpu scene=fill|texture|geometry|shader|readback "
			"size=WIDTHxHEIGHT seconds=N warmup=N");
		_Exit(0);
	}
	drawing.width = order.width;
	drawing.height = order.height;
	frames.scene = order.scene;
	if (gp_spread_begin(&window.times, GP_SPREAD_MOST) < 0)
		gp_say("failed", "out of memory");
	else if (!work(&frames, &order, &window))
		gp_say("failed", "%s", gl.why);
	fflush(NULL);
	/* Drivers that are left at once cannot fall over one another on the way out. */
	_Exit(0);
}
