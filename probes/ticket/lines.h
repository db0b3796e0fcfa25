/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TICKET_LINES_H
#define GP_TICKET_LINES_H

#include "base/text.h"

/* One line, as it stood on the terminal or in the file it was copied from. */
struct gp_ticket_line {
	const char *text; /* without what Markdown, HTML, terminals and prompts add; "": empty */
	/*
	 * What printed it: "cat /proc/cmdline", of which the line is output; NULL: not known. A
	 * line that names a file, as people write above its content, counts as a cat of it.
	 */
	const char *command;
	bool is_command;   /* text is the command itself, which is its own `command` */
	unsigned int part; /* number of the part between two fences */
	bool is_fenced;
};

struct gp_ticket_lines {
	struct gp_ticket_line *items;
	size_t n;
};

/* Cuts text into lines. What is not a line of text (NUL bytes) is a space there. */
void gp_ticket_split(
	struct gp_arena *arena, const char *text, size_t size, struct gp_ticket_lines *ret);

/* ---- the pieces */

/* A line without escape sequences of terminals, HTML, typographic quotes: clean.c */
char *gp_ticket_clean(struct gp_arena *arena, const char *text, size_t size);
/* The command of a line that begins with a prompt; NULL: there is none. bare: of a line that may
 * be one without any prompt. commands.c */
const char *gp_ticket_command(const char *line, bool bare);
bool gp_ticket_is_empty_prompt(const char *line);
/* The file that a heading names ("/etc/modules:"), or NULL. commands.c */
const char *gp_ticket_heading(struct gp_arena *arena, const char *line);

#endif
