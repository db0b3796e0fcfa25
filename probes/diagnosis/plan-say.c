/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "diagnosis/packages.h"
#include "diagnosis/plan.h"

#include <string.h>

const char *gp_say_initrd(const struct gp_platform *platform)
{
	static const char *const commands[] = {
		[GP_INITRD_UNKNOWN] = NULL,
		[GP_INITRD_INITRAMFS_TOOLS] = "update-initramfs -u -k all",
		[GP_INITRD_DRACUT] = "dracut -f --regenerate-all",
		[GP_INITRD_MKINITCPIO] = "mkinitcpio -P",
	};

	return commands[platform->initrd];
}

const char *gp_say_vm(
	struct gp_arena *arena, const struct gp_platform *platform, const struct gp_step *step)
{
	const char *number = strrchr(step->subject, '/');
	const char *tool = gp_starts_with(step->subject, "ct/") ? "pct" : "qm";

	if (*step->argument == '<')
		return gp_printf(arena, "virsh edit %s, and put %s",
			gp_shell_word(arena, number ? number + 1 : step->subject), step->argument);
	if (*step->argument == '-' && step->argument[1] != '-')
		return gp_printf(
			arena, "Start the QEMU of %s with %s.", step->subject, step->argument);
	if (platform->proxmox && number)
		return gp_printf(arena, "%s set %s %s", tool, number + 1, step->argument);
	return gp_printf(
		arena, "In the configuration of %s set %s.", step->subject, step->argument);
}

const char *gp_say_packages(struct gp_arena *arena, const struct gp_platform *platform,
	const struct gp_plan *plan, bool unattended)
{
	struct gp_strings names = {0};

	gp_each (package, &plan->packages)
		gp_strings_add(arena, &names, package->name);
	if (!names.n)
		return NULL;
	return gp_package_command(arena, platform, gp_join(arena, &names, " "), unattended);
}

/* Distributions keep the kernel's image in one of two places. */
#define GP_KERNEL_INSTALL                     \
	"kernel-install add \"$(uname -r)\" " \
	"\"$(find \"/lib/modules/$(uname -r)/vmlinuz\" \"/boot/vmlinuz-$(uname -r)\" -maxdepth 0 2>/dev/null | head -n 1)\""

static const char *update_grub(const struct gp_platform *platform)
{
	static const char *const debians[] = {"debian", "ubuntu", "linuxmint", "pop", NULL};
	static const char *const grub2s[] = {"fedora", "rhel", "centos", "rocky", "almalinux",
		"opensuse-leap", "opensuse-tumbleweed", "sles", NULL};

	if (gp_is_one_of(platform->distribution_id, grub2s))
		return "grub2-mkconfig -o /boot/grub2/grub.cfg";
	if (gp_is_one_of(platform->distribution_id, debians) ||
		platform->initrd == GP_INITRD_INITRAMFS_TOOLS)
		return "update-grub";
	return "grub-mkconfig -o /boot/grub/grub.cfg";
}

static const char *grubby_argument(
	struct gp_arena *arena, const char *name, const struct gp_strings *words)
{
	if (!words->n)
		return "";
	return gp_printf(arena, " %s=%s", name, gp_shell_quoted(arena, gp_join(arena, words, " ")));
}

/* Only what really changes, so that undo takes away nothing that was there before. */
static const char *grubby(struct gp_arena *arena, const struct gp_cmdline *running,
	const struct gp_plan *plan, bool undo)
{
	struct gp_strings add = {0}, remove = {0};

	gp_each (param, &plan->params)
		if (param->add != gp_cmdline_has(running, param->raw))
			gp_strings_add(arena, param->add != undo ? &add : &remove, param->raw);
	return gp_printf(arena, "grubby --update-kernel=ALL%s%s",
		grubby_argument(arena, "--remove-args", &remove),
		grubby_argument(arena, "--args", &add));
}

static const char *say_loader(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan, bool undo)
{
	const struct gp_platform *platform = &facts->platform;

	switch (platform->loader) {
	case GP_LOADER_GRUB:
		return update_grub(platform);
	case GP_LOADER_GRUBBY:
		return grubby(arena, &facts->kernel.cmdline, plan, undo);
	case GP_LOADER_PVE_GRUB:
	case GP_LOADER_PVE_SYSTEMD:
		return "proxmox-boot-tool refresh";
	case GP_LOADER_SYSTEMD_BOOT:
		return GP_KERNEL_INSTALL;
	case GP_LOADER_UKI:
		return platform->initrd == GP_INITRD_MKINITCPIO ? "mkinitcpio -P"
								: GP_KERNEL_INSTALL;
	case GP_LOADER_UNKNOWN:
		break;
	}
	return NULL;
}

static bool touches_grub(const struct gp_plan *plan)
{
	gp_each (edit, &plan->edits)
		if (gp_starts_with(edit->path, "/etc/default/grub"))
			return true;
	return false;
}

const char *gp_say_loader(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan)
{
	if (!gp_plan_touches_cmdline(plan) && !touches_grub(plan))
		return NULL;
	return say_loader(arena, facts, plan, false);
}

const char *gp_say_loader_undo(
	struct gp_arena *arena, const struct gp_facts *facts, const struct gp_plan *plan)
{
	if (!gp_plan_touches_cmdline(plan) && !touches_grub(plan))
		return NULL;
	return say_loader(arena, facts, plan, true);
}
