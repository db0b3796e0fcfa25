/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "iommu/iommu.h"

#include <stdlib.h>

#define GROUPS  "/sys/kernel/iommu_groups"
#define ECAP_IR (1u << 3)

static int by_number(const void *a, const void *b)
{
	const struct gp_group *left = a, *right = b;
	unsigned long l = strtoul(left->number, NULL, 10), r = strtoul(right->number, NULL, 10);

	return l < r ? -1 : l > r;
}

static void collect_groups(struct gp_machine *machine, struct gp_iommu *iommu)
{
	struct gp_arena *arena = gp_machine_arena(machine);
	struct gp_names_value numbers = gp_read_names(machine, GROUPS);

	iommu->groups_from = numbers.from;
	gp_each (number, &numbers.value) {
		struct gp_group *group = gp_push(arena, iommu);

		group->number = *number;
		group->type = gp_read_line(machine, gp_printf(arena, GROUPS "/%s/type", *number));
		group->members =
			gp_read_names(machine, gp_printf(arena, GROUPS "/%s/devices", *number));
	}
	if (iommu->n)
		qsort(iommu->items, iommu->n, sizeof(*iommu->items), by_number);
}

void gp_iommu_collect(struct gp_machine *machine, struct gp_iommu *ret)
{
	static const char *const remapped[] = {"IR-", NULL};

	*ret = (struct gp_iommu){.units = gp_read_names(machine, "/sys/class/iommu")};
	collect_groups(machine, ret);
	ret->ecap = gp_read_line(machine, "/sys/class/iommu/dmar0/intel-iommu/ecap");
	ret->cap = gp_read_line(machine, "/sys/class/iommu/dmar0/intel-iommu/cap");
	ret->interrupts = gp_read_matching(machine, "/proc/interrupts", remapped, 4);
	ret->unsafe_interrupts = gp_read_line(
		machine, "/sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts");
	ret->unsafe_iommufd =
		gp_read_line(machine, "/sys/module/iommufd/parameters/allow_unsafe_interrupts");
	ret->hypervisor = gp_read_line(machine, "/sys/hypervisor/type");
}

int gp_iommu_in_use(const struct gp_iommu *iommu)
{
	if (gp_is_present(&iommu->units.from))
		return iommu->units.value.n > 0;
	return gp_is_absent(&iommu->units.from) ? 0 : -1;
}

int gp_iommu_can_remap_interrupts(const struct gp_iommu *iommu)
{
	uint64_t ecap;

	if (!gp_is_present(&iommu->ecap.from) || gp_parse_u64(iommu->ecap.value, 16, &ecap))
		return -1;
	return (ecap & ECAP_IR) != 0;
}

unsigned gp_iommu_address_bits(const struct gp_iommu *iommu)
{
	uint64_t cap;

	if (!gp_is_present(&iommu->cap.from) || gp_parse_u64(iommu->cap.value, 16, &cap))
		return 0;
	return (unsigned)(cap >> 16 & 0x3f) + 1;
}
