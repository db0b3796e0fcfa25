/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packages (dpkg, apt), module files, and the kernel's map of memory. */
#include <ctype.h>
#include <string.h>

#include "ticket/formats.h"

#define STATUS "/var/lib/dpkg/status"
#define DKMS   "/var/lib/dkms/nvidia"

/* As dpkg(1) keeps it; of those that some check asks about. */
static void put_package(struct gp_ticket *ticket, const char *name, const char *version)
{
	static const char *const asked[] = {"pve-manager", "intel-opencl-icd",
		"intel-opencl-icd-legacy", "intel-opencl-icd-legacy1", NULL};

	if (gp_is_one_of(name, asked) && isdigit((unsigned char)*version))
		gp_sheet_line_once(ticket->sheet, STATUS,
			gp_printf(ticket->arena, "\nPackage: %s\nVersion: %s\n", name, version));
}

/* "ii  NAME:amd64  VERSION  amd64  ..." of dpkg -l; "NAME/jammy,now VERSION amd64 [installed]" */
static void take_package(struct gp_ticket *ticket, const char *line)
{
	struct gp_strings words = {0};
	char *name;

	if (gp_starts_with(line, "ii ") || strstr(line, " [installed"))
		words = gp_split(ticket->arena, line, " \t");
	if (words.n < 3)
		return;
	if (!strcmp(words.items[0], "ii")) {
		name = gp_strdup(ticket->arena, words.items[1]);
		name[strcspn(name, ":")] = '\0';
		put_package(ticket, name, words.items[2]);
	} else {
		name = gp_strdup(ticket->arena, words.items[0]);
		name[strcspn(name, "/")] = '\0';
		put_package(ticket, name, words.items[1]);
	}
}

/* apt policy: "NAME:" and below it "  Installed: VERSION". */
static void take_policy(struct gp_ticket *ticket, const char *line, const char *above)
{
	const char *text = line + strspn(line, " \t");
	size_t length = strlen(above);

	if (!gp_starts_with(text, "Installed: ") || length < 2 || above[length - 1] != ':')
		return;
	put_package(
		ticket, gp_strndup(ticket->arena, above, length - 1), text + strlen("Installed: "));
}

/* ---- "/lib/modules/6.8.0-45-generic/updates/dkms/nvidia.ko.zst", as find and modinfo print it */

static void put_nvidia(struct gp_ticket *ticket, const char *kernel)
{
	struct gp_arena *arena = ticket->arena;
	/* The version is not in the path. */
	const char *version = DKMS "/VERSION";

	gp_sheet_directory(ticket->sheet, version, true);
	gp_sheet_link(ticket->sheet, DKMS "/VERSION/source", "/usr/src/nvidia-VERSION");
	gp_sheet_file(ticket->sheet,
		gp_printf(arena, "%s/%s/x86_64/module/nvidia.ko", version, kernel), "");
	gp_sheet_link(ticket->sheet, gp_printf(arena, DKMS "/kernel-%s-x86_64", kernel),
		gp_printf(arena, "VERSION/%s/x86_64", kernel));
}

static void take_module(struct gp_ticket *ticket, const char *line)
{
	static const char root[] = "/lib/modules/";
	const char *at = strstr(line, root), *kernel, *rest;
	char *name;

	if (!at || strlen(line) > 300 || gp_sheet_has(ticket->sheet, DKMS))
		return;
	kernel = at + strlen(root);
	rest = kernel + strcspn(kernel, "/ ");
	if (!gp_starts_with(rest, "/updates/dkms/") && !gp_starts_with(rest, "/extra/"))
		return;
	name = gp_strdup(ticket->arena, strrchr(rest, '/') + 1);
	name[strcspn(name, ".")] = '\0';
	if (!strcmp(name, "nvidia") || !strcmp(name, "nvidia-current"))
		put_nvidia(ticket, gp_strndup(ticket->arena, kernel, (size_t)(rest - kernel)));
}

/* ---- "d0000000-d07fffff : BOOTFB", of /proc/iomem */

static void take_iomem(struct gp_ticket *ticket, const char *line)
{
	static const char digits[] = "0123456789abcdef";
	const char *text = line + strspn(line, " \t");
	size_t first = strspn(text, digits), last;

	if (first < 8 || first > 16 || text[first] != '-')
		return;
	last = strspn(text + first + 1, digits);
	if (last >= 8 && last <= 16 && gp_starts_with(text + first + 1 + last, " : "))
		gp_sheet_line_once(ticket->sheet, "/proc/iomem", line);
}

void gp_ticket_packages(struct gp_ticket *ticket)
{
	const char *above = "";

	gp_each (line, &ticket->lines) {
		if (line->is_command || line->is_elsewhere)
			continue;
		take_package(ticket, line->text);
		take_policy(ticket, line->text, above);
		take_module(ticket, line->text);
		take_iomem(ticket, line->text);
		above = line->text;
	}
}
