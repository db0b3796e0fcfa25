/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How many real-time transcodes at once: a process each, as users run them; the slowest counts.
 * Each says, of its window: "metric slowest VALUE x", of real time, and "metric late VALUE frames",
 * the 99th percentile of how many frame times late its frames came.
 */
#include <string.h>

#include "run/judge.h"
#include "workloads/search.h"
#include "workloads/together.h"

#define REAL_TIME    0.98 /* of it, for the slowest stream */
#define FRAMES_LATE  2.0  /* frame times, for the 99th percentile of each stream's lateness */
#define MOST_TRIES   48
#define USUAL_TRIES  14
#define MOST_SECONDS 10.0 /* of a try's window: there are many tries */
#define MOST_WARMUP  2.0
#define AROUND       1.0 /* seconds of a try that are not measured, for each stream */
#define SHARED       0.8 /* of the window, in which all were measured */

/* All tries of so many streams. */
struct point {
	unsigned int tries, accepted;
	double slowest, late; /* the worst of them: of real time; frame times */
	bool is_measured;
	enum gp_sample_state state; /* where it is not */
	const char *why;            /* of the last refusal */
	struct gp_together last;
};

struct streams {
	struct gp_bench *bench;
	const struct gp_experiment *experiment;
	double window; /* seconds */
	struct gp_search search;
	struct point points[GP_SEARCH_MOST + 1];
	const char *limit; /* other than the device; NULL: none */
};

static double at_most(double value, double most)
{
	return value < most ? value : most;
}

/* ---- one try */

static double value_of(const struct gp_side *side, const char *metric)
{
	const struct gp_metric *found = gp_sample_metric(&side->sample, metric);

	return found ? found->value : -1;
}

struct verdict {
	double slowest, late;
	size_t slowest_stream, late_stream;
	bool is_measured;
	enum gp_sample_state state;
	const char *why; /* NULL: accepted */
};

static void find_worst(const struct gp_together *together, struct verdict *verdict)
{
	for (size_t i = 0; i < together->sides.n; i++) {
		double speed = value_of(&together->sides.items[i], "slowest");
		double late = value_of(&together->sides.items[i], "late");

		if (!i || speed < verdict->slowest) {
			verdict->slowest = speed;
			verdict->slowest_stream = i + 1;
		}
		if (!i || late > verdict->late) {
			verdict->late = late;
			verdict->late_stream = i + 1;
		}
		if (speed < 0 || late < 0)
			verdict->why = "a stream did not say how it kept up";
	}
}

static struct verdict verdict_on(struct streams *streams, const struct gp_together *together)
{
	struct gp_arena *arena = streams->bench->arena;
	const struct gp_side *failed = gp_together_failed(together);
	double shared = (double)(together->to - together->from) / 1e9;
	struct verdict v = {.state = GP_SAMPLE_INVALID};

	if (failed) {
		v.state = failed->sample.state;
		v.why = gp_printf(arena, "stream %zu: %s",
			(size_t)(failed - together->sides.items) + 1, failed->sample.why);
		return v;
	}
	find_worst(together, &v);
	if (v.why)
		return v;
	if (shared < SHARED * streams->window) {
		v.why = "the streams were not measured at the same time";
		return v;
	}
	v.is_measured = true;
	v.state = GP_SAMPLE_VALID;
	if (v.slowest < REAL_TIME)
		v.why = gp_printf(arena, "stream %zu reached %.2fx of real time", v.slowest_stream,
			v.slowest);
	else if (v.late > FRAMES_LATE)
		v.why = gp_printf(arena, "frames of stream %zu came up to %.1f frame times late",
			v.late_stream, v.late);
	return v;
}

static void note(struct point *point, const struct verdict *v)
{
	point->tries++;
	point->accepted += !v->why;
	if (v->why) {
		point->why = v->why;
		point->state = v->state;
	}
	if (!v->is_measured)
		return;
	if (!point->is_measured || v->slowest < point->slowest)
		point->slowest = v->slowest;
	if (!point->is_measured || v->late > point->late)
		point->late = v->late;
	point->is_measured = true;
}

static void try_streams(struct streams *streams, unsigned int n)
{
	const struct gp_experiment *experiment = streams->experiment;
	struct gp_arena *arena = streams->bench->arena;
	struct point *point = &streams->points[n];
	struct gp_together together = {0};
	struct verdict verdict;

	for (unsigned int i = 0; i < n; i++) {
		struct gp_side *side = gp_push(arena, &together.sides);

		side->order = experiment->order;
		side->is_watched = true;
	}
	gp_run_together(streams->bench, experiment->target,
		AROUND * n + MOST_WARMUP + streams->window, &together);
	if (together.is_short_of_memory) {
		streams->search.most = n - 1;
		streams->limit = gp_printf(arena, "memory: less than 512 MiB left for %u", n);
		return;
	}
	verdict = verdict_on(streams, &together);
	note(point, &verdict);
	point->last = together;
	gp_search_tell(&streams->search, n, !verdict.why);
}

/* ---- all of them */

/* False: it has come to no answer, and the sample says why. */
static bool search(struct streams *streams, struct gp_sample *ret)
{
	unsigned int n, tries = 0;

	while ((n = gp_search_next(&streams->search)) != 0) {
		if (tries++ == MOST_TRIES) {
			gp_sample_reject(ret, GP_SAMPLE_INVALID,
				gp_printf(streams->bench->arena,
					"no number held three times of three in %d tries: is the "
					"machine busy with something else?",
					MOST_TRIES));
			return false;
		}
		try_streams(streams, n);
		if (gp_interrupted()) {
			gp_sample_reject(ret, GP_SAMPLE_FAILED, "interrupted");
			return false;
		}
	}
	return true;
}

static void say_point(
	struct gp_arena *arena, const struct point *point, unsigned int n, struct gp_sample *ret)
{
	const char *text = gp_printf(arena, "kept up in %u of %u%s%s", point->accepted,
		point->tries, point->why ? ": " : "", point->why ? point->why : "");

	if (!point->is_measured)
		return;
	*gp_push(arena, &ret->metrics) = (struct gp_metric){.name = "slowest",
		.value = point->slowest,
		.unit = "x",
		.streams = n,
		.text = text};
	*gp_push(arena, &ret->metrics) = (struct gp_metric){
		.name = "late", .value = point->late, .unit = "frames", .streams = n, .text = text};
}

static void add_checks(struct gp_arena *arena, const struct gp_sample *from, struct gp_sample *ret)
{
	gp_each (about, &from->about)
		*gp_push(arena, &ret->about) = *about;
	gp_each (check, &from->checks)
		*gp_push(arena, &ret->checks) = *check;
}

/* What the device did while so many were at work. */
static void take_together(
	struct gp_arena *arena, const struct gp_together *together, struct gp_sample *ret)
{
	if (together->sides.n)
		add_checks(arena, &together->sides.items[0].sample, ret);
	ret->gauges = together->gauges;
	ret->from = together->from;
	ret->to = together->to;
}

static const char *beyond(const struct streams *streams, unsigned int count)
{
	struct gp_arena *arena = streams->bench->arena;

	if (!count)
		return gp_printf(
			arena, "one stream reaches %.2fx of real time", streams->points[1].slowest);
	if (count < streams->search.most)
		return NULL;
	return streams->limit ? streams->limit
			      : gp_printf(arena, "%u are the most that are tried", count);
}

static void say_count(struct streams *streams, struct gp_sample *ret)
{
	struct gp_arena *arena = streams->bench->arena;
	unsigned int count = gp_search_answer(&streams->search);
	const struct point *one = &streams->points[1];

	if (!count && !one->is_measured) {
		gp_sample_reject(ret, one->tries ? one->state : GP_SAMPLE_FAILED,
			one->tries ? one->why : streams->limit);
		return;
	}
	*gp_push(arena, &ret->metrics) = (struct gp_metric){
		.name = "count", .value = count, .unit = "streams", .text = beyond(streams, count)};
	take_together(arena, &streams->points[count ? count : 1].last, ret);
}

static void run_streams(
	struct gp_bench *bench, const struct gp_experiment *experiment, struct gp_sample *ret)
{
	struct streams *streams = gp_new(bench->arena, struct streams);

	streams->bench = bench;
	streams->experiment = experiment;
	streams->window = at_most(bench->settings->seconds, MOST_SECONDS);
	streams->search.most = GP_SEARCH_MOST;
	ret->experiment = experiment;
	ret->state = GP_SAMPLE_VALID;
	ret->why = "";
	if (search(streams, ret))
		say_count(streams, ret);
	for (unsigned int n = 1; n <= GP_SEARCH_MOST; n++)
		say_point(bench->arena, &streams->points[n], n, ret);
	gp_judge(bench->arena, ret);
}

/* ---- the plan */

static struct gp_order paced(struct gp_bench *bench, const struct gp_order *order)
{
	const struct gp_settings *settings = bench->settings;
	struct gp_arena *arena = bench->arena;
	struct gp_order stream = gp_order_with(arena, order, "experiment", "stream");

	stream = gp_order_with(arena, &stream, "seconds",
		gp_printf(arena, "%.9g", at_most(settings->seconds, MOST_SECONDS)));
	return gp_order_with(arena, &stream, "warmup",
		gp_printf(arena, "%.9g", at_most(settings->warmup, MOST_WARMUP)));
}

static void add(
	struct gp_bench *bench, const struct gp_experiment *transcode, struct gp_experiments *ret)
{
	double window = at_most(bench->settings->seconds, MOST_SECONDS);
	double warmup = at_most(bench->settings->warmup, MOST_WARMUP);
	struct gp_experiment *experiment = gp_push(bench->arena, ret);

	*experiment = *transcode;
	experiment->workload = "streams";
	experiment->title = gp_printf(bench->arena, "%s, how many in real time", transcode->title);
	experiment->primary = "count";
	experiment->order = paced(bench, &transcode->order);
	experiment->window = window;
	experiment->seconds = USUAL_TRIES * (window + warmup + AROUND);
	experiment->most_runs = 1;
	experiment->run = run_streams;
}

/* Of the processor's presets only the first, which devices are compared with. */
static bool is_usual(const struct gp_experiments *transcodes, const struct gp_experiment *transcode)
{
	return strcmp(gp_order_get(&transcode->order, "preset"),
		       gp_order_get(&transcodes->items[0].order, "preset")) == 0;
}

/* As many as there are transcodes that go as fast as they can. */
void gp_plan_streams(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret)
{
	struct gp_experiments transcodes = {0};

	gp_plan_transcode(bench, target, &transcodes);
	gp_each (transcode, &transcodes)
		if (transcode->cannot ||
			(strcmp(gp_order_get(&transcode->order, "experiment"), "throughput") == 0 &&
				is_usual(&transcodes, transcode)))
			add(bench, transcode, ret);
}
