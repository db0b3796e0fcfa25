/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TICKET_SHEET_H
#define GP_TICKET_SHEET_H

#include <stdio.h>
#include <sys/types.h>

#include "base/text.h"

/*
 * What a ticket tells of a machine, as entries of a capture: each path once. Paths that are no
 * plain absolute ones (.., odd bytes, too long) and what goes beyond the cap are left out.
 */
struct gp_sheet;

struct gp_sheet *gp_sheet_new(struct gp_arena *arena);
void gp_sheet_finish(struct gp_sheet *sheet);

/* A regular file with that content; what was known of the path is forgotten. */
void gp_sheet_file(struct gp_sheet *sheet, const char *path, const char *text);
/* The same of bytes that are no text. */
void gp_sheet_bytes(struct gp_sheet *sheet, const char *path, const char *bytes, size_t size);
/* One more line of a file, which is made where it is not there. */
void gp_sheet_line(struct gp_sheet *sheet, const char *path, const char *line);
/* The same, unless the file has that very line already. */
void gp_sheet_line_once(struct gp_sheet *sheet, const char *path, const char *line);
void gp_sheet_link(struct gp_sheet *sheet, const char *path, const char *target);
/* A directory; is_whole: what was not named is not in it. */
void gp_sheet_directory(struct gp_sheet *sheet, const char *path, bool is_whole);
/* error: ENOENT, EACCES...: that is all that is known of it. Does not undo what was seen of it. */
void gp_sheet_error(struct gp_sheet *sheet, const char *path, const char *error);

struct gp_sheet_node {
	char kind; /* C, B, D, F */
	mode_t mode;
	const char *owner, *group;
	unsigned major, minor;
};
/* Something of which no more than ls -l was seen. */
void gp_sheet_node(struct gp_sheet *sheet, const char *path, const struct gp_sheet_node *node);

bool gp_sheet_has(const struct gp_sheet *sheet, const char *path);
/* The first line of a file that was given, or NULL. */
const char *gp_sheet_first_line(const struct gp_sheet *sheet, const char *path);

/* The entries, in a capture's order. */
void gp_sheet_write(const struct gp_sheet *sheet, FILE *out);

#endif
