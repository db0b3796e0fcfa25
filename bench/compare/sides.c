/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compare/sides.h"

#include <errno.h>
#include <string.h>

#include "digest.h"

#define PARTS_MOST 200
#define SIDES_MOST 16
#define NAME_MOST  80

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
