/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decoding, scaling and encoding on one device: bench/work/transcode.h. */
#include "work/spread.h"
#include "workloads/transcode.h"

#include <string.h>

#define AROUND 4.0 /* seconds: set-up, a loop that may be longer than asked, validation */

static const struct {
	const char *name, *title;
	/* Few devices encode it: it is transcoded to H.264 as well. */
	bool is_mostly_decoded;
	bool is_usual_on_cpu;
} codecs[] = {
	{"h264", "H.264", false, true},
	{"hevc", "HEVC", false, true},
	{"hevc10", "HEVC 10 bit", false, false},
	{"vp9", "VP9", true, false},
	{"av1", "AV1", true, false},
};

static const char *title_of(const char *codec)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(codecs); i++)
		if (strcmp(codecs[i].name, codec) == 0)
			return codecs[i].title;
	return codec;
}

/* What is planned for one target. */
struct plan {
	struct gp_bench *bench;
	struct gp_arena *arena;
	const struct gp_settings *settings;
	const struct gp_target *target;
	const char *device; /* as the worker calls it */
	struct gp_offers offers;
	struct gp_experiments *ret;
};

/* What one clip is made into. */
struct job {
	const struct gp_source *source;
	const char *name;   /* of the clip, in the variant: "h264", "input" */
	const char *label;  /* of its size, the same; "": none */
	const char *output; /* codec */
	bool is_same_codec;
};

/* ---- sizes */

static const char *label_of(struct gp_arena *arena, struct gp_size size)
{
	if (size.width == 3840 && size.height == 2160)
		return "4k";
	if (size.width * 9 == size.height * 16)
		return gp_printf(arena, "%up", size.height);
	return gp_printf(arena, "%ux%u", size.width, size.height);
}

#define LEAST_SIDE 16u

static unsigned int half_of(unsigned int side)
{
	unsigned int half = side / 2 & ~1u;

	return half < LEAST_SIDE ? LEAST_SIDE : half;
}

static struct gp_size output_of(struct gp_size size)
{
	if (size.width == 1920 && size.height == 1080)
		return (struct gp_size){1280, 720};
	return (struct gp_size){half_of(size.width), half_of(size.height)};
}

/* ---- one experiment */

static void add_argument(
	struct plan *plan, struct gp_order *order, const char *key, const char *value)
{
	gp_strings_add(plan->arena, &order->arguments, gp_printf(plan->arena, "%s=%s", key, value));
}

static struct gp_experiment *add(struct plan *plan, const char *variant, const char *title)
{
	struct gp_experiment *experiment = gp_push(plan->arena, plan->ret);

	*experiment = (struct gp_experiment){
		.workload = "transcode",
		.variant = variant,
		.title = title,
		.primary = "fps",
		.target = plan->target,
		.window = plan->settings->seconds,
		.seconds = plan->settings->warmup + plan->settings->seconds + AROUND,
		.run = gp_run_one,
	};
	experiment->order.program = "transcode";
	return experiment;
}

static void give_order(struct plan *plan, const struct job *job, const char *what,
	const char *preset, struct gp_experiment *experiment)
{
	struct gp_order *order = &experiment->order;
	struct gp_size size = output_of(job->source->size);

	add_argument(plan, order, "device", plan->device);
	add_argument(plan, order, "clip", job->source->path);
	add_argument(plan, order, "codec", job->output);
	add_argument(plan, order, "size", gp_printf(plan->arena, "%ux%u", size.width, size.height));
	add_argument(plan, order, "experiment", what);
	add_argument(plan, order, "seconds", gp_printf(plan->arena, "%.9g", experiment->window));
	add_argument(plan, order, "warmup", gp_printf(plan->arena, "%.9g", plan->settings->warmup));
	if (preset)
		add_argument(plan, order, "preset", preset);
}

/* "h264-1080p", "vp9-to-h264-1080p", "h264-1080p-medium". */
static const char *variant_of(struct plan *plan, const struct job *job, const char *more)
{
	return gp_printf(plan->arena, "%s%s%s%s%s%s%s", job->name, job->is_same_codec ? "" : "-to-",
		job->is_same_codec ? "" : job->output, *job->label ? "-" : "", job->label,
		*more ? "-" : "", more);
}

static const char *title_of_job(struct plan *plan, const struct job *job, const char *preset)
{
	struct gp_size to = output_of(job->source->size);

	return gp_printf(plan->arena, "%s %s to %s%s%s%s%s", title_of(job->source->codec),
		label_of(plan->arena, job->source->size),
		job->is_same_codec ? "" : title_of(job->output), job->is_same_codec ? "" : " ",
		label_of(plan->arena, to), preset ? ", " : "", preset ? preset : "");
}

static void add_throughput(
	struct plan *plan, const struct job *job, const char *preset, bool is_first)
{
	struct gp_experiment *experiment = add(plan, variant_of(plan, job, is_first ? "" : preset),
		title_of_job(plan, job, preset));

	give_order(plan, job, "throughput", preset, experiment);
}

static void add_latency(struct plan *plan, const struct job *job, const char *preset)
{
	struct gp_experiment *experiment = add(plan, variant_of(plan, job, "latency"),
		gp_printf(plan->arena, "%s, paced", title_of_job(plan, job, preset)));

	experiment->primary =
		plan->settings->seconds * job->source->rate >= GP_SPREAD_P99 ? "p99" : "p50";
	give_order(plan, job, "latency", preset, experiment);
}

/* The first preset has the variant of the devices that it is compared with. */
static void add_job(struct plan *plan, const struct job *job, bool with_latency)
{
	static const char *usual[] = {"veryfast", "medium"}, *none[] = {NULL};
	struct gp_strings presets = plan->settings->presets;

	if (!presets.n)
		presets = (struct gp_strings){usual, plan->settings->quick ? 1 : 2};
	if (!gp_target_is_cpu(plan->target))
		presets = (struct gp_strings){none, 1};
	for (size_t i = 0; i < presets.n; i++)
		add_throughput(plan, job, presets.items[i], i == 0);
	if (with_latency)
		add_latency(plan, job, presets.items[0]);
}

static void add_cannot(struct plan *plan, const char *variant, const char *title, const char *why)
{
	add(plan, variant, title)->cannot = why;
}

/* ---- the clips made here */

static bool decodes(const struct plan *plan, const char *codec)
{
	return gp_strings_has(&plan->offers.decode, codec);
}

static bool encodes(const struct plan *plan, const char *codec)
{
	return gp_strings_has(&plan->offers.encode, codec);
}

static const char *why_not(const struct plan *plan, const char *codec)
{
	if (!decodes(plan, codec))
		return gp_printf(plan->arena, "no decoding of %s is offered here", title_of(codec));
	if (!plan->offers.encode.n)
		return "no encoding is offered here";
	return gp_printf(plan->arena, "no encoding of %s is offered here", title_of(codec));
}

static void plan_codec(struct plan *plan, size_t codec, struct gp_size size)
{
	const char *name = codecs[codec].name, *label = label_of(plan->arena, size);
	bool is_named = gp_strings_has(&plan->settings->codecs, name);
	bool is_same = decodes(plan, name) && encodes(plan, name);
	bool to_h264 =
		codecs[codec].is_mostly_decoded && decodes(plan, name) && encodes(plan, "h264");
	const char *variant = gp_printf(plan->arena, "%s-%s", name, label);
	const char *title = gp_printf(plan->arena, "%s %s", title_of(name), label);
	struct gp_source *source;

	if (!is_same && !to_h264) {
		if (is_named)
			add_cannot(plan, variant, title, why_not(plan, name));
		return;
	}
	source = gp_new(plan->arena, struct gp_source);
	*source = gp_make_source(plan->bench, name, size);
	if (source->why) {
		add_cannot(plan, variant, title, source->why);
		return;
	}
	if (is_same)
		add_job(plan, &(struct job){source, name, label, name, true}, true);
	if (to_h264)
		add_job(plan, &(struct job){source, name, label, "h264", false}, !is_same);
}

static bool is_wanted(const struct plan *plan, size_t codec)
{
	if (plan->settings->codecs.n)
		return gp_strings_has(&plan->settings->codecs, codecs[codec].name);
	if (plan->settings->quick)
		return codec == 0;
	return codecs[codec].is_usual_on_cpu || !gp_target_is_cpu(plan->target);
}

static void plan_made(struct plan *plan)
{
	struct gp_size usual = {1920, 1080}, small = {640, 360};

	for (size_t codec = 0; codec < GP_ARRAY_SIZE(codecs); codec++) {
		if (!is_wanted(plan, codec))
			continue;
		gp_each (size, &plan->settings->sizes)
			plan_codec(plan, codec, *size);
		if (!plan->settings->sizes.n)
			plan_codec(plan, codec, plan->settings->quick ? small : usual);
	}
}

/* ---- the user's clip */

static void plan_input(struct plan *plan)
{
	static const char *usual[] = {"h264"};
	struct gp_strings outputs = plan->settings->codecs;
	struct gp_source *source = gp_new(plan->arena, struct gp_source);

	*source = gp_ask_source(plan->bench, plan->settings->input);
	if (!outputs.n)
		outputs = (struct gp_strings){usual, 1};
	gp_each (output, &outputs) {
		struct job job = {source, "input", "", *output, false};
		const char *variant = variant_of(plan, &job, "");

		if (source->why)
			add_cannot(plan, variant, "the clip", source->why);
		else if (!encodes(plan, *output))
			add_cannot(plan, variant, "the clip",
				gp_printf(plan->arena, "no encoding of %s is offered here",
					title_of(*output)));
		else
			add_job(plan, &job, true);
	}
}

/* ---- all of it */

static const char *device_of(const struct gp_target *target)
{
	if (gp_target_is_cpu(target))
		return "cpu";
	return strcmp(target->subject, "x11") == 0 ? "x11" : target->node;
}

/* Why nothing can be asked for here, or NULL. */
static const char *find_hindrance(struct plan *plan)
{
	const char *lack = gp_workers_lack(plan->bench->workers, "transcode");

	if (lack)
		return lack;
	if (!plan->device)
		return gp_printf(plan->arena, "%s has no render node", plan->target->subject);
	plan->offers = gp_ask_offers(plan->bench, plan->device);
	return plan->offers.why;
}

void gp_plan_transcode(
	struct gp_bench *bench, const struct gp_target *target, struct gp_experiments *ret)
{
	struct plan plan = {.bench = bench,
		.arena = bench->arena,
		.settings = bench->settings,
		.target = target,
		.device = device_of(target),
		.ret = ret};
	const char *hindrance = find_hindrance(&plan);
	size_t before = ret->n;

	if (!hindrance && bench->settings->input)
		plan_input(&plan);
	else if (!hindrance)
		plan_made(&plan);
	if (hindrance)
		add_cannot(&plan, "h264-1080p", "H.264 1080p", hindrance);
	else if (ret->n == before)
		add_cannot(&plan, "h264-1080p", "H.264 1080p", why_not(&plan, "h264"));
}
