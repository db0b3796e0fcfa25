/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "try/say.h"
#include "work/compute.h"
#include "work/work.h"

#define CHAINS      10   /* of each work item: EACH() in the source */
#define ITEMS       8192 /* of each compute unit */
#define MOST_ITEMS  (1u << 22)
#define PIECE       10000000.0 /* nanoseconds: long ones disturb others, and hang checks */
#define MOST_ROUNDS 16384      /* so that all sums are whole numbers below 2^24 */

static bool is_double(const struct gp_compute *c)
{
	return strcmp(c->test->real, "double") == 0;
}

static void set_real(struct gp_compute *c, cl_uint at, double value)
{
	const float single = (float)value;

	if (is_double(c))
		gp_compute_argument(c, c->kernel, at, sizeof(value), &value);
	else
		gp_compute_argument(c, c->kernel, at, sizeof(single), &single);
}

/* Each piece has another step, so that the last one cannot be left out. */
static void run_rounds(struct gp_compute *c, cl_uint rounds, cl_event *event)
{
	c->chains.done = rounds;
	c->chains.step = 1 + (c->seed % 7 + c->pieces++) % 7;
	set_real(c, 2, c->chains.step);
	gp_compute_argument(c, c->kernel, 3, sizeof(rounds), &rounds);
	gp_compute_run(c, c->kernel, c->chains.items, event);
}

static void batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	for (unsigned int i = 0; i < n; i++)
		run_rounds(c, c->chains.rounds, gp_compute_event(span, i, n));
	gp_compute_finish(c);
}

/* As many rounds as make a piece of some length; the first compiles. */
static void choose_rounds(struct gp_compute *c)
{
	double took = 0;

	for (cl_uint rounds = 16; rounds <= MOST_ROUNDS; rounds *= 4) {
		const int64_t from = gp_work_now();

		run_rounds(c, rounds, NULL);
		gp_compute_finish(c);
		took = (double)(gp_work_now() - from);
		c->chains.rounds = rounds;
		if (gp_compute_failed(c) || (rounds > 16 && took > PIECE / 4))
			return;
	}
}

static void make(struct gp_compute *c)
{
	const cl_ulong units = gp_compute_number(c, CL_DEVICE_MAX_COMPUTE_UNITS);
	const cl_ulong items = (units ? units : 1) * ITEMS;

	c->chains.items = (unsigned int)(items < MOST_ITEMS ? items : MOST_ITEMS);
	c->size = (size_t)c->chains.items * c->chains.width *
		  (is_double(c) ? sizeof(double) : sizeof(float));
	c->buffers[0] = gp_compute_buffer(c, 0);
	c->kernel = gp_compute_kernel(c, "chains");
	gp_compute_argument(c, c->kernel, 0, sizeof(c->buffers[0]), &c->buffers[0]);
	set_real(c, 1, 1);
	choose_rounds(c);
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	const double flops = 2.0 * CHAINS * c->chains.width * c->chains.items * c->chains.rounds;

	gp_say("about", "counted two operations for each multiply-add, %s",
		is_double(c) ? "double precision" : "single precision");
	gp_say("about", "width %u, %u chains each", c->chains.width, CHAINS);
	gp_say("metric", "flops %.9g GFLOPS",
		flops * (double)window->pieces / (double)(window->to - window->from));
}

static double sum_of(const struct gp_chains *chains, uint32_t at)
{
	const uint32_t item = at / chains->width, lane = at % chains->width;
	const double chain = (item & 255) + lane + (double)chains->done * chains->step;

	return CHAINS * chain + CHAINS * (CHAINS - 1) / 2.0;
}

static uint32_t expected(const struct gp_compute *c, uint32_t at)
{
	const double sum = sum_of(&c->chains, is_double(c) ? at / 2 : at);
	const float single = (float)sum;
	uint32_t words[2];

	if (is_double(c))
		memcpy(words, &sum, sizeof(sum));
	else
		memcpy(words, &single, sizeof(single));
	return words[is_double(c) ? at % 2 : 0];
}

static void check(struct gp_compute *c)
{
	gp_compute_compare(c, c->buffers[0], expected, "sums of chains");
}

const struct gp_compute_test gp_compute_fma = {.name = "fma",
	.has_events = true,
	.real = "float",
	.make = make,
	.batch = batch,
	.say = say,
	.check = check};

const struct gp_compute_test gp_compute_fma_double = {.name = "fma-double",
	.has_events = true,
	.real = "double",
	.make = make,
	.batch = batch,
	.say = say,
	.check = check};
