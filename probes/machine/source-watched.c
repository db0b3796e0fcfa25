/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/watch.h"

struct watched {
	struct gp_source source;
	struct gp_source *inner;
	struct gp_watch *watch;
};

static struct watched *watched_of(struct gp_source *source)
{
	return (struct watched *)source;
}

static int leave(const struct watched *watched, int r)
{
	gp_watch_leave(watched->watch);
	return r;
}

static int watched_lstat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	struct watched *watched = watched_of(source);
	struct gp_source *inner = watched->inner;
	int r = gp_watch_enter(watched->watch, path);

	return r < 0 ? r : leave(watched, inner->ops->lstat(inner, path, ret));
}

static int watched_stat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	struct watched *watched = watched_of(source);
	struct gp_source *inner = watched->inner;
	int r = gp_watch_enter(watched->watch, path);

	return r < 0 ? r : leave(watched, inner->ops->stat(inner, path, ret));
}

static int watched_read(
	struct gp_source *source, const char *path, size_t cap, struct gp_bytes *ret)
{
	struct watched *watched = watched_of(source);
	struct gp_source *inner = watched->inner;
	int r = gp_watch_enter(watched->watch, path);

	return r < 0 ? r : leave(watched, inner->ops->read(inner, path, cap, ret));
}

static int watched_read_part(struct gp_source *source, const char *path, const struct gp_part *part,
	struct gp_bytes *ret)
{
	struct watched *watched = watched_of(source);
	struct gp_source *inner = watched->inner;
	int r = gp_watch_enter(watched->watch, path);

	return r < 0 ? r : leave(watched, inner->ops->read_part(inner, path, part, ret));
}

static int watched_extract(struct gp_source *source, const char *path,
	const struct gp_extract *extract, struct gp_bytes *ret)
{
	struct watched *watched = watched_of(source);
	struct gp_source *inner = watched->inner;
	int r = gp_watch_enter(watched->watch, path);

	return r < 0 ? r : leave(watched, inner->ops->extract(inner, path, extract, ret));
}

static int watched_list(struct gp_source *source, const char *path, struct gp_strings *ret)
{
	struct watched *watched = watched_of(source);
	struct gp_source *inner = watched->inner;
	int r = gp_watch_enter(watched->watch, path);

	return r < 0 ? r : leave(watched, inner->ops->list(inner, path, ret));
}

static int watched_readlink(struct gp_source *source, const char *path, const char **ret)
{
	struct watched *watched = watched_of(source);
	struct gp_source *inner = watched->inner;
	int r = gp_watch_enter(watched->watch, path);

	return r < 0 ? r : leave(watched, inner->ops->readlink(inner, path, ret));
}

static int watched_klog(struct gp_source *source, gp_klog_each *each, void *context,
	const char **ret_source, bool *ret_whole)
{
	struct watched *watched = watched_of(source);
	struct gp_source *inner = watched->inner;
	int r = gp_watch_enter(watched->watch, "kernel log");

	return r < 0 ? r
		     : leave(watched,
			       inner->ops->klog(inner, each, context, ret_source, ret_whole));
}

/* Attempts have deadlines of their own. */
static void watched_attempt(struct gp_source *source, struct gp_attempts *attempts)
{
	struct gp_source *inner = watched_of(source)->inner;

	inner->ops->attempt(inner, attempts);
}

static void watched_close(struct gp_source *source)
{
	struct gp_source *inner = watched_of(source)->inner;

	inner->ops->close(inner);
}

static const struct gp_source_ops watched_ops = {
	.lstat = watched_lstat,
	.stat = watched_stat,
	.read = watched_read,
	.read_part = watched_read_part,
	.extract = watched_extract,
	.list = watched_list,
	.readlink = watched_readlink,
	.klog = watched_klog,
	.attempt = watched_attempt,
	.close = watched_close,
};

struct gp_source *gp_watched_new(
	struct gp_arena *arena, struct gp_source *inner, struct gp_watch *watch)
{
	struct watched *watched = gp_new(arena, struct watched);

	watched->source = (struct gp_source){.ops = &watched_ops, .arena = arena};
	watched->inner = inner;
	watched->watch = watch;
	return &watched->source;
}
