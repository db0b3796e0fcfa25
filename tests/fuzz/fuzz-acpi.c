/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "firmware/dmar.h"
#include "firmware/ivrs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_dmar dmar;
	struct gp_ivrs ivrs;

	if (size >= 4 && memcmp(data, "IVRS", 4) == 0)
		gp_ivrs_decode(arena, data, size, &ivrs);
	else
		gp_dmar_decode(arena, data, size, &dmar);
	gp_arena_free(arena);
	return 0;
}
