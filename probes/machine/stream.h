/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_STREAM_H
#define GP_STREAM_H

#include <sys/types.h>

#include "machine/machine.h"

/* A file's bytes in their order, as far as somebody asks for them. */
struct gp_stream {
	ssize_t (*read)(struct gp_stream *stream, void *buffer, size_t size); /* 0: end; -errno */
};

/* One of bytes at hand: gp_memory_stream(bytes).stream; it does not own them. */
struct gp_memory_stream {
	struct gp_stream stream;
	struct gp_bytes left;
};
struct gp_memory_stream gp_memory_stream(struct gp_bytes bytes);

/* Reads until the buffer is full or the stream ends: bytes, or a negative errno. */
ssize_t gp_stream_fill(struct gp_stream *stream, void *buffer, size_t size);

/*
 * What is wanted of a file that is too large to be kept: make() reads as much as it needs and gives
 * what is worth keeping. A capture holds that alone, and a replay hands it out as it stands, so it
 * has to be told from a damaged one by whoever reads it.
 */
struct gp_extract {
	uint64_t max_file; /* a larger one is -EFBIG */
	size_t max_kept;   /* so is more than this in a capture */
	int (*make)(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret);
};

/* As gp_machine_read(). */
int gp_machine_extract(struct gp_machine *machine, const char *path,
	const struct gp_extract *extract, struct gp_bytes *ret);

#endif
