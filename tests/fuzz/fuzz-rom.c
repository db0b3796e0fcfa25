/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An expansion ROM, and the same bytes as the list of images that a capture keeps. */
#include <stddef.h>
#include <stdint.h>

#include "vm/rom.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_memory_stream memory =
		gp_memory_stream((struct gp_bytes){gp_memdup(arena, data, size), size});
	struct gp_bytes images = {0};
	struct gp_rom rom = {0}, said = {0};
	const char *list;

	gp_rom_images(arena, &memory.stream, &images);
	list = (const char *)images.data;
	if (*list && !gp_rom_parse(arena, list, &rom))
		__builtin_trap();
	gp_rom_parse(arena, gp_strndup(arena, (const char *)data, size), &said);
	gp_arena_free(arena);
	return 0;
}
