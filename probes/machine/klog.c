/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/klog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_RECORD   (16u << 10) /* the kernel's are at most 8 KiB */
#define MAX_RING     (64u << 20)
#define STEP         (64u << 10)
#define MAX_LINE     (4u << 20)  /* what is beyond in a line is left out */
#define MAX_LOG_TAIL (64l << 20) /* of a larger file, its end */
#define EARLY_LINES  5           /* what a kernel may say before its version */

static bool is_version(const struct gp_klog_line *line)
{
	static const char start[] = "Linux version ";

	return line->size >= sizeof(start) - 1 && !memcmp(line->text, start, sizeof(start) - 1);
}

static void each_of_message(const struct gp_klog_line *message, gp_klog_each *each, void *context)
{
	struct gp_klog_line line = *message;
	size_t left = message->size;

	for (;;) {
		const char *end = memchr(line.text, '\n', left);

		line.size = end ? (size_t)(end - line.text) : left;
		each(context, &line);
		if (!end)
			return;
		left -= line.size + 1;
		line.text = end + 1;
	}
}

int gp_klog_read_kmsg(int fd, gp_klog_each *each, void *context, bool *ret_whole)
{
	char *record = malloc(MAX_RECORD);
	bool whole = true, any = false;
	size_t total = 0;
	ssize_t n = 0;

	if (!record)
		return -ENOMEM;
	while (total < MAX_RING) {
		struct gp_klog_line line;
		uint64_t sequence = 0;

		n = read(fd, record, MAX_RECORD);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE) { /* overwritten before it was read */
			whole = false;
			total++;
			continue;
		}
		if (n <= 0)
			break;
		total += (size_t)n;
		if (gp_klog_parse_record(record, (size_t)n, &sequence, &line))
			each_of_message(&line, each, context);
		if (!any && sequence != 0)
			whole = false;
		any = true;
	}
	n = n < 0 && errno != EAGAIN ? -errno : 0;
	free(record);
	*ret_whole = whole && any;
	return (int)n;
}

/* Lines of a file, one buffer. */
struct lines {
	int fd;
	char *buffer; /* MAX_LINE + STEP */
	size_t start, end;
	off_t offset; /* of start in the file */
	bool is_over;
};

static int more(struct lines *lines)
{
	ssize_t n;

	if (lines->start) {
		memmove(lines->buffer, lines->buffer + lines->start, lines->end - lines->start);
		lines->end -= lines->start;
		lines->start = 0;
	}
	do
		n = read(lines->fd, lines->buffer + lines->end, STEP);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	lines->is_over = n == 0;
	lines->end += (size_t)n;
	return 0;
}

/* Drops the rest of a line that outgrew the buffer. */
static int skip_rest(struct lines *lines)
{
	while (!lines->is_over) {
		char *from = lines->buffer + lines->start;
		char *end = memchr(from, '\n', lines->end - lines->start);
		size_t gone = end ? (size_t)(end - from) + 1 : lines->end - lines->start;
		int r;

		lines->start += gone;
		lines->offset += (off_t)gone;
		if (end)
			return 0;
		r = more(lines);
		if (r < 0)
			return r;
	}
	return 0;
}

/* 1: *ret and *ret_size are the next line, at *ret_offset, until the next call; 0: no more. */
static int next_line(struct lines *lines, const char **ret, size_t *ret_size, off_t *ret_offset)
{
	size_t seen = 0;

	for (;;) {
		char *from = lines->buffer + lines->start;
		size_t have = lines->end - lines->start;
		char *end = have > seen ? memchr(from + seen, '\n', have - seen) : NULL;
		int r;

		if (end || (lines->is_over && have) || have >= MAX_LINE) {
			*ret = from;
			*ret_size = end ? (size_t)(end - from) : have;
			*ret_offset = lines->offset;
			lines->start += *ret_size + (end ? 1 : 0);
			lines->offset += (off_t)(*ret_size + (end ? 1 : 0));
			return 1;
		}
		if (lines->is_over)
			return 0;
		seen = have;
		r = more(lines);
		if (r < 0)
			return r;
	}
}

static int rewind_to(struct lines *lines, off_t offset)
{
	if (lseek(lines->fd, offset, SEEK_SET) < 0)
		return -errno;
	*lines = (struct lines){.fd = lines->fd, .buffer = lines->buffer, .offset = offset};
	return 0;
}

/* Where the last boot begins, or -1. */
static int find_boot(struct lines *lines, off_t from, off_t *ret)
{
	static const char version[] = "Linux version ";
	const char *text;
	size_t size, n = 0;
	off_t offset;
	int r;

	*ret = -1;
	while ((r = next_line(lines, &text, &size, &offset)) > 0) {
		struct gp_klog_line line;

		if (size >= MAX_LINE && (r = skip_rest(lines)) < 0)
			return r;
		n++;
		if (memmem(text, size, version, sizeof(version) - 1) &&
			gp_klog_parse_line(text, size, &line) && is_version(&line))
			*ret = n <= EARLY_LINES ? from : offset;
	}
	return r;
}

static int hand_out(struct lines *lines, gp_klog_each *each, void *context)
{
	const char *text;
	off_t offset;
	size_t size;
	int r, any = 0;

	while ((r = next_line(lines, &text, &size, &offset)) > 0) {
		struct gp_klog_line line;

		if (gp_klog_parse_line(text, size, &line)) {
			each(context, &line);
			any = 1;
		}
		if (size >= MAX_LINE && (r = skip_rest(lines)) < 0)
			return r;
	}
	return r < 0 ? r : any;
}

static int read_log(struct lines *lines, gp_klog_each *each, void *context, bool *ret_whole)
{
	off_t from = 0, boot;
	struct stat st;
	int r;

	if (fstat(lines->fd, &st) < 0)
		return -errno;
	if (st.st_size > MAX_LOG_TAIL)
		from = st.st_size - MAX_LOG_TAIL;
	r = rewind_to(lines, from);
	if (r < 0)
		return r;
	if (from && (r = more(lines)) == 0)
		r = skip_rest(lines);
	if (r < 0)
		return r;
	from = lines->offset;
	r = find_boot(lines, from, &boot);
	if (r < 0)
		return r;
	*ret_whole = boot >= 0;
	r = rewind_to(lines, boot >= 0 ? boot : from);
	return r < 0 ? r : hand_out(lines, each, context);
}

int gp_klog_read_text(int fd, gp_klog_each *each, void *context, bool *ret_whole)
{
	struct lines lines = {.fd = fd, .buffer = malloc(MAX_LINE + STEP)};
	int r;

	if (!lines.buffer)
		return -ENOMEM;
	*ret_whole = false;
	r = read_log(&lines, each, context, ret_whole);
	free(lines.buffer);
	return r;
}
