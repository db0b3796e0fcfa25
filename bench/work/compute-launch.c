/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "try/say.h"
#include "work/compute.h"
#include "work/work.h"

#define MOST_QUEUED 1000

static int launch(struct gp_compute *c)
{
	int error = gp_compute_run(c, c->kernel, 1, NULL);

	c->pieces += !error;
	return error;
}

static int launch_one(struct gp_compute *c)
{
	const int64_t from = gp_work_now();
	int error = launch(c);

	if (!error)
		error = gp_compute_finish(c);
	gp_spread_add(&c->times.spread, (double)(gp_work_now() - from) / 1000);
	return error;
}

static int launch_many(struct gp_compute *c, unsigned int n)
{
	const int64_t from = gp_work_now();
	int error = 0;

	for (unsigned int i = 0; !error && i < n; i++)
		error = launch(c);
	if (!error)
		error = gp_compute_finish(c);
	c->times.queued_ns += gp_work_now() - from;
	c->times.queued += n;
	return error;
}

/* One by one, and as many in a queue. */
static int batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	int error = 0;

	(void)span;
	for (unsigned int i = 0; !error && i < n; i++)
		error = launch_one(c);
	return error ? error : launch_many(c, n < MOST_QUEUED ? n : MOST_QUEUED);
}

static int make(struct gp_compute *c)
{
	const uint32_t none = 0;
	int error = gp_compute_buffers(c, 1);

	if (!error)
		error = gp_compute_tried(c, "clEnqueueWriteBuffer",
			clEnqueueWriteBuffer(c->queue, c->buffers[0], CL_TRUE, 0, sizeof(none),
				&none, 0, NULL, NULL));
	if (!error)
		error = gp_compute_kernel(c, "count", &c->kernel);
	if (!error)
		error = gp_compute_argument(c, c->kernel, 0, sizeof(c->buffers[0]), &c->buffers[0]);
	return error ? error : launch_one(c);
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

static int check(struct gp_compute *c)
{
	uint32_t n = 0;
	int error = gp_compute_tried(c, "clEnqueueReadBuffer",
		clEnqueueReadBuffer(
			c->queue, c->buffers[0], CL_TRUE, 0, sizeof(n), &n, 0, NULL, NULL));

	if (error)
		return error;
	if (n == c->pieces)
		gp_say("check", "all %u kernels ran", n);
	else
		gp_say("invalid", "%u kernels ran of %u", n, c->pieces);
	return 0;
}

const struct gp_compute_test gp_compute_launch = {
	.name = "launch", .make = make, .batch = batch, .say = say, .check = check};
