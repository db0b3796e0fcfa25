/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a worker says, line by line. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "worker/worker.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_so)
{
	if (!is_so)
		__builtin_trap();
}

static bool is_shown(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_strings lines =
		gp_split(arena, gp_strndup(arena, (const char *)data, size), "\n");
	struct gp_sample sample = {.state = GP_SAMPLE_VALID, .why = ""};

	gp_each (line, &lines)
		gp_worker_line(arena, *line, &sample);
	must(sample.from >= 0 && sample.from <= sample.to);
	must(sample.state == GP_SAMPLE_VALID || *sample.why);
	must(is_shown(sample.why));
	gp_each (metric, &sample.metrics) {
		must(isfinite(metric->value) && *metric->name && *metric->unit);
		must(!strpbrk(metric->name, ". ") && is_shown(metric->unit));
		must(gp_sample_metric(&sample, metric->name) == metric);
	}
	gp_each (about, &sample.about)
		must(is_shown(about->key) && is_shown(about->text));
	gp_each (histogram, &sample.histograms)
		for (size_t i = 1; i < histogram->buckets.n; i++)
			must(histogram->buckets.items[i - 1].from <
				histogram->buckets.items[i].from);
	gp_arena_free(arena);
	return 0;
}
