/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench-digest.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BUCKETS_MOST 65536 /* of all runs, before they are merged */
#define COUNT_MOST   (UINT64_C(1) << 48)
#define STREAMS_MOST 4096

/* strtod() also reads hexadecimal, "inf" and "nan", and skips spaces. */
static bool number_at(const char *text, const char **ret_end, double *ret)
{
	size_t size = strspn(text, "0123456789+-.eE");
	char *end;
	double value;

	if (!size || strchr("eE", *text))
		return false;
	value = strtod(text, &end);
	if (end == text || (size_t)(end - text) > size || !isfinite(value))
		return false;
	*ret_end = end;
	*ret = value;
	return true;
}

bool gp_bench_parse_number(const char *cell, double *ret)
{
	const char *end;
	double value;

	if (!number_at(cell, &end, &value) || *end)
		return false;
	*ret = value;
	return true;
}

bool gp_bench_parse_id(struct gp_arena *arena, const char *id, const char *ret[3])
{
	const char *first = strchr(id, '.'), *second = first ? strchr(first + 1, '.') : NULL;

	if (!second || strchr(second + 1, '.') || first == id || second == first + 1 || !second[1])
		return false;
	ret[0] = gp_strndup(arena, id, (size_t)(first - id));
	ret[1] = gp_strndup(arena, first + 1, (size_t)(second - first - 1));
	ret[2] = second + 1;
	return true;
}

static const char *after(const char *text, const char *words)
{
	const char *found = strstr(text, words);

	return found ? found + strlen(words) : NULL;
}

void gp_bench_parse_estimate(struct gp_arena *arena, const char *text, struct gp_bench_value *ret)
{
	const char *interval = after(text, "interval "), *n = after(text, "n = "), *end;
	double low, high;

	ret->text = text;
	ret->method = ret->notes = "";
	if (interval && number_at(interval, &end, &low) && gp_starts_with(end, " to ") &&
		number_at(end + strlen(" to "), &end, &high) && low <= high) {
		ret->has_interval = true;
		ret->low = low;
		ret->high = high;
	}
	if (n && strspn(n, "0123456789") && strspn(n, "0123456789") < 8) {
		ret->n = strtoul(n, NULL, 10);
		n += strspn(n, "0123456789");
		if (gp_starts_with(n, ", ")) {
			size_t size = strcspn(n, ";");

			ret->method = gp_strip(arena, gp_strndup(arena, n + 2, size - 2));
			ret->notes = n[size] ? gp_strip(arena, n + size + 1) : "";
		}
	}
}

unsigned int gp_bench_parse_streams(const char *source)
{
	const char *number = after(source, " streams ");
	size_t size = number ? strspn(number, "0123456789") : 0;
	unsigned long n = size && size < 6 ? strtoul(number, NULL, 10) : 0;

	return n <= STREAMS_MOST ? (unsigned int)n : 0;
}

bool gp_bench_add_buckets(
	struct gp_arena *arena, const char *text, struct gp_bench_histogram *histogram)
{
	size_t before = histogram->buckets.n;
	uint64_t total = 0;

	while (*text) {
		size_t digits;
		double from;

		if (!number_at(text, &text, &from) || *text++ != ':')
			break;
		digits = strspn(text, "0123456789");
		if (!digits || digits > 15 || histogram->buckets.n == BUCKETS_MOST)
			break;
		*gp_push(arena, &histogram->buckets) =
			(struct gp_bench_bucket){from, strtoull(text, NULL, 10)};
		total += histogram->buckets.items[histogram->buckets.n - 1].n;
		text += digits;
		if (total > COUNT_MOST || (*text && *text != ' '))
			break;
		text += strspn(text, " ");
		if (!*text && histogram->n + total <= COUNT_MOST) {
			histogram->n += total;
			return true;
		}
	}
	histogram->buckets.n = before;
	return false;
}

static int by_from(const void *a, const void *b)
{
	const struct gp_bench_bucket *first = a, *second = b;

	return (first->from > second->from) - (first->from < second->from);
}

/* No percentile is drawn beyond which fewer than ten values lie. */
#define BEYOND_LEAST 10.0

static void draw(struct gp_arena *arena, struct gp_bench_histogram *histogram)
{
	static const double percents[] = {0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90,
		92, 94, 95, 96, 97, 98, 98.5, 99, 99.3, 99.5, 99.7, 99.8, 99.9, 99.95, 99.99};
	double total = (double)histogram->n, sum = 0;
	size_t bucket = 0;

	for (size_t i = 0; i < GP_ARRAY_SIZE(percents) && histogram->n; i++) {
		if (i && total * (100 - percents[i]) / 100 < BEYOND_LEAST && percents[i] > 50)
			return;
		while (bucket < histogram->buckets.n &&
			(sum += (double)histogram->buckets.items[bucket].n) <=
				total * percents[i] / 100)
			bucket++;
		if (bucket == histogram->buckets.n)
			return;
		sum -= (double)histogram->buckets.items[bucket].n;
		*gp_push(arena, &histogram->curve) = (struct gp_bench_point){
			.x = percents[i], .y = histogram->buckets.items[bucket].from};
	}
}

void gp_bench_merge(struct gp_arena *arena, struct gp_bench_histogram *histogram)
{
	struct gp_bench_bucket *items = histogram->buckets.items;
	size_t n = 0;

	if (histogram->buckets.n > 1)
		qsort(items, histogram->buckets.n, sizeof(*items), by_from);
	for (size_t i = 0; i < histogram->buckets.n; i++) {
		if (n && by_from(&items[n - 1], &items[i]) == 0)
			items[n - 1].n += items[i].n;
		else
			items[n++] = items[i];
	}
	histogram->buckets.n = n;
	draw(arena, histogram);
}
