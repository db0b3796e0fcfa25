/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sample.h"

#include <string.h>

const struct gp_metric *gp_sample_metric(const struct gp_sample *sample, const char *name)
{
	gp_each (metric, &sample->metrics)
		if (!metric->streams && strcmp(metric->name, name) == 0)
			return metric;
	return NULL;
}

const char *gp_sample_about(const struct gp_sample *sample, const char *key)
{
	gp_each (about, &sample->about)
		if (strcmp(about->key, key) == 0)
			return about->text;
	return "";
}

void gp_sample_reject(struct gp_sample *sample, enum gp_sample_state state, const char *why)
{
	if (state < sample->state || !sample->why || !*sample->why) {
		sample->state = state;
		sample->why = why;
	}
}
