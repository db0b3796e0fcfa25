/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OWNERS_H
#define GP_OWNERS_H

#include "machine/source.h"

/*
 * Names of users and groups, from the machine's own /etc/passwd and /etc/group: the name service
 * would ask this computer, and perhaps its network. Zeroed at first; files are read when needed.
 */
struct gp_owner {
	uint64_t id;
	const char *name;
};

struct gp_owner_list {
	struct gp_owner *items;
	size_t n;
	bool is_read;
};

struct gp_owners {
	struct gp_owner_list users, groups;
};

/* The name of an id, or the number as text. */
const char *gp_owners_user(struct gp_owners *owners, struct gp_source *source, uint64_t id);
const char *gp_owners_group(struct gp_owners *owners, struct gp_source *source, uint64_t id);

#endif
