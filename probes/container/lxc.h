/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CONTAINER_LXC_H
#define GP_CONTAINER_LXC_H

#include "platform/groups.h"
#include "vm/vm.h"

/*
 * What the settings of a Proxmox container say of DRM nodes, rights and ids; pct.conf(5),
 * lxc.container.conf(5). Settings are those above the first section: snapshots are none.
 */

/* Ranges of /etc/subuid or /etc/subgid that root may hand out; subuid(5). */
struct gp_subid {
	uint64_t first, count;
};
struct gp_subids {
	struct gp_origin from;
	struct gp_subid *items; /* by first */
	size_t n;
};

/* A file or directory of /dev/dri that it is given. */
struct gp_lxc_node {
	const struct gp_vm_setting *setting;
	const char *path; /* on the host: /dev/dri/renderD128, /dev/dri */
	bool is_made;     /* devN: made anew with ids of its own; else a bind mount */
	bool is_optional; /* a mount that may be missing */
	bool has_gid;
	uint64_t gid;  /* in the container */
	unsigned mode; /* of devN */
};

/* A right to open devices: "c 226:128 rwm". Minors and majors: -1 is any. */
struct gp_lxc_right {
	const struct gp_vm_setting *setting;
	bool is_v2; /* lxc.cgroup2.devices.allow; else lxc.cgroup.devices.allow */
	int64_t major, minor;
};

struct gp_lxc_map {
	const struct gp_vm_setting *setting;
	bool is_user, is_readable;
	uint64_t inside, outside, count;
};

struct gp_lxc {
	const struct gp_ct *ct;
	bool is_unprivileged;
	bool is_nesting;    /* features: nesting=1, so that it may hold containers of its own */
	const char *ostype; /* or NULL */
	uint32_t pid;       /* of its init; 0: it does not run, or that is not known */
	struct gp_user_groups groups; /* its own /etc/group; absent: it could not be found */
	GP_LIST(struct gp_lxc_node) nodes;
	GP_LIST(struct gp_lxc_right) rights; /* to DRM nodes */
	GP_LIST(struct gp_lxc_map) maps;     /* lxc.idmap */
};

struct gp_lxcs {
	struct gp_lxc *items;
	size_t n;
};

void gp_lxcs_collect(struct gp_machine *machine, const struct gp_vms *vms, struct gp_lxcs *ret);
/* What it says alone, without looking at files of the container. */
void gp_lxc_parse(struct gp_arena *arena, const struct gp_ct *ct, struct gp_lxc *ret);

/* Whether this right is to the node with that number of DRM (226). */
bool gp_lxc_right_covers(const struct gp_lxc_right *right, uint32_t minor);
/* The id inside that the host's id is shown as; false: it is nobody's. */
bool gp_lxc_inside_id(const struct gp_lxc *lxc, bool is_user, uint64_t outside, uint64_t *ret);

/* A service that plays or records video there and is not in that group (NULL: none); or NULL. */
const char *gp_lxc_service_outside(const struct gp_lxc *lxc, const struct gp_user_group *owner);

/* ---- subids.c */
void gp_subids_parse(struct gp_arena *arena, const char *text, struct gp_subids *ret);
void gp_subids_read(struct gp_machine *machine, const char *path, struct gp_subids *ret);
/* Whether every id from first on is root's to hand out; its own, 0, always is. */
bool gp_subids_cover(const struct gp_subids *subids, uint64_t first, uint64_t count);

/* ---- lxc-root.c: where the container's own files are */
void gp_lxc_read_groups(struct gp_machine *machine, struct gp_lxc *lxc);

#endif
