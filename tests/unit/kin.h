/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_KIN_H
#define GP_KIN_H

/*
 * Machines that belong together, one behind the other in one record, for tests; what is added is of
 * the machine that was begun last.
 */

#include "family.h"
#include "fleets.h"

#define PF    "0000:00:02.0"
#define VF    "0000:00:02.1"
#define CARD  "0000:03:00.0"
#define IN_VM "0000:06:10.0"

/* A machine begins. */
static inline void begin(struct gp_record *all, const char *name, const char *role,
	const char *system, const char *boot)
{
	struct gp_record part = machine(all->arena, name, role, system, boot);

	for (size_t i = 0; i < part.n; i++)
		gp_record_add(all, &part.items[i]);
}

static inline void gpu(
	struct gp_record *all, const char *address, const char *id, const char *wanted)
{
	fact(all, "gpu.kind", address, "gpu");
	fact(all, "gpu.id", address, id);
	if (*wanted)
		gp_record_add(all, &(struct gp_row){.kind = "meta",
					   .id = "wanted",
					   .subject = address,
					   .value = wanted});
}

static inline void row(struct gp_record *all, const char *kind, const char *layer, const char *id,
	const char *verdict, const char *subject)
{
	gp_record_add(all, &(struct gp_row){.kind = kind,
				   .layer = layer,
				   .id = id,
				   .verdict = verdict,
				   .subject = subject,
				   .value = "1",
				   .text = "It is so."});
}

static inline void layer(struct gp_record *all, const char *name)
{
	row(all, "finding", name, "some-check", "pass", "");
}

static inline void breaks(
	struct gp_record *all, const char *name, const char *id, const char *subject)
{
	row(all, "cause", name, id, "fail", subject);
}

static inline void hand(
	struct gp_record *all, const char *vm_name, const char *id, const char *value)
{
	gp_record_add(all, &(struct gp_row){.kind = "fact",
				   .layer = "vm",
				   .id = id,
				   .subject = vm_name,
				   .value = value,
				   .source = "100.conf:7"});
}

/* pve1 with a PF, whose VF goes into vm/100. */
static inline void add_host(struct gp_record *all)
{
	begin(all, "pve1", "host", "uuid-h", "boot-h");
	gpu(all, PF, "8086:4680", "vf");
	gpu(all, VF, "8086:4680", "");
	fact(all, "gpu.pf", VF, PF);
	layer(all, "iommu");
	layer(all, "vm");
	vm(all, "vm/100", "uuid-g");
	hand(all, "vm/100", "vm.device", VF);
}

static inline void add_guest(struct gp_record *all)
{
	begin(all, "ubuntu", "guest", "uuid-g", "boot-g");
	gpu(all, IN_VM, "8086:4680", "vf");
	layer(all, "pci");
	layer(all, "vaapi");
}

static inline void add_container(struct gp_record *all, const char *address, const char *boot)
{
	begin(all, "jelly", "container", "", boot);
	gpu(all, address, "8086:4680", "container");
	layer(all, "drm");
	layer(all, "container");
}

static inline struct gp_fleet fleet_of(const struct gp_record *all)
{
	struct gp_fleet fleet = gp_fleet_new(all->arena);
	struct gp_record part = {0};

	while (gp_record_part(all, &part))
		gp_fleet_take(&fleet, &part, NULL);
	gp_fleet_settle(&fleet);
	return fleet;
}

#endif
