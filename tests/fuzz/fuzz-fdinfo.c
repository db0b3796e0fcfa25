/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fdinfo of a DRM client; and the same bytes as lines of a sidecar. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "telemetry/fdinfo.h"
#include "telemetry/sidecar.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool is_so)
{
	if (!is_so)
		__builtin_trap();
}

static void try_lines(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	struct gp_strings lines =
		gp_split(arena, gp_strndup(arena, (const char *)data, size), "\n");
	struct gp_sidecar_line line;

	for (size_t i = 0; i < lines.n; i++) {
		if (!gp_sidecar_parse(arena, lines.items[i], &line))
			continue;
		must(strlen(line.text) < sizeof(line.text));
		must(line.value - line.value == 0); /* finite */
		must(line.kind == GP_SAYS_BYE || *line.name);
	}
	gp_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_fdinfo info;

	try_lines(data, size);

	if (gp_fdinfo_parse((const char *)data, size, &info))
		must(*info.driver);
	must(info.n_engines <= GP_FDINFO_ENGINES && info.n_regions <= GP_FDINFO_REGIONS);
	for (size_t i = 0; i < info.n_engines; i++) {
		must(info.engines[i].capacity > 0);
		must(memchr(info.engines[i].name, 0, GP_FDINFO_NAME) != NULL);
	}
	return 0;
}
