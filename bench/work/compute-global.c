/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "try/say.h"
#include "work/compute.h"

#define CACHES 2 /* buffers smaller than so many caches are no measure of memory */

/* Each piece adds another number, so that none can be left out. */
static void batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	for (unsigned int i = 0; i < n; i++) {
		c->pieces++;
		gp_compute_argument(c, c->kernel, 3, sizeof(c->pieces), &c->pieces);
		gp_compute_run(
			c, c->kernel, c->size / sizeof(cl_uint4), gp_compute_event(span, i, n));
	}
	gp_compute_finish(c);
}

static void make(struct gp_compute *c)
{
	struct gp_compute_span none = {0};

	c->kernel = gp_compute_kernel(c, "sum");
	for (cl_uint i = 0; i < 3; i++) {
		c->buffers[i] = gp_compute_buffer(c, 0);
		gp_compute_argument(c, c->kernel, i, sizeof(c->buffers[i]), &c->buffers[i]);
	}
	gp_compute_fill(c, c->buffers[1], c->seed);
	gp_compute_fill(c, c->buffers[2], ~c->seed);
	batch(c, 1, &none);
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	const cl_ulong cache = gp_compute_number(c, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE);

	gp_say("about", "counted two reads and one write of %zu MiB", c->size >> 20);
	gp_say("about", "cache %llu KiB", (unsigned long long)cache >> 10);
	gp_compute_say_rate(window, "bandwidth", 3.0 * (double)c->size);
	if (3 * c->size < CACHES * cache)
		gp_say("invalid", "three buffers of %zu MiB are too small beside a cache of %llu",
			c->size >> 20, (unsigned long long)cache >> 20);
}

static uint32_t expected(const struct gp_compute *c, uint32_t at)
{
	return gp_compute_word(c->seed, at) ^ (gp_compute_word(~c->seed, at) + c->pieces);
}

static void check(struct gp_compute *c)
{
	gp_compute_compare(c, c->buffers[0], expected, "sums");
}

const struct gp_compute_test gp_compute_global = {.name = "global",
	.has_events = true,
	.n_buffers = 3,
	.make = make,
	.batch = batch,
	.say = say,
	.check = check};
