/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "try/say.h"
#include "work/compute.h"
#include "work/work.h"

#define COPIES 3
#define LOOKS  16
#define FASTER 3 /* a mapping that takes so much less time than a copy copies nothing */

/* The device looks at what was mapped, or a driver could put off what it has to do. */
static int look(struct gp_compute *c)
{
	return gp_compute_run(c, c->kernel, LOOKS, NULL);
}

static void touch(struct gp_compute *c)
{
	for (size_t i = 0; i < c->size / sizeof(*c->host); i++)
		c->host[i]++;
}

static int map_once(struct gp_compute *c)
{
	const int64_t from = gp_work_now();
	int64_t mapped, touched;
	int error = gp_compute_map_all(c);

	if (error)
		return error;
	mapped = gp_work_now();
	touch(c);
	touched = gp_work_now();
	error = gp_compute_unmap(c);
	if (!error)
		error = look(c);
	if (!error)
		error = gp_compute_finish(c);
	c->pieces++;
	gp_spread_add(&c->times.spread, (double)(mapped - from + gp_work_now() - touched) / 1000);
	return error;
}

static int batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	int error = 0;

	(void)span;
	for (unsigned int i = 0; !error && i < n; i++)
		error = map_once(c);
	return error;
}

static int set_up(struct gp_compute *c)
{
	const uint32_t words = (uint32_t)(c->size / sizeof(*c->host));
	int error = gp_compute_fill(c, c->pinned, c->seed);

	if (!error)
		error = gp_compute_kernel(c, "gather", &c->kernel);
	if (!error)
		error = gp_compute_argument(c, c->kernel, 0, sizeof(c->pinned), &c->pinned);
	if (!error)
		error = gp_compute_argument(c, c->kernel, 1, sizeof(c->buffers[0]), &c->buffers[0]);
	if (!error)
		error = gp_compute_argument(c, c->kernel, 2, sizeof(words), &words);
	return error ? error : map_once(c);
}

static int make(struct gp_compute *c)
{
	int error = gp_compute_buffers(c, 1);

	if (!error)
		error = gp_compute_pin(c);
	return error ? error : set_up(c);
}

/* The fastest of some copies of the same memory, in nanoseconds. */
static int time_copies(struct gp_compute *c, double *ret)
{
	void *to = malloc(c->size);
	int error = to ? 0 : gp_compute_fail(c, "there is no memory for a copy");

	for (int i = 0; !error && i <= COPIES; i++) {
		const int64_t from = gp_work_now();
		double took;

		error = gp_compute_tried(c, "clEnqueueReadBuffer",
			clEnqueueReadBuffer(
				c->queue, c->pinned, CL_TRUE, 0, c->size, to, 0, NULL, NULL));
		took = (double)(gp_work_now() - from);
		if (i == 1 || (i && took < *ret))
			*ret = took;
	}
	free(to);
	return error;
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	gp_say("about", "counted each of %zu MiB once, read and written by the processor",
		c->size >> 20);
	gp_compute_say_bandwidth(window, (double)c->size);
	gp_say("metric", "map %.9g us", gp_spread_percentile(&c->times.spread, 50));
}

static void say_zero_copy(struct gp_compute *c, double copy)
{
	const double map = gp_spread_percentile(&c->times.spread, 50);
	const bool is_one = gp_compute_number(c, CL_DEVICE_HOST_UNIFIED_MEMORY) != 0;
	const bool is_faster = map * FASTER < copy / 1000;

	gp_say("about",
		"zero-copy %s (to map and unmap takes %.3g us, to copy as much %.3g us; %s)",
		is_one || is_faster ? "yes" : "no", map, copy / 1000,
		is_one ? "device and host share their memory"
		       : "device and host have memories of their own");
}

static uint32_t expected(const struct gp_compute *c, uint32_t at)
{
	return gp_compute_word(c->seed, at) + c->pieces;
}

static int check(struct gp_compute *c)
{
	uint32_t found[GP_COMPUTE_SAMPLES];
	double copy = 0;
	int error = gp_compute_gather(c, c->pinned, found);

	if (error)
		return error;
	gp_compute_compare(c, found, expected, "words that the device sees");
	error = time_copies(c, &copy);
	if (!error)
		say_zero_copy(c, copy);
	return error;
}

const struct gp_compute_test gp_compute_map = {
	.name = "map", .n_buffers = 2, .make = make, .batch = batch, .say = say, .check = check};
