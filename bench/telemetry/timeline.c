/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/timeline.h"

#include <math.h>

static void thin_out(struct gp_timeline *series)
{
	size_t n = 0;

	for (size_t i = 0; i < series->points.n; i += 2)
		series->points.items[n++] = series->points.items[i];
	series->points.n = n;
}

void gp_timeline_add(struct gp_arena *arena, struct gp_timeline *series, int64_t at, double value)
{
	struct gp_point point = {at, value};
	size_t n = series->points.n;

	if (n && series->points.items[n - 1].at >= at)
		return;
	if (n == GP_TIMELINE_MOST) {
		thin_out(series);
		n = series->points.n;
		series->points.items[series->points.n++] = point;
	} else {
		*gp_push(arena, &series->points) = point;
	}
}

/* The first point at or behind a time; n: there is none. */
static size_t first_from(const struct gp_timeline *series, int64_t at)
{
	size_t low = 0, high = series->points.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (series->points.items[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The time is between the first and the last point. */
static double value_at(const struct gp_timeline *series, int64_t at)
{
	size_t i = first_from(series, at);
	const struct gp_point *b = &series->points.items[i];
	const struct gp_point *a = b - (i > 0);

	if (b->at == at || a == b)
		return b->value;
	return a->value + (b->value - a->value) * (double)(at - a->at) / (double)(b->at - a->at);
}

bool gp_timeline_growth(const struct gp_timeline *series, int64_t from, int64_t to, double *ret,
	double *ret_seconds)
{
	size_t n = series->points.n;

	if (n && series->points.items[0].at > from)
		from = series->points.items[0].at;
	if (n && series->points.items[n - 1].at < to)
		to = series->points.items[n - 1].at;
	if (n < 2 || to <= from)
		return false;
	*ret = value_at(series, to) - value_at(series, from);
	*ret_seconds = (double)(to - from) / 1e9;
	return true;
}

int64_t gp_timeline_since(const struct gp_timeline *series, int64_t at)
{
	size_t i = first_from(series, at);

	return i ? series->points.items[i - 1].at : at;
}

static void add_level(struct gp_level *level, double value, double seconds, bool without_zeros)
{
	if (isnan(value) || seconds <= 0)
		return;
	level->seconds += seconds;
	if (without_zeros && value <= 0)
		return;
	level->low = level->counted > 0 ? fmin(level->low, value) : value;
	level->high = level->counted > 0 ? fmax(level->high, value) : value;
	level->counted += seconds;
	level->mean += value * seconds; /* the sum, for now */
}

struct gp_level gp_timeline_level(
	const struct gp_timeline *series, int64_t from, int64_t to, bool without_zeros)
{
	struct gp_level level = {0};
	size_t i = first_from(series, from);

	for (i -= i > 0; i < series->points.n && series->points.items[i].at < to; i++) {
		const struct gp_point *point = &series->points.items[i];
		int64_t begin = point->at < from ? from : point->at;
		int64_t end = point->at + GP_TIMELINE_HOLD;

		if (i + 1 < series->points.n && series->points.items[i + 1].at < end)
			end = series->points.items[i + 1].at;
		if (end > to)
			end = to;
		add_level(&level, point->value, (double)(end - begin) / 1e9, without_zeros);
	}
	if (level.counted > 0)
		level.mean /= level.counted;
	return level;
}
