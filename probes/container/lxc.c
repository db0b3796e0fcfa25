/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "container/lxc.h"

#include <stdlib.h>
#include <string.h>

#include "drm/accounts.h"
#include "drm/nodes.h"

#define MOST_KEPT 256

static bool is_dri(const char *path)
{
	return strcmp(path, "/dev/dri") == 0 || strcmp(path, "/dev/dri/") == 0 ||
	       gp_starts_with(path, "/dev/dri/");
}

/* "/dev/dri/" is /dev/dri. */
static const char *plain_path(struct gp_arena *arena, const char *path)
{
	size_t length = strlen(path);

	return gp_ends_with(path, "/") ? gp_strndup(arena, path, length - 1) : path;
}

/* dev0: /dev/dri/renderD128,gid=104,mode=0660; what is not said is root's, 0660 */
static void take_device(
	struct gp_arena *arena, const struct gp_vm_setting *setting, struct gp_lxc *lxc)
{
	const char *path = gp_vm_property(arena, setting->value, "path", true);
	const char *gid = gp_vm_property(arena, setting->value, "gid", false);
	const char *mode = gp_vm_property(arena, setting->value, "mode", false);
	struct gp_lxc_node *node;
	uint64_t number;

	if (!path || !is_dri(path) || lxc->nodes.n >= MOST_KEPT)
		return;
	node = gp_push(arena, &lxc->nodes);
	*node = (struct gp_lxc_node){.setting = setting,
		.path = plain_path(arena, path),
		.is_made = true,
		.has_gid = gid,
		.mode = 0660};
	if (gid && gp_parse_u64(gid, 10, &number) == 0)
		node->gid = number;
	if (mode && mode[strspn(mode, "01234567")] == '\0')
		node->mode = (unsigned)strtoul(mode, NULL, 8) & 0777;
}

/* lxc.mount.entry: /dev/dri/card0 dev/dri/card0 none bind,optional,create=file */
static void take_mount(
	struct gp_arena *arena, const struct gp_vm_setting *setting, struct gp_lxc *lxc)
{
	struct gp_strings fields = gp_split(arena, setting->value, " \t");

	if (fields.n < 2 || !is_dri(fields.items[0]) || lxc->nodes.n >= MOST_KEPT)
		return;
	*gp_push(arena, &lxc->nodes) = (struct gp_lxc_node){.setting = setting,
		.path = plain_path(arena, fields.items[0]),
		.is_optional = fields.n > 3 && strstr(fields.items[3], "optional")};
}

/* mp0: /dev/dri,mp=/dev/dri */
static void take_mountpoint(
	struct gp_arena *arena, const struct gp_vm_setting *setting, struct gp_lxc *lxc)
{
	const char *path = gp_vm_property(arena, setting->value, "volume", true);

	if (path && is_dri(path) && lxc->nodes.n < MOST_KEPT)
		*gp_push(arena, &lxc->nodes) =
			(struct gp_lxc_node){.setting = setting, .path = plain_path(arena, path)};
}

/* "*" is -1; anything else that is no number: false */
static bool take_number(const char *text, int64_t *ret)
{
	uint64_t number;

	if (strcmp(text, "*") == 0) {
		*ret = -1;
		return true;
	}
	if (gp_parse_u64(text, 10, &number) < 0 || number > UINT32_MAX)
		return false;
	*ret = (int64_t)number;
	return true;
}

/* "a", "c 226:128 rwm", "c 226:* rwm" */
static void take_right(
	struct gp_arena *arena, const struct gp_vm_setting *setting, bool is_v2, struct gp_lxc *lxc)
{
	struct gp_strings fields = gp_split(arena, setting->value, " \t:");
	struct gp_lxc_right right = {.setting = setting, .is_v2 = is_v2, .major = -1, .minor = -1};

	if (!fields.n || lxc->rights.n >= MOST_KEPT)
		return;
	if (strcmp(fields.items[0], "a") != 0 &&
		(strcmp(fields.items[0], "c") != 0 || fields.n < 3 ||
			!take_number(fields.items[1], &right.major) ||
			!take_number(fields.items[2], &right.minor)))
		return;
	if (right.major == -1 || right.major == GP_DRM_MAJOR)
		*gp_push(arena, &lxc->rights) = right;
}

/* u 0 100000 65536 */
static void take_map(
	struct gp_arena *arena, const struct gp_vm_setting *setting, struct gp_lxc *lxc)
{
	struct gp_strings fields = gp_split(arena, setting->value, " \t");
	struct gp_lxc_map map = {.setting = setting};

	if (lxc->maps.n >= MOST_KEPT)
		return;
	map.is_readable =
		fields.n == 4 &&
		(strcmp(fields.items[0], "u") == 0 || strcmp(fields.items[0], "g") == 0) &&
		gp_parse_u64(fields.items[1], 10, &map.inside) == 0 &&
		gp_parse_u64(fields.items[2], 10, &map.outside) == 0 &&
		gp_parse_u64(fields.items[3], 10, &map.count) == 0 && map.inside <= UINT32_MAX &&
		map.outside <= UINT32_MAX && map.count && map.count <= UINT32_MAX;
	map.is_user = map.is_readable && *fields.items[0] == 'u';
	*gp_push(arena, &lxc->maps) = map;
}

static bool is_numbered(const char *key, const char *name)
{
	size_t length = strlen(name);

	return gp_starts_with(key, name) && key[length] &&
	       !key[length + strspn(key + length, "0123456789")];
}

static void take(struct gp_arena *arena, const struct gp_vm_setting *setting, struct gp_lxc *lxc)
{
	const char *key = setting->key;

	if (is_numbered(key, "dev"))
		take_device(arena, setting, lxc);
	else if (is_numbered(key, "mp"))
		take_mountpoint(arena, setting, lxc);
	else if (strcmp(key, "lxc.mount.entry") == 0)
		take_mount(arena, setting, lxc);
	else if (strcmp(key, "lxc.cgroup2.devices.allow") == 0)
		take_right(arena, setting, true, lxc);
	else if (strcmp(key, "lxc.cgroup.devices.allow") == 0)
		take_right(arena, setting, false, lxc);
	else if (strcmp(key, "lxc.idmap") == 0)
		take_map(arena, setting, lxc);
}

void gp_lxc_parse(struct gp_arena *arena, const struct gp_ct *ct, struct gp_lxc *ret)
{
	const char *features = gp_vm_get(&ct->settings, "features");

	*ret = (struct gp_lxc){.ct = ct,
		.is_unprivileged = gp_vm_is_on(gp_vm_get(&ct->settings, "unprivileged")),
		.is_nesting =
			features && gp_vm_is_on(gp_vm_property(arena, features, "nesting", false)),
		.ostype = gp_vm_get(&ct->settings, "ostype"),
		.groups.from = {.presence = GP_ABSENT, .path = ct->source}};
	gp_each (setting, &ct->settings)
		take(arena, setting, ret);
}

void gp_lxcs_collect(struct gp_machine *machine, const struct gp_vms *vms, struct gp_lxcs *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	*ret = (struct gp_lxcs){0};
	gp_each (ct, &vms->cts) {
		struct gp_lxc *lxc = gp_push(arena, ret);

		gp_lxc_parse(arena, ct, lxc);
		if (lxc->nodes.n)
			gp_lxc_read_groups(machine, lxc);
	}
}

bool gp_lxc_right_covers(const struct gp_lxc_right *right, uint32_t minor)
{
	return right->minor == -1 || right->minor == (int64_t)minor;
}

/* Proxmox maps an unprivileged container so where its settings say nothing else. */
static const struct gp_lxc_map standard = {
	.is_readable = true, .inside = 0, .outside = 100000, .count = 65536};

static bool maps(const struct gp_lxc_map *map, uint64_t outside, uint64_t *ret)
{
	if (!map->is_readable || outside < map->outside || outside - map->outside >= map->count)
		return false;
	*ret = map->inside + (outside - map->outside);
	return true;
}

bool gp_lxc_inside_id(const struct gp_lxc *lxc, bool is_user, uint64_t outside, uint64_t *ret)
{
	gp_each (map, &lxc->maps)
		if (map->is_user == is_user && maps(map, outside, ret))
			return true;
	if (lxc->maps.n)
		return false;
	if (lxc->is_unprivileged)
		return maps(&standard, outside, ret);
	*ret = outside;
	return true;
}

const char *gp_lxc_service_outside(const struct gp_lxc *lxc, const struct gp_user_group *owner)
{
	gp_each (group, &lxc->groups)
		if (gp_is_service_user(group->name) && group != owner &&
			!(owner && gp_strings_has(&owner->members, group->name)))
			return group->name;
	return NULL;
}
