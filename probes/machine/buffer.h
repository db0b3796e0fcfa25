/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_BUFFER_H
#define GP_BUFFER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Room that one file after the other is read into. */
struct gp_buffer {
	uint8_t *data;
	size_t size;
};

/*
 * All of a file from `from` on, where fd stands; known: the file's size as fstat() has it. How much
 * that is, -EFBIG above cap, or -errno.
 */
ssize_t gp_buffer_read(struct gp_buffer *buffer, int fd, off_t from, off_t known, size_t cap);
/* Gives back what a large file took. */
void gp_buffer_trim(struct gp_buffer *buffer);
void gp_buffer_free(struct gp_buffer *buffer);

#endif
