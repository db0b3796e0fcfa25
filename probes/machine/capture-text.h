/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_CAPTURE_TEXT_H
#define GP_CAPTURE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* How a capture writes bytes: \\ and \xNN. */

/* Whether every backslash begins one of the two. */
bool gp_escapes_are_valid(const char *text, size_t size);

/* Valid escapes taken out; from and to may be the same. How many bytes are left. */
size_t gp_unescape(char *to, const char *from, size_t size);

/* is_field: one word of a line, so without spaces. */
void gp_put_escaped(FILE *out, const char *text, size_t size, bool is_field);

/* Whether it is better read as text than as hex. */
bool gp_is_mostly_text(const char *data, size_t size);

/* A file's content as lines of a capture. */
void gp_put_content(FILE *out, const char *data, size_t size);

bool gp_content_line_is_valid(const char *line, size_t size);

/* How many bytes content lines stand for. */
size_t gp_content_size(const char *lines, size_t size);

/* Writes them to `to`. */
void gp_content_decode(const char *lines, size_t size, char *to);

#endif
