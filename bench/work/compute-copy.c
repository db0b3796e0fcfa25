/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "try/say.h"
#include "work/compute.h"

static uint32_t expected(const struct gp_compute *c, uint32_t at)
{
	return gp_compute_word(c->seed, at);
}

static void fill_host(struct gp_compute *c)
{
	for (uint32_t i = 0; i < c->size / sizeof(*c->host); i++)
		c->host[i] = gp_compute_word(c->seed, i);
}

static int make_both(struct gp_compute *c)
{
	int error = gp_compute_buffers(c, 1);

	if (!error)
		error = gp_compute_pin(c);
	return error ? error : gp_compute_map_all(c);
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	gp_say("about", "counted each of %zu MiB once", c->size >> 20);
	gp_compute_say_bandwidth(window, (double)c->size);
}

/* ---- to the device */

static int write_batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	int error = 0;

	for (unsigned int i = 0; !error && i < n; i++)
		error = gp_compute_tried(c, "clEnqueueWriteBuffer",
			clEnqueueWriteBuffer(c->queue, c->buffers[0], CL_FALSE, 0, c->size, c->host,
				0, NULL, gp_compute_event(span, i, n)));
	return error ? error : gp_compute_finish(c);
}

static int make_write(struct gp_compute *c)
{
	struct gp_compute_span none = {0};
	int error = make_both(c);

	if (error)
		return error;
	fill_host(c);
	return write_batch(c, 1, &none);
}

/* What came last, and once more with other contents. */
static int check_write(struct gp_compute *c)
{
	uint32_t found[GP_COMPUTE_SAMPLES];
	struct gp_compute_span none = {0};
	int error = gp_compute_gather(c, c->buffers[0], found);

	if (error)
		return error;
	gp_compute_compare(c, found, expected, "words that arrived");
	c->seed = ~c->seed;
	fill_host(c);
	error = write_batch(c, 1, &none);
	if (!error)
		error = gp_compute_gather(c, c->buffers[0], found);
	if (!error)
		gp_compute_compare(c, found, expected, "other words that arrived");
	return error;
}

const struct gp_compute_test gp_compute_to_device = {.name = "host-to-device",
	.has_events = true,
	.n_buffers = 2,
	.make = make_write,
	.batch = write_batch,
	.say = say,
	.check = check_write};

/* ---- to the host */

static int read_batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	int error = 0;

	for (unsigned int i = 0; !error && i < n; i++)
		error = gp_compute_tried(c, "clEnqueueReadBuffer",
			clEnqueueReadBuffer(c->queue, c->buffers[0], CL_FALSE, 0, c->size, c->host,
				0, NULL, gp_compute_event(span, i, n)));
	return error ? error : gp_compute_finish(c);
}

static int make_read(struct gp_compute *c)
{
	struct gp_compute_span none = {0};
	int error = make_both(c);

	if (!error)
		error = gp_compute_fill(c, c->buffers[0], c->seed);
	if (error)
		return error;
	memset(c->host, 0, c->size);
	return read_batch(c, 1, &none);
}

static void compare_host(struct gp_compute *c, const char *what)
{
	uint32_t found[GP_COMPUTE_SAMPLES];

	for (uint32_t i = 0; i < GP_COMPUTE_SAMPLES; i++)
		found[i] = c->host[gp_compute_place(i, (uint32_t)(c->size / sizeof(*c->host)))];
	gp_compute_compare(c, found, expected, what);
}

static int check_read(struct gp_compute *c)
{
	struct gp_compute_span none = {0};
	int error;

	compare_host(c, "words that came back");
	c->seed = ~c->seed;
	error = gp_compute_fill(c, c->buffers[0], c->seed);
	if (!error)
		error = read_batch(c, 1, &none);
	if (!error)
		compare_host(c, "other words that came back");
	return error;
}

const struct gp_compute_test gp_compute_to_host = {.name = "device-to-host",
	.has_events = true,
	.n_buffers = 2,
	.make = make_read,
	.batch = read_batch,
	.say = say,
	.check = check_read};
