/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "container/lxc.h"

#define MOST_SUBIDS 256

static int by_first(const void *a, const void *b)
{
	const struct gp_subid *left = a, *right = b;

	return left->first < right->first ? -1 : left->first > right->first;
}

void gp_subids_parse(struct gp_arena *arena, const char *text, struct gp_subids *ret)
{
	struct gp_strings fields;
	struct gp_subid range;

	while (ret->n < MOST_SUBIDS && gp_colon_fields(arena, &text, &fields)) {
		if (fields.n != 3 ||
			(strcmp(fields.items[0], "root") != 0 && strcmp(fields.items[0], "0") != 0))
			continue;
		if (gp_parse_u64(fields.items[1], 10, &range.first) == 0 &&
			gp_parse_u64(fields.items[2], 10, &range.count) == 0)
			*gp_push(arena, ret) = range;
	}
	if (ret->n)
		qsort(ret->items, ret->n, sizeof(*ret->items), by_first);
}

void gp_subids_read(struct gp_machine *machine, const char *path, struct gp_subids *ret)
{
	struct gp_text_value text = gp_read_text(machine, path);

	*ret = (struct gp_subids){.from = text.from};
	gp_subids_parse(gp_machine_arena(machine), text.value, ret);
}

/* newuidmap lets its caller map the one id that is its own: shadow, src/newuidmap.c. */
static bool is_own_id(uint64_t first, uint64_t count)
{
	return first == 0 && count == 1;
}

bool gp_subids_cover(const struct gp_subids *subids, uint64_t first, uint64_t count)
{
	if (is_own_id(first, count))
		return true;
	gp_each (range, subids) {
		if (!count)
			return true;
		if (range->first <= first && first - range->first < range->count) {
			uint64_t more = range->count - (first - range->first);

			more = more < count ? more : count;
			first += more;
			count -= more;
		}
	}
	return !count;
}
