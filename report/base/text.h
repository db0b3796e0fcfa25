/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEXT_H
#define GP_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* A list of strings. */
struct gp_strings {
	const char **items;
	size_t n;
};

void gp_strings_add(struct gp_arena *arena, struct gp_strings *list, const char *text);
bool gp_strings_has(const struct gp_strings *list, const char *text);
/* The same of a plain list, NULL behind its last; text may be NULL. */
bool gp_is_one_of(const char *text, const char *const *list);
void gp_strings_add_once(struct gp_arena *arena, struct gp_strings *list, const char *text);
void gp_strings_sort(struct gp_strings *list);

/* "a, b, c" with the given separator; "" for an empty list. */
char *gp_join(struct gp_arena *arena, const struct gp_strings *list, const char *separator);

/* The pieces between any of the separator bytes, empty ones left out. */
struct gp_strings gp_split(struct gp_arena *arena, const char *text, const char *separators);

bool gp_starts_with(const char *text, const char *start);
bool gp_ends_with(const char *text, const char *end);

/* Two NULLs are equal. Here, as nearly all that is compared differs in its first byte. */
static inline bool gp_equal(const char *a, const char *b)
{
	return a == b || (a && b && *a == *b && strcmp(a, b) == 0);
}

/*
 * A whole string as a number; no sign, no leading or trailing space. base 10, 16 (with or
 * without 0x) or 0 (as C reads it). 0, or -EINVAL, or -ERANGE; *ret is untouched on failure.
 */
int gp_parse_u64(const char *text, int base, uint64_t *ret);

/* Only ASCII letters, digits and the bytes in extra; at least one of them. */
bool gp_is_plain(const char *text, const char *extra);

/* Text in single quotes, as the shell wants it. */
char *gp_shell_quoted(struct gp_arena *arena, const char *text);
/* The same for a command that people read: without quotes where none are needed. */
const char *gp_shell_word(struct gp_arena *arena, const char *text);

/* A copy without white space at either end. */
char *gp_strip(struct gp_arena *arena, const char *text);

/*
 * Text made safe to show: valid UTF-8 stays; control characters (ESC, NUL, CR, newline, TAB, C1),
 * bidirectional controls and broken bytes become \xNN or \u{NNNN}; what is longer than limit bytes
 * (0: no limit) is cut at a character and ends in "...".
 */
char *gp_printable(struct gp_arena *arena, const char *text, size_t size, size_t limit);

/* Text as it is, control characters too, but bytes that are no UTF-8 become \xNN. */
const char *gp_valid_utf8(struct gp_arena *arena, const char *text);

#endif
