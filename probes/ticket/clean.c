/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ticket/lines.h"

/* Text that is read from its front and written, never longer, to its copy. */
struct cleaning {
	const char *at, *end;
	char *to;
};

static bool has(const struct cleaning *c, const char *start)
{
	size_t length = strlen(start);

	return (size_t)(c->end - c->at) >= length && !memcmp(c->at, start, length);
}

/* ESC [ ... letter (ECMA-48 5.4), ESC ] ... BEL, ESC and one byte. */
static bool skip_escape(struct cleaning *c)
{
	if (*c->at != '\033')
		return false;
	c->at++;
	if (c->at < c->end && *c->at == '[') {
		c->at++;
		while (c->at < c->end && *c->at >= 0x20 && *c->at < 0x40)
			c->at++;
	} else if (c->at < c->end && *c->at == ']') {
		while (c->at < c->end && *c->at != '\a' && *c->at != '\033')
			c->at++;
	}
	c->at += c->at < c->end;
	return true;
}

/* What forums make of plain characters. */
static bool replace(struct cleaning *c)
{
	static const struct {
		const char *from, *to;
	} words[] = {
		{"\u00a0", " "},
		{"\u2007", " "},
		{"\u202f", " "},
		{"\u2009", " "},
		{"\u200b", ""},
		{"\u200e", ""},
		{"\u200f", ""},
		{"\ufeff", ""},
		{"\u201c", "\""},
		{"\u201d", "\""},
		{"\u201e", "\""},
		{"\u2018", "'"},
		{"\u2019", "'"},
		{"\u201a", "'"},
		{"\u2032", "'"},
		{"&gt;", ">"},
		{"&lt;", "<"},
		{"&quot;", "\""},
		{"&apos;", "'"},
		{"&#39;", "'"},
		{"&#x27;", "'"},
		{"&#34;", "\""},
		{"&#47;", "/"},
		{"&nbsp;", " "},
		{"&amp;", "&"},
		{"**", ""},
		{"\\\"", "\""},
		{"\\/", "/"},
		{"\\_", "_"},
	};
	unsigned char first = (unsigned char)*c->at;

	if (first != '&' && first != '*' && first != '\\' && first < 0x80)
		return false;
	for (size_t i = 0; i < GP_ARRAY_SIZE(words); i++)
		if (has(c, words[i].from)) {
			size_t length = strlen(words[i].to);

			c->at += strlen(words[i].from);
			memcpy(c->to, words[i].to, length);
			c->to += length;
			return true;
		}
	return false;
}

/* The tags of HTML that people write in Markdown, and no others: settings are XML, too. */
static bool skip_tag(struct cleaning *c)
{
	static const char *const tags[] = {"pre", "code", "br", "details", "summary", "p", "b",
		"strong", "em", "span", "kbd", "samp", "blockquote", NULL};
	const char *name = c->at + 1, *close;
	size_t length = 0;

	if (*c->at != '<')
		return false;
	close = memchr(c->at, '>', (size_t)(c->end - c->at) < 200 ? (size_t)(c->end - c->at) : 200);
	if (!close)
		return false;
	name += name < close && *name == '/';
	while (name + length < close && isalnum((unsigned char)name[length]))
		length++;
	for (const char *const *tag = tags; *tag; tag++)
		if (length == strlen(*tag) && !strncasecmp(name, *tag, length)) {
			c->at = close + 1;
			return true;
		}
	return false;
}

char *gp_ticket_clean(struct gp_arena *arena, const char *text, size_t size)
{
	char *clean = gp_alloc(arena, size + 1, 1);
	struct cleaning c = {text, text + size, clean};

	while (c.at < c.end) {
		if (skip_escape(&c) || replace(&c) || skip_tag(&c))
			continue;
		if (*c.at == '\r' && c.at + 1 == c.end)
			break;
		*c.to++ = *c.at && *c.at != '\r' ? *c.at : ' ';
		c.at++;
	}
	while (c.to > clean && isspace((unsigned char)c.to[-1]))
		c.to--;
	*c.to = '\0';
	return clean;
}
