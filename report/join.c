/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "fleet.h"

void gp_fleet_join(struct gp_fleet *fleet)
{
	for (size_t i = 0; i < fleet->machines.n; i++) {
		struct gp_family *family = gp_push(fleet->arena, &fleet->families);

		gp_push(fleet->arena, &family->members)->machine = i;
		family->members.items[0].as = "";
	}
}
