/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_SCOPES_H
#define GP_SCOPES_H

#include "firmware/acpi.h"
#include "pci/functions.h"

/*
 * The function that a device scope names, its path followed through the bridges (VT-d
 * specification 8.3.1); NULL where no such function is there. For endpoints and bridges: what
 * else has a scope need not show on PCI.
 */
const struct gp_function *gp_scope_function(
	const struct gp_pci *pci, uint16_t segment, const struct gp_scope *scope);

/* "00:1c.0/00.0": start bus, then device.function of each step. */
char *gp_scope_name(struct gp_arena *arena, const struct gp_scope *scope);

#endif
