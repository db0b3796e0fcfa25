/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CONTAINER_CHECK_HELP_H
#define GP_CONTAINER_CHECK_HELP_H

#include "check.h"

/* What checks about containers share. */

typedef void gp_look_at_lxc(
	const struct gp_case *c, struct gp_findings *out, const struct gp_lxc *lxc);

/*
 * Looks at each LXC container that is given something of /dev/dri or a right to it; says what could
 * not be read, and skips where there is none.
 */
void gp_each_lxc(const struct gp_case *c, struct gp_findings *out, gp_look_at_lxc *look);
/* A finding about the container, and the GPU that its settings are about. */
struct gp_finding *gp_find_lxc(const struct gp_case *c, struct gp_findings *out,
	enum gp_verdict verdict, const struct gp_lxc *lxc, const struct gp_vm_setting *setting,
	const char *format, ...) __attribute__((format(printf, 6, 7)));
/* Something a person does to it. */
void gp_mend_lxc(struct gp_findings *out, struct gp_finding *finding, const struct gp_lxc *lxc,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The next free name: dev0. */
const char *gp_lxc_free_device(struct gp_arena *arena, const struct gp_lxc *lxc);

/* A file of /dev/dri as the container gets it. */
struct gp_lxc_view {
	const struct gp_lxc_node *node;
	const struct gp_dri_file *file; /* NULL: the host has it not */
	const char *path;
	bool is_known;  /* whose it is there */
	bool is_nobody; /* its group has no id in the container */
	uint64_t gid;   /* in the container */
	unsigned mode;
};
struct gp_lxc_views {
	struct gp_lxc_view *items;
	size_t n;
};
/* Its render nodes, for programs open those; or cards, where it has nothing else. */
struct gp_lxc_views gp_lxc_see(
	struct gp_arena *arena, const struct gp_case *c, const struct gp_lxc *lxc);
/* Whether everybody may read and write it. */
static inline bool gp_is_open_to_all(unsigned mode)
{
	return (mode & 06) == 06;
}

/* Whether its id maps can be used at all; else whose a node is there has no meaning. */
bool gp_lxc_maps_hold(const struct gp_lxc *lxc);

/* Whose rights count: the version of the control groups, as far as it is known. */
enum gp_cgroup gp_cgroup_of(const struct gp_case *c, const char **ret_because);
/* A right of that version to the file. */
bool gp_lxc_may_open(const struct gp_lxc *lxc, const struct gp_dri_file *file, bool v2);

/*
 * Checks of messages: a fail for the first line of that id that fits (fits NULL: any), a warning
 * where there are settings of containers, which may have been mended since. The finding of the
 * line; NULL where there is none.
 */
struct gp_finding *gp_find_message(const struct gp_case *c, struct gp_findings *out,
	enum gp_log_id id, bool (*fits)(const char *text), const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* Whether settings are to be looked at beside it; to be asked before more is found. */
bool gp_is_to_look_on(const struct gp_finding *said);
/* A step in words, for what a finding is about. */
void gp_mend_by_hand(struct gp_findings *out, struct gp_finding *finding, const char *subject,
	const char *format, ...) __attribute__((format(printf, 4, 5)));

/* ---- clusters */

const struct gp_kubernetes *gp_cluster_of(const struct gp_case *c);
/* What was handed over and cannot be used; or that nothing was. True: it was said. */
bool gp_find_no_cluster(const struct gp_case *c, struct gp_findings *out);
/* A finding about one of its objects. */
struct gp_finding *gp_find_object(struct gp_findings *out, enum gp_verdict verdict,
	const char *name, const char *evidence, const char *text);
/* What was handed over, as evidence. */
const char *gp_cluster_file(const struct gp_kubernetes *cluster);
/* A name's part behind the last slash. */
const char *gp_short_name(const char *name);
/* Whether labels of node-feature-discovery show a GPU of that vendor: "_8086". */
bool gp_k8s_shows_gpu(const struct gp_k8s_node *node, const char *vendor);

#endif
