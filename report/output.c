/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "output.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *gp_output_error(struct gp_arena *arena, const struct gp_output *output, int error)
{
	const char *path = output->path;

	return gp_printf(arena, "%s: cannot be written: %s",
		path ? gp_printable(arena, path, strlen(path), 0) : "standard output",
		strerror(error));
}

/* The file that a path leads to, through symbolic links, so that a link stays one. */
static const char *behind_links(struct gp_arena *arena, const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = real ? gp_strdup(arena, real) : path;

	free(real);
	return copy;
}

static mode_t new_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static int open_beside(struct gp_arena *arena, struct gp_output *output, mode_t mode)
{
	const char *slash = strrchr(output->path, '/');
	int folder = slash ? (int)(slash - output->path) + 1 : 0;
	char *temporary = gp_printf(arena, "%.*s.gpupass-XXXXXX", folder, output->path);
	int fd = mkostemp(temporary, O_CLOEXEC);

	if (fd < 0)
		return -errno;
	output->temporary = temporary;
	if (fchmod(fd, mode) < 0) {
		int r = -errno;

		close(fd);
		return r;
	}
	return fd;
}

/* Names of what this process has open already: a file behind one is continued, not replaced. */
static bool is_open_already(const char *path)
{
	return gp_equal(path, "/dev/stdout") || gp_equal(path, "/dev/stderr") ||
	       gp_starts_with(path, "/dev/fd/") || gp_starts_with(path, "/proc/");
}

/* An fd to write to, or -errno. */
static int open_path(struct gp_arena *arena, struct gp_output *output)
{
	struct stat there;
	int fd;

	if (!*output->path)
		return -ENOENT;
	if (stat(output->path, &there) < 0)
		return errno == ENOENT ? open_beside(arena, output, new_file_mode()) : -errno;
	if (S_ISDIR(there.st_mode))
		return -EISDIR;
	if (S_ISREG(there.st_mode) && !is_open_already(output->path)) {
		if (access(output->path, W_OK) < 0)
			return -errno;
		output->path = behind_links(arena, output->path);
		return open_beside(arena, output, there.st_mode & 0777);
	}
	fd = open(output->path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}

int gp_output_open(
	struct gp_arena *arena, struct gp_output *output, const char *path, const char **ret_error)
{
	int fd, r;

	*output = (struct gp_output){.stream = stdout};
	if (!path || gp_equal(path, "-"))
		return 0;
	output->stream = NULL;
	output->path = path;
	fd = open_path(arena, output);
	if (fd >= 0)
		output->stream = fdopen(fd, "w");
	if (output->stream)
		return 0;
	r = fd < 0 ? fd : -errno;
	if (fd >= 0)
		close(fd);
	*ret_error = gp_output_error(arena, output, -r);
	gp_output_discard(output);
	return r;
}

static int flush(struct gp_output *output)
{
	struct stat there;

	errno = 0;
	if (fflush(output->stream) == EOF || ferror(output->stream))
		return -(errno ? errno : EIO);
	if (output->temporary && fsync(fileno(output->stream)) < 0)
		return -errno;
	/* A closed standard output would otherwise go unnoticed where nothing was written. */
	if (fstat(fileno(output->stream), &there) < 0)
		return -errno;
	return 0;
}

int gp_output_commit(struct gp_arena *arena, struct gp_output *output, const char **ret_error)
{
	int r = flush(output);

	if (!r && output->stream != stdout) {
		FILE *stream = output->stream;

		output->stream = NULL;
		r = fclose(stream) == EOF ? -errno : 0;
	}
	if (!r && output->temporary && rename(output->temporary, output->path) < 0)
		r = -errno;
	if (!r)
		output->temporary = NULL;
	else
		*ret_error = gp_output_error(arena, output, -r);
	gp_output_discard(output);
	return r;
}

void gp_output_discard(struct gp_output *output)
{
	if (output->stream)
		__fpurge(output->stream);
	if (output->stream && output->stream != stdout)
		fclose(output->stream);
	output->stream = NULL;
	if (output->temporary)
		unlink(output->temporary);
	output->temporary = NULL;
}
