/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GROUPS_H
#define GP_GROUPS_H

#include "machine/read.h"

/* A group file, of this system or of a container's; group(5). */
struct gp_user_group {
	const char *name;
	uint64_t gid;
	struct gp_strings members;
};

struct gp_user_groups {
	struct gp_origin from;
	struct gp_user_group *items;
	size_t n;
};

void gp_user_groups_parse(struct gp_arena *arena, const char *text, struct gp_user_groups *ret);
void gp_user_groups_read(struct gp_machine *machine, const char *path, struct gp_user_groups *ret);
/* NULL where there is none. */
const struct gp_user_group *gp_user_group_named(
	const struct gp_user_groups *groups, const char *name);
const struct gp_user_group *gp_user_group_of(const struct gp_user_groups *groups, uint64_t gid);

/* The fields of the next line, which colons part, empty ones included; false at the end. */
bool gp_colon_fields(struct gp_arena *arena, const char **text, struct gp_strings *ret);

#endif
