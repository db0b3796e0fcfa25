/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>

#include "try/say.h"
#include "work/compute.h"
#include "work/work.h"

#define BATCH       70000000 /* nanoseconds */
#define MOST_PIECES 65536
#define FAR         1.25

cl_event *gp_compute_event(struct gp_compute_span *span, unsigned int i, unsigned int n)
{
	if (i == 0)
		return &span->first;
	return i == n - 1 ? &span->last : NULL;
}

unsigned int gp_compute_next(unsigned int n, int64_t took)
{
	double next = (double)n * BATCH / (double)(took > 0 ? took : 1);

	next = fmin(fmax(next, n / 4.0), n * 4.0);
	return (unsigned int)fmin(fmax(next, 1), MOST_PIECES);
}

/* NaN where the device does not tell. */
static double event_time(const struct gp_compute_span *span)
{
	cl_event last = span->last ? span->last : span->first;
	cl_ulong from, to;

	if (!last ||
		clGetEventProfilingInfo(
			span->first, CL_PROFILING_COMMAND_START, sizeof(from), &from, NULL) ||
		clGetEventProfilingInfo(last, CL_PROFILING_COMMAND_END, sizeof(to), &to, NULL) ||
		to <= from)
		return NAN;
	return (double)(to - from);
}

static void forget(struct gp_compute_span *span)
{
	if (span->first)
		clReleaseEvent(span->first);
	if (span->last)
		clReleaseEvent(span->last);
	*span = (struct gp_compute_span){0};
}

void gp_compute_pass(struct gp_compute *c, double seconds, struct gp_compute_window *ret)
{
	const double cpu = gp_work_cpu();
	struct gp_compute_span span = {0};

	*ret = (struct gp_compute_window){.from = gp_work_now()};
	do {
		const int64_t from = gp_work_now();
		int64_t took;

		c->test->batch(c, c->batch, &span);
		took = gp_work_now() - from;
		ret->event += event_time(&span);
		ret->batches += (double)took;
		ret->pieces += c->batch;
		c->batch = gp_compute_next(c->batch, took);
		forget(&span);
		ret->to = gp_work_now();
	} while (!gp_compute_failed(c) && (double)(ret->to - ret->from) < seconds * 1e9);
	ret->cpu = gp_work_cpu() - cpu;
}

void gp_compute_say_rate(const struct gp_compute_window *window, const char *metric, double bytes)
{
	gp_say("metric", "%s %.9g GB/s", metric,
		bytes * (double)window->pieces / (double)(window->to - window->from));
}

void gp_compute_say_events(const struct gp_compute_window *window)
{
	double ratio = window->event / window->batches;

	if (!isfinite(ratio))
		gp_say("about", "event-time-ratio unknown: the device has no times of its own");
	else
		gp_say("about", "event-time-ratio %.3f", ratio);
	if (ratio > FAR)
		gp_say("invalid",
			"the device says that it was at work for %.3g s in a window of %.3g s",
			window->event / 1e9, window->batches / 1e9);
}
