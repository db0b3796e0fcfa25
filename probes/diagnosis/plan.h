/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PLAN_H
#define GP_PLAN_H

#include <stdio.h>

#include "diagnosis/diagnosis.h"

/*
 * The remedies of all causes merged: one edit of the kernel command line, each file written once,
 * one initrd, one reboot. Pure: the new content of every file is worked out from the facts. Where
 * nobody wants a mode it only writes what is wrong for any; the rest stays words.
 */

/* Something that only a person can do. */
struct gp_chore {
	enum gp_step_kind kind; /* GP_STEP_FIRMWARE, GP_STEP_MANUAL or GP_STEP_VM */
	const char *subject, *text;
	struct gp_strings ids; /* the causes it serves */
};

/* A package, or the command that installs a module. */
struct gp_plan_install {
	const char *name;
	struct gp_strings ids;
};

struct gp_plan_installs {
	struct gp_plan_install *items;
	size_t n;
};

struct gp_plan_param {
	const char *raw;
	bool add; /* else take away */
	struct gp_strings ids;
};

struct gp_replaced_line {
	size_t line;
	const char *text;
};

/* A file of the machine, line by line while the plan is made. */
struct gp_edit {
	const char *path;
	const char *old;         /* NULL: the file is not there */
	struct gp_strings lines; /* NULL items: dropped */
	struct gp_strings ids;
	const char *content;     /* the whole new file */
	struct gp_strings added; /* lines that are new, for people to read */
	struct gp_strings gone;  /* what becomes of old ones: "take out: LINE" */
	size_t dropped;
	struct {
		struct gp_replaced_line *items;
		size_t n;
	} replaced; /* by steps */
};

struct gp_plan {
	struct {
		struct gp_chore *items;
		size_t n;
	} chores;
	struct gp_plan_installs packages;
	struct gp_plan_installs builds; /* after the packages, before the initrd */
	struct {
		struct gp_plan_param *items;
		size_t n;
	} params;
	struct {
		struct gp_edit *items;
		size_t n;
	} edits;
	const char *cmdline_file; /* where the command line is set; NULL: no boot loader is known */
	const char *cmdline;      /* the value it is to have there; NULL: a person has to edit it */
	struct gp_strings initrd_ids; /* what the new initrd is for; none: not needed */
	struct gp_strings reboot_ids;
	bool withheld;              /* there are remedies for modes that nobody asked for */
	struct gp_strings left_out; /* ids whose remedy is dangerous and was not asked for */
};

/* allowed: ids whose dangerous remedies may be in it. */
void gp_plan_make(struct gp_arena *arena, const struct gp_diagnosis *diagnosis,
	const struct gp_strings *allowed, struct gp_plan *ret);

/* ---- files: plan-files.c */
struct gp_edit *gp_plan_open(struct gp_arena *arena, struct gp_plan *plan,
	const struct gp_facts *facts, const char *path);
/* "" drops the line. False where another step has put something else there. */
bool gp_edit_replace(
	struct gp_arena *arena, struct gp_edit *edit, size_t line, const char *replacement);
void gp_edit_set_line(
	struct gp_arena *arena, struct gp_edit *edit, size_t line, const char *replacement);
void gp_edit_append(struct gp_arena *arena, struct gp_edit *edit, const char *line);
void gp_edit_finish(struct gp_arena *arena, struct gp_edit *edit);

/* ---- the command line: plan-cmdline.c */
void gp_plan_cmdline(struct gp_arena *arena, const struct gp_facts *facts, struct gp_plan *plan);
bool gp_plan_touches_cmdline(const struct gp_plan *plan);
/* Whether its file has to be written; it may say so already and only lack a reboot. */
bool gp_plan_edits_cmdline(const struct gp_plan *plan);

/* ---- how this platform says it: plan-say.c; NULL where nothing is to be run. */
/* The command that changes a VM's setting, or a sentence; step: of kind GP_STEP_VM. */
const char *gp_say_vm(
	struct gp_arena *arena, const struct gp_platform *platform, const struct gp_step *step);
/* NULL: no packages are needed. unattended: for a script. */
const char *gp_say_packages(struct gp_arena *arena, const struct gp_platform *platform,
	const struct gp_plan *plan, bool unattended);
const char *gp_say_initrd(const struct gp_platform *platform);
const char *gp_say_loader(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan);
const char *gp_say_loader_undo(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan);

/* ---- the plan as a shell script: plan-script.c */
int gp_plan_write_script(struct gp_arena *arena, const struct gp_diagnosis *diagnosis,
	const struct gp_plan *plan, const char *version, FILE *out);

#endif
