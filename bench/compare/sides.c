/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/sides.h"

#include <errno.h>
#include <string.h>

#include "digest.h"

#define PARTS_MOST   200
#define SIDES_MOST   16
#define TARGETS_MOST 64
#define NAME_MOST    80

static const char *meta(const struct gp_record *rows, const char *id)
{
	const char *value = gp_record_meta(rows, id);

	return value ? value : "";
}

void gp_compare_add(struct gp_arena *arena, struct gp_compare_parts *parts, const char *name,
	const struct gp_record *record)
{
	struct gp_record part = {0};

	while (gp_record_part(record, &part))
		*gp_push(arena, parts) = (struct gp_compare_part){name, part};
}

/* "2", "2 of 4"; 0: it is none. */
static unsigned int step_of(struct gp_arena *arena, const char *text)
{
	uint64_t step;
	size_t digits = strspn(text, "0123456789");

	if (digits > 6 || (text[digits] && text[digits] != ' ') ||
		gp_parse_u64(gp_strndup(arena, text, digits), 10, &step))
		return 0;
	return (unsigned int)step;
}

/* Labels tell sides apart where each part has one, and there are two at least. */
static bool labels_tell(const struct gp_compare_part *parts, size_t n)
{
	bool differ = false;

	for (size_t i = 0; i < n; i++) {
		const char *label = meta(&parts[i].rows, "label");

		if (!*label)
			return false;
		differ = differ || !gp_equal(label, meta(&parts[0].rows, "label"));
	}
	return differ;
}

static struct gp_compare_side *side_of(
	struct gp_arena *arena, struct gp_compare_sides *sides, const char *key)
{
	struct gp_compare_side *side;

	gp_each (other, sides)
		if (gp_equal(other->key, key))
			return other;
	if (sides->n == SIDES_MOST)
		return NULL;
	side = gp_push(arena, sides);
	side->key = key;
	return side;
}

static const char *shown(struct gp_arena *arena, const char *text, size_t most)
{
	return gp_printable(arena, text, strlen(text), most);
}

static int refuse(const char **ret_error, const char *why)
{
	*ret_error = why;
	return -EINVAL;
}

static int add_part(struct gp_arena *arena, const struct gp_compare_part *part, bool by_label,
	struct gp_compare_sides *ret, const char **ret_error)
{
	struct gp_compare_side *side;

	if (!gp_record_next(&part->rows, "run", NULL))
		return refuse(ret_error, gp_printf(arena, "%s: no run of a benchmark is in it",
						 shown(arena, part->name, 0)));
	side = side_of(arena, ret, by_label ? meta(&part->rows, "label") : part->name);
	if (!side)
		return refuse(ret_error, gp_printf(arena, "more than %d sides", SIDES_MOST));
	if (!side->parts.n)
		side->source = shown(arena, part->name, 0);
	*gp_push(arena, &side->parts) = (struct gp_compare_step){
		.part = part,
		.session = meta(&part->rows, "session"),
		.session_step = step_of(arena, meta(&part->rows, "session_step")),
	};
	return 0;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* A file goes by its own name, where no other side has the same. */
static void name_sides(struct gp_arena *arena, struct gp_compare_sides *sides, bool by_label)
{
	gp_each (side, sides) {
		const char *name = by_label ? side->key : last_part(side->key);

		gp_each (other, sides)
			if (!by_label && other != side && gp_equal(last_part(other->key), name))
				name = side->key;
		side->name = shown(arena, name, by_label ? NAME_MOST : 0);
	}
}

int gp_compare_sides_of(struct gp_arena *arena, const struct gp_compare_part *parts, size_t n,
	struct gp_compare_sides *ret, const char **ret_error)
{
	bool by_label;
	int r = 0;

	if (n > PARTS_MOST)
		return refuse(ret_error, gp_printf(arena, "more than %d records", PARTS_MOST));
	by_label = labels_tell(parts, n);
	for (size_t i = 0; !r && i < n; i++)
		r = add_part(arena, &parts[i], by_label, ret, ret_error);
	if (r)
		return r;
	name_sides(arena, ret, by_label);
	if (!ret->n)
		return refuse(ret_error, "there is nothing to compare");
	if (ret->n == 1)
		return refuse(ret_error, gp_printf(arena,
						 "there is one side only, %s: give each a label, "
						 "or a file of its own",
						 ret->items->name));
	return 0;
}

const char *gp_compare_meta(
	struct gp_arena *arena, const struct gp_compare_side *side, const char *id)
{
	struct gp_strings values = {0};

	gp_each (part, &side->parts) {
		const char *value = meta(&part->part->rows, id);

		if (*value && values.n < SIDES_MOST)
			gp_strings_add_once(arena, &values, value);
	}
	return gp_join(arena, &values, " and ");
}

/* ---- targets */

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

static const struct target *only_other(
	const struct targets *targets, const struct targets *others, size_t *ret_n)
{
	const struct target *only = NULL;

	*ret_n = 0;
	gp_each (target, targets) {
		if (has_target(others, target->subject))
			continue;
		only = target;
		++*ret_n;
	}
	return only;
}

static void leave_out(struct gp_arena *arena, const struct targets *targets,
	const struct targets *others, const char *side, struct gp_strings *ret)
{
	gp_each (target, targets)
		if (!has_target(others, target->subject))
			gp_strings_add(arena, ret,
				gp_printf(arena,
					"%s of %s: it is not clear what to compare it with",
					gp_printable(arena, target->subject,
						strlen(target->subject), NAME_MOST),
					side));
}

struct gp_target_pairs gp_pair_targets(struct gp_arena *arena, const struct gp_compare_side *a,
	const struct gp_compare_side *b, struct gp_strings *ret_left_out)
{
	struct targets of_a = targets_of(arena, a), of_b = targets_of(arena, b);
	struct gp_target_pairs pairs = {0};
	const struct target *one, *other;
	size_t n_a, n_b;

	gp_each (target, &of_a)
		gp_each (same, &of_b)
			if (gp_equal(target->subject, same->subject))
				*gp_push(arena, &pairs) = (struct gp_target_pair){
					target->subject, same->subject, target->mode, same->mode};
	one = only_other(&of_a, &of_b, &n_a);
	other = only_other(&of_b, &of_a, &n_b);
	if (n_a == 1 && n_b == 1) {
		*gp_push(arena, &pairs) = (struct gp_target_pair){
			one->subject, other->subject, one->mode, other->mode};
	} else {
		leave_out(arena, &of_a, &of_b, a->name, ret_left_out);
		leave_out(arena, &of_b, &of_a, b->name, ret_left_out);
	}
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
