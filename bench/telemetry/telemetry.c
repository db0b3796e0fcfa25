/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/telemetry.h"

#include <pthread.h>
#include <time.h>

#include "telemetry/clients.h"
#include "telemetry/gauges.h"
#include "telemetry/read.h"
#include "telemetry/sensors.h"
#include "telemetry/sidecar.h"
#include "telemetry/thread.h"

#define INTERVAL     100000000  /* nanoseconds */
#define MOST_APART   3200000000 /* it grows up to there */
#define MOST_COST    0.005      /* of a processor */
#define COST_SAMPLES 8          /* over which the cost is looked at */
#define MOST_WATCHED 64
#define STUCK        5 /* seconds that a file may take to answer */

/*
 * All that is measured belongs to the thread until it is over. A thread that hangs in a read is
 * left behind, and what it works on with it: so the arena is its own.
 */
struct gp_telemetry {
	struct gp_arena *arena;  /* its own */
	struct gp_arena *caller; /* the one that gauges go to */
	const char *root;
	struct gp_target target;
	struct gp_sidecar *sidecar;
	struct gp_sensors sensors;
	struct gp_clients clients;
	struct gp_timeline cost; /* nanoseconds of processor time */
	int64_t interval;
	unsigned int n_samples;
	int64_t cost_since, looked_at; /* when the interval was last thought about */

	pthread_t thread;
	bool has_thread;
	pthread_mutex_t lock; /* for what is below */
	pthread_cond_t changed;
	bool is_to_stop, is_over;
	pid_t watched[MOST_WATCHED];
	size_t n_watched;
};

static int64_t own_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* What costs too much is done less often. */
static void think_about_cost(struct gp_telemetry *telemetry, int64_t now)
{
	int64_t cost = own_time();

	gp_timeline_add(telemetry->arena, &telemetry->cost, now, (double)cost);
	if (++telemetry->n_samples % COST_SAMPLES)
		return;
	if (telemetry->looked_at && telemetry->interval < MOST_APART &&
		(double)(cost - telemetry->cost_since) >
			MOST_COST * (double)(now - telemetry->looked_at))
		telemetry->interval *= 2;
	telemetry->looked_at = now;
	telemetry->cost_since = cost;
}

static void take_watched(struct gp_telemetry *telemetry)
{
	pthread_mutex_lock(&telemetry->lock);
	while (telemetry->n_watched)
		gp_clients_add(&telemetry->clients, telemetry->watched[--telemetry->n_watched]);
	pthread_mutex_unlock(&telemetry->lock);
}

static void sample(struct gp_telemetry *telemetry)
{
	take_watched(telemetry);
	if (telemetry->target.address)
		gp_clients_scan(&telemetry->clients, gp_live_now());
	gp_sensors_read(&telemetry->sensors);
	think_about_cost(telemetry, gp_live_now());
}

static struct timespec at_time(int64_t ns)
{
	return (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
}

/* Until it is time for the next sample, or something changed; false: it is to stop. */
static bool wait_for_next(struct gp_telemetry *telemetry, int64_t at)
{
	struct timespec until = at_time(at);
	int r = 0;
	bool goes_on;

	pthread_mutex_lock(&telemetry->lock);
	while (!telemetry->is_to_stop && !telemetry->n_watched && r == 0)
		r = pthread_cond_timedwait(&telemetry->changed, &telemetry->lock, &until);
	goes_on = !telemetry->is_to_stop;
	pthread_mutex_unlock(&telemetry->lock);
	return goes_on;
}

static void *watch(void *context)
{
	struct gp_telemetry *telemetry = context;
	int64_t now;

	gp_sensors_find(&telemetry->sensors, telemetry->arena, telemetry->root, &telemetry->target);
	do {
		sample(telemetry);
		now = gp_live_now();
	} while (wait_for_next(telemetry, now + telemetry->interval));
	sample(telemetry);
	pthread_mutex_lock(&telemetry->lock);
	telemetry->is_over = true;
	pthread_cond_broadcast(&telemetry->changed);
	pthread_mutex_unlock(&telemetry->lock);
	return NULL;
}

static void copy_target(struct gp_telemetry *telemetry, const struct gp_target *target)
{
	struct gp_arena *arena = telemetry->arena;

	telemetry->target = (struct gp_target){
		.subject = gp_strdup(arena, target->subject ? target->subject : ""),
		.node = target->node ? gp_strdup(arena, target->node) : NULL,
		.address = target->address ? gp_strdup(arena, target->address) : NULL,
		.driver = target->driver ? gp_strdup(arena, target->driver) : NULL,
		.mode = target->mode,
		.vendor = target->vendor,
		.is_vf = target->is_vf};
}

struct gp_telemetry *gp_telemetry_start(struct gp_arena *arena, const struct gp_telemetry_of *of)
{
	struct gp_arena *own = gp_arena_new();
	struct gp_telemetry *telemetry = gp_new(own, struct gp_telemetry);
	pthread_condattr_t attributes;

	telemetry->arena = own;
	telemetry->caller = arena;
	telemetry->root = gp_strdup(own, of->root ? of->root : "");
	telemetry->sidecar = of->sidecar;
	telemetry->interval = INTERVAL;
	copy_target(telemetry, of->target);
	gp_clients_init(&telemetry->clients, own, telemetry->root, &telemetry->target);
	pthread_mutex_init(&telemetry->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&telemetry->changed, &attributes);
	pthread_condattr_destroy(&attributes);
	telemetry->has_thread = gp_thread_start(&telemetry->thread, watch, telemetry) == 0;
	return telemetry;
}

void gp_telemetry_watch(struct gp_telemetry *telemetry, pid_t worker)
{
	pthread_mutex_lock(&telemetry->lock);
	if (telemetry->n_watched < MOST_WATCHED)
		telemetry->watched[telemetry->n_watched++] = worker;
	pthread_cond_broadcast(&telemetry->changed);
	pthread_mutex_unlock(&telemetry->lock);
}

/* False: it hangs in a read, and must be left behind. */
static bool end_thread(struct gp_telemetry *telemetry)
{
	struct timespec until = at_time(gp_live_now() + (int64_t)STUCK * 1000000000);
	bool is_over;
	int r = 0;

	if (!telemetry->has_thread)
		return true;
	pthread_mutex_lock(&telemetry->lock);
	telemetry->is_to_stop = true;
	pthread_cond_broadcast(&telemetry->changed);
	while (!telemetry->is_over && r == 0)
		r = pthread_cond_timedwait(&telemetry->changed, &telemetry->lock, &until);
	is_over = telemetry->is_over;
	pthread_mutex_unlock(&telemetry->lock);
	if (is_over)
		pthread_join(telemetry->thread, NULL);
	else
		pthread_detach(telemetry->thread);
	return is_over;
}

static void add_cost(
	const struct gp_telemetry *telemetry, int64_t from, int64_t to, struct gp_gauges *ret)
{
	double growth = 0, seconds = 0;
	const char *why;

	gp_timeline_growth(&telemetry->cost, from, to, &growth, &seconds);
	why = gp_gauge_unseen(telemetry->caller, seconds, from, to);
	if (why)
		gp_gauge_unknown(telemetry->caller, ret, "telemetry-cost", "%", why, "gpupass");
	else
		gp_gauge_known(telemetry->caller, ret, "telemetry-cost", "%",
			growth / 1e7 / seconds, "gpupass");
}

static void free_telemetry(struct gp_telemetry *telemetry)
{
	pthread_cond_destroy(&telemetry->changed);
	pthread_mutex_destroy(&telemetry->lock);
	gp_arena_free(telemetry->arena);
}

struct gp_gauges gp_telemetry_stop(struct gp_telemetry *telemetry, int64_t from, int64_t to)
{
	struct gp_arena *arena = telemetry->caller;
	struct gp_gauges gauges = {0};

	if (!end_thread(telemetry)) {
		gauges.engines_because = "a file of the kernel's did not answer";
		gp_gauge_unknown(
			arena, &gauges, "telemetry-cost", "%", gauges.engines_because, "gpupass");
		return gauges;
	}
	gp_clients_gauges(&telemetry->clients, arena, from, to, &gauges);
	gp_sensors_gauges(&telemetry->sensors, arena, from, to, &gauges);
	add_cost(telemetry, from, to, &gauges);
	if (telemetry->sidecar)
		gp_sidecar_gauges(telemetry->sidecar, arena, from, to, &gauges);
	free_telemetry(telemetry);
	return gauges;
}
