/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ls without -l, and grep -r: which names a directory has, and which it has not. */
#include <string.h>

#include "ticket/formats.h"

/* The only directory that a plain ls is asked for, or NULL. */
static const char *listed_directory(struct gp_arena *arena, const char *command)
{
	const char *directory = NULL;
	char *word;

	if (!gp_ticket_runs(command, "ls") || strpbrk(command, "|;&><"))
		return NULL;
	for (size_t n = 0; (word = gp_ticket_word(arena, command, n)); n++) {
		if (*word == '-' && (strchr(word, 'l') || strchr(word, 'R') || strchr(word, 'd')))
			return NULL;
		if (*word != '/')
			continue;
		if (directory)
			return NULL;
		directory = word;
	}
	if (directory && strlen(directory) > 1 && gp_ends_with(directory, "/"))
		directory = gp_strndup(arena, directory, strlen(directory) - 1);
	return directory;
}

/* Tables of the firmware are files; what else is listed so, are directories and links. */
static void put_name(struct gp_ticket *ticket, const char *directory, const char *name)
{
	const char *path = gp_printf(ticket->arena, "%s/%s", directory, name);
	static const struct gp_sheet_node file = {
		.kind = 'F', .mode = 0400, .owner = "", .group = ""};

	if (gp_starts_with(directory, "/sys/firmware/"))
		gp_sheet_node(ticket->sheet, path, &file);
	else
		gp_sheet_directory(ticket->sheet, path, false);
}

/* Where names are what matters: of directories of the kernel's. */
static bool is_of_names(const char *directory)
{
	return gp_starts_with(directory, "/sys/class/") ||
	       gp_starts_with(directory, "/sys/firmware/acpi/tables") ||
	       gp_starts_with(directory, "/sys/kernel/iommu_groups") ||
	       gp_ends_with(directory, "/mdev_supported_types") ||
	       gp_starts_with(directory, "/sys/bus/mdev/devices");
}

/* grep -r PATTERN DIRECTORY... with a pattern that any line has. */
static void note_grepped(struct gp_ticket *ticket, const char *command)
{
	char *word;
	bool is_any = false;

	if (!gp_ticket_runs(command, "grep") || !strstr(command, " -r") || strpbrk(command, "|;&>"))
		return;
	for (size_t n = 1; (word = gp_ticket_word(ticket->arena, command, n)); n++) {
		if (*word != '/')
			is_any |= !strcmp(word, ".") || !strcmp(word, "'.'") ||
				  !strcmp(word, "\".\"");
		else if (is_any && (gp_starts_with(word, "/etc/modprobe.d") ||
					   gp_starts_with(word, "/etc/modules-load.d")))
			gp_sheet_directory(ticket->sheet, word, true);
	}
}

/* The line behind a command that says why it failed. */
static bool is_refused(const struct gp_ticket_line *line, const struct gp_ticket_line *end)
{
	return line->is_command && line + 1 < end && gp_starts_with(line[1].text, "ls: ");
}

void gp_ticket_lists(struct gp_ticket *ticket)
{
	const struct gp_ticket_line *end = ticket->lines.items + ticket->lines.n;
	const char *directory = NULL, *command = NULL;

	gp_each (line, &ticket->lines) {
		struct gp_strings names;

		if (line->is_command || line->command != command) {
			command = line->command;
			directory = command ? listed_directory(ticket->arena, command) : NULL;
			if (directory && (!is_of_names(directory) || is_refused(line, end) ||
						 line->is_elsewhere))
				directory = NULL;
			if (directory && line->is_command)
				gp_sheet_directory(ticket->sheet, directory, true);
			if (line->is_command)
				note_grepped(ticket, line->text);
		}
		if (line->is_command || !directory || strchr(line->text, ':') > line->text + 4)
			continue;
		names = gp_split(ticket->arena, line->text, " \t");
		gp_each (name, &names)
			if (gp_is_plain(*name, "-_.:@"))
				put_name(ticket, directory, *name);
	}
}
