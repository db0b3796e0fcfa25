/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_MARKDOWN_WRITE_H
#define GP_MARKDOWN_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/text.h"

/*
 * GitHub's Markdown, for a ticket. What a cell says is read as it is there: it ends no table, no
 * fence and no line, starts no HTML, mentions nobody, refers to no ticket and is no link. Each of
 * the three ways is cut after limit bytes of the text (0: no limit).
 */

/* In prose, a list or a table. */
char *gp_markdown_text(struct gp_arena *arena, const char *text, size_t limit);
/* As code, in a line; in_table: in a cell of a table. "" where there is no text. */
char *gp_markdown_code(struct gp_arena *arena, const char *text, size_t limit, bool in_table);
/* As a block of commands, to be copied. */
char *gp_markdown_fence(struct gp_arena *arena, const char *text, size_t limit);

/*
 * What is being written, in pieces of whole lines, and how much of it there may be. What does not
 * fit is not written at all; some room is kept for saying so.
 */
struct gp_markdown {
	struct gp_arena *arena;
	FILE *out;
	size_t written, most; /* bytes */
};

/*
 * A heading (or whatever stands before), then the pieces, as far as they fit, then what closes it.
 * Nothing where there are no pieces. more: what those are that are left out, "causes"; besides: how
 * many were left out before.
 */
void gp_markdown_section(struct gp_markdown *markdown, const char *before,
	const struct gp_strings *pieces, const char *after, const char *more, size_t besides);

/* One piece by itself; false: it does not fit. */
bool gp_markdown_put(struct gp_markdown *markdown, const char *piece);

/* "| a | b |" of cells that are Markdown already. */
char *gp_markdown_row(struct gp_arena *arena, const struct gp_strings *cells);
/* The head of a table, with the line below it; right: which columns are numbers, a bit each. */
char *gp_markdown_head(struct gp_arena *arena, const struct gp_strings *heads, unsigned int right);

#endif
