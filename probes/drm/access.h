/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRM_ACCESS_H
#define GP_DRM_ACCESS_H

#include "check.h"

/* Somebody who is to use a GPU. */
struct gp_person {
	const char *name; /* jellyfin, or a number */
	const char *unit; /* jellyfin.service, or NULL */
	const char *why;  /* what says that he is to: --user, a unit's file */
	bool has_uid;
	uint64_t uid;
	struct gp_strings groups;
	bool overrides; /* as root, permissions do not stop him */
};

struct gp_persons {
	struct gp_person *items;
	size_t n;
};

/*
 * Those it is about: who --user names, else the services that are known to use GPUs, else, in a
 * container, who runs this program. *ret_unknown: why a user cannot be told; or NULL.
 */
struct gp_persons gp_persons_of(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_origin **ret_unknown);

/* "jellyfin", "user 1001" */
const char *gp_person_says(struct gp_arena *arena, const struct gp_person *person);

enum gp_access {
	GP_ACCESS_NO,
	GP_ACCESS_YES,
	GP_ACCESS_MAYBE, /* an access list that was not read may let him */
};

/* Whether he may read and write the node. */
enum gp_access gp_person_access(
	const struct gp_case *c, const struct gp_person *person, const struct gp_node *node);

#endif
