/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which settings name a node by its number. */
#include <string.h>

#include "facts.h"

#define MOST_NAMED 256
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzD0123456789/:.-"

static const char *const phrases[] = {GP_DRI "/", NULL};

struct place {
	struct gp_arena *arena;
	struct gp_drm *out;
	const char *user, *where;
};

/* Each /dev/dri/NAME of a text; in a container's settings the host's side stands first. */
static void take_text(const struct place *place, const char *text, bool only_first)
{
	for (const char *at = strstr(text, GP_DRI "/"); at; at = strstr(at, GP_DRI "/")) {
		const char *name = at + strlen(GP_DRI "/");
		size_t length = strspn(name, NAME_BYTES);
		const char *node = gp_strndup(place->arena, name, length);

		at = name + length;
		if ((gp_is_node_name(node) || gp_starts_with(node, GP_BY_PATH)) &&
			place->out->named.n < MOST_NAMED)
			*gp_push(place->arena, &place->out->named) =
				(struct gp_named_node){.node = node,
					.where = place->where,
					.text = text,
					.user = place->user};
		if (only_first)
			return;
	}
}

static bool is_device_setting(const char *key)
{
	return strcmp(key, "lxc.mount.entry") == 0 ||
	       (gp_starts_with(key, "dev") && key[3] && !key[3 + strspn(key + 3, "0123456789")]);
}

static void take_containers(struct gp_arena *arena, const struct gp_vms *vms, struct gp_drm *ret)
{
	gp_each (ct, &vms->cts)
		gp_each (setting, &ct->settings) {
			struct place place = {arena, ret, ct->name,
				gp_vm_place(arena, ct->source, setting->line)};

			if (is_device_setting(setting->key))
				take_text(&place,
					gp_printf(arena, "%s: %s", setting->key, setting->value),
					true);
		}
}

static void take_vms(struct gp_arena *arena, const struct gp_vms *vms, struct gp_drm *ret)
{
	gp_each (vm, vms) {
		const struct gp_vm_setting *args = gp_vm_setting(&vm->settings, "args");
		struct place place = {arena, ret, vm->name,
			gp_vm_place(arena, vm->source, args ? args->line : 0)};

		if (args)
			take_text(&place, args->value, false);
	}
}

static void take_file(struct gp_machine *machine, const char *path, struct gp_drm *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_text_value text = gp_read_matching(machine, path, phrases, 16);
	struct gp_strings lines = gp_split(arena, text.value, "\n");
	struct place place = {arena, ret, "", path};

	gp_each (line, &lines) {
		const char *plain = gp_strip(arena, *line);

		if (*plain != '#')
			take_text(&place, plain, false);
	}
}

static void take_directory(struct gp_machine *machine, const char *dir, struct gp_drm *ret)
{
	struct gp_names_value names = gp_read_names(machine, dir);

	gp_each (name, &names.value)
		if (gp_ends_with(*name, ".conf"))
			take_file(machine,
				gp_printf(gp_machine_arena(machine), "%s/%s", dir, *name), ret);
}

void gp_drm_collect_named(
	struct gp_machine *machine, const struct gp_facts *facts, struct gp_drm *ret)
{
	static const char *const files[] = {
		"/etc/environment", "/etc/X11/xorg.conf", "/etc/jellyfin/encoding.xml"};
	struct gp_arena *arena = gp_machine_arena(machine);

	take_containers(arena, &facts->vms, ret);
	take_vms(arena, &facts->vms, ret);
	for (size_t i = 0; i < GP_ARRAY_SIZE(files); i++)
		take_file(machine, files[i], ret);
	take_directory(machine, "/etc/X11/xorg.conf.d", ret);
	take_file(machine, "/.given/settings", ret);
}
