/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

static void write_nodes(const struct gp_nodes *nodes, const struct gp_fact_sink *sink)
{
	if (!gp_is_present(&nodes->from))
		gp_fact_presence(sink, "drm.nodes", &nodes->from);
	gp_each (node, nodes)
		gp_fact(sink, gp_printf(sink->record->arena, "node/%s", node->name), "drm.device",
			"/sys/class/drm", node->address ? node->address : "no PCI function", "");
}

static void write_modules(const struct gp_modules *modules, const struct gp_fact_sink *sink)
{
	struct gp_arena *arena = sink->record->arena;

	gp_each (file, &modules->files)
		if (!gp_starts_with(file->path, "kernel/"))
			gp_fact(sink, file->module, "module.file", modules->files_from.from.path,
				file->path, "");
	gp_each (param, &modules->params)
		if (gp_is_present(&param->value.from))
			gp_fact(sink, gp_printf(arena, "%s.%s", param->module, param->name),
				"module.parameter", param->value.from.path, param->value.value, "");
	gp_each (entry, &modules->dkms)
		gp_fact(sink, gp_printf(arena, "%s/%s", entry->name, entry->version),
			gp_printf(arena, "dkms.%s", gp_dkms_state_name(entry->state)), entry->path,
			entry->kernel ? entry->kernel : "", "");
	if (modules->release)
		gp_fact_presence(sink, "kernel.headers", &modules->headers);
}

static void write_signing(const struct gp_modules *modules, const struct gp_fact_sink *sink)
{
	if (modules->secure_boot >= 0)
		gp_fact(sink, "", "secure_boot", modules->secure_boot_from.path,
			modules->secure_boot ? "on" : "off", "");
	else
		gp_fact_presence(sink, "secure_boot", &modules->secure_boot_from);
	if (gp_is_present(&modules->lockdown.from))
		gp_fact(sink, "", "kernel.lockdown", modules->lockdown.from.path,
			modules->lockdown.value, "");
	if (gp_is_present(&modules->sig_enforce.from))
		gp_fact(sink, "", "module.sig_enforce", modules->sig_enforce.from.path,
			modules->sig_enforce.value, "");
	if (gp_is_present(&modules->tainted.from))
		gp_fact_number(sink, "", "kernel.tainted", modules->tainted.from.path,
			modules->tainted.value, "");
}

static void write_nvidia(const struct gp_nvidia *nvidia, const struct gp_fact_sink *sink)
{
	if (gp_is_present(&nvidia->module.from))
		gp_fact(sink, "", "nvidia.module", nvidia->module.from.path, nvidia->module.value,
			"");
	if (nvidia->library)
		gp_fact(sink, "", "nvidia.library", nvidia->library_path, nvidia->library, "");
}

void gp_driver_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	write_modules(&facts->modules, sink);
	write_signing(&facts->modules, sink);
	write_nvidia(&facts->nvidia, sink);
	write_nodes(&facts->nodes, sink);
}
