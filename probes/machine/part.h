/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_PART_H
#define GP_PART_H

#include "machine/machine.h"

#define GP_PART_MAX_FILE (64u << 20)

/*
 * What is wanted of a large text file: phrases, start or starts and end, or tail. Asked of what it
 * gave, it gives the same.
 */
struct gp_part {
	const char *const *phrases; /* lines with one of them, each once; NULL behind the last */
	size_t most;
	const char *start, *end;   /* the bytes from the first start up to the next end */
	const char *const *starts; /* of each the same, with its end; NULL behind the last */
	size_t tail;               /* the last lines, of at most so many bytes together */
};

struct gp_bytes gp_part_of(
	struct gp_arena *arena, const struct gp_part *part, const void *data, size_t size);

/* As gp_machine_read(), with GP_PART_MAX_FILE as the cap. */
int gp_machine_read_part(struct gp_machine *machine, const char *path, const struct gp_part *part,
	struct gp_bytes *ret);

#endif
