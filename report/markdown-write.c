/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "markdown-write.h"

#include <ctype.h>
#include <string.h>

/* For closing what is open, and for saying how much is left out. */
#define RESERVE 3072

/* Not seen, and no part of any name, number or address: what stands on both sides is apart. */
#define APART "&#8203;"

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* At the start of a text: what would make a list, a heading's underline or a rule of it. */
static size_t block_mark(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	const char *mark = text + digits;

	if (*text && strchr("-+=", *text))
		return 0;
	if (digits && (*mark == '.' || *mark == ')') && (mark[1] == ' ' || !mark[1]))
		return digits;
	return SIZE_MAX;
}

static bool follows(const char *start, const char *at, const char *word)
{
	size_t size = strlen(word);

	return (size_t)(at - start) >= size && strncasecmp(at - size, word, size) == 0;
}

/* What becomes of one byte of a printable text; NULL: it stays. */
static const char *in_place_of(const char *start, const char *at)
{
	switch (*at) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '@':
		return "@" APART;
	case '#':
		return "\\#" APART;
	case '\\':
		return "\\\\";
	case '`':
		return "\\`";
	case '*':
		return "\\*";
	case '_':
		return "\\_";
	case '[':
		return "\\[";
	case ']':
		return "\\]";
	case '|':
		return "\\|";
	case '~':
		return "\\~";
	case '$':
		return "\\$";
	case '!':
		return is_digit(at[1]) ? "!" APART : NULL;
	case '-':
		return follows(start, at, "gh") ? "-" APART : NULL;
	case ':':
		return at[1] == '/' ? ":" APART : NULL;
	case '.':
		return follows(start, at, "www") ? APART "." : NULL;
	default:
		return NULL;
	}
}

char *gp_markdown_text(struct gp_arena *arena, const char *text, size_t limit)
{
	const char *shown = gp_printable(arena, text, strlen(text), limit), *at;
	char *escaped = gp_alloc(arena, strlen(shown) * strlen("\\#" APART) + 2, 1), *end = escaped;
	size_t mark = block_mark(shown);

	for (at = shown; *at; at++) {
		const char *instead = in_place_of(shown, at);

		if ((size_t)(at - shown) == mark)
			*end++ = '\\';
		if (instead)
			end = stpcpy(end, instead);
		else
			*end++ = *at;
	}
	return escaped;
}

/* The longest row of backticks in a text. */
static size_t backticks(const char *text)
{
	size_t most = 0;

	while (*text) {
		size_t size = strspn(text, "`");

		most = size > most ? size : most;
		text += size + (size == 0);
	}
	return most;
}

static char *mark_of(struct gp_arena *arena, size_t n)
{
	char *mark = gp_alloc(arena, n + 1, 1);

	memset(mark, '`', n);
	return mark;
}

char *gp_markdown_code(struct gp_arena *arena, const char *text, size_t limit, bool in_table)
{
	const char *shown = gp_printable(arena, text, strlen(text), limit), *mark, *space;
	char *escaped = gp_alloc(arena, strlen(shown) * 2 + 1, 1), *end = escaped;

	if (!*shown)
		return escaped;
	/* A table is cut at its bars before code is looked for: a backslash before one goes. */
	for (const char *at = shown; *at; at++) {
		if (*at == '|' && in_table)
			*end++ = '\\';
		*end++ = *at;
	}
	mark = mark_of(arena, backticks(shown) + 1);
	space = strchr(" `", *shown) || strchr(" `", end[-1]) ? " " : "";
	return gp_printf(arena, "%s%s%s%s%s", mark, space, escaped, space, mark);
}

char *gp_markdown_fence(struct gp_arena *arena, const char *text, size_t limit)
{
	size_t longest = backticks(text);
	const char *mark = mark_of(arena, longest < 3 ? 3 : longest > 64 ? 65 : longest + 1);
	struct gp_strings lines = {0};
	size_t all = strlen(text), left = limit && limit < all ? limit : all;

	if (longest > 64 || left < all)
		return gp_printf(arena, "(%zu bytes, too much to show here)\n", all);
	while (left) {
		size_t size = strcspn(text, "\n");

		gp_strings_add(arena, &lines, gp_printable(arena, text, size, 0));
		text += size + (text[size] == '\n');
		left = strlen(text);
	}
	return gp_printf(arena, "%ssh\n%s\n%s\n", mark, gp_join(arena, &lines, "\n"), mark);
}

static bool put(struct gp_markdown *markdown, const char *piece, size_t reserve)
{
	size_t size = strlen(piece);

	if (markdown->written + size + reserve > markdown->most)
		return false;
	markdown->written += fwrite(piece, 1, size, markdown->out);
	return true;
}

bool gp_markdown_put(struct gp_markdown *markdown, const char *piece)
{
	return put(markdown, piece, RESERVE);
}

void gp_markdown_section(struct gp_markdown *markdown, const char *before,
	const struct gp_strings *pieces, const char *after, const char *more, size_t besides)
{
	size_t n = 0, left;

	if (!pieces->n)
		return;
	/* No heading stands alone. */
	if (gp_markdown_put(
		    markdown, gp_printf(markdown->arena, "%s%s", before, pieces->items[0]))) {
		for (n = 1; n < pieces->n && gp_markdown_put(markdown, pieces->items[n]);)
			n++;
		put(markdown, after, 0);
	}
	left = pieces->n - n + besides;
	if (left)
		put(markdown, gp_printf(markdown->arena, "\n%zu more %s left out.\n", left, more),
			0);
}

char *gp_markdown_row(struct gp_arena *arena, const struct gp_strings *cells)
{
	return gp_printf(arena, "| %s |\n", gp_join(arena, cells, " | "));
}

char *gp_markdown_head(struct gp_arena *arena, const struct gp_strings *heads, unsigned int right)
{
	struct gp_strings rules = {0};

	for (size_t i = 0; i < heads->n; i++)
		gp_strings_add(arena, &rules, right >> i & 1 ? "---:" : "---");
	return gp_printf(
		arena, "%s%s", gp_markdown_row(arena, heads), gp_markdown_row(arena, &rules));
}
