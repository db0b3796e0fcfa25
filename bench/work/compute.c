/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gpupass-work-compute device=cpu|ADDRESS test=TEST|offers=yes [seconds=] [warmup=] [mib=] */
#include "work/compute.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "try/opencl-pci.h"
#include "try/say.h"
#include "work/work.h"

const struct gp_compute_test *gp_compute_test(const char *name)
{
	static const struct gp_compute_test *const tests[] = {&gp_compute_global,
		&gp_compute_to_device, &gp_compute_to_host, &gp_compute_map, &gp_compute_fma,
		&gp_compute_fma_double, &gp_compute_launch};

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		if (strcmp(tests[i]->name, name) == 0)
			return tests[i];
	return NULL;
}

static void choose_size(struct gp_compute *c)
{
	const unsigned int n = c->test->n_buffers ? c->test->n_buffers : 1;

	c->size = gp_compute_size(c->is_cpu, c->test->n_buffers ? c->order.mib : 1, n,
		gp_compute_number(c, CL_DEVICE_GLOBAL_MEM_SIZE),
		gp_compute_number(c, CL_DEVICE_MAX_MEM_ALLOC_SIZE),
		gp_compute_number(c, CL_DEVICE_GLOBAL_MEM_CACHE_SIZE));
	if (!c->size)
		gp_compute_fail(c, "the device has no memory for this");
}

/* As the device likes it. */
static unsigned int choose_width(const struct gp_compute *c, bool is_double)
{
	const cl_ulong width =
		gp_compute_number(c, is_double ? CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE
					       : CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT);

	return width == 2 || width == 4 || width == 8 || width == 16 ? (unsigned int)width : 1;
}

/* Options for the compiler: ONE number, REAL numbers side by side, and LANES that count them. */
static void choose_chains(struct gp_compute *c, char options[static 256])
{
	const char *one = c->test->real;
	const bool is_double = one && strcmp(one, "double") == 0;
	const struct gp_cl_asked asked = {clGetDeviceInfo, c->device};
	char lanes[64] = "0", width[16] = "";

	*options = '\0';
	if (!one)
		return;
	if (is_double && !gp_cl_extends(asked, "cl_khr_fp64"))
		gp_compute_fail(c, "the device has no double precision");
	c->chains.width = choose_width(c, is_double);
	for (unsigned int i = 1; i < c->chains.width; i++)
		snprintf(lanes + strlen(lanes), sizeof(lanes) - strlen(lanes), ",%u", i);
	if (c->chains.width > 1)
		snprintf(width, sizeof(width), "%u", c->chains.width);
	snprintf(options, 256, "-cl-mad-enable -D ONE=%s -D REAL=%s%s -D LANES=(%s%s)(%s)%s", one,
		one, width, one, width, lanes, is_double ? " -D DOUBLE" : "");
}

static void set_up(struct gp_compute *c)
{
	char options[256];

	gp_compute_find(c);
	if (gp_compute_failed(c))
		return;
	gp_compute_say_device(c);
	choose_size(c);
	choose_chains(c, options);
	gp_compute_begin(c, options);
	gp_compute_look(c);
	c->test->make(c);
}

static void forget_times(struct gp_compute *c)
{
	struct gp_spread spread = c->times.spread;

	spread.n = spread.dropped = 0;
	spread.max = 0;
	c->times = (struct gp_times){.spread = spread};
}

static void measure(struct gp_compute *c)
{
	struct gp_compute_window window;

	gp_compute_pass(c, c->order.warmup, &window);
	forget_times(c);
	gp_compute_pass(c, c->order.seconds, &window);
	if (gp_compute_failed(c))
		return;
	gp_say("window", "%lld %lld", (long long)window.from, (long long)window.to);
	c->test->say(c, &window);
	gp_say("metric", "cpu-load %.9g %%",
		100e9 * window.cpu / (double)(window.to - window.from));
	if (c->test->has_events)
		gp_compute_say_events(&window);
	c->test->check(c);
}

static void work(struct gp_compute *c)
{
	const int64_t from = gp_work_now();

	c->test = c->order.test;
	if (getrandom(&c->seed, sizeof(c->seed), GRND_NONBLOCK) != sizeof(c->seed))
		c->seed = (uint32_t)from;
	if (gp_spread_begin(&c->times.spread, GP_SPREAD_MOST))
		gp_compute_fail(c, "there is no memory");
	set_up(c);
	if (!gp_compute_failed(c) && gp_work_ready(gp_work_now() - from))
		measure(c);
}

/* That a device is not there is an answer, not a failure. */
static void offer(struct gp_compute *c)
{
	gp_compute_find(c);
	if (c->device_is_missing) {
		gp_say("about", "cannot %s", c->why);
		*c->why = '\0';
	} else if (!gp_compute_failed(c)) {
		gp_compute_say_device(c);
	}
}

int main(int argc, char **argv)
{
	static struct gp_compute c = {.batch = 1};
	struct gp_cl_view view = {0};
	const char *wrong;

	(void)argc;
	if (gp_say_begin())
		return 1;
	wrong = gp_compute_order_read(argv, &c.order);
	if (wrong)
		gp_compute_fail(&c, "%s is not understood", wrong);
	else if (gp_cl_hide_icds(&view))
		gp_compute_fail(&c, "there is no ICD that may be loaded");
	else if (c.order.only_offers)
		offer(&c);
	else
		work(&c);
	if (gp_compute_failed(&c))
		gp_say("failed", "%s", c.why);
	gp_cl_forget_icds(&view);
	fflush(NULL);
	/* Drivers that are left at once cannot fall over one another on the way out. */
	_Exit(0);
}
