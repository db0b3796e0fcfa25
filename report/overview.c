/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "overview.h"

#include <stdlib.h>
#include <string.h>

static bool is_diagnosed(const struct gp_fleet *fleet, const struct gp_family *family)
{
	gp_each (member, &family->members)
		if (!fleet->machines.items[member->machine].only_bench)
			return true;
	return false;
}

bool gp_overview_is_due(const struct gp_fleet *fleet)
{
	size_t n = 0;

	gp_each (family, &fleet->families)
		n += is_diagnosed(fleet, family);
	return n > 1 || !fleet->kept;
}

/* ---- order */

#define NO_CAUSE SIZE_MAX

/* What a family is sorted by: smaller comes first. */
struct place {
	size_t rank, cause;
	const char *name, *from;
	size_t number;
	struct gp_family family;
};

#define RANK_OLDER (((size_t)GP_OUTLOOK_BAD + 1) * 3)

static size_t rank_of(const struct gp_machine *machine)
{
	bool good = machine->outlook == GP_OUTLOOK_GOOD;

	if (machine->is_older)
		return RANK_OLDER;
	return (size_t)(GP_OUTLOOK_BAD - machine->outlook) * 3 +
	       (machine->only_bench ? 2 : good && !machine->n_warns);
}

static size_t cause_of(const struct gp_fleet *fleet, const char *id)
{
	gp_each (group, &fleet->causes)
		if (*id && gp_equal(group->id, id))
			return (size_t)(group - fleet->causes.items);
	return NO_CAUSE;
}

static struct place place_of(const struct gp_fleet *fleet, size_t number)
{
	const struct gp_family *family = &fleet->families.items[number];
	struct place place = {
		.rank = SIZE_MAX, .cause = NO_CAUSE, .name = "", .from = "", .number = number};

	gp_each (member, &family->members) {
		const struct gp_machine *machine = &fleet->machines.items[member->machine];
		size_t rank = rank_of(machine);

		if (rank >= place.rank)
			continue;
		place.rank = rank;
		place.cause = cause_of(fleet, machine->first);
	}
	if (family->members.n) {
		place.name = fleet->machines.items[family->members.items[0].machine].name;
		place.from = fleet->machines.items[family->members.items[0].machine].from;
	}
	place.family = *family;
	return place;
}

static int compare(size_t a, size_t b)
{
	return a < b ? -1 : a > b;
}

static int by_need(const void *a, const void *b)
{
	const struct place *first = a, *second = b;
	int order = compare(first->rank, second->rank);

	if (!order)
		order = compare(first->cause, second->cause);
	if (!order)
		order = strverscmp(first->name, second->name);
	if (!order)
		order = strverscmp(first->from, second->from);
	return order ? order : compare(first->number, second->number);
}

void gp_overview_order(struct gp_fleet *fleet)
{
	size_t n = fleet->families.n;
	struct gp_arena *scratch;
	struct place *places;

	if (!gp_overview_is_due(fleet))
		return;
	scratch = gp_arena_new();
	places = gp_alloc(scratch, n, sizeof(*places));
	for (size_t i = 0; i < n; i++)
		places[i] = place_of(fleet, i);
	qsort(places, n, sizeof(*places), by_need);
	for (size_t i = 0; i < n; i++)
		fleet->families.items[i] = places[i].family;
	gp_arena_free(scratch);
}

/* ---- names */

/* The folder that all files lie in is no news. */
static size_t common_folder(const struct gp_fleet *fleet)
{
	const char *first = NULL;
	size_t size = 0;

	gp_each (machine, &fleet->machines) {
		size_t same = 0;

		if (!*machine->from)
			continue;
		if (!first) {
			first = machine->from;
			size = strlen(first);
		}
		while (same < size && machine->from[same] == first[same])
			same++;
		size = same;
	}
	while (size && first[size - 1] != '/')
		size--;
	return size;
}

static const char *file_of(const struct gp_machine *machine, size_t folder)
{
	return *machine->from ? machine->from + folder : "";
}

static int by_full(const void *a, const void *b)
{
	const struct gp_overview_row *const *first = a, *const *second = b;
	int order = strcmp((*first)->full, (*second)->full);

	return order ? order : strcmp((*first)->machine->from, (*second)->machine->from);
}

static bool same_file(const struct gp_overview_row *row, const struct gp_overview_row *other)
{
	return gp_equal(row->machine->from, other->machine->from);
}

/* A name that several share is told by the file, and where that does not do by its number. */
static void tell_apart(
	struct gp_arena *arena, struct gp_overview_row **rows, size_t n, size_t folder)
{
	for (size_t i = 0; i < n; i++) {
		const char *file = file_of(rows[i]->machine, folder);
		bool twice = (i && same_file(rows[i - 1], rows[i])) ||
			     (i + 1 < n && same_file(rows[i], rows[i + 1]));

		if (gp_equal(rows[i]->name, file))
			file = "";
		rows[i]->file = !twice ? file
				       : gp_printf(arena, "%s%s#%zu", file, *file ? " " : "",
						 rows[i]->number);
	}
	for (size_t i = 0; i < n; i++)
		if (*rows[i]->file)
			rows[i]->full = gp_printf(arena, "%s (%s)", rows[i]->full, rows[i]->file);
}

static void make_unique(
	struct gp_arena *arena, struct gp_overview_row **rows, size_t n, size_t folder)
{
	if (n > 1)
		qsort(rows, n, sizeof(*rows), by_full);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && gp_equal(rows[from]->full, rows[to]->full);)
			to++;
		if (to - from > 1)
			tell_apart(arena, rows + from, to - from, folder);
	}
}

/* Who stands deeper is named by who is around alone. */
#define NESTED_MOST 4

struct naming {
	struct gp_arena *arena;
	struct gp_overview *overview;
	size_t folder;
	struct gp_overview_row **rows; /* those that are to be told apart */
	size_t n;
};

static void name_outer(struct naming *naming, struct gp_overview_row *row)
{
	const char *file = file_of(row->machine, naming->folder);

	row->name = *row->machine->name ? row->machine->name : *file ? file : "unnamed";
	row->full = row->name;
	naming->rows[naming->n++] = row;
}

static void name_inner(struct naming *naming, struct gp_overview_row *row)
{
	const struct gp_overview_row *around = &naming->overview->rows.items[row->around];
	struct gp_arena *arena = naming->arena;
	const char *name = row->is_beside ? "" : row->machine->name;

	row->name = gp_printf(arena, "%s%s%s", row->as, *name ? ": " : "", name);
	row->full = gp_printf(
		arena, "%s of %s", row->as, row->depth > NESTED_MOST ? around->name : around->full);
	naming->rows[naming->n++] = row;
}

/* Who is around stands before, and has its name then. */
static void name_rows(struct naming *naming)
{
	gp_each (row, &naming->overview->rows)
		if (!*row->as)
			name_outer(naming, row);
	make_unique(naming->arena, naming->rows, naming->n, naming->folder);
	naming->n = 0;
	gp_each (row, &naming->overview->rows)
		if (*row->as)
			name_inner(naming, row);
	make_unique(naming->arena, naming->rows, naming->n, naming->folder);
}

/* ---- rows */

/* A machine's benchmarks come right behind it, as members beside it: they are put below it. */
static void add_rows(struct gp_arena *arena, const struct gp_fleet *fleet,
	const struct gp_family *family, struct gp_overview *overview)
{
	size_t first = overview->rows.n, measured = first;

	gp_each (member, &family->members) {
		struct gp_overview_row *row = gp_push(arena, &overview->rows);
		size_t at = overview->rows.n - 1;

		row->machine = &fleet->machines.items[member->machine];
		row->number = member->machine + 1;
		row->as = row->file = "";
		row->around = at;
		row->is_beside = member->is_beside;
		if (row->is_beside) {
			row->as = "benchmark";
			row->around = measured;
		} else if (at > first) {
			row->as = member->as;
			row->around = first + member->within;
		}
		if (!row->is_beside)
			measured = at;
		if (at > first)
			row->depth = overview->rows.items[row->around].depth + 1;
		gp_overview_say_row(arena, row);
	}
}

static void find_layers(
	struct gp_arena *arena, const struct gp_fleet *fleet, struct gp_overview *overview)
{
	for (size_t layer = 0; layer < fleet->layers.n; layer++) {
		bool known = false;

		gp_each (row, &overview->rows)
			known |= row->machine->states[layer] != GP_LINK_NONE;
		if (known)
			*gp_push(arena, &overview->layers) = layer;
	}
}

struct gp_overview gp_overview(struct gp_arena *arena, const struct gp_fleet *fleet)
{
	struct gp_overview overview = {.fleet = fleet};
	struct naming naming = {.arena = arena, .overview = &overview};

	gp_each (family, &fleet->families)
		add_rows(arena, fleet, family, &overview);
	naming.folder = common_folder(fleet);
	naming.rows = gp_alloc(arena, overview.rows.n, sizeof(*naming.rows));
	name_rows(&naming);
	find_layers(arena, fleet, &overview);
	overview.by_machine = gp_alloc(arena, fleet->machines.n, sizeof(*overview.by_machine));
	gp_each (row, &overview.rows)
		overview.by_machine[row->number - 1] = row;
	gp_overview_say(arena, &overview);
	return overview;
}

struct gp_overview_places gp_overview_places(
	const struct gp_overview *overview, const struct gp_cause_group *group)
{
	struct gp_overview_places places = {0};

	gp_each (machine, &group->machines)
		if (overview->by_machine[*machine] && places.n < GP_OVERVIEW_PLACES)
			places.rows[places.n++] = overview->by_machine[*machine];
	places.others = group->n - places.n;
	return places;
}
