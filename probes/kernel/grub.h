/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_GRUB_H
#define GP_GRUB_H

#include "kernel/cmdline.h"
#include "machine/read.h"

/* One assignment to a variable that has CMDLINE in its name. */
struct gp_grub_line {
	const char *variable;
	const char *value; /* quotes taken off */
	const char *file;
	size_t line;       /* from 1 */
	const char *text;  /* as it stands */
	bool appends;      /* NAME+=value: adds to what was set before */
	bool curly_quotes; /* typographic quotes, which the shell takes for letters */
};

/* An older /etc/default/grub, and what it passed to the kernel. */
struct gp_grub_backup {
	const char *path;
	struct gp_cmdline params;
};

/* /etc/default/grub and /etc/default/grub.d/<name>.cfg, in the order in which they are read. */
struct gp_grub {
	struct gp_text_value text; /* /etc/default/grub */
	struct {
		struct gp_text_value *items;
		size_t n;
	} pieces; /* /etc/default/grub.d */
	struct gp_grub_line *items;
	size_t n;
	struct {
		struct gp_grub_backup *items;
		size_t n;
	} backups;                      /* that somebody or a package left beside the file */
	struct gp_cmdline effective;    /* what a fresh configuration would pass to the kernel */
	struct gp_text_value generated; /* /boot/grub/grub.cfg */
};

void gp_grub_parse(struct gp_arena *arena, const char *file, const char *text, struct gp_grub *out);
void gp_grub_collect(struct gp_machine *machine, struct gp_grub *ret);

/* The last assignment to that variable in file (NULL: in any), which is the one that counts. */
const struct gp_grub_line *gp_grub_last(
	const struct gp_grub *grub, const char *variable, const char *file);

/* Indented: inside an if, for all that is known here. */
bool gp_grub_is_conditional(const struct gp_grub_line *line);

#define GP_GRUB_FILE    "/etc/default/grub"
#define GP_GRUB_DEFAULT "GRUB_CMDLINE_LINUX_DEFAULT"
#define GP_GRUB_ALWAYS  "GRUB_CMDLINE_LINUX"

#endif
