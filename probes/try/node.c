/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "try/node.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define DRM_MAJOR    226
#define FIRST_RENDER 128

int gp_open_render(const char *path)
{
	struct stat st;
	int fd;

	if (stat(path, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || major(st.st_rdev) != DRM_MAJOR ||
		minor(st.st_rdev) < FIRST_RENDER)
		return -ENODEV;
	fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? -errno : fd;
}
