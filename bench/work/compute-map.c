/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "try/say.h"
#include "work/compute.h"
#include "work/work.h"

#define COPIES 3
#define LOOKS  16
#define FASTER 3 /* a mapping that takes so much less time than a copy copies nothing */

/* As wide as every processor can; mapped memory is aligned for the widest type of OpenCL. */
struct quad {
	uint32_t words __attribute__((vector_size(16)));
};

static void touch(struct gp_compute *c)
{
	const size_t n = gp_compute_failed(c) ? 0 : c->size / sizeof(struct quad);
	struct quad *quads = (struct quad *)(void *)c->host;

	for (size_t i = 0; i < n; i++)
		quads[i].words += 1;
}

/* The device looks at what was mapped, or a driver could put off what it has to do. */
static void map_once(struct gp_compute *c)
{
	const int64_t from = gp_work_now();
	int64_t mapped, touched;

	gp_compute_map_all(c);
	mapped = gp_work_now();
	touch(c);
	touched = gp_work_now();
	gp_compute_unmap(c);
	gp_compute_gather(c, c->pinned, LOOKS);
	gp_compute_finish(c);
	c->pieces++;
	gp_spread_add(&c->times.spread, (double)(mapped - from + gp_work_now() - touched) / 1000);
}

static void batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	(void)span;
	for (unsigned int i = 0; i < n; i++)
		map_once(c);
}

static void make(struct gp_compute *c)
{
	c->pinned = gp_compute_buffer(c, CL_MEM_ALLOC_HOST_PTR);
	gp_compute_fill(c, c->pinned, c->seed);
	map_once(c);
}

/* The fastest of some copies of the same memory, in microseconds; the first is not looked at. */
static double time_copies(struct gp_compute *c)
{
	void *to = malloc(c->size);
	double least = INFINITY;

	if (!to)
		gp_compute_fail(c, "there is no memory for a copy");
	for (int i = 0; i <= COPIES; i++) {
		const int64_t from = gp_work_now();

		gp_compute_read(c, c->pinned, to, c->size, NULL);
		gp_compute_finish(c);
		if (i)
			least = fmin(least, (double)(gp_work_now() - from) / 1000);
	}
	free(to);
	return least;
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	gp_say("about", "counted each of %zu MiB once, read and written by the processor",
		c->size >> 20);
	/* Not "bandwidth": where nothing is copied, it is the processor's own. */
	gp_compute_say_rate(window, "touched", (double)c->size);
	gp_say("metric", "map %.9g us", gp_spread_percentile(&c->times.spread, 50));
}

static void say_zero_copy(struct gp_compute *c, double copy)
{
	const double map = gp_spread_percentile(&c->times.spread, 50);
	const bool is_one = gp_compute_number(c, CL_DEVICE_HOST_UNIFIED_MEMORY) != 0;
	const bool is_faster = map * FASTER < copy;

	gp_say("about",
		"zero-copy %s (to map and unmap takes %.3g us, to copy as much %.3g us; %s)",
		is_one || is_faster ? "yes" : "no", map, copy,
		is_one ? "device and host share their memory"
		       : "device and host have memories of their own");
}

static uint32_t expected(const struct gp_compute *c, uint32_t at)
{
	return gp_compute_word(c->seed, at) + c->pieces;
}

static void check(struct gp_compute *c)
{
	double copy;

	gp_compute_compare(c, c->pinned, expected, "words that the device sees");
	copy = time_copies(c);
	if (!gp_compute_failed(c))
		say_zero_copy(c, copy);
}

const struct gp_compute_test gp_compute_map = {
	.name = "map", .n_buffers = 1, .make = make, .batch = batch, .say = say, .check = check};
