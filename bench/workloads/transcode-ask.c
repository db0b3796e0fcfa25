/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "workloads/transcode.h"

#define ANSWER_IN 20.0  /* seconds */
#define MADE_IN   300.0 /* the same, for a clip */

#define RATE         30 /* frames/s of clips made here: bench/work/clip-make.c */
#define FRAMES       120
#define LARGE_FRAMES 60 /* of a clip of more than HD */
#define QUICK_FRAMES 60

static const char *ask(
	struct gp_bench *bench, struct gp_order *order, double seconds, struct gp_sample *ret)
{
	order->program = "transcode";
	return gp_ask(bench, order, seconds, ret);
}

static void add(struct gp_bench *bench, struct gp_order *order, const char *key, const char *value)
{
	gp_strings_add(
		bench->arena, &order->arguments, gp_printf(bench->arena, "%s=%s", key, value));
}

struct gp_offers gp_ask_offers(struct gp_bench *bench, const char *device)
{
	struct gp_offers offers = {0};
	struct gp_sample answer = {0};
	struct gp_order order = {0};

	add(bench, &order, "offers", "yes");
	add(bench, &order, "device", device);
	offers.why = ask(bench, &order, ANSWER_IN, &answer);
	gp_each (about, &answer.about) {
		struct gp_strings words = {0};

		if (strcmp(about->key, "offers") != 0)
			continue;
		words = gp_split(bench->arena, about->text, " ;");
		for (size_t i = 1; i < words.n; i++)
			gp_strings_add(bench->arena,
				strcmp(words.items[i], "decode") == 0 ? &offers.decode
								      : &offers.encode,
				words.items[0]);
	}
	return offers;
}

/* ---- clips */

static unsigned int frames_of(const struct gp_bench *bench, struct gp_size size)
{
	if (bench->settings->quick)
		return QUICK_FRAMES;
	return size.width > 1920 || size.height > 1200 ? LARGE_FRAMES : FRAMES;
}

struct gp_source gp_make_source(struct gp_bench *bench, const char *codec, struct gp_size size)
{
	struct gp_arena *arena = bench->arena;
	struct gp_source source = {
		.path = gp_printf(arena, "%s/clip-%s-%ux%u.mkv", bench->directory, codec,
			size.width, size.height),
		.codec = codec,
		.size = size,
		.rate = RATE,
	};
	struct gp_sample answer = {0};
	struct gp_order order = {0};

	if (bench->only_looks || access(source.path, R_OK) == 0)
		return source;
	add(bench, &order, "make-clip", source.path);
	add(bench, &order, "codec", codec);
	add(bench, &order, "size", gp_printf(arena, "%ux%u", size.width, size.height));
	add(bench, &order, "frames", gp_printf(arena, "%u", frames_of(bench, size)));
	source.why = ask(bench, &order, MADE_IN, &answer);
	if (!source.why && !*gp_sample_about(&answer, "clip-hash"))
		source.why = "no clip was made";
	/* What is left of one is none. */
	if (source.why)
		unlink(source.path);
	return source;
}

struct gp_source gp_ask_source(struct gp_bench *bench, const char *path)
{
	struct gp_source source = {.path = path};
	struct gp_sample answer = {0};
	struct gp_order order = {0};

	add(bench, &order, "offers", "yes");
	add(bench, &order, "clip", path);
	source.why = ask(bench, &order, ANSWER_IN, &answer);
	source.codec = gp_sample_about(&answer, "clip-kind");
	if (!source.why && sscanf(gp_sample_about(&answer, "clip-size"), "%5ux%5u",
				   &source.size.width, &source.size.height) != 2)
		source.why = "the clip could not be read";
	if (sscanf(gp_sample_about(&answer, "clip-rate"), "%lf", &source.rate) != 1)
		source.rate = 0;
	return source;
}
