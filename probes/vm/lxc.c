/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "vm/vm.h"

#define MOST_CTS 1024

void gp_lxc_collect(struct gp_machine *machine, struct gp_vms *ret)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value names = gp_read_names(machine, "/etc/pve/lxc");

	ret->cts_from = names.from;
	gp_each (name, &names.value) {
		const char *path = gp_printf(arena, "/etc/pve/lxc/%s", *name);
		struct gp_text_value text;
		struct gp_ct *ct;

		if (!gp_ends_with(*name, ".conf") || ret->cts.n >= MOST_CTS)
			continue;
		text = gp_read_text(machine, path);
		ct = gp_push(arena, &ret->cts);
		ct->name =
			gp_printf(arena, "ct/%.*s", (int)(strlen(*name) - strlen(".conf")), *name);
		ct->source = path;
		ct->from = text.from;
		gp_vm_config_parse(arena, text.value, &ct->settings, &ct->pending);
	}
}
