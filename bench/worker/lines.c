/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What workers say. They load drivers, so it is hostile: bounded, and each number is one. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "worker/worker.h"

#define MOST_NAME    32
#define MOST_TEXT    500
#define MOST_ITEMS   100 /* metrics, abouts and checks, each */
#define MOST_BUCKETS 10000

struct line {
	struct gp_arena *arena;
	const char *rest; /* behind the words that were taken */
	struct gp_sample *sample;
};

/* The next word, or NULL. */
static const char *word(struct line *line)
{
	size_t n;
	const char *start;

	line->rest += strspn(line->rest, " ");
	start = line->rest;
	n = strcspn(start, " ");
	line->rest += n;
	return n ? gp_strndup(line->arena, start, n) : NULL;
}

static bool at_end(const struct line *line)
{
	return !line->rest[strspn(line->rest, " ")];
}

/* What is left, for people; NULL where there is nothing. */
static const char *text(struct line *line)
{
	const char *start = line->rest + strspn(line->rest, " ");

	line->rest = "";
	return *start ? gp_printable(line->arena, start, strlen(start), MOST_TEXT) : NULL;
}

/* Names become parts of ids, which dots part. */
static const char *name(struct line *line)
{
	const char *said = word(line);

	return said && strlen(said) <= MOST_NAME && gp_is_plain(said, "-_") ? said : NULL;
}

static const char *unit(struct line *line)
{
	const char *said = word(line);

	return said && strlen(said) <= MOST_NAME && gp_is_plain(said, "-_/%.^") ? said : NULL;
}

/* Decimal and finite; the locale of this program has a point. */
static bool to_number(const char *said, double *ret)
{
	char *end;

	if (!said || !gp_is_plain(said, "+-.") || strspn(said, "0123456789+-.eE") != strlen(said))
		return false;
	*ret = strtod(said, &end);
	return end != said && !*end && isfinite(*ret);
}

static bool number(struct line *line, double *ret)
{
	return to_number(word(line), ret);
}

static bool nanoseconds(struct line *line, int64_t *ret)
{
	const char *said = word(line);
	uint64_t value;

	if (!said || gp_parse_u64(said, 10, &value) || value > INT64_MAX)
		return false;
	*ret = (int64_t)value;
	return true;
}

static bool add_metric(struct line *line, struct gp_metric metric)
{
	if (line->sample->metrics.n >= MOST_ITEMS || gp_sample_metric(line->sample, metric.name))
		return false;
	*gp_push(line->arena, &line->sample->metrics) = metric;
	return true;
}

static bool take_about(struct line *line)
{
	struct gp_about about = {.key = name(line)};

	about.text = text(line);
	if (!about.key || line->sample->about.n >= MOST_ITEMS)
		return false;
	if (!about.text)
		about.text = "";
	*gp_push(line->arena, &line->sample->about) = about;
	return true;
}

static bool take_ready(struct line *line)
{
	int64_t took;

	return nanoseconds(line, &took) && at_end(line) &&
	       add_metric(line, (struct gp_metric){
					.name = "init", .value = (double)took / 1e6, .unit = "ms"});
}

static bool take_window(struct line *line)
{
	struct gp_sample *sample = line->sample;
	int64_t from, to;

	if (sample->from || sample->to || !nanoseconds(line, &from) || !nanoseconds(line, &to) ||
		from > to || !at_end(line))
		return false;
	sample->from = from;
	sample->to = to;
	return true;
}

static bool take_metric(struct line *line)
{
	struct gp_metric metric = {.name = name(line)};

	if (!metric.name || !number(line, &metric.value))
		return false;
	metric.unit = unit(line);
	return metric.unit && at_end(line) && add_metric(line, metric);
}

static bool take_bucket(struct line *line, struct gp_histogram *histogram, char *said)
{
	size_t n = histogram->buckets.n;
	struct gp_bucket bucket;
	char *colon = strchr(said, ':');

	if (!colon || n >= MOST_BUCKETS)
		return false;
	*colon = '\0';
	if (!to_number(said, &bucket.from) || gp_parse_u64(colon + 1, 10, &bucket.n) ||
		(n && bucket.from <= histogram->buckets.items[n - 1].from))
		return false;
	*gp_push(line->arena, &histogram->buckets) = bucket;
	return true;
}

static bool take_histogram(struct line *line)
{
	struct gp_histogram histogram = {.name = name(line)};
	char *said;

	histogram.unit = unit(line);
	if (!histogram.name || !histogram.unit || line->sample->histograms.n >= MOST_ITEMS)
		return false;
	while ((said = (char *)(uintptr_t)word(line)))
		if (!take_bucket(line, &histogram, said))
			return false;
	*gp_push(line->arena, &line->sample->histograms) = histogram;
	return true;
}

static bool take_check(struct line *line)
{
	const char *said = text(line);

	if (!said || line->sample->checks.n >= MOST_ITEMS)
		return false;
	*gp_push(line->arena, &line->sample->checks) = said;
	return true;
}

static bool take_invalid(struct line *line)
{
	const char *said = text(line);

	gp_sample_reject(line->sample, GP_SAMPLE_INVALID, said ? said : "it did not say why");
	return true;
}

static bool take_failed(struct line *line)
{
	const char *said = text(line);

	gp_sample_reject(line->sample, GP_SAMPLE_FAILED, said ? said : "it did not say why");
	return true;
}

static const struct {
	const char *key;
	bool (*take)(struct line *line);
} keys[] = {
	{"about", take_about},
	{"ready", take_ready},
	{"window", take_window},
	{"metric", take_metric},
	{"histogram", take_histogram},
	{"check", take_check},
	{"invalid", take_invalid},
	{"failed", take_failed},
};

bool gp_worker_line(struct gp_arena *arena, const char *said, struct gp_sample *ret)
{
	struct line line = {arena, said, ret};
	const char *key = word(&line);

	for (size_t i = 0; key && i < GP_ARRAY_SIZE(keys); i++)
		if (strcmp(key, keys[i].key) == 0)
			return keys[i].take(&line);
	return false;
}
