/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "try/say.h"
#include "work/compute.h"

#define CACHES 2 /* buffers smaller than so many caches are no measure of memory */

static int set_arguments(struct gp_compute *c)
{
	for (cl_uint i = 0; i < 3; i++)
		if (gp_compute_argument(c, c->kernel, i, sizeof(c->buffers[i]), &c->buffers[i]))
			return -1;
	return 0;
}

/* Each piece adds another number, so that none can be left out. */
static int batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	int error = 0;

	for (unsigned int i = 0; !error && i < n; i++) {
		c->pieces++;
		error = gp_compute_argument(c, c->kernel, 3, sizeof(c->pieces), &c->pieces);
		if (!error)
			error = gp_compute_run(c, c->kernel, c->size / sizeof(cl_uint4),
				gp_compute_event(span, i, n));
	}
	return error ? error : gp_compute_finish(c);
}

static int make(struct gp_compute *c)
{
	struct gp_compute_span none = {0};
	int error = gp_compute_buffers(c, 3);

	if (!error)
		error = gp_compute_fill(c, c->buffers[1], c->seed);
	if (!error)
		error = gp_compute_fill(c, c->buffers[2], ~c->seed);
	if (!error)
		error = gp_compute_kernel(c, "sum", &c->kernel);
	if (!error)
		error = set_arguments(c);
	return error ? error : batch(c, 1, &none);
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	const cl_ulong cache = gp_compute_number(c, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE);

	gp_say("about", "counted two reads and one write of %zu MiB", c->size >> 20);
	gp_say("about", "cache %llu KiB", (unsigned long long)cache >> 10);
	gp_compute_say_bandwidth(window, 3.0 * (double)c->size);
	if (3 * c->size < CACHES * cache)
		gp_say("invalid", "three buffers of %zu MiB are too small beside a cache of %llu",
			c->size >> 20, (unsigned long long)cache >> 20);
}

static uint32_t expected(const struct gp_compute *c, uint32_t at)
{
	return gp_compute_word(c->seed, at) ^ (gp_compute_word(~c->seed, at) + c->pieces);
}

static int check(struct gp_compute *c)
{
	uint32_t found[GP_COMPUTE_SAMPLES];
	int error = gp_compute_gather(c, c->buffers[0], found);

	if (!error)
		gp_compute_compare(c, found, expected, "sums");
	return error;
}

const struct gp_compute_test gp_compute_global = {.name = "global",
	.has_events = true,
	.n_buffers = 3,
	.make = make,
	.batch = batch,
	.say = say,
	.check = check};
