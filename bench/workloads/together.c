/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "workloads/together.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "telemetry/telemetry.h"

#define LEAST_MEMORY (512.0 * 1024) /* KiB that are left to the machine */
#define TO_END       1.0            /* seconds that each has once the time is over */

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* proc_meminfo(5). What is not known is no limit: the number of workers is one. */
static bool is_short_of_memory(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	char line[128];
	double left = LEAST_MEMORY;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "MemAvailable: %lf kB", &left) == 1)
			break;
	if (file)
		fclose(file);
	return left < LEAST_MEMORY;
}

static double left_until(double end)
{
	double left = end - now_seconds();

	return left > 0 ? left : 0;
}

/* How many were started. */
static size_t start_all(
	struct gp_bench *bench, struct gp_together *together, struct gp_worker **workers)
{
	for (size_t i = 0; i < together->sides.n; i++) {
		struct gp_side *side = &together->sides.items[i];
		int error;

		together->is_short_of_memory = is_short_of_memory();
		if (together->is_short_of_memory)
			return i;
		error = gp_worker_start(bench->workers, &side->order, &workers[i]);
		if (error) {
			gp_sample_reject(&side->sample, GP_SAMPLE_FAILED,
				gp_printf(bench->arena, "gpupass-work-%s could not be started: %s",
					side->order.program, strerror(-error)));
			return i;
		}
	}
	return together->sides.n;
}

/* How many are; the next one is not, or there is too little memory. */
static size_t all_ready(struct gp_together *together, struct gp_worker **workers, double end)
{
	for (size_t i = 0; i < together->sides.n; i++)
		if (!gp_worker_ready(workers[i], left_until(end)))
			return i;
	together->is_short_of_memory = is_short_of_memory();
	return together->sides.n;
}

/* The part of the windows that all have. */
static void find_window(struct gp_together *together)
{
	together->from = 0;
	together->to = INT64_MAX;
	gp_each (side, &together->sides) {
		const struct gp_sample *sample = &side->sample;

		together->from = sample->from > together->from ? sample->from : together->from;
		together->to = sample->to < together->to ? sample->to : together->to;
	}
	if (together->to < together->from || together->to == INT64_MAX)
		together->to = together->from;
}

static void go(struct gp_bench *bench, const struct gp_target *target, struct gp_worker **workers,
	double end, struct gp_together *together)
{
	const struct gp_telemetry_of of = {
		.root = bench->telemetry_root, .target = target, .sidecar = bench->sidecar};
	struct gp_telemetry *telemetry = gp_telemetry_start(bench->arena, &of);

	for (size_t i = 0; i < together->sides.n; i++)
		if (together->sides.items[i].is_watched)
			gp_telemetry_watch(telemetry, gp_worker_pid(workers[i]));
	for (size_t i = 0; i < together->sides.n; i++)
		gp_worker_go(workers[i]);
	for (size_t i = 0; i < together->sides.n; i++)
		gp_worker_end(
			workers[i], left_until(end) + TO_END, &together->sides.items[i].sample);
	find_window(together);
	together->gauges = gp_telemetry_stop(telemetry, together->from, together->to);
}

/* Only the one that could not be set up has something to say: the others were never told to go. */
static void send_home(
	struct gp_together *together, struct gp_worker **workers, size_t n, size_t culprit)
{
	for (size_t i = 0; i < n; i++) {
		struct gp_sample ignored = {0};

		gp_worker_end(
			workers[i], 0, i == culprit ? &together->sides.items[i].sample : &ignored);
	}
}

void gp_run_together(struct gp_bench *bench, const struct gp_target *target, double seconds,
	struct gp_together *together)
{
	size_t n = together->sides.n, started, ready;
	struct gp_worker **workers = gp_alloc(bench->arena, n, sizeof(struct gp_worker *));
	double end = now_seconds() + seconds + bench->patience;

	started = start_all(bench, together, workers);
	ready = started == n ? all_ready(together, workers, end) : n;
	if (started == n && ready == n && !together->is_short_of_memory)
		go(bench, target, workers, end, together);
	else
		send_home(together, workers, started, ready);
}

const struct gp_side *gp_together_failed(const struct gp_together *together)
{
	gp_each (side, &together->sides)
		if (side->sample.state != GP_SAMPLE_VALID && side->sample.why)
			return side;
	return NULL;
}

static bool is_key(const char *argument, const char *key)
{
	size_t length = strlen(key);

	return strncmp(argument, key, length) == 0 && argument[length] == '=';
}

struct gp_order gp_order_with(
	struct gp_arena *arena, const struct gp_order *order, const char *key, const char *value)
{
	struct gp_order copy = *order;

	copy.arguments = (struct gp_strings){0};
	gp_each (argument, &order->arguments)
		if (!is_key(*argument, key))
			gp_strings_add(arena, &copy.arguments, *argument);
	gp_strings_add(arena, &copy.arguments, gp_printf(arena, "%s=%s", key, value));
	return copy;
}

const char *gp_order_get(const struct gp_order *order, const char *key)
{
	gp_each (argument, &order->arguments)
		if (is_key(*argument, key))
			return *argument + strlen(key) + 1;
	return "";
}
