/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "stats/spreads.h"

#include <math.h>
#include <stdlib.h>

#define MOST_CELLS ((size_t)4 << 20)

double gp_spreads_step(const struct gp_run_spread *runs, size_t n, double step)
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

bool gp_spreads_usable(const struct gp_run_spread *runs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!is_usable(&runs[i]))
			return false;
	return true;
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
	const struct gp_knot *one = a, *other = b;

	if (one->at != other->at)
		return one->at < other->at ? -1 : 1;
	return (one->below > other->below) - (one->below < other->below);
}

/* What lies before the quantile that the run gave is at most that share, what lies behind at
   least. */
static void put_exact(struct gp_knot *knots, size_t n, double at, double below)
{
	for (size_t k = 0; k < n; k++)
		knots[k].below = knots[k].at < at ? fmin(knots[k].below, below)
						  : fmax(knots[k].below, below);
	knots[n] = (struct gp_knot){at, below};
}

static size_t find_knots(const struct gp_run_spread *run, const struct gp_spreads *spreads,
	struct gp_knot *ret, double *ret_total)
{
	double below = 0;
	size_t n = 0;

	for (size_t k = 0; k < run->n; k++) {
		ret[n++] = (struct gp_knot){run->buckets[k].from, below};
		below += (double)run->buckets[k].n;
		ret[n++] = (struct gp_knot){end_of(run, k, spreads->step), below};
	}
	if (isfinite(run->exact)) {
		put_exact(ret, n, run->exact, spreads->quantile * below);
		n++;
	}
	qsort(ret, n, sizeof(*ret), by_place);
	*ret_total = below;
	return n;
}

static void see_at_points(struct gp_spreads *spreads, size_t run, size_t n)
{
	const struct gp_knot *knots = spreads->knots;
	double *below = spreads->below + run * spreads->n_points;

	for (size_t k = 0, next = 0; k < spreads->n_points; k++) {
		double at = spreads->points[k];

		while (next < n && knots[next].at <= at)
			next++;
		if (!next)
			below[k] = 0;
		else if (next == n)
			below[k] = spreads->totals[run];
		else
			below[k] = knots[next - 1].below +
				   (at - knots[next - 1].at) /
					   (knots[next].at - knots[next - 1].at) *
					   (knots[next].below - knots[next - 1].below);
	}
}

static bool allocate(struct gp_spreads *spreads, const struct gp_run_spread *runs, size_t n)
{
	size_t points = 0;

	for (size_t i = 0; i < n; i++)
		points += 2 * runs[i].n + 1;
	if (points > MOST_CELLS / n)
		return false;
	spreads->n_runs = n;
	spreads->points = calloc(points, sizeof(*spreads->points));
	spreads->below = calloc(points * n, sizeof(*spreads->below));
	spreads->totals = calloc(n, sizeof(*spreads->totals));
	spreads->knots = calloc(points, sizeof(*spreads->knots));
	return spreads->points && spreads->below && spreads->totals && spreads->knots;
}

bool gp_spreads_prepare(struct gp_spreads *spreads, const struct gp_run_spread *runs, size_t n)
{
	size_t points = 0;

	if (!all_agree(runs, n, spreads->step) || !allocate(spreads, runs, n))
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t knots = find_knots(&runs[i], spreads, spreads->knots, &spreads->totals[i]);

		for (size_t k = 0; k < knots; k++)
			spreads->points[points++] = spreads->knots[k].at;
	}
	gp_sort(spreads->points, points);
	for (size_t k = 0; k < points; k++)
		if (!k || spreads->points[k] > spreads->points[spreads->n_points - 1])
			spreads->points[spreads->n_points++] = spreads->points[k];
	for (size_t i = 0; i < n; i++)
		see_at_points(spreads, i,
			find_knots(&runs[i], spreads, spreads->knots, &spreads->totals[i]));
	return true;
}

void gp_spreads_release(struct gp_spreads *spreads)
{
	free(spreads->points);
	free(spreads->below);
	free(spreads->totals);
	free(spreads->knots);
}

static double below_point(const struct gp_spreads *spreads, const size_t *picked, size_t point)
{
	double sum = 0;

	for (size_t i = 0; i < spreads->n_runs; i++)
		sum += spreads->below[picked[i] * spreads->n_points + point];
	return sum;
}

double gp_spreads_quantile(const struct gp_spreads *spreads, const size_t *picked)
{
	size_t low = 0, high = spreads->n_points - 1;
	double wanted = 0, before, at;

	for (size_t i = 0; i < spreads->n_runs; i++)
		wanted += spreads->quantile * spreads->totals[picked[i]];
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (below_point(spreads, picked, middle) >= wanted)
			high = middle;
		else
			low = middle + 1;
	}
	if (!low)
		return spreads->points[0];
	before = below_point(spreads, picked, low - 1);
	at = below_point(spreads, picked, low);
	if (!(at > before))
		return spreads->points[low];
	return spreads->points[low - 1] + fmin(1, (wanted - before) / (at - before)) *
						  (spreads->points[low] - spreads->points[low - 1]);
}

double gp_spreads_of_run(
	const struct gp_spreads *spreads, const struct gp_run_spread *runs, size_t i)
{
	struct gp_spreads one = *spreads;

	one.n_runs = 1;
	return isfinite(runs[i].exact) ? runs[i].exact : gp_spreads_quantile(&one, &i);
}
