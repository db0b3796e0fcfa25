/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The settings of a container; and the same bytes as its group file and as /etc/subgid. */
#include <stdlib.h>
#include <string.h>

#include "container/lxc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look_at(const struct gp_lxc *lxc, const struct gp_subids *subids)
{
	uint64_t id;

	gp_each (node, &lxc->nodes)
		if (!gp_starts_with(node->path, "/dev/dri") || node->mode > 0777)
			abort();
	gp_each (right, &lxc->rights)
		if (right->major != -1 && right->major != 226)
			abort();
	gp_each (map, &lxc->maps)
		if (map->is_readable && gp_lxc_inside_id(lxc, map->is_user, map->outside, &id)) {
			gp_subids_cover(subids, map->outside, map->count);
			gp_lxc_right_covers(&(struct gp_lxc_right){.minor = -1}, (uint32_t)id);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gp_arena *arena = gp_arena_new();
	const char *text = gp_strndup(arena, (const char *)data, size);
	struct gp_ct ct = {.name = "ct/101", .source = "101.conf"};
	struct gp_user_groups groups = {0};
	struct gp_subids subids = {0};
	struct gp_lxc lxc;

	gp_vm_config_parse(arena, text, &ct.settings, &ct.pending);
	gp_lxc_parse(arena, &ct, &lxc);
	gp_user_groups_parse(arena, text, &groups);
	gp_subids_parse(arena, text, &subids);
	look_at(&lxc, &subids);
	gp_arena_free(arena);
	return 0;
}
