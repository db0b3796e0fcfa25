/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "transcode.h"

static bool number(const char *text, double from, double to, double *ret)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(text, &end);
	if (errno || end == text || *end || !isfinite(value) || value < from || value > to)
		return false;
	*ret = value;
	return true;
}

static bool whole(const char *text, unsigned int from, unsigned int to, unsigned int *ret)
{
	double value;

	if (!number(text, from, to, &value) || value != floor(value))
		return false;
	*ret = (unsigned int)value;
	return true;
}

static bool yes(const char *text, bool *ret)
{
	*ret = strcmp(text, "yes") == 0;
	return *ret || strcmp(text, "no") == 0;
}

static bool size(const char *text, struct gp_transcode_options *options)
{
	char width[8] = "";
	const char *x = strchr(text, 'x');

	if (!x || (size_t)(x - text) >= sizeof(width))
		return false;
	memcpy(width, text, (size_t)(x - text));
	return whole(width, GP_CLIP_LEAST_SIDE, GP_CLIP_MOST_SIDE, &options->width) &&
	       whole(x + 1, GP_CLIP_LEAST_SIDE, GP_CLIP_MOST_SIDE, &options->height) &&
	       options->width % 2 == 0 && options->height % 2 == 0;
}

static bool experiment(const char *text, enum gp_transcode_experiment *ret)
{
	static const char *const names[] = {"throughput", "latency", "stream"};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(text, names[i]) == 0) {
			*ret = (enum gp_transcode_experiment)i;
			return true;
		}
	return false;
}

static bool codec(const char *text, const char **ret)
{
	*ret = text;
	return gp_codec_kind(text) != NULL;
}

static bool take(const char *key, const char *value, struct gp_transcode_options *o)
{
	struct {
		const char *key, **text;
	} const texts[] = {{"device", &o->device}, {"clip", &o->clip}, {"make-clip", &o->make_clip},
		{"preset", &o->preset}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (strcmp(key, texts[i].key) == 0) {
			*texts[i].text = value;
			return *value;
		}
	if (strcmp(key, "codec") == 0)
		return codec(value, &o->codec);
	if (strcmp(key, "size") == 0)
		return size(value, o);
	if (strcmp(key, "experiment") == 0)
		return experiment(value, &o->experiment);
	if (strcmp(key, "check") == 0)
		return yes(value, &o->check);
	if (strcmp(key, "offers") == 0)
		return yes(value, &o->offers);
	if (strcmp(key, "seconds") == 0)
		return number(value, 0, 86400, &o->seconds);
	if (strcmp(key, "warmup") == 0)
		return number(value, 0, 86400, &o->warmup);
	if (strcmp(key, "rate") == 0)
		return number(value, 1, GP_CLIP_MOST_RATE, &o->rate);
	if (strcmp(key, "frames") == 0)
		return whole(value, 1, 100000, &o->frames);
	if (strcmp(key, "threads") == 0)
		return whole(value, 1, 1024, &o->threads);
	if (strcmp(key, "depth") == 0)
		return whole(value, 1, 64, &o->depth);
	if (strcmp(key, "qp") == 0)
		return whole(value, 1, 255, &o->qp);
	return false;
}

static unsigned int usable_cpus(void)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set) < 0 || CPU_COUNT(&set) < 1)
		return 1;
	return (unsigned int)CPU_COUNT(&set);
}

bool gp_transcode_options(int argc, char **argv, struct gp_transcode_options *ret)
{
	*ret = (struct gp_transcode_options){.device = "cpu",
		.preset = "veryfast",
		.codec = "h264",
		.seconds = 5,
		.warmup = 1,
		.frames = 120,
		.check = true};
	for (int i = 1; i < argc; i++) {
		char *equal = strchr(argv[i], '=');

		if (!equal)
			return gp_failed("not KEY=VALUE: %s", argv[i]);
		*equal = '\0';
		if (!take(argv[i], equal + 1, ret))
			return gp_failed("not understood: %s=%s", argv[i], equal + 1);
	}
	if (!ret->threads)
		ret->threads = usable_cpus();
	if (!ret->depth)
		ret->depth = ret->experiment == GP_LATENCY ? 1 : 4;
	if (!ret->offers && !ret->clip == !ret->make_clip)
		return gp_failed("neither clip= nor make-clip=, or both");
	if (!ret->offers && !ret->width)
		return gp_failed("no size=");
	return true;
}

bool gp_on_cpu(const struct gp_transcode_options *options)
{
	return strcmp(options->device, "cpu") == 0;
}
