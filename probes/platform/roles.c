/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "platform/roles.h"

#include <string.h>

#include "log/log.h"
#include "platform/platform.h"

#define GIVEN "/.given/role"

static const char *container_evidence(struct gp_machine *machine)
{
	static const char *const traces[] = {"/run/systemd/container", "/.dockerenv",
		"/run/.containerenv", "/run/secrets/kubernetes.io", "/dev/.lxc"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(traces); i++)
		if (gp_is_there(machine, traces[i]))
			return traces[i];
	return NULL;
}

static bool is_virtual_product(const char *product)
{
	static const char *const products[] = {"QEMU", "KVM", "VMware", "VirtualBox", "innotek",
		"Virtual Machine", "Bochs", "Xen", "OpenStack", "KubeVirt", "Amazon EC2",
		"Google Compute"};

	for (size_t i = 0; product && i < GP_ARRAY_SIZE(products); i++)
		if (strstr(product, products[i]))
			return true;
	return false;
}

static bool has_hypervisor_flag(struct gp_machine *machine)
{
	struct gp_text_value cpuinfo =
		gp_read_section(machine, "/proc/cpuinfo", "processor", "\n\n");
	const char *flags = strstr(cpuinfo.value, "\nflags");
	const char *found;

	if (!flags)
		return false;
	flags++;
	found = strstr(flags, " hypervisor");
	return found && found < flags + strcspn(flags, "\n");
}

/* Xen's dom0 sees a hypervisor and is the host all the same. */
static bool is_xen_control_domain(struct gp_machine *machine)
{
	struct gp_text_value capabilities = gp_read_line(machine, "/proc/xen/capabilities");

	return strstr(capabilities.value, "control_d");
}

static bool has_own_iommu(struct gp_machine *machine)
{
	return gp_is_there(machine, "/sys/firmware/acpi/tables/DMAR") ||
	       gp_is_there(machine, "/sys/firmware/acpi/tables/IVRS");
}

/* "host;guest": what a ticket gives away; 0: nothing. */
static unsigned given_roles(struct gp_machine *machine)
{
	struct gp_text_value given = gp_read_line(machine, GIVEN);
	struct gp_strings names = gp_split(gp_machine_arena(machine), given.value, ";");
	unsigned roles = 0;

	gp_each (name, &names)
		roles |= gp_role_parse(*name);
	return roles;
}

/* Of a ticket: it may tell of several machines, and else it may be any. */
static unsigned told_roles(struct gp_machine *machine, const char **ret_because)
{
	unsigned roles = given_roles(machine);

	*ret_because = roles ? GP_PASTED : "nothing that was pasted tells";
	return roles ? roles : GP_ROLE_HOST | GP_ROLE_GUEST | GP_ROLE_CONTAINER;
}

unsigned gp_roles_find(struct gp_machine *machine, const char *product, const char **ret_because)
{
	const char *container = container_evidence(machine);
	unsigned roles = 0;

	if (container) {
		*ret_because = container;
		return GP_ROLE_CONTAINER | given_roles(machine);
	}
	if (is_xen_control_domain(machine)) {
		*ret_because = "/proc/xen/capabilities: the control domain of Xen";
		return GP_ROLE_HOST;
	}
	if (is_virtual_product(product)) {
		*ret_because = "/sys/class/dmi/id";
		roles = GP_ROLE_GUEST;
	} else if (has_hypervisor_flag(machine)) {
		*ret_because = "/proc/cpuinfo has the hypervisor flag";
		roles = GP_ROLE_GUEST;
	}
	if (roles && has_own_iommu(machine)) {
		*ret_because = "a virtual machine with an IOMMU of its own";
		roles |= GP_ROLE_HOST;
	}
	if (!roles && gp_machine_is_partial(machine))
		return told_roles(machine, ret_because);
	if (!roles) {
		*ret_because = "no sign of a hypervisor or a container";
		roles = GP_ROLE_HOST;
	}
	return roles;
}

static const struct {
	unsigned role;
	const char *name;
} role_names[] = {
	{GP_ROLE_HOST, "host"}, {GP_ROLE_GUEST, "guest"}, {GP_ROLE_CONTAINER, "container"}};

const char *gp_roles_name(struct gp_arena *arena, unsigned roles)
{
	struct gp_strings names = {0};

	for (size_t i = 0; i < GP_ARRAY_SIZE(role_names); i++)
		if (roles & role_names[i].role)
			gp_strings_add(arena, &names, role_names[i].name);
	return gp_join(arena, &names, ";");
}

unsigned gp_role_parse(const char *name)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(role_names); i++)
		if (strcmp(role_names[i].name, name) == 0)
			return role_names[i].role;
	return 0;
}
