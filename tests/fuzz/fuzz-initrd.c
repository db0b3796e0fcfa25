/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An initrd, whose listing has to come out as itself when it is listed. */
#include <stdlib.h>
#include <string.h>

#include "kernel/initrd.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct memory {
	struct gp_stream stream;
	const uint8_t *data;
	size_t size;
};

static ssize_t read_memory(struct gp_stream *stream, void *buffer, size_t size)
{
	struct memory *memory = (struct memory *)stream;
	size_t n = size < memory->size ? size : memory->size;

	if (n)
		memcpy(buffer, memory->data, n);
	memory->data += n;
	memory->size -= n;
	return (ssize_t)n;
}

static struct gp_bytes list(struct gp_arena *arena, const uint8_t *data, size_t size)
{
	struct memory memory = {{read_memory}, data, size};
	struct gp_bytes listing = {0};

	if (gp_initrd_list(arena, &memory.stream, &listing) < 0)
		abort();
	return listing;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_bytes listing = list(arena, data, size);
	struct gp_bytes again = list(arena, listing.data, listing.size);

	if (listing.size > GP_LISTING_MAX || listing.size != again.size ||
		memcmp(listing.data, again.data, again.size) != 0)
		abort();
	gp_arena_free(arena);
	return 0;
}
