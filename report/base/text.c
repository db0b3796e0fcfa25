/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void gp_strings_add(struct gp_arena *arena, struct gp_strings *list, const char *text)
{
	*gp_push(arena, list) = text;
}

bool gp_strings_has(const struct gp_strings *list, const char *text)
{
	gp_each (item, list)
		if (gp_equal(*item, text))
			return true;
	return false;
}

bool gp_is_one_of(const char *text, const char *const *list)
{
	for (; text && *list; list++)
		if (gp_equal(text, *list))
			return true;
	return false;
}

void gp_strings_add_once(struct gp_arena *arena, struct gp_strings *list, const char *text)
{
	if (!gp_strings_has(list, text))
		gp_strings_add(arena, list, text);
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void gp_strings_sort(struct gp_strings *list)
{
	if (list->n > 1)
		qsort(list->items, list->n, sizeof(*list->items), by_bytes);
}

char *gp_join(struct gp_arena *arena, const struct gp_strings *list, const char *separator)
{
	size_t size = 1;
	char *joined, *end;

	gp_each (item, list)
		size += strlen(*item) + strlen(separator);
	end = joined = gp_alloc(arena, size, 1);
	gp_each (item, list) {
		if (item != list->items)
			end = stpcpy(end, separator);
		end = stpcpy(end, *item);
	}
	return joined;
}

struct gp_strings gp_split(struct gp_arena *arena, const char *text, const char *separators)
{
	struct gp_strings pieces = {0};

	for (;;) {
		text += strspn(text, separators);
		if (!*text)
			return pieces;
		size_t length = strcspn(text, separators);
		gp_strings_add(arena, &pieces, gp_strndup(arena, text, length));
		text += length;
	}
}

bool gp_starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

bool gp_ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

int gp_parse_u64(const char *text, int base, uint64_t *ret)
{
	unsigned long long number;
	char *end;

	if (!isalnum((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	number = strtoull(text, &end, base);
	if (errno)
		return -errno;
	if (*end)
		return -EINVAL;
	*ret = number;
	return 0;
}

bool gp_is_plain(const char *text, const char *extra)
{
	const char *at = text;

	while ((*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
		(*at >= '0' && *at <= '9') || (*at && strchr(extra, *at)))
		at++;
	return at != text && !*at;
}

char *gp_strip(struct gp_arena *arena, const char *text)
{
	size_t length;

	text += strspn(text, " \t\r\n");
	length = strlen(text);
	while (length && strchr(" \t\r\n", text[length - 1]))
		length--;
	return gp_strndup(arena, text, length);
}

/* The length of the well-formed UTF-8 character at text, and its code point; 0: there is none. */
static size_t utf8_char(const unsigned char *text, size_t left, uint32_t *ret_point)
{
	static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length;
	uint32_t point;

	if (text[0] < 0x80) {
		*ret_point = text[0];
		return 1;
	}
	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		length = 2;
	else if (text[0] >= 0xe0 && text[0] <= 0xef)
		length = 3;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		length = 4;
	else
		return 0;
	if (left < length)
		return 0;
	point = text[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3fu);
	}
	if (point < smallest[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	*ret_point = point;
	return length;
}

/* Code points that are not seen, or that change how the others are seen. */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{0x0, 0x1f},        /* C0 */
	{0x7f, 0x9f},       /* DEL, C1 */
	{0x61c, 0x61c},     /* bidirectional mark */
	{0x200b, 0x200b},   /* zero width space */
	{0x200e, 0x200f},   /* bidirectional marks */
	{0x2028, 0x202e},   /* separators, bidirectional embeddings and overrides */
	{0x2060, 0x206f},   /* invisible operators, bidirectional isolates */
	{0xfdd0, 0xfdef},   /* noncharacters */
	{0xfeff, 0xfeff},   /* byte order mark */
	{0xfff9, 0xfffb},   /* annotations */
	{0xe0000, 0xe007f}, /* tags */
};

static bool is_shown(uint32_t point)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(hidden); i++)
		if (point >= hidden[i].first && point <= hidden[i].last)
			return false;
	return (point & 0xfffe) != 0xfffe; /* the other noncharacters */
}

char *gp_printable(struct gp_arena *arena, const char *text, size_t size, size_t limit)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t most = limit && limit < size ? limit : size;
	char *shown = gp_alloc(arena, most * 10 + 16, 1), *end = shown;

	for (size_t i = 0, length; i < size; i += length) {
		uint32_t point;

		length = utf8_char(bytes + i, size - i, &point);
		if (limit && i + (length ? length : 1) > limit) {
			end = stpcpy(end, "...");
			break;
		}
		if (!length) {
			end += sprintf(end, "\\x%02x", bytes[i]);
			length = 1;
		} else if (is_shown(point)) {
			memcpy(end, bytes + i, length);
			end += length;
		} else if (point < 0x80) {
			end += sprintf(end, "\\x%02x", point);
		} else {
			end += sprintf(end, "\\u{%x}", point);
		}
	}
	return gp_strndup(arena, shown, (size_t)(end - shown));
}

const char *gp_valid_utf8(struct gp_arena *arena, const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;
	size_t size = strlen(text), broken = 0;
	uint32_t point;
	char *valid, *end;

	for (size_t i = 0, length; i < size; i += length ? length : 1)
		broken += !(length = utf8_char(bytes + i, size - i, &point));
	if (!broken)
		return text;
	end = valid = gp_alloc(arena, size + 3 * broken + 1, 1);
	for (size_t i = 0, length; i < size; i += length ? length : 1) {
		length = utf8_char(bytes + i, size - i, &point);
		if (length)
			end = mempcpy(end, bytes + i, length);
		else
			end += sprintf(end, "\\x%02x", bytes[i]);
	}
	return valid;
}

char *gp_shell_quoted(struct gp_arena *arena, const char *text)
{
	struct gp_strings pieces = {0};

	for (;;) {
		size_t length = strcspn(text, "'");

		gp_strings_add(arena, &pieces, gp_strndup(arena, text, length));
		if (!text[length])
			break;
		text += length + 1;
	}
	return gp_printf(arena, "'%s'", gp_join(arena, &pieces, "'\\''"));
}

const char *gp_shell_word(struct gp_arena *arena, const char *text)
{
	return gp_is_plain(text, "._-/:+@=,%") ? text : gp_shell_quoted(arena, text);
}
