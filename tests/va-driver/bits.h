/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_BITS_H
#define GP_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that grow. Once there was no memory, failed stays true and nothing more is added. */
struct gp_bytes {
	uint8_t *data;
	size_t n, room;
	bool failed;
};

void gp_bytes_add(struct gp_bytes *bytes, const void *data, size_t n);
void gp_bytes_free(struct gp_bytes *bytes);

/* Writes most significant bits first, in the manner of H.264 (ITU-T H.264, 7.2 and 9.1). */
struct gp_bit_writer {
	struct gp_bytes bytes;
	unsigned int pending, n_pending; /* of the last byte */
};

void gp_put_bits(struct gp_bit_writer *writer, unsigned int n, uint32_t value); /* n up to 32 */
void gp_put_ue(struct gp_bit_writer *writer, uint32_t value);
void gp_put_se(struct gp_bit_writer *writer, int32_t value);

/*
 * Ends the writer's bits and adds them to stream as a NAL unit: start code, header, emulation
 * prevention (7.4.1). The writer is empty and free afterwards.
 */
void gp_put_nal(struct gp_bytes *stream, uint8_t header, struct gp_bit_writer *writer);

/* Reads a NAL unit; zeros are read behind its end. Emulation prevention is taken out. */
struct gp_bit_reader {
	const uint8_t *data;
	size_t n;
	size_t byte;
	unsigned int bit;
	unsigned int zeros; /* bytes of zero just read */
};

uint32_t gp_get_bits(struct gp_bit_reader *reader, unsigned int n);
uint32_t gp_get_ue(struct gp_bit_reader *reader);

#endif
