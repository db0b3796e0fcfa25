/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CONFIGURED_H
#define GP_CONFIGURED_H

#include "check.h"

/* Parameters that a file sets and that the running kernel was not started with. */

/*
 * How much it matters that this parameter is not in effect: a fail where the wanted mode lacks
 * just what it would bring, a warn where it may, a note where nothing about GPUs depends on it.
 */
enum gp_verdict gp_param_missed(const struct gp_case *c, const struct gp_param *param);

/* The modes that this parameter, in effect or not, makes a difference to. */
unsigned gp_param_modes(const char *name);

/*
 * Whether the kernel may leave VT-d alone for want of intel_iommu=on: nobody said, and what it does
 * by itself is not known.
 */
bool gp_may_wait_to_be_told(const struct gp_case *c);

/*
 * Where this boot loader has the command line: its file of settings, or the entries themselves
 * where there is none. NULL: not known.
 */
const char *gp_loader_reads(struct gp_arena *arena, const struct gp_facts *facts);

/* A line of /etc/default/grub that the shell or GRUB does not take as it was meant. */
enum gp_grub_fault {
	GP_GRUB_FINE,
	GP_GRUB_CURLY,
	GP_GRUB_UNKNOWN_VARIABLE,
	GP_GRUB_OVERRIDDEN,
};
enum gp_grub_fault gp_grub_fault(const struct gp_grub *grub, const struct gp_grub_line *line);
/* The line of a later file that sets its variable anew, so that this one is lost; or NULL. */
const struct gp_grub_line *gp_grub_overridden_by(
	const struct gp_grub *grub, const struct gp_grub_line *line);
/*
 * What parameter i was meant to be, where blanks around its "=" have cut it up, and in *ret_words
 * how many it is now ("intel_iommu = on": 3); or NULL.
 */
const char *gp_torn_param(
	struct gp_arena *arena, const struct gp_cmdline *cmdline, size_t i, size_t *ret_words);
/* The right-hand side of a line as parameters, quotes of any kind taken off. */
struct gp_cmdline gp_grub_params(struct gp_arena *arena, const struct gp_grub_line *line);

/*
 * The id of the check that explains why raw, which stands in a file, is not on the running command
 * line ("grub-two-lines", "cmdline-not-applied"); NULL where no file sets it.
 */
const char *gp_configured_in_vain(const struct gp_case *c, struct gp_arena *arena, const char *raw);

/* The same of whatever a file sets this parameter to. */
const char *gp_name_configured_in_vain(
	const struct gp_case *c, struct gp_arena *arena, const char *name);

/* The last word about intel_iommu: 1 on, 0 off, -1 not said. *ret_by: who says so, where it does.
 */
int gp_intel_iommu_said(const struct gp_cmdline *cmdline, const struct gp_param **ret_by);
/* Whether this kernel starts VT-d without being asked: 1 yes, 0 no, -1 not known. */
int gp_intel_starts_by_itself(const struct gp_case *c);

#endif
