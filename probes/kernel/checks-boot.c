/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the machine still finds its root file system at the next boot. */
#include <string.h>

#include "kernel/check-help.h"
#include "kernel/checks.h"
#include "kernel/configured.h"

#define CONFIGURED "/etc/kernel/cmdline"

/* True, with a finding, where the file does not decide how this machine boots. */
static bool is_not_read(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const char *reads = gp_loader_file(c->facts->platform.loader);
	enum gp_loader loader = c->facts->platform.loader;

	if (loader != GP_LOADER_UNKNOWN && !gp_equal(reads, CONFIGURED)) {
		gp_find(out, GP_SKIP, CONFIGURED, "this machine does not boot by that file");
		return true;
	}
	if (gp_is_absent(&kernel->configured_text.from)) {
		gp_find(out, GP_SKIP, CONFIGURED, "there is no such file");
		return true;
	}
	if (!gp_is_present(&kernel->configured_text.from)) {
		gp_find_unknown(out, &kernel->configured_text.from);
		return true;
	}
	return gp_cmdline_unknown(c, out);
}

/* Proxmox takes the first line; kernel-install and mkinitcpio take them all. */
static struct gp_cmdline read_by_loader(const struct gp_case *c, struct gp_arena *arena)
{
	const struct gp_kernel *kernel = &c->facts->kernel;
	const struct gp_strings *lines = &kernel->configured_lines;

	if (c->facts->platform.loader == GP_LOADER_PVE_SYSTEMD && lines->n)
		return gp_cmdline_parse(arena, lines->items[0]);
	return kernel->configured;
}

/* root= and boot= that the running kernel was given and the next one will not be. */
static void say_missing_root(
	const struct gp_case *c, struct gp_findings *out, const struct gp_cmdline *next)
{
	static const char *const names[] = {"root", "boot"};
	const struct gp_cmdline *running = &c->facts->kernel.cmdline;
	struct gp_finding *finding = NULL;

	for (size_t i = 0; i < GP_ARRAY_SIZE(names); i++) {
		const struct gp_param *param = gp_cmdline_last(running, names[i]);

		if (!param || gp_cmdline_last(next, names[i]))
			continue;
		if (!finding)
			finding = gp_find(out, i ? GP_WARN : GP_FAIL,
				gp_evidence(out, CONFIGURED,
					gp_strip(out->arena,
						c->facts->kernel.configured_text.value)),
				"%s lacks %s: once that is written to the boot loader, the machine "
				"does not start",
				CONFIGURED, param->raw);
		finding->subject = CONFIGURED;
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, param->raw, "", 0});
	}
}

/* The words behind the first line, which Proxmox does not read. */
static void say_unread_lines(
	const struct gp_case *c, struct gp_findings *out, const struct gp_cmdline *next)
{
	const struct gp_strings *lines = &c->facts->kernel.configured_lines;
	enum gp_verdict verdict = GP_WARN;
	struct gp_strings lost = {0};
	struct gp_finding *finding;

	for (size_t i = 1; i < lines->n; i++) {
		struct gp_cmdline params = gp_cmdline_parse(out->arena, lines->items[i]);

		gp_each (param, &params) {
			if (gp_cmdline_has(next, param->raw))
				continue;
			gp_strings_add_once(out->arena, &lost, param->raw);
			if (!gp_cmdline_has(&c->facts->kernel.cmdline, param->raw) &&
				gp_param_missed(c, param) == GP_FAIL)
				verdict = GP_FAIL;
		}
	}
	if (!lost.n)
		return;
	finding = gp_find(out, verdict, gp_evidence(out, CONFIGURED, lines->items[1]),
		"only the first line of %s is read, and %s stands below it", CONFIGURED,
		gp_join(out->arena, &lost, " "));
	finding->subject = CONFIGURED;
	gp_each (raw, &lost)
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, *raw, "", 0});
}

static void missing_root(const struct gp_case *c, struct gp_findings *out)
{
	size_t before = out->n;
	struct gp_cmdline next;

	if (is_not_read(c, out))
		return;
	next = read_by_loader(c, out->arena);
	say_missing_root(c, out, &next);
	if (c->facts->platform.loader == GP_LOADER_PVE_SYSTEMD)
		say_unread_lines(c, out, &next);
	if (out->n == before)
		gp_find(out, GP_PASS, CONFIGURED, "it is one line and says where the root is");
}

/* What decides whether and how the machine comes up; the rest may well have been taken out. */
static bool is_for_booting(const char *name)
{
	static const char *const exact[] = {"root", "rootflags", "rootfstype", "rootdelay", "boot",
		"console", "consoleblank", "resume", "resume_offset", "cryptdevice", "cryptopts",
		"crashkernel", "ip", "net.ifnames", "biosdevname",
		"nvme_core.default_ps_max_latency_us", "libata.force", "acpi", "acpi_osi"};
	static const char *const prefixes[] = {"rd.", "zfs.", "luks."};

	for (size_t i = 0; i < GP_ARRAY_SIZE(exact); i++)
		if (strcmp(exact[i], name) == 0)
			return true;
	for (size_t i = 0; i < GP_ARRAY_SIZE(prefixes); i++)
		if (gp_starts_with(name, prefixes[i]) && strcmp(name, "rd.driver.pre") != 0)
			return true;
	return false;
}

/* grub-mkconfig writes root= by itself, and what it wrote last may hold more. */
static bool comes_by_itself(const struct gp_grub *grub, const struct gp_param *param)
{
	if (strcmp(param->name, "root") == 0 && param->value &&
		!gp_starts_with(param->value, "ZFS="))
		return true;
	gp_each (now, &grub->effective)
		if (strcmp(param->name, "console") != 0 && strcmp(now->name, param->name) == 0)
			return true;
	return gp_cmdline_has(&grub->effective, param->raw);
}

static struct gp_strings lost_since(
	struct gp_arena *arena, const struct gp_grub *grub, const struct gp_grub_backup *backup)
{
	struct gp_strings lost = {0};

	gp_each (param, &backup->params)
		if (is_for_booting(param->name) && !comes_by_itself(grub, param))
			gp_strings_add_once(arena, &lost, param->raw);
	return lost;
}

/*
 * A console does no harm. What this start went without, root= above all, may be of a disk that is
 * no more: the machine would not start with it.
 */
static void mend_lost(const struct gp_case *c, struct gp_findings *out, struct gp_finding *finding,
	const char *raw, const char *backup)
{
	if (gp_starts_with(raw, "console=") || gp_cmdline_has(&c->facts->kernel.cmdline, raw))
		gp_mend(out, finding, (struct gp_step){GP_STEP_CMDLINE_ADD, raw, "", 0});
	else
		gp_mend(out, finding,
			(struct gp_step){GP_STEP_MANUAL, GP_GRUB_FILE,
				gp_printf(out->arena,
					"The machine has started without %s, which %s has: put it back "
					"only if you know what it is for.",
					raw, backup),
				0});
}

static void clobbered(const struct gp_case *c, struct gp_findings *out)
{
	const struct gp_grub *grub = &c->facts->kernel.grub;
	enum gp_loader loader = c->facts->platform.loader;

	if (!gp_is_present(&grub->text.from) ||
		(loader != GP_LOADER_UNKNOWN && !gp_loader_is_grub(loader))) {
		gp_find(out, GP_SKIP, GP_GRUB_FILE, "this machine does not boot by GRUB's file");
		return;
	}
	gp_each (backup, &grub->backups) {
		struct gp_strings lost = lost_since(out->arena, grub, backup);
		struct gp_finding *finding;

		if (!lost.n)
			continue;
		finding = gp_find(out, GP_WARN,
			gp_evidence(out, backup->path, gp_join(out->arena, &lost, " ")),
			"%s has lost %s, which %s still has", GP_GRUB_FILE,
			gp_join(out->arena, &lost, " "), backup->path);
		finding->subject = GP_GRUB_FILE;
		gp_each (raw, &lost)
			mend_lost(c, out, finding, *raw, backup->path);
		return;
	}
	if (grub->backups.n)
		gp_find(out, GP_PASS, grub->backups.items[0].path,
			"nothing that the machine needs to boot was lost since");
	else
		gp_find(out, GP_SKIP, GP_GRUB_FILE, "there is no older copy to compare with");
}

static const struct gp_check checks[] = {
	{
		.id = "kernel-cmdline-missing-root",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_FAIL,
		.title = "/etc/kernel/cmdline is not all that the kernel has to be told",
		.why = "The file is the whole command line, in one line. Guides that write it anew lose "
		       "root=, and the machine does not boot; a second line is not read.",
		.mend = "Put everything on one line, root= included, and refresh the boot loader before "
			"the next reboot.",
		.reference = "Proxmox VE administration guide, Editing the Kernel Commandline",
		.roles = GP_ROLE_HOST,
		.modes = GP_MODES_ALL,
		.run = missing_root,
	},
	{
		.id = "grub-clobbered",
		.layer = GP_LAYER_KERNEL,
		.ceiling = GP_WARN,
		.title = "/etc/default/grub has lost parameters",
		.why = "Commands in guides replace the whole line, and with it what the machine needs to "
		       "boot or to be reached: root=ZFS=, a serial console.",
		.mend = "Take what is missing from the older copy beside the file.",
		.reference = "GRUB manual, Simple configuration handling",
		.roles = GP_ROLE_HOST | GP_ROLE_GUEST,
		.modes = GP_MODES_ALL,
		.run = clobbered,
	},
};

const struct gp_check_table gp_kernel_boot_checks = {checks, GP_ARRAY_SIZE(checks)};
