/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OVERVIEW_ROWS_H
#define GP_OVERVIEW_ROWS_H

/* Records of several machines, for tests. */

#include "record-rows.h"

static inline void part(struct gp_record *record, const char *host)
{
	meta(record, "tool", "gpupass-doctor");
	meta(record, "host", host);
}

static inline void causes(struct gp_record *record, const char *layer, const char *id,
	const char *verdict, const char *rank, const char *text)
{
	gp_record_add(record, &(struct gp_row){.kind = "cause",
				      .layer = layer,
				      .id = id,
				      .verdict = verdict,
				      .value = rank,
				      .text = text});
}

static inline void passes(struct gp_record *record, const char *layer)
{
	gp_record_add(record, &(struct gp_row){.kind = "finding",
				      .layer = layer,
				      .id = "p",
				      .verdict = "pass",
				      .text = "fine"});
}

/* Three hosts: two with the same cause, one of them with another before; one in order. */
static inline void add_three(struct gp_record *record)
{
	part(record, "good");
	passes(record, "kernel");
	part(record, "one");
	causes(record, "iommu", "no-iommu", "fail", "1", "There is no IOMMU in pve1.");
	causes(record, "vfio", "late", "warn", "2", "It comes late.");
	part(record, "two");
	causes(record, "firmware", "off", "fail", "1", "It is off.");
	causes(record, "iommu", "no-iommu", "fail", "2", "There is no IOMMU in pve2.");
	causes(record, "iommu", "no-iommu", "fail", "3", "There is no IOMMU in pve2.");
}

#endif
