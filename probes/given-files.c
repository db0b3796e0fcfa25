/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "given-files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "container/kubernetes.h"
#include "machine/capture.h"

static int give(struct gp_machine *machine, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	char *data = NULL;
	size_t size = 0;
	int r = fd < 0 ? -errno : gp_capture_slurp(fd, GP_KUBERNETES_MAX, &data, &size);

	if (!r)
		gp_machine_give(machine, "kubernetes", data, size);
	free(data);
	if (fd >= 0 && !is_stdin)
		close(fd);
	return r;
}

int gp_give_kubernetes(
	struct gp_machine *machine, const struct gp_strings *files, const char **ret_error)
{
	struct gp_arena *arena = gp_machine_arena(machine);

	gp_each (path, files) {
		int r = give(machine, *path);

		if (!r)
			continue;
		*ret_error = gp_printf(arena, "--kubernetes %s: %s",
			gp_printable(arena, *path, strlen(*path), 200),
			r == -EFBIG ? "larger than 64 MiB" : strerror(-r));
		return r;
	}
	return 0;
}
