/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "container/container.h"

#include <string.h>

#include "platform/platform.h"

#define DRI      "/dev/dri"
#define MOST_DRI 256

static bool is_node_name(const char *name)
{
	return gp_starts_with(name, "card") || gp_starts_with(name, "renderD");
}

/* A group is a name or, where it has none, a number. */
static bool find_gid(const struct gp_user_groups *groups, const char *name, uint64_t *ret)
{
	const struct gp_user_group *group = name ? gp_user_group_named(groups, name) : NULL;

	if (group) {
		*ret = group->gid;
		return true;
	}
	return name && gp_parse_u64(name, 10, ret) == 0;
}

static void take_file(struct gp_machine *machine, const char *path, struct gp_containers *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_dri_file *file;
	struct gp_stat st;

	if (ret->dri.n >= MOST_DRI || gp_machine_stat(machine, path, &st) < 0)
		return;
	file = gp_push(arena, &ret->dri);
	*file = (struct gp_dri_file){.path = path,
		.owner = st.owner,
		.group = st.group,
		.mode = st.mode & 0777,
		.major = st.dev_major,
		.minor = st.dev_minor};
	file->is_group_known = find_gid(&ret->groups, st.group, &file->gid);
}

static void collect_dri(struct gp_machine *machine, struct gp_containers *ret)
{
	struct gp_names_value names = gp_read_names(machine, DRI);

	ret->dri_from = names.from;
	gp_each (name, &names.value)
		if (is_node_name(*name))
			take_file(machine, gp_printf(gp_machine_arena(machine), DRI "/%s", *name),
				ret);
}

/* The unified hierarchy has this file at its top; Proxmox VE has had it alone since 9. */
static void find_cgroup(struct gp_machine *machine, struct gp_containers *ret)
{
	static const char unified[] = "/sys/fs/cgroup/cgroup.controllers";
	static const char devices[] = "/sys/fs/cgroup/devices";

	if (gp_is_there(machine, unified)) {
		ret->cgroup = GP_CGROUP_V2;
		ret->cgroup_because = unified;
	} else if (gp_is_there(machine, devices)) {
		ret->cgroup = GP_CGROUP_V1;
		ret->cgroup_because = devices;
	}
}

static struct gp_origin first_of(struct gp_machine *machine, const char *a, const char *b)
{
	struct gp_origin from = gp_read_presence(machine, a);

	return gp_is_present(&from) ? from : gp_read_presence(machine, b);
}

void gp_containers_collect(
	struct gp_machine *machine, const struct gp_vms *vms, struct gp_containers *ret)
{
	*ret = (struct gp_containers){.cgroup_because = ""};
	gp_user_groups_read(machine, "/etc/group", &ret->groups);
	collect_dri(machine, ret);
	ret->docker_mark = first_of(machine, "/.dockerenv", "/run/.containerenv");
	ret->kubernetes_mark =
		first_of(machine, "/run/secrets/kubernetes.io", "/var/run/secrets/kubernetes.io");
	ret->nvidia_node = gp_read_presence(machine, "/dev/nvidiactl");
	if (gp_is_present(&ret->nvidia_node))
		ret->nvidia_char = gp_read_presence(machine, "/dev/char/195:255");
	if (vms->cts.n) {
		find_cgroup(machine, ret);
		gp_subids_read(machine, "/etc/subuid", &ret->subuids);
		gp_subids_read(machine, "/etc/subgid", &ret->subgids);
	}
	gp_lxcs_collect(machine, vms, &ret->lxcs);
	gp_docker_collect(machine, &ret->docker);
	gp_kubernetes_collect(machine, &ret->kubernetes);
}

const struct gp_dri_file *gp_dri_file(const struct gp_containers *containers, const char *path)
{
	gp_each (file, &containers->dri)
		if (strcmp(file->path, path) == 0)
			return file;
	return NULL;
}

const char *gp_dri_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static bool wants_dri(const struct gp_docker_container *container)
{
	gp_each (device, &container->devices)
		if (gp_starts_with(*device, DRI))
			return true;
	return false;
}

const char *gp_docker_wish(const struct gp_containers *containers)
{
	gp_each (container, &containers->docker)
		if (container->is_to_run && (wants_dri(container) || container->gpu_driver))
			return container->source;
	return NULL;
}

const char *gp_containers_wish(const struct gp_containers *containers)
{
	const char *wish = gp_docker_wish(containers);

	if (wish)
		return wish;
	gp_each (socket, &containers->kubernetes.sockets)
		if (gp_starts_with(*socket, "gpu.intel.com") || gp_starts_with(*socket, "nvidia") ||
			gp_starts_with(*socket, "amd.com"))
			return containers->kubernetes.kubelet_from.path;
	return containers->kubernetes.files.n ? containers->kubernetes.files.items[0].path : NULL;
}
