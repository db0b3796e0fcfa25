/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "to-record.h"

static void write_text(
	const struct gp_fact_sink *sink, const char *id, const struct gp_text_value *text)
{
	if (gp_is_present(&text->from))
		gp_fact(sink, "", id, text->from.path, text->value, "");
	else
		gp_fact_presence(sink, id, &text->from);
}

void gp_kernel_rows(const struct gp_facts *facts, const struct gp_fact_sink *sink)
{
	const struct gp_kernel *kernel = &facts->kernel;
	struct gp_arena *arena = sink->record->arena;

	write_text(sink, "kernel.cmdline", &kernel->cmdline_text);
	if (gp_is_present(&kernel->configured_text.from))
		write_text(sink, "kernel.cmdline.configured", &kernel->configured_text);
	gp_each (line, &kernel->grub)
		gp_fact(sink, line->variable, "grub.line",
			gp_printf(arena, "%s:%zu", line->file, line->line), line->value, "");
	gp_each (directive, &kernel->modprobe)
		gp_fact(sink, directive->module, "modprobe.line",
			gp_printf(arena, "%s:%zu", directive->file, directive->line),
			directive->text, "");
	gp_each (listed, &kernel->listed)
		gp_fact(sink, listed->module, "module.listed",
			gp_printf(arena, "%s:%zu", listed->file, listed->line), "yes", "");
	gp_fact(sink, "", "kernel.log", kernel->klog.source ? kernel->klog.source : "",
		!kernel->klog.source ? "unreadable"
		: kernel->klog.whole ? "whole"
				     : "cut",
		"");
	write_text(sink, "kernel.consoles", &kernel->consoles);
	gp_fact(sink, "", "boot.loader", facts->platform.loader_because,
		gp_loader_name(facts->platform.loader), "");
	if (gp_is_present(&kernel->image.from)) {
		gp_fact(sink, "", "initrd.modules", kernel->image.from.path,
			gp_join(arena, &kernel->image.modules, ";"), "");
		gp_fact(sink, "", "initrd.compression", kernel->image.from.path,
			kernel->image.compression, "");
	}
	gp_fact(sink, "", "initrd.tool", "", gp_initrd_name(facts->platform.initrd), "");
}
