/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <pci/pci.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pci/functions.h"

struct gp_pci_names {
	struct pci_access *access;
};

/* libpci calls this where it has no memory, the one hard error that looking up a name can meet. */
static void __attribute__((noreturn)) hard_error(char *format, ...)
{
	(void)format;
	fputs("gpupass: out of memory\n", stderr);
	exit(2);
}

static void say_nothing(char *format, ...)
{
	(void)format;
}

struct gp_pci_names *gp_pci_names_open(const char *pci_ids)
{
	struct gp_pci_names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->access = pci_alloc();
	names->access->error = hard_error;
	names->access->warning = say_nothing;
	names->access->debug = say_nothing;
	if (pci_ids)
		pci_set_name_list_path(names->access, strdup(pci_ids), 1);
	return names;
}

void gp_pci_names_close(struct gp_pci_names *names)
{
	if (!names)
		return;
	pci_cleanup(names->access);
	free(names);
}

char *gp_pci_name(
	struct gp_pci_names *names, struct gp_arena *arena, uint16_t vendor, uint16_t device)
{
	const int flags =
		PCI_LOOKUP_VENDOR | PCI_LOOKUP_DEVICE | PCI_LOOKUP_NO_NUMBERS | PCI_LOOKUP_NO_HWDB;
	char buffer[256];
	const char *name;

	if (!names)
		return NULL;
	name = pci_lookup_name(names->access, buffer, sizeof(buffer), flags, vendor, device);
	return name ? gp_strdup(arena, name) : NULL;
}
