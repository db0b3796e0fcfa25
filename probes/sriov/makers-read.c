/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "platform/udev.h"
#include "sriov/makers.h"

#define UNITS        "/etc/systemd/system"
#define MOST_UNITS   128
#define MOST_SCRIPTS 32

static const char *const phrases[] = {"sriov_numvfs", "sriov-manage", NULL};

struct reading {
	struct gp_machine *machine;
	struct gp_arena *arena;
	struct gp_vf_makers *out;
	struct gp_strings enabled; /* units that some target wants */
	struct gp_strings scripts; /* run by units, read already */
};

/* A file that the plan may have to edit. */
static void read_whole(
	struct reading *r, enum gp_maker_kind kind, const char *path, const char *problem)
{
	struct gp_text_value text = gp_read_text(r->machine, path);

	gp_push(r->arena, &r->out->files)->text = text;
	gp_makers_parse(r->arena, kind, text.from.path, text.value, true, problem, r->out);
}

static void read_lines(
	struct reading *r, enum gp_maker_kind kind, const char *path, const char *problem)
{
	struct gp_text_value text = kind == GP_MAKER_UDEV
					    ? gp_udev_rules(r->machine, path)
					    : gp_read_matching(r->machine, path, phrases, 64);

	gp_makers_parse(r->arena, kind, path, text.value, false, problem, r->out);
}

static void read_all(struct reading *r, enum gp_maker_kind kind, const char *dir, const char *end,
	const char *problem)
{
	struct gp_names_value names = gp_read_names(r->machine, dir);

	gp_each (name, &names.value) {
		const char *path = gp_printf(r->arena, "%s/%s", dir, *name);

		if (!gp_ends_with(*name, end))
			continue;
		if (kind == GP_MAKER_UDEV)
			read_lines(r, kind, path, problem);
		else
			read_whole(r, kind, path, problem);
	}
}

static bool has_start_link(struct reading *r, const char *dir, const char *service)
{
	struct gp_names_value names = gp_read_names(r->machine, dir);

	gp_each (name, &names.value)
		if (**name == 'S' && gp_ends_with(*name, service))
			return true;
	return false;
}

/* Debian has it as a script of System V, which systemd starts by its links, or as a unit. */
static const char *sysfsutils_problem(struct reading *r)
{
	static const char *const files[] = {"/usr/lib/systemd/system/sysfsutils.service",
		"/lib/systemd/system/sysfsutils.service", "/etc/init.d/sysfsutils"};

	if (gp_strings_has(&r->enabled, "sysfsutils.service") ||
		has_start_link(r, "/etc/rcS.d", "sysfsutils") ||
		has_start_link(r, "/etc/rc2.d", "sysfsutils"))
		return NULL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(files); i++) {
		struct gp_origin at = gp_read_presence(r->machine, files[i]);

		if (gp_is_present(&at))
			return "the service sysfsutils is not enabled";
		if (at.presence == GP_UNREADABLE)
			return NULL;
	}
	return "the package sysfsutils, which reads this file, is not installed";
}

/* Where people put scripts of their own. What a package owns makes no VFs. */
static bool is_own_script(const char *path)
{
	static const char *const folders[] = {"/usr/local/", "/opt/", "/root/", "/etc/"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(folders); i++)
		if (gp_starts_with(path, folders[i]))
			return true;
	return false;
}

/* The scripts that a unit starts. */
static void read_scripts_of(struct reading *r, const char *unit, const char *problem)
{
	for (const char *line = unit; *line;) {
		size_t length = strcspn(line, "\n");
		struct gp_strings words =
			gp_split(r->arena, gp_strndup(r->arena, line, length), " \t=-+!@\"';");

		for (size_t i = 1; i < words.n && gp_starts_with(words.items[0], "Exec"); i++) {
			const char *word = words.items[i];

			if (!is_own_script(word) || r->scripts.n >= MOST_SCRIPTS ||
				gp_strings_has(&r->scripts, word))
				continue;
			gp_strings_add(r->arena, &r->scripts, word);
			read_lines(r, GP_MAKER_UNIT, word, problem);
		}
		line += length + (line[length] == '\n');
	}
}

/* Other lines of units, which may hold secrets of theirs, are none of our business. */
static void read_unit(struct reading *r, const char *name)
{
	static const char *const of_unit[] = {"sriov", "vfs", "VFs", "gpu", "GPU", "i915", NULL};
	const char *path = gp_printf(r->arena, UNITS "/%s", name);
	struct gp_text_value text = gp_read_matching(r->machine, path, of_unit, 64);
	const char *problem =
		gp_strings_has(&r->enabled, name) ? NULL : "no target wants this unit: enable it";

	gp_makers_parse(r->arena, GP_MAKER_UNIT, path, text.value, false, problem, r->out);
	read_scripts_of(r, text.value, problem);
}

/* Proxmox starts NVIDIA's script for pve-nvidia-sriov@ALL, or @ and an address. */
static void take_instance(struct reading *r, const char *name)
{
	static const char template[] = "pve-nvidia-sriov@";
	const char *instance = name + strlen(template);

	if (!gp_starts_with(name, template))
		return;
	gp_makers_parse(r->arena, GP_MAKER_UNIT, gp_printf(r->arena, UNITS "/%s", name),
		gp_printf(r->arena, "sriov-manage -e %s", instance), false, NULL, r->out);
}

static void read_units(struct reading *r)
{
	struct gp_names_value names = gp_read_names(r->machine, UNITS);
	size_t units = 0;

	gp_each (name, &names.value) {
		struct gp_names_value wanted;

		if (!gp_ends_with(*name, ".wants") && !gp_ends_with(*name, ".requires"))
			continue;
		wanted = gp_read_names(r->machine, gp_printf(r->arena, UNITS "/%s", *name));
		gp_each (unit, &wanted.value) {
			gp_strings_add_once(r->arena, &r->enabled, *unit);
			take_instance(r, *unit);
		}
	}
	gp_each (name, &names.value)
		if (gp_ends_with(*name, ".service") && units++ < MOST_UNITS)
			read_unit(r, *name);
}

void gp_makers_collect(struct gp_machine *machine, struct gp_vf_makers *ret)
{
	struct reading r = {.machine = machine, .arena = gp_machine_arena(machine), .out = ret};
	static const char *const scripts[] = {"/etc/rc.local", "/etc/crontab",
		"/var/spool/cron/crontabs/root", "/etc/network/interfaces"};
	const char *problem;

	read_units(&r);
	problem = sysfsutils_problem(&r);
	read_whole(&r, GP_MAKER_SYSFSUTILS, "/etc/sysfs.conf", problem);
	read_all(&r, GP_MAKER_SYSFSUTILS, "/etc/sysfs.d", ".conf", problem);
	read_all(&r, GP_MAKER_TMPFILES, "/etc/tmpfiles.d", ".conf", NULL);
	read_all(&r, GP_MAKER_UDEV, GP_UDEV_RULES, ".rules", NULL);
	for (size_t i = 0; i < GP_ARRAY_SIZE(scripts); i++)
		read_lines(&r, GP_MAKER_SCRIPT, scripts[i], NULL);
}
