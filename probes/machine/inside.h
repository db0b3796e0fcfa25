/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_INSIDE_H
#define GP_INSIDE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "machine/resolve.h"

/*
 * Opening what lies below a directory, and never what lies outside: links are followed as if that
 * directory were the root. Paths are absolute there.
 */
struct gp_inside {
	int root;   /* O_PATH; closed with the rest */
	bool walks; /* without openat2(), as on kernels and under seccomp filters that lack it */
	struct gp_inside_near {
		int fd; /* O_PATH; -1: none */
		size_t length;
		char path[PATH_MAX];
	} near[2]; /* the directories last looked into: an entry of one, and what is in that */
	unsigned int latest; /* of these */
};

/* root is ours from now on. */
void gp_inside_init(struct gp_inside *inside, int root, bool walks);

/* A file descriptor, closed on exec, or -errno; -ENOENT for ENOTDIR too. */
int gp_inside_open(struct gp_inside *inside, const char *path, int flags);
/* follow: the last component too. */
int gp_inside_stat(struct gp_inside *inside, const char *path, bool follow, struct stat *ret);
/* A link's text; -EINVAL: it is none. */
int gp_inside_readlink(struct gp_inside *inside, const char *path, char *ret, size_t size);
/* Whether the directory is there that path would be in. */
bool gp_inside_has_directory_of(struct gp_inside *inside, const char *path);
/* Of paths without links. */
struct gp_resolver gp_inside_resolver(struct gp_inside *inside);
void gp_inside_close(struct gp_inside *inside);

#endif
