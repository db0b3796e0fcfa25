/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "pci/host-use.h"

#include <string.h>

/* "eth0 is up", or NULL where every interface of this function is known to be down. */
static const char *network_use(struct gp_machine *machine, const struct gp_function *function)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	const char *dir = gp_printf(arena, "/sys/bus/pci/devices/%s/net", function->address);
	struct gp_names_value interfaces = gp_read_names(machine, dir);

	if (!gp_is_present(&interfaces.from))
		return gp_printf(arena, "a network interface driven by %s", function->driver);
	gp_each (name, &interfaces.value) {
		struct gp_text_value state =
			gp_read_line(machine, gp_printf(arena, "%s/%s/operstate", dir, *name));
		if (strcmp(state.value, "down") != 0)
			return gp_printf(arena, "network interface %s is in use", *name);
	}
	return NULL;
}

void gp_host_use_collect(struct gp_machine *machine, struct gp_pci *pci)
{
	gp_each (function, pci) {
		uint32_t base_class = function->class_code >> 16;

		if (!gp_pci_is_native(function))
			continue;
		if (base_class == 0x02)
			function->host_use = network_use(machine, function);
		else if (base_class == 0x01)
			function->host_use = gp_printf(gp_machine_arena(machine),
				"storage driven by %s", function->driver);
	}
}
