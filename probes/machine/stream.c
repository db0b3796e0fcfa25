/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/stream.h"

#include <string.h>

static ssize_t read_memory(struct gp_stream *stream, void *buffer, size_t size)
{
	struct gp_memory_stream *memory = (struct gp_memory_stream *)stream;
	size_t n = size < memory->left.size ? size : memory->left.size;

	if (!n)
		return 0;
	memcpy(buffer, memory->left.data, n);
	memory->left.data += n;
	memory->left.size -= n;
	return (ssize_t)n;
}

struct gp_memory_stream gp_memory_stream(struct gp_bytes bytes)
{
	return (struct gp_memory_stream){.stream = {read_memory}, .left = bytes};
}

ssize_t gp_stream_fill(struct gp_stream *stream, void *buffer, size_t size)
{
	size_t filled = 0;

	while (filled < size) {
		ssize_t n = stream->read(stream, (char *)buffer + filled, size - filled);

		if (n < 0)
			return n;
		if (!n)
			break;
		filled += (size_t)n;
	}
	return (ssize_t)filled;
}
