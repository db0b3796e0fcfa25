/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "file-list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MOST ((size_t)64 << 20)

/* All of the stream, with a byte to spare behind it; NULL and errno otherwise. */
static char *read_all(FILE *in, size_t *ret_size)
{
	size_t room = 0, size = 0, more;
	char *bytes = NULL, *roomier;

	do {
		room = room ? room * 2 : 65536;
		roomier = room > LIST_MOST ? NULL : realloc(bytes, room);
		if (!roomier) {
			errno = room > LIST_MOST ? EFBIG : ENOMEM;
			free(bytes);
			return NULL;
		}
		bytes = roomier;
		more = fread(bytes + size, 1, room - size - 1, in);
		size += more;
	} while (size == room - 1);
	*ret_size = size;
	return bytes;
}

/* A line may end as Windows has it. */
static void add_name(
	struct gp_arena *arena, struct gp_strings *names, const char *name, size_t size, char end)
{
	if (end == '\n' && size && name[size - 1] == '\r')
		size--;
	if (size)
		gp_strings_add(arena, names, gp_strndup(arena, name, size));
}

int gp_file_list(struct gp_arena *arena, FILE *in, struct gp_strings *names)
{
	size_t size, start = 0;
	char *bytes, end;
	int r = 0;

	errno = 0;
	bytes = read_all(in, &size);
	if (!bytes)
		return -errno;
	end = memchr(bytes, '\0', size) ? '\0' : '\n';
	for (size_t i = 0; i <= size; i++) {
		if (i < size && bytes[i] != end)
			continue;
		add_name(arena, names, bytes + start, i - start, end);
		start = i + 1;
	}
	if (ferror(in))
		r = errno ? -errno : -EIO;
	free(bytes);
	return r;
}
