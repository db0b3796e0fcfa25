/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Scenes that are drawn where nobody sees them: bench/work/render.h. */
#include "workloads/workload.h"

/* Of a quick run: all scenes together are to take a few seconds. */
#define QUICK_SHARE 0.4
/* Seconds that a run takes beside the window: to set up, and to compare pictures. */
#define BESIDE    2.0
#define ANSWER_IN 20.0 /* seconds */

static const struct {
	const char *name, *title;
} scenes[] = {
	{"fill", "Blended layers"},
	{"texture", "Filtered samples of a large texture"},
	{"geometry", "Many small triangles"},
	{"shader", "Arithmetic for each pixel"},
	{"readback", "Frames that the processor reads"},
};

/* Without Mesa's drivers nothing draws on the processor. What fails on a GPU counts there. */
static const char *ask_processor(struct gp_bench *bench)
{
	struct gp_order order = {.program = "render"};
	struct gp_sample answer = {0};
	const char *cannot;

	gp_strings_add(bench->arena, &order.arguments, "offers=yes");
	gp_strings_add(bench->arena, &order.arguments, "device=cpu");
	gp_ask(bench, &order, ANSWER_IN, &answer);
	cannot = gp_sample_about(&answer, "cannot");
	return *cannot ? cannot : NULL;
}

/* Why nothing is drawn on this target, or NULL. */
static const char *find_hindrance(struct gp_bench *bench, const struct gp_target *target)
{
	const char *lack = gp_workers_lack(bench->workers, "render");

	if (lack)
		return lack;
	if (gp_target_is_cpu(target))
		return ask_processor(bench);
	return target->node ? NULL
			    : gp_printf(bench->arena, "%s has no render node", target->subject);
}

static void add_argument(struct gp_arena *arena, struct gp_experiment *experiment, const char *key,
	const char *value)
{
	gp_strings_add(arena, &experiment->order.arguments, gp_printf(arena, "%s=%s", key, value));
}

static void give_order(struct gp_bench *bench, const char *scene, struct gp_experiment *experiment)
{
	const struct gp_settings *settings = bench->settings;
	const struct gp_target *target = experiment->target;
	double share = settings->quick ? QUICK_SHARE : 1;
	struct gp_arena *arena = bench->arena;

	experiment->window = settings->seconds * share;
	experiment->seconds = experiment->window + settings->warmup * share + BESIDE;
	experiment->order.program = "render";
	add_argument(arena, experiment, "device", gp_target_is_cpu(target) ? "cpu" : target->node);
	add_argument(arena, experiment, "scene", scene);
	add_argument(arena, experiment, "size", settings->quick ? "1280x720" : "1920x1080");
	add_argument(arena, experiment, "seconds", gp_printf(arena, "%.9g", experiment->window));
	add_argument(
		arena, experiment, "warmup", gp_printf(arena, "%.9g", settings->warmup * share));
}

void gp_plan_render(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret)
{
	const char *hindrance = find_hindrance(bench, target);

	for (size_t i = 0; i < GP_ARRAY_SIZE(scenes); i++) {
		struct gp_experiment *experiment = gp_push(bench->arena, ret);

		*experiment = (struct gp_experiment){
			.workload = "render",
			.variant = scenes[i].name,
			.title = scenes[i].title,
			.primary = "fps",
			.target = target,
			.cannot = hindrance,
			.run = gp_run_one,
		};
		if (!hindrance)
			give_order(bench, scenes[i].name, experiment);
	}
}
