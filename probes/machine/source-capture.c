/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "machine/capture.h"
#include "machine/capture-text.h"

#define MAX_SECONDS (INT64_MAX / 1000000 - 1)

struct replay {
	struct gp_source source;
	const struct gp_capture *capture;
};

static const struct gp_capture *capture_of(struct gp_source *source)
{
	return ((struct replay *)source)->capture;
}

/* How many entries come before path. */
static size_t lower_bound(const struct gp_capture *capture, const char *path)
{
	size_t low = 0, high = capture->entries.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (gp_path_compare(capture->entries.items[middle].path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Whether path is below the directory of that many bytes; "/" has none. */
static bool is_below(const char *path, const char *directory, size_t length)
{
	return !strncmp(path, directory, length) && path[length] == '/' && path[length + 1];
}

static size_t directory_length(const char *path)
{
	return path[1] ? strlen(path) : 0;
}

/* The first entry from `from` on that is not below the directory. */
static size_t end_below(
	const struct gp_capture *capture, size_t from, const char *directory, size_t length)
{
	size_t low = from, high = capture->entries.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (is_below(capture->entries.items[middle].path, directory, length))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Of a partial capture: whether path is in none of the directories that are known as a whole. */
static bool is_out_of_sight(const struct gp_capture *capture, const char *path)
{
	char above[PATH_MAX];
	size_t at;

	for (size_t length = strlen(path); length > 1;) {
		while (length > 1 && path[length - 1] != '/')
			length--;
		length -= length > 1;
		memcpy(above, path, length);
		above[length] = '\0';
		at = lower_bound(capture, above);
		if (at == capture->entries.n || strcmp(capture->entries.items[at].path, above) != 0)
			continue;
		return capture->entries.items[at].kind != GP_ENTRY_DIRECTORY ||
		       capture->entries.items[at].children == GP_CHILDREN_NOT_LISTED;
	}
	return true;
}

static int missing(const struct gp_capture *capture, const char *path)
{
	if (!capture->cut || (capture->is_partial && !is_out_of_sight(capture, path)))
		return -ENOENT;
	return -ENODATA;
}

/*
 * The entry of a path without links. NULL with 0: a directory that only leads to others;
 * -ENOENT, or -ENODATA where it may have been in the part that is missing.
 */
static int find(const struct gp_capture *capture, const char *path, const struct gp_entry **ret)
{
	size_t at = lower_bound(capture, path);
	const struct gp_entry *entry;

	*ret = NULL;
	if (at < capture->entries.n) {
		entry = &capture->entries.items[at];
		if (!strcmp(entry->path, path)) {
			*ret = entry;
			return entry->kind == GP_ENTRY_ERROR ? -entry->error : 0;
		}
		if (is_below(entry->path, path, directory_length(path)))
			return 0;
	}
	if (!path[1] && !capture->cut)
		return 0;
	return missing(capture, path);
}

static int plain_type(void *context, const char *path, mode_t *ret)
{
	const struct gp_entry *entry;
	int r = find(context, path, &entry);

	if (!r)
		*ret = entry ? entry->mode : S_IFDIR;
	return r;
}

static int plain_readlink(void *context, const char *path, char *ret, size_t size)
{
	const struct gp_entry *entry;
	int r = find(context, path, &entry);

	if (r < 0)
		return r;
	if (!entry || entry->kind != GP_ENTRY_LINK)
		return -EINVAL;
	if (strlen(entry->body) >= size)
		return -ENAMETOOLONG;
	memcpy(ret, entry->body, strlen(entry->body) + 1);
	return 0;
}

static int resolve(const struct gp_capture *capture, const char *path, bool follow,
	char plain[static PATH_MAX])
{
	struct gp_resolver resolver = {
		.type = plain_type,
		.readlink = plain_readlink,
		.context = (void *)(uintptr_t)capture,
	};

	return gp_resolve(&resolver, path, follow, plain);
}

static int look_up(const struct gp_capture *capture, const char *path, bool follow,
	char plain[static PATH_MAX], const struct gp_entry **ret)
{
	int r;

	/* An entry named directly is the commonest case: no link to follow, no step to take. */
	if (!capture->has_buried && !find(capture, path, ret) && *ret &&
		!(follow && (*ret)->kind == GP_ENTRY_LINK)) {
		memcpy(plain, path, strlen(path) + 1);
		return 0;
	}
	r = resolve(capture, path, follow, plain);
	return r < 0 ? r : find(capture, plain, ret);
}

static int stat_entry(struct gp_source *source, const char *path, bool follow, struct gp_stat *ret)
{
	char plain[PATH_MAX];
	const struct gp_entry *entry;
	int r = look_up(capture_of(source), path, follow, plain, &entry);

	if (r < 0)
		return r;
	if (!entry) {
		*ret = (struct gp_stat){.mode = S_IFDIR | 0755};
		return 0;
	}
	*ret = (struct gp_stat){
		.mode = entry->mode,
		.owner = entry->owner,
		.group = entry->group,
		.dev_major = entry->dev_major,
		.dev_minor = entry->dev_minor,
		.mtime = entry->mtime,
	};
	return 0;
}

static int replay_lstat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	return stat_entry(source, path, false, ret);
}

static int replay_stat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	return stat_entry(source, path, true, ret);
}

static int read_entry(
	struct gp_arena *arena, const struct gp_entry *entry, size_t cap, struct gp_bytes *ret)
{
	char *data;
	size_t size;

	if (entry && entry->kind == GP_ENTRY_UNREADABLE)
		return -entry->error;
	if (!entry || S_ISDIR(entry->mode))
		return -EISDIR;
	if (!S_ISREG(entry->mode))
		return -EINVAL;
	if (entry->kind == GP_ENTRY_NAME || entry->is_partial)
		return -ENODATA;
	size = gp_content_size(entry->body, entry->body_size);
	if (size > cap)
		return -EFBIG;
	data = gp_alloc(arena, size + 1, 1);
	gp_content_decode(entry->body, entry->body_size, data);
	*ret = (struct gp_bytes){.data = (const uint8_t *)data, .size = size};
	return 0;
}

static int replay_read(struct gp_source *source, const char *path, size_t cap, struct gp_bytes *ret)
{
	char plain[PATH_MAX];
	const struct gp_entry *entry;
	int r = look_up(capture_of(source), path, true, plain, &entry);

	return r < 0 ? r : read_entry(source->arena, entry, cap, ret);
}

static int replay_read_part(struct gp_source *source, const char *path, const struct gp_part *part,
	struct gp_bytes *ret)
{
	struct gp_bytes whole;
	int r = replay_read(source, path, GP_PART_MAX_FILE, &whole);

	if (!r)
		*ret = gp_part_of(source->arena, part, whole.data, whole.size);
	return r;
}

static int replay_extract(struct gp_source *source, const char *path,
	const struct gp_extract *extract, struct gp_bytes *ret)
{
	return replay_read(source, path, extract->max_kept, ret);
}

/* Whether entries below path may be missing because the capture was cut off. */
static bool is_doubtful(const struct gp_capture *capture, const char *path)
{
	const char *last;

	if (!capture->cut || capture->log.source)
		return capture->cut && !capture->is_ordered;
	if (!capture->is_ordered || !capture->entries.n)
		return true;
	last = capture->entries.items[capture->entries.n - 1].path;
	return gp_path_compare(last, path) <= 0 || is_below(last, path, directory_length(path));
}

/* Of a partial capture what was seen, though there may be more. */
static int list_partial(const struct gp_entry *entry, const struct gp_strings *names)
{
	if (entry && entry->kind == GP_ENTRY_DIRECTORY && entry->children != GP_CHILDREN_NOT_LISTED)
		return 0;
	return names->n ? 0 : -ENODATA;
}

static void collect_names(struct gp_arena *arena, const struct gp_capture *capture,
	const char *directory, struct gp_strings *names)
{
	size_t length = directory_length(directory);
	size_t at = lower_bound(capture, directory);

	if (at < capture->entries.n && !strcmp(capture->entries.items[at].path, directory))
		at++;
	while (at < capture->entries.n) {
		const char *path = capture->entries.items[at].path;
		size_t name;

		if (!is_below(path, directory, length))
			break;
		name = strcspn(path + length + 1, "/");
		gp_strings_add(arena, names, gp_strndup(arena, path + length + 1, name));
		if (path[length + 1 + name] == '\0')
			at++;
		at = end_below(capture, at, path, length + 1 + name);
	}
}

static int replay_list(struct gp_source *source, const char *path, struct gp_strings *ret)
{
	const struct gp_capture *capture = capture_of(source);
	struct gp_strings names = {0};
	char plain[PATH_MAX];
	const struct gp_entry *entry;
	int r = look_up(capture, path, true, plain, &entry);

	if (r < 0)
		return r;
	if (entry && entry->kind == GP_ENTRY_UNREADABLE)
		return -entry->error;
	if (entry && !S_ISDIR(entry->mode))
		return -ENOENT;
	if (entry && !capture->is_partial &&
		(entry->kind == GP_ENTRY_NAME || entry->children == GP_CHILDREN_NOT_LISTED))
		return -ENODATA;
	collect_names(source->arena, capture, plain, &names);
	if (capture->is_partial) {
		if (list_partial(entry, &names))
			return -ENODATA;
	} else if (entry && entry->children >= 0) {
		if (names.n < (size_t)entry->children)
			return -ENODATA;
	} else if (is_doubtful(capture, plain)) {
		return -ENODATA;
	}
	gp_strings_sort(&names);
	*ret = names;
	return 0;
}

static int replay_readlink(struct gp_source *source, const char *path, const char **ret)
{
	char plain[PATH_MAX];
	const struct gp_entry *entry;
	int r = look_up(capture_of(source), path, false, plain, &entry);

	if (r < 0)
		return r;
	if (!entry || entry->kind != GP_ENTRY_LINK)
		return -EINVAL;
	*ret = entry->body;
	return 0;
}

static size_t take_digits(const char *text, size_t size, uint64_t *ret)
{
	size_t n = 0;

	for (*ret = 0; n < size && n < 13 && text[n] >= '0' && text[n] <= '9'; n++)
		*ret = *ret * 10 + (uint64_t)(text[n] - '0');
	return n;
}

/* "    1.234567" of microseconds; -1 for anything else. */
static int64_t parse_stamp(const char *text, size_t size)
{
	uint64_t seconds, fraction;
	size_t n;

	while (size && *text == ' ') {
		text++;
		size--;
	}
	n = take_digits(text, size, &seconds);
	if (!n || n == size || text[n] != '.')
		return -1;
	text += n + 1;
	size -= n + 1;
	if (size != 6 || take_digits(text, size, &fraction) != 6 || seconds > MAX_SECONDS)
		return -1;
	return (int64_t)(seconds * 1000000 + fraction);
}

/* "[    1.234567] TEXT" or "[?] TEXT"; the stamp's own bytes hold no escape. */
static bool parse_log_line(const char *text, size_t size, struct gp_klog_line *ret)
{
	const char *end = memchr(text, ']', size);

	if (!end)
		return false;
	ret->usec = parse_stamp(text + 1, (size_t)(end - text) - 1);
	end++;
	if (end < text + size && *end == ' ')
		end++;
	ret->text = end;
	ret->size = (size_t)(text + size - end);
	return true;
}

static void hand_out(
	const struct gp_klog_line *line, char *scratch, gp_klog_each *each, void *context)
{
	struct gp_klog_line plain = *line;

	if (memchr(line->text, '\\', line->size)) {
		plain.size = gp_unescape(scratch, line->text, line->size);
		plain.text = scratch;
	}
	each(context, &plain);
}

static int replay_klog(struct gp_source *source, gp_klog_each *each, void *context,
	const char **ret_source, bool *ret_whole)
{
	const struct gp_capture *capture = capture_of(source);
	const struct gp_capture_log *log = &capture->log;
	size_t left = log->size;
	char *scratch;

	if (!log->source)
		return capture->cut ? -ENODATA : -ENOENT;
	*ret_source = log->source;
	if (log->error)
		return -log->error;
	*ret_whole = log->whole;
	scratch = malloc(left + 1);
	if (!scratch)
		return -ENOMEM;
	for (const char *text = log->body; left;) {
		const char *end = memchr(text, '\n', left);
		size_t size = end ? (size_t)(end - text) : left;
		size_t whole = size && text[size - 1] == '\r' ? size - 1 : size;
		struct gp_klog_line line = {0};

		if (whole && text[0] == '[' && parse_log_line(text, whole, &line))
			hand_out(&line, scratch, each, context);
		text += size + (end ? 1 : 0);
		left -= size + (end ? 1 : 0);
	}
	free(scratch);
	return 0;
}

/* By its name alone: one attempt may be named like a directory that holds others. */
static int replay_one(struct gp_source *source, struct gp_attempt *attempt)
{
	const struct gp_entry *entry;
	int r = find(capture_of(source), gp_attempt_path(source->arena, attempt), &entry);

	/* What is not in it was not tried; a missing program is there, as an error. */
	if (r == -ENOENT && !entry)
		return -ENODATA;
	if (r < 0)
		return r;
	return entry ? read_entry(source->arena, entry, GP_ATTEMPT_MOST, &attempt->said) : -ENODATA;
}

static void replay_attempt(struct gp_source *source, struct gp_attempts *attempts)
{
	gp_each (attempt, attempts)
		attempt->error = replay_one(source, attempt);
}

static void replay_close(struct gp_source *source)
{
	(void)source;
}

static const struct gp_source_ops replay_ops = {
	.lstat = replay_lstat,
	.stat = replay_stat,
	.read = replay_read,
	.read_part = replay_read_part,
	.extract = replay_extract,
	.list = replay_list,
	.readlink = replay_readlink,
	.klog = replay_klog,
	.attempt = replay_attempt,
	.close = replay_close,
};

struct gp_source *gp_capture_source_new(struct gp_arena *arena, const struct gp_capture *capture)
{
	struct replay *replay = gp_new(arena, struct replay);

	replay->source = (struct gp_source){.ops = &replay_ops, .arena = arena};
	replay->capture = capture;
	return &replay->source;
}
