/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "ticket/lines.h"

#include <string.h>

#define MOST_LINES 400000

struct splitting {
	struct gp_arena *arena;
	struct gp_ticket_lines *lines;
	const char *command; /* of the block at hand */
	const char *pending; /* of the last line before a fence */
	unsigned int part;
	bool is_fenced, after_blank;
	bool is_by_heading;         /* command is a file that a heading named */
	enum gp_ticket_place place; /* of the command */
	enum gp_ticket_place shell; /* where commands are typed into */
	const char *outer;          /* prompt before that shell */
};

static void add(struct splitting *s, const char *text, bool is_command)
{
	*gp_push(s->arena, s->lines) = (struct gp_ticket_line){.text = text,
		.command = s->command,
		.place = s->place,
		.is_command = is_command,
		.part = s->part,
		.is_fenced = s->is_fenced};
}

static void begin(struct splitting *s, const char *command, bool is_by_heading)
{
	s->command = s->pending = command;
	s->place = s->shell;
	s->is_by_heading = is_by_heading;
}

/* "/etc/modules:" above what the file holds. */
static bool take_heading(struct splitting *s, const char *text)
{
	const char *file =
		s->command && !s->is_by_heading ? NULL : gp_ticket_heading(s->arena, text);
	size_t length = strlen(text);

	if (!file || gp_starts_with(file, "/sys/kernel/iommu_groups"))
		return false;
	s->pending = gp_printf(s->arena, "cat %s", file);
	/* A sentence may end in a path, too: only a fence behind it makes that a heading. */
	if (text[length - 1] == ':' || *text == '#' || *text == '/' || gp_ends_with(text, "<==")) {
		begin(s, s->pending, true);
		add(s, text, true);
		return true;
	}
	return false;
}

/* "root@pve:" of "root@pve:~# ls"; "": the line has no such prompt. */
static const char *prompt_of(struct splitting *s, const char *text)
{
	size_t length = strcspn(text, ":#$ ");

	return memchr(text, '@', length)
		       ? gp_strndup(s->arena, text, length + (text[length] != '\0'))
		       : "";
}

/* Commands that are typed into a shell of a container, until it ends. */
static void follow_shell(struct splitting *s, const char *command, const char *prompt)
{
	if (gp_ticket_is_docker_prompt(prompt))
		s->shell = GP_TICKET_DOCKER;
	else if (s->shell != GP_TICKET_HERE && *prompt && !strcmp(prompt, s->outer))
		s->shell = GP_TICKET_HERE;
	if (!strcmp(command, "exit") || !strcmp(command, "logout"))
		s->shell = GP_TICKET_HERE;
}

static void take_command(struct splitting *s, const char *command, const char *prompt)
{
	const char *inner;
	enum gp_ticket_place place;

	follow_shell(s, command, prompt);
	place = gp_ticket_unwrap(s->arena, command, &inner);
	begin(s, inner && *inner ? inner : NULL, false);
	if (place != GP_TICKET_HERE)
		s->place = place;
	add(s, command, *command != '\0');
	if (inner)
		return;
	s->shell = place;
	s->outer = prompt;
}

static void take_text(struct splitting *s, const char *text)
{
	const char *command;

	if (!*text) {
		if (s->is_by_heading && !s->is_fenced)
			begin(s, NULL, false);
		s->after_blank = true;
		add(s, text, false);
		return;
	}
	command = gp_ticket_is_empty_prompt(text)
			  ? ""
			  : gp_ticket_command(text, s->after_blank && !s->is_by_heading);
	s->after_blank = false;
	if (command) {
		take_command(s, command, prompt_of(s, text));
		return;
	}
	s->pending = NULL;
	if (!take_heading(s, text))
		add(s, text, false);
}

static bool is_fence(const char *text)
{
	return gp_starts_with(text, "```") || gp_starts_with(text, "~~~");
}

/* What follows the marks of an opening fence, the language taken off. */
static const char *behind_fence(const char *text)
{
	size_t word;

	text += strspn(text, "`~");
	word = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_");
	return text[word] ? text : text + word;
}

static void toggle_fence(struct splitting *s)
{
	s->is_fenced = !s->is_fenced;
	s->shell = GP_TICKET_HERE;
	s->part++;
	begin(s, s->is_fenced ? s->pending : NULL, s->is_fenced && s->pending);
	s->after_blank = true;
}

/* Without the marks of quotations, lists and code within a line. */
static char *without_marks(struct splitting *s, char *text)
{
	size_t length;

	while (!s->is_fenced && text[0] == '>' && (text[1] == ' ' || text[1] == '>' || !text[1]))
		text += 1 + (text[1] == ' ');
	if ((text[0] == '-' || text[0] == '*') && text[1] == ' ' && text[2] == '`')
		text += 2;
	length = strlen(text);
	if (length > 2 && text[0] == '*' && text[length - 1] == '*' && text[1] != ' ') {
		text[--length] = '\0';
		text++;
		length--;
	}
	while (!s->is_fenced && *text == '`') {
		text++;
		length--;
	}
	while (!s->is_fenced && length && text[length - 1] == '`')
		text[--length] = '\0';
	return text;
}

static void take_line(struct splitting *s, char *text)
{
	const char *plain = text + strspn(text, " \t");
	char *close;

	if (!s->is_fenced)
		while (*plain == '>' && plain[1] == ' ')
			plain += 2;
	if (is_fence(plain)) {
		const char *rest = behind_fence(plain);

		toggle_fence(s);
		if (!s->is_fenced || !*rest)
			return;
		text = gp_strdup(s->arena, rest);
	}
	close = s->is_fenced ? strstr(text, "```") : NULL;
	if (close)
		*close = '\0';
	if (*text || !close)
		take_text(s, without_marks(s, text));
	if (close)
		toggle_fence(s);
}

void gp_ticket_split(
	struct gp_arena *arena, const char *text, size_t size, struct gp_ticket_lines *ret)
{
	struct splitting s = {.arena = arena, .lines = ret, .after_blank = true, .outer = ""};
	const char *end = text + size;

	*ret = (struct gp_ticket_lines){0};
	while (text < end && ret->n < MOST_LINES) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		if (stop == text)
			take_text(&s, "");
		else
			take_line(&s, gp_ticket_clean(arena, text, (size_t)(stop - text)));
		text = newline ? newline + 1 : end;
	}
}
