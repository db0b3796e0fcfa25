/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "vm/rom.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MAX_FILE    (16u << 20)
#define MAX_LIST    (4u << 10)
#define MOST_IMAGES 16
#define WINDOW      (68u << 10) /* holds any data structure: a header points at most 64 KiB away */

enum {
	BLOCK = 512,
	PCIR_POINTER = 0x18, /* of the header */
	PCIR_SIZE = 24,
	PCIR_VENDOR = 4,
	PCIR_DEVICE = 6,
	PCIR_LENGTH = 0x10,
	PCIR_TYPE = 0x14,
	PCIR_INDICATOR = 0x15,
	LAST_IMAGE = 0x80,
};

static uint16_t word(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

/* The data structure of the image that begins at data, or NULL. */
static const uint8_t *data_structure(const uint8_t *data, size_t size)
{
	size_t at;

	if (size < BLOCK || word(data) != 0xaa55)
		return NULL;
	at = word(data + PCIR_POINTER);
	if (at > size - PCIR_SIZE || memcmp(data + at, "PCIR", 4) != 0)
		return NULL;
	return data + at;
}

/* Takes what the buffer holds of an image, and the rest of it from the stream. */
static ssize_t pass_image(struct gp_stream *stream, uint8_t *buffer, size_t held, size_t length)
{
	while (held < length) {
		size_t rest = length - held;
		ssize_t n = gp_stream_fill(stream, buffer, rest < WINDOW ? rest : WINDOW);

		if (n <= 0)
			return n;
		length -= held;
		held = (size_t)n;
	}
	memmove(buffer, buffer + length, held - length);
	return (ssize_t)(held - length);
}

int gp_rom_images(struct gp_arena *arena, struct gp_stream *stream, struct gp_bytes *ret)
{
	uint8_t *buffer = gp_alloc(arena, WINDOW, 1);
	struct gp_strings lines = {0};
	const char *images;
	size_t held = 0;

	while (lines.n < MOST_IMAGES) {
		ssize_t n = gp_stream_fill(stream, buffer + held, WINDOW - held);
		const uint8_t *pcir = n < 0 ? NULL : data_structure(buffer, held + (size_t)n);
		size_t length;

		if (n < 0)
			return (int)n;
		if (!pcir)
			break;
		length = (size_t)word(pcir + PCIR_LENGTH) * BLOCK;
		gp_strings_add(arena, &lines,
			gp_printf(arena, "image %u %04x:%04x\n", pcir[PCIR_TYPE],
				word(pcir + PCIR_VENDOR), word(pcir + PCIR_DEVICE)));
		if (pcir[PCIR_INDICATOR] & LAST_IMAGE || !length)
			break;
		n = pass_image(stream, buffer, held + (size_t)n, length);
		if (n < 0)
			return (int)n;
		held = (size_t)n;
	}
	images = gp_join(arena, &lines, "");
	*ret = (struct gp_bytes){(const uint8_t *)images, strlen(images)};
	return 0;
}

bool gp_rom_parse(struct gp_arena *arena, const char *images, struct gp_rom *ret)
{
	struct gp_strings lines = gp_split(arena, images, "\n");

	gp_each (line, &lines) {
		struct gp_strings words = gp_split(arena, *line, " :");
		uint64_t type, vendor, device;

		if (words.n != 4 || strcmp(words.items[0], "image") != 0 ||
			gp_parse_u64(words.items[1], 10, &type) < 0 ||
			gp_parse_u64(words.items[2], 16, &vendor) < 0 || vendor > 0xffff ||
			gp_parse_u64(words.items[3], 16, &device) < 0 || device > 0xffff)
			return false;
		if (line == lines.items) {
			ret->vendor = (uint16_t)vendor;
			ret->device = (uint16_t)device;
		}
		ret->legacy |= type == 0;
		ret->efi |= type == 3;
	}
	return lines.n > 0;
}

static struct gp_origin outcome(const char *path, int r)
{
	if (r == -ENOENT)
		return (struct gp_origin){.presence = GP_ABSENT, .path = path};
	if (r == -EFBIG || r == -EISDIR || r == -EINVAL)
		return (struct gp_origin){
			.presence = GP_MALFORMED, .problem = "is no ROM", .path = path};
	return (struct gp_origin){.presence = r < 0 ? GP_UNREADABLE : GP_PRESENT,
		.error = r < 0 ? -r : 0,
		.path = path};
}

struct gp_rom gp_rom_read(struct gp_machine *machine, const char *path)
{
	static const struct gp_extract images = {MAX_FILE, MAX_LIST, gp_rom_images};
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_bytes bytes = {0};
	struct gp_rom rom = {0};
	int r = gp_machine_extract(machine, path, &images, &bytes);

	rom.from = outcome(gp_strdup(arena, path), r);
	if (!r &&
		!gp_rom_parse(arena, gp_strndup(arena, (const char *)bytes.data, bytes.size), &rom))
		rom.from = (struct gp_origin){.presence = GP_MALFORMED,
			.problem = "does not begin with the image of a ROM",
			.path = rom.from.path};
	return rom;
}
