/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/recorder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/*
 * Every question is answered step by step, so that the links crossed and the directories passed
 * are in the capture too, and each thing is asked of the machine once: two answers that differ
 * could not both be replayed.
 */

static struct gp_recorder *recorder_of(struct gp_source *source)
{
	return (struct gp_recorder *)source;
}

static struct gp_seen *seen_at(struct gp_recorder *recorder, const char *path)
{
	struct gp_arena *arena = recorder->source.arena;
	struct gp_table_item *item = gp_table_at(arena, &recorder->seen, path, strlen(path));
	struct gp_seen *seen = item->value;

	if (!seen) {
		item->value = seen = gp_new(arena, struct gp_seen);
		seen->path = item->name;
	}
	return seen;
}

static int see_stat(struct gp_recorder *recorder, struct gp_seen *seen)
{
	if (!seen->is_stated) {
		seen->stat_error =
			recorder->inner->ops->lstat(recorder->inner, seen->path, &seen->stat);
		seen->is_stated = true;
	}
	return seen->stat_error;
}

static int see_link(struct gp_recorder *recorder, struct gp_seen *seen)
{
	if (!seen->is_linked) {
		seen->link_error =
			recorder->inner->ops->readlink(recorder->inner, seen->path, &seen->target);
		seen->is_linked = true;
	}
	return seen->link_error;
}

static int plain_type(void *context, const char *path, mode_t *ret)
{
	struct gp_seen *seen = seen_at(context, path);
	int r = see_stat(context, seen);

	/* A link's text is part of what it is: it may be crossed on replay though not here. */
	if (!r && S_ISLNK(seen->stat.mode))
		see_link(context, seen);
	if (!r)
		*ret = seen->stat.mode;
	return r;
}

static int plain_readlink(void *context, const char *path, char *ret, size_t size)
{
	struct gp_seen *seen = seen_at(context, path);
	int r = see_link(context, seen);

	if (r < 0)
		return r;
	if (strlen(seen->target) >= size)
		return -ENAMETOOLONG;
	memcpy(ret, seen->target, strlen(seen->target) + 1);
	return 0;
}

static int see(struct gp_source *source, const char *path, bool follow, struct gp_seen **ret)
{
	struct gp_recorder *recorder = recorder_of(source);
	struct gp_resolver resolver = {
		.type = plain_type, .readlink = plain_readlink, .context = recorder};
	char plain[PATH_MAX];
	int r = gp_resolve(&resolver, path, follow, plain);

	if (r < 0)
		return r;
	*ret = seen_at(recorder, plain);
	return see_stat(recorder, *ret);
}

static int stat_seen(struct gp_source *source, const char *path, bool follow, struct gp_stat *ret)
{
	struct gp_seen *seen;
	int r = see(source, path, follow, &seen);

	if (!r)
		*ret = seen->stat;
	return r;
}

static int record_lstat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	return stat_seen(source, path, false, ret);
}

static int record_stat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	return stat_seen(source, path, true, ret);
}

/* Somebody wants more of it than what was kept. */
static void see_all(struct gp_recorder *recorder, struct gp_seen *seen, size_t cap)
{
	seen->read_error =
		recorder->inner->ops->read(recorder->inner, seen->path, cap, &seen->content);
	seen->refused = cap;
	seen->is_read = true;
	seen->is_part = false;
}

static int record_read(struct gp_source *source, const char *path, size_t cap, struct gp_bytes *ret)
{
	struct gp_seen *seen;
	int r = see(source, path, true, &seen);

	if (r < 0)
		return r;
	if (seen->is_part)
		see_all(recorder_of(source), seen, GP_PART_MAX_FILE);
	else if (!seen->is_read || (seen->read_error == -EFBIG && cap > seen->refused))
		see_all(recorder_of(source), seen, cap);
	if (seen->read_error < 0)
		return seen->read_error;
	if (seen->content.size > cap)
		return -EFBIG;
	*ret = seen->content;
	return 0;
}

static bool is_same_part(const struct gp_part *a, const struct gp_part *b)
{
	return a->phrases == b->phrases && a->most == b->most && a->start == b->start &&
	       a->starts == b->starts && a->end == b->end && a->tail == b->tail;
}

static int record_read_part(struct gp_source *source, const char *path, const struct gp_part *part,
	struct gp_bytes *ret)
{
	struct gp_source *inner = recorder_of(source)->inner;
	struct gp_seen *seen;
	int r = see(source, path, true, &seen);

	if (r < 0)
		return r;
	if (!seen->is_read) {
		seen->read_error = inner->ops->read_part(inner, seen->path, part, &seen->content);
		seen->is_read = seen->is_part = true;
		seen->part = *part;
	} else if (seen->is_part && !is_same_part(&seen->part, part)) {
		see_all(recorder_of(source), seen, GP_PART_MAX_FILE);
	}
	if (seen->read_error < 0)
		return seen->read_error;
	*ret = gp_part_of(source->arena, part, seen->content.data, seen->content.size);
	return 0;
}

static int record_extract(struct gp_source *source, const char *path,
	const struct gp_extract *extract, struct gp_bytes *ret)
{
	struct gp_source *inner = recorder_of(source)->inner;
	struct gp_seen *seen;
	int r = see(source, path, true, &seen);

	if (r < 0)
		return r;
	if (!seen->is_read) {
		seen->read_error = inner->ops->extract(inner, seen->path, extract, &seen->content);
		seen->is_read = true;
	}
	if (!seen->read_error)
		*ret = seen->content;
	return seen->read_error;
}

static void see_child(struct gp_recorder *recorder, const char *directory, const char *name)
{
	const char *path =
		gp_printf(recorder->source.arena, "%s/%s", directory[1] ? directory : "", name);
	struct gp_seen *seen = seen_at(recorder, path);

	seen->is_named = true;
	if (!see_stat(recorder, seen) && S_ISLNK(seen->stat.mode))
		see_link(recorder, seen);
}

static int record_list(struct gp_source *source, const char *path, struct gp_strings *ret)
{
	struct gp_source *inner = recorder_of(source)->inner;
	struct gp_seen *seen;
	int r = see(source, path, true, &seen);

	if (r < 0)
		return r;
	if (!seen->is_listed) {
		seen->list_error = inner->ops->list(inner, seen->path, &seen->names);
		seen->is_listed = true;
		for (size_t i = 0; !seen->list_error && i < seen->names.n; i++)
			see_child(recorder_of(source), seen->path, seen->names.items[i]);
	}
	if (!seen->list_error)
		*ret = seen->names;
	return seen->list_error;
}

static int record_readlink(struct gp_source *source, const char *path, const char **ret)
{
	struct gp_seen *seen;
	int r = see(source, path, false, &seen);

	if (r < 0)
		return r;
	r = see_link(recorder_of(source), seen);
	if (!r)
		*ret = seen->target;
	return r;
}

static void keep_line(void *context, const struct gp_klog_line *line)
{
	struct gp_recorder *recorder = context;
	struct gp_klog_line *kept;

	if (line->is_boot)
		recorder->log.lines.n = 0;
	kept = gp_push(recorder->source.arena, &recorder->log.lines);
	*kept = *line;
	kept->is_boot = false;
	kept->text = (const char *)gp_bytes_copy(recorder->source.arena, line->text, line->size);
}

static int record_klog(struct gp_source *source, gp_klog_each *each, void *context,
	const char **ret_source, bool *ret_whole)
{
	struct gp_recorder *recorder = recorder_of(source);
	struct gp_seen_log *log = &recorder->log;

	if (!log->is_asked) {
		log->source = *ret_source;
		log->error = recorder->inner->ops->klog(
			recorder->inner, keep_line, recorder, &log->source, &log->whole);
		log->is_asked = true;
	}
	*ret_source = log->source;
	if (log->error < 0)
		return log->error;
	for (size_t i = 0; i < log->lines.n; i++)
		each(context, &log->lines.items[i]);
	*ret_whole = log->whole;
	return 0;
}

/* As a file that no machine has. */
static void see_attempt(struct gp_recorder *recorder, const struct gp_attempt *attempt)
{
	struct gp_seen *seen = seen_at(recorder, gp_attempt_path(recorder->source.arena, attempt));

	seen->is_stated = seen->is_read = seen->is_named = true;
	seen->stat = (struct gp_stat){.mode = S_IFREG | 0444};
	seen->stat_error = attempt->error;
	seen->content = attempt->said;
}

static void record_attempt(struct gp_source *source, struct gp_attempts *attempts)
{
	struct gp_source *inner = recorder_of(source)->inner;

	inner->ops->attempt(inner, attempts);
	gp_each (attempt, attempts)
		see_attempt(recorder_of(source), attempt);
}

static void record_close(struct gp_source *source)
{
	(void)source;
}

static const struct gp_source_ops recorder_ops = {
	.lstat = record_lstat,
	.stat = record_stat,
	.read = record_read,
	.read_part = record_read_part,
	.extract = record_extract,
	.list = record_list,
	.readlink = record_readlink,
	.klog = record_klog,
	.attempt = record_attempt,
	.close = record_close,
};

struct gp_source *gp_recorder_new(struct gp_arena *arena, struct gp_source *inner)
{
	struct gp_recorder *recorder = gp_new(arena, struct gp_recorder);

	recorder->source = (struct gp_source){.ops = &recorder_ops, .arena = arena};
	recorder->inner = inner;
	return &recorder->source;
}
