/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "prometheus-write.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define LABEL_MOST 200

/* Of what has to be escaped, \ and " remain once it is printable. */
static char *escaped(struct gp_arena *arena, const char *raw)
{
	const char *shown = gp_printable(arena, raw, strnlen(raw, LABEL_MOST + 4), LABEL_MOST);
	char *text = gp_alloc(arena, 2 * strlen(shown) + 1, 1), *end = text;

	for (; *shown; shown++) {
		if (*shown == '\\' || *shown == '"')
			*end++ = '\\';
		*end++ = *shown;
	}
	return text;
}

static char *labels_of(struct gp_arena *arena, const struct gp_prometheus_label *labels)
{
	struct gp_strings pairs = {0};

	for (; labels->name; labels++)
		if (labels->value && *labels->value)
			gp_strings_add(arena, &pairs,
				gp_printf(arena, "%s=\"%s\"", labels->name,
					escaped(arena, labels->value)));
	return pairs.n ? gp_printf(arena, "{%s}", gp_join(arena, &pairs, ","))
		       : gp_strdup(arena, "");
}

void gp_prometheus_add(struct gp_prometheus *prometheus, struct gp_prometheus_family *family,
	const struct gp_prometheus_label *labels, double value)
{
	struct gp_arena *scratch;
	struct gp_prometheus_series *series;

	if (prometheus->n_series >= prometheus->most) {
		prometheus->left_out++;
		return;
	}
	scratch = gp_arena_new();
	series = gp_push(prometheus->arena, &family->series);
	series->labels = gp_strdup(prometheus->arena, labels_of(scratch, labels));
	series->value = value;
	series->number = prometheus->n_series++;
	gp_arena_free(scratch);
}

static int by_labels(const void *a, const void *b)
{
	const struct gp_prometheus_series *first = a, *second = b;
	int order = strcmp(first->labels, second->labels);

	if (order)
		return order;
	return (first->number > second->number) - (first->number < second->number);
}

/* The fewest digits that say the same number. */
static void put_number(FILE *out, double value)
{
	char digits[40];

	snprintf(digits, sizeof(digits), "%.15g", value);
	if (strtod(digits, NULL) != value)
		snprintf(digits, sizeof(digits), "%.17g", value);
	fprintf(out, " %s\n", digits);
}

static void unite(struct gp_prometheus *prometheus, struct gp_prometheus_family *family)
{
	struct gp_prometheus_series *items = family->series.items;
	size_t n = 0;

	if (family->series.n > 1)
		qsort(items, family->series.n, sizeof(*items), by_labels);
	for (size_t i = 0; i < family->series.n; i++)
		if (!n || !gp_equal(items[n - 1].labels, items[i].labels))
			items[n++] = items[i];
	prometheus->left_out += family->series.n - n;
	prometheus->n_series -= family->series.n - n;
	family->series.n = n;
}

void gp_prometheus_unite(struct gp_prometheus *prometheus)
{
	struct gp_prometheus_family *family;

	for (family = prometheus->families; family->name; family++)
		unite(prometheus, family);
}

void gp_prometheus_write(const struct gp_prometheus *prometheus, FILE *out)
{
	const struct gp_prometheus_family *family;

	for (family = prometheus->families; family->name; family++) {
		if (!family->series.n)
			continue;
		fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", family->name, family->help,
			family->name);
		gp_each (series, &family->series) {
			fprintf(out, "%s%s", family->name, series->labels);
			put_number(out, series->value);
		}
	}
}
