/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

static const char *siblings(
	struct gp_arena *arena, const struct gp_pci *pci, const struct gp_function *gpu)
{
	struct gp_strings names = {0};

	gp_each (other, pci)
		if (other != gpu && gp_pci_same_slot(gpu, other))
			gp_strings_add(arena, &names, other->address);
	return gp_join(arena, &names, ";");
}

static void write_gpu(const struct gp_facts *facts, const struct gp_function *gpu,
	const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;
	const char *dir = gp_printf(arena, "/sys/bus/pci/devices/%s", gpu->address);
	const char *driver = gpu->driver                       ? gpu->driver
			     : gp_is_absent(&gpu->driver_from) ? "none"
							       : "unknown";
	const struct {
		const char *id, *value;
	} texts[] = {
		{"gpu.name", gpu->name},
		{"gpu.kind", gp_gpu_kind_name(gpu->kind)},
		{"gpu.id", gpu->id},
		{"gpu.class", gp_printf(arena, "%06x", gpu->class_code)},
		{"gpu.driver", driver},
		{"gpu.function", gp_is_present(&gpu->physfn) ? "VF"
				 : gpu->totalvfs             ? "PF"
							     : "plain"},
		{"gpu.pf", gpu->pf ? gpu->pf : ""},
		{"gpu.boot_vga", gpu->boot_vga ? "yes" : "no"},
		{"gpu.reset", gpu->reset_methods.value},
		{"gpu.functions", siblings(arena, &facts->pci, gpu)},
		{"gpu.group", gpu->group.value},
		{"gpu.bridge", gpu->parent ? gpu->parent : ""},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(texts); i++)
		gp_fact(sink, gpu->address, texts[i].id, dir, texts[i].value, "");
}

void gp_pci_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_pci *pci = &facts->pci;

	gp_fact_number(sink, "", "pci.function.count", pci->from.path, pci->n, "");
	gp_each (function, pci)
		if (function->kind != GP_GPU_NONE)
			write_gpu(facts, function, sink);
}
