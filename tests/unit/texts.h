/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef GP_TEXTS_H
#define GP_TEXTS_H

/* What a text has to hold, for tests; after cmocka.h. */

#include <string.h>

static inline void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static inline void has_not(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

static inline void in_this_order(const char *text, const char *first, const char *second)
{
	has(text, first);
	has(text, second);
	assert_true(strstr(text, first) < strstr(text, second));
}

static inline size_t times(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

#endif
