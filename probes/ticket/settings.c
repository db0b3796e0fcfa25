/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kernel parameters, lines of modprobe.d and lists of modules, wherever they stand. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ticket/formats.h"

#define CMDLINE  "/proc/cmdline"
#define GRUB     "/etc/default/grub"
#define MODPROBE "/etc/modprobe.d/pasted.conf"
#define MODULES  "/etc/modules"

/* A file's own lines were taken with the file. */
static bool is_of_a_file(const struct gp_ticket_line *line)
{
	return gp_ticket_runs(line->command, "cat") && strchr(line->command, '/') &&
	       !strchr(line->command, '|');
}

static const char *behind(const char *line, const char *const *labels)
{
	for (; *labels; labels++) {
		const char *at = strcasestr(line, *labels);

		if (at && (at == line || !isalnum((unsigned char)at[-1])))
			return at + strlen(*labels) + strspn(at + strlen(*labels), " \t");
	}
	return NULL;
}

static bool looks_like_parameters(const char *text)
{
	return strchr(text, '=') && !gp_starts_with(text, "GRUB_") &&
	       (strstr(text, "iommu=") || strstr(text, "root=") || strstr(text, "i915.") ||
		       strstr(text, "xe.") || strstr(text, "vfio") || strstr(text, "quiet") ||
		       strstr(text, "pci=") || strstr(text, "BOOT_IMAGE=") ||
		       strstr(text, "initrd=") || strstr(text, "video="));
}

static void take_cmdline(struct gp_ticket *ticket, const char *line)
{
	static const char *const labels[] = {"Kernel command line:", "Command line:", "cmdline:",
		"Kernel parameters:", "kernel params:", "Kernel args:", "boot parameters:",
		"kernel cmdline:", "Boot options:", NULL};
	const char *text = behind(line, labels);

	if (!text && (gp_starts_with(line, "BOOT_IMAGE=") || gp_starts_with(line, "initrd=\\") ||
			     (gp_starts_with(line, "root=") && strchr(line, ' '))))
		text = line;
	if (text && looks_like_parameters(text))
		gp_sheet_file(ticket->sheet, CMDLINE, text);
}

static void take_grub(struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	const char *text = line->text + strspn(line->text, " \t");

	if (gp_starts_with(text, "GRUB_") && strchr(text, '=') && !is_of_a_file(line))
		gp_sheet_line(ticket->sheet, GRUB, text);
}

/* NAME of a module: letters, digits, - and _. */
static bool is_module(const char *word)
{
	return word && gp_is_plain(word, "-_") && islower((unsigned char)*word);
}

static bool begins_directive(const char *text)
{
	return gp_starts_with(text, "blacklist") || gp_starts_with(text, "options") ||
	       gp_starts_with(text, "install") || gp_starts_with(text, "softdep");
}

/* modprobe.d(5). */
static void take_modprobe(struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	struct gp_arena *arena = ticket->arena;
	const char *first = begins_directive(line->text + strspn(line->text, " \t"))
				    ? gp_ticket_word(arena, line->text, 0)
				    : NULL;
	const char *second = first ? gp_ticket_word(arena, line->text, 1) : NULL;
	const char *third = second ? gp_ticket_word(arena, line->text, 2) : NULL;
	bool is_directive = false;

	if (!is_module(second) || is_of_a_file(line))
		return;
	if (!strcmp(first, "blacklist"))
		is_directive = !third || *third == '#';
	else if (third && !strcmp(first, "options"))
		is_directive = strchr(third, '=');
	else if (third && !strcmp(first, "install"))
		is_directive = *third == '/';
	else if (third && !strcmp(first, "softdep"))
		is_directive = !strcmp(third, "pre:") || !strcmp(third, "post:");
	if (is_directive)
		gp_sheet_line_once(ticket->sheet, MODPROBE, line->text + strspn(line->text, " \t"));
}

/* kmod: "Error running install command '/bin/false' for module i915: retcode 1" */
static void take_install(struct gp_ticket *ticket, const char *line)
{
	static const char command[] = "Error running install command '", module[] = "' for module ";
	const char *text = strstr(line, command), *name = text ? strstr(text, module) : NULL;

	if (!name)
		return;
	text += strlen(command);
	gp_sheet_line_once(ticket->sheet, MODPROBE,
		gp_printf(ticket->arena, "install %.*s %.*s",
			(int)strcspn(name + strlen(module), ": "), name + strlen(module),
			(int)(name - text), text));
}

/* A list of nothing but names of modules, one of which is about passthrough. */
struct module_list {
	size_t first, n;
	bool is_one, is_about_it;
};

static void note_module(struct module_list *list, const char *line)
{
	static const char *const telling[] = {"vfio", "vfio_pci", "vfio-pci", "vfio_iommu_type1",
		"vfio_virqfd", "vfio-mdev", "vfio_mdev", "kvmgt", "xengt", "exngt", "mdev", NULL};

	if (!*line || *line == '#')
		return;
	list->n++;
	list->is_one &= is_module(line);
	list->is_about_it |= gp_is_one_of(line, telling);
}

static void keep_list(struct gp_ticket *ticket, const struct module_list *list, size_t end)
{
	if (!list->is_one || !list->is_about_it)
		return;
	for (size_t i = list->first; i < end; i++) {
		const struct gp_ticket_line *line = &ticket->lines.items[i];

		if (*line->text && !line->is_command && !line->command)
			gp_sheet_line_once(ticket->sheet, MODULES, line->text);
	}
}

static void take_module_lists(struct gp_ticket *ticket)
{
	struct module_list list = {.is_one = true};
	unsigned int part = 0;

	for (size_t i = 0; i < ticket->lines.n; i++) {
		const struct gp_ticket_line *line = &ticket->lines.items[i];

		if (line->part != part) {
			keep_list(ticket, &list, i);
			list = (struct module_list){.first = i, .is_one = true};
			part = line->part;
		}
		if (line->command || line->is_command)
			list.is_one = false;
		else
			note_module(&list, line->text);
	}
	keep_list(ticket, &list, ticket->lines.n);
}

void gp_ticket_settings(struct gp_ticket *ticket)
{
	gp_each (line, &ticket->lines) {
		if (line->is_command)
			continue;
		take_cmdline(ticket, line->text);
		take_grub(ticket, line);
		take_modprobe(ticket, line);
		take_install(ticket, line->text);
	}
	take_module_lists(ticket);
}
