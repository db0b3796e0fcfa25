/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "kernel/cmdline.h"

#include <string.h>

#define BLANKS " \t\r\n\v\f"

static size_t word_length(const char *text)
{
	bool quoted = false;
	size_t i;

	for (i = 0; text[i]; i++) {
		if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && strchr(BLANKS, text[i]))
			break;
	}
	return i;
}

static char *without_quotes(struct gp_arena *arena, const char *text)
{
	size_t length = strlen(text);

	if (length >= 2 && text[0] == '"' && text[length - 1] == '"')
		return gp_strndup(arena, text + 1, length - 2);
	return gp_strdup(arena, text);
}

static struct gp_param parse_word(struct gp_arena *arena, const char *word)
{
	struct gp_param param = {.raw = word};
	const char *bare = without_quotes(arena, word);
	const char *equals = strchr(bare, '=');

	if (!equals) {
		param.name = bare;
		return param;
	}
	param.name = gp_strndup(arena, bare, (size_t)(equals - bare));
	param.value = without_quotes(arena, equals + 1);
	return param;
}

struct gp_cmdline gp_cmdline_parse(struct gp_arena *arena, const char *text)
{
	struct gp_cmdline cmdline = {0};

	for (;;) {
		text += strspn(text, BLANKS);
		if (!*text)
			return cmdline;
		size_t length = word_length(text);
		char *word = gp_strndup(arena, text, length);
		text += length;
		if (strcmp(word, "--") == 0)
			return cmdline;
		*gp_push(arena, &cmdline) = parse_word(arena, word);
	}
}

bool gp_same_name(const char *a, const char *b)
{
	for (; *a && *b; a++, b++) {
		char left = *a == '-' ? '_' : *a, right = *b == '-' ? '_' : *b;
		if (left != right)
			return false;
	}
	return *a == *b;
}

const struct gp_param *gp_cmdline_last(const struct gp_cmdline *cmdline, const char *name)
{
	const struct gp_param *last = NULL;

	gp_each (param, cmdline)
		if (gp_same_name(param->name, name))
			last = param;
	return last;
}

/* name=value twice; the names may differ in dashes and underscores. */
static bool same_word(const char *a, const char *b)
{
	size_t length = strcspn(a, "=");

	if (strcspn(b, "=") != length || strcmp(a + length, b + length) != 0)
		return false;
	for (size_t i = 0; i < length; i++)
		if ((a[i] == '-' ? '_' : a[i]) != (b[i] == '-' ? '_' : b[i]))
			return false;
	return true;
}

bool gp_cmdline_has(const struct gp_cmdline *cmdline, const char *raw)
{
	gp_each (param, cmdline)
		if (same_word(param->raw, raw))
			return true;
	return false;
}

static bool list_has(const char *list, const char *option)
{
	size_t length = strlen(option);

	for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == length && strncmp(at, option, length) == 0)
			return true;
	return false;
}

bool gp_cmdline_option(const struct gp_cmdline *cmdline, const char *name, const char *option)
{
	gp_each (param, cmdline)
		if (gp_same_name(param->name, name) && param->value &&
			list_has(param->value, option))
			return true;
	return false;
}
