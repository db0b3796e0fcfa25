/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CHILD_H
#define GP_CHILD_H

#include <stdbool.h>

#include "base/text.h"

/* What programs that load drivers are started with: where they are, and what they see. */

/* The directory of this program; NULL: not known. */
const char *gp_child_directory(struct gp_arena *arena);

/* "gpupass-try-drm" in that directory, as where it was built, or in libexec beside; NULL: none. */
const char *gp_child_program(struct gp_arena *arena, const char *directory, const char *name);

/*
 * This program's own environment, for execve(): all that drivers keep (caches, settings) goes to
 * `home`; what opens windows or preloads is left out. added: "NAME=VALUE", which win. with_x11:
 * the X server stays.
 */
char *const *gp_child_environment(
	struct gp_arena *arena, const char *home, bool with_x11, const struct gp_strings *added);

/*
 * In the child, before execve(): in a group of its own, gone with the thread that forked it, no
 * core files, no more rights than this program, signals as usual. False: the parent is gone.
 */
bool gp_child_begin(int parent);

#endif
