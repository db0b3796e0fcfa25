/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/arena.h"

static int said(int error)
{
	return error == ENOTDIR ? -ENOENT : -error;
}

/* A path without links, opened step by step so that a link put there meanwhile is refused. */
static int open_plain(const struct gp_inside *inside, const char *path, int flags)
{
	char name[NAME_MAX + 1];
	int dir = inside->root;

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
		if (dir != inside->root) {
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

static int link_at(int directory, const char *name, char *ret, size_t size)
{
	ssize_t n = readlinkat(directory, name, ret, size);

	if (n < 0)
		return said(errno);
	if ((size_t)n >= size)
		return -ENAMETOOLONG;
	ret[n] = '\0';
	return 0;
}

/* Of a link opened with O_PATH; -EINVAL: it is none. */
static int link_text(int fd, char *ret, size_t size)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISLNK(st.st_mode) ? link_at(fd, "", ret, size) : -EINVAL;
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

void gp_inside_init(struct gp_inside *inside, int root, bool walks)
{
	*inside = (struct gp_inside){.root = root, .walks = walks};
	for (size_t i = 0; i < GP_ARRAY_SIZE(inside->near); i++)
		inside->near[i].fd = -1;
}

struct gp_resolver gp_inside_resolver(struct gp_inside *inside)
{
	return (struct gp_resolver){
		.type = plain_type, .readlink = plain_readlink, .context = inside};
}

static int open_walking(struct gp_inside *inside, const char *path, int flags)
{
	struct gp_resolver resolver = gp_inside_resolver(inside);
	char plain[PATH_MAX];
	int r = gp_resolve(&resolver, path, !(flags & O_NOFOLLOW), plain);

	return r < 0 ? r : open_plain(inside, plain, flags);
}

static int ask(int directory, const char *path, int flags, uint64_t resolve)
{
	struct open_how how = {.flags = (unsigned int)(flags | O_CLOEXEC), .resolve = resolve};
	long fd;

	/* EAGAIN: something was renamed while ".." was looked up. */
	for (int i = 0; i < 3; i++) {
		fd = syscall(SYS_openat2, directory, path, &how, sizeof(how));
		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN)
			break;
	}
	return said(errno);
}

static int ask_root(const struct gp_inside *inside, const char *path, int flags)
{
	return ask(inside->root, path, flags, RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS);
}

static bool is_near(const struct gp_inside_near *near, const char *path, size_t length)
{
	return near->fd >= 0 && near->length == length && memcmp(near->path, path, length) == 0;
}

/* Looks into the directory of that many bytes of path instead. */
static int move_near(
	struct gp_inside *inside, struct gp_inside_near *near, const char *path, size_t length)
{
	char directory[PATH_MAX];
	int fd;

	memcpy(directory, path, length);
	strcpy(directory + length, length ? "" : "/");
	fd = ask_root(inside, directory, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	if (near->fd >= 0)
		close(near->fd);
	near->fd = fd;
	near->length = length;
	memcpy(near->path, path, length);
	return 0;
}

/* The directory of that many bytes of path; most of what is asked is beside what was asked last. */
static int open_near(struct gp_inside *inside, const char *path, size_t length)
{
	unsigned int other = !inside->latest;
	int r = 0;

	if (!is_near(&inside->near[inside->latest], path, length)) {
		if (!is_near(&inside->near[other], path, length))
			r = move_near(inside, &inside->near[other], path, length);
		if (r < 0)
			return r;
		inside->latest = other;
	}
	return inside->near[inside->latest].fd;
}

/* The directory of path, and what is left of path; -ELOOP where that is no name. */
static int open_near_of(struct gp_inside *inside, const char *path, const char **ret_name)
{
	const char *name = strrchr(path, '/') + 1;

	*ret_name = name;
	if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return -ELOOP;
	return open_near(inside, path, (size_t)(name - 1 - path));
}

static int open_asking(struct gp_inside *inside, const char *path, int flags)
{
	const char *name;
	int fd = open_near_of(inside, path, &name);

	if (fd >= 0)
		fd = ask(fd, name, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
	return fd == -ELOOP ? ask_root(inside, path, flags) : fd;
}

/* Whether openat2() has answered; notes where it never does. */
static bool has_answered(struct gp_inside *inside, int r)
{
	if (r == -ENOSYS || r == -EPERM)
		inside->walks = true;
	return !inside->walks && r != -EAGAIN;
}

int gp_inside_open(struct gp_inside *inside, const char *path, int flags)
{
	int fd = inside->walks ? -ENOSYS : open_asking(inside, path, flags);

	return has_answered(inside, fd) ? fd : open_walking(inside, path, flags);
}

static int stat_opened(struct gp_inside *inside, const char *path, int flags, struct stat *ret)
{
	int fd = gp_inside_open(inside, path, O_PATH | flags);
	int r;

	if (fd < 0)
		return fd;
	r = fstat(fd, ret) < 0 ? -errno : 0;
	close(fd);
	return r;
}

int gp_inside_stat(struct gp_inside *inside, const char *path, bool follow, struct stat *ret)
{
	const char *name;
	int directory = inside->walks ? -ENOSYS : open_near_of(inside, path, &name);

	if (directory < 0)
		return stat_opened(inside, path, follow ? 0 : O_NOFOLLOW, ret);
	if (fstatat(directory, name, ret, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return said(errno);
	return follow && S_ISLNK(ret->st_mode) ? stat_opened(inside, path, 0, ret) : 0;
}

int gp_inside_readlink(struct gp_inside *inside, const char *path, char *ret, size_t size)
{
	const char *name;
	int fd = inside->walks ? -ENOSYS : open_near_of(inside, path, &name);
	int r;

	if (fd >= 0)
		return link_at(fd, name, ret, size);
	fd = gp_inside_open(inside, path, O_PATH | O_NOFOLLOW);
	if (fd < 0)
		return fd;
	r = link_text(fd, ret, size);
	close(fd);
	return r;
}

bool gp_inside_has_directory_of(struct gp_inside *inside, const char *path)
{
	const char *name;

	return !inside->walks && open_near_of(inside, path, &name) >= 0;
}

void gp_inside_close(struct gp_inside *inside)
{
	close(inside->root);
	for (size_t i = 0; i < GP_ARRAY_SIZE(inside->near); i++)
		if (inside->near[i].fd >= 0)
			close(inside->near[i].fd);
}
