/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis/plan.h"

#include <string.h>

#include "diagnosis/packages.h"

#define MODULES_CONF "/etc/modules-load.d/gpupass.conf"

struct making {
	struct gp_arena *arena;
	const struct gp_facts *facts;
	struct gp_plan *plan;
};

static void add_chore(const struct making *m, const struct gp_step *step, const char *id)
{
	const char *text = step->argument;
	struct gp_chore *chore;

	if (step->kind == GP_STEP_FIRMWARE)
		text = gp_printf(m->arena, "In the firmware setup (BIOS): set %s to %s.",
			step->subject, step->argument);
	else if (step->kind == GP_STEP_VM)
		text = gp_say_vm(m->arena, &m->facts->platform, step);

	gp_each (old, &m->plan->chores)
		if (strcmp(old->text, text) == 0) {
			gp_strings_add_once(m->arena, &old->ids, id);
			return;
		}
	chore = gp_push(m->arena, &m->plan->chores);
	chore->kind = step->kind;
	chore->subject = step->subject;
	chore->text = text;
	gp_strings_add(m->arena, &chore->ids, id);
}

static void add_install(
	struct gp_arena *arena, struct gp_plan_installs *installs, const char *name, const char *id)
{
	struct gp_plan_install *install;

	gp_each (old, installs)
		if (strcmp(old->name, name) == 0) {
			gp_strings_add_once(arena, &old->ids, id);
			return;
		}
	install = gp_push(arena, installs);
	install->name = name;
	gp_strings_add(arena, &install->ids, id);
}

/* What this distribution has no name for, a person has to find. */
static void add_package(const struct making *m, const struct gp_step *step, const char *id)
{
	const char *name = gp_package_name(m->arena, &m->facts->platform, step->subject);
	struct gp_step by_hand = {.kind = GP_STEP_MANUAL, .subject = step->subject};

	if (name) {
		add_install(m->arena, &m->plan->packages, name, id);
		return;
	}
	by_hand.argument =
		gp_printf(m->arena, "Install what this distribution has for: %s.", step->subject);
	add_chore(m, &by_hand, id);
}

/* Taking away wins over adding the same word: it is known to be wrong. */
static void add_param(const struct making *m, const struct gp_step *step, const char *id)
{
	bool add = step->kind == GP_STEP_CMDLINE_ADD;
	struct gp_plan_param *param;

	gp_each (old, &m->plan->params)
		if (strcmp(old->raw, step->subject) == 0) {
			old->add = old->add && add;
			gp_strings_add_once(m->arena, &old->ids, id);
			return;
		}
	param = gp_push(m->arena, &m->plan->params);
	param->raw = step->subject;
	param->add = add;
	gp_strings_add(m->arena, &param->ids, id);
}

static struct gp_edit *open_for(const struct making *m, const char *path, const char *id)
{
	struct gp_edit *edit = gp_plan_open(m->arena, m->plan, m->facts, path);

	gp_strings_add_once(m->arena, &edit->ids, id);
	return edit;
}

static void needs_initrd(const struct making *m, const char *id)
{
	gp_strings_add_once(m->arena, &m->plan->initrd_ids, id);
	gp_strings_add_once(m->arena, &m->plan->reboot_ids, id);
}

static void add_build(const struct making *m, const struct gp_step *step, const char *id)
{
	add_install(m->arena, &m->plan->builds,
		gp_printf(m->arena, "dkms install --force %s -k %s",
			gp_shell_word(m->arena, step->subject),
			gp_shell_word(m->arena, step->argument)),
		id);
	needs_initrd(m, id);
}

/* In a list that systemd reads, not the initrd's own. */
static bool is_listed_for_boot(const struct gp_facts *facts, const char *module)
{
	gp_each (listed, &facts->kernel.listed)
		if (gp_same_name(listed->module, module) &&
			!gp_starts_with(listed->file, "/etc/initramfs-tools/"))
			return true;
	return false;
}

static void load_module(const struct making *m, const char *module, const char *id)
{
	struct gp_step by_hand = {.kind = GP_STEP_MANUAL, .subject = module};

	if (!is_listed_for_boot(m->facts, module))
		gp_edit_append(m->arena, open_for(m, MODULES_CONF, id), module);
	/* Only what must come before the GPU's driver has to be in the initrd. */
	if (!gp_starts_with(module, "vfio"))
		return;
	switch (m->facts->platform.initrd) {
	case GP_INITRD_INITRAMFS_TOOLS:
		gp_edit_append(m->arena, open_for(m, "/etc/initramfs-tools/modules", id), module);
		break;
	case GP_INITRD_DRACUT:
		gp_edit_append(m->arena, open_for(m, "/etc/dracut.conf.d/gpupass.conf", id),
			"force_drivers+=\" vfio_pci vfio vfio_iommu_type1 \"");
		break;
	case GP_INITRD_MKINITCPIO:
		by_hand.argument =
			"In /etc/mkinitcpio.conf put vfio_pci vfio vfio_iommu_type1 first in "
			"MODULES=().";
		add_chore(m, &by_hand, id);
		break;
	case GP_INITRD_UNKNOWN:
		break;
	}
	needs_initrd(m, id);
}

static bool is_in_initrd(const char *path)
{
	static const char *const held[] = {"/etc/modprobe.d/", "/etc/modules",
		"/etc/initramfs-tools/", "/etc/dracut", "/etc/mkinitcpio", "/etc/udev/rules.d/"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(held); i++)
		if (gp_starts_with(path, held[i]))
			return true;
	return false;
}

/* An edit of this file takes effect with a reboot, and where the initrd holds it with a new one. */
static void takes_effect(const struct making *m, const char *path, const char *id)
{
	if (is_in_initrd(path))
		needs_initrd(m, id);
	else
		gp_strings_add_once(m->arena, &m->plan->reboot_ids, id);
}

/* A shell reads these files, and what stood in single quotes must not begin to act. */
static bool acts_in_shell(const struct gp_step *step)
{
	return gp_starts_with(step->subject, "/etc/default/") && *step->argument != '#' &&
	       strpbrk(step->argument, "$\\");
}

/*
 * What goes into a file that a shell or the boot loader reads must be plain: the words come from
 * the machine that was looked at, and that may be a stranger's.
 */
static bool is_plain_step(const struct gp_step *step)
{
	static const char in_path[] = "/_.-", in_param[] = "_.,:=/@+-%!";

	switch (step->kind) {
	case GP_STEP_CMDLINE_ADD:
	case GP_STEP_CMDLINE_REMOVE:
		return gp_is_plain(step->subject, in_param);
	case GP_STEP_MODULE_LOAD:
		return gp_is_plain(step->subject, "_-");
	case GP_STEP_DKMS:
		return gp_is_plain(step->subject, "/_.+~-") && gp_is_plain(step->argument, "_.+~-");
	case GP_STEP_VM:
		return gp_is_plain(step->subject, "/_.-") &&
		       gp_is_plain(step->argument,
			       *step->argument == '<' ? "<>'_.,:=/@+- " : "_.,:=/@+- ");
	case GP_STEP_LINE:
		return gp_is_plain(step->subject, in_path) &&
		       gp_is_plain(step->argument, "_.,:=/- ");
	case GP_STEP_REPLACE:
		return gp_is_plain(step->subject, in_path) && !strpbrk(step->argument, "\n\r`") &&
		       !acts_in_shell(step);
	default:
		return true;
	}
}

static void refuse_step(const struct making *m, const struct gp_step *step, const char *id)
{
	struct gp_step by_hand = {.kind = GP_STEP_MANUAL, .subject = ""};

	by_hand.argument = gp_printf(m->arena,
		"Look at this yourself, as it holds characters that a script should not write: %s %s",
		step->subject, step->argument);
	add_chore(m, &by_hand, id);
}

/* What a package owns, or what is made anew at each start, is not edited. */
static bool is_ours_to_edit(const char *path)
{
	return gp_starts_with(path, "/etc/");
}

/* "/etc/modprobe.d" of /usr/lib/modprobe.d/FILE: the directory that goes before it. */
static const char *overriding_directory(struct gp_arena *arena, const char *path)
{
	const char *end = strrchr(path, '/'), *start = end;

	while (start > path && start[-1] != '/')
		start--;
	return gp_printf(arena, "/etc/%.*s", (int)(end - start), start);
}

static void override_instead(const struct making *m, const struct gp_step *step, const char *id)
{
	struct gp_step by_hand = {.kind = GP_STEP_MANUAL, .subject = step->subject};

	by_hand.argument = gp_printf(m->arena,
		"%s belongs to a package: to change it, copy it to %s under the same name and edit the "
		"copy.",
		step->subject, overriding_directory(m->arena, step->subject));
	add_chore(m, &by_hand, id);
}

static void refuse_second(const struct making *m, const struct gp_step *step, const char *id)
{
	struct gp_step by_hand = {.kind = GP_STEP_MANUAL, .subject = step->subject};

	by_hand.argument = gp_printf(m->arena,
		"Two changes are due to line %zu of %s; after the "
		"other one, make it say: %s",
		step->line, step->subject, step->argument);
	add_chore(m, &by_hand, id);
}

static void take_step(const struct making *m, const struct gp_step *step, const char *id)
{
	if (!is_plain_step(step)) {
		refuse_step(m, step, id);
		return;
	}
	if (step->kind == GP_STEP_REPLACE && !is_ours_to_edit(step->subject)) {
		override_instead(m, step, id);
		return;
	}
	switch (step->kind) {
	case GP_STEP_FIRMWARE:
		gp_strings_add_once(m->arena, &m->plan->reboot_ids, id);
		add_chore(m, step, id);
		break;
	case GP_STEP_MANUAL:
	case GP_STEP_VM:
		add_chore(m, step, id);
		break;
	case GP_STEP_PACKAGE:
		add_package(m, step, id);
		break;
	case GP_STEP_DKMS:
		add_build(m, step, id);
		break;
	case GP_STEP_CMDLINE_ADD:
	case GP_STEP_CMDLINE_REMOVE:
		add_param(m, step, id);
		gp_strings_add_once(m->arena, &m->plan->reboot_ids, id);
		break;
	case GP_STEP_MODULE_LOAD:
		load_module(m, step->subject, id);
		break;
	case GP_STEP_LINE:
		gp_edit_append(m->arena, open_for(m, step->subject, id), step->argument);
		takes_effect(m, step->subject, id);
		break;
	case GP_STEP_REPLACE:
		if (!gp_edit_replace(
			    m->arena, open_for(m, step->subject, id), step->line, step->argument))
			refuse_second(m, step, id);
		takes_effect(m, step->subject, id);
		break;
	case GP_STEP_INITRD:
		needs_initrd(m, id);
		break;
	case GP_STEP_REBOOT:
		gp_strings_add_once(m->arena, &m->plan->reboot_ids, id);
		break;
	}
}

static bool is_words_only(const struct gp_step *step)
{
	return step->kind == GP_STEP_FIRMWARE || step->kind == GP_STEP_MANUAL ||
	       step->kind == GP_STEP_VM;
}

/* A file that already says what it should is none of the plan's business. */
static void drop_idle_edits(struct gp_plan *plan)
{
	size_t kept = 0;

	gp_each (edit, &plan->edits)
		if (!gp_equal(edit->old, edit->content))
			plan->edits.items[kept++] = *edit;
	plan->edits.n = kept;
}

bool gp_plan_edits_cmdline(const struct gp_plan *plan)
{
	gp_each (edit, &plan->edits)
		if (gp_equal(edit->path, plan->cmdline_file))
			return true;
	return false;
}

void gp_plan_make(struct gp_arena *arena, const struct gp_diagnosis *diagnosis,
	const struct gp_strings *allowed, struct gp_plan *ret)
{
	struct making m = {.arena = arena, .facts = diagnosis->c.facts, .plan = ret};

	*ret = (struct gp_plan){0};
	gp_each (cause, &diagnosis->causes) {
		const struct gp_check *check = cause->finding->check;
		bool safe = !check->not_in_plan || gp_strings_has(allowed, check->id);
		bool wanted = diagnosis->c.modes || check->modes == GP_MODES_ALL;

		gp_each (step, &cause->finding->steps) {
			if (is_words_only(step) || (safe && wanted))
				take_step(&m, step, check->id);
			else if (wanted)
				gp_strings_add_once(arena, &ret->left_out, check->id);
			else
				ret->withheld = true;
		}
	}
	gp_plan_cmdline(arena, m.facts, ret);
	gp_each (edit, &ret->edits)
		gp_edit_finish(arena, edit);
	drop_idle_edits(ret);
}
