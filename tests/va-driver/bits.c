/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bits.h"

#include <stdlib.h>
#include <string.h>

void gp_bytes_add(struct gp_bytes *bytes, const void *data, size_t n)
{
	if (n > bytes->room - bytes->n && !bytes->failed) {
		size_t room = 2 * (bytes->n + n) + 256;
		uint8_t *grown = realloc(bytes->data, room);

		if (grown != NULL) {
			bytes->data = grown;
			bytes->room = room;
		}
		bytes->failed = grown == NULL;
	}
	if (bytes->failed || n == 0)
		return;
	memcpy(bytes->data + bytes->n, data, n);
	bytes->n += n;
}

void gp_bytes_free(struct gp_bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct gp_bytes){.data = NULL};
}

void gp_put_bits(struct gp_bit_writer *writer, unsigned int n, uint32_t value)
{
	while (n-- > 0) {
		writer->pending = writer->pending << 1 | (value >> n & 1);
		if (++writer->n_pending == 8) {
			uint8_t byte = (uint8_t)writer->pending;

			gp_bytes_add(&writer->bytes, &byte, 1);
			writer->pending = writer->n_pending = 0;
		}
	}
}

void gp_put_ue(struct gp_bit_writer *writer, uint32_t value)
{
	unsigned int length = 0;

	while ((value + 1) >> length > 1)
		length++;
	gp_put_bits(writer, length, 0);
	gp_put_bits(writer, length + 1, value + 1);
}

void gp_put_se(struct gp_bit_writer *writer, int32_t value)
{
	gp_put_ue(writer, value > 0 ? 2 * (uint32_t)value - 1 : 2 * (uint32_t)-value);
}

void gp_put_nal(struct gp_bytes *stream, uint8_t header, struct gp_bit_writer *writer)
{
	const uint8_t start[] = {0, 0, 0, 1, header};
	unsigned int zeros = 0;

	gp_put_bits(writer, 1, 1);
	gp_put_bits(writer, (8 - writer->n_pending) % 8, 0);
	gp_bytes_add(stream, start, sizeof(start));
	for (size_t i = 0; i < writer->bytes.n; i++) {
		uint8_t byte = writer->bytes.data[i];

		if (zeros >= 2 && byte <= 3) {
			gp_bytes_add(stream, "\3", 1);
			zeros = 0;
		}
		gp_bytes_add(stream, &byte, 1);
		zeros = byte == 0 ? zeros + 1 : 0;
	}
	stream->failed |= writer->bytes.failed;
	gp_bytes_free(&writer->bytes);
}

static void next_byte(struct gp_bit_reader *reader)
{
	reader->zeros = reader->data[reader->byte] == 0 ? reader->zeros + 1 : 0;
	reader->byte++;
	reader->bit = 0;
	if (reader->zeros >= 2 && reader->byte < reader->n && reader->data[reader->byte] == 3) {
		reader->byte++;
		reader->zeros = 0;
	}
}

uint32_t gp_get_bits(struct gp_bit_reader *reader, unsigned int n)
{
	uint32_t value = 0;

	while (n-- > 0) {
		value <<= 1;
		if (reader->byte >= reader->n)
			continue;
		value |= reader->data[reader->byte] >> (7 - reader->bit) & 1;
		if (++reader->bit == 8)
			next_byte(reader);
	}
	return value;
}

uint32_t gp_get_ue(struct gp_bit_reader *reader)
{
	unsigned int length = 0;

	while (length < 32 && gp_get_bits(reader, 1) == 0)
		length++;
	if (length == 32)
		return UINT32_MAX;
	return (UINT32_C(1) << length) - 1 + gp_get_bits(reader, length);
}
