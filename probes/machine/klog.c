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

bool gp_klog_is_version(const struct gp_klog_line *line)
{
	static const char start[] = "Linux version ";

	return line->size >= sizeof(start) - 1 && !memcmp(line->text, start, sizeof(start) - 1);
}

void gp_klog_each_line(const struct gp_klog_line *message, gp_klog_each *each, void *context)
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

int64_t gp_klog_lost_before(int fd)
{
	char *record = malloc(MAX_RECORD);
	struct gp_klog_line line = {0};
	uint64_t sequence = 0;
	int64_t lost = 0;

	if (!record)
		return 0;
	while (!lost) {
		ssize_t n = read(fd, record, MAX_RECORD);

		if (n < 0 && (errno == EINTR || errno == EPIPE))
			continue;
		if (n <= 0)
			break;
		if (!gp_klog_parse_record(record, (size_t)n, &sequence, &line))
			continue;
		if (sequence == 0)
			break;
		lost = line.usec;
	}
	free(record);
	return lseek(fd, 0, SEEK_SET) < 0 ? 0 : lost;
}

int gp_klog_read_kmsg(int fd, bool has_start, gp_klog_each *each, void *context, bool *ret_whole)
{
	char *record = malloc(MAX_RECORD);
	bool whole = true, any = false;
	size_t total = 0;
	ssize_t n = 0;

	if (!record)
		return -ENOMEM;
	while (total < MAX_RING) {
		struct gp_klog_line line = {0};
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
			gp_klog_each_line(&line, each, context);
		if (!any && sequence != 0 && !has_start)
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
		if (end)
			return 0;
		r = more(lines);
		if (r < 0)
			return r;
	}
	return 0;
}

/* 1: *ret and *ret_size are the next line, until the next call; 0: no more. */
static int next_line(struct lines *lines, const char **ret, size_t *ret_size)
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
			lines->start += *ret_size + (end ? 1 : 0);
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

/* To where the log begins; in a large file, to the first whole line of its tail. */
static int seek_tail(struct lines *lines)
{
	struct stat st;
	off_t from;
	int r;

	if (fstat(lines->fd, &st) < 0)
		return -errno;
	from = st.st_size > MAX_LOG_TAIL ? st.st_size - MAX_LOG_TAIL : 0;
	if (lseek(lines->fd, from, SEEK_SET) < 0)
		return -errno;
	if (!from)
		return 0;
	r = more(lines);
	return r < 0 ? r : skip_rest(lines);
}

static int hand_out(struct lines *lines, gp_klog_each *each, void *context, bool *ret_whole)
{
	const char *text;
	size_t size, n = 0;
	int r, any = 0;

	while ((r = next_line(lines, &text, &size)) > 0) {
		struct gp_klog_line line = {0};

		n++;
		if (gp_klog_parse_line(text, size, &line)) {
			if (gp_klog_is_version(&line)) {
				*ret_whole = true;
				line.is_boot = n > EARLY_LINES;
			}
			each(context, &line);
			any = 1;
		}
		if (size >= MAX_LINE && (r = skip_rest(lines)) < 0)
			return r;
	}
	return r < 0 ? r : any;
}

int gp_klog_read_text(int fd, gp_klog_each *each, void *context, bool *ret_whole)
{
	struct lines lines = {.fd = fd, .buffer = malloc(MAX_LINE + STEP)};
	int r;

	if (!lines.buffer)
		return -ENOMEM;
	*ret_whole = false;
	r = seek_tail(&lines);
	if (!r)
		r = hand_out(&lines, each, context, ret_whole);
	free(lines.buffer);
	return r;
}
