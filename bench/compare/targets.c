/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/sides.h"

#include <string.h>

#define TARGETS_MOST 64
#define NAME_MOST    80

struct target {
	const char *subject, *mode;
};

struct targets {
	struct target *items;
	size_t n;
};

static bool has_target(const struct targets *targets, const char *subject)
{
	gp_each (target, targets)
		if (gp_equal(target->subject, subject))
			return true;
	return false;
}

static struct targets targets_of(struct gp_arena *arena, const struct gp_compare_side *side)
{
	struct targets targets = {0};

	gp_each (part, &side->parts) {
		const struct gp_row *row = NULL;

		while ((row = gp_record_next(&part->part->rows, "run", row)))
			if (gp_is_metric_id(row->id) && targets.n < TARGETS_MOST &&
				!has_target(&targets, row->subject))
				*gp_push(arena, &targets) =
					(struct target){row->subject, row->mode};
	}
	return targets;
}

/* The only one that the other side does not have; NULL: there is none, or more. */
static const struct target *only_other(
	const struct targets *targets, const struct targets *others, bool with_cpu)
{
	const struct target *only = NULL;

	gp_each (target, targets) {
		if (has_target(others, target->subject) ||
			(!with_cpu && gp_equal(target->mode, "cpu")))
			continue;
		if (only)
			return NULL;
		only = target;
	}
	return only;
}

/* A GPU and a GPU first; else whatever is alone on both. */
static void pair_others(struct gp_arena *arena, const struct targets *of_a,
	const struct targets *of_b, struct gp_target_pairs *pairs)
{
	for (unsigned int with_cpu = 0; with_cpu < 2; with_cpu++) {
		const struct target *a = only_other(of_a, of_b, with_cpu);
		const struct target *b = only_other(of_b, of_a, with_cpu);

		if (!a || !b)
			continue;
		*gp_push(arena, pairs) =
			(struct gp_target_pair){a->subject, b->subject, a->mode, b->mode};
		return;
	}
}

static bool is_paired(const struct gp_target_pairs *pairs, const char *subject)
{
	gp_each (pair, pairs)
		if (gp_equal(pair->a, subject) || gp_equal(pair->b, subject))
			return true;
	return false;
}

static void leave_out(struct gp_arena *arena, const struct targets *targets, const char *side,
	const struct gp_target_pairs *pairs, struct gp_strings *ret)
{
	gp_each (target, targets)
		if (!is_paired(pairs, target->subject))
			gp_strings_add(arena, ret,
				gp_printf(arena, "%s of %s: there is not one that it belongs to",
					gp_printable(arena, target->subject,
						strlen(target->subject), NAME_MOST),
					side));
}

struct gp_target_pairs gp_pair_targets(struct gp_arena *arena, const struct gp_compare_side *a,
	const struct gp_compare_side *b, struct gp_strings *ret_left_out)
{
	struct targets of_a = targets_of(arena, a), of_b = targets_of(arena, b);
	struct gp_target_pairs pairs = {0};

	gp_each (target, &of_a)
		gp_each (same, &of_b)
			if (gp_equal(target->subject, same->subject))
				*gp_push(arena, &pairs) = (struct gp_target_pair){
					target->subject, same->subject, target->mode, same->mode};
	pair_others(arena, &of_a, &of_b, &pairs);
	leave_out(arena, &of_a, a->name, &pairs, ret_left_out);
	leave_out(arena, &of_b, b->name, &pairs, ret_left_out);
	return pairs;
}

bool gp_compare_alike(
	struct gp_arena *arena, const struct gp_compare_side *a, const struct gp_compare_side *b)
{
	static const char *const same[] = {"system", "boot", "kernel", "mode", "environment"};
	struct targets of_a = targets_of(arena, a), of_b = targets_of(arena, b);

	for (size_t i = 0; i < GP_ARRAY_SIZE(same); i++) {
		const char *value = gp_compare_meta(arena, a, same[i]);

		if (!gp_equal(value, gp_compare_meta(arena, b, same[i])))
			return false;
		if (gp_equal(same[i], "boot") && !*value)
			return false; /* not known to be the same machine */
	}
	gp_each (target, &of_a)
		if (!has_target(&of_b, target->subject))
			return false;
	return of_a.n == of_b.n;
}
