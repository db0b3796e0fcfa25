/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TICKET_LINES_H
#define GP_TICKET_LINES_H

#include "base/text.h"

/* Where a command ran. */
enum gp_ticket_place {
	GP_TICKET_HERE,   /* nothing says that it was in a container */
	GP_TICKET_DOCKER, /* docker exec, podman exec */
	GP_TICKET_POD,    /* kubectl exec */
	GP_TICKET_LXC,    /* pct exec, lxc-attach */
};

/* One line, as it stood on the terminal or in the file it was copied from. */
struct gp_ticket_line {
	const char *text; /* without what Markdown, HTML, terminals and prompts add; "": empty */
	/*
	 * What printed it: "cat /proc/cmdline", of which the line is output; NULL: not known. A
	 * line that names a file, as people write above its content, counts as a cat of it.
	 */
	const char *command;
	bool is_command;            /* text is the command itself, which is its own `command` */
	enum gp_ticket_place place; /* of the command */
	bool is_elsewhere; /* its files and users are not those of the machine that is asked about
			    */
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
/*
 * The place where it runs, and in *ret_inner what runs there: of "docker exec NAME ls" it is "ls";
 * NULL: a shell that waits for commands. inside.c
 */
enum gp_ticket_place gp_ticket_unwrap(
	struct gp_arena *arena, const char *command, const char **ret_inner);
bool gp_ticket_is_docker_prompt(const char *prompt);
bool gp_ticket_is_empty_prompt(const char *line);
/* The file that a heading names ("/etc/modules:"), or NULL. commands.c */
const char *gp_ticket_heading(struct gp_arena *arena, const char *line);

#endif
