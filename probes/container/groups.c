/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "container/lxc.h"

#define MOST_GROUPS 4096
#define MOST_SUBIDS 256

/* The fields of the next line, empty ones included; false at the end. */
static bool next_line(struct gp_arena *arena, const char **text, struct gp_strings *fields)
{
	const char *at = *text, *end = at + strcspn(at, "\n");

	*fields = (struct gp_strings){0};
	if (!*at)
		return false;
	while (at <= end) {
		size_t length = strcspn(at, ":\n");

		gp_strings_add(arena, fields, gp_strndup(arena, at, length));
		at += length + 1;
	}
	*text = end + (*end == '\n');
	return true;
}

void gp_user_groups_parse(struct gp_arena *arena, const char *text, struct gp_user_groups *ret)
{
	struct gp_strings fields;
	uint64_t gid;

	while (ret->n < MOST_GROUPS && next_line(arena, &text, &fields)) {
		if (fields.n != 4 || gp_parse_u64(fields.items[2], 10, &gid) < 0)
			continue;
		*gp_push(arena, ret) = (struct gp_user_group){
			.name = gp_printable(arena, fields.items[0], strlen(fields.items[0]), 64),
			.members =
				gp_printable(arena, fields.items[3], strlen(fields.items[3]), 200),
			.gid = gid};
	}
}

void gp_user_groups_read(struct gp_machine *machine, const char *path, struct gp_user_groups *ret)
{
	struct gp_text_value text = gp_read_text(machine, path);

	*ret = (struct gp_user_groups){.from = text.from};
	gp_user_groups_parse(gp_machine_arena(machine), text.value, ret);
}

const struct gp_user_group *gp_user_group_named(
	const struct gp_user_groups *groups, const char *name)
{
	gp_each (group, groups)
		if (strcmp(group->name, name) == 0)
			return group;
	return NULL;
}

const struct gp_user_group *gp_user_group_of(const struct gp_user_groups *groups, uint64_t gid)
{
	gp_each (group, groups)
		if (group->gid == gid)
			return group;
	return NULL;
}

static int by_first(const void *a, const void *b)
{
	const struct gp_subid *left = a, *right = b;

	return left->first < right->first ? -1 : left->first > right->first;
}

void gp_subids_parse(struct gp_arena *arena, const char *text, struct gp_subids *ret)
{
	struct gp_strings fields;
	struct gp_subid range;

	while (ret->n < MOST_SUBIDS && next_line(arena, &text, &fields)) {
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

bool gp_subids_cover(const struct gp_subids *subids, uint64_t first, uint64_t count)
{
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
