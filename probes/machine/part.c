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

/* From start up to the next end, less the end. */
static struct gp_bytes section(const char *start, const char *stop, const char *data, size_t size)
{
	size_t skip = strlen(start), length;
	const char *at = size ? memmem(data, size, start, skip) : NULL, *end;

	if (!at)
		return (struct gp_bytes){.data = (const uint8_t *)""};
	length = size - (size_t)(at - data);
	end = memmem(at + skip, length - skip, stop, strlen(stop));
	return (struct gp_bytes){
		.data = (const uint8_t *)at, .size = end ? (size_t)(end - at) : length};
}

static struct gp_bytes one_section(
	struct gp_arena *arena, const struct gp_part *part, const char *data, size_t size)
{
	struct gp_bytes found = section(part->start, part->end, data, size);

	found.data = gp_bytes_copy(arena, found.data, found.size);
	return found;
}

static struct gp_bytes all_sections(
	struct gp_arena *arena, const struct gp_part *part, const char *data, size_t size)
{
	size_t room = 0, at = 0, stop = strlen(part->end);
	uint8_t *all;

	for (const char *const *start = part->starts; *start; start++)
		room += section(*start, part->end, data, size).size + stop;
	all = gp_alloc(arena, room + 1, 1);
	for (const char *const *start = part->starts; *start; start++) {
		struct gp_bytes found = section(*start, part->end, data, size);

		if (!found.size)
			continue;
		memcpy(all + at, found.data, found.size);
		memcpy(all + at + found.size, part->end, stop);
		at += found.size + stop;
	}
	return (struct gp_bytes){.data = all, .size = at};
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
	if (part->starts)
		return all_sections(arena, part, data, size);
	return part->phrases ? matching_lines(arena, part, data, size)
			     : one_section(arena, part, data, size);
}
