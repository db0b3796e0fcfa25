/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Listens to a sidecar as a benchmark does:
 *
 *	listen WHERE NAME		until there is a value of the gauge NAME, which is known
 *
 * prints facts and gauges. Exit status 2: it could not be opened; 1: nothing came.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "telemetry/read.h"
#include "telemetry/sidecar.h"

#define PATIENCE 30 /* seconds */

static bool is_known(const struct gp_gauges *gauges, const char *name)
{
	gp_each (gauge, &gauges->list)
		if (strcmp(gauge->name, name) == 0 && !gauge->unknown)
			return true;
	return false;
}

static void print(struct gp_arena *arena, struct gp_sidecar *sidecar, struct gp_gauges *gauges)
{
	struct gp_abouts facts = gp_sidecar_facts(arena, sidecar);

	gp_each (fact, &facts)
		printf("fact %s=%s\n", fact->key, fact->text);
	gp_each (gauge, &gauges->list)
		if (gauge->unknown)
			printf("unknown %s=%s\n", gauge->name, gauge->unknown);
		else
			printf("gauge %s=%g %s (%s)\n", gauge->name, gauge->value, gauge->unit,
				gauge->source);
}

int main(int argc, char **argv)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_sidecar *sidecar = NULL;
	struct gp_gauges gauges = {0};
	const char *why = "";
	bool is_there = false;
	int64_t until = gp_live_now() + PATIENCE * INT64_C(1000000000);

	if (argc != 3 || gp_sidecar_open(arena, argv[1], &sidecar, &why) < 0) {
		printf("error %s\n", why);
		gp_arena_free(arena);
		return 2;
	}
	puts("open");
	fflush(stdout);
	while (!is_there && gp_live_now() < until) {
		int64_t from = gp_live_now();

		usleep(100000);
		gauges = (struct gp_gauges){0};
		gp_sidecar_gauges(sidecar, arena, from, gp_live_now(), &gauges);
		is_there = is_known(&gauges, argv[2]);
	}
	print(arena, sidecar, &gauges);
	gp_sidecar_close(sidecar);
	gp_arena_free(arena);
	return !is_there;
}
