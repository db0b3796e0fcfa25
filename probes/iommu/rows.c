/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

void gp_iommu_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_iommu *iommu = &facts->iommu;
	struct gp_arena *arena = sink->record->arena;
	int in_use = gp_iommu_in_use(iommu);

	gp_fact(sink, "", "iommu.in_use", iommu->units.from.path,
		in_use < 0 ? "unknown"
		: in_use   ? "yes"
			   : "no",
		"");
	if (iommu->units.value.n)
		gp_fact(sink, "", "iommu.units", iommu->units.from.path,
			gp_join(arena, &iommu->units.value, ";"), "");
	if (gp_iommu_address_bits(iommu))
		gp_fact_number(sink, "", "iommu.address_bits", iommu->cap.from.path,
			gp_iommu_address_bits(iommu), "");
	gp_fact_number(sink, "", "iommu.group.count", iommu->groups_from.path, iommu->n, "");
	gp_each (group, iommu) {
		const char *subject = gp_printf(arena, "group/%s", group->number);

		gp_fact(sink, subject, "group.type", group->type.from.path, group->type.value, "");
		gp_fact(sink, subject, "group.members", group->members.from.path,
			gp_join(arena, &group->members.value, ";"), "");
	}
}
