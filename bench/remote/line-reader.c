/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "remote/line-reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void gp_line_reader_init(struct gp_line_reader *reader, struct gp_arena *arena, int fd, size_t size)
{
	*reader = (struct gp_line_reader){.fd = fd, .text = gp_alloc(arena, size, 1), .size = size};
}

/* What was handed out makes room. */
static void drop_taken(struct gp_line_reader *reader)
{
	memmove(reader->text, reader->text + reader->taken, reader->n - reader->taken);
	reader->n -= reader->taken;
	reader->taken = 0;
}

bool gp_line_reader_fill(struct gp_line_reader *reader)
{
	ssize_t n;

	drop_taken(reader);
	if (reader->n == reader->size) {
		reader->is_long = true;
		reader->n = 0;
	}
	n = read(reader->fd, reader->text + reader->n, reader->size - reader->n);
	if (n > 0)
		reader->n += (size_t)n;
	reader->has_ended = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
	return n > 0;
}

const char *gp_line_reader_next(struct gp_line_reader *reader, bool *ret_is_long)
{
	const char *line;
	char *end;

	line = reader->text + reader->taken;
	end = memchr(line, '\n', reader->n - reader->taken);
	if (!end)
		return NULL;
	*end = '\0';
	reader->taken = (size_t)(end - reader->text) + 1;
	*ret_is_long = reader->is_long;
	reader->is_long = false;
	return line;
}

void gp_line_reader_skip(struct gp_line_reader *reader)
{
	reader->n = reader->taken = 0;
	reader->is_long = true;
}
