/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/configured.h"

#include <string.h>

#include "kernel/words.h"

enum gp_verdict gp_param_missed(const struct gp_case *c, const struct gp_param *param)
{
	static const char *const for_host_driver[] = {"i915.", "xe.", "amdgpu."};
	bool host_driver = !c->modes || c->modes & (unsigned)GP_MODES_HOST_DRIVER;
	bool iommu = gp_iommu_in_use(&c->facts->iommu) != 0;

	if (!gp_param_matters(param->name) || strcmp(param->name, "amd_iommu") == 0)
		return GP_NOTE;
	if (strcmp(param->name, "intel_iommu") == 0) {
		if (iommu)
			return GP_WARN;
		return gp_firmware_offers_intel(&c->facts->firmware) ? GP_FAIL : GP_NOTE;
	}
	if (strcmp(param->name, "iommu") == 0)
		return GP_WARN;
	if (gp_same_name(param->name, "vfio_pci.ids"))
		return GP_FAIL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(for_host_driver); i++)
		if (gp_starts_with(param->name, for_host_driver[i]))
			return host_driver ? GP_FAIL : GP_WARN;
	return GP_WARN;
}

static bool is_known_variable(const char *name)
{
	static const char *const known[] = {GP_GRUB_DEFAULT, GP_GRUB_ALWAYS,
		"GRUB_CMDLINE_LINUX_RECOVERY", "GRUB_CMDLINE_XEN", "GRUB_CMDLINE_XEN_DEFAULT",
		"GRUB_CMDLINE_LINUX_XEN_REPLACE", "GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

static bool builds_on_itself(const struct gp_grub_line *line)
{
	return strstr(line->text, "$GRUB_CMDLINE") || strstr(line->text, "${GRUB_CMDLINE");
}

enum gp_grub_fault gp_grub_fault(const struct gp_grub *grub, const struct gp_grub_line *line)
{
	if (line->curly_quotes)
		return GP_GRUB_CURLY;
	if (!is_known_variable(line->variable))
		return GP_GRUB_UNKNOWN_VARIABLE;
	for (const struct gp_grub_line *later = line + 1; later < grub->items + grub->n; later++)
		if (strcmp(later->variable, line->variable) == 0 &&
			strcmp(later->file, line->file) == 0 && !builds_on_itself(later))
			return GP_GRUB_OVERRIDDEN;
	return GP_GRUB_FINE;
}

/* U+2018 to U+201F all begin with the bytes e2 80. */
static char *without_quotes(struct gp_arena *arena, const char *text)
{
	char *plain = gp_strdup(arena, text), *end = plain;

	for (const char *at = text; *at; at++) {
		if (strncmp(at, "\xe2\x80", 2) == 0 && at[2])
			at += 2;
		else if (*at != '"' && *at != '\'')
			*end++ = *at;
	}
	*end = '\0';
	return plain;
}

struct gp_cmdline gp_grub_params(struct gp_arena *arena, const struct gp_grub_line *line)
{
	return gp_cmdline_parse(arena, without_quotes(arena, strchr(line->text, '=') + 1));
}

const char *gp_configured_in_vain(
	const struct gp_case *c, struct gp_arena *arena, const char *raw)
{
	const struct gp_kernel *kernel = &c->facts->kernel;

	if (gp_cmdline_has(&kernel->cmdline, raw))
		return NULL;
	for gp_each (line, &kernel->grub) {
		struct gp_cmdline params = gp_grub_params(arena, line);

		if (gp_grub_fault(&kernel->grub, line) != GP_GRUB_FINE &&
			gp_cmdline_has(&params, raw))
			return "grub-two-lines";
	}
	if (gp_cmdline_has(&kernel->grub.effective, raw) || gp_cmdline_has(&kernel->configured, raw))
		return "cmdline-not-applied";
	return NULL;
}
