/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/klog.h"

#include <string.h>

#define KEPT_PER_ID  64
#define KEPT_OF_LINE 400

static const struct {
	enum gp_klog_id id;
	const char *phrase;
} phrases[] = {
	{GP_KLOG_UNKNOWN_PARAM, "Unknown kernel command line parameters \""},
	{GP_KLOG_MODULE_PARAM, ": unknown parameter '"},
	{GP_KLOG_DMAR_OPTION, "DMAR: Unknown option - '"},
	{GP_KLOG_DMAR_FAILURE, "DMAR: Parse DMAR table failure"},
	{GP_KLOG_DMAR_FAILURE, "DMAR: Failed to find handle for ACPI object"},
	{GP_KLOG_DMAR_FAILURE, "DMAR: Initialization failed"},
	{GP_KLOG_DMAR_FAILURE, "DMAR: Failed to map"},
	{GP_KLOG_DMAR_FAILURE, "Your BIOS is broken; DMAR reported at address"},
	{GP_KLOG_AMD_FAILURE, "AMD-Vi: Failed to "},
	{GP_KLOG_AMD_FAILURE, "AMD-Vi: Disabling"},
	{GP_KLOG_IR_ENABLED, "Enabled IRQ remapping"},
	{GP_KLOG_IR_ENABLED, "AMD-Vi: Interrupt remapping enabled"},
	{GP_KLOG_IR_MISSING, "No interrupt remapping support"},
	{GP_KLOG_IR_MISSING, "interrupt remapping will be disabled"},
	{GP_KLOG_VIRT_DISABLED, "disabled by BIOS"},
	{GP_KLOG_VIRT_DISABLED, "disabled by bios"},
	{GP_KLOG_VIRT_DISABLED, "disabled by the BIOS"},
	{GP_KLOG_VIRT_DISABLED, "disabled (by BIOS)"},
	{GP_KLOG_ACS_OVERRIDE, "PCIe ACS overrides enabled"},
	{GP_KLOG_NOMODESET, "Booted with the nomodeset parameter"},
	{GP_KLOG_SIMPLEDRM, "Initialized simpledrm"},
	{GP_KLOG_BAR_BUSY, ": can't reserve [mem"},
	{GP_KLOG_VFIO_BAD_ID, "invalid id string \""},
};

struct collection {
	struct gp_arena *arena;
	struct gp_klog *klog;
};

static void keep(struct collection *into, enum gp_klog_id id, const struct gp_klog_line *line)
{
	struct gp_klog *klog = into->klog;

	if (klog->seen[id]++ >= KEPT_PER_ID)
		return;
	*gp_push(into->arena, klog) = (struct gp_klog_hit){
		.id = id, .text = gp_printable(into->arena, line->text, line->size, KEPT_OF_LINE)};
}

static void take_line(void *context, const struct gp_klog_line *line)
{
	for (size_t i = 0; i < GP_ARRAY_SIZE(phrases); i++) {
		const char *phrase = phrases[i].phrase;

		if (memmem(line->text, line->size, phrase, strlen(phrase))) {
			keep(context, phrases[i].id, line);
			return;
		}
	}
}

void gp_klog_collect(struct gp_machine *machine, struct gp_klog *ret)
{
	struct collection into = {.arena = gp_machine_arena(machine), .klog = ret};
	int error;

	*ret = (struct gp_klog){0};
	error = gp_machine_klog(machine, take_line, &into, &ret->source, &ret->whole);
	if (error)
		*ret = (struct gp_klog){.error = -error};
}

const struct gp_klog_hit *gp_klog_next(
	const struct gp_klog *klog, enum gp_klog_id id, const struct gp_klog_hit *after)
{
	gp_each (hit, klog)
		if (hit->id == id && (!after || hit > after))
			return hit;
	return NULL;
}
