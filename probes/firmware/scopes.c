/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "firmware/scopes.h"

static const struct gp_function *function_at(
	const struct gp_pci *pci, uint32_t domain, uint8_t bus, struct gp_scope_step at)
{
	gp_each (function, pci)
		if (function->domain == domain && function->bus == bus &&
			function->device == at.device && function->function == at.function)
			return function;
	return NULL;
}

const struct gp_function *gp_scope_function(
	const struct gp_pci *pci, uint16_t segment, const struct gp_scope *scope)
{
	const struct gp_function *function = NULL;

	for (size_t i = 0; i < scope->n_path; i++) {
		if (i && (!function || !function->secondary_bus))
			return NULL;
		function = function_at(pci, segment, i ? function->secondary_bus : scope->start_bus,
			scope->path[i]);
	}
	return function;
}

char *gp_scope_name(struct gp_arena *arena, const struct gp_scope *scope)
{
	char *name = gp_printf(arena, "%02x:", scope->start_bus);

	for (size_t i = 0; i < scope->n_path; i++)
		name = gp_printf(arena, "%s%s%02x.%x", name, i ? "/" : "", scope->path[i].device,
			scope->path[i].function);
	return name;
}
