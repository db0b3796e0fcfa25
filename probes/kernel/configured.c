/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/configured.h"

#include <string.h>

#include "kernel/words.h"

/* The kernel takes what an option begins with (drivers/iommu/intel/iommu.c). */
int gp_intel_iommu_said(const struct gp_cmdline *cmdline, const struct gp_param **ret_by)
{
	int said = -1;

	gp_each (param, cmdline) {
		if (strcmp(param->name, "intel_iommu") != 0 || !param->value)
			continue;
		for (const char *at = param->value; *at; at += strcspn(at, ","), at += *at == ',') {
			bool on = gp_starts_with(at, "on"), off = gp_starts_with(at, "off");

			if (on || off) {
				said = on;
				*ret_by = param;
			}
		}
	}
	return said;
}

int gp_intel_starts_by_itself(const struct gp_case *c)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const char *release = c->facts->platform.kernel;

	if (gp_is_present(&kernel->config.from))
		return gp_kernel_config(kernel, "CONFIG_INTEL_IOMMU_DEFAULT_ON") == 'y' ||
		       gp_kernel_config(kernel, "CONFIG_INTEL_IOMMU_DEFAULT_ON_INTGPU_OFF") == 'y';
	if (!release)
		return -1;
	if (gp_ends_with(release, "-pve"))
		return gp_kernel_at_least(release, 6, 8);
	if (!gp_ends_with(release, "-amd64") || strstr(release, "-cloud-") ||
		strstr(release, "liquorix"))
		return -1;
	if (gp_kernel_at_least(release, 5, 10))
		return 1;
	return gp_kernel_at_least(release, 5, 0) ? -1 : 0;
}

bool gp_may_wait_to_be_told(const struct gp_case *c)
{
	const struct gp_param *by;

	return gp_firmware_offers_intel(&c->facts->firmware) == 1 &&
	       gp_intel_iommu_said(&c->facts->kernel.cmdline, &by) < 0 &&
	       gp_intel_starts_by_itself(c) < 0;
}

/* Whether a device that ids= names is with the host, and no VM manager is there to take it. */
static bool ids_are_missed(const struct gp_case *c, const struct gp_param *param)
{
	gp_each (function, &c->facts->pci)
		if (param->value && strcasestr(param->value, function->id) &&
			gp_pci_is_native(function) && !gp_vms_rebind(&c->facts->vms, function))
			return true;
	return false;
}

static enum gp_verdict driver_param_missed(const struct gp_case *c, const struct gp_param *param)
{
	static const struct {
		const char *driver;
		uint16_t vendor;
	} drivers[] = {{"i915.", 0x8086}, {"xe.", 0x8086}, {"amdgpu.", 0x1002}};

	if (c->modes && !(c->modes & (unsigned)GP_MODES_HOST_DRIVER))
		return GP_WARN;
	for (size_t i = 0; i < GP_ARRAY_SIZE(drivers); i++)
		if (gp_starts_with(param->name, drivers[i].driver))
			return gp_has_gpu_of(c, drivers[i].vendor) ? GP_FAIL : GP_WARN;
	return GP_WARN;
}

static enum gp_verdict intel_iommu_missed(const struct gp_case *c, const struct gp_param *param)
{
	const struct gp_cmdline alone = {(struct gp_param *)(uintptr_t)param, 1};
	const struct gp_param *by;

	if (gp_intel_iommu_said(&alone, &by) != 1 || !gp_firmware_offers_intel(&c->facts->firmware))
		return GP_NOTE;
	return gp_iommu_in_use(&c->facts->iommu) ? GP_WARN : GP_FAIL;
}

enum gp_verdict gp_param_missed(const struct gp_case *c, const struct gp_param *param)
{
	/* Nothing about a GPU gets better by these. */
	static const char *const unhelpful[] = {
		"amd_iommu", "nomodeset", "pcie_acs_override", "video", NULL};

	for (const char *const *name = unhelpful; *name; name++)
		if (strcmp(param->name, *name) == 0)
			return GP_NOTE;
	if (!gp_param_matters(param->name))
		return GP_NOTE;
	if (strcmp(param->name, "intel_iommu") == 0)
		return intel_iommu_missed(c, param);
	if (strcmp(param->name, "iommu") == 0)
		return gp_equal(param->value, "off") ? GP_NOTE : GP_WARN;
	if (gp_same_name(param->name, "vfio_pci.ids"))
		return ids_are_missed(c, param) ? GP_FAIL : GP_WARN;
	return driver_param_missed(c, param);
}

const char *gp_loader_reads(struct gp_arena *arena, const struct gp_facts *facts)
{
	const struct gp_entries *entries = &facts->kernel.entries;
	const char *path = entries->n ? entries->items[0].from.path : "";

	if (facts->platform.loader != GP_LOADER_SYSTEMD_BOOT || !*path ||
		gp_is_present(&facts->kernel.configured_text.from))
		return gp_loader_file(facts->platform.loader);
	return entries->n == 1 ? path
			       : gp_strndup(arena, path, (size_t)(strrchr(path, '/') - path));
}

unsigned gp_param_modes(const char *name)
{
	static const struct {
		const char *begins;
		unsigned modes;
	} known[] = {
		{"intel_iommu", GP_MODES_PASSTHROUGH},
		{"amd_iommu", GP_MODES_PASSTHROUGH},
		{"iommu", GP_MODES_PASSTHROUGH},
		{"intremap", GP_MODES_PASSTHROUGH},
		{"rd.driver.pre", GP_MODE_FULL},
		{"vfio", GP_MODES_HANDED_OVER},
		{"i915.enable_gvt", GP_MODE_SPLIT},
		{"i915.enable_guc", GP_MODE_VF | GP_MODE_NATIVE},
		{"i915.max_vfs", GP_MODE_VF},
		{"xe.max_vfs", GP_MODE_VF},
		{"i915.", GP_MODES_HOST_DRIVER},
		{"xe.", GP_MODES_HOST_DRIVER},
		{"amdgpu.", GP_MODES_HOST_DRIVER},
		{"nouveau.", GP_MODES_HOST_DRIVER},
		{"nvidia", GP_MODES_HOST_DRIVER},
	};

	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
		if (gp_starts_with(name, known[i].begins))
			return known[i].modes;
	return GP_MODES_ALL;
}

static bool is_known_variable(const char *name)
{
	static const char *const known[] = {GP_GRUB_DEFAULT, GP_GRUB_ALWAYS,
		"GRUB_CMDLINE_LINUX_RECOVERY", "GRUB_CMDLINE_XEN", "GRUB_CMDLINE_XEN_DEFAULT",
		"GRUB_CMDLINE_LINUX_XEN_REPLACE", "GRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT",
		"GRUB_CMDLINE_NETBSD", "GRUB_CMDLINE_NETBSD_DEFAULT", "GRUB_CMDLINE_GNUMACH"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(known); i++)
		if (strcmp(known[i], name) == 0)
			return true;
	return false;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* A helper of whoever wrote the file: MORE="..." and then "$MORE". */
static bool is_used_elsewhere(const struct gp_grub *grub, const struct gp_grub_line *line)
{
	gp_each (other, grub) {
		const char *name = other == line ? NULL : strstr(other->value, line->variable);

		if (name && name > other->value && (name[-1] == '$' || name[-1] == '{'))
			return true;
	}
	return false;
}

static bool builds_on_itself(const struct gp_grub_line *line)
{
	return line->appends || strstr(line->text, "$GRUB_CMDLINE") ||
	       strstr(line->text, "${GRUB_CMDLINE");
}

static bool holds_param_that_matters(const struct gp_grub_line *line)
{
	for (const char *word = line->value; *word; word += strcspn(word, " \t")) {
		char name[64] = "";

		word += strspn(word, " \t\"'");
		memcpy(name, word, smaller(strcspn(word, "= \t\"'"), sizeof(name) - 1));
		if (gp_param_matters(name))
			return true;
	}
	return false;
}

enum gp_grub_fault gp_grub_fault(const struct gp_grub *grub, const struct gp_grub_line *line)
{
	if (line->curly_quotes)
		return GP_GRUB_CURLY;
	if (!is_known_variable(line->variable))
		return is_used_elsewhere(grub, line) || !holds_param_that_matters(line)
			       ? GP_GRUB_FINE
			       : GP_GRUB_UNKNOWN_VARIABLE;
	if (gp_grub_is_conditional(line) || line->appends)
		return GP_GRUB_FINE;
	for (const struct gp_grub_line *later = line + 1; later < grub->items + grub->n; later++)
		if (strcmp(later->variable, line->variable) == 0 &&
			strcmp(later->file, line->file) == 0 && !builds_on_itself(later) &&
			!gp_grub_is_conditional(later))
			return GP_GRUB_OVERRIDDEN;
	return GP_GRUB_FINE;
}

const struct gp_grub_line *gp_grub_overridden_by(
	const struct gp_grub *grub, const struct gp_grub_line *line)
{
	if (!is_known_variable(line->variable))
		return NULL;
	for (const struct gp_grub_line *later = line + 1; later < grub->items + grub->n; later++)
		if (strcmp(later->variable, line->variable) == 0 &&
			strcmp(later->file, line->file) != 0 && !builds_on_itself(later) &&
			!gp_grub_is_conditional(later))
			return later;
	return NULL;
}

/* A word that is a value and no parameter of its own. */
static bool is_value(const char *word)
{
	static const char *const values[] = {"on", "off", "pt", "force", "1", "0", "3", "7"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(values); i++)
		if (strcmp(values[i], word) == 0)
			return true;
	return strlen(word) >= 9 && word[4] == ':';
}

const char *gp_torn_param(
	struct gp_arena *arena, const struct gp_cmdline *cmdline, size_t i, size_t *ret_words)
{
	const struct gp_param *first = &cmdline->items[i];
	const char *second = i + 1 < cmdline->n ? first[1].raw : "";
	const char *third = i + 2 < cmdline->n ? first[2].raw : "";

	if (!gp_param_matters(first->name))
		return NULL;
	*ret_words = 2;
	if (first->value)
		return !*first->value && is_value(second)
			       ? gp_printf(arena, "%s%s", first->raw, second)
			       : NULL;
	if (*second != '=')
		return NULL;
	if (second[1])
		return gp_printf(arena, "%s%s", first->raw, second);
	if (!is_value(third))
		return NULL;
	*ret_words = 3;
	return gp_printf(arena, "%s=%s", first->raw, third);
}

static bool has_torn(struct gp_arena *arena, const struct gp_cmdline *cmdline, const char *raw)
{
	size_t words;

	for (size_t i = 0; i < cmdline->n; i++)
		if (gp_equal(gp_torn_param(arena, cmdline, i, &words), raw))
			return true;
	return false;
}

static bool is_overridden(struct gp_arena *arena, const struct gp_grub *grub, const char *raw)
{
	gp_each (line, grub) {
		struct gp_cmdline params = gp_grub_params(arena, line);

		if (gp_cmdline_has(&params, raw) && gp_grub_overridden_by(grub, line))
			return true;
	}
	return false;
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

const char *gp_configured_in_vain(const struct gp_case *c, struct gp_arena *arena, const char *raw)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const char *reads = gp_loader_file(c->facts->platform.loader);

	if (gp_cmdline_has(&kernel->cmdline, raw))
		return NULL;
	gp_each (line, &kernel->grub) {
		struct gp_cmdline params = gp_grub_params(arena, line);

		if ((!reads || strcmp(reads, GP_GRUB_FILE) == 0) &&
			gp_grub_fault(&kernel->grub, line) != GP_GRUB_FINE &&
			gp_cmdline_has(&params, raw))
			return "grub-two-lines";
	}
	if (gp_cmdline_has(&kernel->grub.effective, raw) ||
		gp_cmdline_has(&kernel->configured, raw) ||
		has_torn(arena, &kernel->grub.effective, raw) ||
		has_torn(arena, &kernel->configured, raw) ||
		is_overridden(arena, &kernel->grub, raw))
		return "cmdline-not-applied";
	return NULL;
}

const char *gp_name_configured_in_vain(
	const struct gp_case *c, struct gp_arena *arena, const char *name)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_cmdline *files[] = {&kernel->grub.effective, &kernel->configured};

	for (size_t i = 0; i < GP_ARRAY_SIZE(files); i++) {
		const struct gp_param *param = gp_cmdline_last(files[i], name);
		const char *because = param ? gp_configured_in_vain(c, arena, param->raw) : NULL;

		if (because)
			return because;
	}
	return NULL;
}
