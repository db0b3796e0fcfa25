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

static int set_real(struct gp_compute *c, cl_uint at, double value)
{
	const float single = (float)value;

	return c->chains.is_double ? gp_compute_argument(c, c->kernel, at, sizeof(value), &value)
				   : gp_compute_argument(c, c->kernel, at, sizeof(single), &single);
}

/* Each piece has another step, so that the last one cannot be left out. */
static int run_rounds(struct gp_compute *c, cl_uint rounds, cl_event *ret)
{
	int error;

	c->chains.done = rounds;
	c->chains.step = 1 + (c->seed % 7 + c->pieces++) % 7;
	error = set_real(c, 2, c->chains.step);
	if (!error)
		error = gp_compute_argument(c, c->kernel, 3, sizeof(rounds), &rounds);
	return error ? error : gp_compute_run(c, c->kernel, c->chains.items, ret);
}

static int batch(struct gp_compute *c, unsigned int n, struct gp_compute_span *span)
{
	int error = 0;

	for (unsigned int i = 0; !error && i < n; i++)
		error = run_rounds(c, c->chains.rounds, gp_compute_event(span, i, n));
	return error ? error : gp_compute_finish(c);
}

/* As many rounds as make a piece of some length; the first compiles. */
static int choose_rounds(struct gp_compute *c)
{
	int64_t took = 0;

	for (unsigned int rounds = 16; rounds <= MOST_ROUNDS; rounds *= 4) {
		const int64_t from = gp_work_now();
		int error = run_rounds(c, rounds, NULL);

		if (!error)
			error = gp_compute_finish(c);
		if (error)
			return error;
		took = gp_work_now() - from;
		c->chains.rounds = rounds;
		if (rounds > 16 && (double)took > PIECE / 4)
			break;
	}
	return 0;
}

static int make(struct gp_compute *c)
{
	const cl_ulong units = gp_compute_number(c, CL_DEVICE_MAX_COMPUTE_UNITS);
	const cl_ulong items = (units ? units : 1) * ITEMS;
	int error;

	c->chains.items = (unsigned int)(items < MOST_ITEMS ? items : MOST_ITEMS);
	c->size = (size_t)c->chains.items * c->chains.width *
		  (c->chains.is_double ? sizeof(double) : sizeof(float));
	error = gp_compute_buffers(c, 1);
	if (!error)
		error = gp_compute_kernel(c, "chains", &c->kernel);
	if (!error)
		error = gp_compute_argument(c, c->kernel, 0, sizeof(c->buffers[0]), &c->buffers[0]);
	if (!error)
		error = set_real(c, 1, 1);
	return error ? error : choose_rounds(c);
}

static void say(struct gp_compute *c, const struct gp_compute_window *window)
{
	const double flops = 2.0 * CHAINS * c->chains.width * c->chains.items * c->chains.rounds;

	gp_say("about", "counted two operations for each multiply-add, %s",
		c->chains.is_double ? "double precision" : "single precision");
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
	const double sum = sum_of(&c->chains, c->chains.is_double ? at / 2 : at);
	const float single = (float)sum;
	uint32_t words[2];

	if (c->chains.is_double)
		memcpy(words, &sum, sizeof(sum));
	else
		memcpy(words, &single, sizeof(single));
	return words[c->chains.is_double ? at % 2 : 0];
}

static int check(struct gp_compute *c)
{
	uint32_t found[GP_COMPUTE_SAMPLES];
	int error = gp_compute_gather(c, c->buffers[0], found);

	if (!error)
		gp_compute_compare(c, found, expected, "sums of chains");
	return error;
}

const struct gp_compute_test gp_compute_fma = {.name = "fma",
	.has_events = true,
	.has_chains = true,
	.make = make,
	.batch = batch,
	.say = say,
	.check = check};

const struct gp_compute_test gp_compute_fma_double = {.name = "fma-double",
	.has_events = true,
	.has_chains = true,
	.make = make,
	.batch = batch,
	.say = say,
	.check = check};
