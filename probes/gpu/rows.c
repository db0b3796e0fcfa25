/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "gpu/models.h"
#include "gpu/support.h"
#include "to-record.h"

static const char *sriov_of(struct gp_arena *arena, const struct gp_gpu_model *model)
{
	switch (model->sriov_hardware) {
	case GP_SRIOV_YES:
		return gp_driver_ways(arena, model->sriov);
	case GP_SRIOV_BY_BOARD:
		return "on some boards";
	case GP_SRIOV_NEVER:
		break;
	}
	return "no";
}

/* What the table says of a GPU: its source is the id. */
static void write_model(const struct gp_function *gpu, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;
	const struct gp_gpu_model *model = gp_gpu_model(gpu->vendor_id, gpu->device_id);
	const char *address = gpu->address;

	gp_fact(sink, address, "gpu.model", gpu->id, model ? model->platform : "unknown", "");
	if (!model)
		return;
	gp_fact(sink, address, "gpu.model.family", gpu->id, model->family, "");
	if (model->graphics)
		gp_fact(sink, address, "gpu.model.graphics", gpu->id,
			gp_printf(arena, "%u.%u", model->graphics / 10u, model->graphics % 10u),
			"");
	if (gpu->vendor_id == 0x8086)
		gp_fact(sink, address, "gpu.model.gvt", gpu->id, model->gvt ? "yes" : "no", "");
	if (gpu->vendor_id == 0x10de)
		gp_fact(sink, address, "gpu.model.vgpu", gpu->id, model->vgpu ? "yes" : "no", "");
	gp_fact(sink, address, "gpu.model.sriov", gpu->id, sriov_of(arena, model), "");
	if (model->media_engines)
		gp_fact_number(sink, address, "gpu.model.media_engines", gpu->id,
			model->media_engines, "");
}

void gp_gpu_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	gp_each (function, &facts->pci)
		if (function->kind == GP_GPU_REAL)
			write_model(function, sink);
}
