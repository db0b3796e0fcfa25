/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that were printed whole, by a command or below their name. */
#include <ctype.h>
#include <string.h>

#include "ticket/formats.h"

#define MOST_FILES 16 /* of one command */

/* Programs whose output is what the files hold. */
static bool prints_files(const char *command)
{
	static const char *const programs[] = {
		"cat", "less", "more", "head", "tail", "nano", "vim", "vi", "bat", "batcat"};

	for (size_t i = 0; i < GP_ARRAY_SIZE(programs); i++)
		if (gp_ticket_runs(command, programs[i]))
			return true;
	return false;
}

/* <id> and * in a name: any will do, as only one was seen. */
static const char *settled(struct gp_arena *arena, const char *file)
{
	const char *slash = strrchr(file, '/');

	if (!strpbrk(slash, "<>*?{}$"))
		return strpbrk(file, "<>*?{}$") ? NULL : file;
	if (strpbrk(gp_strndup(arena, file, (size_t)(slash - file)), "<>*?{}$"))
		return NULL;
	return gp_printf(arena, "%.*s/%s", (int)(slash - file), file,
		strstr(file, "/etc/pve/") ? "100.conf" : "pasted.conf");
}

static struct gp_strings files_of(struct gp_arena *arena, const char *command)
{
	struct gp_strings files = {0};
	const char *text = gp_strndup(arena, command, strcspn(command, "|;&"));
	char *word;

	for (size_t n = 1; files.n < MOST_FILES && (word = gp_ticket_word(arena, text, n)); n++)
		if (*word == '/' && settled(arena, word))
			gp_strings_add(arena, &files, settled(arena, word));
	return files;
}

/* A path with a pattern: nothing fits. */
static void put_no_match(struct gp_ticket *ticket, const char *path)
{
	static const struct {
		const char *pattern, *path;
	} usual[] = {{"/dev/dri/renderD*", "/dev/dri/renderD128"},
		{"/dev/dri/card*", "/dev/dri/card0"}, {"/dev/nvidia*", "/dev/nvidiactl"},
		{"/dev/nvidia*", "/dev/nvidia0"}};
	size_t length = strlen(path);

	for (size_t i = 0; i < GP_ARRAY_SIZE(usual); i++)
		if (!strcmp(path, usual[i].pattern))
			gp_sheet_error(ticket->sheet, usual[i].path, "ENOENT");
	if (gp_ends_with(path, "/*") && strcspn(path, "*") == length - 1)
		gp_sheet_error(
			ticket->sheet, gp_strndup(ticket->arena, path, length - 2), "ENOENT");
}

static void put_error(struct gp_ticket *ticket, const char *path, const char *error)
{
	size_t length = strlen(path);

	if (length > 1 && path[length - 1] == '/')
		path = gp_strndup(ticket->arena, path, length - 1);
	if (strchr(path, '*'))
		put_no_match(ticket, path);
	else
		gp_sheet_error(ticket->sheet, path, error);
	/* Without nodes there is nothing in their class. */
	if (!strcmp(error, "ENOENT") && (!strcmp(path, "/dev/dri") || !strcmp(path, "/dev/dri/*")))
		gp_sheet_directory(ticket->sheet, "/sys/class/drm", true);
}

static bool is_of_program(const char *line)
{
	static const char *const programs[] = {
		"cat: ", "ls: ", "stat: ", "head: ", "grep: ", "find: ", "tail: "};

	for (size_t i = 0; i < GP_ARRAY_SIZE(programs); i++)
		if (gp_starts_with(line, programs[i]))
			return true;
	return false;
}

/* "cat: /etc/modules: No such file or directory" and its kin. */
static bool take_refusal(struct gp_ticket *ticket, const char *line)
{
	static const struct {
		const char *said, *error;
	} errors[] = {{": No such file or directory", "ENOENT"}, {": Permission denied", "EACCES"}};
	const char *path = strchr(line, '/'), *end;

	if (!path || !is_of_program(line))
		return false;
	for (size_t i = 0; i < GP_ARRAY_SIZE(errors); i++) {
		end = strstr(path, errors[i].said);
		if (!end)
			continue;
		end -= end > path && end[-1] == '\'';
		put_error(ticket, gp_strndup(ticket->arena, path, (size_t)(end - path)),
			errors[i].error);
		return true;
	}
	return false;
}

/* "/sys/module/i915/parameters/enable_guc:3", as grep -r and head print it. */
static bool take_prefixed(struct gp_ticket *ticket, const char *line)
{
	size_t length = strcspn(line, ": ");

	if ((!gp_starts_with(line, "/sys/") && !gp_starts_with(line, "/etc/modprobe.d/") &&
		    !gp_starts_with(line, "/etc/modules") && !gp_starts_with(line, "/proc/") &&
		    !gp_starts_with(line, "/lib/modprobe.d/") &&
		    !gp_starts_with(line, "/etc/default/grub:") &&
		    !gp_starts_with(line, "/etc/kernel/cmdline:")) ||
		line[length] != ':' || !line[length + 1] ||
		isspace((unsigned char)line[length + 1]))
		return false;
	gp_sheet_line(ticket->sheet, gp_strndup(ticket->arena, line, length), line + length + 1);
	return true;
}

struct printing {
	const char *command;
	struct gp_strings files;
	size_t n; /* lines so far */
};

static bool is_of_the_kernel(const char *file)
{
	return gp_starts_with(file, "/sys/") || gp_starts_with(file, "/proc/");
}

/* Files of one line each follow each other; others cannot be told apart. */
static const char *file_at(const struct printing *printing)
{
	if (printing->files.n > 1 && is_of_the_kernel(printing->files.items[0]))
		return printing->n < printing->files.n ? printing->files.items[printing->n] : NULL;
	return printing->files.items[0];
}

static void take_content(struct gp_ticket *ticket, struct printing *printing, const char *text)
{
	const char *file = file_at(printing);

	if (!file || (is_of_the_kernel(file) && !*text))
		return;
	if (!printing->n)
		gp_sheet_file(ticket->sheet, file, "");
	gp_sheet_line(ticket->sheet, file, text);
	printing->n++;
}

void gp_ticket_files(struct gp_ticket *ticket)
{
	struct printing printing = {0};

	gp_each (line, &ticket->lines) {
		if (line->is_command || line->command != printing.command) {
			printing = (struct printing){.command = line->command};
			if (line->command && prints_files(line->command))
				printing.files = files_of(ticket->arena, line->command);
		}
		if (line->is_command || line->is_elsewhere || take_refusal(ticket, line->text) ||
			take_prefixed(ticket, line->text))
			continue;
		if (printing.files.n)
			take_content(ticket, &printing, line->text);
	}
}
