/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "work/spread.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "try/say.h"

#define BUCKET    1.05
#define MOST_LINE 3500 /* gp_say takes little more */

int gp_spread_begin(struct gp_spread *spread, size_t most)
{
	*spread = (struct gp_spread){.most = most < GP_SPREAD_MOST ? most : GP_SPREAD_MOST};
	spread->values = calloc(spread->most ? spread->most : 1, sizeof(*spread->values));
	return spread->values ? 0 : -ENOMEM;
}

void gp_spread_end(struct gp_spread *spread)
{
	free(spread->values);
	*spread = (struct gp_spread){0};
}

void gp_spread_add(struct gp_spread *spread, double value)
{
	if (!isfinite(value) || value < 0 || spread->n == spread->most) {
		spread->dropped++;
		return;
	}
	spread->values[spread->n++] = (float)value;
	if ((double)(float)value > spread->max)
		spread->max = (double)(float)value;
}

static int compare(const void *a, const void *b)
{
	float one = *(const float *)a, other = *(const float *)b;

	return (one > other) - (one < other);
}

static void sort(struct gp_spread *spread)
{
	for (size_t i = 1; i < spread->n; i++) {
		if (spread->values[i - 1] > spread->values[i]) {
			qsort(spread->values, spread->n, sizeof(*spread->values), compare);
			return;
		}
	}
}

double gp_spread_percentile(struct gp_spread *spread, double percent)
{
	double rank = ceil(percent * (double)spread->n / 100 - 1e-6);

	if (!spread->n)
		return NAN;
	sort(spread);
	if (!(rank >= 1))
		return (double)spread->values[0];
	if (rank >= (double)spread->n)
		return (double)spread->values[spread->n - 1];
	return (double)spread->values[(size_t)rank - 1];
}

/* Sorted values, in buckets whose edges are powers of step; false where the line is too short. */
static bool list(const struct gp_spread *spread, double step, char line[MOST_LINE])
{
	double last = -INFINITY;
	size_t used = 0;

	for (size_t i = 0; i < spread->n;) {
		double power = floor(log((double)spread->values[i]) / log(step));
		double from, to;
		size_t first = i++;
		int n;

		power = last = fmax(power, last + 1);
		from = pow(step, power);
		to = pow(step, power + 1);
		while (i < spread->n && (double)spread->values[i] < fmax(to, DBL_MIN))
			i++;
		n = snprintf(line + used, MOST_LINE - used, " %.4g:%zu", from, i - first);
		used += (size_t)n;
		if (used >= MOST_LINE)
			return false;
	}
	return true;
}

static void say_histogram(const struct gp_spread *spread, const char *name, const char *unit)
{
	char line[MOST_LINE];
	double step = BUCKET;

	while (!list(spread, step, line))
		step *= step;
	gp_say("histogram", "%s %s%s", name, unit, line);
}

void gp_spread_say(struct gp_spread *spread, const char *name, const char *unit)
{
	static const struct {
		const char *name;
		double percent;
		size_t least;
	} percentiles[] = {{"p50", 50, 1}, {"p95", 95, 21}, {"p99", 99, GP_SPREAD_P99},
		{"p99-9", 99.9, 10000}};

	if (!spread->n)
		return;
	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++)
		if (spread->n >= percentiles[i].least)
			gp_say("metric", "%s %.9g %s", percentiles[i].name,
				gp_spread_percentile(spread, percentiles[i].percent), unit);
	gp_say("metric", "max %.9g %s", spread->max, unit);
	if (spread->dropped)
		gp_say("about", "%s-kept the first %zu values", name, spread->n);
	say_histogram(spread, name, unit);
}
