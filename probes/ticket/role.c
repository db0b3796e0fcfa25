/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether it is a host, a guest or a container, where the text leaves no doubt. */
#include <string.h>

#include "platform/roles.h"
#include "ticket/formats.h"

#define GIVEN "/.given/role"

/* Of a host with VMs or containers; what was seen inside may stand beside. */
#define WITH_VMS        (GP_ROLE_HOST | GP_ROLE_GUEST)
#define WITH_CONTAINERS (GP_ROLE_HOST | GP_ROLE_CONTAINER)

/* What only such a machine says of itself. */
static const struct {
	unsigned role;
	const char *words;
} signs[] = {
	/* Proxmox's settings and programs, and those of libvirt's host */
	{WITH_VMS, "hostpci0:"},
	{GP_ROLE_HOST, "pve-manager/"},
	{WITH_CONTAINERS, "lxc.cgroup2.devices.allow"},
	{WITH_VMS, "<hostdev "},
	/* the kernel of a guest */
	{GP_ROLE_GUEST, "Hypervisor detected: "},
	{GP_ROLE_GUEST, "DMI: QEMU "},
	{GP_ROLE_GUEST, "DMI: VMware"},
	{GP_ROLE_GUEST, "Booting paravirtualized kernel on KVM"},
	{GP_ROLE_GUEST, "QEMU Standard PC"},
	/* services of images */
	{GP_ROLE_CONTAINER, "s6-rc: info: service"},
	{GP_ROLE_CONTAINER, "[cont-init.d]"},
	{GP_ROLE_CONTAINER, "[custom-init]"},
	{GP_ROLE_CONTAINER, "Brought to you by linuxserver.io"},
};

static const struct {
	unsigned role;
	const char *program;
} programs[] = {
	{WITH_VMS, "qm"},
	{WITH_CONTAINERS, "pct"},
	{GP_ROLE_HOST, "pveversion"},
	{GP_ROLE_HOST, "pvesh"},
	{GP_ROLE_HOST, "proxmox-boot-tool"},
	{WITH_VMS, "virsh"},
	{GP_ROLE_HOST, "virt-host-validate"},
};

static unsigned role_of(const struct gp_ticket_line *line)
{
	unsigned role = 0;

	for (size_t i = 0; line->is_command && i < GP_ARRAY_SIZE(programs); i++)
		if (gp_ticket_runs(line->text, programs[i].program))
			role |= programs[i].role;
	for (size_t i = 0; i < GP_ARRAY_SIZE(signs); i++)
		if (strstr(line->text, signs[i].words))
			role |= signs[i].role;
	return role;
}

void gp_ticket_role(struct gp_ticket *ticket)
{
	unsigned roles = ticket->is_inside ? GP_ROLE_CONTAINER : 0;

	gp_each (line, &ticket->lines)
		roles |= role_of(line);
	if (roles)
		gp_sheet_file(ticket->sheet, GIVEN, gp_roles_name(ticket->arena, roles));
}
