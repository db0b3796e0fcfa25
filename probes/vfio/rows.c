/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

void gp_vfio_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	gp_each (id, &facts->vfio)
		gp_fact(sink, id->id, "vfio.id", id->source,
			id->lost == GP_ID_TAKEN ? "taken" : "lost", "");
	gp_fact(sink, "", "vfio.module", "/proc/modules",
		gp_kernel_has_module(&facts->kernel, "vfio_pci") ? "there"
		: gp_kernel_knows_modules(&facts->kernel)        ? "not loaded"
								 : "unknown",
		"");
}
