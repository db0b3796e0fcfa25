/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ticket/formats.h"

gp_ticket_reader *const gp_ticket_readers[] = {
	gp_ticket_inside,
	gp_ticket_files,
	gp_ticket_lists,
	gp_ticket_settings,
	gp_ticket_platform,
	gp_ticket_vms,
	gp_ticket_docker,
	gp_ticket_modules,
	gp_ticket_role,
	gp_ticket_packages,
	gp_ticket_lspci,
	gp_ticket_devices,
	gp_ticket_cpus,
	gp_ticket_vfs,
	gp_ticket_drivers,
	gp_ticket_nodes,
	gp_ticket_opencl,
	NULL,
};
