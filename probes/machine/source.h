/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SOURCE_H
#define GP_SOURCE_H

#include "machine/attempt.h"
#include "machine/machine.h"
#include "machine/part.h"
#include "machine/resolve.h"
#include "machine/stream.h"

/*
 * Where a machine's bytes come from. The tree, the capture and the recorder (which wraps either)
 * are one each. Functions keep the contract of machine.h; paths are absolute and shorter than
 * PATH_MAX. What they hand out lives in the source's arena.
 */
struct gp_source {
	const struct gp_source_ops *ops;
	struct gp_arena *arena; /* the machine's; borrowed */
};

typedef void gp_klog_each(void *context, const struct gp_klog_line *line);

struct gp_source_ops {
	/* As stat(), the last component not followed. */
	int (*lstat)(struct gp_source *source, const char *path, struct gp_stat *ret);
	int (*stat)(struct gp_source *source, const char *path, struct gp_stat *ret);
	int (*read)(struct gp_source *source, const char *path, size_t cap, struct gp_bytes *ret);
	int (*read_part)(struct gp_source *source, const char *path, const struct gp_part *part,
		struct gp_bytes *ret);
	int (*extract)(struct gp_source *source, const char *path, const struct gp_extract *extract,
		struct gp_bytes *ret);
	int (*list)(struct gp_source *source, const char *path, struct gp_strings *ret);
	int (*readlink)(struct gp_source *source, const char *path, const char **ret);
	int (*klog)(struct gp_source *source, gp_klog_each *each, void *context,
		const char **ret_source, bool *ret_whole);
	/* Fills in what came of each. */
	void (*attempt)(struct gp_source *source, struct gp_attempts *attempts);
	void (*close)(struct gp_source *source);
};

/*
 * A plain tree or the live system; takes rootfd. force_walker: do without openat2(), as on
 * kernels and under seccomp filters that lack it.
 */
struct gp_source *gp_tree_source_new(
	struct gp_arena *arena, int rootfd, bool live, bool force_walker);

struct gp_capture;
/* Replays a capture, which is borrowed. */
struct gp_source *gp_capture_source_new(struct gp_arena *arena, const struct gp_capture *capture);

/* Hands on what inner says and remembers it; inner stays the caller's to close. */
struct gp_source *gp_recorder_new(struct gp_arena *arena, struct gp_source *inner);

/* Asks source's lstat and readlink. */
struct gp_resolver gp_source_resolver(struct gp_source *source);

/*
 * How much of path names the directory without which a tree says nothing about path: it was made
 * without that part of the system. 0: none, what is missing is absent.
 */
size_t gp_class_directory(const char *path);

bool gp_is_at_or_below(const char *path, const char *directory);

/* A copy with a NUL behind it. */
uint8_t *gp_bytes_copy(struct gp_arena *arena, const void *data, size_t size);

/* Writes what a recorder was asked for, of a machine that was seen in part or not; 0 or -errno. */
int gp_recorder_write(struct gp_source *recorder, bool redact, bool is_partial, FILE *out);

/*
 * A capture in memory, which it takes: malloc()ed, with a byte to spare behind size. name: what to
 * call the machine.
 */
int gp_machine_open_data(
	const char *name, char *data, size_t size, struct gp_machine **ret, char **ret_error);
/* A capture from memory, which is copied; errors as gp_machine_open(). */
int gp_machine_open_memory(
	const void *data, size_t size, struct gp_machine **ret, char **ret_error);
/* The tree at a directory, by either way of resolving. */
int gp_machine_open_tree(
	const char *root, bool force_walker, struct gp_machine **ret, char **ret_error);

#endif
