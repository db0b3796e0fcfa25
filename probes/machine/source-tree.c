/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "machine/buffer.h"
#include "machine/inside.h"
#include "machine/journal.h"
#include "machine/klog.h"
#include "machine/owners.h"

#define MAX_NAMES (1u << 20)

struct tree {
	struct gp_source source;
	struct gp_inside inside;
	bool live;
	struct gp_owners owners;
	struct gp_buffer buffer;
};

static struct tree *tree_of(struct gp_source *source)
{
	return (struct tree *)source;
}

static bool is_class_directory(const char *path)
{
	return gp_class_directory(path) == strlen(path);
}

/* Whether path is absent, or of a part of the system that this tree was made without. */
static int missing(struct tree *tree, const char *path)
{
	struct gp_resolver resolver = gp_inside_resolver(&tree->inside);
	char first[PATH_MAX]; /* of what is not there */
	mode_t mode;

	if (tree->live || !gp_class_directory(path))
		return -ENOENT;
	if (!is_class_directory(path) && gp_inside_has_directory_of(&tree->inside, path))
		return -ENOENT;
	if (gp_resolve(&resolver, path, true, first) != -ENOENT)
		return -ENOENT;
	return is_class_directory(first) && resolver.type(resolver.context, first, &mode) == -ENOENT
		       ? -ENODATA
		       : -ENOENT;
}

/* Says more where r is that path is not there. */
static int known(struct tree *tree, const char *path, int r)
{
	return r == -ENOENT ? missing(tree, path) : r;
}

static int open_known(struct tree *tree, const char *path, int flags)
{
	return known(tree, path, gp_inside_open(&tree->inside, path, flags));
}

static int stat_known(struct tree *tree, const char *path, bool follow, struct stat *ret)
{
	return known(tree, path, gp_inside_stat(&tree->inside, path, follow, ret));
}

static void describe(struct tree *tree, const struct stat *st, struct gp_stat *ret)
{
	*ret = (struct gp_stat){.mode = st->st_mode};
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
		ret->dev_major = major(st->st_rdev);
		ret->dev_minor = minor(st->st_rdev);
	}
	if (!tree->live)
		return;
	ret->mtime = st->st_mtim.tv_sec;
	ret->owner = gp_owners_user(&tree->owners, &tree->source, st->st_uid);
	ret->group = gp_owners_group(&tree->owners, &tree->source, st->st_gid);
}

static int stat_with(struct gp_source *source, const char *path, bool follow, struct gp_stat *ret)
{
	struct tree *tree = tree_of(source);
	struct stat st;
	int r = stat_known(tree, path, follow, &st);

	if (!r)
		describe(tree, &st, ret);
	return r;
}

static int tree_lstat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	return stat_with(source, path, false, ret);
}

static int tree_stat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	return stat_with(source, path, true, ret);
}

/* Opens what is a regular file already, and is still the same one afterwards. */
static int open_regular(struct tree *tree, const char *path, struct stat *ret)
{
	struct stat before;
	int fd, r = stat_known(tree, path, true, &before);

	if (r < 0)
		return r;
	if (!S_ISREG(before.st_mode))
		return S_ISDIR(before.st_mode) ? -EISDIR : -EINVAL;
	fd = open_known(tree, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fd;
	if (!fstat(fd, ret) && before.st_dev == ret->st_dev && before.st_ino == ret->st_ino)
		return fd;
	close(fd);
	return -ESTALE;
}

/* All of it, or its last `tail` bytes and the one before, which says whether a line begins there.
 */
static ssize_t read_to_buffer(struct tree *tree, const char *path, size_t tail, size_t cap)
{
	struct stat st;
	int fd = open_regular(tree, path, &st);
	off_t from = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	if (tail && st.st_size > (off_t)tail)
		from = st.st_size - (off_t)tail - 1;
	n = from && lseek(fd, from, SEEK_SET) < 0 ? -errno : 0;
	if (!n)
		n = gp_buffer_read(&tree->buffer, fd, from, st.st_size, cap);
	close(fd);
	return n;
}

static int tree_read(struct gp_source *source, const char *path, size_t cap, struct gp_bytes *ret)
{
	struct tree *tree = tree_of(source);
	ssize_t n = read_to_buffer(tree, path, 0, cap);

	if (n < 0)
		return (int)n;
	*ret = (struct gp_bytes){
		.data = gp_bytes_copy(source->arena, tree->buffer.data, (size_t)n),
		.size = (size_t)n,
	};
	return 0;
}

static int tree_read_part(struct gp_source *source, const char *path, const struct gp_part *part,
	struct gp_bytes *ret)
{
	struct tree *tree = tree_of(source);
	ssize_t n = read_to_buffer(tree, path, part->tail, GP_PART_MAX_FILE);

	if (n >= 0)
		*ret = gp_part_of(source->arena, part, tree->buffer.data, (size_t)n);
	gp_buffer_trim(&tree->buffer);
	return n < 0 ? (int)n : 0;
}

struct file_stream {
	struct gp_stream stream;
	int fd;
};

static ssize_t read_file(struct gp_stream *stream, void *buffer, size_t size)
{
	ssize_t n;

	do
		n = read(((struct file_stream *)stream)->fd, buffer, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static int tree_extract(struct gp_source *source, const char *path,
	const struct gp_extract *extract, struct gp_bytes *ret)
{
	struct file_stream file = {.stream.read = read_file};
	struct stat st;
	int r;

	file.fd = open_regular(tree_of(source), path, &st);
	if (file.fd < 0)
		return file.fd;
	if ((uint64_t)st.st_size > extract->max_file)
		r = -EFBIG;
	else
		r = extract->make(source->arena, &file.stream, ret);
	close(file.fd);
	return r;
}

static int read_names(struct gp_arena *arena, DIR *dir, struct gp_strings *names)
{
	for (;;) {
		struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (names->n == MAX_NAMES)
			return -EFBIG;
		gp_strings_add(arena, names, gp_strdup(arena, entry->d_name));
	}
}

static int tree_list(struct gp_source *source, const char *path, struct gp_strings *ret)
{
	struct gp_strings names = {0};
	int r, fd = open_known(tree_of(source), path, O_RDONLY | O_DIRECTORY | O_NONBLOCK);
	DIR *dir;

	if (fd < 0)
		return fd;
	dir = fdopendir(fd);
	if (!dir) {
		r = -errno;
		close(fd);
		return r;
	}
	r = read_names(source->arena, dir, &names);
	closedir(dir);
	if (r < 0)
		return r;
	gp_strings_sort(&names);
	*ret = names;
	return 0;
}

static int tree_readlink(struct gp_source *source, const char *path, const char **ret)
{
	struct tree *tree = tree_of(source);
	char target[PATH_MAX];
	int r = known(tree, path, gp_inside_readlink(&tree->inside, path, target, sizeof(target)));

	if (!r)
		*ret = gp_strdup(source->arena, target);
	return r;
}

static int live_klog(struct tree *tree, gp_klog_each *each, void *context, bool *ret_whole)
{
	struct gp_stat st;
	bool has_start = false;
	int64_t lost;
	int fd, r = tree_stat(&tree->source, "/dev/kmsg", &st);

	if (r < 0)
		return r;
	if (!S_ISCHR(st.mode) || st.dev_major != 1 || st.dev_minor != 11)
		return -ENOENT;
	fd = gp_inside_open(&tree->inside, "/dev/kmsg", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fd;
	lost = gp_klog_lost_before(fd);
	if (lost)
		gp_journal_read(NULL, NULL, lost, each, context, &has_start);
	r = gp_klog_read_kmsg(fd, has_start, each, context, ret_whole);
	close(fd);
	return r;
}

static int tree_klog(struct gp_source *source, gp_klog_each *each, void *context,
	const char **ret_source, bool *ret_whole)
{
	static const char *const files[] = {"/var/log/dmesg", "/var/log/kern.log"};
	struct tree *tree = tree_of(source);
	int worst = -ENOENT;

	if (tree->live) {
		*ret_source = "/dev/kmsg";
		return live_klog(tree, each, context, ret_whole);
	}
	for (size_t i = 0; i < GP_ARRAY_SIZE(files); i++) {
		struct stat st;
		int fd = open_regular(tree, files[i], &st);
		int r = fd;

		*ret_source = files[i];
		if (fd >= 0) {
			r = gp_klog_read_text(fd, each, context, ret_whole);
			close(fd);
		}
		/* A log without a message ("nothing has been logged yet") leaves it to the next. */
		if (r > 0 || (r < 0 && r != -ENOENT))
			return r < 0 ? r : 0;
		if (!r)
			worst = 0;
	}
	return worst;
}

static void tree_attempt(struct gp_source *source, struct gp_attempts *attempts)
{
	if (tree_of(source)->live) {
		gp_attempts_run(source->arena, attempts, NULL, GP_ATTEMPT_SECONDS);
		return;
	}
	gp_each (attempt, attempts)
		attempt->error = -ENODATA;
}

static void tree_close(struct gp_source *source)
{
	struct tree *tree = tree_of(source);

	gp_inside_close(&tree->inside);
	gp_buffer_free(&tree->buffer);
}

static const struct gp_source_ops tree_ops = {
	.lstat = tree_lstat,
	.stat = tree_stat,
	.read = tree_read,
	.read_part = tree_read_part,
	.extract = tree_extract,
	.list = tree_list,
	.readlink = tree_readlink,
	.klog = tree_klog,
	.attempt = tree_attempt,
	.close = tree_close,
};

struct gp_source *gp_tree_source_new(
	struct gp_arena *arena, int rootfd, bool live, bool force_walker)
{
	struct tree *tree = gp_new(arena, struct tree);

	tree->source = (struct gp_source){.ops = &tree_ops, .arena = arena};
	gp_inside_init(&tree->inside, rootfd, force_walker);
	tree->live = live;
	return &tree->source;
}
