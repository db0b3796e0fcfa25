/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "stats/spreads.h"

#define FEWEST 6

struct task {
	const struct gp_run_spread *a, *b;
	size_t n;
	double confidence;
	struct gp_spreads of_a, of_b;
	size_t *picked; /* n */
	double *logs;   /* GP_RESAMPLES, or twice n */
};

static double log_ratio(const struct task *task)
{
	double a = gp_spreads_quantile(&task->of_a, task->picked);
	double b = gp_spreads_quantile(&task->of_b, task->picked);

	return a > 0 && b > 0 ? log(b) - log(a) : NAN;
}

/* Few runs vary less than what they are drawn from: further out, by as much as t is than normal. */
static double expanded_tail(size_t n, double confidence)
{
	double t = gp_student_quantile(confidence, (unsigned int)n - 1);

	return gp_normal(-sqrt((double)n / (double)(n - 1)) * t);
}

static void resample(struct task *task, uint64_t seed, struct gp_estimate *ret)
{
	struct gp_random random = gp_random_seeded(seed);
	double tail = expanded_tail(task->n, task->confidence);

	for (size_t r = 0; r < GP_RESAMPLES; r++) {
		for (size_t i = 0; i < task->n; i++)
			task->picked[i] = gp_random_below(&random, task->n);
		task->logs[r] = log_ratio(task);
		if (!isfinite(task->logs[r]))
			return;
	}
	gp_sort(task->logs, GP_RESAMPLES);
	ret->low = exp(gp_quantile(task->logs, GP_RESAMPLES, tail));
	ret->high = exp(gp_quantile(task->logs, GP_RESAMPLES, 1 - tail));
	ret->confidence = task->confidence;
	ret->method = GP_METHOD_BOOTSTRAP;
}

/*
 * Where few runs are slow, so are few of the resamples, and their interval misses more than it
 * says: it is never narrower than that of the quantiles that the runs have one by one.
 */
static void widen(struct task *task, struct gp_estimate *ret)
{
	double *a = task->logs, *b = task->logs + task->n;
	bool is_exact = true;
	struct gp_estimate ratio;

	for (size_t i = 0; i < task->n; i++) {
		a[i] = gp_spreads_of_run(&task->of_a, task->a, i);
		b[i] = gp_spreads_of_run(&task->of_b, task->b, i);
		is_exact = is_exact && isfinite(task->a[i].exact) && isfinite(task->b[i].exact);
	}
	ratio = gp_ratio(a, b, task->n, task->confidence);
	ret->low = fmin(ret->low, ratio.low);
	ret->high = fmax(ret->high, ratio.high);
	if (!is_exact) {
		ret->low /= task->of_a.step;
		ret->high *= task->of_a.step;
	}
	/* That of all frames may lie beside those of the runs. */
	ret->low = fmin(ret->low, ret->value);
	ret->high = fmax(ret->high, ret->value);
}

static void estimate(struct task *task, uint64_t seed, struct gp_estimate *ret)
{
	for (size_t i = 0; i < task->n; i++)
		task->picked[i] = i;
	ret->value = ret->low = ret->high = exp(log_ratio(task));
	if (isfinite(ret->value))
		resample(task, seed, ret);
	if (ret->method != GP_METHOD_NONE)
		widen(task, ret);
}

struct gp_estimate gp_quantile_ratio(const struct gp_run_spread *a, const struct gp_run_spread *b,
	size_t n, double quantile, double confidence, uint64_t seed)
{
	struct gp_estimate ratio = {.value = NAN, .low = NAN, .high = NAN, .p = NAN, .n = n};
	struct task task = {.a = a, .b = b, .n = n, .confidence = confidence};
	double step;

	if (n < FEWEST || n > GP_STATS_MOST || !gp_spreads_usable(a, n) || !gp_spreads_usable(b, n))
		return ratio;
	step = gp_spreads_step(a, n, gp_spreads_step(b, n, INFINITY));
	if (!isfinite(step))
		return ratio;
	task.of_a.step = task.of_b.step = step;
	task.of_a.quantile = task.of_b.quantile = quantile;
	task.picked = calloc(n, sizeof(*task.picked));
	task.logs = calloc(GP_RESAMPLES > 2 * n ? GP_RESAMPLES : 2 * n, sizeof(*task.logs));
	if (task.picked && task.logs && gp_spreads_prepare(&task.of_a, a, n) &&
		gp_spreads_prepare(&task.of_b, b, n))
		estimate(&task, seed, &ratio);
	gp_spreads_release(&task.of_a);
	gp_spreads_release(&task.of_b);
	free(task.picked);
	free(task.logs);
	return ratio;
}
