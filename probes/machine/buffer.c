/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_BUFFER (64u << 10) /* a sysfs attribute is at most one page, 64 KiB at the most */
#define KEPT_BUFFER  (1u << 20)

/*
 * Fills the buffer as far as the file goes. Sequence files answer a page at a time, and their size
 * says nothing; where a file of known size has been read, asking for more is spared.
 */
static ssize_t fill(struct gp_buffer *buffer, int fd, size_t size, size_t known)
{
	size_t filled = 0;

	while (filled < size && (!filled || filled != known)) {
		ssize_t n = read(fd, buffer->data + filled, size - filled);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		filled += (size_t)n;
	}
	return (ssize_t)filled;
}

static int make_room(struct gp_buffer *buffer, size_t size)
{
	uint8_t *data;

	if (size <= buffer->size)
		return 0;
	data = realloc(buffer->data, size);
	if (!data)
		return -ENOMEM;
	buffer->data = data;
	buffer->size = size;
	return 0;
}

ssize_t gp_buffer_read(struct gp_buffer *buffer, int fd, off_t from, off_t known, size_t cap)
{
	size_t room = FIRST_BUFFER;

	for (;;) {
		size_t size = (room < cap ? room : cap) + 1;
		int r = make_room(buffer, size);
		ssize_t n = r < 0 ? r : fill(buffer, fd, size, (size_t)(known - from));

		if (n < 0 || (size_t)n < size)
			return n;
		if (size > cap)
			return -EFBIG;
		/* Cut short: from the start again, so that all of it is one answer. */
		if (lseek(fd, from, SEEK_SET) < 0)
			return -errno;
		room *= 8;
	}
}

void gp_buffer_trim(struct gp_buffer *buffer)
{
	if (buffer->size > KEPT_BUFFER)
		gp_buffer_free(buffer);
}

void gp_buffer_free(struct gp_buffer *buffer)
{
	free(buffer->data);
	*buffer = (struct gp_buffer){0};
}
