/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who is to use a GPU, and whether the permissions of its node let him. */
#include "drm/access.h"

#include <string.h>

#define CAP_BIT_DAC_OVERRIDE 1 /* linux/capability.h */

/* ---- who */

static struct gp_person person_of(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_account *user)
{
	return (struct gp_person){.name = user->name,
		.has_uid = true,
		.uid = user->uid,
		.groups = gp_accounts_groups_of(arena, &c->facts->accounts, user),
		.overrides = user->uid == 0};
}

static void add_service(const struct gp_case *c, struct gp_arena *arena,
	const struct gp_service *service, struct gp_persons *ret)
{
	const struct gp_account *user = gp_accounts_user(&c->facts->accounts, service->user);
	struct gp_person *person;

	if (!user)
		return;
	person = gp_push(arena, ret);
	*person = person_of(c, arena, user);
	person->unit = service->unit;
	person->why = service->source;
	gp_each (group, &service->groups)
		gp_strings_add_once(arena, &person->groups, *group);
}

/* Who runs this program, with the groups that the kernel knows. */
static void add_self(const struct gp_case *c, struct gp_arena *arena, struct gp_persons *ret)
{
	const struct gp_process *self = &c->facts->accounts.self;
	const char *uid = gp_printf(arena, "%llu", (unsigned long long)self->uid);
	const struct gp_account *user = gp_accounts_user(&c->facts->accounts, uid);
	struct gp_person *person = gp_push(arena, ret);

	*person = (struct gp_person){.name = user ? user->name : uid,
		.why = self->from.path,
		.has_uid = true,
		.uid = self->uid,
		.overrides = self->capabilities >> CAP_BIT_DAC_OVERRIDE & 1};
	for (size_t i = 0; i <= self->groups.n; i++) {
		uint64_t gid = i < self->groups.n ? self->groups.items[i] : self->gid;
		const char *name = gp_accounts_group(&c->facts->accounts, gid);

		gp_strings_add_once(arena, &person->groups,
			name ? name : gp_printf(arena, "%llu", (unsigned long long)gid));
	}
}

static void add_named(const struct gp_case *c, struct gp_arena *arena, struct gp_persons *ret)
{
	const struct gp_account *user = gp_accounts_user(&c->facts->accounts, c->user);
	struct gp_person *person;

	if (!user)
		return;
	person = gp_push(arena, ret);
	*person = person_of(c, arena, user);
	person->why = "--user";
}

static bool is_unread(const struct gp_origin *from)
{
	return !gp_is_present(from);
}

struct gp_persons gp_persons_of(
	const struct gp_case *c, struct gp_arena *arena, const struct gp_origin **ret_unknown)
{
	const struct gp_accounts *accounts = &c->facts->accounts;
	struct gp_persons persons = {0};

	*ret_unknown = NULL;
	if (c->user) {
		if (is_unread(&accounts->users_from))
			*ret_unknown = &accounts->users_from;
		else if (is_unread(&accounts->groups.from))
			*ret_unknown = &accounts->groups.from;
		else
			add_named(c, arena, &persons);
		return persons;
	}
	if (!is_unread(&accounts->groups.from))
		gp_each (service, &accounts->services)
			add_service(c, arena, service, &persons);
	if (!persons.n && c->roles & GP_ROLE_CONTAINER && gp_is_present(&accounts->self.from))
		add_self(c, arena, &persons);
	return persons;
}

const char *gp_person_says(struct gp_arena *arena, const struct gp_person *person)
{
	bool is_number = !person->name[strspn(person->name, "0123456789")];

	return is_number ? gp_printf(arena, "user %s", person->name) : person->name;
}

/* ---- whether */

/* "user 1000 rw-" */
static bool entry_lets(const struct gp_case *c, const char *entry, const struct gp_person *person)
{
	bool is_user = gp_starts_with(entry, "user ");
	const char *number = is_user                           ? entry + strlen("user ")
			     : gp_starts_with(entry, "group ") ? entry + strlen("group ")
							       : NULL;
	const char *blank = number ? strchr(number, ' ') : NULL;
	uint64_t id = 0, gid;

	if (!blank || !gp_starts_with(blank + 1, "rw"))
		return false;
	for (const char *digit = number; digit < blank && id < UINT32_MAX; digit++)
		id = id * 10 + (uint64_t)(*digit - '0');
	if (is_user)
		return person->has_uid && person->uid == id;
	gp_each (group, &person->groups)
		if (gp_accounts_gid(&c->facts->accounts, *group, &gid) && gid == id)
			return true;
	return false;
}

static enum gp_access by_list(
	const struct gp_case *c, const struct gp_person *person, const struct gp_node *node)
{
	const struct gp_drm *drm = &c->facts->drm;
	const struct gp_tried *tried = gp_drm_tried(drm, node);
	const struct gp_tried_line *line = NULL;
	bool is_read = false;

	while (tried && (line = gp_tried_next(tried, "acl", line))) {
		is_read |= strcmp(line->value, "none") == 0 || strcmp(line->value, "read") == 0;
		if (entry_lets(c, line->value, person))
			return GP_ACCESS_YES;
	}
	if (!is_read && drm->seat_is_taken && person->has_uid && person->uid == drm->seat_uid)
		return GP_ACCESS_MAYBE;
	return GP_ACCESS_NO;
}

enum gp_access gp_person_access(
	const struct gp_case *c, const struct gp_person *person, const struct gp_node *node)
{
	const struct gp_stat *stat = &node->stat;

	if (person->overrides || (stat->mode & 06) == 06)
		return GP_ACCESS_YES;
	if (gp_equal(stat->owner, person->name) && (stat->mode & 0600) == 0600)
		return GP_ACCESS_YES;
	if (stat->group && (stat->mode & 060) == 060 &&
		gp_strings_has(&person->groups, stat->group))
		return GP_ACCESS_YES;
	return by_list(c, person, node);
}
