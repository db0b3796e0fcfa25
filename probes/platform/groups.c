/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "platform/groups.h"

#include <string.h>

#define MOST_GROUPS 4096

bool gp_colon_fields(struct gp_arena *arena, const char **text, struct gp_strings *ret)
{
	const char *at = *text, *end = at + strcspn(at, "\n");

	*ret = (struct gp_strings){0};
	if (!*at)
		return false;
	while (at <= end) {
		size_t length = strcspn(at, ":\n");

		gp_strings_add(arena, ret, gp_strndup(arena, at, length));
		at += length + 1;
	}
	*text = end + (*end == '\n');
	return true;
}

void gp_user_groups_parse(struct gp_arena *arena, const char *text, struct gp_user_groups *ret)
{
	struct gp_strings fields;
	uint64_t gid;

	while (ret->n < MOST_GROUPS && gp_colon_fields(arena, &text, &fields)) {
		if (fields.n < 4 || !*fields.items[0] ||
			gp_parse_u64(fields.items[2], 10, &gid) < 0)
			continue;
		*gp_push(arena, ret) = (struct gp_user_group){
			.name = gp_printable(arena, fields.items[0], strlen(fields.items[0]), 64),
			.members = gp_split(arena, fields.items[3], ","),
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
