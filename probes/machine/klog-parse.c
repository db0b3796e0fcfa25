/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/klog.h"

#include <ctype.h>
#include <string.h>

/* A piece of a line that is read from its front. */
struct piece {
	const char *text;
	size_t size;
};

static void drop(struct piece *piece, size_t n)
{
	piece->text += n;
	piece->size -= n;
}

static bool take(struct piece *piece, char byte)
{
	if (!piece->size || piece->text[0] != byte)
		return false;
	drop(piece, 1);
	return true;
}

static void take_all(struct piece *piece, char byte)
{
	while (take(piece, byte))
		;
}

static bool take_number(struct piece *piece, uint64_t *ret)
{
	size_t n = 0;
	uint64_t number = 0;

	for (; n < piece->size && isdigit((unsigned char)piece->text[n]); n++)
		if (__builtin_mul_overflow(number, 10u, &number) ||
			__builtin_add_overflow(
				number, (unsigned int)(piece->text[n] - '0'), &number))
			return false;
	if (!n)
		return false;
	drop(piece, n);
	*ret = number;
	return true;
}

/* 'a' is a letter, '0' a digit, '_' a digit or a space; all else is itself. */
static bool looks_like(const struct piece *piece, const char *pattern)
{
	size_t length = strlen(pattern);

	if (piece->size < length)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)piece->text[i];
		bool fits = byte == (unsigned char)pattern[i];

		if (pattern[i] == 'a')
			fits = isalpha(byte);
		else if (pattern[i] == '0')
			fits = isdigit(byte);
		else if (pattern[i] == '_')
			fits = isdigit(byte) || byte == ' ';
		if (!fits)
			return false;
	}
	return true;
}

static bool take_like(struct piece *piece, const char *pattern)
{
	if (!looks_like(piece, pattern))
		return false;
	drop(piece, strlen(pattern));
	return true;
}

/* Up to the next space, which goes too. */
static bool take_word(struct piece *piece, struct piece *ret)
{
	const char *end = memchr(piece->text, ' ', piece->size < 256 ? piece->size : 256);

	if (!end || end == piece->text)
		return false;
	*ret = (struct piece){piece->text, (size_t)(end - piece->text)};
	drop(piece, ret->size + 1);
	return true;
}

static bool word_is(const struct piece *word, const char *text)
{
	return word->size == strlen(text) && !memcmp(word->text, text, word->size);
}

/* "kernel:" or "kernel[0]:"; syslog leaves out the space behind it now and then. */
static bool is_kernel_tag(const struct piece *word)
{
	return word_is(word, "kernel:") || word_is(word, "kernel[0]:");
}

enum prefix { NO_PREFIX, KERNEL, OTHER_PROGRAM };

/* "Nov 21 10:00:00 host kernel: " and its kin of syslog and the journal. */
static enum prefix take_syslog(struct piece *line)
{
	struct piece rest = *line, word;

	if (rest.text[0] == '[') /* the commonest: what dmesg alone writes */
		return NO_PREFIX;
	if (take_like(&rest, "aaa 0000-00-00 00:00:00 ")) {
		if (!take_word(&rest, &word))
			return OTHER_PROGRAM;
	} else if (take_like(&rest, "0000-00-00T00:00:00") ||
		   take_like(&rest, "0000-00-00 00:00:00")) {
		bool from_dmesg = looks_like(&rest, ",");

		if (rest.size && rest.text[0] != ' ' && !take_word(&rest, &word))
			return NO_PREFIX;
		if (from_dmesg) { /* dmesg --time-format=iso names no host */
			*line = rest;
			return KERNEL;
		}
		take(&rest, ' ');
	} else if (take_like(&rest, "aaa _0 00:00:00")) {
		if (rest.size && rest.text[0] != ' ' && !take_word(&rest, &word))
			return NO_PREFIX;
		take(&rest, ' ');
	} else {
		return NO_PREFIX;
	}
	if (!take_word(&rest, &word) || !take_word(&rest, &word) || !is_kernel_tag(&word))
		return OTHER_PROGRAM;
	*line = rest;
	return KERNEL;
}

/* "<6>" and, of dmesg -x, "kern  :info  : "; false: of another facility than the kernel's. */
static bool take_priority(struct piece *line)
{
	struct piece rest = *line;
	uint64_t priority;

	if (take(&rest, '<') && take_number(&rest, &priority) && take(&rest, '>')) {
		*line = rest;
		return priority >> 3 == 0;
	}
	rest = *line;
	for (int part = 0; part < 2; part++) {
		size_t n = 0;

		while (n < rest.size && n < 8 && islower((unsigned char)rest.text[n]))
			n++;
		if (!n)
			return true;
		drop(&rest, n);
		take_all(&rest, ' ');
		if (!take(&rest, ':'))
			return true;
	}
	if (!take(&rest, ' ') || !looks_like(&rest, "["))
		return true;
	if (!looks_like(line, "kern"))
		return false;
	*line = rest;
	return true;
}

/* "[    1.234567]", or what dmesg -T, -e and -d write there. */
static bool take_stamp(struct piece *line, int64_t *ret_usec)
{
	struct piece rest = *line;
	uint64_t seconds, fraction = 0;
	const char *end;
	int digits = 0;

	if (!take(&rest, '['))
		return false;
	end = memchr(rest.text, ']', rest.size < 32 ? rest.size : 32);
	if (!end)
		return false;
	take_all(&rest, ' ');
	*ret_usec = -1;
	if (take_number(&rest, &seconds) && take(&rest, '.')) {
		for (; rest.size && isdigit((unsigned char)rest.text[0]); drop(&rest, 1))
			if (digits++ < 6)
				fraction = fraction * 10 + (uint64_t)(rest.text[0] - '0');
		for (; digits < 6; digits++)
			fraction *= 10;
		if (rest.text != end || seconds > INT64_MAX / 1000000 - 1)
			return false;
		*ret_usec = (int64_t)(seconds * 1000000 + fraction);
	} else if (!looks_like(&rest, "aaa aaa _0 00:00:00 0000]") &&
		   !looks_like(&rest, "aaa_0 00:00]") && !looks_like(&rest, "+0.") &&
		   !looks_like(&rest, "+00.") && !looks_like(&rest, "+000.")) {
		return false;
	}
	drop(line, (size_t)(end + 1 - line->text));
	take(line, ' ');
	return true;
}

/* "[    T1] ", which CONFIG_PRINTK_CALLER adds. */
static void take_caller(struct piece *line)
{
	struct piece rest = *line;
	uint64_t number;

	if (!take(&rest, '['))
		return;
	take_all(&rest, ' ');
	if (!take(&rest, 'T') && !take(&rest, 'C'))
		return;
	if (take_number(&rest, &number) && take(&rest, ']') && take(&rest, ' '))
		*line = rest;
}

/* "host kernel: " behind the stamp, as journalctl -o short-monotonic has it. */
static void take_monotonic_host(struct piece *line)
{
	struct piece rest = *line, host, tag;

	if (take_word(&rest, &host) && take_word(&rest, &tag) && is_kernel_tag(&tag) &&
		host.text[host.size - 1] != ':')
		*line = rest;
}

bool gp_klog_parse_line(const char *line, size_t size, struct gp_klog_line *ret)
{
	struct piece piece = {line, size};
	enum prefix prefix;

	if (piece.size && piece.text[piece.size - 1] == '\r')
		piece.size--;
	if (!piece.size || looks_like(&piece, "-- "))
		return false;
	prefix = take_syslog(&piece);
	if (prefix == OTHER_PROGRAM)
		return false;
	ret->usec = -1;
	if (!take_priority(&piece))
		return false;
	if (take_stamp(&piece, &ret->usec)) {
		take_caller(&piece);
		if (prefix == NO_PREFIX)
			take_monotonic_host(&piece);
	}
	ret->text = piece.text;
	ret->size = piece.size;
	return true;
}

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	return -1;
}

/* The kernel writes odd bytes as \xNN. */
static size_t unescape(char *text, size_t size)
{
	size_t to = 0;

	for (size_t from = 0; from < size; to++) {
		if (size - from >= 4 && text[from] == '\\' && text[from + 1] == 'x' &&
			hex_digit(text[from + 2]) >= 0 && hex_digit(text[from + 3]) >= 0) {
			text[to] =
				(char)(hex_digit(text[from + 2]) * 16 + hex_digit(text[from + 3]));
			from += 4;
		} else {
			text[to] = text[from++];
		}
	}
	return to;
}

/* "priority,sequence,microseconds,flags[,more];text\n KEY=value\n" */
bool gp_klog_parse_record(
	char *record, size_t size, uint64_t *ret_sequence, struct gp_klog_line *ret)
{
	struct piece piece = {record, size};
	uint64_t priority, usec;
	const char *text, *end;
	char *start;

	if (!take_number(&piece, &priority) || !take(&piece, ',') ||
		!take_number(&piece, ret_sequence) || !take(&piece, ',') ||
		!take_number(&piece, &usec))
		return false;
	text = memchr(piece.text, ';', piece.size);
	if (!text || priority >> 3 != 0)
		return false;
	start = record + (text + 1 - record);
	end = memchr(start, '\n', size - (size_t)(start - record));
	ret->usec = usec > INT64_MAX ? -1 : (int64_t)usec;
	ret->text = start;
	ret->size = unescape(start, end ? (size_t)(end - start) : size - (size_t)(start - record));
	return true;
}
