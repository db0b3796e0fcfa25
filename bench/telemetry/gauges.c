/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/gauges.h"

#include <math.h>
#include <string.h>

void gp_gauge_known(struct gp_arena *arena, struct gp_gauges *gauges, const char *name,
	const char *unit, double value, const char *source)
{
	if (!isfinite(value)) {
		gp_gauge_unknown(arena, gauges, name, unit, "what was read is no number", source);
		return;
	}
	*gp_push(arena, &gauges->list) = (struct gp_gauge){.name = gp_strdup(arena, name),
		.unit = gp_strdup(arena, unit),
		.value = value,
		.source = gp_strdup(arena, source)};
}

void gp_gauge_unknown(struct gp_arena *arena, struct gp_gauges *gauges, const char *name,
	const char *unit, const char *why, const char *source)
{
	*gp_push(arena, &gauges->list) = (struct gp_gauge){.name = gp_strdup(arena, name),
		.unit = gp_strdup(arena, unit),
		.unknown = gp_strdup(arena, why),
		.source = gp_strdup(arena, source)};
}

const char *gp_gauge_reasons(struct gp_arena *arena, const struct gp_gauge *gauge)
{
	const char *colon = gauge->source ? strstr(gauge->source, ": ") : NULL;

	return colon ? gp_strndup(arena, gauge->source, (size_t)(colon - gauge->source)) : "";
}

const char *gp_gauge_unseen(struct gp_arena *arena, double seconds, int64_t from, int64_t to)
{
	double window = (double)(to - from) / 1e9;

	if (to <= from)
		return "there was no window";
	if (seconds < GP_SEEN_SHARE * window)
		return gp_printf(arena, "it was seen for %.1f of %.1f s", seconds, window);
	return NULL;
}
