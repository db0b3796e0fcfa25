/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_DRM_ACCOUNTS_H
#define GP_DRM_ACCOUNTS_H

#include "machine/read.h"
#include "platform/groups.h"

/* Who may use a node: users and groups, and the services that play or record video. */

struct gp_account {
	const char *name;
	uint64_t uid, gid;
};

/* A service that uses a GPU where it has one, installed here. */
struct gp_service {
	const char *unit; /* jellyfin.service; NULL: the user is of a container's image */
	const char *user;
	struct gp_strings groups; /* that its unit adds: SupplementaryGroups=, Group= */
	const char *source;       /* the unit's file, or /etc/passwd */
};

/* The process that looked: /proc/self/status. */
struct gp_process {
	struct gp_origin from;
	uint64_t uid, gid;
	uint64_t capabilities; /* effective: bits of linux/capability.h */
	struct {
		uint64_t *items;
		size_t n;
	} groups;
};

struct gp_accounts {
	struct gp_origin users_from; /* /etc/passwd */
	struct {
		struct gp_account *items;
		size_t n;
	} users;
	struct gp_user_groups groups; /* /etc/group */
	struct {
		struct gp_service *items;
		size_t n;
	} services;
	struct gp_process self;
};

void gp_accounts_collect(struct gp_machine *machine, struct gp_accounts *ret);

/* The user, and the group, of a service that is known to use GPUs. */
bool gp_is_service_user(const char *name);
/* By name or number; NULL: there is none. */
const struct gp_account *gp_accounts_user(const struct gp_accounts *accounts, const char *name);
/* The name of a group, or NULL. */
const char *gp_accounts_group(const struct gp_accounts *accounts, uint64_t gid);
/* The number of a group that is given by its name, or by number; false: not known. */
bool gp_accounts_gid(const struct gp_accounts *accounts, const char *name, uint64_t *ret);
/* Its primary group, and those that name it as a member; a number where one has no name. */
struct gp_strings gp_accounts_groups_of(
	struct gp_arena *arena, const struct gp_accounts *accounts, const struct gp_account *user);

#endif
