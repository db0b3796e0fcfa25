/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/given.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MOST_OF_CONTAINER (1u << 20)
#define CONTAINERS        GP_GIVEN "/ct/"
#define ROOTS             GP_GIVEN "/root/"

struct file {
	const char *path;
	struct gp_bytes bytes;
};

struct given {
	struct gp_source source;
	struct gp_source *inner;
	bool live;
	GP_LIST(struct file) files;
};

static struct given *given_of(struct gp_source *source)
{
	return (struct given *)source;
}

static struct gp_source *inner_of(struct gp_source *source)
{
	return given_of(source)->inner;
}

void gp_given_add(struct gp_source *source, const char *name, const void *data, size_t size)
{
	struct given *given = given_of(source);
	const char *directory = gp_printf(source->arena, GP_GIVEN "/%s", name);
	size_t number = 0;
	struct file *file;

	gp_each (other, &given->files)
		number += gp_is_at_or_below(other->path, directory);
	file = gp_push(source->arena, &given->files);
	file->path = gp_printf(source->arena, "%s/%zu", directory, number);
	file->bytes = (struct gp_bytes){gp_bytes_copy(source->arena, data, size), size};
}

/* A file of a container, and the directory of the host that is its root. */
struct inside {
	const char *root; /* "/proc/4711/root" */
	const char *file; /* "etc/group" */
};

/* False: it is no such path. */
static bool is_of_container(const struct given *given, const char *path, struct inside *ret)
{
	static const char *const files[] = {"/etc/group", "/etc/passwd"};
	const char *at = path + strlen(CONTAINERS);
	size_t n = 0, digits;

	if (!given->live || (!gp_starts_with(path, CONTAINERS) && !gp_starts_with(path, ROOTS)))
		return false;
	for (size_t i = 0; i < GP_ARRAY_SIZE(files) && !n; i++)
		if (gp_ends_with(path, files[i])) {
			n = strlen(path) - strlen(files[i]);
			ret->file = files[i] + 1;
		}
	if (gp_starts_with(path, ROOTS)) {
		at = path + strlen(ROOTS) - 1;
		ret->root = gp_strndup(given->source.arena, path, n) + (at - path);
		return n > strlen(ROOTS);
	}
	digits = strspn(at, "0123456789");
	if (!digits || digits > 10 || n != strlen(CONTAINERS) + digits)
		return false;
	ret->root = gp_printf(given->source.arena, "/proc/%.*s/root", (int)digits, at);
	return true;
}

/* Without openat2(), nothing else keeps links of a container inside it. */
static int open_in_container(const struct inside *inside)
{
	struct open_how how = {.flags = O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	int directory = open(inside->root, O_PATH | O_DIRECTORY | O_CLOEXEC), fd;

	if (directory < 0)
		return -errno;
	fd = (int)syscall(SYS_openat2, directory, inside->file, &how, sizeof(how));
	fd = fd < 0 ? -errno : fd;
	close(directory);
	return fd;
}

static int read_to_end(int fd, char *buffer, size_t size, size_t *ret)
{
	size_t n = 0;
	ssize_t got = 1;

	while (got > 0 && n < size) {
		got = read(fd, buffer + n, size - n);
		n += got > 0 ? (size_t)got : 0;
	}
	*ret = n;
	return got < 0 ? -errno : 0;
}

static int read_container(struct gp_arena *arena, const struct inside *inside, struct gp_bytes *ret)
{
	int fd = open_in_container(inside), r;
	struct stat st;
	size_t n = 0;

	if (fd < 0)
		return fd;
	r = fstat(fd, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	if (!r && st.st_size > (off_t)MOST_OF_CONTAINER)
		r = -EFBIG;
	if (!r) {
		char *buffer = gp_alloc(arena, (size_t)st.st_size + 1, 1);

		r = read_to_end(fd, buffer, (size_t)st.st_size, &n);
		*ret = (struct gp_bytes){(const uint8_t *)buffer, n};
	}
	close(fd);
	return r;
}

static const struct file *file_at(const struct given *given, const char *path)
{
	gp_each (file, &given->files)
		if (strcmp(file->path, path) == 0)
			return file;
	return NULL;
}

static bool is_directory(const struct given *given, const char *path)
{
	static const char start[] = GP_GIVEN "/ct";
	size_t digits;

	gp_each (file, &given->files)
		if (strcmp(file->path, path) != 0 && gp_is_at_or_below(file->path, path))
			return true;
	if (!given->live || !gp_is_at_or_below(path, GP_GIVEN))
		return false;
	if (gp_starts_with(path, ROOTS))
		return true;
	if (!gp_is_at_or_below(path, start))
		return strcmp(path, GP_GIVEN) == 0 || strcmp(path, GP_GIVEN "/root") == 0;
	path += strlen(start);
	if (!*path)
		return true;
	digits = strspn(path + 1, "0123456789");
	return digits && (!path[1 + digits] || strcmp(path + 1 + digits, "/etc") == 0);
}

/* Whether the path is answered here; 0 or an error, and the bytes of a file. */
static bool find(struct gp_source *source, const char *path, int *ret_error, struct gp_bytes *ret)
{
	struct given *given = given_of(source);
	const struct file *file = file_at(given, path);
	struct inside inside;

	if (file) {
		*ret = file->bytes;
		*ret_error = 0;
		return true;
	}
	if (!is_of_container(given, path, &inside))
		return false;
	*ret_error = read_container(source->arena, &inside, ret);
	return true;
}

static int given_stat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	struct gp_bytes bytes;
	int r = 0;
	bool is_file = find(source, path, &r, &bytes);

	if (!is_file && !is_directory(given_of(source), path))
		return inner_of(source)->ops->stat(inner_of(source), path, ret);
	*ret = (struct gp_stat){.mode = is_file ? S_IFREG | 0600 : S_IFDIR | 0700,
		.owner = "root",
		.group = "root"};
	return r;
}

static int given_lstat(struct gp_source *source, const char *path, struct gp_stat *ret)
{
	if (gp_is_at_or_below(path, GP_GIVEN))
		return given_stat(source, path, ret);
	return inner_of(source)->ops->lstat(inner_of(source), path, ret);
}

static int given_read(struct gp_source *source, const char *path, size_t cap, struct gp_bytes *ret)
{
	struct gp_bytes bytes = {0};
	int r = 0;

	if (!find(source, path, &r, &bytes))
		return inner_of(source)->ops->read(inner_of(source), path, cap, ret);
	if (!r && bytes.size > cap)
		r = -EFBIG;
	if (!r)
		*ret = bytes;
	return r;
}

static int given_read_part(struct gp_source *source, const char *path, const struct gp_part *part,
	struct gp_bytes *ret)
{
	struct gp_bytes bytes = {0};
	int r = 0;

	if (!find(source, path, &r, &bytes))
		return inner_of(source)->ops->read_part(inner_of(source), path, part, ret);
	if (!r)
		*ret = gp_part_of(source->arena, part, bytes.data, bytes.size);
	return r;
}

static int given_extract(struct gp_source *source, const char *path,
	const struct gp_extract *extract, struct gp_bytes *ret)
{
	struct gp_memory_stream memory = gp_memory_stream((struct gp_bytes){0});
	int r = 0;

	if (!find(source, path, &r, &memory.left))
		return inner_of(source)->ops->extract(inner_of(source), path, extract, ret);
	if (!r && memory.left.size > extract->max_file)
		r = -EFBIG;
	return r ? r : extract->make(source->arena, &memory.stream, ret);
}

static int given_list(struct gp_source *source, const char *path, struct gp_strings *ret)
{
	struct given *given = given_of(source);
	size_t length = strlen(path);

	if (!is_directory(given, path))
		return inner_of(source)->ops->list(inner_of(source), path, ret);
	*ret = (struct gp_strings){0};
	gp_each (file, &given->files)
		if (gp_is_at_or_below(file->path, path)) {
			const char *name = file->path + length + 1;

			gp_strings_add_once(source->arena, ret,
				gp_strndup(source->arena, name, strcspn(name, "/")));
		}
	gp_strings_sort(ret);
	return 0;
}

static int given_readlink(struct gp_source *source, const char *path, const char **ret)
{
	if (gp_is_at_or_below(path, GP_GIVEN) &&
		(file_at(given_of(source), path) || is_directory(given_of(source), path)))
		return -EINVAL;
	return inner_of(source)->ops->readlink(inner_of(source), path, ret);
}

static int given_klog(struct gp_source *source, gp_klog_each *each, void *context,
	const char **ret_source, bool *ret_whole)
{
	return inner_of(source)->ops->klog(inner_of(source), each, context, ret_source, ret_whole);
}

static void given_attempt(struct gp_source *source, struct gp_attempts *attempts)
{
	inner_of(source)->ops->attempt(inner_of(source), attempts);
}

static void given_close(struct gp_source *source)
{
	inner_of(source)->ops->close(inner_of(source));
}

static const struct gp_source_ops given_ops = {
	.lstat = given_lstat,
	.stat = given_stat,
	.read = given_read,
	.read_part = given_read_part,
	.extract = given_extract,
	.list = given_list,
	.readlink = given_readlink,
	.klog = given_klog,
	.attempt = given_attempt,
	.close = given_close,
};

struct gp_source *gp_given_new(struct gp_arena *arena, struct gp_source *inner, bool live)
{
	struct given *given = gp_new(arena, struct given);

	given->source = (struct gp_source){.ops = &given_ops, .arena = arena};
	given->inner = inner;
	given->live = live;
	return &given->source;
}
