/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "telemetry/read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* False: it does not fit. */
static bool join_path(char full[static PATH_MAX], const char *root, const char *path)
{
	int n = snprintf(full, PATH_MAX, "%s%s", root, path);

	return n >= 0 && n < PATH_MAX;
}

int gp_live_text(const char *root, const char *path, char *buffer, size_t size, size_t *ret)
{
	char full[PATH_MAX];
	size_t n = 0;
	ssize_t got;
	int fd, r = 0;

	buffer[0] = '\0';
	*ret = 0;
	if (!join_path(full, root, path))
		return -ENAMETOOLONG;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return errno == ENOTDIR ? -ENOENT : -errno;
	do {
		got = read(fd, buffer + n, size - 1 - n);
		n += got > 0 ? (size_t)got : 0;
	} while ((got > 0 && n < size - 1) || (got < 0 && errno == EINTR));
	if (got < 0)
		r = -errno;
	buffer[n] = '\0';
	*ret = n;
	close(fd);
	return r;
}

int gp_live_number(const char *root, const char *path, double *ret)
{
	char text[64], *end;
	size_t n;
	int r = gp_live_text(root, path, text, sizeof(text), &n);
	const char *digits = text + (*text == '-');
	size_t n_digits;

	if (r < 0)
		return r;
	n_digits = strspn(digits, "0123456789");
	if (!n_digits || n_digits > 20 || strlen(text) != n)
		return -EBADMSG;
	*ret = strtod(text, &end);
	if (*end == '\n')
		end++;
	return *end ? -EBADMSG : 0;
}

bool gp_live_has(const char *root, const char *path)
{
	char full[PATH_MAX];

	return join_path(full, root, path) && access(full, F_OK) == 0;
}

struct gp_strings gp_live_list(
	struct gp_arena *arena, const char *root, const char *path, size_t most)
{
	struct gp_strings list = {0};
	char full[PATH_MAX];
	DIR *directory = join_path(full, root, path) ? opendir(full) : NULL;

	for (struct dirent *entry; directory && list.n < most && (entry = readdir(directory));)
		if (entry->d_name[0] != '.')
			gp_strings_add(arena, &list, gp_strdup(arena, entry->d_name));
	if (directory)
		closedir(directory);
	gp_strings_sort(&list);
	return list;
}

const char *gp_live_link(struct gp_arena *arena, const char *root, const char *path)
{
	char full[PATH_MAX], text[PATH_MAX];
	ssize_t n = join_path(full, root, path) ? readlink(full, text, sizeof(text)) : -1;
	const char *slash = n > 0 ? memrchr(text, '/', (size_t)n) : NULL;
	const char *from = slash ? slash + 1 : text;

	return n > 0 && n < PATH_MAX ? gp_strndup(arena, from, (size_t)(text + n - from)) : NULL;
}

const char *gp_live_why(struct gp_arena *arena, const char *path, int error)
{
	if (error == -ENOENT)
		return gp_printf(arena, "%s is not there", path);
	if (error == -EACCES || error == -EPERM)
		return gp_printf(arena, "%s may not be read by this user", path);
	if (error == -EBADMSG)
		return gp_printf(arena, "%s does not hold what it should", path);
	return gp_printf(arena, "%s could not be read: %s", path, strerrordesc_np(-error));
}

int64_t gp_live_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}
