/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diff.h"

#include <string.h>

/* In the headline. */
#define READINESS_SHOWN 2

/* Of a cell in a line. */
#define CELL_MOST 400

/* Two lists of words this long, in bytes, are not shown, but what is in one alone. */
#define LONG_LISTS 80

const char *gp_diff_heading(enum gp_diff_group group)
{
	static const char *const headings[GP_N_DIFF_GROUPS] = {
		[GP_DIFF_READINESS] = "Readiness",
		[GP_DIFF_NEW] = "New causes",
		[GP_DIFF_GONE] = "Causes that are gone",
		[GP_DIFF_CAUSE] = "Causes that weigh otherwise",
		[GP_DIFF_BROKEN] = "Broken",
		[GP_DIFF_LOST] = "Can no longer be told",
		[GP_DIFF_MENDED] = "Mended",
		[GP_DIFF_TOLD] = "Can be told now",
		[GP_DIFF_FINDING] = "Other findings",
		[GP_DIFF_FACT] = "What differs",
	};

	return headings[group];
}

static const char *cut(struct gp_arena *arena, const char *cell)
{
	return gp_printable(arena, cell, strlen(cell), CELL_MOST);
}

static const char *name_of(struct gp_arena *arena, const struct gp_row *row)
{
	return gp_printf(arena, "%s%s%s", cut(arena, row->id), *row->subject ? ", " : "",
		cut(arena, row->subject));
}

/* The first sentence, without its full stop. */
static const char *sentence_of(struct gp_arena *arena, const char *text)
{
	const char *stop = strstr(text, ". ");
	size_t length = stop ? (size_t)(stop - text) : strlen(text);

	if (!stop && gp_ends_with(text, "."))
		length--;
	return cut(arena, gp_strndup(arena, text, length));
}

const char *gp_difference_title(
	struct gp_arena *arena, enum gp_diff_group group, const struct gp_difference *difference)
{
	const struct gp_row *row = difference->after ? difference->after : difference->before;
	const char *name = name_of(arena, row);

	switch (group) {
	case GP_DIFF_READINESS:
		return *row->subject ? gp_printf(arena, "%s of %s", cut(arena, row->id),
					       cut(arena, row->subject))
				     : name;
	case GP_DIFF_NEW:
	case GP_DIFF_GONE:
	case GP_DIFF_CAUSE:
		return *row->text ? gp_printf(arena, "%s (%s)", sentence_of(arena, row->text), name)
				  : name;
	default:
		return name;
	}
}

static const char *fact_of(struct gp_arena *arena, const struct gp_row *row)
{
	const char *parts[] = {row->value, row->unit, row->text};
	struct gp_strings words = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(parts); i++)
		if (*parts[i])
			gp_strings_add(arena, &words, cut(arena, parts[i]));
	return words.n ? gp_join(arena, &words, " ") : "(empty)";
}

static const char *verdict_of(struct gp_arena *arena, const struct gp_row *row)
{
	return *row->verdict ? cut(arena, row->verdict) : "(empty)";
}

static const char *with_text(struct gp_arena *arena, const struct gp_row *row)
{
	return gp_printf(arena, "%s%s%s%s", verdict_of(arena, row), *row->text ? " (" : "",
		cut(arena, row->text), *row->text ? ")" : "");
}

static const char *change_of(struct gp_arena *arena, const struct gp_difference *difference,
	const char *(*say)(struct gp_arena *arena, const struct gp_row *row))
{
	if (!difference->before)
		return gp_printf(arena, "new: %s", say(arena, difference->after));
	if (!difference->after)
		return gp_printf(arena, "gone: %s", say(arena, difference->before));
	return gp_printf(
		arena, "%s -> %s", say(arena, difference->before), say(arena, difference->after));
}

/* Of a list of words, as a command line is: those that the other has not. */
static const char *missing(
	struct gp_arena *arena, const struct gp_strings *list, const struct gp_strings *other)
{
	struct gp_strings words = {0};
	size_t k = 0;

	for (size_t i = 0; i < list->n; i++) {
		while (k < other->n && strcmp(other->items[k], list->items[i]) < 0)
			k++;
		if (k < other->n && gp_equal(other->items[k], list->items[i]))
			k++;
		else
			gp_strings_add(arena, &words, list->items[i]);
	}
	return cut(arena, gp_join(arena, &words, " "));
}

/* "added i915.enable_guc=3"; NULL: they are no long lists, or differ in their order alone. */
static const char *change_of_words(struct gp_arena *arena, const char *before, const char *after)
{
	struct gp_strings was, is;
	const char *added, *removed;

	if (strlen(before) + strlen(after) < LONG_LISTS || !strchr(before, ' ') ||
		!strchr(after, ' '))
		return NULL;
	was = gp_split(arena, before, " ");
	is = gp_split(arena, after, " ");
	gp_strings_sort(&was);
	gp_strings_sort(&is);
	added = missing(arena, &is, &was);
	removed = missing(arena, &was, &is);
	if (!*added && !*removed)
		return NULL;
	return gp_printf(arena, "%s%s%s%s%s", *removed ? "removed " : "", removed,
		*removed && *added ? "; " : "", *added ? "added " : "", added);
}

static const char *fact_text(struct gp_arena *arena, const struct gp_difference *difference)
{
	const struct gp_row *before = difference->before, *after = difference->after;
	const char *words = NULL;

	if (before && after && gp_equal(before->text, after->text))
		words = change_of_words(arena, before->value, after->value);
	return words ? words : change_of(arena, difference, fact_of);
}

static const char *finding_text(struct gp_arena *arena, const struct gp_difference *difference)
{
	const struct gp_row *row = difference->after ? difference->after : difference->before;

	return gp_printf(arena, "%s%s%s", change_of(arena, difference, verdict_of),
		*row->text ? ": " : "", cut(arena, row->text));
}

const char *gp_difference_text(
	struct gp_arena *arena, enum gp_diff_group group, const struct gp_difference *difference)
{
	switch (group) {
	case GP_DIFF_READINESS:
		return change_of(arena, difference, with_text);
	case GP_DIFF_NEW:
		return verdict_of(arena, difference->after);
	case GP_DIFF_GONE:
		return gp_printf(arena, "was %s", verdict_of(arena, difference->before));
	case GP_DIFF_CAUSE:
		return change_of(arena, difference, verdict_of);
	case GP_DIFF_FACT:
		return fact_text(arena, difference);
	default:
		return finding_text(arena, difference);
	}
}

const char *gp_diff_part_title(struct gp_arena *arena, const struct gp_diff_part *part)
{
	struct gp_strings words = {0};

	if (*part->name)
		gp_strings_add(arena, &words, cut(arena, part->name));
	if (*part->tool)
		gp_strings_add(arena, &words, cut(arena, part->tool));
	return words.n ? gp_join(arena, &words, ", ") : "A record without a name";
}

/* "2 causes are gone", "1 is new": the noun stands once. */
struct counting {
	struct gp_arena *arena;
	struct gp_strings words;
	const char *one, *many;
};

static void count(struct counting *counting, size_t n, const char *is, const char *are)
{
	const char *noun = counting->words.n ? "" : n == 1 ? counting->one : counting->many;

	if (n)
		gp_strings_add(counting->arena, &counting->words,
			gp_printf(counting->arena, "%zu%s%s %s", n, *noun ? " " : "", noun,
				n == 1 ? is : are));
}

static void say_counts(struct counting *counting, struct gp_strings *pieces)
{
	if (counting->words.n)
		gp_strings_add(
			counting->arena, pieces, gp_join(counting->arena, &counting->words, ", "));
}

static size_t total(const struct gp_diff *diff, enum gp_diff_group group)
{
	size_t n = 0;

	gp_each (part, &diff->parts)
		n += part->groups[group].n;
	return n;
}

static const char *readiness_of(struct gp_arena *arena, const struct gp_diff *diff,
	const struct gp_diff_part *part, const struct gp_difference *difference)
{
	bool named = diff->parts.n > 1 && *part->name;

	return gp_printf(arena, "%s%s%s was %s and is %s",
		gp_difference_title(arena, GP_DIFF_READINESS, difference), named ? " on " : "",
		named ? cut(arena, part->name) : "", verdict_of(arena, difference->before),
		verdict_of(arena, difference->after));
}

static bool turned(const struct gp_difference *difference)
{
	return difference->before && difference->after &&
	       !gp_equal(difference->before->verdict, difference->after->verdict);
}

static bool was_ready_and_is_gone(const struct gp_difference *difference)
{
	return !difference->after && gp_equal(difference->before->verdict, "ready");
}

static void say_readiness(
	struct gp_arena *arena, const struct gp_diff *diff, struct gp_strings *pieces)
{
	struct counting lost = {.arena = arena, .one = "mode", .many = "modes"};
	size_t n = 0, n_lost = 0;

	gp_each (part, &diff->parts)
		gp_each (difference, &part->groups[GP_DIFF_READINESS]) {
			n_lost += was_ready_and_is_gone(difference);
			if (turned(difference) && n++ < READINESS_SHOWN)
				gp_strings_add(
					arena, pieces, readiness_of(arena, diff, part, difference));
		}
	if (n > READINESS_SHOWN)
		gp_strings_add(arena, pieces,
			gp_printf(arena, "%zu more of readiness changed", n - READINESS_SHOWN));
	count(&lost, n_lost, "that was ready is gone", "that were ready are gone");
	say_counts(&lost, pieces);
}

static void say_causes(
	struct gp_arena *arena, const struct gp_diff *diff, struct gp_strings *pieces)
{
	struct counting counting = {.arena = arena, .one = "cause", .many = "causes"};

	count(&counting, total(diff, GP_DIFF_GONE), "is gone", "are gone");
	count(&counting, total(diff, GP_DIFF_NEW), "is new", "are new");
	count(&counting, total(diff, GP_DIFF_CAUSE), "weighs otherwise", "weigh otherwise");
	say_counts(&counting, pieces);
}

static void say_findings(
	struct gp_arena *arena, const struct gp_diff *diff, struct gp_strings *pieces)
{
	struct counting counting = {.arena = arena, .one = "check", .many = "checks"};

	count(&counting, total(diff, GP_DIFF_BROKEN), "is worse", "are worse");
	count(&counting, total(diff, GP_DIFF_MENDED), "is better", "are better");
	count(&counting, total(diff, GP_DIFF_LOST), "can no longer be told",
		"can no longer be told");
	say_counts(&counting, pieces);
}

static void say_lone_parts(
	struct gp_arena *arena, const struct gp_diff *diff, struct gp_strings *pieces)
{
	struct counting counting = {.arena = arena, .one = "run", .many = "runs"};
	size_t before = 0, after = 0;

	gp_each (part, &diff->parts) {
		before += gp_equal(part->only, "before");
		after += gp_equal(part->only, "after");
	}
	count(&counting, before, "is only in the first record", "are only in the first record");
	count(&counting, after, "is only in the second record", "are only in the second record");
	say_counts(&counting, pieces);
}

static void say_the_rest(
	struct gp_arena *arena, const struct gp_diff *diff, struct gp_strings *pieces)
{
	struct counting facts = {.arena = arena, .one = "fact", .many = "facts"};
	size_t n = total(diff, GP_DIFF_FACT);

	if (pieces->n)
		return;
	count(&facts, n, "differs", "differ");
	say_counts(&facts, pieces);
	if (diff->n > n)
		gp_strings_add(arena, pieces,
			gp_printf(arena, "%zu %srow%s changed, none for better or worse",
				diff->n - n, n ? "other " : "", diff->n - n == 1 ? "" : "s"));
}

void gp_diff_words(struct gp_arena *arena, struct gp_diff *diff)
{
	struct gp_strings pieces = {0};

	diff->headline = "Nothing differs.";
	if (!diff->n)
		return;
	say_causes(arena, diff, &pieces);
	say_readiness(arena, diff, &pieces);
	say_findings(arena, diff, &pieces);
	say_lone_parts(arena, diff, &pieces);
	say_the_rest(arena, diff, &pieces);
	diff->headline = gp_printf(arena, "%s.", gp_join(arena, &pieces, "; "));
}
