/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/part.h"

#include <string.h>

#include "machine/source.h"
#include "machine/table.h"

static bool has_phrase(const struct gp_part *part, const char *line, size_t size)
{
	for (const char *const *phrase = part->phrases; *phrase; phrase++)
		if (memmem(line, size, *phrase, strlen(*phrase)))
			return true;
	return false;
}

static struct gp_bytes join(struct gp_arena *arena, const struct gp_table *lines)
{
	size_t size = 0, at = 0;
	uint8_t *data;

	for (size_t i = 0; i < lines->list.n; i++)
		size += lines->list.items[i].size + 1;
	data = gp_alloc(arena, size + 1, 1);
	for (size_t i = 0; i < lines->list.n; i++) {
		memcpy(data + at, lines->list.items[i].name, lines->list.items[i].size);
		at += lines->list.items[i].size;
		data[at++] = '\n';
	}
	return (struct gp_bytes){.data = data, .size = size};
}

static struct gp_bytes matching_lines(
	struct gp_arena *arena, const struct gp_part *part, const char *data, size_t size)
{
	struct gp_table lines = {0};

	while (size && lines.list.n < part->most) {
		const char *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end - data) : size;

		if (has_phrase(part, data, length))
			gp_table_at(arena, &lines, data, length);
		length += end ? 1 : 0;
		data += length;
		size -= length;
	}
	return join(arena, &lines);
}

static struct gp_bytes section(
	struct gp_arena *arena, const struct gp_part *part, const char *data, size_t size)
{
	size_t skip = strlen(part->start);
	const char *start = size ? memmem(data, size, part->start, skip) : NULL, *end;
	size_t length;

	if (!start)
		return (struct gp_bytes){.data = gp_bytes_copy(arena, "", 0)};
	length = size - (size_t)(start - data);
	end = memmem(start + skip, length - skip, part->end, strlen(part->end));
	if (end)
		length = (size_t)(end - start);
	return (struct gp_bytes){.data = gp_bytes_copy(arena, start, length), .size = length};
}

static struct gp_bytes last_lines(
	struct gp_arena *arena, const struct gp_part *part, const char *data, size_t size)
{
	const char *end = data + size;

	if (size > part->tail) {
		/* From the byte before, which says whether a line begins here. */
		const char *line = memchr(end - part->tail - 1, '\n', part->tail + 1);

		data = line ? line + 1 : end;
		size = (size_t)(end - data);
	}
	return (struct gp_bytes){.data = gp_bytes_copy(arena, data, size), .size = size};
}

struct gp_bytes gp_part_of(
	struct gp_arena *arena, const struct gp_part *part, const void *data, size_t size)
{
	if (part->tail)
		return last_lines(arena, part, data, size);
	return part->phrases ? matching_lines(arena, part, data, size)
			     : section(arena, part, data, size);
}
