/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "drm/accounts.h"

#include <string.h>

#define MOST_USERS 20000

/* ---- /etc/passwd, passwd(5) */

static void collect_users(struct gp_machine *machine, struct gp_accounts *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value passwd = gp_read_text(machine, "/etc/passwd");
	const char *text = passwd.value;
	struct gp_strings fields;

	ret->users_from = passwd.from;
	while (ret->users.n < MOST_USERS && gp_colon_fields(arena, &text, &fields)) {
		struct gp_account user;

		if (fields.n < 4 || !*fields.items[0] ||
			gp_parse_u64(fields.items[2], 10, &user.uid) < 0 ||
			gp_parse_u64(fields.items[3], 10, &user.gid) < 0)
			continue;
		user.name = gp_printable(arena, fields.items[0], strlen(fields.items[0]), 64);
		*gp_push(arena, &ret->users) = user;
	}
}

/* ---- /proc/self/status, proc(5) */

static const char *status_field(const char *text, const char *name)
{
	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (gp_starts_with(line, name))
			return line + strlen(name);
	}
	return NULL;
}

static struct gp_strings status_words(struct gp_arena *arena, const char *text, const char *name)
{
	const char *value = status_field(text, name);

	if (!value)
		return (struct gp_strings){0};
	return gp_split(arena, gp_strndup(arena, value, strcspn(value, "\n")), " \t");
}

static bool status_number(struct gp_arena *arena, const char *text, const char *name, size_t i,
	int base, uint64_t *ret)
{
	struct gp_strings words = status_words(arena, text, name);

	return words.n > i && gp_parse_u64(words.items[i], base, ret) == 0;
}

static void collect_self(struct gp_machine *machine, struct gp_process *ret)
{
	static const char *const phrases[] = {"Uid:", "Gid:", "Groups:", "CapEff:", NULL};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value status = gp_read_matching(machine, "/proc/self/status", phrases, 8);
	struct gp_strings groups = status_words(arena, status.value, "Groups:");
	uint64_t gid;

	ret->from = status.from;
	if (!gp_is_present(&status.from))
		return;
	/* Real, effective, saved, of the file system. */
	if (!status_number(arena, status.value, "Uid:", 1, 10, &ret->uid) ||
		!status_number(arena, status.value, "Gid:", 1, 10, &ret->gid) ||
		!status_number(arena, status.value, "CapEff:", 0, 16, &ret->capabilities)) {
		ret->from.presence = GP_MALFORMED;
		ret->from.problem = "does not say whose process it is";
	}
	gp_each (word, &groups)
		if (gp_parse_u64(*word, 10, &gid) == 0)
			*gp_push(arena, &ret->groups) = gid;
}

/* ---- services */

static const struct {
	const char *unit, *user;
} known[] = {
	{"jellyfin.service", "jellyfin"}, {"plexmediaserver.service", "plex"},
	{"emby-server.service", "emby"}, {"tvheadend.service", "hts"},
	{"mythtv-backend.service", "mythtv"}, {"frigate.service", "frigate"},
	{"immich-server.service", "immich"}, {"ersatztv.service", "ersatztv"},
	{"unmanic.service", "unmanic"}, {NULL, "abc"}, /* of the images of linuxserver.io */
};

bool gp_is_service_user(const char *name)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
		if (strcmp(known[i].user, name) == 0)
			return true;
	return false;
}

static void take_setting(struct gp_arena *arena, const char *line, struct gp_service *service)
{
	static const char *const keys[] = {"SupplementaryGroups=", "Group="};
	struct gp_strings words;

	if (gp_starts_with(line, "User=") && line[strlen("User=")])
		service->user = line + strlen("User=");
	for (size_t i = 0; i < GP_ARRAY_SIZE(keys); i++) {
		if (!gp_starts_with(line, keys[i]))
			continue;
		words = gp_split(arena, line + strlen(keys[i]), " \t");
		gp_each (word, &words)
			gp_strings_add_once(arena, &service->groups, *word);
	}
}

static const char *const unit_phrases[] = {"User=", "Groups=", "Group=", NULL};

static bool read_unit(struct gp_machine *machine, const char *path, struct gp_service *service)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value text = gp_read_matching(machine, path, unit_phrases, 16);
	struct gp_strings lines = gp_split(arena, text.value, "\n");

	gp_each (line, &lines)
		take_setting(arena, gp_strip(arena, *line), service);
	return gp_is_present(&text.from);
}

static void read_drop_ins(struct gp_machine *machine, struct gp_service *service)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *dir = gp_printf(arena, "/etc/systemd/system/%s.d", service->unit);
	struct gp_names_value names = gp_read_names(machine, dir);

	gp_each (name, &names.value)
		if (gp_ends_with(*name, ".conf"))
			read_unit(machine, gp_printf(arena, "%s/%s", dir, *name), service);
}

/* The first of these places counts, systemd.unit(5). */
static bool find_unit(struct gp_machine *machine, struct gp_service *service)
{
	static const char *const dirs[] = {
		"/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"};
	struct gp_arena *arena = gp_machine_arena(machine);

	for (size_t i = 0; i < GP_ARRAY_SIZE(dirs); i++) {
		service->source = gp_printf(arena, "%s/%s", dirs[i], service->unit);
		if (!read_unit(machine, service->source, service))
			continue;
		read_drop_ins(machine, service);
		return true;
	}
	return false;
}

static void collect_services(struct gp_machine *machine, struct gp_accounts *ret)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++) {
		struct gp_service service = {.unit = known[i].unit,
			.user = known[i].user,
			.source = ret->users_from.path};

		if (!gp_accounts_user(ret, known[i].user))
			continue;
		if (!service.unit || find_unit(machine, &service))
			*gp_push(gp_machine_arena(machine), &ret->services) = service;
	}
}

void gp_accounts_collect(struct gp_machine *machine, struct gp_accounts *ret)
{
	*ret = (struct gp_accounts){0};
	collect_users(machine, ret);
	gp_user_groups_read(machine, "/etc/group", &ret->groups);
	collect_services(machine, ret);
	collect_self(machine, &ret->self);
}

/* ---- asking */

const struct gp_account *gp_accounts_user(const struct gp_accounts *accounts, const char *name)
{
	uint64_t uid;
	bool is_number = gp_parse_u64(name, 10, &uid) == 0;

	gp_each (user, &accounts->users)
		if (strcmp(user->name, name) == 0 || (is_number && user->uid == uid))
			return user;
	return NULL;
}

const char *gp_accounts_group(const struct gp_accounts *accounts, uint64_t gid)
{
	gp_each (group, &accounts->groups)
		if (group->gid == gid)
			return group->name;
	return NULL;
}

bool gp_accounts_gid(const struct gp_accounts *accounts, const char *name, uint64_t *ret)
{
	gp_each (group, &accounts->groups)
		if (strcmp(group->name, name) == 0) {
			*ret = group->gid;
			return true;
		}
	return gp_parse_u64(name, 10, ret) == 0;
}

struct gp_strings gp_accounts_groups_of(
	struct gp_arena *arena, const struct gp_accounts *accounts, const struct gp_account *user)
{
	const char *primary = gp_accounts_group(accounts, user->gid);
	struct gp_strings groups = {0};

	gp_strings_add(arena, &groups,
		primary ? primary : gp_printf(arena, "%llu", (unsigned long long)user->gid));
	gp_each (group, &accounts->groups)
		if (gp_strings_has(&group->members, user->name))
			gp_strings_add_once(arena, &groups, group->name);
	return groups;
}
