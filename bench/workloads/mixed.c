/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one thing costs another: a transcode and rendering on one device, and several devices. */
#include <string.h>

#include "run/judge.h"
#include "workloads/together.h"

#define COVERED 0.9 /* of the window, in which the others were at work */
#define LONGER  1.3 /* so many times as long they are at it */

/* ---- one run: alone and with the others beside, whichever comes first */

static struct gp_side *add_side(struct gp_bench *bench, const struct gp_experiment *experiment,
	const struct gp_target *watched, struct gp_together *together)
{
	struct gp_side *side = gp_push(bench->arena, &together->sides);

	side->order = experiment->order;
	side->is_watched = experiment->target == watched;
	side->sample.experiment = experiment;
	return side;
}

/* All are told to go at the same time, and warm up with what they do later. */
static void add_other(struct gp_bench *bench, const struct gp_experiment *other,
	const struct gp_target *watched, struct gp_together *together)
{
	struct gp_side *side = add_side(bench, other, watched, together);

	side->order = gp_order_with(bench->arena, &other->order, "seconds",
		gp_printf(bench->arena, "%.9g", LONGER * bench->settings->seconds));
}

static bool is_covered(const struct gp_together *together)
{
	const struct gp_sample *sample = &together->sides.items[0].sample;
	double window = (double)(sample->to - sample->from);

	for (size_t i = 1; i < together->sides.n; i++) {
		const struct gp_sample *other = &together->sides.items[i].sample;

		if ((double)(other->to - sample->from) < COVERED * window)
			return false;
	}
	return true;
}

/* What went wrong beside makes what was measured something else. */
static void judge_others(
	struct gp_arena *arena, struct gp_together *together, struct gp_sample *sample)
{
	for (size_t i = 1; i < together->sides.n; i++) {
		struct gp_sample *other = &together->sides.items[i].sample;

		if (!other->why)
			continue;
		if (together->sides.items[i].is_watched)
			other->gauges = together->gauges;
		gp_judge(arena, other);
		if (other->state != GP_SAMPLE_VALID)
			gp_sample_reject(sample, other->state,
				gp_printf(arena, "the %s beside it: %s",
					other->experiment->workload, other->why));
	}
}

/* The first side is what is measured: its sample comes back, judged. */
static struct gp_sample run_sides(
	struct gp_bench *bench, const struct gp_experiment *experiment, bool with_others)
{
	struct gp_together together = {0};
	struct gp_sample sample;

	add_side(bench, experiment, experiment->target, &together);
	if (with_others)
		gp_each (other, &experiment->beside)
			add_other(bench, *other, experiment->target, &together);
	gp_run_together(bench, experiment->target, LONGER * experiment->seconds, &together);
	sample = together.sides.items[0].sample;
	sample.gauges = together.gauges;
	if (together.is_short_of_memory)
		gp_sample_reject(&sample, GP_SAMPLE_FAILED, "there is too little memory");
	if (sample.why)
		gp_judge(bench->arena, &sample);
	judge_others(bench->arena, &together, &sample);
	if (sample.why && !is_covered(&together))
		gp_sample_reject(
			&sample, GP_SAMPLE_INVALID, "what went on beside it ended before it did");
	return sample;
}

/* How much of its speed alone is left. */
static void compare_with_alone(
	struct gp_arena *arena, const struct gp_sample *alone, struct gp_sample *ret)
{
	const char *primary = ret->experiment->primary;
	const struct gp_metric *before = gp_sample_metric(alone, primary);
	const struct gp_metric *now = gp_sample_metric(ret, primary);

	if (alone->state != GP_SAMPLE_VALID) {
		gp_sample_reject(ret, alone->state, gp_printf(arena, "alone: %s", alone->why));
		return;
	}
	if (!before || !now || before->value <= 0)
		return;
	*gp_push(arena, &ret->metrics) = (struct gp_metric){.name = "share",
		.value = now->value / before->value,
		.unit = "x",
		.text = gp_printf(arena, "%.4g instead of %.4g %s alone", now->value, before->value,
			now->unit)};
}

static void run_mixed(
	struct gp_bench *bench, const struct gp_experiment *experiment, struct gp_sample *ret)
{
	unsigned int run = ret->run, pair = ret->pair;
	bool alone_first = run % 2;
	struct gp_sample alone = {0};

	if (alone_first)
		alone = run_sides(bench, experiment, false);
	*ret = run_sides(bench, experiment, true);
	ret->run = run;
	ret->pair = pair;
	if (!alone_first && !gp_interrupted())
		alone = run_sides(bench, experiment, false);
	compare_with_alone(bench->arena, &alone, ret);
}

/* ---- the plan */

/* As fast as it goes, of what can be run; the same variant where there is one. NULL: nothing. */
static const struct gp_experiment *pick(
	const struct gp_experiments *experiments, const char *metric, const char *variant)
{
	const struct gp_experiment *first = NULL;

	gp_each (experiment, experiments) {
		if (experiment->cannot || strcmp(experiment->primary, metric) != 0)
			continue;
		if (variant && strcmp(experiment->variant, variant) == 0)
			return experiment;
		first = first ? first : experiment;
	}
	return first;
}

static struct gp_experiment *add(struct gp_bench *bench, const struct gp_experiment *what,
	const char *variant, const char *title, struct gp_experiments *ret)
{
	struct gp_experiment *experiment = gp_push(bench->arena, ret);

	*experiment = *what;
	experiment->workload = "mixed";
	experiment->variant = variant;
	experiment->title = title;
	experiment->seconds = 2 * what->seconds;
	experiment->run = run_mixed;
	return experiment;
}

/* There is nothing to mix, for the reason that there is for one of these. */
static void add_cannot(
	struct gp_bench *bench, const struct gp_experiments *lacking, struct gp_experiments *ret)
{
	gp_each (experiment, lacking)
		if (experiment->cannot) {
			add(bench, experiment, "transcode-beside-render",
				"Transcoding while rendering", ret);
			return;
		}
}

static void plan_beside_render(struct gp_bench *bench, const struct gp_target *target,
	const struct gp_experiment *transcode, struct gp_experiments *ret)
{
	struct gp_arena *arena = bench->arena;
	struct gp_experiments scenes = {0};
	const struct gp_experiment *render;
	struct gp_experiment *experiment;

	gp_plan_render(bench, target, &scenes);
	render = pick(&scenes, "fps", NULL);
	if (!render) {
		add_cannot(bench, &scenes, ret);
		return;
	}
	experiment = add(bench, transcode, "transcode-beside-render",
		gp_printf(arena, "%s, while rendering", transcode->title), ret);
	*gp_push(arena, &experiment->beside) = render;
	experiment = add(bench, render, "render-beside-transcode",
		gp_printf(arena, "%s, while transcoding", render->title), ret);
	*gp_push(arena, &experiment->beside) = transcode;
}

/* Several devices, or several VFs of one: each has the others as its noise. */
static void plan_neighbours(struct gp_bench *bench, const struct gp_target *target,
	const struct gp_experiment *transcode, struct gp_experiments *ret)
{
	GP_LIST(const struct gp_experiment *) others = {0};
	struct gp_experiment *experiment;

	gp_each (other, &bench->targets) {
		struct gp_experiments transcodes = {0};
		const struct gp_experiment *same;

		if (strcmp(other->subject, target->subject) == 0 || gp_target_is_cpu(other))
			continue;
		gp_plan_transcode(bench, other, &transcodes);
		same = pick(&transcodes, "fps", transcode->variant);
		if (same)
			*gp_push(bench->arena, &others) = same;
	}
	if (!others.n)
		return;
	experiment = add(bench, transcode, "neighbours",
		gp_printf(bench->arena, "%s, %zu other device%s at it too", transcode->title,
			others.n, others.n == 1 ? "" : "s"),
		ret);
	experiment->beside.items = others.items;
	experiment->beside.n = others.n;
}

void gp_plan_mixed(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret)
{
	struct gp_experiments transcodes = {0};
	const struct gp_experiment *transcode;

	gp_plan_transcode(bench, target, &transcodes);
	transcode = pick(&transcodes, "fps", NULL);
	if (!transcode) {
		add_cannot(bench, &transcodes, ret);
		return;
	}
	plan_beside_render(bench, target, transcode, ret);
	if (!gp_target_is_cpu(target))
		plan_neighbours(bench, target, transcode, ret);
}
