/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CONTAINER_H
#define GP_CONTAINER_H

#include "container/docker.h"
#include "container/kubernetes.h"
#include "container/lxc.h"

/* Who shares this machine's GPUs as containers, and what a container sees of them. */

/* A file of /dev/dri as it is now: of the host, or of the container that this machine is. */
struct gp_dri_file {
	const char *path;          /* /dev/dri/renderD128 */
	const char *owner, *group; /* names, or numbers without one; NULL in a plain tree */
	bool is_group_known;       /* and its number is */
	uint64_t gid;
	unsigned mode; /* permissions */
	uint32_t major, minor;
};

enum gp_cgroup { GP_CGROUP_UNKNOWN, GP_CGROUP_V1, GP_CGROUP_V2 };

struct gp_containers {
	struct gp_origin dri_from; /* /dev/dri */
	struct {
		struct gp_dri_file *items; /* cards and render nodes, by name */
		size_t n;
	} dri;
	struct gp_user_groups groups; /* of this machine */
	struct gp_subids subuids, subgids;
	enum gp_cgroup cgroup; /* which one says what devices a container may open */
	const char *cgroup_because;
	struct gp_origin docker_mark;     /* /.dockerenv or /run/.containerenv */
	struct gp_origin kubernetes_mark; /* a pod's credentials: we are inside */
	struct gp_origin nvidia_node;     /* /dev/nvidiactl */
	struct gp_origin nvidia_char;     /* /dev/char/195:255, which leads to it */
	struct gp_lxcs lxcs;
	struct gp_docker docker;
	struct gp_kubernetes kubernetes;
};

void gp_containers_collect(
	struct gp_machine *machine, const struct gp_vms *vms, struct gp_containers *ret);

const struct gp_dri_file *gp_dri_file(const struct gp_containers *containers, const char *path);
/* A file's name without its directory. */
const char *gp_dri_name(const char *path);
/* A container of Docker that is to run and wants a GPU: its file, or NULL. */
const char *gp_docker_wish(const struct gp_containers *containers);
/* Containers of Docker or pods that want a GPU of this machine: a file that says so, or NULL. */
const char *gp_containers_wish(const struct gp_containers *containers);

#endif
