/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TICKET_LSPCI_H
#define GP_TICKET_LSPCI_H

#include "log/log.h"
#include "ticket/formats.h"

/* One function as lspci lists it; -1: not said. */
struct gp_lspci {
	const char *address;
	long vendor, device, class_code;
	const char *name; /* all that stands behind the class */
};

/* "01:00.0 VGA compatible controller [0300]: NVIDIA ... [10de:21c4] (rev a1)" */
bool gp_lspci_parse(struct gp_arena *arena, const char *line, struct gp_lspci *ret);

struct gp_lspci_bar {
	unsigned long long start, size;
	bool is_64_bit, is_prefetchable;
};

/* What stands below a function: lspci -v, -k. */
struct gp_lspci_block {
	const char *address; /* NULL: none */
	bool has_driver, has_modules, has_bars, has_sriov;
	size_t capabilities; /* that were listed */
	size_t next_bar;     /* where lspci -v does not number them */
	struct gp_lspci_bar bars[6];
};

/* Takes a line; the IOMMU group that it names, or -1. */
long gp_lspci_attribute(struct gp_ticket *ticket, struct gp_lspci_block *block, const char *line);
/* Nothing more will come of it. */
void gp_lspci_end(struct gp_ticket *ticket, struct gp_lspci_block *block);

#endif
