/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "given-files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "container/kubernetes.h"

#define CHUNK (64u << 10)

/* All of a stream; *ret_data is to be freed in any case. */
static int slurp(FILE *in, char **ret_data, size_t *ret_size)
{
	size_t n, room = 0;

	do {
		char *larger;

		if (*ret_size + CHUNK > room) {
			room = 2 * room + CHUNK;
			larger = realloc(*ret_data, room);
			if (!larger)
				return -ENOMEM;
			*ret_data = larger;
		}
		errno = 0;
		n = fread(*ret_data + *ret_size, 1, CHUNK, in);
		*ret_size += n;
		if (*ret_size > GP_KUBERNETES_MAX)
			return -EFBIG;
	} while (n);
	return ferror(in) ? (errno ? -errno : -EIO) : 0;
}

static int give(struct gp_machine *machine, const char *path)
{
	bool is_stdin = strcmp(path, "-") == 0;
	FILE *in = is_stdin ? stdin : fopen(path, "re");
	char *data = NULL;
	size_t size = 0;
	int r;

	if (!in)
		return -errno;
	r = slurp(in, &data, &size);
	if (!r)
		gp_machine_give(machine, "kubernetes", data, size);
	free(data);
	if (!is_stdin)
		fclose(in);
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
