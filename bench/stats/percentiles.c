/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEWEST     6
#define MOST_CELLS ((size_t)4 << 20)

/* How many values of a run lie up to `at`; straight lines between. */
struct knot {
	double at, below;
};

/* The runs of one side, each seen at the same points. */
struct side {
	size_t n_runs, n_points;
	double *points; /* sorted */
	double *below;  /* of run i at point k: [i * n_points + k] */
	double *totals;
	struct knot *knots; /* of the run being looked at */
};

struct task {
	struct side a, b;
	double quantile, step;
	size_t *picked;
	double *logs;
};

/* By what factor edges lie apart, where buckets touch. */
static double finest_step(const struct gp_run_spread *runs, size_t n, double step)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 1; k < runs[i].n; k++) {
			double from = runs[i].buckets[k - 1].from;

			if (from > 0)
				step = fmin(step, runs[i].buckets[k].from / from);
		}
	return step;
}

static bool is_usable(const struct gp_run_spread *run)
{
	double last = -1;
	uint64_t total = 0;

	for (size_t k = 0; k < run->n; k++) {
		if (!(run->buckets[k].from > last) || !isfinite(run->buckets[k].from) ||
			run->buckets[k].n > UINT32_MAX)
			return false;
		last = run->buckets[k].from;
		total += run->buckets[k].n;
	}
	return total > 0;
}

/* Whether the quantile that the run gave lies where its buckets are; rounded edges are a bit off.
 */
static bool agrees(const struct gp_run_spread *run, double step)
{
	return !isfinite(run->exact) ||
	       (run->exact >= run->buckets[0].from * 0.99 &&
		       run->exact <= run->buckets[run->n - 1].from * step * 1.01);
}

static bool all_agree(const struct gp_run_spread *runs, size_t n, double step)
{
	for (size_t i = 0; i < n; i++)
		if (!agrees(&runs[i], step))
			return false;
	return true;
}

/* Where the bucket ends: not beyond its step, the next bucket, or the largest value. */
static double end_of(const struct gp_run_spread *run, size_t k, double step)
{
	double from = run->buckets[k].from, end = from * step;

	if (k + 1 < run->n)
		end = fmin(end, run->buckets[k + 1].from);
	else if (run->max >= from)
		end = fmin(end, run->max);
	return fmax(end, from + from * 1e-9 + 1e-12);
}

static int by_place(const void *a, const void *b)
{
	const struct knot *one = a, *other = b;

	if (one->at != other->at)
		return one->at < other->at ? -1 : 1;
	return (one->below > other->below) - (one->below < other->below);
}

/* What lies before the quantile that the run gave is at most that share, what lies behind at
   least. */
static void put_exact(struct knot *knots, size_t n, double at, double below)
{
	for (size_t k = 0; k < n; k++)
		knots[k].below = knots[k].at < at ? fmin(knots[k].below, below)
						  : fmax(knots[k].below, below);
	knots[n] = (struct knot){at, below};
}

static size_t find_knots(const struct gp_run_spread *run, const struct task *task, struct knot *ret,
	double *ret_total)
{
	double below = 0;
	size_t n = 0;

	for (size_t k = 0; k < run->n; k++) {
		ret[n++] = (struct knot){run->buckets[k].from, below};
		below += (double)run->buckets[k].n;
		ret[n++] = (struct knot){end_of(run, k, task->step), below};
	}
	if (isfinite(run->exact)) {
		put_exact(ret, n, run->exact, task->quantile * below);
		n++;
	}
	qsort(ret, n, sizeof(*ret), by_place);
	*ret_total = below;
	return n;
}

static void see_at_points(struct side *side, size_t run, size_t n)
{
	const struct knot *knots = side->knots;
	double *below = side->below + run * side->n_points;

	for (size_t k = 0, next = 0; k < side->n_points; k++) {
		double at = side->points[k];

		while (next < n && knots[next].at <= at)
			next++;
		if (!next)
			below[k] = 0;
		else if (next == n)
			below[k] = side->totals[run];
		else
			below[k] = knots[next - 1].below +
				   (at - knots[next - 1].at) /
					   (knots[next].at - knots[next - 1].at) *
					   (knots[next].below - knots[next - 1].below);
	}
}

static bool allocate(struct side *side, const struct gp_run_spread *runs, size_t n)
{
	size_t points = 0;

	for (size_t i = 0; i < n; i++)
		points += 2 * runs[i].n + 1;
	if (points > MOST_CELLS / n)
		return false;
	side->n_runs = n;
	side->points = calloc(points, sizeof(*side->points));
	side->below = calloc(points * n, sizeof(*side->below));
	side->totals = calloc(n, sizeof(*side->totals));
	side->knots = calloc(points, sizeof(*side->knots));
	return side->points && side->below && side->totals && side->knots;
}

static bool prepare(
	struct side *side, const struct gp_run_spread *runs, size_t n, const struct task *task)
{
	size_t points = 0;

	if (!allocate(side, runs, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t knots = find_knots(&runs[i], task, side->knots, &side->totals[i]);

		for (size_t k = 0; k < knots; k++)
			side->points[points++] = side->knots[k].at;
	}
	gp_sort(side->points, points);
	for (size_t k = 0; k < points; k++)
		if (!k || side->points[k] > side->points[side->n_points - 1])
			side->points[side->n_points++] = side->points[k];
	for (size_t i = 0; i < n; i++)
		see_at_points(side, i, find_knots(&runs[i], task, side->knots, &side->totals[i]));
	return true;
}

static double below_point(const struct side *side, const size_t *picked, size_t point)
{
	double sum = 0;

	for (size_t i = 0; i < side->n_runs; i++)
		sum += side->below[picked[i] * side->n_points + point];
	return sum;
}

/* The quantile of all values of the picked runs together. */
static double quantile_of(const struct side *side, const size_t *picked, double quantile)
{
	size_t low = 0, high = side->n_points - 1;
	double wanted = 0, before, at;

	for (size_t i = 0; i < side->n_runs; i++)
		wanted += quantile * side->totals[picked[i]];
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (below_point(side, picked, middle) >= wanted)
			high = middle;
		else
			low = middle + 1;
	}
	if (!low)
		return side->points[0];
	before = below_point(side, picked, low - 1);
	at = below_point(side, picked, low);
	if (!(at > before))
		return side->points[low];
	return side->points[low - 1] + fmin(1, (wanted - before) / (at - before)) *
					       (side->points[low] - side->points[low - 1]);
}

static double log_ratio(const struct task *task)
{
	double a = quantile_of(&task->a, task->picked, task->quantile);
	double b = quantile_of(&task->b, task->picked, task->quantile);

	return a > 0 && b > 0 ? log(b) - log(a) : NAN;
}

/* Few runs vary less than what they are drawn from: further out, by as much as t is than normal. */
static double expanded_tail(size_t n, double confidence)
{
	double t = gp_student_quantile(confidence, (unsigned int)n - 1);

	return gp_normal(-sqrt((double)n / (double)(n - 1)) * t);
}

static void resample(
	struct task *task, size_t n, double confidence, uint64_t seed, struct gp_estimate *ret)
{
	struct gp_random random = gp_random_seeded(seed);
	double tail = expanded_tail(n, confidence);

	for (size_t r = 0; r < GP_RESAMPLES; r++) {
		for (size_t i = 0; i < n; i++)
			task->picked[i] = gp_random_below(&random, n);
		task->logs[r] = log_ratio(task);
		if (!isfinite(task->logs[r]))
			return;
	}
	gp_sort(task->logs, GP_RESAMPLES);
	ret->low = exp(gp_quantile(task->logs, GP_RESAMPLES, tail));
	ret->high = exp(gp_quantile(task->logs, GP_RESAMPLES, 1 - tail));
	ret->confidence = confidence;
	ret->method = GP_METHOD_BOOTSTRAP;
}

/* What the run itself gave, else as its buckets have it. */
static double quantile_of_run(
	const struct side *side, const struct gp_run_spread *runs, size_t i, double quantile)
{
	struct side one = *side;

	one.n_runs = 1;
	return isfinite(runs[i].exact) ? runs[i].exact : quantile_of(&one, &i, quantile);
}

/*
 * Where few runs are slow, so are few of the resamples, and their interval misses more than it
 * says: it is never narrower than that of the quantiles that the runs have one by one.
 */
static void widen(struct task *task, const struct gp_run_spread *a, const struct gp_run_spread *b,
	size_t n, double confidence, struct gp_estimate *ret)
{
	double *of_a = task->logs, *of_b = task->logs + n;
	struct gp_estimate ratio;

	for (size_t i = 0; i < n; i++) {
		of_a[i] = quantile_of_run(&task->a, a, i, task->quantile);
		of_b[i] = quantile_of_run(&task->b, b, i, task->quantile);
	}
	ratio = gp_ratio(of_a, of_b, n, confidence);
	ret->low = fmin(ret->low, ratio.low);
	ret->high = fmax(ret->high, ratio.high);
}

static void estimate(
	struct task *task, size_t n, double confidence, uint64_t seed, struct gp_estimate *ret)
{
	for (size_t i = 0; i < n; i++)
		task->picked[i] = i;
	ret->value = ret->low = ret->high = exp(log_ratio(task));
	if (isfinite(ret->value))
		resample(task, n, confidence, seed, ret);
}

static void release(struct side *side)
{
	free(side->points);
	free(side->below);
	free(side->totals);
	free(side->knots);
}

struct gp_estimate gp_quantile_ratio(const struct gp_run_spread *a, const struct gp_run_spread *b,
	size_t n, double quantile, double confidence, uint64_t seed)
{
	struct gp_estimate ratio = {.value = NAN, .low = NAN, .high = NAN, .p = NAN, .n = n};
	struct task task = {.quantile = quantile};
	bool is_exact = true;

	if (n < FEWEST || n > GP_STATS_MOST)
		return ratio;
	for (size_t i = 0; i < n; i++) {
		if (!is_usable(&a[i]) || !is_usable(&b[i]))
			return ratio;
		is_exact = is_exact && isfinite(a[i].exact) && isfinite(b[i].exact);
	}
	task.step = finest_step(a, n, finest_step(b, n, INFINITY));
	task.picked = calloc(n, sizeof(*task.picked));
	task.logs = calloc(GP_RESAMPLES > 2 * n ? GP_RESAMPLES : 2 * n, sizeof(*task.logs));
	if (isfinite(task.step) && all_agree(a, n, task.step) && all_agree(b, n, task.step) &&
		task.picked && task.logs && prepare(&task.a, a, n, &task) &&
		prepare(&task.b, b, n, &task))
		estimate(&task, n, confidence, seed, &ratio);
	if (ratio.method != GP_METHOD_NONE)
		widen(&task, a, b, n, confidence, &ratio);
	if (ratio.method != GP_METHOD_NONE && !is_exact) {
		ratio.low /= task.step;
		ratio.high *= task.step;
	}
	release(&task.a);
	release(&task.b);
	free(task.picked);
	free(task.logs);
	return ratio;
}
