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
	const uint32_t n = gp_compute_failed(c) ? 0 : (uint32_t)(c->size / sizeof(*c->host));

	for (uint32_t i = 0; i < n; i++)
		c->host[i] = gp_compute_word(c->seed, i);
}

static void make_both(struct gp_compute *c)
{
	c->buffers[0] = gp_compute_buffer(c, 0);
	c->pinned = gp_compute_buffer(c, CL_MEM_ALLOC_HOST_PTR);
	gp_compute_map_all(c);
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	gp_say("about", "counted each of %zu MiB once", c->size >> 20);
	gp_compute_say_rate(window, "bandwidth", (double)c->size);
}

/* ---- to the device */

static void write_batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	for (unsigned int i = 0; i < n; i++)
		gp_compute_write(c, c->buffers[0], c->host, c->size, gp_compute_event(span, i, n));
	gp_compute_finish(c);
}

static void make_write(struct gp_compute *c)
{
	struct gp_compute_span none = {0};

	make_both(c);
	fill_host(c);
	write_batch(c, 1, &none);
}

/* What came last, and once more with other contents. */
static void check_write(struct gp_compute *c)
{
	struct gp_compute_span none = {0};

	gp_compute_compare(c, c->buffers[0], expected, "words that arrived");
	c->seed = ~c->seed;
	fill_host(c);
	write_batch(c, 1, &none);
	gp_compute_compare(c, c->buffers[0], expected, "other words that arrived");
}

const struct gp_compute_test gp_compute_to_device = {.name = "host-to-device",
	.has_events = true,
	.n_buffers = 2,
	.make = make_write,
	.batch = write_batch,
	.say = say,
	.check = check_write};

/* ---- to the host */

static void read_batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	for (unsigned int i = 0; i < n; i++)
		gp_compute_read(c, c->buffers[0], c->host, c->size, gp_compute_event(span, i, n));
	gp_compute_finish(c);
}

static void make_read(struct gp_compute *c)
{
	struct gp_compute_span none = {0};

	make_both(c);
	gp_compute_fill(c, c->buffers[0], c->seed);
	if (!gp_compute_failed(c))
		memset(c->host, 0, c->size);
	read_batch(c, 1, &none);
}

static void check_read(struct gp_compute *c)
{
	struct gp_compute_span none = {0};

	gp_compute_compare(c, NULL, expected, "words that came back");
	c->seed = ~c->seed;
	gp_compute_fill(c, c->buffers[0], c->seed);
	read_batch(c, 1, &none);
	gp_compute_compare(c, NULL, expected, "other words that came back");
}

const struct gp_compute_test gp_compute_to_host = {.name = "device-to-host",
	.has_events = true,
	.n_buffers = 2,
	.make = make_read,
	.batch = read_batch,
	.say = say,
	.check = check_read};
