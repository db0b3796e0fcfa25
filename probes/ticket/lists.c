/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ls of directories, find, and grep -r: which names a directory has, and which it has not. */
#include <string.h>

#include "ticket/formats.h"

#define DRM     "/sys/class/drm"
#define DRIVERS "/sys/bus/pci/drivers/"
#define GROUPS  "/sys/kernel/iommu_groups"

/* The options of ls or find that leave something out, or list other directories, too. */
static bool is_partial(const char *option)
{
	return *option == '-' && option[1] != '-' && (strchr(option, 'R') || strchr(option, 'd'));
}

/* The only directory that ls is asked for, or NULL. */
static const char *listed_directory(struct gp_arena *arena, const char *command)
{
	const char *directory = NULL;
	char *word;

	if (!gp_ticket_runs(command, "ls") || strpbrk(command, ";&><"))
		return NULL;
	command = gp_strndup(arena, command, strcspn(command, "|"));
	for (size_t n = 0; (word = gp_ticket_word(arena, command, n)); n++) {
		if (is_partial(word))
			return NULL;
		if (*word != '/')
			continue;
		if (directory || strpbrk(word, "*?["))
			return NULL;
		directory = word;
	}
	if (directory && strlen(directory) > 1 && gp_ends_with(directory, "/"))
		directory = gp_strndup(arena, directory, strlen(directory) - 1);
	return directory;
}

static bool is_of_files(const char *directory)
{
	return gp_starts_with(directory, "/sys/firmware/") ||
	       gp_starts_with(directory, "/etc/modprobe.d") ||
	       gp_starts_with(directory, "/etc/OpenCL/vendors") || gp_ends_with(directory, "/dri");
}

/* Where names are what matters. */
static bool is_of_names(const char *directory)
{
	static const char *const others[] = {"/etc/modprobe.d", "/etc/OpenCL/vendors", "/dev/vfio",
		"/usr/lib/x86_64-linux-gnu/dri", "/usr/lib64/dri", "/usr/lib/dri", NULL};

	return gp_starts_with(directory, "/sys/class/") ||
	       gp_starts_with(directory, "/sys/firmware/acpi/tables") ||
	       gp_starts_with(directory, GROUPS) || gp_starts_with(directory, DRIVERS) ||
	       gp_ends_with(directory, "/mdev_supported_types") ||
	       gp_starts_with(directory, "/sys/bus/mdev/devices") ||
	       gp_is_one_of(directory, others);
}

/* Tables of the firmware are files; what else is listed so, are directories and links. */
static void put_name(struct gp_ticket *ticket, const char *directory, const char *name)
{
	const char *path = gp_printf(ticket->arena, "%s/%s", directory, name);
	static const struct gp_sheet_node file = {
		.kind = 'F', .mode = 0400, .owner = "", .group = ""};

	if (is_of_files(directory))
		gp_sheet_node(ticket->sheet, path, &file);
	else
		gp_sheet_directory(ticket->sheet, path, false);
}

/* "card0 -> ../../devices/pci0000:00/0000:00:02.0/drm/card0": whose it is. */
static void put_target(
	struct gp_ticket *ticket, const char *directory, const char *name, const char *target)
{
	struct gp_arena *arena = ticket->arena;
	const char *drm = strstr(target, "/drm/");
	char *address = drm && drm - target >= 12 ? gp_ticket_address(arena, drm - 12) : NULL;

	if (!strcmp(directory, DRM) && address)
		gp_sheet_link(ticket->sheet, gp_printf(arena, DRM "/%s/device", name),
			gp_printf(arena, "../../../%s", address));
	address = gp_ticket_address(arena, name);
	if (address && gp_starts_with(directory, DRIVERS))
		gp_ticket_driver(ticket, address, directory + strlen(DRIVERS));
}

/* "lrwxrwxrwx 1 root root 0 Mar  3 09:12 dmar0 -> ../../devices/virtual/iommu/dmar0" */
static void take_long(
	struct gp_ticket *ticket, const char *directory, const struct gp_strings *words)
{
	const char *name = words->items[words->n - 1], *target = NULL;

	for (size_t i = 4; i + 1 < words->n; i++)
		if (!strcmp(words->items[i], "->")) {
			name = words->items[i - 1];
			target = words->items[i + 1];
		}
	if (!strcmp(name, ".") || !strcmp(name, "..") || !gp_is_plain(name, "-_.:@"))
		return;
	put_name(ticket, directory, name);
	if (target)
		put_target(ticket, directory, name, target);
}

static bool is_long(const struct gp_strings *words)
{
	const char *mode = words->n >= 7 ? words->items[0] : "";

	return strlen(mode) >= 10 && strchr("-dlcbps", *mode) && strspn(mode + 1, "rwxsStT-") >= 9;
}

static void take_names(struct gp_ticket *ticket, const char *directory, const char *text)
{
	struct gp_strings names = gp_split(ticket->arena, text, " \t");

	if (!names.n || !strcmp(names.items[0], "total"))
		return;
	if (is_long(&names)) {
		take_long(ticket, directory, &names);
		return;
	}
	if (strchr(text, ':') > text + 4)
		return;
	gp_each (name, &names)
		if (gp_is_plain(*name, "-_.:@") && strspn(*name, ".") != strlen(*name))
			put_name(ticket, directory, *name);
}

/* Nothing is in it. Without groups no IOMMU is in use. */
static void put_empty(struct gp_ticket *ticket, const char *directory)
{
	gp_sheet_directory(ticket->sheet, directory, true);
	if (!strcmp(directory, GROUPS) && !gp_sheet_has(ticket->sheet, "/sys/class/iommu"))
		gp_sheet_directory(ticket->sheet, "/sys/class/iommu", true);
}

/* The directory that find is asked for all of, or NULL. */
static const char *found_directory(struct gp_arena *arena, const char *command)
{
	static const char *const filters[] = {"-name", "-iname", "-path", "-newer", "-mtime"};
	char *word = command && gp_ticket_runs(command, "find")
			     ? gp_ticket_word(arena, strstr(command, "find"), 1)
			     : NULL;
	size_t length = word ? strlen(word) : 0;

	if (length < 2 || *word != '/')
		return NULL;
	for (size_t i = 0; i < GP_ARRAY_SIZE(filters); i++)
		if (strstr(command, filters[i]))
			return NULL;
	if (word[length - 1] == '/')
		word[length - 1] = '\0';
	return is_of_names(word) ? word : NULL;
}

/* "ls DIRECTORY | wc -l" and "find DIRECTORY -type l | wc -l" of nothing. */
static void take_count(struct gp_ticket *ticket, const struct gp_ticket_line *line)
{
	const char *pipe = line->command ? strchr(line->command, '|') : NULL;
	const char *directory = NULL;

	if (!pipe || line->is_elsewhere || strcmp(line->text, "0") != 0 || strchr(pipe + 1, '|') ||
		!strstr(pipe, "wc -l"))
		return;
	directory = listed_directory(ticket->arena, line->command);
	if (!directory)
		directory = found_directory(ticket->arena, line->command);
	if (directory && is_of_names(directory))
		put_empty(ticket, directory);
}

/* find prints nothing but the directory itself, or not even that, and the next prompt follows. */
static void take_empty_find(struct gp_ticket *ticket, const struct gp_ticket_line *line,
	const struct gp_ticket_line *end)
{
	const char *directory = found_directory(ticket->arena, line->command);
	const struct gp_ticket_line *after = line + 1;

	if (!directory || strchr(line->command, '|') || line->is_elsewhere)
		return;
	if (after < end && gp_starts_with(after->text, directory) &&
		strlen(after->text) <= strlen(directory) + 1)
		after++;
	if (after < end && after->is_command)
		put_empty(ticket, directory);
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

/* The directory whose list follows the command, or NULL. */
static const char *begin_list(struct gp_ticket *ticket, const struct gp_ticket_line *line,
	const struct gp_ticket_line *end)
{
	const char *command = line->command;
	const char *directory = command ? listed_directory(ticket->arena, command) : NULL;

	if (!directory || !is_of_names(directory) || is_refused(line, end) || line->is_elsewhere)
		return NULL;
	/* Through a pipe not all of it may have come. */
	if (strchr(command, '|'))
		return strstr(command, "| wc") ? NULL : directory;
	if (line->is_command)
		gp_sheet_directory(ticket->sheet, directory, true);
	return directory;
}

void gp_ticket_lists(struct gp_ticket *ticket)
{
	const struct gp_ticket_line *end = ticket->lines.items + ticket->lines.n;
	const char *directory = NULL, *command = NULL;

	gp_each (line, &ticket->lines) {
		if (line->is_command || line->command != command) {
			command = line->command;
			directory = begin_list(ticket, line, end);
		}
		if (line->is_command) {
			note_grepped(ticket, line->text);
			take_empty_find(ticket, line, end);
			continue;
		}
		take_count(ticket, line);
		if (directory)
			take_names(ticket, directory, line->text);
	}
}
