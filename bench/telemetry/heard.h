/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_HEARD_H
#define GP_HEARD_H

#include "telemetry/sidecar.h"
#include "telemetry/timeline.h"

/* What a sidecar has said so far: bounded, whatever it says. For one thread at a time. */
#define GP_HEARD_REASONS 12

struct gp_heard_reason {
	char name[32];
	int64_t at; /* when it was said last */
};

/* One quantity that the other side watches. */
struct gp_heard_gauge {
	char name[40], unit[16];
	bool is_unknown;
	char unknown[128]; /* why */
	struct gp_timeline series;
	GP_LIST(struct gp_heard_reason) reasons;
};

struct gp_heard {
	struct gp_arena *arena;
	GP_LIST(struct gp_heard_gauge) gauges;
	struct gp_abouts facts;
	bool has_hello;
	const char *ended; /* why nothing more comes; NULL: it goes on */
};

/* One line of it. is_old: it was written before anybody listened, and its gauges do not count. */
void gp_heard_line(struct gp_heard *heard, const char *line, bool is_old);
void gp_heard_end(struct gp_heard *heard, const char *why);
/* See gp_sidecar_gauges(), gp_sidecar_facts(). */
void gp_heard_gauges(const struct gp_heard *heard, struct gp_arena *arena, int64_t from, int64_t to,
	struct gp_gauges *gauges);
struct gp_abouts gp_heard_facts(const struct gp_heard *heard, struct gp_arena *arena);

#endif
