/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_RESOLVE_H
#define GP_RESOLVE_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* What the resolver asks about paths that hold no link before their last component. */
struct gp_resolver {
	/* The type of what is there, a link not followed; 0 or -errno. */
	int (*type)(void *context, const char *path, mode_t *ret);
	/* A link's text; 0 or -errno (-ENAMETOOLONG where it needs more than size). */
	int (*readlink)(void *context, const char *path, char *ret, size_t size);
	void *context;
};

/*
 * Walks path component by component, as the kernel does, with "/" as the top: ".." stays there
 * and absolute links begin there. At most 40 links (-ELOOP). follow: the last component too.
 *
 * done holds the path without links, or where it failed the component that failed.
 */
int gp_resolve(const struct gp_resolver *resolver, const char *path, bool follow,
	char done[static PATH_MAX]);

#endif
