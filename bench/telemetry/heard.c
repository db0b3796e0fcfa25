/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/heard.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "telemetry/gauges.h"
#include "telemetry/read.h"

static struct gp_heard_gauge *find_gauge(struct gp_heard *heard, const char *name)
{
	struct gp_heard_gauge *added;

	gp_each (one, &heard->gauges)
		if (strcmp(one->name, name) == 0)
			return one;
	if (heard->gauges.n == GP_SIDECAR_SERIES)
		return NULL;
	added = gp_push(heard->arena, &heard->gauges);
	*added = (struct gp_heard_gauge){0};
	memcpy(added->name, name, strlen(name) + 1);
	return added;
}

static void note_reason(
	struct gp_heard *heard, struct gp_heard_gauge *one, const char *name, int64_t at)
{
	struct gp_heard_reason *reason = NULL;

	if (strlen(name) >= sizeof(reason->name) || !gp_is_plain(name, "-_"))
		return;
	gp_each (known, &one->reasons)
		if (strcmp(known->name, name) == 0)
			reason = known;
	if (!reason && one->reasons.n < GP_HEARD_REASONS)
		reason = gp_push(heard->arena, &one->reasons);
	if (!reason)
		return;
	memcpy(reason->name, name, strlen(name) + 1);
	reason->at = at;
}

/*
 * A value is of the time since the line before; until the next one comes, it is what is known of
 * the time behind it too.
 */
static void add_value(struct gp_heard *heard, struct gp_timeline *series, int64_t at, double value)
{
	struct gp_point *last =
		series->points.n ? &series->points.items[series->points.n - 1] : NULL;

	if (last && at - last->at <= GP_TIMELINE_HOLD)
		last->value = value;
	gp_timeline_add(heard->arena, series, at, value);
}

static void hear_gauge(
	struct gp_heard *heard, struct gp_arena *scratch, const struct gp_sidecar_line *line)
{
	struct gp_heard_gauge *one = find_gauge(heard, line->name);
	struct gp_strings reasons = gp_split(scratch, line->text, " ");
	int64_t at = gp_live_now();

	if (!one)
		return;
	memcpy(one->unit, line->unit, sizeof(one->unit));
	one->is_unknown = false;
	add_value(heard, &one->series, at, line->value);
	for (size_t i = 0; i < reasons.n && i < GP_HEARD_REASONS; i++)
		note_reason(heard, one, reasons.items[i], at);
}

static void hear_unknown(struct gp_heard *heard, const struct gp_sidecar_line *line)
{
	struct gp_heard_gauge *one = find_gauge(heard, line->name);

	if (!one)
		return;
	one->is_unknown = true;
	snprintf(one->unknown, sizeof(one->unknown), "%.*s", (int)sizeof(one->unknown) - 1,
		line->text);
	gp_timeline_add(heard->arena, &one->series, gp_live_now(), NAN);
}

static void hear_fact(struct gp_heard *heard, const struct gp_sidecar_line *line)
{
	gp_each (fact, &heard->facts)
		if (strcmp(fact->key, line->name) == 0)
			return;
	if (heard->facts.n < GP_SIDECAR_FACTS)
		*gp_push(heard->arena, &heard->facts) =
			(struct gp_about){.key = gp_strdup(heard->arena, line->name),
				.text = gp_strdup(heard->arena, line->text)};
}

static void hear_hello(
	struct gp_heard *heard, struct gp_arena *scratch, struct gp_sidecar_line *line)
{
	const char *text = gp_printf(scratch, "%s %s", line->name, line->text);

	heard->has_hello = true;
	heard->ended = NULL;
	memcpy(line->name, "sidecar", sizeof("sidecar"));
	line->text[0] = '\0';
	strncat(line->text, text, sizeof(line->text) - 1);
	hear_fact(heard, line);
}

void gp_heard_line(struct gp_heard *heard, const char *text, bool is_old)
{
	struct gp_arena *scratch = gp_arena_new();
	struct gp_sidecar_line line;

	if (!gp_sidecar_parse(scratch, text, &line)) {
		gp_arena_free(scratch);
		return;
	}
	if (line.kind == GP_SAYS_HELLO)
		hear_hello(heard, scratch, &line);
	else if (line.kind == GP_SAYS_FACT)
		hear_fact(heard, &line);
	else if (line.kind == GP_SAYS_GAUGE && !is_old)
		hear_gauge(heard, scratch, &line);
	else if (line.kind == GP_SAYS_UNKNOWN)
		hear_unknown(heard, &line);
	else if (line.kind == GP_SAYS_BYE)
		heard->ended = "it has ended";
	gp_arena_free(scratch);
}

void gp_heard_end(struct gp_heard *heard, const char *why)
{
	heard->ended = gp_strdup(heard->arena, why);
}

/* ---- what comes of it */

/* Names of hosts stay out of records. */
static const char *source_of(struct gp_arena *arena, const struct gp_heard_gauge *one, int64_t from)
{
	int64_t since = gp_timeline_since(&one->series, from);
	struct gp_strings reasons = {0};

	gp_each (reason, &one->reasons)
		if (reason->at >= since)
			gp_strings_add(arena, &reasons, reason->name);
	return gp_printf(
		arena, "%s%ssidecar", gp_join(arena, &reasons, ", "), reasons.n ? ": " : "");
}

/* In the place of one that is not known here. */
static void put(struct gp_arena *arena, struct gp_gauges *gauges, const struct gp_gauge *gauge)
{
	gp_each (known, &gauges->list)
		if (strcmp(known->name, gauge->name) == 0) {
			const char *unit = known->unit;

			if (known->unknown)
				*known = *gauge;
			if (!*known->unit) /* what was never known came without */
				known->unit = unit;
			return;
		}
	*gp_push(arena, &gauges->list) = *gauge;
}

static void add_one(const struct gp_heard *heard, struct gp_arena *arena,
	const struct gp_heard_gauge *one, int64_t from, int64_t to, struct gp_gauges *gauges)
{
	bool is_frequency = gp_starts_with(one->name, "frequency");
	struct gp_level level = gp_timeline_level(&one->series, from, to, is_frequency);
	struct gp_gauge gauge = {.name = gp_strdup(arena, one->name),
		.unit = gp_strdup(arena, one->unit),
		.source = source_of(arena, one, from),
		.value = level.mean};
	const char *unseen = gp_gauge_unseen(arena, level.seconds, from, to);
	const char *why = heard->ended ? heard->ended : unseen;

	if (one->is_unknown)
		why = one->unknown;
	if (unseen)
		gauge.unknown = gp_printf(arena, "on the host: %s", why);
	else if (level.counted <= 0)
		gauge.unknown = "on the host: it slept all the time";
	put(arena, gauges, &gauge);
	if (is_frequency && !gauge.unknown) {
		gauge.name = gp_printf(arena, "%s-min", one->name);
		gauge.value = level.low;
		put(arena, gauges, &gauge);
	}
}

void gp_heard_gauges(const struct gp_heard *heard, struct gp_arena *arena, int64_t from, int64_t to,
	struct gp_gauges *gauges)
{
	gp_each (one, &heard->gauges)
		add_one(heard, arena, one, from, to, gauges);
}

struct gp_abouts gp_heard_facts(const struct gp_heard *heard, struct gp_arena *arena)
{
	struct gp_abouts facts = {0};

	gp_each (fact, &heard->facts)
		*gp_push(arena, &facts) = (struct gp_about){
			.key = gp_strdup(arena, fact->key), .text = gp_strdup(arena, fact->text)};
	return facts;
}
