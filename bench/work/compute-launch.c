/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "try/say.h"
#include "work/compute.h"
#include "work/work.h"

#define MOST_QUEUED 1000

static void launch(struct gp_compute *c)
{
	gp_compute_run(c, c->kernel, 1, NULL);
	c->pieces++;
}

static void launch_one(struct gp_compute *c)
{
	const int64_t from = gp_work_now();

	launch(c);
	gp_compute_finish(c);
	gp_spread_add(&c->times.spread, (double)(gp_work_now() - from) / 1000);
}

static void launch_many(struct gp_compute *c, unsigned int n)
{
	const int64_t from = gp_work_now();

	for (unsigned int i = 0; i < n; i++)
		launch(c);
	gp_compute_finish(c);
	c->times.queued_ns += gp_work_now() - from;
	c->times.queued += n;
}

/* One by one, and as many in a queue. */
static void batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	(void)span;
	for (unsigned int i = 0; i < n; i++)
		launch_one(c);
	launch_many(c, n < MOST_QUEUED ? n : MOST_QUEUED);
}

static void make(struct gp_compute *c)
{
	const uint32_t none = 0;

	c->buffers[0] = gp_compute_buffer(c, 0);
	gp_compute_write(c, c->buffers[0], &none, sizeof(none), NULL);
	gp_compute_finish(c);
	c->kernel = gp_compute_kernel(c, "count");
	gp_compute_argument(c, c->kernel, 0, sizeof(c->buffers[0]), &c->buffers[0]);
	launch_one(c);
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	(void)window;
	gp_say("metric", "launch %.9g us", gp_spread_percentile(&c->times.spread, 50));
	if (c->times.queued)
		gp_say("metric", "launch-queued %.9g us",
			(double)c->times.queued_ns / 1000 / (double)c->times.queued);
	gp_spread_say(&c->times.spread, "launch", "us");
}

static void check(struct gp_compute *c)
{
	uint32_t n = 0;

	gp_compute_read(c, c->buffers[0], &n, sizeof(n), NULL);
	gp_compute_finish(c);
	if (gp_compute_failed(c))
		return;
	if (n == c->pieces)
		gp_say("check", "all %u kernels ran", n);
	else
		gp_say("invalid", "%u kernels ran of %u", n, c->pieces);
}

const struct gp_compute_test gp_compute_launch = {
	.name = "launch", .make = make, .batch = batch, .say = say, .check = check};
