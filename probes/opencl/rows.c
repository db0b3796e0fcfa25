/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

static const char *target_of(struct gp_arena *arena, const struct gp_icd *icd)
{
	if (icd->load_error)
		return gp_printf(arena, "%s: %s", icd->library, icd->load_error);
	if (gp_is_present(&icd->target))
		return icd->target.path;
	return gp_printf(arena, "%s: %s", icd->library,
		gp_is_absent(&icd->target) ? "is not there" : "is not in the usual places");
}

static void write_icds(const struct gp_opencl *opencl, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;

	if (!gp_is_present(&opencl->from))
		gp_fact_presence(sink, "opencl.vendors", &opencl->from);
	gp_each (icd, &opencl->icds)
		gp_fact(sink, icd->path, "opencl.icd", icd->path,
			gp_is_present(&icd->from) ? target_of(arena, icd)
						  : gp_origin_says(arena, &icd->from),
			"");
	gp_each (variable, &opencl->variables)
		gp_fact(sink, variable->name, "opencl.variable", variable->source, variable->value,
			"");
}

static void write_device(const struct gp_fact_sink *sink, const struct gp_cl_platform *platform,
	const struct gp_cl_device *device)
{
	struct gp_arena *arena = sink->record->arena;
	const char *subject =
		device->pci ? device->pci : gp_printf(arena, "opencl/%s", device->number);

	gp_fact(sink, subject, "opencl.device", platform->source,
		gp_printf(arena, "%s; %s; driver %s; of %s", device->name, device->type,
			device->driver, platform->name),
		"");
	if (device->kernel)
		gp_fact(sink, subject, "opencl.kernel", platform->source, device->kernel, "");
	if (device->sharing)
		gp_fact(sink, subject, "opencl.va_sharing", platform->source, device->sharing, "");
}

void gp_opencl_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_opencl *opencl = &facts->opencl;
	struct gp_arena *arena = sink->record->arena;

	write_icds(opencl, sink);
	gp_each (platform, &opencl->platforms) {
		gp_fact(sink, platform->icd ? platform->icd : "", "opencl.platform",
			platform->source,
			gp_printf(arena, "%s; %s; %zu device%s", platform->name, platform->version,
				platform->devices.n, platform->devices.n == 1 ? "" : "s"),
			"");
		gp_each (device, &platform->devices)
			write_device(sink, platform, device);
	}
}
