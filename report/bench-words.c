/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bench-digest.h"

#include <math.h>
#include <string.h>

#define DECIMALS_MOST 6

/* How many decimals leave so many significant digits of a number. */
static int decimals_for(double number, int digits)
{
	int decimals = digits - 1 - (int)floor(log10(number));

	return decimals < 0 ? 0 : decimals > DECIMALS_MOST ? DECIMALS_MOST : decimals;
}

/* The digit that half the interval reaches, and one more where that half begins with a 1. */
static int decimals_of(const struct gp_bench_value *value)
{
	double half = value->has_interval ? value->high / 2 - value->low / 2 : 0;
	double size = fabs(value->value), scale;

	if (half <= 0 && size == floor(size))
		return 0; /* a count */
	if (half <= 0 || half < size * 1e-6)
		return size > 0 ? decimals_for(size, 3) : 0;
	scale = half / pow(10, floor(log10(half)));
	return decimals_for(half, scale < 1.95 ? 2 : 1);
}

/* Nobody reads twenty digits, nor can a table hold them. */
static const char *in_digits(struct gp_arena *arena, double number, int decimals)
{
	const char *text;

	if (fabs(number) >= 1e9 || (number != 0 && fabs(number) < 1e-6))
		return gp_printf(arena, "%.3g", number);
	text = gp_printf(arena, "%.*f", decimals, number);
	return *text == '-' && !strpbrk(text, "123456789") ? text + 1 : text;
}

const char *gp_bench_number(struct gp_arena *arena, const struct gp_bench_value *value)
{
	return value->is_known ? in_digits(arena, value->value, decimals_of(value)) : "unknown";
}

const char *gp_bench_interval(struct gp_arena *arena, const struct gp_bench_value *value)
{
	int decimals;

	if (!value->is_known || !value->has_interval)
		return "";
	decimals = decimals_of(value);
	return gp_printf(arena, "%s to %s", in_digits(arena, value->low, decimals),
		in_digits(arena, value->high, decimals));
}

const char *gp_bench_primary(struct gp_arena *arena, const struct gp_bench_metric *metric)
{
	static const char *const plain[] = {"fps", "count", "bandwidth", "flops", "launch", NULL};
	bool is_plain = gp_is_one_of(metric->name, plain);

	if (!metric->value.is_known)
		return "unknown";
	return gp_printf(arena, "%s%s%s%s%s", is_plain ? "" : metric->name, is_plain ? "" : " ",
		gp_bench_number(arena, &metric->value), *metric->unit ? " " : "", metric->unit);
}

bool gp_bench_several_sides(const struct gp_bench_digest *bench)
{
	gp_each (comparison, &bench->comparisons)
		if (!gp_equal(comparison->sides, bench->comparisons.items->sides))
			return true;
	return false;
}

const char *gp_bench_compared(struct gp_arena *arena, const struct gp_bench_digest *bench,
	const struct gp_bench_comparison *comparison)
{
	bool several = gp_bench_several_sides(bench);

	return gp_printf(arena, "%s %s%s%s%s", comparison->workload, comparison->variant,
		several ? " (" : "", several ? comparison->sides : "", several ? ")" : "");
}

struct pair {
	const char *a, *b;
};

/* "x11, renderD128". False: not all are of the same two, or their names hold commas too. */
static bool find_pair(struct gp_arena *arena, const struct gp_bench_digest *bench, struct pair *ret)
{
	const char *sides = bench->comparisons.n ? bench->comparisons.items->sides : "";
	const char *comma = strstr(sides, ", ");

	if (!comma || strstr(comma + 2, ", ") || gp_bench_several_sides(bench))
		return false;
	*ret = (struct pair){gp_strndup(arena, sides, (size_t)(comma - sides)), comma + 2};
	return true;
}

const char *gp_bench_ratios(struct gp_arena *arena, const struct gp_bench_digest *bench)
{
	struct pair pair;

	if (!find_pair(arena, bench, &pair))
		return "A ratio says what the second of two sides is of the first; better and "
		       "worse are said of the second, and only where the whole interval is on that "
		       "side of equal.";
	return gp_printf(arena,
		"A is %s. B is %s. A ratio says what B is of A; better and worse are said of B, "
		"and only where the whole interval is on that side of equal.",
		pair.a, pair.b);
}

const char *gp_bench_quantity(struct gp_arena *arena, const struct gp_bench_metric *metric)
{
	const char *interval = gp_bench_interval(arena, &metric->value);

	if (!metric->value.is_known)
		return gp_printf(arena, "could not be measured%s%s",
			*metric->value.text ? ": " : "", metric->value.text);
	return gp_printf(arena, "%s%s%s%s%s", gp_bench_number(arena, &metric->value),
		*metric->unit ? " " : "", metric->unit, *interval ? ", " : "", interval);
}

const char *gp_bench_side_name(struct gp_arena *arena, const char *subject, const char *mode)
{
	if (!*subject || !*mode || gp_equal(subject, mode))
		return *subject ? subject : *mode ? mode : "this machine";
	return gp_printf(arena, "%s (%s)", subject, mode);
}

const char *gp_bench_title(struct gp_arena *arena, const struct gp_bench_digest *bench,
	const struct gp_bench_experiment *experiment)
{
	if (bench->sides.n < 2)
		return gp_printf(arena, "%s %s", experiment->workload, experiment->variant);
	return gp_printf(arena, "%s %s on %s", experiment->workload, experiment->variant,
		gp_bench_side_name(arena, experiment->subject, experiment->mode));
}

/* The facts of one workload, or of the machine, in a line. */
static void add_side_line(struct gp_arena *arena, struct gp_strings *lines,
	const struct gp_bench_side *side, const char *start, const char *workload)
{
	struct gp_strings words = {0};

	if (!*workload && *side->name)
		gp_strings_add(arena, &words, side->name);
	gp_each (fact, &side->facts)
		if (gp_equal(fact->workload, workload))
			gp_strings_add(arena, &words,
				gp_printf(arena, "%s %s", fact->key,
					gp_join(arena, &fact->values, " and ")));
	if (words.n || !*workload)
		gp_strings_add(arena, lines,
			gp_printf(arena, "%s%s%s", start, words.n ? ": " : "",
				gp_join(arena, &words, "; ")));
}

struct gp_strings gp_bench_side_lines(struct gp_arena *arena, const struct gp_bench_digest *bench)
{
	struct gp_strings lines = {0};

	gp_each (side, &bench->sides) {
		const char *name = gp_bench_side_name(arena, side->subject, side->mode);
		struct gp_strings workloads = {0};

		gp_each (fact, &side->facts)
			gp_strings_add_once(arena, &workloads, fact->workload);
		add_side_line(arena, &lines, side, name, "");
		for (size_t i = 0; i < workloads.n; i++)
			if (*workloads.items[i])
				add_side_line(arena, &lines, side,
					gp_printf(arena, "%s, %s", name, workloads.items[i]),
					workloads.items[i]);
	}
	return lines;
}

const char *gp_bench_ratio(struct gp_arena *arena, const struct gp_bench_comparison *comparison)
{
	const char *number = gp_bench_number(arena, &comparison->ratio);

	if (!comparison->ratio.is_known || gp_equal(comparison->unit, "x"))
		return gp_printf(arena, "%s%s", number, comparison->ratio.is_known ? "x" : "");
	return gp_printf(arena, "%s %s", number, comparison->unit);
}

const char *gp_bench_in(struct gp_arena *arena, const struct gp_bench_experiment *experiment,
	const char *name, const char *unit)
{
	const struct gp_bench_metric *metric = gp_bench_metric(experiment, name);

	return metric && gp_equal(metric->unit, unit) ? gp_bench_number(arena, &metric->value) : "";
}

#define SOME 6

const char *gp_bench_some(struct gp_arena *arena, const struct gp_strings *names)
{
	struct gp_strings some = {names->items, names->n < SOME ? names->n : SOME};

	if (names->n <= SOME)
		return gp_join(arena, names, ", ");
	return gp_printf(arena, "%s and %zu more", gp_join(arena, &some, ", "), names->n - some.n);
}

struct note {
	const char *text, *first; /* the first that it is said of */
	size_t n;
};

static const char *note_says(struct gp_arena *arena, const struct note *note)
{
	if (note->n == 1)
		return gp_printf(arena, "%s: %s", note->first, note->text);
	return gp_printf(arena, "%s and %zu more: %s", note->first, note->n - 1, note->text);
}

/* How likely chance is, is for those who want all of it. */
static const char *without_chance(struct gp_arena *arena, const char *notes)
{
	const char *chance = gp_starts_with(notes, "p = ") ? notes : strstr(notes, "; p = ");

	return chance ? gp_strndup(arena, notes, (size_t)(chance - notes)) : notes;
}

struct gp_strings gp_bench_notes(
	struct gp_arena *arena, const struct gp_bench_digest *bench, bool all)
{
	GP_LIST(struct note) notes = {0};
	struct gp_strings lines = {0};

	gp_each (comparison, &bench->comparisons) {
		const char *text = all ? comparison->ratio.notes
				       : without_chance(arena, comparison->ratio.notes);
		struct note *note = NULL;

		if (!*text || (!all && !gp_equal(comparison->verdict, "inconclusive")))
			continue;
		gp_each (known, &notes)
			if (gp_equal(known->text, text))
				note = known;
		if (!note) {
			note = gp_push(arena, &notes);
			note->text = text;
			note->first = gp_printf(arena, "%s, %s",
				gp_bench_compared(arena, bench, comparison), comparison->metric);
		}
		note->n++;
	}
	gp_each (note, &notes)
		gp_strings_add(arena, &lines, note_says(arena, note));
	return lines;
}

const char *gp_bench_rejected(struct gp_arena *arena, const struct gp_bench_rejection *rejection)
{
	const char *what = rejection->failed  ? "failed"
			   : rejection->n > 1 ? "are invalid"
					      : "is invalid";

	return gp_printf(arena, "%zu run%s %s: %s%s%s%s%s", rejection->n,
		rejection->n > 1 ? "s" : "", what,
		*rejection->why ? rejection->why : "no reason is given",
		*rejection->run ? " (" : "", rejection->n > 1 && *rejection->run ? "first: " : "",
		rejection->run, *rejection->run ? ")" : "");
}

static const char *meta(const struct gp_record *part, const char *id)
{
	const char *value = gp_record_meta(part, id);

	return value && *value ? value : NULL;
}

static void count(struct gp_arena *arena, struct gp_strings *words, size_t n, const char *what)
{
	if (n)
		gp_strings_add(arena, words, gp_printf(arena, "%zu %s", n, what));
}

/* "vf beside native, 5 comparisons: 2 worse, 2 equal, 1 inconclusive." */
static const char *say_comparison(struct gp_arena *arena, const struct gp_bench_digest *bench)
{
	const struct gp_bench_comparison *first = bench->comparisons.items;
	struct gp_strings words = {0};
	size_t n = bench->comparisons.n;
	const char *of = "";
	struct pair pair;

	if (!n)
		return "";
	if (find_pair(arena, bench, &pair))
		of = gp_printf(arena, "%s beside %s, ", pair.b, pair.a);
	if (n == 1)
		return gp_printf(arena, "%s%s %s: %s, %s.", of, first->workload, first->variant,
			first->verdict, gp_bench_ratio(arena, first));
	count(arena, &words, bench->n_worse, "worse");
	count(arena, &words, bench->n_better, "better");
	count(arena, &words, bench->n_equal, "equal");
	count(arena, &words, bench->n_inconclusive, "inconclusive");
	return gp_printf(arena, "%s%zu comparisons: %s.", of, n,
		words.n ? gp_join(arena, &words, ", ") : "none has a known verdict");
}

static bool is_measured(const struct gp_bench_experiment *experiment)
{
	return experiment->primary && experiment->primary->value.is_known;
}

static size_t measured(const struct gp_bench_digest *bench)
{
	size_t n = 0;

	gp_each (experiment, &bench->experiments)
		n += is_measured(experiment);
	return n;
}

static const char *first_rejection(const struct gp_bench_digest *bench)
{
	gp_each (experiment, &bench->experiments)
		gp_each (rejection, &experiment->rejections)
			return rejection->why;
	return "";
}

/* "0 of 2 experiments were measured on x11", "2 of 2 on cpu" */
static const char *measured_on(struct gp_arena *arena, const struct gp_bench_digest *bench,
	const struct gp_bench_experiment *first, bool is_more)
{
	size_t n = 0, all = 0;

	gp_each (experiment, &bench->experiments)
		if (gp_equal(experiment->subject, first->subject) &&
			gp_equal(experiment->mode, first->mode)) {
			all++;
			n += is_measured(experiment);
		}
	return gp_printf(arena, "%zu of %zu%s on %s", n, all,
		is_more ? "" : " experiments were measured",
		gp_bench_side_name(arena, first->subject, first->mode));
}

static const char *say_measured(struct gp_arena *arena, const struct gp_bench_digest *bench)
{
	struct gp_strings words = {0};

	gp_each (experiment, &bench->experiments) {
		bool is_known = false;

		for (const struct gp_bench_experiment *e = bench->experiments.items; e < experiment;
			e++)
			is_known |= gp_equal(e->subject, experiment->subject) &&
				    gp_equal(e->mode, experiment->mode);
		if (!is_known && words.n < SOME)
			gp_strings_add(
				arena, &words, measured_on(arena, bench, experiment, words.n));
		else if (!is_known)
			return gp_printf(arena, "%zu of %zu experiments were measured.",
				measured(bench), bench->experiments.n);
	}
	return gp_printf(arena, "%s.", gp_join(arena, &words, ", "));
}

static const char *say_headline(struct gp_arena *arena, const struct gp_bench_digest *bench)
{
	const struct gp_bench_experiment *first = bench->experiments.items;
	size_t n = measured(bench);
	const char *why = first_rejection(bench);

	if (*bench->comparison)
		return bench->comparison;
	if (!n)
		return gp_printf(arena, "Nothing could be measured%s%s%s", *why ? ": " : "", why,
			gp_ends_with(why, ".") ? "" : ".");
	if (bench->experiments.n == 1)
		return gp_printf(arena, "%s %s on %s: %s.", first->workload, first->variant,
			gp_bench_side_name(arena, first->subject, first->mode),
			gp_bench_quantity(arena, first->primary));
	return say_measured(arena, bench);
}

static void add_setting(struct gp_arena *arena, struct gp_bench_digest *bench,
	const struct gp_record *part, const char *id, const char *format)
{
	const char *value = meta(part, id), *before = format, *mark = strchr(format, '%');

	if (value)
		gp_strings_add(arena, &bench->settings,
			gp_printf(
				arena, "%.*s%s%s", (int)(mark - before), before, value, mark + 1));
}

void gp_bench_words(
	struct gp_arena *arena, const struct gp_record *part, struct gp_bench_digest *bench)
{
	static const struct {
		const char *id, *format;
	} settings[] = {
		{"label", "label %"},
		{"session", "session %"},
		{"session_step", "step % of it"},
		{"runs", "runs of each: %"},
		{"seconds", "% s a run"},
		{"warmup", "after % s of warm-up"},
		{"seed", "seed %"},
	};

	bench->label = meta(part, "label") ? meta(part, "label") : "";
	bench->quick = meta(part, "quick");
	bench->interrupted = meta(part, "interrupted");
	for (size_t i = 0; i < GP_ARRAY_SIZE(settings); i++)
		add_setting(arena, bench, part, settings[i].id, settings[i].format);
	bench->comparison = say_comparison(arena, bench);
	bench->headline = say_headline(arena, bench);
}
