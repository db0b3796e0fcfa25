/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/capture-text.h"

#include <stdint.h>
#include <string.h>

#define HEX_WIDTH 32
#define MAX_TEXT  (64u << 10) /* of one line; what is longer goes on behind "~" */

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

static int hex_byte(const char *digits)
{
	int high = hex_digit(digits[0]), low = hex_digit(digits[1]);

	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* The length of the escape at text, 0 where it is none. */
static size_t escape_length(const char *text, size_t left)
{
	if (left >= 2 && text[1] == '\\')
		return 2;
	return left >= 4 && text[1] == 'x' && hex_byte(text + 2) >= 0 ? 4 : 0;
}

bool gp_escapes_are_valid(const char *text, size_t size)
{
	const char *end = text + size, *next;

	while ((next = memchr(text, '\\', (size_t)(end - text)))) {
		size_t length = escape_length(next, (size_t)(end - next));

		if (!length)
			return false;
		text = next + length;
	}
	return true;
}

size_t gp_unescape(char *to, const char *from, size_t size)
{
	const char *end = from + size;
	char *start = to;

	while (from < end) {
		size_t length = *from == '\\' ? escape_length(from, (size_t)(end - from)) : 0;

		if (length)
			*to++ = (char)(length == 2 ? '\\' : hex_byte(from + 2));
		else
			*to++ = *from;
		from += length ? length : 1;
	}
	return (size_t)(to - start);
}

/* Control characters beyond ASCII, and those that turn the direction of text. */
static bool is_safe(uint32_t point)
{
	return point > 0x9f && !(point >= 0x200e && point <= 0x200f) &&
	       !(point >= 0x2028 && point <= 0x202e) && !(point >= 0x2066 && point <= 0x2069) &&
	       point != 0x61c && point != 0xfeff;
}

/* How many bytes at text may stand as they are; 0: the first may not. */
static size_t safe_length(const char *text, size_t left, bool is_field)
{
	const unsigned char *bytes = (const unsigned char *)text;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = bytes[0] >= 0xf0 ? 4 : bytes[0] >= 0xe0 ? 3 : 2;
	uint32_t point;

	if (bytes[0] < 0x80)
		return (bytes[0] > ' ' && bytes[0] != 0x7f && bytes[0] != '\\') ||
		       (!is_field && (bytes[0] == ' ' || bytes[0] == '\t'));
	if (bytes[0] < 0xc2 || bytes[0] > 0xf4 || left < length)
		return 0;
	point = bytes[0] & (0x7fu >> length);
	for (size_t i = 1; i < length; i++) {
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (bytes[i] & 0x3fu);
	}
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return 0;
	return is_safe(point) ? length : 0;
}

void gp_put_escaped(FILE *out, const char *text, size_t size, bool is_field)
{
	for (size_t from = 0, to = 0; from < size; from = to) {
		size_t length;

		while (to < size && (length = safe_length(text + to, size - to, is_field)))
			to += length;
		if (to > from)
			fwrite(text + from, 1, to - from, out);
		if (to == size)
			break;
		if (text[to] == '\\')
			fputs("\\\\", out);
		else
			fprintf(out, "\\x%02x", (unsigned char)text[to]);
		to++;
	}
}

bool gp_is_mostly_text(const char *data, size_t size)
{
	size_t odd = 0, run = 0;

	/* A NUL behind two safe bytes ends a string, as in /proc/PID/cmdline. */
	for (size_t at = 0, length; at < size; at += length ? length : 1) {
		length = safe_length(data + at, size - at, false);
		if (!length && data[at] != '\n' && data[at] != '\\' && (data[at] || run < 2))
			odd++;
		run = length ? run + length : 0;
	}
	return odd <= size / 16 + (size ? 1 : 0);
}

static void put_hex(FILE *out, const char *data, size_t size)
{
	for (size_t at = 0; at < size; at++) {
		if (at % HEX_WIDTH == 0)
			fputs(at ? "\n:" : ":", out);
		fprintf(out, "%02x", (unsigned char)data[at]);
	}
	if (size)
		fputc('\n', out);
}

void gp_put_content(FILE *out, const char *data, size_t size)
{
	if (!gp_is_mostly_text(data, size)) {
		put_hex(out, data, size);
		return;
	}
	while (size) {
		const char *end = memchr(data, '\n', size < MAX_TEXT ? size : MAX_TEXT);
		size_t length = end ? (size_t)(end - data) : size < MAX_TEXT ? size : MAX_TEXT;

		fputc(end ? '|' : '~', out);
		gp_put_escaped(out, data, length, false);
		fputc('\n', out);
		length += end ? 1 : 0;
		data += length;
		size -= length;
	}
}

bool gp_content_line_is_valid(const char *line, size_t size)
{
	if (line[0] != ':')
		return gp_escapes_are_valid(line + 1, size - 1);
	if (size % 2 == 0)
		return false;
	for (size_t i = 1; i < size; i += 2)
		if (hex_byte(line + i) < 0)
			return false;
	return true;
}

static size_t decode_line(const char *line, size_t size, char *to)
{
	size_t n = 0;

	if (line[0] == ':') {
		for (size_t i = 1; i + 1 < size; i += 2)
			to[n++] = (char)hex_byte(line + i);
	} else if (line[0] == '|' || line[0] == '~') {
		n = gp_unescape(to, line + 1, size - 1);
		if (line[0] == '|')
			to[n++] = '\n';
	}
	return n;
}

static size_t line_size(const char *line, size_t size)
{
	size_t n = 0;

	if (line[0] == ':')
		return size / 2;
	if (line[0] != '|' && line[0] != '~')
		return 0;
	for (size_t at = 1; at < size; n++)
		at += line[at] == '\\' ? escape_length(line + at, size - at) : 1;
	return n + (line[0] == '|' ? 1 : 0);
}

/* The line at lines, without its end; *ret_next: how far the next one is. */
static size_t line_at(const char *lines, size_t size, size_t *ret_next)
{
	const char *end = memchr(lines, '\n', size);
	size_t length = end ? (size_t)(end - lines) : size;

	*ret_next = end ? length + 1 : length;
	return length && lines[length - 1] == '\r' ? length - 1 : length;
}

size_t gp_content_size(const char *lines, size_t size)
{
	size_t total = 0, next;

	for (; size; lines += next, size -= next) {
		size_t length = line_at(lines, size, &next);

		if (length)
			total += line_size(lines, length);
	}
	return total;
}

void gp_content_decode(const char *lines, size_t size, char *to)
{
	size_t next;

	for (; size; lines += next, size -= next) {
		size_t length = line_at(lines, size, &next);

		if (length)
			to += decode_line(lines, length, to);
	}
}
