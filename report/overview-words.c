/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "overview.h"

/* How many machines are how. */
struct tally {
	size_t bad, unsure, good, warned;
	size_t benches, worse;
	size_t older; /* records of machines that are counted already */
};

static const char *s_of(size_t n)
{
	return n == 1 ? "" : "s";
}

static void count(struct tally *tally, const struct gp_machine *machine)
{
	if (machine->is_older) {
		tally->older++;
	} else if (machine->only_bench) {
		tally->benches++;
		tally->worse += machine->outlook == GP_OUTLOOK_BAD;
	} else if (machine->outlook == GP_OUTLOOK_GOOD) {
		tally->good++;
		tally->warned += machine->n_warns > 0;
	} else if (machine->outlook == GP_OUTLOOK_BAD) {
		tally->bad++;
	} else {
		tally->unsure++;
	}
}

static size_t machines_of(const struct tally *tally)
{
	return tally->bad + tally->unsure + tally->good;
}

/* "12 need mending"; of one machine "needs mending", of all of several "all need mending". */
static void add_share(struct gp_arena *arena, struct gp_strings *shares, size_t n, size_t all,
	const char *one, const char *several)
{
	if (!n)
		return;
	if (all == 1)
		gp_strings_add(arena, shares, one);
	else if (n == all)
		gp_strings_add(arena, shares, gp_printf(arena, "all %s", several));
	else
		gp_strings_add(
			arena, shares, gp_printf(arena, "%zu %s", n, n == 1 ? one : several));
}

static const char *say_machines(struct gp_arena *arena, const struct tally *tally, const char *more)
{
	size_t all = machines_of(tally);
	struct gp_strings shares = {0};
	const char *warned = "", *good, *goods;

	if (tally->warned)
		warned = tally->good == 1 ? " (with warnings)"
					  : gp_printf(arena, " (%zu with warnings)", tally->warned);
	good = gp_printf(arena, "is in order%s", warned);
	goods = gp_printf(arena, "are in order%s", warned);
	add_share(arena, &shares, tally->bad, all, "needs mending", "need mending");
	if (tally->unsure && tally->unsure == all && all > 1)
		gp_strings_add(arena, &shares, "none could be measured in full");
	else
		add_share(arena, &shares, tally->unsure, all, "could not be measured in full",
			"could not be measured in full");
	add_share(arena, &shares, tally->good, all, good, goods);
	return gp_printf(arena, "%zu %smachine%s%s %s", all, more, s_of(all), all == 1 ? "" : ":",
		gp_join(arena, &shares, ", "));
}

static const char *say_benches(struct gp_arena *arena, const struct tally *tally, const char *more)
{
	const char *worse = "";

	if (tally->worse)
		worse = tally->benches == 1
				? ", something is worse"
				: gp_printf(arena, ", something is worse in %zu", tally->worse);
	return gp_printf(
		arena, "%zu %sbenchmark%s%s", tally->benches, more, s_of(tally->benches), worse);
}

static const char *say_tally(struct gp_arena *arena, const struct tally *tally, const char *more)
{
	struct gp_strings sentences = {0};

	if (machines_of(tally))
		gp_strings_add(arena, &sentences, say_machines(arena, tally, more));
	if (tally->benches)
		gp_strings_add(arena, &sentences, say_benches(arena, tally, more));
	if (tally->older)
		gp_strings_add(arena, &sentences,
			gp_printf(arena, "%zu %solder record%s", tally->older, more,
				s_of(tally->older)));
	return gp_printf(arena, "%s.", gp_join(arena, &sentences, "; "));
}

static void say_notes(struct gp_arena *arena, struct gp_overview *overview)
{
	const struct gp_fleet *fleet = overview->fleet;

	if (fleet->causes.n)
		gp_strings_add(arena, &overview->notes,
			"gpupass-doctor --explain ID says why a cause matters and how to mend it.");
	if (fleet->causes_left_out)
		gp_strings_add(arena, &overview->notes,
			gp_printf(arena, "%zu causes of still other kinds are not counted here.",
				fleet->causes_left_out));
	if (!fleet->kept)
		gp_strings_add(arena, &overview->notes,
			"Too many to show each in full: gpupass-report with the record of one "
			"machine alone does.");
}

void gp_overview_say(struct gp_arena *arena, struct gp_overview *overview)
{
	struct tally tally = {0};

	gp_each (row, &overview->rows)
		count(&tally, row->machine);
	overview->outlook = GP_OUTLOOK_GOOD;
	gp_each (row, &overview->rows)
		if (!row->machine->is_older && row->machine->outlook > overview->outlook)
			overview->outlook = row->machine->outlook;
	overview->headline = say_tally(arena, &tally, "");
	say_notes(arena, overview);
}

const char *gp_overview_rest(
	struct gp_arena *arena, const struct gp_overview *overview, size_t from)
{
	struct tally tally = {0};

	if (from >= overview->rows.n)
		return "";
	for (; from < overview->rows.n; from++)
		count(&tally, overview->rows.items[from].machine);
	return say_tally(arena, &tally, "more ");
}

const char *gp_overview_word(const struct gp_machine *machine)
{
	if (machine->is_older)
		return "older record";
	if (machine->outlook == GP_OUTLOOK_UNSURE)
		return machine->only_bench ? "benchmark, not certain" : "not certain";
	if (machine->only_bench)
		return machine->outlook == GP_OUTLOOK_BAD ? "benchmark, worse" : "benchmark";
	if (machine->outlook == GP_OUTLOOK_BAD)
		return "needs mending";
	return machine->wants_nothing ? "nothing asked for" : "in order";
}

static const char *outcome_of(struct gp_arena *arena, const struct gp_machine *machine)
{
	const char *word = gp_overview_word(machine);

	if (machine->is_older || machine->only_bench || machine->outlook != GP_OUTLOOK_GOOD ||
		!machine->n_warns)
		return word;
	return gp_printf(
		arena, "%s, %zu warning%s", word, machine->n_warns, s_of(machine->n_warns));
}

void gp_overview_say_row(struct gp_arena *arena, struct gp_overview_row *row)
{
	row->is_id = *row->machine->first && !row->machine->is_older;
	row->outcome = row->is_id ? row->machine->first : outcome_of(arena, row->machine);
}

const char *gp_overview_title(struct gp_arena *arena, const struct gp_cause_group *group)
{
	if (!*group->title)
		return group->id;
	return group->varies && group->n > 1 ? gp_printf(arena, "For example: %s", group->title)
					     : group->title;
}

const char *gp_overview_reach(struct gp_arena *arena, const struct gp_cause_group *group)
{
	return gp_printf(arena, "on %zu machine%s", group->n, s_of(group->n));
}

const char *gp_overview_first(struct gp_arena *arena, const struct gp_cause_group *group)
{
	if (!group->n_first)
		return "";
	return group->n_first == group->n
		       ? "to be mended first"
		       : gp_printf(arena, "to be mended first on %zu", group->n_first);
}

const char *gp_overview_others(struct gp_arena *arena, const struct gp_overview_places *places)
{
	return places->others
		       ? gp_printf(arena, "%s%zu more", places->n ? " and " : "", places->others)
		       : "";
}
