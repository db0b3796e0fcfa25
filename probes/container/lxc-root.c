/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where a container's own /etc/group can be read: as its running init has it, or in a root file
 * system that is a directory of the host. Other files of it are not looked at.
 */
#include <string.h>

#include "container/lxc.h"

/* The first process of a cgroup; 0: there is none. */
static uint32_t first_process(struct gp_machine *machine, const char *path)
{
	struct gp_text_value text = gp_read_text(machine, path);
	uint64_t pid = 0;

	gp_parse_u64(gp_strndup(gp_machine_arena(machine), text.value, strcspn(text.value, "\n")),
		10, &pid);
	return pid <= INT32_MAX ? (uint32_t)pid : 0;
}

/* pve-container: the container's processes are in lxc/ID/ns, systemd's init in init.scope. */
static uint32_t find_init(struct gp_machine *machine, const char *id)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *group = gp_printf(arena, "/sys/fs/cgroup/lxc/%s/ns", id);
	uint32_t pid =
		first_process(machine, gp_printf(arena, "%s/init.scope/cgroup.procs", group));

	return pid ? pid : first_process(machine, gp_printf(arena, "%s/cgroup.procs", group));
}

/* The value of a key of a storage, as "path", in /etc/pve/storage.cfg; or NULL. */
static const char *storage_value(
	struct gp_arena *arena, const char *text, const char *storage, const char *key)
{
	bool inside = false;

	while (*text) {
		size_t length = strcspn(text, "\n");
		const char *line = gp_strndup(arena, text, length);
		const char *colon = strchr(line, ':');
		struct gp_strings words = gp_split(arena, line, " \t");

		if (*line != ' ' && *line != '\t')
			inside = colon && strcmp(gp_strip(arena, colon + 1), storage) == 0;
		else if (inside && words.n == 2 && strcmp(words.items[0], key) == 0)
			return words.items[1];
		text += length;
		text += *text == '\n';
	}
	return NULL;
}

/*
 * rootfs: local-zfs:subvol-101-disk-0,size=8G is /rpool/data/subvol-101-disk-0;
 * local:101/subvol-101-disk-0.subvol is /var/lib/vz/images/101/...; a path is a path.
 */
static const char *root_directory(struct gp_machine *machine, const char *rootfs)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *volume = gp_vm_property(arena, rootfs, "volume", true), *colon, *storage;
	const char *text, *path;

	if (!volume || *volume == '/')
		return volume;
	colon = strchr(volume, ':');
	if (!colon || !strstr(colon, "subvol") || !gp_is_plain(colon + 1, "/._-") ||
		strstr(colon, ".."))
		return NULL;
	storage = gp_strndup(arena, volume, (size_t)(colon - volume));
	text = gp_read_text(machine, "/etc/pve/storage.cfg").value;
	path = storage_value(arena, text, storage, "mountpoint");
	if (!path && (path = storage_value(arena, text, storage, "pool")))
		path = gp_printf(arena, "/%s", path);
	if (path)
		return gp_printf(arena, "%s/%s", path, colon + 1);
	path = storage_value(arena, text, storage, "path");
	return path ? gp_printf(arena, "%s/images/%s", path, colon + 1) : NULL;
}

void gp_lxc_read_groups(struct gp_machine *machine, struct gp_lxc *lxc)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *id = lxc->ct->name + strlen("ct/");
	const char *rootfs = gp_vm_get(&lxc->ct->settings, "rootfs"), *root;

	if (!gp_is_plain(id, ""))
		return;
	lxc->pid = find_init(machine, id);
	if (lxc->pid) {
		gp_user_groups_read(machine, gp_printf(arena, "/.given/ct/%u/etc/group", lxc->pid),
			&lxc->groups);
		if (!gp_is_absent(&lxc->groups.from))
			return;
	}
	root = rootfs ? root_directory(machine, rootfs) : NULL;
	if (!root)
		return;
	/* As seen from that root: the container's owner may have put links there. */
	gp_user_groups_read(
		machine, gp_printf(arena, "/.given/root%s/etc/group", root), &lxc->groups);
}
