/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the initrd, from which drivers are loaded first, knows what the settings say. */
#include <stdlib.h>
#include <string.h>

#include "vfio/check-help.h"
#include "vfio/checks.h"

static bool has_any_host_driver(const struct gp_initrd *image)
{
	gp_each (module, &image->modules)
		if (gp_is_host_driver(*module))
			return true;
	return false;
}

/* Whether a line decides something while the initrd is at work. */
static bool counts(const struct gp_initrd *image, const struct gp_directive *directive)
{
	if (!gp_is_about_vfio(directive))
		return false;
	if (gp_initrd_has_module(image, directive->module))
		return true;
	return strstr(directive->rest, "vfio") && !gp_is_host_driver(directive->module) &&
	       has_any_host_driver(image);
}

/* The same for lines that say the same. */
static const char *meaning(struct gp_arena *arena, const struct gp_directive *directive)
{
	struct gp_strings words = gp_split(arena, directive->rest, " \t");
	char *module = gp_strdup(arena, directive->module);

	for (char *c = module; *c; c++)
		if (*c == '-')
			*c = '_';
	return gp_printf(
		arena, "%s %s %s", directive->command, module, gp_join(arena, &words, " "));
}

static struct gp_strings meanings(struct gp_arena *arena, const struct gp_modprobe *modprobe)
{
	struct gp_strings all = {0};

	gp_each (directive, modprobe)
		if (gp_is_about_vfio(directive))
			gp_strings_add(arena, &all, meaning(arena, directive));
	gp_strings_sort(&all);
	return all;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool is_among(const struct gp_strings *sorted, const char *text)
{
	return sorted->n &&
	       bsearch(&text, sorted->items, sorted->n, sizeof(*sorted->items), by_text);
}

static struct gp_finding *say_rebuild(
	struct gp_findings *out, const char *subject, const char *evidence, const char *text)
{
	struct gp_finding *finding = gp_find(out, GP_WARN, evidence, "%s", text);

	finding->subject = subject;
	gp_mend(out, finding, (struct gp_step){GP_STEP_INITRD, "", "", 0});
	gp_mend(out, finding, (struct gp_step){GP_STEP_REBOOT, "", "", 0});
	return finding;
}

static const char *place(struct gp_arena *arena, const struct gp_directive *directive)
{
	return gp_printf(
		arena, "%s:%zu: \"%s\"", directive->file, directive->line, directive->text);
}

/* Lines that the initrd lacks: one finding for each file. */
static void say_missing_lines(const struct gp_kernel *kernel, struct gp_findings *out)
{
	struct gp_strings there = meanings(out->arena, &kernel->image.modprobe), said = {0};

	gp_each (directive, &kernel->modprobe) {
		if (!gp_starts_with(directive->file, "/etc/") ||
			!counts(&kernel->image, directive) ||
			is_among(&there, meaning(out->arena, directive)) ||
			gp_strings_has(&said, directive->file))
			continue;
		gp_strings_add(out->arena, &said, directive->file);
		say_rebuild(out, directive->file,
			gp_printf(out->arena, "%s; not in %s", place(out->arena, directive),
				kernel->image.from.path),
			gp_printf(out->arena, "the initrd does not know what %s says now",
				directive->file));
	}
}

static bool knows_all_files(const struct gp_kernel *kernel)
{
	gp_each (file, &kernel->files)
		if (file->text.from.presence == GP_UNREADABLE)
			return false;
	return true;
}

/* Lines that only the initrd has still. */
static void say_stale_lines(const struct gp_kernel *kernel, struct gp_findings *out)
{
	struct gp_strings here = meanings(out->arena, &kernel->modprobe);

	if (!knows_all_files(kernel))
		return;
	gp_each (directive, &kernel->image.modprobe) {
		if (!counts(&kernel->image, directive) ||
			is_among(&here, meaning(out->arena, directive)))
			continue;
		say_rebuild(out, kernel->image.from.path, place(out->arena, directive),
			gp_printf(out->arena,
				"the initrd still holds \"%s\", which no file says any more",
				directive->text));
		return;
	}
}

static bool initrd_loads(const struct gp_initrd *image, const char *module)
{
	gp_each (listed, &image->listed)
		if (gp_same_name(listed->module, module))
			return true;
	return false;
}

/* The list of initramfs-tools, which is copied into the initrd. */
static void say_unlisted_modules(const struct gp_kernel *kernel, struct gp_findings *out)
{
	gp_each (listed, &kernel->listed) {
		if (strcmp(listed->file, "/etc/initramfs-tools/modules") != 0 ||
			!gp_starts_with(listed->module, "vfio") ||
			gp_same_name(listed->module, "vfio_virqfd") ||
			gp_kernel_has_builtin(kernel, listed->module) ||
			initrd_loads(&kernel->image, listed->module))
			continue;
		say_rebuild(out, listed->file,
			gp_printf(out->arena, "%s:%zu: \"%s\"; not in conf/modules of %s",
				listed->file, listed->line, listed->module,
				kernel->image.from.path),
			gp_printf(out->arena, "%s lists %s, and the initrd does not load it",
				listed->file, listed->module));
		return;
	}
}

static bool is_kept_away(const struct gp_initrd *image, const char *driver)
{
	gp_each (directive, &image->modprobe)
		if (strcmp(directive->command, "blacklist") == 0 &&
			gp_same_name(directive->module, driver))
			return true;
	return false;
}

/* The initrd has the driver that took the GPU, and not the one that ids= wants for it. */
static void say_without_vfio(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_initrd *image = &kernel->image;

	if (gp_initrd_has_module(image, "vfio_pci") || gp_kernel_has_builtin(kernel, "vfio_pci"))
		return;
	for (size_t i = 0; i < c->n_gpus; i++) {
		const struct gp_function *gpu = c->gpus[i];
		struct gp_finding *finding;

		if (!gp_vfio_claims(&c->facts->vfio, gpu) || !gp_pci_is_native(gpu) ||
			gpu->numvfs || !gp_initrd_has_module(image, gpu->module) ||
			is_kept_away(image, gpu->module))
			continue;
		finding = say_rebuild(out, gpu->address, image->from.path,
			gp_printf(out->arena,
				"the initrd holds %s and lacks vfio-pci, which ids= "
				"wants for this GPU",
				gpu->module));
		finding->gpu = gpu;
		gp_mend(out, finding, (struct gp_step){GP_STEP_MODULE_LOAD, "vfio_pci", "", 0});
	}
}

static size_t lines_about_vfio(const struct gp_kernel *kernel)
{
	size_t n = 0;

	gp_each (directive, &kernel->modprobe)
		n += gp_starts_with(directive->file, "/etc/") && gp_is_about_vfio(directive);
	return n;
}

static bool decides(const struct gp_initrd *image)
{
	return gp_initrd_has_module(image, "vfio_pci") || has_any_host_driver(image);
}

static void by_content(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	size_t before = out->n;

	say_missing_lines(kernel, out);
	say_stale_lines(kernel, out);
	say_unlisted_modules(kernel, out);
	say_without_vfio(c, out);
	if (out->n == before)
		gp_find(out, GP_PASS, kernel->image.from.path,
			decides(&kernel->image)
				? "the initrd holds the settings of vfio as they are now"
				: "the initrd holds no driver of a GPU: they are loaded later, with "
				  "the settings as they are now");
}

static void say_age(const struct gp_kernel *kernel, struct gp_findings *out, const char *path)
{
	const struct gp_config_file *file = gp_config_file(&kernel->files, path);

	if (!file || !file->mtime || !kernel->initrd_mtime) {
		gp_find(out, GP_UNKNOWN, path,
			"whether %s is in the initrd is not known: the ages of the two files are "
			"not known here",
			path);
		return;
	}
	if (file->mtime > kernel->initrd_mtime)
		say_rebuild(out, path,
			gp_printf(out->arena, "%s is newer than %s", path, kernel->initrd.path),
			gp_printf(out->arena, "%s was changed after the initrd was made", path));
}

/* Where the initrd cannot be looked into. */
static void by_age(const struct gp_kernel *kernel, struct gp_findings *out)
{
	struct gp_strings said = {0};
	size_t before = out->n;

	gp_each (directive, &kernel->modprobe) {
		if (!gp_starts_with(directive->file, "/etc/") || !gp_is_about_vfio(directive) ||
			gp_strings_has(&said, directive->file))
			continue;
		gp_strings_add(out->arena, &said, directive->file);
		say_age(kernel, out, directive->file);
	}
	if (out->n == before)
		gp_find(out, GP_PASS, kernel->initrd.path,
			"the initrd is newer than the settings of vfio");
}

static void conf_not_in_initrd(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;

	if (gp_is_present(&kernel->image.from) && !kernel->image.cut)
		by_content(c, out);
	else if (lines_about_vfio(kernel))
		by_age(kernel, out);
	else
		gp_find(out, GP_SKIP, "/etc/modprobe.d",
			"no file under /etc/modprobe.d is about vfio");
}

static const struct gp_check checks[] = {
	{
		.id = "vfio-conf-not-in-initrd",
		.layer = GP_LAYER_VFIO,
		.ceiling = GP_WARN,
		.title = "the initrd does not hold the settings of vfio as they are",
		.why = "The GPU's driver is loaded from the initrd, with the settings that were in "
		       "force when that was made.",
		.mend = "Rebuild the initrd and reboot.",
		.reference = "update-initramfs(8), dracut(8), mkinitcpio(8)",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = conf_not_in_initrd,
	},
};

const struct gp_check_table gp_vfio_initrd_checks = {checks, GP_ARRAY_SIZE(checks)};
