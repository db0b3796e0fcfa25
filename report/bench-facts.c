/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench-digest.h"

#include <string.h>

/* A record is somebody else's file: what is looked up row by row stays small. */
#define SIDES_MOST       16
#define FACTS_MOST       32
#define VALUES_MOST      4
#define EXPERIMENTS_MOST 256
#define UNKNOWNS_MOST    64
#define CONFOUNDERS_MOST 32
#define BESIDE_MOST      256

struct gp_bench_side *gp_bench_side_of(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	struct gp_bench_side *side;

	gp_each (known, &bench->sides)
		if (gp_equal(known->subject, row->subject) && gp_equal(known->mode, row->mode))
			return known;
	if (bench->sides.n == SIDES_MOST)
		return NULL;
	side = gp_push(arena, &bench->sides);
	side->subject = row->subject;
	side->mode = row->mode;
	side->name = "";
	return side;
}

static bool take_unknown(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	struct gp_bench_unknown *unknown = NULL;
	const char *name = row->id + strlen("telemetry.");

	gp_each (known, &bench->unknowns)
		if (gp_equal(known->name, name) && gp_equal(known->why, row->text))
			unknown = known;
	if (!unknown) {
		if (bench->unknowns.n == UNKNOWNS_MOST)
			return false;
		unknown = gp_push(arena, &bench->unknowns);
		unknown->name = name;
		unknown->why = row->text;
	}
	if (*row->source && unknown->experiments.n < EXPERIMENTS_MOST)
		gp_strings_add_once(arena, &unknown->experiments, row->source);
	return true;
}

/* What tells people what they look at; all else that workers say is among the facts. */
static const char *const shown_facts[] = {"cpu", "cpus", "governor", "hypervisor", "sriov",
	"driver", "firmware", "vendor", "entrypoint", "ffmpeg", "renderer", "mesa", "device",
	"opencl", NULL};

/* "transcode" for "transcode.h264-1080p"; "" for a file or a function. */
static const char *workload_of(struct gp_arena *arena, const char *source)
{
	const char *dot = strchr(source, '.');

	if (!dot || strchr(source, '/'))
		return "";
	return gp_strndup(arena, source, (size_t)(dot - source));
}

static void add_fact(struct gp_arena *arena, struct gp_bench_side *side, const struct gp_row *row)
{
	const char *workload = workload_of(arena, row->source), *key = row->id + strlen("bench.");
	struct gp_bench_fact *fact = NULL;

	gp_each (known, &side->facts)
		if (gp_equal(known->key, key) && gp_equal(known->workload, workload))
			fact = known;
	if (!fact) {
		if (side->facts.n == FACTS_MOST)
			return;
		fact = gp_push(arena, &side->facts);
		fact->key = key;
		fact->workload = workload;
	}
	if (fact->values.n < VALUES_MOST)
		gp_strings_add_once(arena, &fact->values, row->value);
}

static bool take_cannot(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	struct gp_bench_cannot *cannot = NULL;

	gp_each (known, &bench->cannots)
		if (gp_equal(known->why, row->text))
			cannot = known;
	if (!cannot) {
		if (bench->cannots.n == UNKNOWNS_MOST)
			return false;
		cannot = gp_push(arena, &bench->cannots);
		cannot->why = row->text;
	}
	if (cannot->experiments.n < EXPERIMENTS_MOST)
		gp_strings_add_once(arena, &cannot->experiments, row->source);
	return true;
}

/* Where the row says no mode it is of the device in any, where no subject of the machine. */
void gp_bench_about(struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	if (!gp_starts_with(row->id, "bench."))
		return;
	gp_each (side, &bench->sides) {
		if (*row->subject && !gp_equal(row->subject, side->subject))
			continue;
		if (*row->mode && !gp_equal(row->mode, side->mode))
			continue;
		if (gp_equal(row->id, "bench.target"))
			side->name = row->value;
		else if (!gp_equal(row->value, side->name) &&
			 gp_is_one_of(row->id + strlen("bench."), shown_facts))
			add_fact(arena, side, row);
	}
}

/* What a comparison says of itself. */
static bool take_remark(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	const char *what = row->id + strlen("compare.");
	bool is_caution = gp_equal(what, "alike");
	struct gp_strings *list = is_caution                      ? &bench->cautions
				  : gp_equal(what, "noise-floor") ? &bench->noise
								  : &bench->remarks;

	if (list->n == CONFOUNDERS_MOST)
		return false;
	if (is_caution)
		gp_strings_add(arena, list, *row->text ? row->text : row->value);
	else
		gp_strings_add(arena, list,
			gp_printf(arena, "%s%s%s: %s%s%s%s%s", what,
				strchr(row->source, '.') ? " of " : "",
				strchr(row->source, '.') ? row->source : "", row->value,
				*row->unit && !gp_equal(row->unit, "x") ? " " : "", row->unit,
				*row->text ? ", " : "", row->text));
	return true;
}

static bool take_confounder(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	if (bench->confounders.n == CONFOUNDERS_MOST)
		return false;
	*gp_push(arena, &bench->confounders) = (struct gp_bench_confounder){
		row->id + strlen("confounder."), *row->text ? row->text : row->value};
	return true;
}

static bool take_beside(
	struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	if (bench->beside.n == BESIDE_MOST)
		return false;
	gp_strings_add(arena, &bench->beside,
		gp_printf(arena, "%s, %s%s%s: %s", row->source, row->id + strlen("beside."),
			*row->unit ? " in " : "", row->unit, row->value));
	return true;
}

bool gp_bench_fact(struct gp_arena *arena, struct gp_bench_digest *bench, const struct gp_row *row)
{
	if (gp_equal(row->id, "bench.cannot"))
		return take_cannot(arena, bench, row);
	if (gp_equal(row->id, "bench.target"))
		return gp_bench_side_of(arena, bench, row) != NULL;
	if (gp_starts_with(row->id, "compare."))
		return take_remark(arena, bench, row);
	if (gp_starts_with(row->id, "beside."))
		return take_beside(arena, bench, row);
	if (gp_starts_with(row->id, "confounder."))
		return take_confounder(arena, bench, row);
	if (gp_starts_with(row->id, "telemetry.") && gp_equal(row->value, "unknown"))
		return take_unknown(arena, bench, row);
	return true;
}
