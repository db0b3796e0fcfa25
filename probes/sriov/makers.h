/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MAKERS_H
#define GP_MAKERS_H

#include "kernel/modprobe.h"
#include "machine/read.h"

/* What writes sriov_numvfs when the machine starts: nothing in the kernel does. */

enum gp_maker_kind {
	GP_MAKER_SYSFSUTILS, /* sysfs.conf(5) and /etc/sysfs.d */
	GP_MAKER_TMPFILES,   /* tmpfiles.d(5) */
	GP_MAKER_UDEV,       /* a rule */
	GP_MAKER_UNIT,       /* a systemd unit, or a script that one runs */
	GP_MAKER_SCRIPT,     /* rc.local, cron */
};

struct gp_vf_maker {
	enum gp_maker_kind kind;
	const char *file;
	size_t line; /* from 1; 0: not known */
	const char *text;
	const char *address; /* of the PF; NULL: not named by its address */
	uint16_t device_id;  /* that a rule goes by; 0: by none */
	uint64_t count;      /* of VFs; 0: not said plainly */
	const char *problem; /* why it never acts, or NULL */
};

struct gp_vf_makers {
	struct gp_vf_maker *items;
	size_t n;
	struct gp_config_files files; /* as they were read, for the plan to edit */
};

void gp_makers_collect(struct gp_machine *machine, struct gp_vf_makers *ret);

/*
 * Adds what a file's text asks for. problem: why nothing in it ever acts, or NULL. whole: it is
 * the whole file, so that its lines can be counted.
 */
void gp_makers_parse(struct gp_arena *arena, enum gp_maker_kind kind, const char *file,
	const char *text, bool whole, const char *problem, struct gp_vf_makers *out);

/* "/etc/sysfs.conf:3" */
const char *gp_maker_place(struct gp_arena *arena, const struct gp_vf_maker *maker);

#endif
