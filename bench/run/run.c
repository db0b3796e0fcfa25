/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "run/run.h"

#include "run/order.h"
#include "run/progress.h"

struct taking {
	struct gp_bench_run *run;
	struct gp_progress progress;
	const struct gp_experiment **able; /* those that can be run */
	bool *has_failed, *is_told;        /* of each of them */
	size_t n;
};

static unsigned int runs_of(const struct taking *t, const struct gp_experiment *experiment)
{
	unsigned int runs = t->run->options.settings.runs, most = experiment->most_runs;

	return most && most < runs ? most : runs;
}

static double seconds_of(const struct taking *t)
{
	double seconds = 0;

	for (size_t i = 0; i < t->n; i++)
		seconds += t->able[i]->seconds * runs_of(t, t->able[i]);
	return seconds;
}

static size_t runs_in_all(const struct taking *t)
{
	size_t runs = 0;

	for (size_t i = 0; i < t->n; i++)
		runs += runs_of(t, t->able[i]);
	return runs;
}

static void find_able(struct taking *t)
{
	struct gp_arena *arena = t->run->arena;
	size_t most = t->run->experiments.n;

	t->able = gp_alloc(arena, most, sizeof(*t->able));
	t->has_failed = gp_alloc(arena, most, sizeof(*t->has_failed));
	t->is_told = gp_alloc(arena, most, sizeof(*t->is_told));
	gp_each (experiment, &t->run->experiments)
		if (!experiment->cannot)
			t->able[t->n++] = experiment;
}

/* Once for each experiment: the record has them all. */
static void tell(struct taking *t, size_t number, const struct gp_sample *sample)
{
	const struct gp_experiment *experiment = sample->experiment;

	if (sample->state == GP_SAMPLE_VALID || t->is_told[number])
		return;
	t->is_told[number] = true;
	gp_progress_clear(&t->progress);
	fprintf(stderr, "%s: %s.%s on %s, run %u: %s: %s\n", t->run->tool, experiment->workload,
		experiment->variant, experiment->target->subject, sample->run,
		sample->state == GP_SAMPLE_FAILED ? "failed" : "invalid", sample->why);
}

void gp_bench_take_one(struct gp_bench_run *run, struct gp_sample *ret)
{
	if (ret->experiment->run)
		ret->experiment->run(&run->bench, ret->experiment, ret);
	else
		gp_run_one(&run->bench, ret->experiment, ret);
}

static void take_one(struct taking *t, const struct gp_turn *turn)
{
	const struct gp_experiment *experiment = t->able[turn->experiment];
	struct gp_sample sample = {
		.experiment = experiment, .run = turn->run, .state = GP_SAMPLE_VALID, .why = ""};

	gp_progress_show(&t->progress, experiment, turn->run);
	gp_bench_take_one(t->run, &sample);
	gp_progress_done(&t->progress, experiment);
	/* What was cut short is no result. */
	if (gp_interrupted() && sample.state != GP_SAMPLE_VALID)
		return;
	tell(t, turn->experiment, &sample);
	*gp_push(t->run->arena, &t->run->samples) = sample;
	t->has_failed[turn->experiment] = sample.state == GP_SAMPLE_FAILED;
}

void gp_bench_take(struct gp_bench_run *run)
{
	struct taking t = {.run = run};
	struct gp_turns turns;

	find_able(&t);
	turns = gp_order_rounds(
		run->arena, t.n, run->options.settings.runs, run->options.settings.seed);
	if (!run->options.quiet && !gp_interrupted() && runs_in_all(&t))
		fprintf(stderr, "%s: %zu runs, about %s\n", run->tool, runs_in_all(&t),
			gp_duration(run->arena, seconds_of(&t)));
	t.progress = gp_progress_new(stderr, run->options.quiet, runs_in_all(&t), seconds_of(&t));
	gp_each (turn, &turns) {
		if (gp_interrupted())
			break;
		if (turn->run > runs_of(&t, t.able[turn->experiment]))
			continue;
		if (!t.has_failed[turn->experiment])
			take_one(&t, turn);
		else
			gp_progress_done(&t.progress, t.able[turn->experiment]);
	}
	gp_progress_clear(&t.progress);
	run->is_interrupted = gp_interrupted();
}

/* Why there is nothing to measure on a target; NULL: there is. */
static const char *why_idle(const struct gp_bench_run *run, const struct gp_target *target)
{
	const char *why = NULL;

	gp_each (experiment, &run->experiments)
		if (experiment->target == target) {
			if (!experiment->cannot)
				return NULL;
			why = why ? why : experiment->cannot;
		}
	return why ? why : "no workload is for it";
}

bool gp_bench_say_idle(const struct gp_bench_run *run)
{
	bool is_idle = false;

	gp_each (target, &run->bench.targets) {
		const char *why = why_idle(run, target);

		if (gp_target_is_cpu(target) || !why)
			continue;
		gp_bench_complain(run, gp_printf(run->arena, "nothing could be measured on %s: %s",
					       target->subject, why));
		is_idle = true;
	}
	return is_idle;
}

int gp_bench_status(const struct gp_bench_run *run)
{
	int status = run->is_interrupted ? 1 : 3;

	gp_each (experiment, &run->experiments)
		if (!experiment->cannot && status == 3)
			status = 0;
	gp_each (sample, &run->samples)
		if (sample->state != GP_SAMPLE_VALID)
			status = 1;
	return status;
}
