/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_LINE_READER_H
#define GP_LINE_READER_H

#include <stdbool.h>

#include "base/arena.h"

/* Lines of a descriptor that does not block; no line is longer than there is room for. */
struct gp_line_reader {
	int fd;
	char *text; /* what was read and not handed out */
	size_t size, n, taken;
	bool is_long;   /* a line that does not fit is being read */
	bool has_ended; /* the last read came to the end, or failed */
};

void gp_line_reader_init(
	struct gp_line_reader *reader, struct gp_arena *arena, int fd, size_t size);
/* Reads once; false: nothing came. */
bool gp_line_reader_fill(struct gp_line_reader *reader);
/*
 * The next whole line of what was read, valid until the next call of either; NULL: there is none
 * yet. *ret_is_long: it is but the end of one that did not fit.
 */
const char *gp_line_reader_next(struct gp_line_reader *reader, bool *ret_is_long);
/* The descriptor is elsewhere now, perhaps in the middle of a line: forgets what was read. */
void gp_line_reader_skip(struct gp_line_reader *reader);

#endif
