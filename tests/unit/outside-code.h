/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_OUTSIDE_CODE_H
#define GP_OUTSIDE_CODE_H

#include <string.h>

#include "base/text.h"

static inline size_t outside_code_mark(const char *text)
{
	return strspn(text, "`");
}

/* The end of the code in a line that begins with so many backticks, or NULL. */
static inline const char *outside_code_end(const char *text, size_t mark)
{
	for (; *text && *text != '\n'; text++) {
		size_t size = outside_code_mark(text);

		if (size == mark)
			return text + size;
		text += size ? size - 1 : 0;
	}
	return NULL;
}

/* What of Markdown is neither in a fence nor code in a line, as CommonMark 4.5 and 6.1 have it. */
static inline char *outside_code(struct gp_arena *arena, const char *text)
{
	char *copy = gp_alloc(arena, strlen(text) + 1, 1), *to = copy;
	size_t fence = 0;

	for (bool starts = true; *text; starts = text[-1] == '\n') {
		size_t mark = outside_code_mark(text);
		const char *end = mark ? outside_code_end(text + mark, mark) : NULL;

		if (starts && fence) {
			if (mark >= fence && text[mark] == '\n')
				fence = 0;
			text += strcspn(text, "\n");
			text += *text == '\n';
		} else if (starts && mark >= 3 && !end) {
			fence = mark;
			text += strcspn(text, "\n");
			text += *text == '\n';
		} else if (end) {
			text = end;
		} else {
			if (*text == '\\' && text[1])
				*to++ = *text++;
			*to++ = *text++;
		}
	}
	return copy;
}

#endif
