/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PROMETHEUS_WRITE_H
#define GP_PROMETHEUS_WRITE_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"

/* What is measured, and its series, gathered before they are written: a family stands together. */
struct gp_prometheus_series {
	const char *labels; /* {gpu="0000:01:00.0",mode="full"} */
	double value;
	size_t number; /* in the order they came */
};

struct gp_prometheus_family {
	const char *name, *help;
	GP_LIST(struct gp_prometheus_series) series;
};

struct gp_prometheus {
	struct gp_arena *arena;
	struct gp_prometheus_family *families; /* the last one has no name */
	size_t n_series, most, left_out;
};

struct gp_prometheus_label {
	const char *name, *value; /* the value as raw as it came; NULL and "": there is none */
};

#define GP_PROMETHEUS_LABELS_MOST 16

/*
 * Adds a series. What is hidden or broken in the values is written out as in gp_printable(); they
 * and the number of series are limited. labels ends with one that has no name.
 */
void gp_prometheus_add(struct gp_prometheus *prometheus, struct gp_prometheus_family *family,
	const struct gp_prometheus_label *labels, double value);

/* Sorts series, and leaves out those that are the same as one that came before. */
void gp_prometheus_unite(struct gp_prometheus *prometheus);

/* Writes the families that have series, as gauges. */
void gp_prometheus_write(const struct gp_prometheus *prometheus, FILE *out);

#endif
