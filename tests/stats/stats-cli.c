/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Says what the statistics make of a line of numbers: run-r.py compares it with what R makes of it.
 * Standard input: WHAT NUMBER...; standard output: one line of numbers for each.
 */
#include "stats/stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line {
	double values[GP_STATS_MOST];
	size_t n;
};

static void say(const struct gp_estimate *estimate)
{
	printf("%.17g %.17g %.17g %.17g %.17g\n", estimate->value, estimate->low, estimate->high,
		estimate->confidence, estimate->p);
}

static void center(struct line *line)
{
	struct gp_estimate estimate = gp_center(line->values + 1, line->n - 1, line->values[0]);

	say(&estimate);
}

/* The first half is A's, the second B's. */
static void ratio(struct line *line)
{
	size_t n = (line->n - 1) / 2;
	struct gp_estimate estimate =
		gp_ratio(line->values + 1, line->values + 1 + n, n, line->values[0]);

	say(&estimate);
}

static void student(struct line *line)
{
	unsigned int freedom = (unsigned int)line->values[1];

	printf("%.17g %.17g\n", gp_student_quantile(line->values[0], freedom),
		gp_student(line->values[2], freedom));
}

static void normal(struct line *line)
{
	printf("%.17g %.17g\n", gp_normal_quantile(line->values[0]), gp_normal(line->values[1]));
}

static void signed_rank(struct line *line)
{
	printf("%.17g\n", gp_signed_rank((size_t)line->values[0], (size_t)line->values[1]));
}

static void limit(struct line *line)
{
	double attained;
	size_t k = gp_signed_rank_limit((size_t)line->values[1], line->values[0], &attained);

	printf("%zu %.17g\n", k, attained);
}

static void quantile(struct line *line)
{
	gp_sort(line->values + 1, line->n - 1);
	printf("%.17g\n", gp_quantile(line->values + 1, line->n - 1, line->values[0]));
}

static void geometric_mean(struct line *line)
{
	printf("%.17g\n", gp_geometric_mean(line->values, line->n));
}

static void holm(struct line *line)
{
	if (gp_holm(line->values, line->n))
		exit(1);
	for (size_t i = 0; i < line->n; i++)
		printf("%.17g%c", line->values[i], i + 1 < line->n ? ' ' : '\n');
}

static void outliers(struct line *line)
{
	bool is_outlier[GP_STATS_MOST];

	printf("%zu", gp_outliers(line->values, line->n, is_outlier));
	for (size_t i = 0; i < line->n; i++)
		printf(" %d", is_outlier[i]);
	putchar('\n');
}

static const struct {
	const char *name;
	void (*say)(struct line *line);
} commands[] = {
	{"center", center},
	{"ratio", ratio},
	{"student", student},
	{"normal", normal},
	{"signed-rank", signed_rank},
	{"limit", limit},
	{"quantile", quantile},
	{"geometric-mean", geometric_mean},
	{"holm", holm},
	{"outliers", outliers},
};

static int answer(char *text, struct line *line)
{
	char *word = strtok(text, " \n"), *number;

	if (!word || *word == '#')
		return 0;
	line->n = 0;
	while ((number = strtok(NULL, " \n")) && line->n < GP_STATS_MOST)
		line->values[line->n++] = strtod(number, NULL);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, word) == 0) {
			commands[i].say(line);
			return 0;
		}
	}
	fprintf(stderr, "stats-cli: %s is no command\n", word);
	return 1;
}

int main(void)
{
	struct line line;
	char *text = NULL;
	size_t room = 0;
	int r = 0;

	while (!r && getline(&text, &room, stdin) > 0)
		r = answer(text, &line);
	free(text);
	return r;
}
