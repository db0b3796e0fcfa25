/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "machine/buffer.h"
#include "machine/klog.h"
#include "machine/owners.h"
#include "machine/resolve.h"

#define MAX_NAMES (1u << 20)

struct tree {
	struct gp_source source;
	int rootfd;
	bool live;
	bool walks; /* no openat2() here */
	struct gp_owners owners;
	struct gp_buffer buffer;
};

static struct tree *tree_of(struct gp_source *source)
{
	return (struct tree *)source;
}

static int said(int error)
{
	return error == ENOTDIR ? -ENOENT : -error;
}

/* A path without links, opened step by step so that a link put there meanwhile is refused. */
static int open_plain(const struct tree *tree, const char *path, int flags)
{
	char name[NAME_MAX + 1];
	int dir = tree->rootfd;

	for (;;) {
		size_t length = strcspn(path += strspn(path, "/"), "/");
		bool last = path[length] == '\0';
		int fd;

		if (length > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, path, length);
		name[length] = '\0';
		path += length;
		fd = openat(dir, length ? name : ".",
			last ? flags | O_NOFOLLOW | O_CLOEXEC
			     : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (dir != tree->rootfd) {
			int error = errno;

			close(dir);
			errno = error;
		}
		if (fd < 0)
			return said(errno);
		if (last)
			return fd;
		dir = fd;
	}
}

static int plain_type(void *context, const char *path, mode_t *ret)
{
	int fd = open_plain(context, path, O_PATH);
	struct stat st;
	int r = 0;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		r = -errno;
	else
		*ret = st.st_mode;
	close(fd);
	return r;
}

static int link_text(int fd, char *ret, size_t size)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISLNK(st.st_mode))
		return -EINVAL;
	n = readlinkat(fd, "", ret, size);
	if (n < 0)
		return -errno;
	if ((size_t)n >= size)
		return -ENAMETOOLONG;
	ret[n] = '\0';
	return 0;
}

static int plain_readlink(void *context, const char *path, char *ret, size_t size)
{
	int fd = open_plain(context, path, O_PATH);
	int r;

	if (fd < 0)
		return fd;
	r = link_text(fd, ret, size);
	close(fd);
	return r;
}

static struct gp_resolver plain_resolver(struct tree *tree)
{
	return (struct gp_resolver){
		.type = plain_type, .readlink = plain_readlink, .context = tree};
}

static int open_walking(struct tree *tree, const char *path, int flags)
{
	struct gp_resolver resolver = plain_resolver(tree);
	char plain[PATH_MAX];
	int r = gp_resolve(&resolver, path, !(flags & O_NOFOLLOW), plain);

	return r < 0 ? r : open_plain(tree, plain, flags);
}

static int open_inside(struct tree *tree, const char *path, int flags)
{
	struct open_how how = {
		.flags = (unsigned int)(flags | O_CLOEXEC),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};

	/* EAGAIN: something was renamed while ".." was looked up. */
	for (int i = 0; i < 3 && !tree->walks; i++) {
		long fd = syscall(SYS_openat2, tree->rootfd, path, &how, sizeof(how));

		if (fd >= 0)
			return (int)fd;
		if (errno == ENOSYS || errno == EPERM)
			tree->walks = true;
		else if (errno != EAGAIN)
			return said(errno);
	}
	return open_walking(tree, path, flags);
}

static bool is_class_directory(const char *path)
{
	return gp_class_directory(path) == strlen(path);
}

/* The commonest absence: the directory is there, and only the file is not. */
static bool has_directory_of(struct tree *tree, const char *path)
{
	char *directory = strndupa(path, (size_t)(strrchr(path, '/') - path));
	int fd = open_inside(tree, directory, O_PATH | O_DIRECTORY);

	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Whether path is absent, or of a part of the system that this tree was made without. */
static int missing(struct tree *tree, const char *path)
{
	struct gp_resolver resolver = plain_resolver(tree);
	char first[PATH_MAX]; /* of what is not there */
	mode_t mode;

	if (tree->live || !gp_class_directory(path))
		return -ENOENT;
	if (!is_class_directory(path) && has_directory_of(tree, path))
		return -ENOENT;
	if (gp_resolve(&resolver, path, true, first) != -ENOENT)
		return -ENOENT;
	return is_class_directory(first) && plain_type(tree, first, &mode) == -ENOENT ? -ENODATA
										      : -ENOENT;
}

static int open_known(struct tree *tree, const char *path, int flags)
{
	int fd = open_inside(tree, path, flags);

	return fd == -ENOENT ? missing(tree, path) : fd;
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

static int stat_with(struct gp_source *source, const char *path, int flags, struct gp_stat *ret)
{
	struct tree *tree = tree_of(source);
	int fd = open_known(tree, path, O_PATH | flags);
	struct stat st;
	int r = 0;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		r = -errno;
	close(fd);
	if (!r)
		describe(tree, &st, ret);
	return r;
}

static int tree_lstat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	return stat_with(source, path, O_NOFOLLOW, ret);
}

static int tree_stat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	return stat_with(source, path, 0, ret);
}

/* Opens what is a regular file already, and is still the same one afterwards. */
static int open_regular(struct tree *tree, const char *path, struct stat *ret)
{
	int fd = open_known(tree, path, O_PATH);
	struct stat before;
	int r;

	if (fd < 0)
		return fd;
	r = fstat(fd, &before) < 0 ? -errno : 0;
	close(fd);
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
	int fd = open_known(tree_of(source), path, O_PATH | O_NOFOLLOW);
	char target[PATH_MAX];
	int r;

	if (fd < 0)
		return fd;
	r = link_text(fd, target, sizeof(target));
	close(fd);
	if (!r)
		*ret = gp_strdup(source->arena, target);
	return r;
}

static int live_klog(struct tree *tree, gp_klog_each *each, void *context, bool *ret_whole)
{
	struct gp_stat st;
	int fd, r = tree_stat(&tree->source, "/dev/kmsg", &st);

	if (r < 0)
		return r;
	if (!S_ISCHR(st.mode) || st.dev_major != 1 || st.dev_minor != 11)
		return -ENOENT;
	fd = open_inside(tree, "/dev/kmsg", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fd;
	r = gp_klog_read_kmsg(fd, each, context, ret_whole);
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

static void tree_close(struct gp_source *source)
{
	struct tree *tree = tree_of(source);

	close(tree->rootfd);
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
	.close = tree_close,
};

struct gp_source *gp_tree_source_new(
	struct gp_arena *arena, int rootfd, bool live, bool force_walker)
{
	struct tree *tree = gp_new(arena, struct tree);

	tree->source = (struct gp_source){.ops = &tree_ops, .arena = arena};
	tree->rootfd = rootfd;
	tree->live = live;
	tree->walks = force_walker;
	return &tree->source;
}
